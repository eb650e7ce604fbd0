//! The limits of checks and alerts on the charts: a level, or what the baseline gives at the same time. Those of the plan that is written
//! have their place in it, so that they can be moved.

use crate::app::model::charts::{Charts, Line, Of, Quantile, Topic, chart_of};
use crate::app::model::editor::ladder;
use crate::app::model::run::Run;
use crate::app::texts::tf;
use crate::control::{Check, Limit, Plan, Step};
use crate::engine::{Level, Time};
use crate::exercise::format::decimal;
use crate::library::knobs::Kind;
use crate::library::patch;
use crate::telemetry::{Condition, Query, Subject};

/// A limit that a chart shows.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartLimit {
    /// Its chart.
    pub topic: Topic,
    /// Its quantile, where the chart is of latency.
    pub quantile: Option<Quantile>,
    /// The name of the check or alert.
    pub name: String,
    /// Of what it is measured.
    pub of: Of,
    /// Whether what lies above it is caught, and not what lies below.
    pub is_upper: bool,
    /// What readings are held against.
    pub against: Against,
    /// Where it stands in the plan that is written: the level, or the whole limit of one that follows the baseline. Empty where it
    /// cannot be moved.
    pub path: String,
}

/// What readings are held against, in the chart's unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Against {
    /// A level.
    Level(f64),
    /// The baseline's reading at the same time, times `factor`, plus `plus`.
    Baseline {
        /// Factor on the reading.
        factor: f64,
        /// Added to it, at least 0.
        plus: f64,
    },
}

/// Which readings of a limit's line lie beyond it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caught {
    /// How many.
    pub beyond: usize,
    /// Of how many.
    pub readings: usize,
    /// The first.
    pub first: Option<Time>,
}

/// The limits of a plan that follow the baseline, each once; none of them can be moved.
pub fn following(plan: &Plan) -> Vec<ChartLimit> {
    let mut found: Vec<ChartLimit> = Vec::new();
    for placed in plan.check_placements() {
        let limit = of_check(&placed.check, String::new());
        found.extend(
            limit.filter(|one| matches!(one.against, Against::Baseline { .. }) && !found.contains(one)),
        );
    }
    found
}

/// The limits of the plan that is written that the learner may move; `list` is where its steps stand in its text.
pub fn movable(run: &Run, list: Option<&str>) -> Vec<ChartLimit> {
    let mut found = Vec::new();
    let Some(plan) = run.editor.plan() else { return found };
    let of_list = |checks: &[Check], list: &str| -> Vec<ChartLimit> {
        let checks = checks.iter().enumerate();
        checks.filter_map(|(index, check)| of_check(check, format!("{list}[{index}].pass"))).collect()
    };
    if run.editor.may_change("checks") {
        // One that no analysis uses measures nothing.
        let used = plan.check_placements();
        let mut named = of_list(&plan.checks, "checks");
        named.retain(|limit| used.iter().any(|placed| placed.check.name == limit.name));
        found.extend(named);
    }
    if run.editor.may_change("analysis")
        && let Some(analysis) = &plan.analysis
    {
        found.extend(of_list(&analysis.checks, "analysis.checks"));
    }
    let steps = plan.strategy.step_list().filter(|_| run.editor.may_change("strategy"));
    if let (Some(steps), Some(list)) = (steps, list) {
        for (step, what) in steps.steps.iter().enumerate() {
            let Step::Analyse(analysis) = what else { continue };
            found.extend(of_list(&analysis.checks, &format!("{list}[{step}].checks")));
        }
    }
    if run.editor.may_change("alerts") {
        found.extend(plan.alerts.iter().enumerate().filter_map(|(index, rule)| match &rule.when {
            Condition::Above(query, level) | Condition::Below(query, level) => {
                let is_upper = matches!(rule.when, Condition::Above(..));
                let against = Against::Level(level.value());
                of_query(query, (&rule.name, is_upper), against, format!("alerts[{index}].when[1]"))
            }
            _ => None,
        }));
    }
    found
}

