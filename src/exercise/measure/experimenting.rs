//! Measures on an experiment of a game day: whether the hypothesis says what users meet, and whether what was concluded is so.

use super::alerting::SIGNIFICANT;
use super::responding::{by_hand, culprits};
use crate::engine::{Span, Time};
use crate::scenario::Scenario;
use crate::sim::{Action, Conclusion, ExperimentFact, Record, What};

/// What happened in experiments, in order.
fn experiments(run: &Record) -> impl Iterator<Item = (Time, &ExperimentFact)> {
    run.facts.iter().filter_map(|fact| match &fact.what {
        What::Experiment(what) => Some((fact.at, what)),
        _ => None,
    })
}

/// When the first one began.
fn began(run: &Record) -> Option<Time> {
    experiments(run).find(|(_, what)| matches!(what, ExperimentFact::Began(_))).map(|(at, _)| at)
}

fn harmed(run: &Record) -> bool {
    run.truth.users_harmed >= SIGNIFICANT
}

/// Whether a hypothesis was written down before the first experiment, held when it began, and was broken afterwards exactly if users
/// were harmed. So one that nothing can break fits only where nothing was to be found.
pub(super) fn hypothesis_fits(run: &Record) -> bool {
    let Some(began) = began(run) else { return false };
    let looks = || {
        experiments(run).filter_map(|(at, what)| match what {
            ExperimentFact::Holds(holds) => Some((at, *holds)),
            ExperimentFact::Began(_) | ExperimentFact::Ended { .. } => None,
        })
    };
    let held = looks().take_while(|(at, _)| *at <= began).last().is_some_and(|(_, holds)| holds);
    let broken = looks().any(|(at, holds)| at > began && !holds);
    held && broken == harmed(run)
}

/// Whether the last conclusion is right.
pub(super) fn concluded_right(run: &Record, scenario: &Scenario) -> bool {
    let concluded = by_hand(run).rev().find_map(|(at, action)| match action {
        Action::Conclude(conclusion) => Some((at, *conclusion)),
        _ => None,
    });
    let Some((at, conclusion)) = concluded else { return false };
    let wrong_at = |time: Time| !culprits(run, scenario, time, Span::ZERO).is_empty();
    match (conclusion, began(run)) {
        (Conclusion::Postpone, began) => began.is_none() && wrong_at(at),
        (Conclusion::Keep | Conclusion::Drop, None) => false,
        (Conclusion::Keep | Conclusion::Drop, Some(began)) if at < began || wrong_at(began) => false,
        (Conclusion::Drop, Some(_)) => harmed(run),
        (Conclusion::Keep, Some(_)) => {
            let to_its_end = experiments(run)
                .any(|(end, what)| matches!(what, ExperimentFact::Ended { stopped: false, .. } if end <= at));
            to_its_end && !harmed(run)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::sample::{fact, record, scenario};
    use super::*;
    use crate::sim::Who;

    fn happens(seconds: u64, what: ExperimentFact) -> crate::sim::Fact {
        fact(seconds, What::Experiment(what))
    }

    fn concludes(seconds: u64, conclusion: Conclusion) -> crate::sim::Fact {
        fact(seconds, What::Asked { who: Who::Learner, action: Action::Conclude(conclusion) })
    }

    /// Written down at 300 s, tried from 400 s until 700 s or until `stopped`, and so many users harmed.
    fn run(harmed: u64, stopped: bool, breaks: bool) -> Record {
        let mut run = record();
        run.truth.users_harmed = harmed;
        run.facts.push(happens(300, ExperimentFact::Holds(true)));
        run.facts.push(happens(400, ExperimentFact::Began("one".to_owned())));
        run.facts.extend(breaks.then(|| happens(430, ExperimentFact::Holds(false))));
        let end = if stopped { 440 } else { 700 };
        run.facts.push(happens(end, ExperimentFact::Ended { fault: "one".to_owned(), stopped }));
        run
    }

    #[test]
    fn a_hypothesis_is_broken_exactly_if_users_are_harmed() {
        for (harmed, breaks, fits) in
            [(3, false, true), (3, true, false), (80, true, true), (80, false, false)]
        {
            assert_eq!(hypothesis_fits(&run(harmed, false, breaks)), fits, "{harmed} {breaks}");
        }
        let mut late = run(80, false, true);
        let written =
            |fact: &crate::sim::Fact| matches!(fact.what, What::Experiment(ExperimentFact::Holds(true)));
        late.facts.remove(late.facts.iter().position(written).unwrap());
        assert!(!hypothesis_fits(&late), "nothing was written down before");
        assert!(!hypothesis_fits(&record()), "nothing was tried");
    }

    #[test]
    fn what_is_concluded_follows_from_what_users_met() {
        let right = |mut run: Record, seconds: u64, conclusion: Conclusion| {
            run.facts.push(concludes(seconds, conclusion));
            concluded_right(&run, &scenario())
        };
        assert!(right(run(3, false, false), 720, Conclusion::Keep));
        assert!(!right(run(3, false, false), 600, Conclusion::Keep), "it was not over yet");
        assert!(!right(run(3, true, false), 720, Conclusion::Keep), "it was ended before it could show");
        assert!(!right(run(80, false, true), 720, Conclusion::Keep));
        assert!(right(run(80, true, true), 450, Conclusion::Drop));
        assert!(!right(run(3, true, false), 450, Conclusion::Drop));
        assert!(!concluded_right(&run(3, false, false), &scenario()), "nothing was said");
    }

    #[test]
    fn where_something_else_is_wrong_nothing_is_tried() {
        let right = |mut run: Record, conclusion: Conclusion| {
            run.facts.insert(0, fact(350, What::FaultBegan("outage".to_owned())));
            run.facts.push(concludes(500, conclusion));
            concluded_right(&run, &scenario())
        };
        let mut ill = record();
        ill.facts.push(fact(900, What::FaultEnded("outage".to_owned())));
        assert!(right(ill, Conclusion::Postpone));
        assert!(!right(run(80, true, true), Conclusion::Drop), "what it showed was not of the experiment");
        let mut well = record();
        well.facts.push(concludes(500, Conclusion::Postpone));
        assert!(!concluded_right(&well, &scenario()), "there was a steady state");
    }
}
