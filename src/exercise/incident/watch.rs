//! An incident met on duty: the day on which it happens, a day on which nothing does, and one with trouble that passes, in an order of the
//! learner's own and without a word about which is which. All incidents share one rubric.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::{Exercise, ExerciseCase, FaultVariants, Playbook, Variants};
use super::response::{PASSING_LASTS, Remedy, Watched, blame, response, whole_seconds};
use super::{Figure, Incident};
use crate::control::Plan;
use crate::engine::{Level, Share, Span};
use crate::scenario::{Fault, FaultKind, Scenario, When};
use crate::sim::{ManualAction, RolloutCommand, Suspect};

/// The name of the trouble that passes.
const PASSING: &str = "passing-trouble";
/// The share of requests that fails while trouble passes (modelling choice: plain to see, and below half).
const PASSING_ERRORS: Share = Share::percent(30.0);
/// By how much a release or a fault may come later than it did (modelling choice).
const LATER: Span = Span::from_secs(300);
/// The part of its published length that an outage may last for all points, and for none.
const MARKS: (f64, f64) = (0.4, 0.9);
/// The criterion that takes over the points of those that an incident has no use for.
const FIRST: &str = "named";

/// How an incident is met on duty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Watch {
    /// What is right to name on the day of the incident, once users fail; the model response names the first. Default the release.
    pub causes: Vec<Suspect>,
    /// What helps that can be done by hand, in order; the model response does it. Empty: nothing does. Default to abort, to undo and to
    /// switch the flag off, whichever there is.
    pub response: Vec<Remedy>,
    /// Traffic shape of the days without the incident. Default that of the incident.
    pub calm_traffic: Option<String>,
    /// Whether the plan on duty gets a good release out before the day is over. Default true.
    pub completes: bool,
}

impl Default for Watch {
    fn default() -> Self {
        let back = [RolloutCommand::KillFlag, RolloutCommand::Abort, RolloutCommand::Undo];
        let response = Remedy { after: Span::ZERO, actions: back.map(ManualAction::Command).to_vec() };
        Self { causes: vec![Suspect::Release], response: vec![response], calm_traffic: None, completes: true }
    }
}

/// An incident as an exercise on duty.
#[derive(Clone, Debug, PartialEq)]
pub struct OnDuty {
    /// The exercise.
    pub exercise: Exercise,
    /// The incident's world, with the trouble that passes.
    pub scenario: Scenario,
    /// The plan on duty.
    pub plan: Plan,
    /// What somebody does who looks.
    pub solution: Playbook,
    /// What somebody does who takes whatever happens for the release's fault.
    pub wrong: Playbook,
}

impl Incident {
    /// The incident called `id` as an exercise: `shared`, with its cases and its marks.
    pub fn on_duty(&self, id: &str, shared: Exercise, scenario: &Scenario, naive: &Plan) -> OnDuty {
        let mut world = scenario.clone();
        let strikes = Fault {
            name: PASSING.to_owned(),
            when: When::At(scenario.release_at),
            lasts: Some(PASSING_LASTS.0),
            what: FaultKind::Brownout {
                service: scenario.target.clone(),
                instances: None,
                latency: 1.0,
                errors: PASSING_ERRORS,
            },
        };
        world.faults.push(strikes);
        world.horizon = world.horizon + LATER;
        let plan = Plan {
            alerts: vec![Watched::of(scenario).alert()],
            burn_alerts: Vec::new(),
            triggers: Vec::new(),
            on_call: None,
            ..naive.clone()
        };
        let mut exercise = Exercise {
            id: format!("museum-{id}"),
            title: format!("On duty: {}", scenario.title),
            scenario: scenario.id.clone(),
            cases: self.days(scenario),
            ..shared
        };
        self.mark(&mut exercise, naive);
        let (solution, wrong) = (response(&self.watch.causes, &self.watch.response, scenario), blame());
        OnDuty { exercise, scenario: world, plan, solution, wrong }
    }

    /// The three days.
    fn days(&self, scenario: &Scenario) -> Vec<ExerciseCase> {
        let second = || scenario.releases.get(1).map(|release| release.name.clone());
        let release = self.case.release.clone().or_else(second).unwrap_or_default();
        let traffic = Some((Share::percent(97.0), Share::percent(103.0)));
        let release_at = Some((scenario.release_at, scenario.release_at + LATER));
        let usual = Variants { release_at, traffic, ..Variants::default() };
        let of_faults = self.case.faults.iter().filter_map(|name| {
            let When::At(at) = scenario.fault(name)?.when else { return None };
            Some(FaultVariants { name: name.clone(), at: Some((at, at + LATER)), lasts: None })
        });
        let incident = ExerciseCase {
            name: "incident".to_owned(),
            release: release.clone(),
            faults: self.case.faults.clone(),
            traffic: self.case.traffic.clone(),
            then: Vec::new(),
            variants: Some(Variants { faults: of_faults.collect(), ..usual.clone() }),
            weight: 1,
            calm: false,
            causes: self.watch.causes.clone(),
        };
        let quiet = ExerciseCase {
            name: "quiet".to_owned(),
            faults: Vec::new(),
            traffic: self.watch.calm_traffic.clone().or_else(|| self.case.traffic.clone()),
            variants: Some(usual.clone()),
            calm: true,
            causes: Vec::new(),
            ..incident.clone()
        };
        let whole = scenario.horizon;
        let strikes = (whole.scaled(0.15).max(scenario.release_at), whole.scaled(0.5));
        let passes = FaultVariants {
            name: PASSING.to_owned(),
            at: Some((whole_seconds(strikes.0), whole_seconds(strikes.1.max(strikes.0)))),
            lasts: Some(PASSING_LASTS),
        };
        let passing = ExerciseCase {
            name: "passing trouble".to_owned(),
            faults: vec![PASSING.to_owned()],
            variants: Some(Variants { faults: vec![passes], ..usual }),
            ..quiet.clone()
        };
        vec![incident, quiet, passing]
    }

    /// Takes out the criteria that there is no use for, and sets the marks of the one that the published length of the outage gives.
    fn mark(&self, exercise: &mut Exercise, naive: &Plan) {
        let outage = self.figures.iter().find_map(|figure| match figure {
            Figure::Lasted { above, published } => (*above == Figure::usual()).then_some(*published),
            Figure::Failed { .. } | Figure::Requests { .. } | Figure::Between { .. } => None,
        });
        let shorter = outage.filter(|_| !self.watch.response.is_empty());
        let (mut spare, mut kept) = (0.0, Vec::new());
        for mut criterion in std::mem::take(&mut exercise.rubric) {
            let fits = match (criterion.id.as_str(), shorter) {
                ("shorter", Some(outage)) => {
                    criterion.full = Level::Span(whole_seconds(outage.scaled(MARKS.0)));
                    criterion.zero = Level::Span(whole_seconds(outage.scaled(MARKS.1)));
                    true
                }
                ("shorter", None) => false,
                ("left alone", _) => naive.ships() && self.watch.completes,
                _ => true,
            };
            if fits {
                kept.push(criterion);
            } else {
                spare += criterion.points;
            }
        }
        if let Some(first) = kept.iter_mut().find(|criterion| criterion.id == FIRST) {
            first.points += spare;
        }
        exercise.rubric = kept;
    }
}
