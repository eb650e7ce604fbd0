//! The most of what a plan may hold or ask for.

/// The most alert rules, triggers, runbook entries, calls or flags in a plan.
pub(super) const MOST_ENTRIES: usize = 100;
/// The most steps in a strategy.
pub(in crate::control) const MOST_STEPS: usize = 200;
/// The most instances that a response, or a strategy, may ask for.
pub(in crate::control) const MOST_INSTANCES: u32 = 10_000;
