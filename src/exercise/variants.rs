//! The ranges within which the worlds of an exercise differ from run to run, so that no plan can be fitted to one moment.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Exercise, ExerciseCase, NextInTrain};
use crate::engine::{Chance, Share, Span};
use crate::scenario::{Issue, Release, Scenario};
use crate::sim::{Case, FaultVariation, Following, Term, Variation};

/// What differs from run to run, each in a range from the first to the second value, both included; all values in a range are
/// equally likely. Times are drawn in whole seconds, factors in whole percent. What is left out is as the scenario says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Variants {
    /// When the release may begin, such as `("4m", "9m")`. Default the scenario's `release_at`.
    pub release_at: Option<(Span, Span)>,
    /// When faults strike, and for how long; those that a case does not have are not drawn in it.
    pub faults: Vec<FaultVariants>,
    /// How bad the defects of the case's release are, such as `("80%", "150%")`: their chance is multiplied by it, up to all
    /// requests; where there is no chance, their slowness, extra calls or leak.
    pub defect: Option<(Share, Share)>,
    /// After how long they show, such as `("50%", "200%")`: the uptime that they take is multiplied by it.
    pub fuse: Option<(Share, Share)>,
    /// Whom they meet: one of these cohorts, in place of those that they name. Default those.
    pub cohorts: Vec<String>,
    /// How much traffic there is, such as `("90%", "120%")`: its rate, or the users of a closed loop, is multiplied by it.
    pub traffic: Option<(Share, Share)>,
}

/// When a fault strikes, and for how long.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FaultVariants {
    /// Name of the fault.
    pub name: String,
    /// When it strikes. Default as the scenario says.
    pub at: Option<(Span, Span)>,
    /// How long it lasts. Default as the scenario says.
    pub lasts: Option<(Span, Span)>,
}

/// The factors that may be written: 1 % to 1000 %.
const FACTORS: (f64, f64) = (0.01, 10.0);

impl Exercise {
    /// The case as the simulation takes it, with what differs in the world of `seed`. It depends on the exercise's id, the
    /// case's name and the seed, so that all hand-ins meet the same worlds. `scenario` is the one that the exercise names.
    pub fn draw(&self, case: &ExerciseCase, scenario: &Scenario, seed: u64) -> Case {
        let variants = case.variants.as_ref().unwrap_or(&self.variants);
        Case {
            name: case.name.clone(),
            release: Some(case.release.clone()),
            faults: case.faults.clone(),
            traffic: case.traffic.clone(),
            then: self.train(case, scenario, seed),
            term: Term { bake: Some(self.bake), deadline: self.deadline },
            variation: Box::new(variants.draw(&format!("{}\n{}", self.id, case.name), case, scenario, seed)),
        }
    }
}

impl Exercise {
    /// The releases that follow in `case`, with the times that are drawn for them in the world of `seed`.
    fn train(&self, case: &ExerciseCase, scenario: &Scenario, seed: u64) -> Vec<Following> {
        let variants = case.variants.as_ref().unwrap_or(&self.variants);
        let of = format!("{}\n{}", self.id, case.name);
        let drawn = variants.draw(&of, case, scenario, seed).release_at;
        let waits = Chance::new(seed).stream(&format!("train {of}"), 0);
        let mut at = drawn.unwrap_or(scenario.release_at);
        let next = |(place, next): (u64, &NextInTrain)| {
            let (from, to) = next.after;
            let seconds = (to - from).0 / Span::from_secs(1).0;
            at = at + from + Span::from_secs(waits.below(place, seconds + 1));
            Following { release: next.release.clone(), at, supersedes: next.supersedes }
        };
        (0..).zip(&case.then).map(next).collect()
    }
}

