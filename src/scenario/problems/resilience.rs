//! Validation of breakers, limits, retry budgets, caches and load shedding.

use super::super::{Breaker, Call, Discipline, Issue, Retries, RetryBudget, Service, Shedding, Window};
use super::notes::Notes;
use crate::engine::{Rate, Share, Span};

/// The most retries each second that a budget has in reserve: as many as the highest rate of a shape.
const MOST_RESERVE: Rate = Rate::per_second(1e6);

/// How long a request counts in a budget (Finagle `RetryBudget`: from 1 s to 60 s; an hour leaves room to show a slow one).
const TTL: (Span, Span) = (Span::from_secs(1), Span::from_secs(3_600));

/// The most requests, connections or retries that a limit allows: more than there ever are at once.
const MOST_OUTSTANDING: u32 = 10_000_000;

pub(super) fn of_retries(notes: &mut Notes, at: &str, retries: &Retries) {
    if !(1.0..=100.0).contains(&retries.multiplier) {
        let message = format!("a multiplier of {} is out of range; allowed are 1 to 100", retries.multiplier);
        notes.error(format!("{at}.multiplier"), "out-of-range", message);
    }
    if let Some(deadline) = retries.deadline {
        notes.some_time(format!("{at}.deadline"), deadline);
    }
    match retries.budget {
        Some(RetryBudget::Ratio { share, reserve, ttl }) => {
            notes.share(format!("{at}.budget.share"), share);
            notes.within(format!("{at}.budget.reserve"), reserve, Rate::per_second(0.0)..=MOST_RESERVE);
            notes.within(format!("{at}.budget.ttl"), ttl, TTL.0..=TTL.1);
        }
        Some(RetryBudget::Concurrent { share, at_least }) => {
            notes.share(format!("{at}.budget.share"), share);
            notes.within(format!("{at}.budget.at_least"), at_least, 0..=MOST_OUTSTANDING);
        }
        Some(RetryBudget::Throttle { tokens, ratio }) => {
            notes.within(format!("{at}.budget.tokens"), tokens, 1..=1_000);
            notes.positive(format!("{at}.budget.ratio"), ratio, 1_000.0);
        }
        Some(RetryBudget::Quota { tokens }) => {
            notes.within(format!("{at}.budget.tokens"), tokens, 1..=1_000_000);
        }
        None => {}
    }
    if retries.budget.is_some() && retries.limit == 0 {
        let message = "a budget for retries that are never made; give retries a limit above 0";
        notes.warning(format!("{at}.budget"), "no-effect", message);
    }
}

/// A second try must be able to end before the deadline.
pub(super) fn deadline(notes: &mut Notes, at: &str, retries: &Retries, timeout: Span) {
    if let Some(deadline) = retries.deadline.filter(|deadline| retries.limit > 0 && *deadline <= timeout)
        && !deadline.is_zero()
    {
        let message = format!(
            "a try may last {timeout}, so that a second one could never end within {deadline}: nothing is retried"
        );
        notes.warning(format!("{at}.deadline"), "never", message);
    }
}

pub(super) fn of_call(notes: &mut Notes, at: &str, call: &Call) {
    if let Some(rules) = &call.breaker {
        breaker(notes, &format!("{at}.breaker"), rules);
    }
    if let Some(limits) = &call.limits {
        notes.within(format!("{at}.limits.requests"), limits.requests, 1..=MOST_OUTSTANDING);
        notes.within(format!("{at}.limits.connections"), limits.connections, 1..=MOST_OUTSTANDING);
        notes.within(format!("{at}.limits.pending"), limits.pending, 1..=MOST_OUTSTANDING);
        notes.within(format!("{at}.limits.retries"), limits.retries, 0..=MOST_OUTSTANDING);
    }
    if let Some(hedge) = call.hedge {
        notes.within(format!("{at}.hedge.attempts"), hedge.attempts, 2..=100);
        if let Some(share) = hedge.extra_load {
            notes.share(format!("{at}.hedge.extra_load"), share);
        }
        if hedge.delay >= call.timeout {
            let message = format!(
                "the first copy goes after {}, but the call is given up after {}",
                hedge.delay, call.timeout
            );
            notes.warning(format!("{at}.hedge.delay"), "no-effect", message);
        }
    }
    if let Some(cache) = call.cache {
        notes.within(format!("{at}.cache.keys"), cache.keys, 1..=100_000);
        notes.some_time(format!("{at}.cache.ttl"), cache.ttl);
        notes.not_negative(format!("{at}.cache.skew"), cache.skew, 3.0);
    }
}

