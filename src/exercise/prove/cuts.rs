//! The model solution with one part changed: removed, set back to its default, or made blunter. If nothing is lost then, the part
//! is decoration, and the exercise does not teach it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::tree::{Path, Place, at, choice, chosen, plan_of, tree, visit, with, without};
use crate::control::{Analysis, Plan};
use crate::engine::{Level, Rate, Share, Span};
use crate::telemetry::{Metric, Query, Subject};

/// The solution with one change.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cut {
    /// What was changed, and how.
    pub what: String,
    /// The parts that were changed, as paths in the solution.
    pub paths: Vec<String>,
    /// The changed plan.
    pub plan: Plan,
}

/// How a part is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum How {
    Removed,
    Default,
    WholeTarget,
    FixedLimit,
    OnlyTime,
}

impl How {
    const fn said(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Default => "as by default",
            Self::WholeTarget => "of the whole target",
            Self::FixedLimit => "a limit in place of the comparison",
            Self::OnlyTime => "only its time is waited",
        }
    }

    /// Whether it changes a setting. A setting that stands in several places under one name is one thing to a learner.
    const fn is_setting(self) -> bool {
        match self {
            Self::Default | Self::WholeTarget | Self::FixedLimit => true,
            Self::Removed | Self::OnlyTime => false,
        }
    }
}

/// One change of one part.
struct Edit {
    how: How,
    path: Path,
    /// What stands at `path` afterwards; nothing for what is taken out.
    becomes: Option<Value>,
    /// Name of the check, alert or other named thing that the part belongs to.
    owner: Option<String>,
}

/// Every change of `solution` that gives another plan: one at a time, then in groups. `usual` says what a query answers of the
/// version that runs today, for the limits that stand in for comparisons. Plans that `may` refuses are left out.
pub(super) fn cuts(
    solution: &Plan,
    usual: &dyn Fn(&Query) -> Option<f64>,
    may: &dyn Fn(&Plan) -> bool,
) -> Vec<Cut> {
    let whole = tree(solution);
    let edits = edits(&whole, usual);
    let mut found = Found { whole: &whole, solution: plan_of(&whole), cuts: Vec::new(), may };
    let mut everywhere: BTreeMap<(How, String, String), Vec<&Edit>> = BTreeMap::new();
    for edit in &edits {
        if let Some(owner) = &edit.owner {
            let field = edit.path.field().to_owned();
            everywhere.entry((edit.how, owner.clone(), field)).or_default().push(edit);
        }
    }
    for edit in &edits {
        let shared = edit.owner.as_ref().is_some_and(|owner| {
            everywhere[&(edit.how, owner.clone(), edit.path.field().to_owned())].len() > 1
        });
        if !(shared && edit.how.is_setting()) {
            found.add(format!("{} {}", edit.path, edit.how.said()), &[edit]);
        }
    }
    for ((how, owner, field), group) in &everywhere {
        if group.len() > 1 {
            let what = if *how == How::Default { format!("{field} of {owner}") } else { owner.clone() };
            found.add(format!("{what} everywhere {}", how.said()), group);
        }
    }
    found.lists();
    found.stages();
    found.push("all tests and analyses".to_owned(), vec![String::new()], Some(solution.without_analyses()));
    found.cuts
}

/// The changes found so far.
struct Found<'a> {
    whole: &'a Value,
    solution: Option<Plan>,
    cuts: Vec<Cut>,
    may: &'a dyn Fn(&Plan) -> bool,
}