fn of_check(check: &Check, path: String) -> Option<ChartLimit> {
    let inside = |path: String| if path.is_empty() { path } else { format!("{path}[0]") };
    let level = |level: Level| Against::Level(level.value());
    let (is_upper, against, path) = match check.pass {
        Limit::Below(below) => (true, level(below), inside(path)),
        Limit::Above(above) => (false, level(above), inside(path)),
        // What is counted per second is compared per request, which no chart shows.
        _ if chart_of(&check.query.metric).is_some_and(|(topic, _)| topic == Topic::Requests) => return None,
        Limit::AtMostBaseline { factor, plus } => {
            (true, Against::Baseline { factor, plus: plus.value() }, path)
        }
        Limit::AtLeastBaseline { factor } => (false, Against::Baseline { factor, plus: 0.0 }, path),
        Limit::NotWorse(_) => return None,
    };
    of_query(&check.query, (&check.name, is_upper), against, path)
}

fn of_query(
    query: &Query,
    (name, is_upper): (&str, bool),
    against: Against,
    path: String,
) -> Option<ChartLimit> {
    let (topic, quantile) = chart_of(&query.metric)?;
    let of = match query.of {
        Subject::Candidate => Of::Candidate,
        Subject::Baseline => Of::Stable,
        Subject::Control => Of::Control,
        Subject::Target => Of::Whole,
        Subject::Service(_) => return None,
    };
    Some(ChartLimit { topic, quantile, name: name.to_owned(), of, is_upper, against, path })
}

impl ChartLimit {
    /// Whether it is shown on the chart of a topic, where that of latency shows `quantile`.
    pub fn is_on(&self, topic: Topic, quantile: Quantile) -> bool {
        self.topic == topic && self.quantile.is_none_or(|of| of == quantile)
    }

    /// Where it lies at a step of the charts; `None` where there is no reading to follow.
    pub fn level_at(&self, charts: &Charts, quantile: Quantile, step: usize) -> Option<f64> {
        match self.against {
            Against::Level(level) => Some(level),
            Against::Baseline { factor, plus } => {
                Some(factor * self.baseline_at(charts, quantile, step)? + plus)
            }
        }
    }

    /// Where it lies at `now`, or lay when there last was something to follow.
    pub fn level(&self, charts: &Charts, quantile: Quantile, now: Time) -> Option<f64> {
        self.last(now, charts, |step| self.level_at(charts, quantile, step))
    }

    fn last(&self, now: Time, charts: &Charts, at: impl Fn(usize) -> Option<f64>) -> Option<f64> {
        (0..=(now.0 / charts.step.0) as usize).rev().find_map(at)
    }

    fn baseline_at(&self, charts: &Charts, quantile: Quantile, step: usize) -> Option<f64> {
        let mut lines = charts.of_topic(self.topic, quantile).filter(|line| line.of == Of::Stable);
        lines.find_map(|line| line.values.get(step).copied().flatten())
    }

    /// What the limit would have caught by now, of the readings that the charts have.
    pub fn caught(&self, charts: &Charts, quantile: Quantile, now: Time) -> Caught {
        let lines: Vec<&Line> = charts.of_topic(self.topic, quantile).collect();
        // A chart without a line of the whole service shows the worse of the two versions.
        let asked = |line: &&&Line| line.of == self.of || self.of == Of::Whole && line.of != Of::Truth;
        let mut caught = Caught::default();
        for step in 0..=(now.0 / charts.step.0) as usize {
            let Some(level) = self.level_at(charts, quantile, step) else { continue };
            let values =
                lines.iter().filter(asked).filter_map(|line| line.values.get(step).copied().flatten());
            let mut any = false;
            let mut is_beyond = false;
            for value in values {
                any = true;
                is_beyond |= if self.is_upper { value > level } else { value < level };
            }
            caught.readings += usize::from(any);
            caught.beyond += usize::from(is_beyond);
            if is_beyond && caught.first.is_none() {
                caught.first = Some(Time(charts.step.0 * step as u64));
            }
        }
        caught
    }

