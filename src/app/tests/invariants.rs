//! The invariants of the lab. Every window of these tests checks them after every command.

use crate::app::model::Lab;
use crate::app::model::keys::SHORTCUTS;
use crate::app::model::panes::Pane;
use crate::app::model::player::engine::MOST_FUTURES;
use crate::app::model::run::Run;
use crate::app::model::screen::Screen;
use crate::app::model::settings::{Settings, TEXT_SCALES};
use crate::engine::Time;

/// What does not hold, in sentences; none when all is well.
pub(super) fn broken(lab: &Lab) -> Vec<String> {
    let mut broken = Vec::new();
    let mut holds = |holds: bool, what: &str| {
        if !holds {
            broken.push(what.to_owned());
        }
    };
    match (lab.screen, &lab.run) {
        (Screen::Run, run) => holds(run.is_some(), "the screen of a run has a run"),
        (Screen::Debrief, run) => {
            let is_there = run.as_ref().is_some_and(|run| run.debrief.is_some());
            holds(is_there, "the screen of the debrief has a debrief");
        }
        _ => {}
    }
    let plans = &lab.saved_plans;
    let numbers: Vec<u32> = plans.plans.iter().map(|plan| plan.number).collect();
    holds(numbers.is_sorted_by(|a, b| a < b), "saved plans are in the order of their numbers, each once");
    holds(plans.open.is_none_or(|open| numbers.contains(&open)), "the saved plan that is open is there");
    holds(lab.comparing.worlds > 0, "a comparison is over at least one world");
    holds(lab.learner.best.values().all(|best| best.is_finite()), "best scores are numbers");
    of_settings(&lab.settings, &mut holds);
    if let Some(run) = &lab.run {
        of_run(run, &mut holds);
    }
    broken
}

fn of_settings(settings: &Settings, holds: &mut impl FnMut(bool, &str)) {
    let scale = settings.text_scale;
    holds((TEXT_SCALES[0]..=TEXT_SCALES[1]).contains(&scale), "the size of text is within its limits");
    let tiles = &settings.layout.tiles;
    let panes = tiles.tiles().filter(|tile| matches!(tile, egui_tiles::Tile::Pane(_))).count();
    let is_there = |pane: &Pane| tiles.find_pane(pane).is_some();
    holds(panes == Pane::all().len() && Pane::all().iter().all(is_there), "the layout has every pane once");
    let keys: Vec<_> = SHORTCUTS.iter().filter_map(|shortcut| settings.keys.of(shortcut.id)).collect();
    let is_single = |(at, key): (usize, _)| !keys[..at].contains(key);
    holds(keys.iter().enumerate().all(is_single), "no two commands have the same key");
}

fn of_run(run: &Run, holds: &mut impl FnMut(bool, &str)) {
    let view = run.player.snapshot();
    holds(view.now <= view.end, "a run is not beyond its end");
    holds(view.now <= view.seen && view.seen <= view.end, "what was seen reaches to the present");
    holds(view.futures.len() <= MOST_FUTURES, "no more futures are kept than there is room for");
    let in_time = |times: &[Time]| times.is_sorted() && times.iter().all(|at| *at <= view.end);
    let times: Vec<Time> = view.actions.iter().map(|action| action.at).collect();
    holds(in_time(&times), "actions by hand are in the order of time");
    let times: Vec<Time> = view.markers.iter().map(|marker| marker.at).collect();
    holds(in_time(&times), "markers are in the order of time");
    let times: Vec<Time> = view.log.iter().map(|row| row.at).collect();
    holds(in_time(&times), "the log is in the order of time");
    let editor = &run.editor;
    holds(editor.plan().is_some() || editor.errors() > 0, "a text that is no plan says why");
    if let Some(entry) = run.entry() {
        let cases = entry.exercise.cases.len();
        holds(run.case.0 < cases, "the case is one of the exercise's");
        holds(run.notes.hints <= entry.exercise.hints.len(), "no more hints are taken than there are");
    }
}
