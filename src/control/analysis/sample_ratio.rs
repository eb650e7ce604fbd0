//! The check of an experiment's split (sample ratio mismatch): whether each side got the share of users, or requests,
//! that the plan says. If not, the measurement is broken, and its numbers about the release cannot be trusted (Fabijan et
//! al., Diagnosing Sample Ratio Mismatch in Online Controlled Experiments, KDD 2019).

use super::assess::Verdict;
use super::test::{Counted, Test};
use super::test_result::{TestResult, digits};
use crate::control::{Check, Limit, NoData};
use crate::engine::stats::{chi_square, settled};
use crate::engine::{Share, Time};
use crate::telemetry::{Metric, Query, Store, Subject};

/// Fewest users expected on the smaller side for a result (GrowthBook, 8 for each variation).
const FEWEST: f64 = 8.0;

/// The name of the check that an A/B test adds to its goal.
pub(in crate::control) const NAME: &str = "split of users";

impl Check {
    /// Whether it checks the split of users.
    pub(in crate::control) const fn is_of_users(&self) -> bool {
        matches!(&self.pass, Limit::NotWorse(test) if test.counts_users())
    }
}

/// The check that the users of an A/B test were split as `candidate` says, once at its end: testing more often would
/// raise more false alarms than `alpha`.
pub(in crate::control) fn of_users(candidate: Share, alpha: f64) -> Check {
    let query = Query::new(Metric::RequestRate, Subject::Candidate);
    let pass = Limit::NotWorse(Test::SampleRatio { alpha, candidate, of: Counted::Users });
    Check {
        count: Some(1),
        consecutive_error_limit: 0,
        no_data: NoData::Inconclusive,
        ..Check::new(NAME, query, pass)
    }
}

/// Looks at the split; `None` is no data.
pub(in crate::control) fn look(
    test: &Test,
    (alpha, share, of): (f64, Share, Counted),
    (query, against): (&Query, &Subject),
    metrics: &Store,
    now: Time,
) -> Option<TestResult> {
    let (candidate, rest) = match of {
        Counted::Requests => {
            let [candidate, baseline] = metrics.seen_of_both(query, against, now)?;
            (candidate.requests, baseline.requests)
        }
        Counted::Users => {
            let [stable, candidate, control] = metrics.exposures(now)?;
            (candidate, stable + control)
        }
    };
    let all = candidate + rest;
    let weights = [share.fraction(), 1.0 - share.fraction()];
    let least = weights[0].min(weights[1]) * all as f64;
    if all == 0 || (of == Counted::Users && least < FEWEST) {
        return None;
    }
    let p = settled(chi_square::goodness_of_fit(&[candidate as f64, rest as f64], &weights)?.p);
    let mismatch = p <= alpha;
    let verdict = match (mismatch, of) {
        (false, _) => Verdict::Successful,
        (true, Counted::Requests) => Verdict::Failed,
        (true, Counted::Users) => Verdict::Inconclusive,
    };
    let what = match of {
        Counted::Requests => format!("{candidate} of {all} requests went to {}", query.of),
        Counted::Users => format!("{candidate} of {all} users were answered by the candidate"),
    };
    let invalid = if mismatch && of == Counted::Users { "; the result is not valid" } else { "" };
    let sentence =
        format!("{what}, {share} were meant to: {test} p = {} (limit {alpha}){invalid}", digits(p));
    Some(TestResult { verdict, sentence })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::analysis::measure::{evidence, measure};
    use crate::engine::Span;
    use crate::telemetry::Exposures;

    const NOW: Time = Time::from_secs(60);

    fn seen(users: [u64; 3]) -> (Verdict, String) {
        let mut store = Store::new(0, &[], &[], Span::ZERO);
        store.push_exposures(Exposures { visible: NOW, users });
        let check = of_users(Share::percent(30.0), 0.001);
        let seen = measure(&check, &store, NOW);
        (seen.verdict, evidence(&check, &seen))
    }

    #[test]
    fn users_who_came_as_meant_are_a_sound_experiment() {
        assert_eq!(seen([7_050, 2_950, 0]).0, Verdict::Successful);
        assert_eq!(seen([3_550, 2_950, 3_500]).0, Verdict::Successful);
    }

    #[test]
    fn users_who_did_not_make_it_invalid() {
        let (verdict, sentence) = seen([7_000, 2_600, 0]);
        assert_eq!(verdict, Verdict::Inconclusive);
        assert!(
            sentence.starts_with("2600 of 9600 users were answered by the candidate, 30% were meant to")
                && sentence.ends_with("(limit 0.001); the result is not valid"),
            "{sentence}"
        );
    }

    #[test]
    fn a_handful_of_users_says_nothing() {
        assert_eq!(seen([20, 0, 0]).0, Verdict::Inconclusive);
        assert_eq!(seen([0, 0, 0]).0, Verdict::Inconclusive);
    }
}
