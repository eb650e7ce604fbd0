//! Everything wrong with an exercise file's meaning, found at once.

mod claims;
mod train;

use super::spec::FORMAT;
use super::{Allow, Exercise, ExerciseCase, ExerciseKind, Over, outline, predict, rubric_problems, variants};
use crate::engine::Span;
use crate::scenario::{Issue, Scenario};
use crate::sim::ManualActionName;

/// Cases an exercise may have.
pub const MAX_CASES: usize = 20;
/// How long a settled rollout may be watched.
pub const MAX_BAKE: Span = Span::from_secs(3600);
/// Runs that grading one hand-in may take.
pub const MAX_RUNS: u64 = 2_000;

impl Exercise {
    /// Everything wrong with this exercise; with the scenario it names, the names it takes from there as well.
    pub fn problems(&self, scenario: Option<&Scenario>) -> Vec<Issue> {
        let mut found = Vec::new();
        self.head(&mut found);
        self.case_list(&mut found);
        if let Some(scenario) = scenario {
            self.names(scenario, &mut found);
            variants::problems(self, scenario, &mut found);
        }
        self.term(scenario, &mut found);
        rubric_problems::of(self, &mut found);
        self.sums(&mut found);
        self.hint_list(&mut found);
        claims::check(self, &mut found);
        outline::check(self, &mut found);
        predict::problems(self, scenario, &mut found);
        found
    }

    fn head(&self, found: &mut Vec<Issue>) {
        if self.format != FORMAT {
            let message = format!("format {} is not known; this build reads format {FORMAT}", self.format);
            found.push(Issue::error("format", "format", message));
        }
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if self.id.is_empty() || self.id.len() > 64 || !self.id.chars().all(plain) {
            let message = "an id is 1 to 64 of the characters a-z, 0-9, \"-\" and \"_\"";
            found.push(Issue::error("id", "id", message));
        }
        for (path, text) in [("title", &self.title), ("scenario", &self.scenario)] {
            if text.trim().is_empty() {
                found.push(Issue::error(path, "empty", format!("the {path} is empty; write one")));
            }
        }
        if self.objectives.is_empty() {
            found.push(Issue::error("objectives", "empty", "no objective; say what is learned"));
        }
        if self.needs.contains(&self.id) {
            found.push(Issue::error("needs", "cycle", "an exercise cannot need itself; remove it"));
        }
        if self.revision == 0 {
            found.push(Issue::error("revision", "out-of-range", "0; revisions are numbered from 1"));
        }
        if self.allow.is_empty() && self.kind.is_plan() {
            let message =
                "nothing may be changed, so every hand-in equals the starter; allow at least one field";
            found.push(Issue::error("allow", "empty", message));
        }
        self.allow_list(found);
        if !(1..=100).contains(&self.seeds) {
            let message = format!("{} seeds; write 1 to 100", self.seeds);
            found.push(Issue::error("seeds", "out-of-range", message));
        }
        let weights: u64 = self.cases.iter().map(|case| u64::from(case.weight)).sum();
        let runs = weights.saturating_mul(u64::from(self.seeds));
        if runs > MAX_RUNS {
            let message = format!(
                "grading would take {runs} runs; at most {MAX_RUNS} are allowed, so take fewer seeds"
            );
            found.push(Issue::error("seeds", "out-of-range", message));
        }
    }

