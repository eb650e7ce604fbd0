//! What decides: plans, and the controllers they become.
//!
//! Pure state machines: they see an observation and return actions. Nothing here touches the world or the dice.

mod analysis;
pub mod assess;
pub mod autoscaler;
pub mod conditions;
pub mod deployment;
mod experiment;
#[cfg(test)]
mod fake;
pub mod flagger;
mod gates;
pub mod judge;
mod measure;
mod null;
mod on_call;
mod orders;
mod placed;
mod plan;
mod problems;
mod progressive;
pub mod proportional;
pub mod replicas;
mod rollback;
mod rolling;
mod rollout;
pub mod routed;
pub mod schedule;
mod script;
mod significance;
mod split;
mod steps;
#[cfg(test)]
mod stories;
mod strategy;
mod tally;
mod triggers;
mod variants;
mod waits;
mod waves;
mod words;

pub use autoscaler::{Autoscaler, Behaviour, Policy, Select};
pub use experiment::Experiment;
pub use gates::{Approvals, Freeze, Gates};
pub use null::null_policies;
pub use placed::Placed;
pub use plan::{Analysis, Check, FORMAT, Limit, NoData, OnCall, Plan, Response, Runbook, Trigger};
pub use progressive::Flagger;
pub use rollback::{Gradual, Rollback, WhenImpossible, Window};
pub use significance::Test;
pub use split::Counted;
pub use strategy::{
    Ab, BlueGreen, Canary, FlagRamp, RampSchedule, Rolling, Shadow, SmokeTest, Step, Strategy, StrategyName,
};
pub use waits::{Wait, WaitFor, waits};
pub use waves::{Wave, Waves};

use autoscaler::AutoscalerRun;
use rollout::{Rollout, Spec};
use script::Script;

use crate::scenario::Scenario;
use crate::sim::{Case, Controller, Setup};
use crate::telemetry::{Part, Query};

impl Plan {
    /// What the world is built with, all of it about the target service.
    pub fn setup(&self) -> Setup {
        Setup {
            probes: self.probes,
            drain: self.drain,
            balancer: self.balancer,
            upstream: self.upstream,
            calls: self.calls.clone(),
            alerts: self.alert_rules(),
            parts: self.parts(),
            counts_users: self.checks().iter().any(Check::is_of_users),
            notifications: self.notifications.clone(),
            runbook: self
                .on_call
                .as_ref()
                .map(|on_call| on_call.runbook.iter().map(|entry| entry.alert.clone()).collect()),
            flags: self.flags.clone(),
            flag_rules: self.flag_rules.clone(),
            decides_early: self.autoscaler.is_some(),
            anti_affinity: match &self.strategy {
                Strategy::Canary(of) => of.anti_affinity,
                Strategy::BlueGreen(of) => of.anti_affinity,
                _ => None,
            },
        }
    }

    /// All checks of its analyses.
    pub fn checks(&self) -> Vec<Check> {
        let script = Script::of(self, None);
        let steps = script.steps.iter().flat_map(Step::checks);
        let watches = script.watches.iter().flat_map(|watch| &watch.analysis.checks);
        steps.chain(watches).cloned().collect()
    }

    /// Parts of the target's requests that its alerts and analyses ask about, each once.
    fn parts(&self) -> Vec<Part> {
        let checks = self.checks();
        let asked = checks.iter().map(|check| &check.query);
        let mut parts: Vec<Part> = Vec::new();
        for part in
            self.alerts.iter().filter_map(|rule| rule.when.query()).chain(asked).filter_map(Query::part)
        {
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        parts
    }

    /// What decides while the plan meets `case`: the rollout and the autoscaler, or none for a plan that does nothing.
    pub fn controllers(&self, scenario: &Scenario, case: &Case) -> Vec<Box<dyn Controller>> {
        if self.strategy == Strategy::Nothing && self.autoscaler.is_none() {
            return Vec::new();
        }
        let release = match &case.release {
            Some(name) => scenario.release(name),
            None => scenario.releases.get(1),
        };
        let flag = release.and_then(|release| release.flag.as_deref());
        let script = Script::over(self, flag, &scenario.zones);
        let spec = Spec {
            reversed: script.reversed(),
            script,
            triggers: self.triggers.clone(),
            on_call: self.on_call.clone(),
            gates: self.gates.clone(),
            rollback: self.rollback.clone(),
        };
        let mut controllers: Vec<Box<dyn Controller>> = vec![Box::new(Rollout::new(spec))];
        if let Some(autoscaler) = &self.autoscaler {
            controllers.push(Box::new(AutoscalerRun::new(autoscaler.clone())));
        }
        controllers
    }
}
