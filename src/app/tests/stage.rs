//! The stage shows the world and changes nothing in it.

use egui_kittest::kittest::Queryable;

use crate::app::model::editor::EditorCommand;
use crate::app::model::order::Order;
use crate::app::model::panes::Pane;
use crate::app::model::sandbox::SandboxCommand;
use crate::app::model::settings::Setting;
use crate::app::model::stage::{StageCommand, Thing};
use crate::app::model::world::World;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::{lab, window};
use crate::app::view::stage::blame;
use crate::engine::Time;
use crate::exercise::Playback;
use crate::sim::{Cause, InstanceState, Pool};

/// The model solution of an exercise, with its second case.
fn solution(id: &str) -> (std::sync::Arc<crate::scenario::Scenario>, Playback) {
    let lab = lab();
    let entry = lab.catalog.exercise(id).unwrap();
    let (_, plan) = entry.solution.as_ref().unwrap();
    let playback = Playback::new(
        &entry.scenario,
        &entry.exercise.draw(&entry.exercise.cases[1], &entry.scenario, 7),
        plan,
        &[],
        7,
    )
    .unwrap();
    (entry.scenario.clone(), playback)
}

#[test]
fn with_the_lens_a_run_is_the_same() {
    for id in ["canary", "blue-green", "retry-storm", "production-testing"] {
        let (_, mut plain) = solution(id);
        let (_, seen) = solution(id);
        let mut seen = seen.seen_closely();
        plain.seek(Time::from_secs(900));
        seen.seek(Time::from_secs(900));
        assert_eq!(plain.simulation().digest(), seen.simulation().digest(), "{id}");
        let now = seen.now();
        assert!(plain.simulation().sampled_tries(Time::ZERO).1.is_empty(), "{id}");
        assert!(
            !seen.simulation().sampled_tries(now - crate::engine::Span::from_secs(60)).1.is_empty(),
            "{id}"
        );
    }
}

#[test]
fn a_run_that_is_rewound_shows_the_same_requests() {
    let (scenario, playback) = solution("canary");
    let mut playback = playback.rewindable().seen_closely();
    let look = |playback: &Playback| {
        let record = playback.record();
        World::look(playback.simulation(), &scenario, &record.observed.metrics, 60.0, None)
    };
    playback.seek(Time::from_secs(600));
    let before = look(&playback);
    playback.seek(Time::from_secs(700));
    playback.seek(Time::from_secs(600));
    assert_eq!(before, look(&playback));
    assert!(before.sampled.len() > 50, "{}", before.sampled.len());
}

#[test]
fn the_world_shows_who_answers_whom() {
    let (scenario, playback) = solution("canary");
    let mut playback = playback.seen_closely();
    playback.seek(Time::from_secs(340));
    let record = playback.record();
    let world = World::look(playback.simulation(), &scenario, &record.observed.metrics, 60.0, None);
    let shares: f64 = world.pools.iter().map(|pool| pool.share).sum();
    assert!((shares - 1.0).abs() < 1e-9, "{shares}");
    assert!(world.pools.iter().any(|pool| pool.pool == Pool::Candidate && !pool.figures.is_empty()));
    // The rates of the pools are those that users bring: about 100 a second.
    assert!((60.0..200.0).contains(&world.rate), "{}", world.rate);
    let names: Vec<&str> = world.pools.iter().map(|pool| pool.release.as_str()).collect();
    assert!(names.iter().all(|name| !name.contains('-')), "a name gives nothing away: {names:?}");
    assert!(world.step.is_some_and(|(at, of)| at >= 1 && at <= of), "{:?}", world.step);
    assert!(world.dependencies.iter().all(|one| one.is_called && one.p99_s.is_some()));
    assert!(world.pools.iter().all(|pool| pool.ready() >= pool.count(InstanceState::Ready)));
}

fn opened() -> Lab {
    let mut lab = lab();
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(420))));
    lab
}

#[test]
fn the_stage_is_told_in_words_and_placed_for_who_paints_it() {
    for zoom in [1.0, 2.0] {
        let harness = window(opened(), [1280.0, 720.0], zoom);
        let said = harness.query_by_label_contains("groups of users ask checkout");
        assert!(said.is_some(), "the picture has its words at {zoom}");
        let placed = crate::app::view::panels::stage::placed(&harness.ctx).unwrap();
        assert!(placed.rect.width() > 200.0 && !placed.scene.shapes.is_empty() && !placed.dots.is_empty());
    }
}

