//! Measures on decisions: whether they rested on evidence, whether they were needed, and whether they helped.

use crate::engine::{Span, Time};
use crate::exercise::evidence::Evidence;
use crate::sim::{Action, Fact, Record, RolloutCommand, RolloutPhase, What, Who};

/// Without harm for this long before the end, a run counts as mitigated (modelling choice).
const CALM: Span = Span::from_secs(300);

/// Clear evidence against a release may be acted on this much later and still be acted on in time (modelling choice: two
/// scrapes and a window of a minute).
const REACTION: Span = Span::from_secs(90);

/// The evidence speaks against the release when the test's `p` is below this. It is looked at about a hundred times in a run, and
/// one run in a thousand may be wrong.
const BEYOND_LUCK: f64 = 1e-5;

/// How far apart the looks at the evidence are.
const EVERY: Span = Span::from_secs(15);

/// 1 when nobody was harmed in the last minutes of the run, else 0.
pub(super) fn mitigated(run: &Record) -> f64 {
    let end = Time::ZERO + run.simulated;
    let calm = run.truth.last_harm.is_none_or(|last| end.since(last) >= CALM);
    if calm { 1.0 } else { 0.0 }
}

/// Actions by people and triggers that nothing called for: a way back asked for before anybody was harmed and before anything spoke
/// against the release, and a promotion asked for while an alert fired.
pub(super) fn wrong_actions(run: &Record) -> usize {
    let mut firing: Vec<&str> = Vec::new();
    let mut warned = false;
    let mut wrong = 0;
    for fact in &run.facts {
        warned |= is_warning(&fact.what);
        if let What::AlertFiring(name) = &fact.what {
            firing.push(name);
        } else if let What::AlertResolved(name) = &fact.what {
            firing.retain(|other| other != name);
        } else if let What::Asked { who, action: Action::Command(command) } = &fact.what
            && *who != Who::Strategy
        {
            let harmed = run.truth.first_harm.is_some_and(|harm| harm <= fact.at);
            wrong += usize::from(match command {
                RolloutCommand::Abort | RolloutCommand::Undo | RolloutCommand::KillFlag => !harmed && !warned,
                RolloutCommand::Promote | RolloutCommand::PromoteFull => !firing.is_empty(),
                RolloutCommand::Pause | RolloutCommand::Resume | RolloutCommand::Retry => false,
            });
        }
    }
    wrong
}

/// Whether a fact speaks against the release: an alert, a failed check or a failed test.
const fn is_warning(what: &What) -> bool {
    matches!(what, What::AlertFiring(_) | What::Troubled(_) | What::Tested { failed: 1.., .. })
}

/// 1 when the decision of the run fits what the monitoring showed then, apart from what came of it: a way back with clear
/// evidence against the release, a failed test or a fired alert; or no way back, and no clear evidence left unanswered for longer
/// than a reaction takes. Else 0.
pub(super) fn on_evidence(run: &Record) -> f64 {
    let fits = match run.observed.aborted {
        Some(decided) => rests_on_evidence(run, decided),
        None => first_clear(run).is_none_or(|at| Time::ZERO + run.simulated <= at + REACTION),
    };
    if fits { 1.0 } else { 0.0 }
}

fn is_clear(run: &Record, at: Time) -> bool {
    Evidence::at(&run.observed.metrics, at).is_some_and(|known| known.p < BEYOND_LUCK)
}

/// Whether the decision at `decided` rested on evidence: an alert, a failed check or a failed test of the last attempt came before
/// it, or what the monitoring had counted by then speaks clearly against the release.
pub(super) fn rests_on_evidence(run: &Record, decided: Time) -> bool {
    run.observed.first_sign.is_some_and(|sign| sign <= decided) || is_clear(run, decided)
}

/// When the evidence against the release was first clear.
fn first_clear(run: &Record) -> Option<Time> {
    let start = run.observed.started?;
    let end = Time::ZERO + run.simulated;
    (0..).map(|look| start + EVERY * look).take_while(|at| *at <= end).find(|at| is_clear(run, *at))
}

