//! What decides: plans, and the controllers they become.
//!
//! Pure state machines: they see an observation and return actions. Nothing here touches the world or the dice.

mod action_latency;
pub mod analysis;
pub mod autoscaler;
mod check;
mod check_list;
mod compile;
mod compiled_plan;
pub mod conditions;
mod counterfactuals;
mod experiment;
#[cfg(test)]
mod fake_cluster;
mod gates;
mod named_checks;
mod names;
mod null_policies;
mod plan;
mod problems;
mod response;
mod rollback;
mod rollout;
pub mod sizing;
mod smoke_test;
mod step;
pub mod strategies;
#[cfg(test)]
mod timelines;

pub use action_latency::{LatencyCause, LatencyPart, action_latency};
pub use analysis::keeps;
pub use analysis::placement::CheckPlacement;
pub use analysis::test::{Counted, Test};
pub use autoscaler::{Autoscaler, Behaviour, Policy, Select};
pub use check::{Analysis, Check, Limit, NamedCheck, NoData};
pub use experiment::{Experiment, Sides};
pub use gates::{APPROVES, Approvals, Gates};
pub use names::{ResponseName, StepName};
pub use null_policies::{fails_after, null_policies};
pub use plan::{FORMAT, Plan};
pub use response::{AlertTrigger, OnCall, Response, Runbook};
pub use rollback::{Gradual, Rollback, WhenImpossible, Window};
pub use smoke_test::SmokeTest;
pub use step::{Copies, Step};
pub use strategies::{
    Ab, BlueGreen, Canary, Exposure, FlagRamp, Flagger, RampSchedule, Rolling, Shadow, StepList, Strategy,
    StrategyName, Wave, Waves,
};

use autoscaler::AutoscalerRun;
use compiled_plan::CompiledPlan;
use rollout::{Rollout, Spec};

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
            shedding: self.shedding,
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
            anti_affinity: CompiledPlan::of(self, None).rules.anti_affinity,
        }
    }

    /// Whether it releases anything.
    pub fn ships(&self) -> bool {
        CompiledPlan::of(self, None).ships()
    }

    /// Whether a router splits the requests between the versions; otherwise they go to all instances alike.
    pub fn is_routed(&self) -> bool {
        CompiledPlan::of(self, None).rules.router
    }

    /// Whether there are no instances for a while, since the old ones go before the new ones come.
    pub fn leaves_gap(&self) -> bool {
        CompiledPlan::of(self, None).leaves_gap()
    }

    /// All checks of its analyses.
    pub fn checks(&self) -> Vec<Check> {
        let compiled = CompiledPlan::of(self, None);
        let steps = compiled.steps.iter().flat_map(Step::checks);
        let background = compiled.background.iter().flat_map(|watch| &watch.analysis.checks);
        steps.chain(background).cloned().collect()
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
        if !self.ships() && self.autoscaler.is_none() {
            return Vec::new();
        }
        let scenario = &*case.world(scenario);
        let release = match &case.release {
            Some(name) => scenario.release(name),
            None => scenario.releases.get(1),
        };
        let flag = release.and_then(|release| release.flag.as_deref());
        let compiled = CompiledPlan::over(self, flag, &scenario.zones);
        let spec = Spec {
            reversed: compiled.reversed(),
            compiled,
            triggers: self.triggers.clone(),
            on_call: self.on_call.clone(),
            gates: self.gates.clone(),
            rollback: self.rollback.clone(),
        };
        let mut controllers: Vec<Box<dyn Controller>> = vec![Box::new(Rollout::new(spec))];
        if let Some(autoscaler) = &self.autoscaler {
            let alone = matches!(&self.strategy, Strategy::Flagger(of) if of.candidate_scaler.is_some());
            controllers.push(Box::new(AutoscalerRun::new(autoscaler.clone(), alone)));
        }
        controllers
    }
}