fn breaker(notes: &mut Notes, at: &str, rules: &Breaker) {
    for (field, share) in [("failure_rate", rules.failure_rate), ("slow_rate", rules.slow_rate)] {
        if share == Share::ZERO || share > Share::ALL {
            let message = format!("found {share}; allowed is above 0%, up to 100% (resilience4j)");
            notes.error(format!("{at}.{field}"), "out-of-range", message);
        }
    }
    notes.some_time(format!("{at}.slow_after"), rules.slow_after);
    notes.some_time(format!("{at}.open_for"), rules.open_for);
    notes.some_time(format!("{at}.open_most"), rules.open_most);
    if !(1.0..=100.0).contains(&rules.open_growth) {
        let message = format!("found {}; allowed is 1 to 100", rules.open_growth);
        notes.error(format!("{at}.open_growth"), "out-of-range", message);
    }
    if rules.half_open_closes && rules.half_open_for.is_zero() {
        let message = "without `half_open_for` it is half-open until its trials have ended";
        notes.warning(format!("{at}.half_open_closes"), "no-effect", message);
    }
    notes.within(format!("{at}.half_open_calls"), rules.half_open_calls, 1..=10_000);
    notes.within(format!("{at}.minimum_calls"), rules.minimum_calls, 1..=1_000_000);
    let (Window::Calls(size) | Window::Seconds(size)) = rules.window;
    notes.within(format!("{at}.window"), size, 1..=100_000);
    let ignored = rules.ignored_errors;
    if ignored.errors && ignored.rejections && ignored.timeouts && rules.slow_after >= Span::from_secs(60) {
        let message = "all failures are ignored and no call is slow within a minute: it never opens";
        notes.warning(format!("{at}.ignored_errors"), "no-effect", message);
    }
}

pub(super) fn of_service(notes: &mut Notes, at: &str, service: &Service) {
    if let Some(rules) = service.shedding {
        shedding(notes, &format!("{at}.shedding"), &rules, Some(service.discipline));
    }
}

impl Shedding {
    /// Everything wrong with it, as in a plan; `at` is its field path, and `discipline` the order in which the service's requests are served,
    /// where it is known.
    pub fn problems(&self, at: &str, discipline: Option<Discipline>) -> Vec<Issue> {
        let mut notes = Notes::default();
        shedding(&mut notes, at, self, discipline);
        notes.into_issues()
    }
}

fn shedding(notes: &mut Notes, at: &str, rules: &Shedding, discipline: Option<Discipline>) {
    if rules.busy.is_none() && rules.queue_wait.is_none() && rules.codel.is_none() {
        let message = "it sheds by nothing; give it `busy`, `queue_wait` or `codel`";
        notes.warning(at, "no-effect", message);
    }
    if let Some((from, all)) = rules.busy {
        notes.share(format!("{at}.busy"), all);
        if from >= all {
            let message = format!("sheds none below {from} and all from {all} on; the first must be lower");
            notes.error(format!("{at}.busy"), "out-of-range", message);
        }
    }
    if let Some(codel) = rules.codel {
        notes.some_time(format!("{at}.codel.target"), codel.target);
        if codel.target > codel.interval {
            let message = format!("{} is longer than the interval, {}", codel.target, codel.interval);
            notes.error(format!("{at}.codel.target"), "out-of-range", message);
        }
        if discipline == Some(Discipline::ProcessorSharing) {
            let message = "nothing waits where all requests share the workers";
            notes.warning(format!("{at}.codel"), "no-effect", message);
        }
    }
    if let Some(longest) = rules.queue_wait {
        notes.some_time(format!("{at}.queue_wait"), longest);
    }
}
