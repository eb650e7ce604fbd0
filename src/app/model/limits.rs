//! The fixed limits of the plan that is written, each with its place in the plan: what can be moved on a chart.

use crate::app::model::charts::{Charts, Line, Of, Quantile, Threshold, Topic, chart_of};
use crate::app::model::run::Run;
use crate::control::{Check, Limit, Step};
use crate::engine::{Level, Time};
use crate::exercise::format::decimal;
use crate::telemetry::{Condition, Query, Subject};

/// A limit that can be moved.
#[derive(Clone, Debug, PartialEq)]
pub struct MovableLimit {
    /// Where it is drawn, with its level and its name.
    pub at: Threshold,
    /// Of what it is measured.
    pub of: Of,
    /// Whether what lies above it is caught, and not what lies below.
    pub is_upper: bool,
    /// Where the level stands in the plan.
    pub path: String,
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

/// The limits of the plan that is written that the learner may move; `list` is where its steps stand in its text.
pub fn movable(run: &Run, list: Option<&str>) -> Vec<MovableLimit> {
    let mut found = Vec::new();
    let Some(plan) = run.editor.plan() else { return found };
    if run.editor.may_change("analysis")
        && let Some(analysis) = &plan.analysis
    {
        found.extend(
            analysis
                .checks
                .iter()
                .enumerate()
                .filter_map(|(index, check)| of_check(check, format!("analysis.checks[{index}].pass[0]"))),
        );
    }
    let steps = plan.strategy.step_list().filter(|_| run.editor.may_change("strategy"));
    if let (Some(steps), Some(list)) = (steps, list) {
        for (step, what) in steps.steps.iter().enumerate() {
            let Step::Analyse(analysis) = what else { continue };
            let at = |check: usize| format!("{list}[{step}].checks[{check}].pass[0]");
            let checks = analysis.checks.iter().enumerate();
            found.extend(checks.filter_map(|(index, check)| of_check(check, at(index))));
        }
    }
    if run.editor.may_change("alerts") {
        found.extend(plan.alerts.iter().enumerate().filter_map(|(index, rule)| match &rule.when {
            Condition::Above(query, level) | Condition::Below(query, level) => {
                let is_upper = matches!(rule.when, Condition::Above(..));
                of_query(query, *level, &rule.name, is_upper, format!("alerts[{index}].when[1]"))
            }
            _ => None,
        }));
    }
    found
}

fn of_check(check: &Check, path: String) -> Option<MovableLimit> {
    match check.pass {
        Limit::Below(level) => of_query(&check.query, level, &check.name, true, path),
        Limit::Above(level) => of_query(&check.query, level, &check.name, false, path),
        _ => None,
    }
}

fn of_query(query: &Query, level: Level, name: &str, is_upper: bool, path: String) -> Option<MovableLimit> {
    let (topic, quantile) = chart_of(&query.metric)?;
    let of = match query.of {
        Subject::Candidate => Of::Candidate,
        Subject::Baseline => Of::Stable,
        Subject::Control => Of::Control,
        Subject::Target => Of::Whole,
        Subject::Service(_) => return None,
    };
    let at = Threshold { topic, quantile, level: level.value(), name: name.to_owned() };
    Some(MovableLimit { at, of, is_upper, path })
}

impl MovableLimit {
    /// What the limit would have caught by now, of the readings that the charts have.
    pub fn caught(&self, charts: &Charts, quantile: Quantile, now: Time) -> Caught {
        let lines: Vec<&Line> = charts.of_topic(self.at.topic, quantile).collect();
        // A chart without a line of the whole service shows the worse of the two versions.
        let asked = |line: &&&Line| line.of == self.of || self.of == Of::Whole && line.of != Of::Truth;
        let mut caught = Caught::default();
        let steps = (now.0 / charts.step.0) as usize + 1;
        for step in 0..steps {
            let values =
                lines.iter().filter(asked).filter_map(|line| line.values.get(step).copied().flatten());
            let beyond =
                |value: f64| if self.is_upper { value > self.at.level } else { value < self.at.level };
            let mut any = false;
            let mut is_beyond = false;
            for value in values {
                any = true;
                is_beyond |= beyond(value);
            }
            caught.readings += usize::from(any);
            caught.beyond += usize::from(is_beyond);
            if is_beyond && caught.first.is_none() {
                caught.first = Some(Time(charts.step.0 * step as u64));
            }
        }
        caught
    }

    /// The limit at another level, as plans write it: rounded to what a person would write.
    pub fn written(&self, level: f64) -> String {
        let level = level.max(0.0);
        match self.at.topic {
            Topic::Latency => format!("{}ms", ((level * 1000.0 / 10.0).round() as u64 * 10).max(10)),
            Topic::Requests => format!("{}/s", decimal(level, 0)),
            _ => format!("{}%", decimal(level * 100.0, if level < 0.1 { 1 } else { 0 })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_written_as_plans_write_it() {
        let limit = |topic| MovableLimit {
            at: Threshold { topic, quantile: None, level: 0.0, name: String::new() },
            of: Of::Candidate,
            is_upper: true,
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