    /// What is allowed must be something that could be done otherwise.
    fn allow_list(&self, found: &mut Vec<Issue>) {
        for (index, allow) in self.allow.iter().enumerate() {
            let path = format!("allow[{index}]");
            match allow {
                Allow::Strategy(names) if names.is_empty() => {
                    found.push(Issue::error(
                        path,
                        "empty",
                        "no strategy is named; name one, or remove the entry",
                    ));
                }
                Allow::Steps(names) if names.is_empty() => {
                    found.push(Issue::error(
                        path,
                        "empty",
                        "no step is named; name one, or remove the entry",
                    ));
                }
                Allow::ByHand(names) if names.contains(&ManualActionName::Inject) => {
                    let message = "a session with faults let loose by hand is never graded; remove Inject";
                    found.push(Issue::error(path, "never-graded", message));
                }
                Allow::Strategy(_)
                | Allow::Steps(_)
                | Allow::ByHand(_)
                | Allow::Responses(_)
                | Allow::Analysis
                | Allow::Alerts
                | Allow::Triggers
                | Allow::OnCall
                | Allow::Probes
                | Allow::Drain
                | Allow::Balancer
                | Allow::Upstream
                | Allow::Shedding
                | Allow::Calls
                | Allow::Flags
                | Allow::Autoscaler
                | Allow::Gates
                | Allow::Rollback => {}
            }
        }
        let narrows = |allow: &Allow| allow.field().is_none();
        if self.kind == ExerciseKind::Operate {
            return self.operate_list(found);
        }
        if !self.allow.is_empty() && self.allow.iter().all(narrows) {
            let message =
                "nothing of a plan may be changed: the lists only narrow down what may; allow a field";
            found.push(Issue::error("allow", "empty", message));
        }
    }

    /// What only an Operate exercise must keep to.
    fn operate_list(&self, found: &mut Vec<Issue>) {
        for (index, allow) in self.allow.iter().enumerate() {
            if !matches!(allow, Allow::ByHand(_)) {
                let message = "the plan on duty is the starter and is not changed; an Operate exercise allows ByHand and nothing else";
                found.push(Issue::error(format!("allow[{index}]"), "operate", message));
            }
        }
        if self.seeds != 1 {
            let message = format!(
                "{} seeds; a learner meets each case once for each unit of its weight, so write 1",
                self.seeds
            );
            found.push(Issue::error("seeds", "operate", message));
        }
        for (index, criterion) in self.rubric.iter().enumerate() {
            if criterion.over != Over::Mean {
                let message = format!(
                    "{:?}; in an Operate exercise each case is scored on its own and the points are averaged, so write Mean",
                    criterion.over
                );
                found.push(Issue::error(format!("rubric[{index}].over"), "operate", message));
            }
        }
    }

    fn term(&self, scenario: Option<&Scenario>, found: &mut Vec<Issue>) {
        if self.bake > MAX_BAKE {
            let message =
                format!("{}; write at most {MAX_BAKE}, since every run goes on for so long", self.bake);
            found.push(Issue::error("bake", "out-of-range", message));
        }
        let Some(deadline) = self.deadline else { return };
        let left = scenario.map(|scenario| scenario.horizon - scenario.release_at);
        if deadline.is_zero() {
            let message =
                "no time at all; write how long the release may take, or leave it out for the whole scenario";
            found.push(Issue::error("deadline", "out-of-range", message));
        } else if let Some(left) = left.filter(|left| deadline > *left) {
            let message = format!(
                "{deadline}, but the scenario ends {left} after the release may begin; write at most that"
            );
            found.push(Issue::error("deadline", "out-of-range", message));
        }
    }

    fn case_list(&self, found: &mut Vec<Issue>) {
        if self.cases.is_empty() || self.cases.len() > MAX_CASES {
            let message = format!("{} cases; write 1 to {MAX_CASES}", self.cases.len());
            found.push(Issue::error("cases", "out-of-range", message));
        }
        for (index, case) in self.cases.iter().enumerate() {
            let at = |field: &str| format!("cases[{index}].{field}");
            if case.name.trim().is_empty() {
                found.push(Issue::error(at("name"), "empty", "a case needs a name"));
            }
            if self.cases[..index].iter().any(|other| other.name == case.name) {
                let message = format!("a case called \"{}\" stands above; names are unique", case.name);
                found.push(Issue::error(at("name"), "duplicate", message));
            }
            if !(1..=100).contains(&case.weight) {
                let message = format!("weight {}; write 1 to 100", case.weight);
                found.push(Issue::error(at("weight"), "out-of-range", message));
            }
        }
    }

