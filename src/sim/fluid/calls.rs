//! Calls between services as shares: how a call ends, after how long and how many tries, and what all calls of a request come to.
//!
//! A try is given up at its timeout; one that failed is tried again by its policy, after a wait. All of it is told by shares and laws of
//! lengths, and nothing is drawn here.

use super::lengths::Lengths;
use crate::engine::{Chance, Span};
use crate::scenario::Retries;
use crate::sim::Cause;
use crate::sim::dataplane::backoff;

/// A share below this is nothing.
const NOTHING: f64 = 1e-9;

/// How a service answers a try, before anybody gives it up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Says {
    Well,
    Failed(Cause),
    TurnedAway(Cause),
    /// Nothing: it was lost on the way.
    Nothing,
}

/// One way in which a service answers tries of a kind.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answer {
    pub says: Says,
    pub share: f64,
    pub lengths: Lengths,
    /// Whether a fault struck it.
    pub struck: bool,
}

/// All ways in which a service answers tries of a kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Answers {
    pub ways: Vec<Answer>,
    /// Why a try takes too long that no fault struck.
    pub slow: Option<Cause>,
    /// What the network adds before a try comes to its instance.
    pub delay: Span,
}

/// How callers make a call.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub timeout: Span,
    /// Retries at most, and the wait before each.
    pub waits: Vec<Lengths>,
    pub on_timeout: bool,
    /// The share of the tries again that their budget allows.
    pub allowed: f64,
    /// The share of calls that is held back.
    pub held_back: f64,
}

/// One end of a call, or of all calls of a request: well, or the cause of its failure.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CallEnd {
    pub cause: Option<Cause>,
    pub share: f64,
    pub lengths: Lengths,
    pub struck: bool,
}

/// What the callee's proxies count of the tries of a call.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Counted {
    pub failed: bool,
    pub share: f64,
    pub lengths: Lengths,
}

/// What a call comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Called {
    pub ends: Vec<CallEnd>,
    /// Tries of a call on average, and how many would be tried again if a budget allowed them all.
    pub tries: f64,
    pub wanted: f64,
    /// How its tries are counted.
    pub counted: Vec<Counted>,
}

/// Ends of the same kind, put together.
#[derive(Debug, Default)]
pub(super) struct Ends(Vec<(Option<Cause>, bool, Vec<(f64, Lengths)>)>);

impl Ends {
    /// Adds a share that ends so.
    pub fn add(&mut self, (cause, struck): (Option<Cause>, bool), share: f64, lengths: Lengths) {
        if share <= 0.0 {
            return;
        }
        match self.0.iter_mut().find(|(other, by_fault, _)| (*other, *by_fault) == (cause, struck)) {
            Some((.., parts)) => parts.push((share, lengths)),
            None => self.0.push((cause, struck, vec![(share, lengths)])),
        }
    }

    /// The ends, each once.
    pub fn all(self) -> Vec<CallEnd> {
        let of = |(cause, struck, parts): (Option<Cause>, bool, Vec<(f64, Lengths)>)| CallEnd {
            cause,
            struck,
            share: parts.iter().map(|(share, _)| share).sum(),
            lengths: Lengths::mix(parts.iter().map(|(share, lengths)| (*share, lengths))),
        };
        self.0.into_iter().map(of).collect()
    }
}

/// The waits before each retry of a policy.
pub(super) fn waits(policy: &Retries) -> Vec<Lengths> {
    let draws = Chance::new(0).stream("waits", 0);
    let parts = super::lengths::PARTS as u64;
    let before = |retry: u8| {
        let wait = |part: u64| {
            // The last draw goes through all of its range; those before it are by chance.
            let luck = |attempt: u8| match attempt == retry {
                true => (part as f64 + 0.5) / parts as f64,
                false => draws.child(part).unit(u64::from(attempt)),
            };
            (0..=retry).fold(Span::ZERO, |previous, attempt| {
                backoff::wait(policy, u32::from(attempt), previous, luck(attempt))
            })
        };
        Lengths::of((0..parts).map(|part| wait(part).0).collect())
    };
    (0..policy.limit).map(before).collect()
}

