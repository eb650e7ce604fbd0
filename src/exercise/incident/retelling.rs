//! Retells an incident: runs its plans, and compares what came out with what was published.

use super::super::measure::outage::{failed_share, minutes, outage};
use super::super::play;
use super::{Figure, Incident, Moment};
use crate::control::Plan;
use crate::engine::{Span, Time};
use crate::scenario::{Issue, Scenario};
use crate::sim::{Action, Record, RolloutCommand, RolloutPhase, What};
use crate::telemetry::{Metric, Query, Subject};

/// How far a measured figure may be from the published one, as a part of it: a fifth.
pub const TOLERANCE: f64 = 0.2;
/// How many times fewer user-minutes the recommended plan must lose.
pub const TENFOLD: f64 = 10.0;
/// How long after the last request of an outage the monitoring is asked about it: scrapes come late.
const SCRAPED: Span = Span::from_secs(120);

/// An incident that was retold.
#[derive(Clone, Debug, PartialEq)]
pub struct Retold {
    /// The figures, in the order of the file.
    pub figures: Vec<MetFigure>,
    /// The moments in the order of the file, and when each came under the naive plan.
    pub order: Vec<(Moment, Option<Time>)>,
    /// The run of the naive plan.
    pub naive: RunOf,
    /// The run of the recommended plan.
    pub recommended: RunOf,
}

/// What one of the two plans came to.
#[derive(Clone, Debug, PartialEq)]
pub struct RunOf {
    /// Digest of the run.
    pub digest: String,
    /// User-minutes lost: for each minute of the run, the users of the scenario times the share of their requests that failed.
    pub user_minutes: f64,
}

/// A published figure and what the run measured.
#[derive(Clone, Debug, PartialEq)]
pub struct MetFigure {
    /// The figure.
    pub figure: Figure,
    /// What was measured, in seconds, as a fraction, or as a number of requests; `None` when there was nothing to measure.
    pub measured: Option<f64>,
}

impl MetFigure {
    /// The measured figure's distance from the published one, as a part of that; `None` when there was nothing to measure.
    pub fn distance(&self) -> Option<f64> {
        Some(self.measured? / self.figure.published() - 1.0)
    }

    /// Whether it is within [`TOLERANCE`].
    pub fn is_met(&self) -> bool {
        self.distance().is_some_and(|distance| distance.abs() <= TOLERANCE)
    }
}

impl Figure {
    /// The published figure in seconds, as a fraction, or as a number of requests.
    pub fn published(&self) -> f64 {
        match self {
            Self::Lasted { published, .. } | Self::Between { published, .. } => published.as_secs_f64(),
            Self::Failed { published, .. } => published.fraction(),
            Self::Requests { published, .. } => *published as f64,
        }
    }
}

impl Retold {
    /// How many times fewer user-minutes the recommended plan loses; infinite when it loses none.
    pub fn factor(&self) -> f64 {
        self.naive.user_minutes / self.recommended.user_minutes
    }

    /// Whether all moments came, none before the one that it follows.
    pub fn is_in_order(&self) -> bool {
        self.order.iter().all(|(_, at)| at.is_some()) && self.order.is_sorted_by_key(|(_, at)| *at)
    }

    /// Whether the figures are met, the order is as it was, and the recommended plan spares nine tenths and more.
    pub fn holds(&self) -> bool {
        self.figures.iter().all(MetFigure::is_met) && self.is_in_order() && self.factor() >= TENFOLD
    }
}

impl Incident {
    /// Runs both plans in the incident's case, and measures the figures.
    ///
    /// # Errors
    /// What is wrong with the scenario, the case or a plan, when they cannot be simulated.
    pub fn retell(
        &self,
        scenario: &Scenario,
        naive: &Plan,
        recommended: &Plan,
    ) -> Result<Retold, Vec<Issue>> {
        let was = play(scenario, &self.case, naive, &self.by_hand, self.seed)?;
        let better = play(scenario, &self.case, recommended, &[], self.seed)?;
        let measured = |figure: &Figure| MetFigure { figure: figure.clone(), measured: figure.of(&was) };
        Ok(Retold {
            figures: self.figures.iter().map(measured).collect(),
            order: self.order.iter().map(|moment| (*moment, moment.of(&was))).collect(),
            naive: run_of(&was, scenario),
            recommended: run_of(&better, scenario),
        })
    }
}

fn run_of(record: &Record, scenario: &Scenario) -> RunOf {
    let lost: f64 = minutes(record).map(|minute| minute.share).sum();
    RunOf { digest: record.digest.clone(), user_minutes: lost * f64::from(scenario.clients.users) }
}

impl Figure {
    /// What it is in a run of the naive plan.
    fn of(&self, record: &Record) -> Option<f64> {
        match self {
            Self::Lasted { above, .. } => {
                let (from, until) = outage(record, *above)?;
                Some(until.since(from).as_secs_f64())
            }
            Self::Failed { cohort, .. } => {
                let (from, until) = outage(record, Self::usual())?;
                match cohort {
                    None => {
                        let points = &record.truth.points;
                        let first = points.partition_point(|point| point.at <= from);
                        let end = points.partition_point(|point| point.at <= until);
                        Some(failed_share(&points[first..end]))
                    }
                    Some(_) => {
                        let over = until.since(from);
                        let mut query = Query::new(Metric::ErrorRatio, Subject::Target);
                        (query.over, query.cohort) = (over, cohort.clone());
                        record.observed.metrics.recall(&query, until, until + SCRAPED)
                    }
                }
            }
            Self::Requests { one_for, .. } => {
                let requests = &record.truth.requests;
                let failed = requests.failed + requests.rejected + requests.timed_out;
                Some((failed * one_for) as f64)
            }
            Self::Between { from, to, .. } => {
                let (from, to) = (from.of(record)?, to.of(record)?);
                (from <= to).then(|| to.since(from).as_secs_f64())
            }
        }
    }
}

