//! Rare states that some of many random runs must reach: a state that none reaches is one that nothing tests.

use crate::control::Plan;
use crate::engine::{Share, Span, Time};
use crate::scenario::{FaultKind, Scenario};
use crate::sim::{Action, Cause, Fact, Pool, Record, RolloutPhase, What, Who};

/// A rare state.
#[derive(Clone, Copy, Debug)]
pub struct Goal {
    /// Name, unique, as the command line shows it.
    pub name: &'static str,
    /// Whether a run reached it.
    pub reached: fn(&Record, &Plan, &Scenario) -> bool,
}

const fn goal(name: &'static str, reached: fn(&Record, &Plan, &Scenario) -> bool) -> Goal {
    Goal { name, reached }
}

/// Whether anything that happened is as `is` says.
fn some(record: &Record, is: impl Fn(&What) -> bool) -> bool {
    record.facts.iter().any(|fact| is(&fact.what))
}

/// Whether an instance crashed for a reason that holds these words.
fn crashed(record: &Record, why: &str) -> bool {
    record.facts.iter().any(|fact| matches!(fact.what, What::Crashed { .. }) && fact.because.contains(why))
}

fn phase(record: &Record, wanted: RolloutPhase) -> bool {
    some(record, |what| *what == What::Phase(wanted))
}

fn asked(record: &Record, by: Who, is: fn(&Action) -> bool) -> bool {
    some(record, |what| matches!(what, What::Asked { who, action } if *who == by && is(action)))
}

fn refused(record: &Record, words: &str) -> bool {
    some(record, |what| matches!(what, What::Refused(text) if text.contains(words)))
}

/// Whether somebody said something that holds these words.
fn said(record: &Record, words: &str) -> bool {
    some(record, |what| match what {
        What::Judged(text) | What::Troubled(text) => text.contains(words),
        What::Decided { what, .. } => what.contains(words),
        _ => false,
    })
}

fn caused(record: &Record, cause: Cause) -> bool {
    record.truth.causes[cause as usize] > 0
}

fn struck(record: &Record, scenario: &Scenario, is: fn(&FaultKind) -> bool) -> bool {
    let names = scenario.faults.iter().filter(|fault| is(&fault.what)).map(|fault| &fault.name);
    let names: Vec<&String> = names.collect();
    some(record, |what| matches!(what, What::FaultBegan(name) if names.contains(&name)))
}

/// The times at which instances were evicted.
fn evictions(record: &Record) -> impl Iterator<Item = Time> + '_ {
    let is = |fact: &&Fact| {
        matches!(fact.what, What::Draining { .. }) && fact.because.starts_with("its node is drained")
    };
    record.facts.iter().filter(is).map(|fact| fact.at)
}