impl Found<'_> {
    /// Adds the plan with all of `edits`.
    fn add(&mut self, what: String, edits: &[&Edit]) {
        let mut changed = self.whole.clone();
        for edit in edits {
            if let Some(value) = &edit.becomes {
                changed = with(&changed, &edit.path, value.clone());
            }
        }
        let out: Vec<Path> =
            edits.iter().filter(|edit| edit.becomes.is_none()).map(|edit| edit.path.clone()).collect();
        let changed = taken_out(self.whole, &changed, &out);
        let paths = edits.iter().map(|edit| edit.path.to_string()).collect();
        self.push(what, paths, plan_of(&changed));
    }

    fn push(&mut self, what: String, paths: Vec<String>, plan: Option<Plan>) {
        let Some(plan) = plan.filter(|plan| Some(plan) != self.solution.as_ref() && (self.may)(plan)) else {
            return;
        };
        if self.cuts.iter().all(|cut| cut.plan != plan) {
            self.cuts.push(Cut { what, paths, plan });
        }
    }

    /// Each list of several things, emptied.
    fn lists(&mut self) {
        let mut all = Vec::new();
        visit(self.whole, &Path::default(), &mut |path, value| {
            if let Value::Array(items) = value
                && items.len() > 1
            {
                let items = (0..items.len()).map(|index| path.to(Place::Item(index))).collect::<Vec<_>>();
                all.push((path.clone(), items));
            }
        });
        for (path, items) in all {
            let plan = plan_of(&taken_out(self.whole, self.whole, &items));
            self.push(format!("all of {path} removed"), vec![path.to_string()], plan);
        }
    }

    /// Each stage of a list of steps, which reaches from one share of users to the next; and all stages but the first.
    fn stages(&mut self) {
        let mut all = Vec::new();
        visit(self.whole, &Path::default(), &mut |path, value| {
            let Value::Array(items) = value else { return };
            let shares =
                |item: &Value| choice(item).is_some_and(|(name, _)| matches!(name, "Weight" | "Flag"));
            let starts: Vec<usize> = (0..items.len()).filter(|index| shares(&items[*index])).collect();
            if starts.len() < 2 {
                return;
            }
            let ends = starts.iter().skip(1).copied().chain([items.len()]);
            let stages: Vec<(usize, usize)> = starts.iter().copied().zip(ends).collect();
            all.push((path.clone(), stages));
        });
        for (path, stages) in all {
            let items = |from: usize, to: usize| (from..to).map(|index| path.to(Place::Item(index)));
            let mut cut = |what: String, gone: Vec<Path>| {
                let paths = gone.iter().map(Path::to_string).collect();
                self.push(what, paths, plan_of(&without(self.whole, &gone)));
            };
            for (from, to) in &stages {
                cut(format!("stage {path}[{from}] to [{}] removed", to - 1), items(*from, *to).collect());
            }
            if let (Some((_, from)), Some((_, to))) = (stages.first(), stages.last()) {
                cut(format!("all stages of {path} but the first removed"), items(*from, *to).collect());
            }
        }
    }
}

/// `changed`, a form of `whole` with the same paths, without the parts at `gone`. What names them goes too. An analysis that is left
/// without checks goes, and as a step it leaves its time.
fn taken_out(whole: &Value, changed: &Value, gone: &[Path]) -> Value {
    let mut gone = with_what_names_them(whole, gone);
    let mut changed = changed.clone();
    let mut emptied = Vec::new();
    visit(whole, &Path::default(), &mut |path, value| {
        let Some(Value::Array(checks)) = value.get("checks") else { return };
        let list = path.to(Place::Field("checks".to_owned()));
        let all: Vec<Path> = (0..checks.len()).map(|index| list.to(Place::Item(index))).collect();
        if !all.is_empty() && all.iter().all(|check| gone.contains(check)) {
            gone.retain(|path| !all.contains(path));
            emptied.push((path.clone(), value.clone()));
        }
    });
    for (path, value) in emptied {
        match (path.0.split_last(), serde_json::from_value::<Analysis>(value)) {
            (Some((Place::Choice(name), step)), Ok(analysis)) if name == "Analyse" => {
                let pause = chosen("Pause", json!(analysis.expected().to_string()));
                changed = with(&changed, &Path(step.to_vec()), pause);
            }
            _ => gone.push(path),
        }
    }
    without(&changed, &gone)
}

