//! Tests of the stage's layout, its picture and its dots.

use egui::{Rect, Vec2, pos2, vec2};

use crate::app::model::look::{Palette, Shade};
use crate::app::model::stage::{Camera, Thing, ZOOMS};
use crate::app::model::world::{self, World, sample};
use crate::app::view::stage::layout::CROWD;
use crate::app::view::stage::*;
use crate::app::view::theme::Theme;
use crate::engine::{Span, Time};
use crate::sim::Pool;

/// Panes that there are: the smallest window, a small pane of a small window, a usual one, the largest.
const PANES: [Vec2; 5] =
    [vec2(640.0, 360.0), vec2(410.0, 150.0), vec2(820.0, 300.0), vec2(1024.0, 400.0), vec2(1600.0, 900.0)];

const COUNTS: [usize; 6] = [1, 5, 12, 60, 200, 1000];

fn setting(size: Vec2) -> Setting {
    Setting::whole(size, Theme::new(Shade::Dark, Palette::Wong))
}

fn world(count: usize) -> World {
    sample::world(count, 0)
}

#[test]
fn everything_is_within_the_pane() {
    for count in COUNTS {
        for size in PANES {
            let scene = Scene::new(&world(count), &setting(size));
            let pane = Rect::from_min_size(pos2(0.0, 0.0), size).expand(0.5);
            for hit in &scene.hits {
                assert!(pane.contains_rect(hit.rect), "{count} in {size}: {hit:?}");
            }
            for label in &scene.labels {
                assert!(pane.contains_rect(label.bounds()), "{count} in {size}: {label:?}");
            }
        }
    }
}

#[test]
fn no_two_things_stand_in_one_place() {
    for count in COUNTS {
        for size in PANES {
            let scene = Scene::new(&world(count), &setting(size));
            let pools = |thing: Thing| matches!(thing, Thing::Pool(_));
            let solid: Vec<&Hit> = scene.hits.iter().filter(|hit| !pools(hit.thing)).collect();
            for (index, one) in solid.iter().enumerate() {
                for other in &solid[index + 1..] {
                    let common = one.rect.shrink(0.05).intersect(other.rect.shrink(0.05));
                    assert!(!common.is_positive(), "{count} in {size}: {one:?} and {other:?}");
                }
            }
            let of = |pool: Pool| scene.hits.iter().find(|hit| hit.thing == Thing::Pool(pool)).unwrap().rect;
            let [stable, candidate] = [Pool::Stable, Pool::Candidate].map(of);
            assert!(!stable.intersects(candidate), "{count} in {size}");
            let inside = |hit: &&&Hit| stable.contains_rect(hit.rect) || candidate.contains_rect(hit.rect);
            let instances = solid.iter().filter(|hit| matches!(hit.thing, Thing::Instance(_)));
            assert_eq!(instances.filter(inside).count(), count + count.div_ceil(6), "{size}");
        }
    }
}

#[test]
fn no_text_lies_on_another() {
    for count in COUNTS {
        for size in PANES {
            let scene = Scene::new(&world(count), &setting(size));
            for (index, one) in scene.labels.iter().enumerate() {
                for other in &scene.labels[index + 1..] {
                    let common = one.bounds().shrink(1.0).intersect(other.bounds().shrink(1.0));
                    assert!(
                        !common.is_positive(),
                        "{count} in {size}: {:?} {:?} and {:?} {:?}",
                        one.text,
                        one.bounds(),
                        other.text,
                        other.bounds()
                    );
                }
            }
        }
    }
}

#[test]
fn a_crowd_is_told_in_numbers_by_zone() {
    let scene = Scene::new(&world(1000), &setting(vec2(1024.0, 400.0)));
    let said = |text: &str| scene.labels.iter().any(|label| label.text.starts_with(text));
    for zone in ["a ", "b ", "c "] {
        assert!(said(zone), "{zone}");
    }
    // A thousand cells are one mesh, not a thousand shapes.
    assert!(scene.shapes.len() < 300, "{}", scene.shapes.len());
    const { assert!(CROWD >= 60) };
}

#[test]
fn a_zoom_leaves_what_is_under_the_pointer_where_it_is() {
    let size = vec2(1000.0, 400.0);
    let before = Scene::new(&world(12), &setting(size));
    let rect = |scene: &Scene| {
        scene.hits.iter().find(|hit| hit.thing == Thing::Instance(7)).map(|hit| hit.rect).unwrap()
    };
    let place = rect(&before).center();
    let about = (place - pos2(500.0, 200.0)) / size;
    let camera = Camera::default().zoomed(3.0, [about.x, about.y]);
    let after = Scene::new(&world(12), &Setting { camera, ..setting(size) });
    assert!(rect(&after).center().distance(place) < 0.5, "{:?} {place:?}", rect(&after).center());
    assert!((rect(&after).width() / rect(&before).width() - 3.0).abs() < 0.01);
    let far = Camera::default().zoomed(1e9, [0.0; 2]);
    assert_eq!(far.zoom, ZOOMS[1]);
}