/// Whether the version that serves at the end served users at least as well as the other: the candidate when the release helped no
/// fewer users than it harmed, the baseline when it harmed no fewer than it helped. False when neither was chosen.
pub(super) fn is_right_winner(run: &Record) -> bool {
    let (helped, harmed) = (run.truth.users_helped, run.truth.users_harmed);
    match run.standing() {
        RolloutPhase::Completed => helped >= harmed,
        RolloutPhase::RolledBack => harmed >= helped,
        RolloutPhase::NotStarted
        | RolloutPhase::InProgress
        | RolloutPhase::Paused
        | RolloutPhase::RollingBack
        | RolloutPhase::Failed => false,
    }
}

/// Whether an experiment whose sides lose users was stopped: it was paused, or a person or a trigger took it back, and the candidate
/// does not serve everybody at the end. True where no users are lost.
pub(super) fn is_mismatch_noticed(run: &Record) -> bool {
    let stops = |fact: &Fact| match &fact.what {
        What::Phase(RolloutPhase::Paused) => true,
        // A way back that the strategy asks for rests on its goal, and the goal on numbers that are not to be believed.
        What::Asked { who, action: Action::Command(command) } => match command {
            RolloutCommand::Pause | RolloutCommand::Abort | RolloutCommand::KillFlag => *who != Who::Strategy,
            RolloutCommand::Promote
            | RolloutCommand::PromoteFull
            | RolloutCommand::Resume
            | RolloutCommand::Retry
            | RolloutCommand::Undo => false,
        },
        _ => false,
    };
    !run.truth.loses_users || run.facts.iter().any(stops) && run.standing() != RolloutPhase::Completed
}

#[cfg(test)]
mod tests {
    use super::super::super::sample::{fact, record};
    use super::*;

    fn asked(seconds: u64, command: RolloutCommand) -> crate::sim::Fact {
        fact(seconds, What::Asked { who: Who::Learner, action: Action::Command(command) })
    }

    #[test]
    fn a_way_back_without_a_sign_and_a_promotion_under_an_alert_are_wrong() {
        let mut run = record();
        run.truth.first_harm = Some(Time::from_secs(400));
        run.facts.push(asked(350, RolloutCommand::Abort));
        run.facts.push(asked(450, RolloutCommand::Abort));
        run.facts.push(fact(500, What::AlertFiring("errors".into())));
        run.facts.push(asked(510, RolloutCommand::Promote));
        run.facts.push(fact(520, What::AlertResolved("errors".into())));
        run.facts.push(asked(530, RolloutCommand::Promote));
        assert_eq!(wrong_actions(&run), 2);
    }

    #[test]
    fn a_mismatch_is_noticed_by_a_person_who_stops_the_experiment_and_does_not_ship_it() {
        let mut run = record();
        assert!(is_mismatch_noticed(&run), "nobody is lost");
        run.truth.loses_users = true;
        assert!(!is_mismatch_noticed(&run), "the candidate won");
        run.facts.push(fact(700, What::Phase(RolloutPhase::Paused)));
        assert!(!is_mismatch_noticed(&run), "it was stopped, and shipped all the same");
        super::super::super::sample::roll_back(&mut run, 800);
        assert!(is_mismatch_noticed(&run));
        run.facts.clear();
        let abort = What::Asked { who: Who::Strategy, action: Action::Command(RolloutCommand::Abort) };
        run.facts.push(fact(800, abort));
        assert!(!is_mismatch_noticed(&run), "it lost by numbers that were not to be believed");
    }

    #[test]
    fn a_run_is_mitigated_when_its_last_minutes_are_calm() {
        let mut run = record();
        run.truth.last_harm = Some(Time::from_secs(1200 - 299));
        assert_eq!(mitigated(&run), 0.0);
        run.truth.last_harm = Some(Time::from_secs(1200 - 300));
        assert_eq!(mitigated(&run), 1.0);
        run.truth.last_harm = None;
        assert_eq!(mitigated(&run), 1.0);
    }

    #[test]
    fn a_decision_without_any_evidence_does_not_rest_on_it() {
        let mut run = record();
        run.observed.aborted = Some(Time::from_secs(600));
        assert_eq!(on_evidence(&run), 0.0);
        run.observed.first_sign = Some(Time::from_secs(590));
        assert_eq!(on_evidence(&run), 1.0);
        run.observed.aborted = None;
        assert_eq!(on_evidence(&run), 1.0, "no metric speaks against the release");
    }
}
