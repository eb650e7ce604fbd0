//! Runs at their beginning, under way and at their end: of exercises, of scenarios, of the museum, in each pane.

use std::sync::Arc;

use super::{Shown, done, exercise, held, still};
use crate::app::model::catalog::World;
use crate::app::model::lab::{Draw, Start};
use crate::app::model::order::Order;
use crate::app::model::panes::Pane;
use crate::app::model::sandbox::{Retelling, SandboxCommand};
use crate::app::model::settings::Setting;
use crate::app::model::stage::{StageCommand, Thing};
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::walk::things;
use crate::engine::Time;
use crate::library::read_ron;
use crate::scenario::{Fidelity, Scenario};

pub(in crate::app::tests) const RUNS: &[Shown] = &[
    still("all-at-once at its beginning", |start| exercise(start, "all-at-once", 0)),
    still("canary under way", |start| exercise(start, "canary", 420)),
    still("canary at its end", |start| exercise(start, "canary", 9_000)),
    still("a flag under way", |start| exercise(start, "production-testing", 500)),
    still("blue and green", |start| exercise(start, "blue-green", 500)),
    still("few requests", |start| exercise(start, "few-requests", 0)),
    still("a train", |start| exercise(start, "train", 3_000)),
    still("an experiment", |start| exercise(start, "which-page-sells", 1_200)),
];

pub(in crate::app::tests) const WORLDS: &[Shown] = &[
    still("a scenario", |start| {
        let lab = done(held(start), [LabCommand::Set(Setting::AllPanels(true))]);
        opened(lab, LabCommand::OpenScenario("checkout".to_owned()), 420)
    }),
    still("an incident as it was", |start| relived(start, "slack-2022", Retelling::AsItWas, 10_800)),
    still("an incident with the better plan", |start| {
        relived(start, "knight-2012", Retelling::Recommended, 1_200)
    }),
    still("an incident on duty", |start| on_duty(start, "museum-knight-2012", || Ok(1))),
    still("an incident on duty while it fails", |start| on_duty(start, "museum-knight-2012", || Ok(2))),
    still("on duty", |start| on_duty(start, "incident-response", || Ok(1))),
    still("requests as counts", fluid),
];

pub(in crate::app::tests) const PANES: &[Shown] = &[
    still("brief alone", |start| alone(start, Pane::Brief)),
    still("stage alone", |start| alone(start, Pane::Stage)),
    still("stage as a table", |start| {
        done(alone(start, Pane::Stage), [LabCommand::Stage(StageCommand::Table(true))])
    }),
    still("plan alone", |start| alone(start, Pane::Plan)),
    still("dashboards alone", |start| alone(start, Pane::Dashboards)),
    still("log alone", |start| alone(start, Pane::Log)),
    still("operate alone", |start| alone(start, Pane::Operate)),
    still("inspector alone", |start| alone(start, Pane::Inspector)),
    still("a group of users", |start| looked_at(start, |thing| matches!(thing, Thing::Group(_)))),
    still("the router", |start| looked_at(start, |thing| matches!(thing, Thing::Router))),
    still("a pool", |start| looked_at(start, |thing| matches!(thing, Thing::Pool(_)))),
    still("an instance", |start| looked_at(start, |thing| matches!(thing, Thing::Instance(_)))),
    still("a service", |start| looked_at(start, |thing| matches!(thing, Thing::Dependency(_)))),
    still("a request", |start| looked_at(start, |thing| matches!(thing, Thing::Request(_)))),
];

fn opened(lab: Lab, command: LabCommand, at: u64) -> Lab {
    done(lab, [command, LabCommand::Play(Order::Seek(Time::from_secs(at)))])
}

/// A case on duty after a quarter of an hour; its number says which case it is, and in which world.
fn on_duty(start: Start, id: &str, draw: fn() -> Result<u64, String>) -> Lab {
    exercise(Start { draw: Draw(draw), ..start }, id, 900)
}

fn relived(start: Start, id: &str, how: Retelling, at: u64) -> Lab {
    let lab = done(held(start), [LabCommand::Set(Setting::AllPanels(true))]);
    opened(lab, LabCommand::Sandbox(SandboxCommand::Relive(id.to_owned(), how)), at)
}

/// A world whose requests are drawn as counts.
pub(in crate::app::tests) fn fluid(start: Start) -> Lab {
    const WORLD: &str = include_str!("fluid.ron");
    let (scenario, _) = read_ron::<Scenario>("fluid.ron", WORLD).expect("a world of ours is right");
    assert_eq!((scenario.fidelity, scenario.problems()), (Fidelity::Fluid, Vec::new()));
    let mut lab = done(held(start), [LabCommand::Set(Setting::AllPanels(true))]);
    let (id, scenario) = (scenario.id.clone(), Arc::new(scenario));
    lab.catalog.worlds.insert(0, World { id: id.clone(), scenario, case: None });
    opened(lab, LabCommand::OpenScenario(id), 420)
}

fn alone(start: Start, pane: Pane) -> Lab {
    done(exercise(start, "canary", 420), [LabCommand::Only(Some(pane))])
}

/// The inspector with the first of the things on the stage that are meant.
fn looked_at(start: Start, is_it: fn(&Thing) -> bool) -> Lab {
    let lab = exercise(start, "canary", 420);
    let thing = things(&lab).into_iter().find(is_it);
    let choose = LabCommand::Stage(StageCommand::Choose(Some(thing.expect("it is on the stage"))));
    done(lab, [choose, LabCommand::Only(Some(Pane::Inspector))])
}