#[test]
fn what_is_followed_is_in_the_middle() {
    let size = vec2(1000.0, 400.0);
    let camera = Camera { zoom: 3.0, ..Camera::default() };
    let scene = Scene::new(&world(12), &Setting { camera, follows: Some(7), ..setting(size) });
    let hit = scene.hits.iter().find(|hit| hit.thing == Thing::Instance(7)).unwrap();
    assert!(hit.rect.center().distance(pos2(500.0, 200.0)) < 0.5, "{hit:?}");
    assert_eq!(scene.at(pos2(500.0, 200.0)), Some(Thing::Instance(7)));
}

#[test]
fn stream_widths_are_the_split() {
    let scene = Scene::new(&world(12), &setting(vec2(1000.0, 400.0)));
    let width = |pool: Pool| scene.streams.to(pool, false).unwrap().width;
    let ratio = width(Pool::Stable) / width(Pool::Candidate);
    assert!((4.0..9.5).contains(&ratio), "90 to 10 is drawn as {ratio}");
}

/// The world of an exercise's model solution in one of its cases at a moment.
fn played(exercise: &str, case: usize, at: u64, pace: f64) -> World {
    let lab = crate::app::tests::lab();
    let entry = lab.catalog.exercise(exercise).unwrap();
    let (_, plan) = entry.solution.as_ref().unwrap();
    let case = entry.exercise.draw(&entry.exercise.cases[case], &entry.scenario, 7);
    let playback = crate::exercise::Playback::new(&entry.scenario, &case, plan, &[], 7).unwrap();
    let mut playback = playback.seen_closely();
    playback.seek(Time::from_secs(at));
    let record = playback.record();
    World::look(playback.simulation(), &entry.scenario, &record.observed.metrics, pace, None)
}

#[test]
fn there_are_as_many_dots_as_the_legend_says() {
    let world = played("canary", 1, 200, 60.0);
    let scene = Scene::new(&world, &setting(vec2(1000.0, 400.0)));
    let dots = scene.dots(&world, 0.0).len() as f64;
    // Some hide behind the router.
    let seconds = world.pace * world::TRAVEL_S;
    let meant = world.rate * seconds / f64::from(world.per_dot);
    assert!((0.6..1.2).contains(&(dots / meant)), "{dots} dots, {meant} meant");
    let pane = Rect::from_min_size(pos2(0.0, 0.0), vec2(1000.0, 400.0));
    assert!(scene.dots(&world, 0.0).iter().all(|dot| pane.contains(dot.at)));
    let still = Scene::new(&world, &Setting { still: true, ..setting(vec2(1000.0, 400.0)) });
    assert!(still.dots(&world, 0.0).is_empty());
}

#[test]
fn failures_are_crosses_and_releases_have_their_shapes() {
    let mut seen = std::collections::BTreeSet::new();
    // A failure is on its way for a moment only, so several moments are looked at.
    for at in (330..=420).step_by(10) {
        let world = played("canary", 1, at, 60.0);
        let scene = Scene::new(&world, &setting(vec2(1000.0, 400.0)));
        for dot in scene.dots(&world, 0.0) {
            let one_try = |one: &&crate::sim::SampledTry| one.request == dot.request;
            let of = world.sampled.iter().map(|seen| &seen.one_try).filter(one_try);
            let failed = of.clone().any(|one| one.failed());
            if dot.shape == DotShape::Cross {
                assert!(failed, "only what failed is a cross");
            }
            if dot.shape == DotShape::Square {
                assert!(of.clone().any(|one| one.pool == Pool::Candidate));
            }
            seen.insert(format!("{:?}", dot.shape));
        }
    }
    for shape in ["Cross", "Round", "Square"] {
        assert!(seen.contains(shape), "{shape}: {seen:?}");
    }
}

#[test]
fn a_dot_moves_along_and_never_back() {
    let world = played("canary", 0, 420, 60.0);
    let scene = Scene::new(&world, &setting(vec2(1000.0, 400.0)));
    let before = scene.dots(&world, 0.0);
    let after = scene.dots(&world, 0.05);
    let mut moved = 0;
    for dot in &before {
        let later = after.iter().filter(|one| one.request == dot.request && one.is_retry == dot.is_retry);
        for one in later {
            assert!(one.at.x > dot.at.x - 0.5, "{dot:?} {one:?}");
            moved += usize::from(one.at.x > dot.at.x + 0.2);
        }
    }
    assert!(moved * 2 > before.len(), "{moved} of {}", before.len());
}

#[test]
fn gauges_do_not_strobe() {
    let lab = crate::app::tests::lab();
    let entry = lab.catalog.exercise("canary").unwrap();
    let case = entry.exercise.draw(&entry.exercise.cases[0], &entry.scenario, 7);
    let playback = crate::exercise::Playback::new(&entry.scenario, &case, &entry.starter, &[], 7).unwrap();
    let mut playback = playback.seen_closely();
    playback.seek(Time::from_secs(120));
    let mut before: Option<World> = None;
    let mut most: f64 = 0.0;
    for _ in 0..200 {
        // A frame of 16 ms at 60 times the speed.
        playback.go_on(Span::from_millis(960));
        let record = playback.record();
        let simulation = playback.simulation();
        let world = World::look(simulation, &entry.scenario, &record.observed.metrics, 60.0, before.as_ref());
        if let Some(before) = &before {
            most = most.max((world.pools[0].busy - before.pools[0].busy).abs());
        }
        before = Some(world);
    }
    assert!(most < 0.03, "a gauge leaps by {most} in a frame");
}