    /// What the cases take from the scenario.
    fn names(&self, scenario: &Scenario, found: &mut Vec<Issue>) {
        for (index, case) in self.cases.iter().enumerate() {
            found.extend(names_of_case(index, case, scenario));
        }
        for (index, criterion) in self.rubric.iter().enumerate() {
            if criterion.measure.needs_slo() && scenario.slos.is_empty() {
                let message = format!(
                    "{:?} needs an SLO, and the scenario has none; take another measure",
                    criterion.measure
                );
                found.push(Issue::error(format!("rubric[{index}].measure"), "no-slo", message));
            }
        }
    }

    fn sums(&self, found: &mut Vec<Issue>) {
        let sum = self.max_score();
        if sum.is_finite() && (sum - 100.0).abs() > 0.005 && !self.rubric.is_empty() {
            let message = format!("the points add up to {sum}; 100 is easier to read");
            found.push(Issue::warning("rubric", "sum", message));
        }
        let pass_fits = self.pass > 0.0 && self.pass <= sum;
        if !pass_fits && !self.rubric.is_empty() {
            let message =
                format!("{} points to pass; write a number above 0 and at most the sum, {sum}", self.pass);
            found.push(Issue::error("pass", "out-of-range", message));
        }
    }

    fn hint_list(&self, found: &mut Vec<Issue>) {
        let mut dearest = 0.0;
        for (index, hint) in self.hints.iter().enumerate() {
            if hint.say.trim().is_empty() {
                found.push(Issue::error(format!("hints[{index}].say"), "empty", "a hint needs text"));
            }
            let path = format!("hints[{index}].cost");
            if !hint.cost.is_finite() || hint.cost < 0.0 {
                found.push(Issue::error(path, "out-of-range", "a cost is 0 or more points"));
            } else if hint.cost < dearest {
                let message = format!(
                    "costs {}, less than the one before it ({dearest}); later hints say more and cost no less",
                    hint.cost
                );
                found.push(Issue::error(path, "order", message));
            } else {
                dearest = hint.cost;
            }
        }
    }
}

