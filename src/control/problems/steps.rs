//! Validation of the steps of a strategy: of each step, and of their order.

use super::{MOST_STEPS, amount, analysis, flagged};
use crate::control::{Copies, SmokeTest, Step};
use crate::engine::Share;
use crate::scenario::{Notes, Scenario};
use crate::sim::{KindMatch, MatchRule, Pool};

/// The most rules that send requests to a pool: each request is held against all of them.
pub(in crate::control) const MOST_RULES: usize = 64;
/// The most requests in a smoke test.
const MOST_TESTS: u32 = 100_000;

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

/// Notes the mistakes in a rule that sends requests to a pool.
pub(in crate::control) fn match_rule(
    notes: &mut Notes,
    at: &str,
    rule: &MatchRule,
    scenario: Option<&Scenario>,
) {
    if rule.cohorts.is_empty() && rule.kinds.is_empty() && rule.headers.is_empty() {
        let message =
            "a rule without cohorts, kinds and headers matches everything; name some, or use Weight";
        notes.error(at, "empty", message);
    }
    if rule.to == Pool::Control {
        notes.error(
            format!("{at}.to"),
            "no-instances",
            "the control stands only while an Experiment runs, which gives it its share",
        );
    }
    for (index, header) in rule.headers.iter().enumerate() {
        if !header.value.is_usable() {
            let message =
                "this is no regular expression that can be used; see the syntax of the crate `regex`";
            notes.error(format!("{at}.headers[{index}].value"), "not-a-pattern", message);
        }
    }
    let Some(scenario) = scenario else { return };
    for (index, header) in rule.headers.iter().enumerate() {
        let clients = &scenario.clients;
        let somebody = if header.is_about_kind() {
            clients.kinds.iter().any(|kind| header.value.holds(&kind.name))
        } else {
            clients.cohorts.iter().any(|cohort| header.holds_for_cohort(cohort))
        };
        if !somebody {
            let message = format!(
                "nobody here has such a header \"{}\", so the rule leads nobody; give a cohort of the scenario this header (`headers`)",
                header.name
            );
            notes.warning(format!("{at}.headers[{index}]"), "no-effect", message);
        }
    }
    let cohorts = scenario.clients.cohorts.iter().map(|cohort| cohort.name.as_str());
    for (index, name) in rule.cohorts.iter().enumerate() {
        notes.known(format!("{at}.cohorts[{index}]"), "cohort", name, cohorts.clone());
    }
    let kinds = scenario.clients.kinds.iter().map(|kind| kind.name.as_str());
    for (index, name) in rule.kinds.iter().enumerate() {
        notes.known(format!("{at}.kinds[{index}]"), "request kind", name, kinds.clone());
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

impl SmokeTest {
    /// Notes the mistakes in the test at the path `at`.
    pub(in crate::control) fn check(&self, notes: &mut Notes, at: &str) {
        notes.within(format!("{at}.requests"), self.requests, 1..=MOST_TESTS);
        if self.requests > 0 && self.may_fail >= self.requests {
            let message =
                format!("{} of {} requests may fail: it always passes", self.may_fail, self.requests);
            notes.warning(format!("{at}.may_fail"), "never", message);
        }
    }
}

/// Notes rules for copies that hold for no kind of request of the scenario: they copy nothing.
pub(in crate::control) fn copied_kinds(
    notes: &mut Notes,
    at: &str,
    copied: &[KindMatch],
    scenario: Option<&Scenario>,
) {
    let Some(scenario) = scenario else { return };
    let names: Vec<&str> = scenario.clients.kinds.iter().map(|kind| kind.name.as_str()).collect();
    for (index, rule) in copied.iter().enumerate() {
        if !names.iter().any(|name| rule.holds(name)) {
            let message =
                format!("it holds for no kind of request here ({}): nothing is copied", names.join(", "));
            notes.warning(format!("{at}[{index}]"), "no-effect", message);
        }
    }
}

/// Warns of copies of requests that are not idempotent: the copy writes a second time. `copied` are the kinds that are copied;
/// none are all.
pub(in crate::control) fn doubling(
    notes: &mut Notes,
    at: &str,
    copied: &[KindMatch],
    scenario: Option<&Scenario>,
) {
    let kinds = scenario.iter().flat_map(|scenario| &scenario.clients.kinds);
    let is_copied = |name: &str| copied.is_empty() || copied.iter().any(|rule| rule.holds(name));
    let doubled: Vec<&str> = kinds
        .filter(|kind| kind.writes && !kind.idempotent && is_copied(&kind.name))
        .map(|kind| kind.name.as_str())
        .collect();
    if !doubled.is_empty() {
        let message = format!(
            "copies of requests that are not idempotent ({}) do their work twice; mirror only what is safe to repeat",
            doubled.join(", ")
        );
        notes.warning(at, "side-effects", message);
    }
}