/// What a call comes to by its rule, where its callee answers so.
pub(super) fn call(rule: &Rule, answers: &Answers) -> Called {
    let mut ends = Ends::default();
    ends.add((Some(Cause::Breaker), false), rule.held_back, Lengths::default());
    let tries = given_up(rule.timeout, answers);
    let mut called = Called { counted: counted(&tries, answers.delay), ..Called::default() };
    let (mut share, mut before, mut by_fault) = (1.0 - rule.held_back, Lengths::default(), false);
    for attempt in 0..=rule.waits.len() {
        called.tries += share;
        let (mut failed, mut struck) = (Vec::new(), 0.0);
        for one in &tries {
            let whole = before.plus(&one.lengths);
            let mark = one.struck || by_fault;
            let part = share * one.share;
            let may =
                one.cause.is_some() && attempt < rule.waits.len() && (rule.on_timeout || !one.timed_out);
            called.wanted += if may { part } else { 0.0 };
            let goes = if may && part > NOTHING { rule.allowed } else { 0.0 };
            ends.add((one.cause, mark), part * (1.0 - goes), whole.clone());
            if goes > 0.0 {
                struck += if mark { part * goes } else { 0.0 };
                failed.push((part * goes, whole));
            }
        }
        let Some(wait) = rule.waits.get(attempt).filter(|_| !failed.is_empty()) else { break };
        share = failed.iter().map(|(share, _)| share).sum();
        before = Lengths::mix(failed.iter().map(|(share, lengths)| (*share, lengths))).plus(wait);
        by_fault = struck * 2.0 > share;
    }
    called.ends = ends.all();
    called
}

/// A try that its caller waits for no longer than its timeout.
struct Try {
    cause: Option<Cause>,
    timed_out: bool,
    share: f64,
    lengths: Lengths,
    struck: bool,
}

fn given_up(timeout: Span, answers: &Answers) -> Vec<Try> {
    let mut tries = Vec::new();
    for answer in &answers.ways {
        let (within, answered, _) = match answer.says {
            Says::Nothing => (0.0, Lengths::default(), Lengths::default()),
            Says::Well | Says::Failed(_) | Says::TurnedAway(_) => answer.lengths.cut(timeout),
        };
        let cause = match answer.says {
            Says::Well | Says::Nothing => None,
            Says::Failed(cause) | Says::TurnedAway(cause) => Some(cause),
        };
        let mut add = |cause, timed_out, share, lengths| {
            if share > 0.0 {
                tries.push(Try { cause, timed_out, share, lengths, struck: answer.struck });
            }
        };
        add(cause, false, answer.share * within, answered);
        let late = if answer.struck { Cause::Fault } else { answers.slow.unwrap_or(Cause::Timeout) };
        add(Some(late), true, answer.share * (1.0 - within), Lengths::fixed(timeout));
    }
    tries
}

/// How the callee's proxies count tries: from when each came to its instance.
fn counted(tries: &[Try], delay: Span) -> Vec<Counted> {
    let of = |failed: bool| {
        let these = || tries.iter().filter(move |one| one.cause.is_some() == failed);
        Counted {
            failed,
            share: these().map(|one| one.share).sum(),
            lengths: Lengths::mix(these().map(|one| (one.share, &one.lengths))).less(delay),
        }
    };
    [false, true].map(of).into_iter().filter(|counted| counted.share > 0.0).collect()
}

/// One call of a service, as it is made one after the other.
pub(super) struct Made<'a> {
    /// The share of requests that makes it.
    pub by: f64,
    pub required: bool,
    pub called: &'a Called,
}