/// All rare states.
pub const GOALS: [Goal; 68] = [
    goal("completed", |record, _, _| phase(record, RolloutPhase::Completed)),
    goal("rolled back", |record, _, _| phase(record, RolloutPhase::RolledBack)),
    goal("failed for good", |record, _, _| phase(record, RolloutPhase::Failed)),
    goal("paused", |record, _, _| phase(record, RolloutPhase::Paused)),
    goal("begun again", |record, _, _| record.observed.attempts > 1),
    goal("rolled back after it was complete", |record, _, _| {
        let phases = record.facts.iter().filter_map(|fact| match fact.what {
            What::Phase(phase) => Some(phase),
            _ => None,
        });
        phases
            .skip_while(|phase| *phase != RolloutPhase::Completed)
            .any(|phase| phase == RolloutPhase::RolledBack)
    }),
    goal("progress deadline passed", |record, _, _| said(record, "progress deadline exceeded")),
    goal("analysis failed", |record, _, _| said(record, "analysis failed")),
    goal("analysis passed", |record, _, _| said(record, "analysis passed")),
    goal("analysis inconclusive", |record, _, _| said(record, "analysis is inconclusive")),
    goal("a measurement without data", |record, _, _| said(record, "no data")),
    goal("test passed", |record, _, _| {
        some(record, |what| matches!(what, What::Tested { failed: 0, passed: 1.., .. }))
    }),
    goal("test failed in part", |record, _, _| {
        some(record, |what| matches!(what, What::Tested { failed: 1.., .. }))
    }),
    goal("traffic mirrored", |record, _, _| {
        some(record, |what| matches!(what, What::Routed { mirrored, .. } if *mirrored > Share::ZERO))
    }),
    goal("traffic split", |record, _, _| {
        some(
            record,
            |what| matches!(what, What::Routed { weights: Some(weights), .. } if weights[0].min(weights[1]) > 0),
        )
    }),
    goal("candidate has everything", |record, _, _| {
        some(record, |what| matches!(what, What::Routed { weights: Some([0, 10_000, _]), .. }))
    }),
    goal("a freeze holds a release", |record, _, _| {
        record.facts.iter().any(|fact| fact.because.contains("frozen until"))
            || some(record, |what| matches!(what, What::Judged(text) if text.contains("frozen until")))
    }),
    goal("an approval given", |record, _, _| said(record, "approves the next step")),
    goal("an approval refused", |record, _, _| said(record, "does not approve")),
    goal("a way back lost", |record, _, _| some(record, |what| matches!(what, What::NoWayBack(_)))),
    goal("a rollback refused by the tool", |record, _, _| refused(record, "fails to roll back")),
    goal("another action refused", |record, _, _| {
        some(record, |what| matches!(what, What::Refused(text) if !text.contains("fails to roll back")))
    }),
    goal("data migrated", |record, _, _| some(record, |what| matches!(what, What::Migrated { .. }))),
    goal("code met data that it cannot read", |record, _, _| caused(record, Cause::VersionSkew)),
    goal("side effects of copies", |record, _, _| some(record, |what| matches!(what, What::SideEffects(_)))),
    goal("a flag on for some", |record, _, _| {
        some(
            record,
            |what| matches!(what, What::Flagged { share, .. } if *share > Share::ZERO && *share < Share::ALL),
        )
    }),
    goal("a flag killed", |record, _, _| {
        let on = |what: &What| matches!(what, What::Flagged { share, .. } if *share > Share::ZERO);
        let later = record.facts.iter().skip_while(|fact| !on(&fact.what));
        later
            .into_iter()
            .any(|fact| matches!(&fact.what, What::Flagged { share, .. } if *share == Share::ZERO))
    }),
    goal("a flag unheard by some", |record, _, _| record.truth.reachable < Share::ALL),
    goal("an alert fires", |record, _, _| some(record, |what| matches!(what, What::AlertFiring(_)))),
    goal("an alert is resolved", |record, _, _| some(record, |what| matches!(what, What::AlertResolved(_)))),
    goal("silence fires", |record, _, _| {
        some(record, |what| matches!(what, What::AlertFiring(name) if name == "silent"))
    }),
    goal("the budget burns", |record, _, _| {
        some(record, |what| matches!(what, What::AlertFiring(name) if name == "burning"))
    }),
    goal("a false alarm", |record, _, _| record.truth.false_alarms > 0),
    goal("a page acknowledged", |record, _, _| some(record, |what| matches!(what, What::Acknowledged(_)))),
    goal("a page that nobody answered", |record, _, _| {
        some(record, |what| matches!(what, What::Paged(text) if text.contains("to the next person")))
    }),
    goal("a cause diagnosed", |record, _, _| some(record, |what| matches!(what, What::Diagnosed(_)))),
    goal("a trigger acts", |record, _, _| asked(record, Who::Trigger, |_| true)),
    goal("the on-call acts", |record, _, _| asked(record, Who::OnCall, |_| true)),
    goal("a rollback by hand", |record, _, _| {
        asked(record, Who::Learner, |action| matches!(action, Action::Command(_)))
            && phase(record, RolloutPhase::RolledBack)
    }),
    goal("the autoscaler grows the fleet", |record, _, _| {
        some(record, |what| matches!(what, What::Resized { from, to } if to > from))
    }),
    goal("the autoscaler at its maximum", |record, plan, _| {
        let Some(spec) = &plan.autoscaler else { return false };
        some(record, |what| matches!(what, What::Resized { to, .. } if *to == spec.max))
    }),
    goal("the autoscaler shrinks the fleet", |record, _, _| {
        some(record, |what| matches!(what, What::Resized { from, to } if to < from))
    }),
    goal("panic mode begins", |record, _, _| {
        some(record, |what| matches!(what, What::Panic { begins: true, .. }))
    }),
    goal("panic mode ends", |record, _, _| {
        some(record, |what| matches!(what, What::Panic { begins: false, .. }))
    }),
    goal("a host ejected", |record, _, _| some(record, |what| matches!(what, What::Ejected { .. }))),
    goal("a host restored", |record, _, _| some(record, |what| matches!(what, What::Restored { .. }))),
    goal("a breaker opens", |record, _, _| {
        some(record, |what| matches!(what, What::BreakerMoved { open: true, .. }))
    }),
    goal("a breaker half-open finds it well", |record, _, _| {
        some(record, |what| matches!(what, What::BreakerMoved { open: false, .. }))
    }),
    goal("a breaker forced", |record, _, _| {
        some(record, |what| matches!(what, What::BreakerForced { open: true, .. }))
    }),
    goal("a call turned away by its caller", |record, _, _| caused(record, Cause::Breaker)),
    goal("requests shed", |record, _, _| caused(record, Cause::Shed)),
    goal("calls hedged", |record, _, _| record.truth.hedges > 0),
    goal("writes doubled", |record, _, _| record.truth.doubled_writes > 0),
    goal("a crash by its defect", |record, _, _| crashed(record, Cause::Defect.meaning())),
    goal("killed by its liveness probe", |record, _, _| crashed(record, "probe")),
    goal("killed in its drain", |record, _, _| {
        some(record, |what| matches!(what, What::Gone { dropped: 1.., .. }))
    }),
    goal("a zone lost", |record, _, scenario| {
        struck(record, scenario, |what| matches!(what, FaultKind::ZoneLoss { .. }))
    }),
    goal("an instance evicted from a drained node", |record, _, _| evictions(record).next().is_some()),
    goal("an eviction held back by its budget", |record, _, _| {
        // What a budget holds back is tried again after five seconds.
        let mut after = evictions(record).zip(evictions(record).skip(1));
        after.any(|(first, second)| second.since(first) == Span::from_secs(5))
    }),
    goal("monitoring in trouble", |record, _, scenario| {
        struck(record, scenario, |what| matches!(what, FaultKind::Metrics(_)))
    }),
    goal("the deploy tool in trouble", |record, _, scenario| {
        struck(record, scenario, |what| matches!(what, FaultKind::DeployTool(_)))
    }),
    goal("the flag service away", |record, _, scenario| {
        struck(record, scenario, |what| matches!(what, FaultKind::FlagService))
    }),
    goal("nobody ready", |record, _, _| record.truth.fewest_ready == 0),
    goal("a proxy that knows nobody", |record, _, _| caused(record, Cause::NoInstance)),
    goal("clients that leave the queue", |record, _, _| caused(record, Cause::Impatience)),
    goal("users harmed in one cohort alone", |record, _, _| {
        let by_cohort = &record.truth.harmed_by_cohort;
        by_cohort.len() > 1 && by_cohort.iter().filter(|harmed| **harmed > 0).count() == 1
    }),
    goal("users helped", |record, _, _| record.truth.users_helped > 0),
    goal("wrong answers", |record, _, _| {
        record.truth.wrong_answers > 0
            && some(record, |what| matches!(what, What::Launched { pool: Pool::Candidate, .. }))
    }),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_goal_has_a_name_of_its_own() {
        let mut names: Vec<&str> = GOALS.iter().map(|goal| goal.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), GOALS.len());
    }
}
