//! The verdict on one check from its answers, as Argo Rollouts assesses a metric of an `AnalysisRun`.
//!
//! Source: `analysis/analysis.go` of Argo Rollouts; the numbers in the tests are those of its own unit tests
//! (conformance set `argo_analysis_assessment`).

/// The verdict on a check, or on a whole analysis, from best to worst: of several, the worst counts (`IsWorse`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The limit was kept.
    Successful,
    /// The answers were neither good nor bad.
    Inconclusive,
    /// There were no answers.
    Error,
    /// The limit was broken.
    Failed,
}

impl Verdict {
    /// As a word in a sentence.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Successful => "passed",
            Self::Inconclusive => "is inconclusive",
            Self::Error => "had no data",
            Self::Failed => "failed",
        }
    }
}

/// How many answers of each kind are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bad answers allowed; `None` allows any number (`failureLimit: -1`).
    pub failure: Option<u32>,
    /// Inconclusive answers allowed.
    pub inconclusive: u32,
    /// Errors in a row allowed.
    pub consecutive_error: u32,
    /// Good answers in a row that are enough; 0 is off.
    pub consecutive_success: u32,
    /// Number of answers to take; `None` means until the analysis stops.
    pub count: Option<u32>,
}

/// Answers so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Measurements taken, errors included.
    pub measured: u32,
    /// Answers, without errors.
    pub count: u32,
    /// Good answers.
    pub successful: u32,
    /// Bad answers.
    pub failed: u32,
    /// Answers neither good nor bad.
    pub inconclusive: u32,
    /// Errors.
    pub error: u32,
    /// Errors since the last answer.
    pub consecutive_error: u32,
    /// Good answers since the last other one.
    pub consecutive_success: u32,
}

impl Answers {
    /// Adds one measurement. An error does not advance the count.
    pub fn add(&mut self, answer: Verdict) {
        self.measured += 1;
        match answer {
            Verdict::Error => {
                self.error += 1;
                self.consecutive_error += 1;
                self.consecutive_success = 0;
                return;
            }
            Verdict::Successful => self.successful += 1,
            Verdict::Inconclusive => self.inconclusive += 1,
            Verdict::Failed => self.failed += 1,
        }
        self.count += 1;
        self.consecutive_error = 0;
        self.consecutive_success =
            if answer == Verdict::Successful { self.consecutive_success + 1 } else { 0 };
    }
}

/// The verdict on one check, or `None` while it must go on. `stopping` says that no more measurements will be taken:
/// a check that has not failed by then has passed (`assessMetricStatus`).
pub fn assess(limits: Limits, answers: Answers, stopping: bool) -> Option<Verdict> {
    if answers.measured == 0 {
        return stopping.then_some(Verdict::Successful);
    }
    if let Some(breach) = breach(limits, answers) {
        return Some(breach.verdict);
    }
    let wants_successes = limits.consecutive_success > 0;
    if wants_successes && answers.consecutive_success >= limits.consecutive_success {
        return Some(Verdict::Successful);
    }
    if limits.count.is_some_and(|count| answers.count >= count) {
        return Some(match (wants_successes, limits.failure) {
            (false, _) => Verdict::Successful,
            (true, Some(_)) => Verdict::Inconclusive,
            (true, None) => Verdict::Failed,
        });
    }
    stopping.then_some(Verdict::Successful)
}

/// A limit that was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The verdict it leads to.
    pub verdict: Verdict,
    /// How many answers counted against the limit.
    pub found: u32,
    /// How many are allowed.
    pub allowed: u32,
}

/// The limit that was passed, if one was. Errors in a row come before inconclusive answers, and those before failures
/// (`assessMetricFailureInconclusiveOrError`).
pub fn breach(limits: Limits, answers: Answers) -> Option<Breach> {
    let of = |verdict, found, allowed| Breach { verdict, found, allowed };
    let errors = of(Verdict::Error, answers.consecutive_error, limits.consecutive_error);
    let inconclusive = of(Verdict::Inconclusive, answers.inconclusive, limits.inconclusive);
    let failed = limits.failure.map(|allowed| of(Verdict::Failed, answers.failed, allowed));
    [Some(errors), Some(inconclusive), failed].into_iter().flatten().find(|one| one.found > one.allowed)
}

/// How many measurements a check takes: the count it names; without one, a single measurement where it has no interval
/// either, else any number (`EffectiveCount`).
pub fn effective_count(count: Option<u32>, has_interval: bool) -> Option<u32> {
    count.or(if has_interval { None } else { Some(1) })
}