impl Moment {
    /// When it came in a run; `None` when it did not.
    fn of(self, record: &Record) -> Option<Time> {
        let first =
            |is: fn(&What) -> bool| record.facts.iter().find(|fact| is(&fact.what)).map(|fact| fact.at);
        match self {
            Self::ReleaseBegins => record.observed.started,
            Self::ReleaseComplete => first(|what| *what == What::Phase(RolloutPhase::Completed)),
            Self::FaultBegins => first(|what| matches!(what, What::FaultBegan(_))),
            Self::FaultEnds => first(|what| matches!(what, What::FaultEnded(_))),
            Self::OutageBegins => outage(record, Figure::usual()).map(|(from, _)| from),
            Self::OutageEnds => outage(record, Figure::usual()).map(|(_, until)| until),
            Self::FirstCrash => first(|what| matches!(what, What::Crashed { .. })),
            Self::ScaledDown => first(|what| matches!(what, What::Resized { from, to } if to < from)),
            Self::ScaledUp => first(|what| matches!(what, What::Resized { from, to } if to > from)),
            Self::AlertFires => first(|what| matches!(what, What::AlertFiring(_))),
            Self::Paged => first(|what| matches!(what, What::Paged(_))),
            Self::WayBackAsked => first(is_way_back),
            Self::RolledBack => first(|what| *what == What::Phase(RolloutPhase::RolledBack)),
            Self::NoWayBack => first(|what| matches!(what, What::NoWayBack(_))),
        }
    }
}

fn is_way_back(what: &What) -> bool {
    use RolloutCommand::{Abort, KillFlag, Undo};
    let is_asked = matches!(what, What::Asked { action: Action::Command(Abort | KillFlag | Undo), .. });
    is_asked || *what == What::Phase(RolloutPhase::RollingBack)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Share;
    use crate::exercise::sample;
    use crate::sim::TruthPoint;

    /// A record whose minutes have these shares of 60 requests failed.
    fn with(shares: &[f64]) -> Record {
        let case = crate::sim::Case::default();
        let mut record = play(&sample::scenario(), &case, &sample::plan(), &[], 1).unwrap();
        record.truth.points = (0..shares.len() * 6)
            .map(|index| TruthPoint {
                at: Time::from_secs(10 * (index as u64 + 1)),
                ended: 10,
                failed: (shares[index / 6] * 10.0) as u32,
                ..TruthPoint::default()
            })
            .collect();
        record
    }

    #[test]
    fn an_outage_is_from_the_first_bad_minute_to_the_last() {
        let record = with(&[0.0, 0.1, 0.5, 0.0, 0.5, 0.0]);
        let seconds = |from, until| Some((Time::from_secs(from), Time::from_secs(until)));
        assert_eq!(outage(&record, Share::percent(5.0)), seconds(60, 300));
        assert_eq!(outage(&record, Share::percent(50.0)), seconds(120, 300));
        assert_eq!(outage(&record, Share::percent(60.0)), None);
        let failed = Figure::Failed { cohort: None, published: Share::percent(27.5) };
        let met = MetFigure { measured: failed.of(&record), figure: failed };
        assert_eq!(met.distance().map(|distance| (distance * 1e6).round()), Some(0.0));
        let scenario = Scenario {
            clients: crate::scenario::Clients { users: 100, ..sample::scenario().clients },
            ..sample::scenario()
        };
        assert!((run_of(&record, &scenario).user_minutes - 110.0).abs() < 1e-9);
    }

    #[test]
    fn a_figure_is_met_within_a_fifth_and_never_without_a_measurement() {
        let figure = Figure::Lasted { above: Figure::usual(), published: Span::from_secs(100) };
        let met = |measured| MetFigure { figure: figure.clone(), measured }.is_met();
        assert_eq!([80.0, 120.0, 79.0, 121.0].map(|seconds| met(Some(seconds))), [true, true, false, false]);
        assert!(!met(None));
    }

    #[test]
    fn moments_that_did_not_come_or_came_too_early_are_not_in_order() {
        let at = |seconds| Some(Time::from_secs(seconds));
        let run = RunOf { digest: String::new(), user_minutes: 1.0 };
        let retold = |order: Vec<Option<Time>>| Retold {
            figures: Vec::new(),
            order: Moment::ALL.iter().copied().zip(order).collect(),
            naive: run.clone(),
            recommended: run.clone(),
        };
        assert!(retold(vec![at(1), at(1), at(5)]).is_in_order());
        assert!(!retold(vec![at(5), at(1)]).is_in_order());
        assert!(!retold(vec![at(1), None]).is_in_order());
        let titles: std::collections::BTreeSet<&str> = Moment::ALL.iter().map(|it| it.title()).collect();
        assert_eq!(titles.len(), Moment::ALL.len());
    }
}