/// `gone`, and every trigger, runbook entry or other item that names an alert among them: it would name nothing.
fn with_what_names_them(whole: &Value, gone: &[Path]) -> Vec<Path> {
    let name = |path: &Path| at(whole, path)?.get("name")?.as_str().map(str::to_owned);
    let names: Vec<String> = gone.iter().filter_map(name).collect();
    let mut all = gone.to_vec();
    visit(whole, &Path::default(), &mut |path, value| {
        let names_one = value
            .get("alert")
            .and_then(Value::as_str)
            .is_some_and(|alert| names.iter().any(|name| name == alert));
        if path.is_item() && names_one && !all.contains(path) {
            all.push(path.clone());
        }
    });
    all
}

/// Every change of a single part, whether it gives a plan or not. What is inside a field that stands at its default is nothing
/// that the solution's author wrote.
fn edits(whole: &Value, usual: &dyn Fn(&Query) -> Option<f64>) -> Vec<Edit> {
    let mut found = Vec::new();
    let plan = plan_of(whole);
    let mut defaults: Vec<Path> = Vec::new();
    visit(whole, &Path::default(), &mut |path, value| {
        if matches!(path.field(), "" | "title" | "format" | "name")
            || defaults.iter().any(|default| path.0.starts_with(&default.0))
        {
            return;
        }
        if matches!(path.0.last(), Some(Place::Field(_)))
            && plan_of(&without(whole, std::slice::from_ref(path))) == plan
        {
            defaults.push(path.clone());
        }
        let owner = owner(whole, path);
        let mut edit = |how, becomes| {
            found.push(Edit { how, path: path.clone(), becomes, owner: owner.clone() });
        };
        match path.0.last() {
            Some(Place::Item(_)) => edit(How::Removed, None),
            Some(Place::Field(_)) => edit(How::Default, None),
            Some(Place::Choice(_)) | None => {}
        }
        if value == &json!("Candidate") {
            edit(How::WholeTarget, Some(json!("Target")));
        }
        match choice(value) {
            Some(("Analyse", inside)) => {
                if let Ok(analysis) = serde_json::from_value::<Analysis>(inside.clone()) {
                    edit(How::OnlyTime, Some(chosen("Pause", json!(analysis.expected().to_string()))));
                }
            }
            Some((name, inside)) => {
                if let Some(limit) = fixed(whole, path, name, inside, usual) {
                    edit(How::FixedLimit, Some(limit));
                }
            }
            None => {}
        }
    });
    found
}

/// The name of the innermost thing with a name around the part at `path`, or its own.
fn owner(whole: &Value, path: &Path) -> Option<String> {
    let names = (0..=path.0.len()).rev().filter_map(|length| {
        let around = Path(path.0[..length].to_vec());
        at(whole, &around)?.get("name")?.as_str().map(str::to_owned)
    });
    names.into_iter().next()
}

/// A limit that knows no baseline, in place of the comparison `name` at `path`.
fn fixed(
    whole: &Value,
    path: &Path,
    name: &str,
    inside: &Value,
    usual: &dyn Fn(&Query) -> Option<f64>,
) -> Option<Value> {
    if name == "NotWorse" {
        // A test becomes the comparison that asks for no volume; a usual margin (modelling choice).
        return Some(json!({"AtMostBaseline": {"factor": 1.5, "plus": "1%"}}));
    }
    let (_, around) = path.0.split_last()?;
    let query = at(whole, &Path(around.to_vec()))?.get("query")?;
    let query: Query = serde_json::from_value(query.clone()).ok()?;
    let today = usual(&Query { of: Subject::Baseline, ..query.clone() })?;
    let factor = inside.get("factor").and_then(Value::as_f64).unwrap_or(1.0);
    match name {
        "AtMostBaseline" => {
            let plus: Level = serde_json::from_value(inside.get("plus")?.clone()).ok()?;
            Some(json!({"Below": level(&query.metric, today * factor + plus.value())}))
        }
        "AtLeastBaseline" => Some(json!({"Above": level(&query.metric, today * factor)})),
        _ => None,
    }
}