#[cfg(test)]
mod tests {
    use super::Verdict::*;
    use super::*;

    const PLAIN: Limits = Limits {
        failure: Some(0),
        inconclusive: 0,
        consecutive_error: 4,
        consecutive_success: 0,
        count: None,
    };

    /// Seven answers, three of them bad.
    const SEVEN: Answers = Answers {
        measured: 7,
        count: 7,
        successful: 4,
        failed: 3,
        inconclusive: 0,
        error: 0,
        consecutive_error: 0,
        consecutive_success: 3,
    };

    #[test]
    fn one_more_bad_answer_than_allowed_fails() {
        let three_bad = Answers { measured: 3, count: 3, failed: 3, ..Answers::default() };
        let allowed = |failure| Limits { failure: Some(failure), ..PLAIN };
        for stopping in [false, true] {
            assert_eq!(assess(allowed(2), three_bad, stopping), Some(Failed));
        }
        assert_eq!(assess(allowed(3), three_bad, true), Some(Successful));
        assert_eq!(assess(allowed(3), three_bad, false), None);
    }

    #[test]
    fn inconclusive_answers_and_errors_have_their_own_limits() {
        let unclear = Answers { measured: 3, count: 3, inconclusive: 3, ..Answers::default() };
        assert_eq!(assess(Limits { inconclusive: 2, ..PLAIN }, unclear, false), Some(Inconclusive));
        assert_eq!(assess(Limits { inconclusive: 3, ..PLAIN }, unclear, false), None);
        let silent = |errors| Answers { measured: errors, consecutive_error: errors, ..Answers::default() };
        assert_eq!(assess(PLAIN, silent(5), false), Some(Error));
        assert_eq!(assess(PLAIN, silent(4), true), Some(Successful));
    }

    #[test]
    fn it_goes_on_until_the_count_or_until_it_is_stopped() {
        assert_eq!(assess(PLAIN, Answers::default(), false), None);
        assert_eq!(assess(PLAIN, Answers::default(), true), Some(Successful));
        let ten = Answers { measured: 10, count: 10, successful: 10, ..Answers::default() };
        assert_eq!(assess(Limits { count: Some(10), ..PLAIN }, ten, false), Some(Successful));
        assert_eq!(assess(Limits { count: Some(11), ..PLAIN }, ten, false), None);
    }

    #[test]
    fn good_answers_in_a_row_can_be_enough() {
        let only = |row, count| Limits { failure: None, consecutive_success: row, count, ..PLAIN };
        assert_eq!(assess(only(5, None), SEVEN, false), None);
        assert_eq!(assess(only(5, None), SEVEN, true), Some(Successful));
        assert_eq!(assess(only(5, Some(7)), SEVEN, false), Some(Failed));
        assert_eq!(assess(only(3, Some(7)), SEVEN, false), Some(Successful));
        assert_eq!(assess(only(3, Some(9)), SEVEN, false), Some(Successful));
    }

    #[test]
    fn with_both_limits_failure_wins_and_neither_is_inconclusive() {
        let both = |count| Limits { failure: Some(4), consecutive_success: 4, count, ..PLAIN };
        let with = |count, failed, row| Answers { count, failed, consecutive_success: row, ..SEVEN };
        assert_eq!(assess(both(None), with(10, 5, 4), false), Some(Failed));
        assert_eq!(assess(both(Some(10)), with(10, 4, 3), false), Some(Inconclusive));
        assert_eq!(assess(both(Some(10)), with(10, 4, 4), false), Some(Successful));
        assert_eq!(assess(both(Some(10)), with(8, 3, 3), false), None);
        assert_eq!(assess(both(Some(10)), with(8, 3, 3), true), Some(Successful));
        assert_eq!(assess(both(Some(10)), with(8, 5, 3), true), Some(Failed));
    }

    #[test]
    fn an_error_does_not_advance_the_count() {
        let mut answers = Answers { count: 4, error: 4, consecutive_error: 4, ..Answers::default() };
        answers.add(Error);
        assert_eq!((answers.count, answers.error, answers.consecutive_error), (4, 5, 5));
        answers.add(Successful);
        assert_eq!((answers.count, answers.consecutive_error, answers.consecutive_success), (5, 0, 1));
    }

    #[test]
    fn the_worst_verdict_is_the_greatest() {
        assert!(Failed > Error && Error > Inconclusive && Inconclusive > Successful);
    }
}