impl Variants {
    fn draw(&self, of: &str, case: &ExerciseCase, scenario: &Scenario, seed: u64) -> Variation {
        let dice = Chance::new(seed);
        let number = |what: &str, from: u64, to: u64| {
            from + dice.stream(&format!("variant {of}\n{what}"), 0).below(0, to.saturating_sub(from) + 1)
        };
        let time = |what: &str, range: Option<(Span, Span)>| {
            let second = Span::from_secs(1).0;
            range.map(|(from, to)| from + Span::from_secs(number(what, 0, (to - from).0 / second)))
        };
        let factor = |what: &str, range: Option<(Share, Share)>| {
            let percent = |share: Share| u64::from(share.basis_points()) / 100;
            range.map(|(from, to)| Share::percent(number(what, percent(from), percent(to)) as f64))
        };
        let faults = self.faults.iter().filter(|fault| case.faults.contains(&fault.name));
        let fault = |fault: &FaultVariants| FaultVariation {
            name: fault.name.clone(),
            at: time(&format!("fault {} at", fault.name), fault.at),
            lasts: time(&format!("fault {} lasts", fault.name), fault.lasts),
        };
        let some = |has: fn(&crate::scenario::Defect) -> bool| {
            case.releases(scenario).any(|release| release.defects.iter().any(has))
        };
        let cohort = |count: u64| self.cohorts[number("cohort", 0, count - 1) as usize].clone();
        Variation {
            release_at: time("release", self.release_at),
            faults: faults.map(fault).collect(),
            defect: factor("defect", self.defect.filter(|_| some(|defect| defect.has_size()))),
            fuse: factor("fuse", self.fuse.filter(|_| some(|defect| defect.has_fuse()))),
            cohort: (!self.cohorts.is_empty() && some(|defect| defect.has_cohorts()))
                .then(|| cohort(self.cohorts.len() as u64)),
            traffic: factor("traffic", self.traffic),
            calm: case.calm,
        }
    }
}

impl ExerciseCase {
    /// The releases that go out in it, as far as `scenario` has them.
    fn releases<'a>(&'a self, scenario: &'a Scenario) -> impl Iterator<Item = &'a Release> {
        let names = std::iter::once(&self.release).chain(self.then.iter().map(|next| &next.release));
        names.filter_map(|name| scenario.release(name))
    }
}

/// Adds everything wrong with the variants of an exercise and of its cases.
pub(super) fn problems(exercise: &Exercise, scenario: &Scenario, found: &mut Vec<Issue>) {
    let general: Vec<&ExerciseCase> = exercise.cases.iter().filter(|case| case.variants.is_none()).collect();
    exercise.variants.problems("variants", &general, scenario, found);
    for (index, case) in exercise.cases.iter().enumerate() {
        if let Some(variants) = &case.variants {
            variants.problems(&format!("cases[{index}].variants"), &[case], scenario, found);
        }
    }
}

impl Variants {
    /// Adds everything wrong with it, at the path `at`; `cases` are those that it holds for.
    fn problems(&self, at: &str, cases: &[&ExerciseCase], scenario: &Scenario, found: &mut Vec<Issue>) {
        if let Some(range) = self.release_at {
            times(&format!("{at}.release_at"), range, Some(scenario.horizon), found);
        }
        for (index, fault) in self.faults.iter().enumerate() {
            let at = format!("{at}.faults[{index}]");
            if self.faults[..index].iter().any(|other| other.name == fault.name) {
                let message = format!("\"{}\" stands above; write one entry for each fault", fault.name);
                found.push(Issue::error(format!("{at}.name"), "duplicate", message));
            }
            fault.problems(&at, cases, scenario, found);
        }
        let factors = [("defect", self.defect), ("fuse", self.fuse), ("traffic", self.traffic)];
        for (field, range) in factors.into_iter().filter_map(|(field, range)| Some((field, range?))) {
            factor(&format!("{at}.{field}"), range, found);
        }
        for (index, cohort) in self.cohorts.iter().enumerate() {
            let cohorts = scenario.clients.cohorts.iter().map(|cohort| cohort.name.as_str());
            if !cohorts.clone().any(|name| name == cohort) {
                found.push(Issue::unknown(format!("{at}.cohorts[{index}]"), "cohort", cohort, cohorts));
            }
        }
        self.without_effect(at, cases, scenario, found);
    }

    /// Warns of ranges that change nothing in any of the cases.
    fn without_effect(&self, at: &str, cases: &[&ExerciseCase], scenario: &Scenario, found: &mut Vec<Issue>) {
        let releases = || cases.iter().flat_map(|case| case.releases(scenario));
        let some = |has: fn(&crate::scenario::Defect) -> bool| {
            releases().any(|release: &Release| release.defects.iter().any(has))
        };
        let needs = [
            (
                "defect",
                self.defect.is_some(),
                some(|defect| defect.has_size()),
                "a chance, a slowness, extra calls or a leak",
            ),
            (
                "fuse",
                self.fuse.is_some(),
                some(|defect| defect.has_fuse()),
                "an uptime (UptimeOver or CrashLoop)",
            ),
            ("cohorts", !self.cohorts.is_empty(), some(|defect| defect.has_cohorts()), "a cohort"),
        ];
        for (field, is_there, has_effect, what) in needs {
            if is_there && !has_effect {
                let message = format!(
                    "no defect of these cases' releases has {what}; it changes nothing, so leave it out"
                );
                found.push(Issue::warning(format!("{at}.{field}"), "no-effect", message));
            }
        }
    }
}