#[test]
fn the_table_has_a_row_for_every_instance_and_a_row_is_chosen_with_enter() {
    let mut harness = window(opened(), [1280.0, 720.0], 1.0);
    harness.get_by_label("Show the stage as a table").click();
    harness.run_steps(3);
    assert!(harness.state().stage.is_table);
    let world = harness.state().run.as_ref().unwrap().player.snapshot().world.clone();
    for figure in world.pools.iter().flat_map(|pool| &pool.figures) {
        let name = format!("{} {}", world.service, figure.number);
        assert!(harness.query_all_by_label(&name).next().is_some(), "{name}");
    }
    harness.get_by_label("checkout 3").focus();
    harness.run_steps(2);
    harness.key_press(egui::Key::Enter);
    harness.run_steps(3);
    assert_eq!(harness.state().stage.chosen, Some(Thing::Instance(3)));
}

#[test]
fn keys_zoom_move_and_choose_on_the_picture() {
    let mut harness = window(opened(), [1280.0, 720.0], 1.0);
    harness.get_by_label_contains("groups of users ask checkout").focus();
    harness.run_steps(2);
    harness.key_press(egui::Key::Plus);
    harness.key_press(egui::Key::ArrowRight);
    harness.run_steps(2);
    let camera = harness.state().stage.camera;
    assert!(camera.zoom > 1.2 && camera.center[0] > 0.5, "{camera:?}");
    harness.key_press(egui::Key::CloseBracket);
    harness.run_steps(2);
    assert_eq!(harness.state().stage.chosen, Some(Thing::Instance(1)));
    harness.key_press(egui::Key::Num0);
    harness.run_steps(2);
    assert_eq!(harness.state().stage.camera, crate::app::model::stage::Camera::default());
}

#[test]
fn what_is_chosen_is_let_go_when_nothing_lies_over_it() {
    let mut lab = opened();
    lab.apply(LabCommand::Stage(StageCommand::Choose(Some(Thing::Router))));
    lab.apply(LabCommand::Show(crate::app::model::screen::Overlay::Keys));
    lab.apply(LabCommand::Close);
    assert_eq!((lab.overlay, lab.stage.chosen), (None, Some(Thing::Router)));
    lab.apply(LabCommand::Close);
    assert_eq!(lab.stage.chosen, None);
}

#[test]
fn odd_commands_do_no_harm() {
    let mut lab = opened();
    for factor in [f32::NAN, 0.0, -1.0, f32::INFINITY, 1e30] {
        lab.apply(LabCommand::Stage(StageCommand::Zoom(factor, [0.3, 9.0])));
    }
    lab.apply(LabCommand::Stage(StageCommand::Pan([f32::MAX, -f32::MAX])));
    lab.apply(LabCommand::Stage(StageCommand::Follow(Some(77_777))));
    lab.apply(LabCommand::Stage(StageCommand::Choose(Some(Thing::Dependency(99)))));
    let harness = window(lab, [700.0, 300.0], 1.0);
    assert!(harness.state().stage.camera.center.iter().all(|at| (0.0..=1.0).contains(at)));
}

#[test]
fn a_failure_is_chosen_from_the_list_and_told() {
    let mut lab = opened();
    let run = lab.run.as_ref().unwrap();
    // The starter of the exercise meets its first case; its baseline has ordinary errors.
    let seen = *run.player.snapshot().world.failures.first().unwrap();
    lab.apply(LabCommand::Stage(StageCommand::Choose(Some(Thing::Request(seen.one_try.request)))));
    assert!(lab.stage.tries.contains(&seen));
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(600))));
    for zoom in [1.0, 2.0] {
        let mut lab = opened();
        lab.apply(LabCommand::Stage(StageCommand::Choose(Some(Thing::Request(seen.one_try.request)))));
        lab.apply(LabCommand::Only(Some(crate::app::model::panes::Pane::Inspector)));
        let harness = window(lab, [1280.0, 720.0], zoom);
        assert!(harness.query_by_label_contains("Recent failures").is_some());
        // What would give the case away is not told while the run goes on.
        assert!(harness.query_by_label_contains("ordinary errors").is_none());
        assert!(harness.query_by_label_contains("The cause is shown when the run is over").is_some());
    }
}

#[test]
fn an_instance_that_went_is_told_as_bars_and_in_words() {
    let mut lab = lab();
    lab.apply(LabCommand::OpenScenario("checkout".to_owned()));
    // The plan of the sandbox is a canary; the old instances go at its end.
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(1500))));
    let world = lab.run.as_ref().unwrap().player.snapshot().world.clone();
    let departure = world.departures.last().unwrap();
    assert!(departure.told.is_some_and(|told| told >= departure.asked));
    assert!(departure.gone.is_some());
    assert_eq!(departure.unlearned.len(), departure.proxies as usize);
    lab.apply(LabCommand::Only(Some(crate::app::model::panes::Pane::Inspector)));
    let harness = window(lab, [1280.0, 720.0], 1.0);
    assert!(harness.query_all_by_label_contains("Asked to terminate at").next().is_some());
}

