//! Queries, conditions and rules as plain sentences.

use std::fmt;

use super::{AlertRule, Condition, Metric, Query, Subject};
use crate::engine::Span;

impl Metric {
    /// True for what the last scrape says, whatever the window.
    pub const fn is_gauge(&self) -> bool {
        matches!(self, Self::Saturation | Self::QueueDepth | Self::ReadyInstances | Self::Memory)
    }
}

/// `error ratio`, `p99 latency`, `orders per second`.
impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RequestRate => f.write_str("requests per second"),
            Self::ErrorRatio => f.write_str("error ratio"),
            Self::Failures => f.write_str("failures per second"),
            Self::Latency(quantile) => write!(f, "p{} latency", (quantile * 1e8).round() / 1e6),
            Self::Saturation => f.write_str("share of busy workers"),
            Self::QueueDepth => f.write_str("queue"),
            Self::Restarts => f.write_str("restarts"),
            Self::ReadyInstances => f.write_str("ready instances"),
            Self::Memory => f.write_str("memory of the fullest instance"),
            Self::Business(name) => write!(f, "{name} per second"),
        }
    }
}

/// `candidate`, `baseline`, `control`, `target`, or the service's name.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Candidate => "candidate",
            Self::Baseline => "baseline",
            Self::Control => "control",
            Self::Target => "target",
            Self::Service(name) => name,
        })
    }
}

/// `error ratio of candidate over 1m`; without the window for what the last scrape says.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.metric, self.of)?;
        if let Some(zone) = &self.zone {
            write!(f, " in zone {zone}")?;
        }
        if let Some(cohort) = &self.cohort {
            write!(f, " for cohort {cohort}")?;
        }
        if let Some(kind) = &self.kind {
            write!(f, " for {kind}")?;
        }
        if self.metric.is_gauge() { Ok(()) } else { write!(f, " over {}", self.over) }
    }
}

/// `error ratio of candidate over 1m above 2%`, `no data for queue of candidate`.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Above(query, level) => write!(f, "{query} above {level}"),
            Self::Below(query, level) => write!(f, "{query} below {level}"),
            Self::Absent(query) => write!(f, "no data for {query}"),
            Self::BurnRate { slo, of, factor, long, short, .. } => {
                write!(
                    f,
                    "error budget of {slo} burnt by {of} at over {factor} times the even rate, over both {long} and {short}"
                )
            }
        }
    }
}

/// The condition, and for how long: `queue of candidate above 100 for 2m`.
impl fmt::Display for AlertRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.when.fmt(f)?;
        if self.hold == Span::ZERO { Ok(()) } else { write!(f, " for {}", self.hold) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Level, Rate, Share};
    use crate::telemetry::Urgency;

    fn query(metric: Metric) -> Query {
        Query {
            metric,
            of: Subject::Candidate,
            over: Span::from_secs(60),
            zone: None,
            cohort: None,
            kind: None,
        }
    }

    #[test]
    fn a_condition_reads_as_a_sentence() {
        let cases = [
            (
                Condition::Above(query(Metric::ErrorRatio), Level::Share(Share::percent(2.0))),
                "error ratio of candidate over 1m above 2%",
            ),
            (
                Condition::Above(query(Metric::Latency(0.999)), Level::Span(Span::from_millis(500))),
                "p99.9 latency of candidate over 1m above 500ms",
            ),
            (
                Condition::Below(
                    query(Metric::Business("orders".to_owned())),
                    Level::Rate(Rate::per_second(0.5)),
                ),
                "orders per second of candidate over 1m below 0.5/s",
            ),
            (Condition::Absent(query(Metric::QueueDepth)), "no data for queue of candidate"),
            (
                Condition::BurnRate {
                    slo: "availability".to_owned(),
                    objective: None,
                    of: Subject::Service("payments".to_owned()),
                    factor: 14.4,
                    long: Span::from_secs(3600),
                    short: Span::from_secs(300),
                },
                "error budget of availability burnt by payments at over 14.4 times the even rate, over both 1h and 5m",
            ),
        ];
        for (condition, sentence) in cases {
            assert_eq!(condition.to_string(), sentence);
        }
    }

    #[test]
    fn a_rule_says_how_long() {
        let mut rule = AlertRule {
            name: "queue".to_owned(),
            when: Condition::Above(query(Metric::QueueDepth), Level::Number(100.0)),
            hold: Span::from_secs(120),
            keep_firing_for: Span::ZERO,
            urgency: Urgency::Page,
        };
        assert_eq!(rule.to_string(), "queue of candidate above 100 for 2m");
        rule.hold = Span::ZERO;
        assert_eq!(rule.to_string(), "queue of candidate above 100");
    }
}