impl FaultVariants {
    fn problems(&self, at: &str, cases: &[&ExerciseCase], scenario: &Scenario, found: &mut Vec<Issue>) {
        let Some(fault) = scenario.fault(&self.name) else {
            let faults = scenario.faults.iter().map(|fault| fault.name.as_str());
            found.push(Issue::unknown(format!("{at}.name"), "fault", &self.name, faults));
            return;
        };
        if !cases.iter().any(|case| case.faults.contains(&self.name)) {
            let message = format!("no case of these has the fault \"{}\"; it changes nothing", self.name);
            found.push(Issue::warning(format!("{at}.name"), "no-effect", message));
        }
        if let Some(range) = self.at {
            times(&format!("{at}.at"), range, Some(scenario.horizon), found);
            if fault.what.strikes_one_by_one() {
                let message = "it strikes each instance in its own time, whatever stands here; leave it out";
                found.push(Issue::error(format!("{at}.at"), "no-effect", message));
            }
        }
        if let Some(range) = self.lasts {
            times(&format!("{at}.lasts"), range, None, found);
            if range.0.is_zero() {
                let message = "0s: a fault of no length; write more";
                found.push(Issue::error(format!("{at}.lasts"), "out-of-range", message));
            }
            if fault.what.is_instant() {
                let message = "a crash is over at once; leave it out";
                found.push(Issue::error(format!("{at}.lasts"), "no-effect", message));
            }
        }
    }
}

/// A range of times must not be reversed, and must lie before `end` where there is one.
fn times(at: &str, (from, to): (Span, Span), end: Option<Span>, found: &mut Vec<Issue>) {
    if to < from {
        let message = format!("from {from} to {to} is reversed; write the earlier time first");
        found.push(Issue::error(at, "reversed", message));
    } else if let Some(end) = end.filter(|end| to >= *end) {
        let message = format!("{to} is not before the end of the run, {end}; write less");
        found.push(Issue::error(at, "out-of-range", message));
    }
}

