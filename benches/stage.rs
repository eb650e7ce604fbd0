//! What the stage costs in a frame, on one core and without the graphics stack: its still part, made when the world or the
//! camera has changed, and its dots, made every frame, both into triangles. `cargo bench --bench stage`.

use divan::{Bencher, black_box};
use egui::Shape;

use rollout_lab::app::model::look::{Palette, Shade};
use rollout_lab::app::model::world::{World, sample};
use rollout_lab::app::view::stage::{Place, Scene, Setting, Vertices, paint};
use rollout_lab::app::view::theme::Theme;

/// Instances in the stable pool, a sixth as many in the candidate's, and requests under way.
const SIZES: [(usize, usize); 2] = [(172, 2_000), (857, 10_000)];

fn main() {
    divan::main();
}

fn setting() -> Setting {
    Setting::whole(egui::vec2(1024.0, 400.0), Theme::new(Shade::Dark, Palette::Wong))
}

/// As the window makes them for the graphics stack.
fn triangles(shapes: Vec<Shape>) -> usize {
    let place = Place { window: egui::vec2(1600.0, 900.0), zoom: 1.0, pixels: 1.0, ..Place::default() };
    Vertices::new(shapes, place).indices.len() / 3
}

fn still(world: &World) -> usize {
    triangles(Scene::new(world, &setting()).shapes)
}

fn moving(scene: &Scene, world: &World) -> usize {
    let mut shapes = Vec::new();
    paint(&scene.dots(world, 0.0), &setting().theme, &mut shapes);
    triangles(shapes)
}

/// The still part, to triangles.
#[divan::bench(args = SIZES)]
fn still_part(bencher: Bencher, (instances, dots): (usize, usize)) {
    let world = sample::world(instances, dots);
    bencher.bench_local(|| still(black_box(&world)));
}

/// The dots, to triangles.
#[divan::bench(args = SIZES)]
fn dots(bencher: Bencher, (instances, dots): (usize, usize)) {
    let world = sample::world(instances, dots);
    let scene = Scene::new(&world, &setting());
    bencher.bench_local(|| moving(&scene, black_box(&world)));
}

/// Both, as in a frame with a new world.
#[divan::bench(args = SIZES)]
fn whole_frame(bencher: Bencher, (instances, dots): (usize, usize)) {
    let world = sample::world(instances, dots);
    bencher.bench_local(|| {
        let scene = Scene::new(black_box(&world), &setting());
        moving(&scene, &world) + triangles(scene.shapes)
    });
}