/// The sandbox with a release that errors, at a failure that its step sent there, which is chosen.
fn at_a_defect() -> Lab {
    let mut lab = lab();
    lab.apply(LabCommand::Set(Setting::AllPanels(true)));
    for command in [
        SandboxCommand::Choose("checkout".to_owned()),
        SandboxCommand::Release("v2-errors".to_owned()),
        SandboxCommand::Open,
    ] {
        lab.apply(LabCommand::Sandbox(command));
    }
    for at in (300..900).step_by(20) {
        lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(at))));
        let world = lab.run.as_ref().unwrap().player.snapshot().world.clone();
        let of_defect = world.failures.iter().find(|seen| seen.one_try.cause == Some(Cause::Defect));
        if let Some(seen) = of_defect {
            lab.apply(LabCommand::Stage(StageCommand::Choose(Some(Thing::Request(seen.one_try.request)))));
            return lab;
        }
    }
    panic!("nothing ever fails by the defect");
}

#[test]
fn the_line_of_the_plan_behind_a_failure_is_told_and_shown() {
    for (only, size) in [(None, [1600.0, 900.0]), (Some(Pane::Inspector), [1280.0, 720.0])] {
        let mut lab = at_a_defect();
        lab.apply(LabCommand::Only(only));
        let text = lab.run.as_ref().unwrap().editor.text().to_owned();
        let line = text.lines().position(|line| line.contains("Weight(\"10%\")")).unwrap() + 1;
        let mut layout = lab.settings.layout.clone();
        layout.make_active(|_, tile| matches!(tile, egui_tiles::Tile::Pane(Pane::Inspector)));
        lab.apply(LabCommand::Set(Setting::Layout(Box::new(layout))));
        let mut harness = window(lab, size, 1.0);
        let told = format!("line {line}: ");
        assert!(harness.query_all_by_label_contains(&told).next().is_some(), "{told} of {text}");
        harness.get_by_label("Show it in the plan").click_accesskit();
        harness.run_steps(4);
        let field = egui::Id::new("text of the plan");
        assert_eq!(harness.ctx.memory(egui::Memory::focused), Some(field), "{only:?}");
        let state = egui::text_edit::TextEditState::load(&harness.ctx, field).unwrap();
        let cursor = state.cursor.char_range().unwrap().primary.index;
        let before: String = text.chars().take(usize::from(cursor)).collect();
        assert_eq!(before.matches('\n').count() + 1, line, "{only:?}");
        assert!(text[before.len()..].starts_with("Weight(\"10%\")"), "{before}");
    }
}

#[test]
fn a_line_that_was_changed_since_is_told_as_it_now_is_or_as_gone() {
    let lab = at_a_defect();
    let text = lab.run.as_ref().unwrap().editor.text().to_owned();
    let mut harness = window(lab, [1600.0, 900.0], 1.0);
    harness.state_mut().apply(LabCommand::Only(Some(Pane::Inspector)));
    let changed = text.replace("steps: [", "\n\n        steps: [");
    harness.state_mut().apply(LabCommand::Plan(EditorCommand::SetText(changed.clone())));
    harness.run_steps(3);
    let line = changed.lines().position(|line| line.contains("Weight(\"10%\")")).unwrap() + 1;
    assert!(harness.query_all_by_label_contains(&format!("line {line}: ")).next().is_some());
    let gone = "(format: 1, title: \"Other\", strategy: Recreate)".to_owned();
    harness.state_mut().apply(LabCommand::Plan(EditorCommand::SetText(gone)));
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("This line is no longer in your plan").is_some());
}

#[test]
fn what_was_routed_by_hand_is_not_put_on_a_step() {
    let lab = at_a_defect();
    let run = lab.run.as_ref().unwrap();
    let seen = *lab.stage.tries.iter().find(|seen| seen.one_try.cause == Some(Cause::Defect)).unwrap();
    let facts = &run.player.snapshot().record.facts;
    let path = |by_hand| blame::blame(&run.plan, facts, &seen, by_hand).unwrap().path;
    assert_eq!((path(false).as_str(), path(true).as_str()), ("strategy.steps[0]", "strategy"));
}