    /// What it allows, as the plan says it.
    pub fn said(&self) -> String {
        match self.against {
            Against::Level(level) => self.written(level),
            Against::Baseline { factor, plus } if plus > 0.0 => {
                tf("plan.limit.at_most_plus", &[&factor, &self.written(plus)])
            }
            Against::Baseline { factor, .. } if self.is_upper => tf("plan.limit.at_most", &[&factor]),
            Against::Baseline { factor, .. } => tf("plan.limit.at_least", &[&factor]),
        }
    }

    /// The field of the plan to which a move to another level leads, and its value as RON; `None` where the plan stays as it is. What is
    /// added to the baseline's reading is moved where there is such, and else the factor on it.
    pub fn moved(&self, level: f64, charts: &Charts, quantile: Quantile, now: Time) -> Option<[String; 2]> {
        let (field, before, after) = match self.against {
            Against::Level(before) => (None, self.written(before), self.written(level)),
            Against::Baseline { factor, plus } => {
                let baseline = self.last(now, charts, |step| self.baseline_at(charts, quantile, step))?;
                if plus > 0.0 {
                    let least = if self.topic == Topic::Latency { 0.01 } else { 0.001 };
                    let added = (level - factor * baseline).max(least);
                    (Some("plus"), self.written(plus), self.written(added))
                } else {
                    let times = (baseline > 0.0).then(|| level / baseline)?;
                    (Some("factor"), tenths(factor), tenths(times.max(0.1)))
                }
            }
        };
        (before != after).then(|| self.put(field, &after))
    }

    /// The same for the next sensible value, above or below.
    pub fn stepped(&self, up: bool) -> Option<[String; 2]> {
        let (field, kind, now) = match self.against {
            Against::Level(level) => (None, Kind::Level, self.written(level)),
            Against::Baseline { plus, .. } if plus > 0.0 => (Some("plus"), Kind::Level, self.written(plus)),
            Against::Baseline { factor, .. } => (Some("factor"), Kind::Number, tenths(factor)),
        };
        ladder::next(&kind, &now, up).map(|next| self.put(field, &next))
    }

    fn put(&self, field: Option<&str>, value: &str) -> [String; 2] {
        let path = field.map_or_else(|| self.path.clone(), |field| format!("{}.{field}", self.path));
        [path, if field == Some("factor") { value.to_owned() } else { patch::quoted(value) }]
    }

    /// A level of its chart, as plans write it: rounded to what a person would write.
    fn written(&self, level: f64) -> String {
        let level = level.max(0.0);
        match self.topic {
            Topic::Latency => format!("{}ms", ((level * 1000.0 / 10.0).round() as u64 * 10).max(10)),
            Topic::Requests => format!("{}/s", decimal(level, 0)),
            _ => format!("{}%", decimal(level * 100.0, if level < 0.1 { 1 } else { 0 })),
        }
    }
}

/// A factor, as plans write it when it is moved.
fn tenths(factor: f64) -> String {
    format!("{:?}", (factor * 10.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_written_as_plans_write_it() {
        let limit = |topic| ChartLimit {
            topic,
            quantile: None,
            name: String::new(),
            of: Of::Candidate,
            is_upper: true,
            against: Against::Level(0.0),
            path: String::new(),
        };
        for (topic, level, written) in [
            (Topic::Errors, 0.0234, "2.3%"),
            (Topic::Errors, 0.456, "46%"),
            (Topic::Errors, -1.0, "0%"),
            (Topic::Latency, 0.2549, "250ms"),
            (Topic::Latency, 0.0, "10ms"),
            (Topic::Requests, 12.4, "12/s"),
        ] {
            let text = limit(topic).written(level);
            assert_eq!(text, written);
            assert!(text.parse::<Level>().is_ok(), "{text}");
        }
    }
}
