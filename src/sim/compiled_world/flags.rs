//! The flags of a run, compiled: each has a bit and a rule.

use super::names::flag_bit;
use crate::scenario::{DefectTrigger, Release, Scenario};
use crate::sim::Setup;
use crate::sim::proxy::{FlagPlan, plan_flags};

/// The flags, in the order of their bits.
#[derive(Clone, Debug)]
pub(in crate::sim) struct FlagPlans {
    pub names: Vec<String>,
    /// How each flag is evaluated.
    pub plans: Vec<FlagPlan>,
    /// Whether some flag requires another to be on.
    pub require: bool,
    /// Flag of the candidate, as a bit of [`crate::sim::request::Hop::flags`]; 0 when its behaviour needs none.
    pub candidate: u8,
}

impl FlagPlans {
    /// Compiles the flags called `names`.
    pub fn new(scenario: &Scenario, setup: &Setup, candidate: &Release, names: Vec<String>) -> Self {
        let plans = plan_flags(scenario, setup, &names);
        Self {
            require: plans.iter().any(|plan| plan.requires != 0),
            candidate: candidate.flag.as_ref().map_or(0, |flag| flag_bit(&names, flag)),
            plans,
            names,
        }
    }
}

/// Names of the flags: those of the scenario's releases and triggers, then those that the plan's rules require; at most 8.
pub(super) fn flags_of(scenario: &Scenario, setup: &Setup) -> Vec<String> {
    let mut flags: Vec<String> = Vec::new();
    for release in &scenario.releases {
        let in_triggers =
            release.defects.iter().flat_map(|defect| &defect.when).filter_map(|trigger| {
                if let DefectTrigger::FlagOn(name) = trigger { Some(name) } else { None }
            });
        for name in release.flag.iter().chain(in_triggers) {
            if !flags.contains(name) && flags.len() < 8 {
                flags.push(name.clone());
            }
        }
    }
    // The plan may add a flag that others require, such as a kill switch.
    for (name, _) in &setup.flags {
        if !flags.contains(name)
            && flags.len() < 8
            && setup.flag_rules.iter().any(|rule| rule.requires.contains(name))
        {
            flags.push(name.clone());
        }
    }
    flags
}