/// `value` in the unit that a metric is compared in.
fn level(metric: &Metric, value: f64) -> Level {
    match metric {
        Metric::Latency(_) => Level::Span(Span::from_secs_f64(value.max(0.0))),
        Metric::ErrorRatio | Metric::Saturation | Metric::Memory => {
            Level::Share(Share::percent(100.0 * value))
        }
        Metric::RequestRate | Metric::Failures | Metric::Business(_) => Level::Rate(Rate::per_second(value)),
        Metric::QueueDepth | Metric::Restarts | Metric::ReadyInstances => Level::Number(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        let text = r#"(
            format: 1,
            strategy: Canary(steps: [
                Weight("10%"),
                Analyse(checks: [
                    (name: "errors", query: (metric: ErrorRatio), pass: AtMostBaseline(plus: "1%"), count: 4, min_requests: 300),
                    (name: "p99", query: (metric: Latency(0.99)), pass: Below("1s"), count: 4),
                ]),
                Weight("50%"),
                Analyse(checks: [
                    (name: "errors", query: (metric: ErrorRatio), pass: AtMostBaseline(plus: "1%"), count: 2, min_requests: 300),
                ]),
            ]),
            alerts: [(name: "late", when: Above((metric: Latency(0.99), of: Target), "2s"), for: "1m")],
            triggers: [(alert: "late", then: Abort)],
        )"#;
        use ron::extensions::Extensions;
        let extensions =
            Extensions::IMPLICIT_SOME | Extensions::UNWRAP_NEWTYPES | Extensions::UNWRAP_VARIANT_NEWTYPES;
        ron::Options::default().with_default_extension(extensions).from_str(text).unwrap()
    }

    fn all() -> Vec<Cut> {
        cuts(&plan(), &|_| Some(0.002), &|plan| {
            plan.problems(None).iter().all(|issue| issue.severity != crate::scenario::Severity::Error)
        })
    }

    fn cut(what: &str) -> Cut {
        let found = all().into_iter().find(|cut| cut.what == what);
        found.unwrap_or_else(|| {
            panic!("{what} is not among {:#?}", all().iter().map(|cut| &cut.what).collect::<Vec<_>>())
        })
    }

    #[test]
    fn parts_settings_and_comparisons_are_cut_one_at_a_time_and_in_groups() {
        for what in [
            "strategy.steps[1].checks[1] removed",
            "strategy.steps[1] only its time is waited",
            "min_requests of errors everywhere as by default",
            "errors everywhere of the whole target",
            "errors everywhere a limit in place of the comparison",
            "errors everywhere removed",
            "strategy.steps[1].checks[1].query.of of the whole target",
            "stage strategy.steps[2] to [3] removed",
            "alerts[0].for as by default",
            "all tests and analyses",
        ] {
            cut(what);
        }
    }

    #[test]
    fn a_trigger_goes_with_the_alert_that_it_names() {
        let gone = cut("alerts[0] removed").plan;
        assert_eq!((gone.alerts.len(), gone.triggers.len()), (0, 0));
    }

    #[test]
    fn a_comparison_becomes_the_limit_that_today_would_suggest() {
        let limit = cut("errors everywhere a limit in place of the comparison").plan;
        let text = serde_json::to_string(&limit).unwrap();
        assert!(text.contains(r#"{"Below":"1.2%"}"#), "{text}");
    }

    #[test]
    fn no_change_is_made_twice_and_none_gives_the_solution() {
        let all = all();
        assert!(all.iter().all(|cut| !cut.what.starts_with("notifications")), "they stand at their defaults");
        for (index, cut) in all.iter().enumerate() {
            assert_ne!(cut.plan, plan(), "{}", cut.what);
            assert!(all[..index].iter().all(|other| other.plan != cut.plan), "{}", cut.what);
        }
    }
}