fn names_of_case(index: usize, case: &ExerciseCase, scenario: &Scenario) -> Vec<Issue> {
    let at = |field: String| format!("cases[{index}].{field}");
    let mut found = Vec::new();
    let releases = scenario.releases.iter().map(|release| release.name.as_str());
    match releases.clone().position(|name| name == case.release) {
        None => found.push(Issue::unknown(at("release".into()), "release", &case.release, releases)),
        Some(0) => {
            let message =
                format!("\"{}\" is the baseline, which runs already; name another release", case.release);
            found.push(Issue::error(at("release".into()), "baseline", message));
        }
        Some(_) => {}
    }
    found.extend(train::problems(index, case, scenario));
    for (place, name) in case.faults.iter().enumerate() {
        let faults = scenario.faults.iter().map(|fault| fault.name.as_str());
        if scenario.fault(name).is_none() {
            found.push(Issue::unknown(at(format!("faults[{place}]")), "fault", name, faults));
        }
    }
    let shapes = scenario.traffic.iter().map(|shape| shape.name.as_str());
    match &case.traffic {
        Some(name) if !shapes.clone().any(|shape| shape == name) => {
            found.push(Issue::unknown(at("traffic".into()), "traffic shape", name, shapes));
        }
        _ => {}
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::sample::{found, only_issue};
    use super::super::{Category, Over};
    use super::*;
    use crate::engine::{Level, Share, Span};
    use crate::scenario::Severity;

    #[test]
    fn a_sound_exercise_has_no_problems() {
        assert_eq!(found(|_| ()), []);
    }

    #[test]
    fn names_that_the_scenario_does_not_have_get_the_nearest_one() {
        let issue = only_issue(|exercise| exercise.cases[1].release = "v2-error".to_owned());
        assert_eq!(issue.path, "cases[1].release");
        assert!(issue.message.contains("did you mean \"v2-errors\"?"), "{}", issue.message);
        assert_eq!(only_issue(|e| e.cases[0].faults.push("outrage".into())).path, "cases[0].faults[0]");
        assert_eq!(only_issue(|e| e.cases[0].traffic = Some("stead".into())).path, "cases[0].traffic");
        assert_eq!(only_issue(|e| e.cases[0].release = "v1".into()).code, "baseline");
        assert_eq!(only_issue(|e| e.rubric[0].on = vec!["error".into()]).path, "rubric[0].on[0]");
    }

    #[test]
    fn points_must_reach_what_is_needed_and_should_make_a_hundred() {
        assert_eq!(only_issue(|e| e.pass = 101.0).path, "pass");
        assert_eq!(only_issue(|e| e.pass = f64::NAN).path, "pass");
        let issue = only_issue(|e| e.rubric[0].points = 50.0);
        assert_eq!((issue.path.as_str(), issue.severity), ("rubric", Severity::Warning));
    }

    #[test]
    fn marks_must_differ_and_fit_the_measure() {
        assert_eq!(only_issue(|e| e.rubric[0].zero = e.rubric[0].full).code, "full-is-zero");
        assert_eq!(only_issue(|e| e.rubric[1].full = Level::Number(600.0)).code, "unit");
        assert_eq!(only_issue(|e| e.rubric[0].full = Level::Span(Span::from_secs(1))).code, "unit");
        assert_eq!(
            only_issue(|e| e.rubric[0].full = Level::Share(Share::percent(5.0))).path,
            "rubric[0].full"
        );
        assert_eq!(only_issue(|e| e.rubric[0].over = Over::Share).code, "over");
    }

    #[test]
    fn both_categories_should_be_there() {
        let issue = only_issue(|e| e.rubric[1].category = Category::RiskManagement);
        assert_eq!((issue.code, issue.severity), ("one-category", Severity::Warning));
    }

    #[test]
    fn ids_and_case_names_are_unique() {
        assert_eq!(only_issue(|e| e.rubric[1].id = "caught".into()).path, "rubric[1].id");
        let twice = found(|e| e.cases[1].name = "healthy".into());
        assert!(twice.contains(&("cases[1].name".to_owned(), "duplicate")));
    }

    #[test]
    fn seeds_weights_and_runs_stay_in_range() {
        assert_eq!(only_issue(|e| e.seeds = 0).path, "seeds");
        assert_eq!(only_issue(|e| e.seeds = 101).path, "seeds");
        assert_eq!(only_issue(|e| e.cases[0].weight = 0).path, "cases[0].weight");
        let many = only_issue(|e| (e.seeds, e.cases[0].weight) = (100, 50));
        assert!(many.message.contains("5100 runs"), "{}", many.message);
    }

    #[test]
    fn hints_cost_no_less_than_those_before() {
        let issue = only_issue(|e| e.hints[0].cost = 9.0);
        assert_eq!((issue.path.as_str(), issue.code), ("hints[1].cost", "order"));
    }

    #[test]
    fn an_exercise_says_what_is_learned_and_lets_something_change() {
        assert_eq!(only_issue(|e| e.objectives.clear()).path, "objectives");
        assert_eq!(only_issue(|e| e.allow.clear()).path, "allow");
        assert_eq!(only_issue(|e| e.allow = vec![Allow::Responses(Vec::new())]).code, "empty");
        let inject = Allow::ByHand(vec![ManualActionName::Inject]);
        assert_eq!(only_issue(|e| e.allow.push(inject)).path, "allow[2]");
        assert_eq!(only_issue(|e| e.id = "Ünfit".into()).path, "id");
    }
}