fn factor(at: &str, (from, to): (Share, Share), found: &mut Vec<Issue>) {
    let (least, most) = FACTORS;
    if to < from {
        let message = format!("from {from} to {to} is reversed; write the smaller factor first");
        found.push(Issue::error(at, "reversed", message));
    } else if from.fraction() < least || to.fraction() > most {
        let message = format!("from {from} to {to}; write factors from 1% to 1000%");
        found.push(Issue::error(at, "out-of-range", message));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::sample;
    use super::*;
    use crate::scenario::Severity;

    fn range(from: u64, to: u64) -> Option<(Span, Span)> {
        Some((Span::from_secs(from), Span::from_secs(to)))
    }

    fn percent(from: f64, to: f64) -> Option<(Share, Share)> {
        Some((Share::percent(from), Share::percent(to)))
    }

    fn varied() -> Exercise {
        let mut exercise = sample::exercise();
        exercise.cases[1].faults.push("outage".to_owned());
        let outage = FaultVariants { name: "outage".into(), at: range(480, 900), lasts: range(60, 180) };
        exercise.variants = Variants {
            release_at: range(240, 540),
            faults: vec![outage],
            defect: percent(80.0, 150.0),
            traffic: percent(90.0, 120.0),
            ..Variants::default()
        };
        exercise
    }

    #[test]
    fn draws_stay_in_their_ranges_and_come_to_both_ends() {
        let (mut exercise, scenario) = (varied(), sample::scenario());
        exercise.variants.release_at = range(300, 303);
        let draws: Vec<Variation> =
            (0..200).map(|seed| *exercise.draw(&exercise.cases[1], &scenario, seed).variation).collect();
        let begins: BTreeSet<u64> =
            draws.iter().map(|drawn| drawn.release_at.unwrap().0 / 1_000_000_000).collect();
        assert_eq!(begins.into_iter().collect::<Vec<_>>(), [300, 301, 302, 303]);
        for drawn in &draws {
            let fault = &drawn.faults[0];
            assert!((480..=900).contains(&(fault.at.unwrap().0 / 1_000_000_000)), "{drawn}");
            assert!((60..=180).contains(&(fault.lasts.unwrap().0 / 1_000_000_000)), "{drawn}");
            assert!((0.8..=1.5).contains(&drawn.defect.unwrap().fraction()), "{drawn}");
        }
        let different: BTreeSet<String> = draws.iter().map(ToString::to_string).collect();
        assert!(different.len() > 190, "{}", different.len());
    }

    #[test]
    fn a_draw_depends_on_exercise_case_and_seed_alone() {
        let (exercise, scenario) = (varied(), sample::scenario());
        let draw =
            |exercise: &Exercise, case: usize, seed| exercise.draw(&exercise.cases[case], &scenario, seed);
        assert_eq!(draw(&exercise, 1, 7), draw(&exercise, 1, 7));
        assert_ne!(draw(&exercise, 1, 7).variation, draw(&exercise, 1, 8).variation);
        let renamed = Exercise { id: "second".to_owned(), ..exercise.clone() };
        assert_ne!(draw(&exercise, 1, 7).variation, draw(&renamed, 1, 7).variation);
        // What one range is does not move another's draw.
        let mut other = exercise.clone();
        other.variants.faults.clear();
        assert_eq!(draw(&other, 1, 7).variation.release_at, draw(&exercise, 1, 7).variation.release_at);
    }

    #[test]
    fn what_a_case_does_not_have_is_not_drawn() {
        let (mut exercise, scenario) = (varied(), sample::scenario());
        let sound = exercise.draw(&exercise.cases[0], &scenario, 3).variation;
        assert_eq!((sound.faults.len(), sound.defect, sound.fuse, sound.cohort), (0, None, None, None));
        exercise.cases[0].variants = Some(Variants::default());
        assert!(
            exercise.draw(&exercise.cases[0], &scenario, 3).variation.is_none(),
            "its own take the place"
        );
    }

    fn only_issue(change: impl FnOnce(&mut Exercise)) -> Issue {
        let mut exercise = varied();
        change(&mut exercise);
        sample::only_issue_of(&exercise)
    }

    #[test]
    fn a_range_goes_up_and_ends_before_the_run() {
        let path = |issue: Issue| (issue.path, issue.code);
        assert_eq!(
            path(only_issue(|e| e.variants.release_at = range(9, 8))),
            ("variants.release_at".into(), "reversed")
        );
        assert_eq!(only_issue(|e| e.variants.release_at = range(9, 1200)).code, "out-of-range");
        assert_eq!(only_issue(|e| e.variants.defect = percent(120.0, 80.0)).path, "variants.defect");
        assert_eq!(only_issue(|e| e.variants.traffic = percent(0.0, 80.0)).code, "out-of-range");
        assert_eq!(
            only_issue(|e| e.variants.faults[0].lasts = range(0, 60)).path,
            "variants.faults[0].lasts"
        );
        assert_eq!(only_issue(|e| e.variants.faults[0].at = range(600, 1300)).path, "variants.faults[0].at");
        let of_case = Variants { release_at: range(9, 8), ..Variants::default() };
        assert_eq!(only_issue(|e| e.cases[0].variants = Some(of_case)).path, "cases[0].variants.release_at");
    }

    #[test]
    fn names_are_the_scenarios_and_what_changes_nothing_is_said() {
        assert_eq!(
            only_issue(|e| e.variants.faults[0].name = "outrage".into()).path,
            "variants.faults[0].name"
        );
        let cohorts = |e: &mut Exercise| e.variants.cohorts.push("eu".into());
        let mut exercise = varied();
        cohorts(&mut exercise);
        let issues = exercise.problems(Some(&sample::scenario()));
        let codes: Vec<&str> = issues.iter().map(|issue| issue.code).collect();
        assert_eq!(
            codes,
            ["unknown-name", "no-effect"],
            "no cohort of that name, and no defect that has one"
        );
        let issue = only_issue(|e| e.variants.fuse = percent(50.0, 200.0));
        assert_eq!((issue.path.as_str(), issue.severity), ("variants.fuse", Severity::Warning));
        assert_eq!(only_issue(|e| e.cases[1].faults.clear()).code, "no-effect");
    }
}
