//! The levels that a plan's checks and alerts compare with, for the charts.

use crate::app::model::charts::{Quantile, Topic};
use crate::control::{Limit, Plan};
use crate::engine::Level;
use crate::telemetry::{Condition, Metric, Query};

/// A level that something is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// Its chart.
    pub topic: Topic,
    /// Its quantile, where the chart is of latency.
    pub quantile: Option<Quantile>,
    /// The level, in the chart's unit.
    pub level: f64,
    /// The name of the check or alert that compares with it.
    pub name: String,
}

impl Threshold {
    /// Whether it is shown on the chart of a topic, where that of latency shows `quantile`.
    pub fn is_on(&self, topic: Topic, quantile: Quantile) -> bool {
        self.topic == topic && self.quantile.is_none_or(|of| of == quantile)
    }
}

/// The levels of a plan, each once.
pub fn thresholds(plan: &Plan) -> Vec<Threshold> {
    let mut found: Vec<Threshold> = Vec::new();
    let mut add = |query: &Query, level: Level, name: &str| {
        let Some((topic, quantile)) = chart_of(&query.metric) else { return };
        let threshold = Threshold { topic, quantile, level: level.value(), name: name.to_owned() };
        let is_known = found.iter().any(|known| {
            known.topic == topic
                && known.quantile == quantile
                && known.level.total_cmp(&threshold.level).is_eq()
        });
        if !is_known {
            found.push(threshold);
        }
    };
    for check in plan.checks() {
        if let Limit::Below(level) | Limit::Above(level) = check.pass {
            add(&check.query, level, &check.name);
        }
    }
    let rules = plan.alert_rules();
    for rule in &rules {
        if let Condition::Above(query, level) | Condition::Below(query, level) = &rule.when {
            add(query, *level, &rule.name);
        }
    }
    for rule in &rules {
        let Condition::BurnRate { factor, .. } = &rule.when else { continue };
        let is_known =
            |known: &Threshold| known.topic == Topic::Budget && known.level.total_cmp(factor).is_eq();
        if !found.iter().any(is_known) {
            let name = rule.name.clone();
            found.push(Threshold { topic: Topic::Budget, quantile: None, level: *factor, name });
        }
    }
    found
}

/// The chart that shows a metric, if one does.
pub fn chart_of(metric: &Metric) -> Option<(Topic, Option<Quantile>)> {
    Some(match metric {
        Metric::RequestRate => (Topic::Requests, None),
        Metric::ErrorRatio => (Topic::Errors, None),
        Metric::Saturation => (Topic::Saturation, None),
        Metric::Latency(share) => {
            let near = |quantile: &Quantile| (quantile.share() - share).abs() < 0.005;
            (Topic::Latency, Some(Quantile::ALL.into_iter().find(near)?))
        }
        _ => return None,
    })
}