/// What all calls of a request come to, one after the other, and which share of requests comes to each of them.
pub(super) fn chain(calls: &[Made<'_>]) -> (Vec<CallEnd>, Vec<f64>) {
    let mut ended = Ends::default();
    let plain = CallEnd { cause: None, share: 1.0, lengths: Lengths::default(), struck: false };
    let (mut live, mut reach) = (vec![plain], Vec::new());
    for call in calls {
        let share: f64 = live.iter().map(|end| end.share).sum();
        reach.push(share * call.by);
        let mut next = Ends::default();
        for before in live {
            next.add((None, before.struck), before.share * (1.0 - call.by), before.lengths.clone());
            for end in &call.called.ends {
                let share = before.share * call.by * end.share;
                let (lengths, struck) = (before.lengths.plus(&end.lengths), before.struck || end.struck);
                match end.cause.filter(|_| call.required) {
                    Some(cause) => ended.add((Some(cause), struck), share, lengths),
                    None => next.add((None, struck), share, lengths),
                }
            }
        }
        live = next.all();
    }
    let mut all = ended.all();
    all.extend(live);
    (all, reach)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(fails: f64) -> Answers {
        let way = |says, share, millis| Answer {
            says,
            share,
            lengths: Lengths::fixed(Span::from_millis(millis)),
            struck: false,
        };
        Answers {
            ways: vec![way(Says::Well, 1.0 - fails, 10), way(Says::Failed(Cause::Background), fails, 4)],
            ..Answers::default()
        }
    }

    fn rule(limit: u8, timeout: u64) -> Rule {
        let policy = Retries { limit, base: Span::from_millis(6), ..Retries::default() };
        Rule {
            timeout: Span::from_millis(timeout),
            waits: waits(&policy),
            on_timeout: true,
            allowed: 1.0,
            held_back: 0.0,
        }
    }

    fn failed(ends: &[CallEnd]) -> f64 {
        ends.iter().filter(|end| end.cause.is_some()).map(|end| end.share).sum()
    }

    #[test]
    fn a_call_that_is_tried_again_fails_by_the_power_of_its_tries() {
        let called = call(&rule(2, 1_000), &answers(0.1));
        assert!((failed(&called.ends) - 0.001).abs() < 1e-12, "{:?}", called.ends);
        assert!((called.tries - 1.11).abs() < 1e-12 && (called.wanted - 0.11).abs() < 1e-12);
        let mean: f64 = called.ends.iter().map(|end| end.share * end.lengths.mean() / 1e6).sum();
        // Tries of 10 ms or 4 ms, waits of 3 and 6 ms on average before the second and the third.
        let right = (0.9 * 10.0 + 0.1 * 4.0) * 1.11 + 0.1 * 3.0 + 0.01 * 6.0;
        assert!((mean / right - 1.0).abs() < 2e-3, "{mean} is not {right}");
    }

    #[test]
    fn what_takes_too_long_is_given_up_and_counted_as_a_failure() {
        let called = call(&rule(0, 5), &answers(0.25));
        assert!((failed(&called.ends) - 1.0).abs() < 1e-12);
        let timed_out = called.ends.iter().find(|end| end.cause == Some(Cause::Timeout));
        assert!(timed_out.is_some_and(|end| (end.share - 0.75).abs() < 1e-12 && end.lengths.mean() == 5e6));
        assert_eq!(called.counted.len(), 1);
    }

    #[test]
    fn a_request_needs_its_calls_one_after_the_other_and_fails_with_the_first_that_it_requires() {
        let called = call(&rule(0, 1_000), &answers(0.1));
        let make = |by, required| Made { by, required, called: &called };
        let (ends, reach) = chain(&[make(0.5, true), make(1.0, false), make(1.0, true)]);
        assert!((failed(&ends) - (0.05 + 0.95 * 0.1)).abs() < 1e-12, "{ends:?}");
        assert_eq!(reach.len(), 3);
        assert!((reach[1] - 0.95).abs() < 1e-12 && (reach[2] - 0.95).abs() < 1e-12);
        let whole: f64 = ends.iter().map(|end| end.share).sum();
        assert!((whole - 1.0).abs() < 1e-12);
    }
}
