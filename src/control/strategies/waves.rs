//! Staged waves: zone after zone, or region after region, with a bake time between.

mod wave;

pub use wave::Wave;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::definition::{Definition, Exposure, StepList};
use crate::control::check_list::CheckList;
use crate::control::compiled_plan::CompiledPlan;
use crate::control::problems::analysis;
use crate::control::problems::limits::MOST_STEPS;
use crate::control::{Analysis, Rolling, Step};
use crate::engine::Span;
use crate::scenario::{Notes, Scenario};
use wave::known;

/// A release that goes out zone after zone, so that a bad one harms only the zones that it has reached, and the others
/// can serve the users (Azure safe deployment practices, AWS one zone at a time). A rollback is one rolling update over all
/// zones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Waves {
    /// Names of the zones of each wave, in order; a region is the list of its zones. Default each zone of the scenario is
    /// a wave of its own, in the scenario's order.
    pub waves: Vec<Vec<String>>,
    /// How the instances of a wave are replaced; shares are of the wave's instances. Default a rolling update.
    pub deploy: Rolling,
    /// Bake time between a wave and the next. Default 10 m (assumed; upstream leaves it to the author).
    pub bake: Span,
    /// Analysis of the candidate during each bake time; a failure aborts the rollout. Default nothing.
    pub analysis: Option<Analysis>,
    /// Whether each next wave needs an approval. Default no.
    pub approve: bool,
}

impl Default for Waves {
    fn default() -> Self {
        Self {
            waves: Vec::new(),
            deploy: Rolling::default(),
            bake: Span::from_secs(600),
            analysis: None,
            approve: false,
        }
    }
}

impl Waves {
    /// The steps, in a world with these zones: each wave, and after it the bake time. After the last wave only an
    /// analysis is waited for.
    fn written_out(&self, zones: &[String]) -> Vec<Step> {
        let each = || zones.iter().map(|zone| vec![zone.clone()]).collect::<Vec<_>>();
        let mut waves = if self.waves.is_empty() { each() } else { self.waves.clone() };
        if waves.is_empty() {
            waves.push(Vec::new());
        }
        let count = waves.len();
        let mut steps = Vec::new();
        for (index, zones) in waves.into_iter().enumerate() {
            steps.push(Step::Wave(Wave { zones, deploy: self.deploy.clone() }));
            let is_last = index + 1 == count;
            match &self.analysis {
                Some(analysis) => {
                    steps.push(Step::Analyse(Analysis { lasts: Some(self.bake), ..analysis.clone() }));
                }
                None if !is_last => steps.push(Step::Pause(self.bake)),
                None => {}
            }
            if self.approve && !is_last {
                steps.push(Step::Approve);
            }
        }
        steps
    }
}

impl Definition for Waves {
    fn compile(&self, zones: &[String]) -> CompiledPlan {
        CompiledPlan::of_steps(self.written_out(zones))
    }

    fn problems(&self, notes: &mut Notes, at: &str, _beside: Option<&Analysis>, scenario: Option<&Scenario>) {
        self.deploy.check(notes, &format!("{at}.deploy"));
        notes.length(&format!("{at}.waves"), "wave", self.waves.len(), 0..=MOST_STEPS / 3);
        let mut named: Vec<&str> = Vec::new();
        for (index, zones) in self.waves.iter().enumerate() {
            let at = format!("{at}.waves[{index}]");
            notes.length(&at, "zone", zones.len(), 1..=32);
            for (place, zone) in zones.iter().enumerate() {
                if named.contains(&zone.as_str()) {
                    let message = format!("zone \"{zone}\" is in an earlier wave already");
                    notes.error(format!("{at}[{place}]"), "duplicate-name", message);
                }
                named.push(zone);
            }
            known(notes, &at, zones, scenario);
        }
        if !self.waves.is_empty() {
            all_named(notes, &format!("{at}.waves"), &named, scenario);
        }
        let Some(analysis) = &self.analysis else { return };
        let list = format!("{at}.analysis");
        analysis::checks(notes, &list, analysis, scenario);
        notes.some_time(format!("{at}.bake"), self.bake);
        if analysis.lasts.is_some() {
            let message = "it runs as long as a wave bakes; leave `for` out and set `bake`";
            notes.warning(format!("{list}.for"), "no-effect", message);
        }
        for (index, check) in analysis.checks.iter().enumerate() {
            analysis::in_time(notes, &format!("{list}.checks[{index}]"), check, self.bake);
        }
    }

    /// After the last wave there is no wait, since all users have the release.
    fn drop_analyses(&mut self) {
        self.analysis = None;
    }

    fn halve_weights(&mut self) {}

    fn exposure(&self) -> Exposure {
        Exposure::Instances
    }

    fn step_list(&self) -> Option<StepList<'_>> {
        None
    }

    fn analyses(&self) -> Vec<(&'static str, &Analysis)> {
        self.analysis.iter().map(|analysis| ("analysis", analysis)).collect()
    }

    fn check_lists(&mut self) -> Vec<CheckList<'_>> {
        self.analysis.iter_mut().map(|of| of.check_list("strategy.analysis")).collect()
    }
}

/// Notes the zones that written-out steps leave out: waves without a rolling update over all must reach every zone.
pub(super) fn reach_all_zones(notes: &mut Notes, at: &str, steps: &[Step], scenario: Option<&Scenario>) {
    let waves = || {
        steps.iter().filter_map(|step| match step {
            Step::Wave(of) => Some(of),
            _ => None,
        })
    };
    let over_all = steps.iter().any(|step| matches!(step, Step::Roll(_)));
    if waves().next().is_none() || over_all || waves().any(|of| of.zones.is_empty()) {
        return;
    }
    let named: Vec<&str> = waves().flat_map(|of| &of.zones).map(String::as_str).collect();
    all_named(notes, at, &named, scenario);
}

fn all_named(notes: &mut Notes, at: &str, named: &[&str], scenario: Option<&Scenario>) {
    let Some(scenario) = scenario else { return };
    for zone in scenario.zones.iter().filter(|zone| !named.contains(&zone.as_str())) {
        let message = format!("zone \"{zone}\" is in no wave: the baseline would stay there for ever");
        notes.error(at, "left-out", message);
    }
}
