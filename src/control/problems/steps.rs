//! Validation of the steps of a strategy: of each step, and of their order.

use super::amounts::amount;
use super::analysis;
use super::limits::MOST_STEPS;
use super::requests::{MOST_RULES, copied_kinds, doubling, match_rule};
use super::responses::flagged;
use crate::control::{Copies, Step};
use crate::engine::Share;
use crate::scenario::{Notes, Scenario};

/// Notes the mistakes in a list of steps.
pub(in crate::control) fn check(notes: &mut Notes, list: &str, steps: &[Step], scenario: Option<&Scenario>) {
    notes.length(list, "step", steps.len(), 1..=MOST_STEPS);
    for (index, step) in steps.iter().enumerate().take(MOST_STEPS) {
        self::step(notes, &format!("{list}[{index}]"), step, scenario);
    }
    never_down(notes, list, "weight", steps, |step| match step {
        Step::Weight(share) => Some(*share),
        _ => None,
    });
    never_down(notes, list, "flag", steps, |step| match step {
        Step::Flag(share) => Some(*share),
        _ => None,
    });
    order(notes, list, steps);
}

fn step(notes: &mut Notes, at: &str, step: &Step, scenario: Option<&Scenario>) {
    match step {
        Step::Scale(to) => amount(notes, at.to_owned(), *to),
        Step::Weight(share) => notes.share(at, *share),
        Step::Mirror(share) | Step::Copy(Copies { share, .. }) => {
            notes.share(at, *share);
            let kinds = match step {
                Step::Copy(of) => of.kinds.as_slice(),
                _ => &[],
            };
            if matches!(step, Step::Copy(_)) && kinds.is_empty() {
                let message = "nothing is named, so everything is copied; use Mirror";
                notes.error(format!("{at}.kinds"), "empty", message);
            }
            copied_kinds(notes, &format!("{at}.kinds"), kinds, scenario);
            if *share > Share::ZERO {
                doubling(notes, at, kinds, scenario);
            }
        }
        Step::Flag(share) => {
            notes.share(at, *share);
            flagged(notes, at, scenario);
        }
        Step::Match(rules) => {
            notes.length(at, "rule", rules.len(), 0..=MOST_RULES);
            for (index, rule) in rules.iter().enumerate().take(MOST_RULES) {
                match_rule(notes, &format!("{at}[{index}]"), rule, scenario);
            }
        }
        Step::Roll(of) => of.check(notes, at),
        Step::Wave(of) => of.check(notes, at, scenario),
        Step::Pause(span) if span.is_zero() => notes.warning(at, "no-effect", "a pause of 0s is none"),
        Step::Test(test) => test.check(notes, at),
        Step::Analyse(of) => analysis::step(notes, at, of, scenario),
        Step::Experiment(of) => of.check(notes, at, scenario),
        Step::Progress(of) => of.check(notes, at, scenario),
        Step::FollowWeight | Step::Pause(_) | Step::Approve | Step::Promote | Step::Retire(_) => {}
    }
}

/// Warns of a share that falls from one step to the next: it is allowed, and seldom intended.
fn never_down(
    notes: &mut Notes,
    list: &str,
    what: &str,
    steps: &[Step],
    share: impl Fn(&Step) -> Option<Share>,
) {
    let mut before: Option<Share> = None;
    for (index, step) in steps.iter().enumerate() {
        let Some(now) = share(step) else { continue };
        if let Some(before) = before.filter(|before| now < *before) {
            let message = format!("the {what} falls from {before} to {now}");
            notes.warning(format!("{list}[{index}]"), "falls", message);
        }
        before = Some(now);
    }
}

/// Notes steps that contradict each other, or come too late or too early.
fn order(notes: &mut Notes, list: &str, steps: &[Step]) {
    let rolls = steps.iter().any(|step| step.traits().rolling.is_some());
    let promoted = steps.iter().position(|step| *step == Step::Promote).unwrap_or(steps.len());
    for (index, step) in steps.iter().enumerate() {
        let at = format!("{list}[{index}]");
        let routes = step.traits().routes;
        if rolls && (routes || matches!(step, Step::Promote | Step::Retire(_))) {
            let message =
                "Roll and Wave move requests by instances; they do not go together with steps of a router";
            notes.error(at, "wrong-step", message);
        } else if routes && index > promoted {
            let message = "after Promote the candidate has everything already";
            notes.warning(at, "wrong-step", message);
        } else if matches!(step, Step::Retire(_)) && index < promoted {
            let message = "the stable pool goes while it still has users; Promote has to come first";
            notes.warning(at, "wrong-step", message);
        }
    }
}
