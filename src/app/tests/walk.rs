//! Draws every screen, pane and overlay in each of its states, in a small window and with text of twice the size, and
//! reaches each by keyboard.

use clap::ValueEnum;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::app::model::order::Order;
use crate::app::model::panes::Pane;
use crate::app::model::run::RunCommand;
use crate::app::model::screen::{Overlay, Screen};
use crate::app::model::settings::Setting;
use crate::app::model::stage::{StageCommand, Thing};
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::{is_control, lab, window};
use crate::app::texts::t;
use crate::engine::Time;

/// A small window, and one with text of twice the size.
const WINDOWS: [([f32; 2], f32); 2] = [([1280.0, 720.0], 1.0), ([1280.0, 720.0], 2.0)];

/// How a run stands: just opened, under way, and after it.
const STATES: [Option<Time>; 3] = [None, Some(Time(420_000_000_000)), Some(Time(u64::MAX))];

fn opened(state: Option<Time>) -> Lab {
    let mut lab = lab();
    // Grading a hundred times over takes minutes; the debrief's own tests look at it when it is there.
    lab.jobs.hold();
    lab.apply(LabCommand::Set(Setting::AllPanels(true)));
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    if let Some(time) = state {
        lab.apply(LabCommand::Play(Order::Seek(time)));
    }
    lab
}

#[test]
fn the_lists_of_screens_and_overlays_are_whole() {
    assert_eq!(Screen::ALL, *Screen::value_variants());
    assert_eq!(Overlay::ALL, *Overlay::value_variants());
}

#[test]
fn every_screen_is_drawn_in_every_state() {
    for screen in Screen::ALL {
        for state in STATES {
            for (size, zoom) in WINDOWS {
                let mut lab = opened(state);
                match screen {
                    Screen::Debrief => lab.apply(LabCommand::Run(RunCommand::Finish)),
                    screen => lab.apply(LabCommand::Go(screen)),
                }
                let mut harness = window(lab, size, zoom);
                assert_eq!(harness.state().screen, screen, "{state:?}");
                harness.run_steps(2);
                let interactive =
                    harness.root().children_recursive().filter(|node| is_of_the_keyboard(node)).count();
                assert!(interactive > 2, "{screen:?} in {state:?} at {zoom}: nothing for the keyboard");
                // Tables of these scroll to the side.
                if !matches!(screen, Screen::Debrief | Screen::Compare) {
                    stays_inside(&harness, f64::from(size[0] / zoom));
                }
            }
        }
    }
}

#[test]
fn every_overlay_is_drawn_over_every_screen_and_escape_takes_it_away() {
    for overlay in Overlay::ALL {
        for screen in [Screen::Course, Screen::Run, Screen::Debrief] {
            for (size, zoom) in WINDOWS {
                let mut lab = opened(Some(Time(60_000_000_000)));
                lab.apply(LabCommand::Go(screen));
                lab.apply(LabCommand::Show(overlay));
                let mut harness = window(lab, size, zoom);
                assert_eq!(harness.state().overlay, Some(overlay));
                harness.key_press(egui::Key::Escape);
                harness.run_steps(3);
                assert_eq!(harness.state().overlay, None, "{overlay:?} over {screen:?}");
            }
        }
    }
}

/// Each kind of thing that stands on the stage now, if there is one.
pub(super) fn things(lab: &Lab) -> Vec<Thing> {
    let world = &lab.run.as_ref().unwrap().player.snapshot().world;
    let pool = world.pools.first().map(|pool| Thing::Pool(pool.pool));
    let instance =
        world.pools.iter().flat_map(|pool| &pool.figures).map(|one| Thing::Instance(one.number)).next();
    let harm = world.pools.iter().find(|pool| pool.harm.is_some()).map(|pool| Thing::Harm(pool.pool));
    let request = world.sampled.first().map(|seen| Thing::Request(seen.one_try.request));
    let dependency = (!world.dependencies.is_empty()).then_some(Thing::Dependency(0));
    let always = [Thing::Group(0), Thing::Router];
    always.into_iter().chain([pool, instance, harm, request, dependency].into_iter().flatten()).collect()
}

#[test]
fn every_pane_is_drawn_alone_in_every_state() {
    for pane in Pane::all() {
        for state in STATES {
            for (size, zoom) in WINDOWS {
                let mut lab = opened(state);
                lab.apply(LabCommand::Only(Some(*pane)));
                let harness = window(lab, size, zoom);
                assert!(harness.query_all_by_label(pane.title()).next().is_some(), "{pane:?}");
                let keyboard = harness.root().children_recursive().filter(|node| is_of_the_keyboard(node));
                assert!(keyboard.count() > 2, "{pane:?} in {state:?} at {zoom}: nothing for the keyboard");
            }
        }
    }
}

#[test]
fn the_inspector_tells_of_everything_that_can_be_chosen() {
    for state in STATES {
        let all = things(&opened(state));
        assert!(all.len() >= if state.is_some() { 6 } else { 4 }, "{state:?}: {all:?}");
        for thing in all {
            for (size, zoom) in WINDOWS {
                let mut lab = opened(state);
                lab.apply(LabCommand::Only(Some(Pane::Inspector)));
                lab.apply(LabCommand::Stage(StageCommand::Choose(Some(thing))));
                let harness = window(lab, size, zoom);
                let is_said = |text| harness.query_all_by_label(text).next().is_some();
                assert!(is_said(t("inspector.close")), "{thing:?} at {zoom}");
                assert!(!is_said(t("inspector.nothing")), "{thing:?} at {zoom}");
                stays_inside(&harness, f64::from(size[0] / zoom));
            }
        }
    }
}

#[test]
fn tab_reaches_every_pane_of_a_run() {
    let mut harness = window(opened(Some(Time(420_000_000_000))), [1600.0, 900.0], 1.0);
    let mut reached: Vec<[f32; 2]> = Vec::new();
    for _ in 0..400 {
        harness.key_press(egui::Key::Tab);
        harness.run_steps(1);
        if let Some(focused) =
            harness.root().children_recursive().find(|node| node.accesskit_node().is_focused())
        {
            let rect = focused.rect();
            reached.push([rect.center().x, rect.center().y]);
        }
    }
    // Where the panes of the first layout stand, by the mock-up.
    for (pane, [x0, y0, x1, y1]) in [
        (Pane::Brief, [0.0, 40.0, 280.0, 840.0]),
        (Pane::Stage, [280.0, 40.0, 1290.0, 430.0]),
        (Pane::Dashboards, [280.0, 430.0, 1290.0, 720.0]),
        (Pane::Log, [280.0, 720.0, 1290.0, 850.0]),
        (Pane::Plan, [1290.0, 40.0, 1600.0, 640.0]),
        (Pane::Operate, [1290.0, 640.0, 1600.0, 850.0]),
    ] {
        let inside = reached.iter().any(|[x, y]| (x0..x1).contains(x) && (y0..y1).contains(y));
        assert!(inside, "Tab never comes to {pane:?}; it came to {reached:?}");
    }
}

/// Nothing that is called something reaches over the right edge.
fn stays_inside(harness: &Harness<'_, Lab>, width: f64) {
    for node in harness.root().children_recursive() {
        let node = node.accesskit_node();
        // A text's words are its value.
        let (Some(bounds), Some(label)) = (node.raw_bounds(), node.label().or_else(|| node.value())) else {
            continue;
        };
        assert!(bounds.x1 <= width + 1.0, "{label:?} reaches to {} of {width}", bounds.x1);
    }
}

fn is_of_the_keyboard(node: &egui_kittest::Node<'_>) -> bool {
    is_control(node.accesskit_node().role())
}
