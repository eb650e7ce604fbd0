//! What a frame of the lab costs its own code, on one core and without the graphics stack: the panels of a run, and the
//! snapshot that is made beside it; the stage is measured by `benches/stage.rs`. `cargo bench --bench frame`.

use std::sync::Arc;
use std::time::Duration;

use divan::{Bencher, black_box};

use rollout_lab::app::model::lab::Start;
use rollout_lab::app::model::order::Order;
use rollout_lab::app::model::{Lab, LabCommand};
use rollout_lab::app::view::{panels, theme};
use rollout_lab::engine::{Span, Time};

fn main() {
    divan::main();
}

/// A lab with an exercise at its eighth minute.
fn lab() -> Lab {
    let mut lab = Lab::new(Start::default());
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    lab.apply(LabCommand::Play(Order::Seek(Time::ZERO + Span::from_secs(480))));
    lab
}

/// egui with the lab's fonts, past its first frames.
fn context(lab: &mut Lab) -> egui::Context {
    let ctx = egui::Context::default();
    ctx.set_fonts(theme::fonts());
    lab.theme().apply(&ctx, true);
    let _ = ctx.run_ui(input(), |_| {});
    for _ in 0..3 {
        draw(&ctx, lab);
    }
    ctx
}

fn input() -> egui::RawInput {
    let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1600.0, 900.0));
    egui::RawInput { screen_rect: Some(screen), ..egui::RawInput::default() }
}

/// One frame, to triangles.
fn draw(ctx: &egui::Context, lab: &mut Lab) -> usize {
    let mut asked = Vec::new();
    let output = ctx.run_ui(input(), |ui| panels::show(ui, lab, &mut asked));
    asked.into_iter().for_each(|command| lab.apply(command));
    ctx.tessellate(output.shapes, output.pixels_per_point).len()
}

/// All panes of a run, the stage among them, painted by egui.
#[divan::bench]
fn panels_of_a_run(bencher: Bencher) {
    let mut lab = lab();
    let ctx = context(&mut lab);
    bencher.bench_local(|| draw(&ctx, black_box(&mut lab)));
}

/// The snapshot that a player makes, up to 60 times a second and off the frame, after an hour.
#[divan::bench]
fn snapshot_after_an_hour(bencher: Bencher) {
    let mut lab = Lab::new(Start::default());
    // The scenario lasts an hour.
    lab.apply(LabCommand::OpenScenario("clinic".to_owned()));
    lab.apply(LabCommand::Play(Order::Seek(Time(u64::MAX))));
    let run = lab.run.as_mut().expect("a shipped scenario opens");
    bencher.bench_local(|| {
        run.player.order(Order::Pause);
        run.player.pump(Duration::ZERO);
        Arc::clone(run.player.snapshot())
    });
}
