//! The manifests that are rehearsed: what is asked of them, how far the runs are, and the page.

use std::sync::Arc;

use crate::app::model::judging::Progress;
use crate::engine::{Share, Span};
use crate::exercise::power::Regression;
use crate::exercise::rehearsal::Goal;
use crate::library::shipped::Loaded;
use crate::rehearsal::{Asked, Improvement, Measured, Numbers, Ready, Rehearsal};

/// The commands about a rehearsal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RehearsalCommand {
    /// Another number of the world.
    Number(WorldNumber, f64),
    /// The regression that is to be caught; none for no goal.
    Catch(Option<Regression>),
    /// By when after the rollout began it is to be caught; none for any time.
    Within(Option<Span>),
    /// The largest share of sound releases that may be sent back, 0 to 1; none for any.
    FalseAlarms(Option<f64>),
    /// Run every regression.
    Begin,
    /// Search for the smallest change that reaches the goal.
    Improve,
    /// Stop what is under way.
    Stop,
}

/// A number of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorldNumber {
    /// Requests a second.
    Rate,
    /// Percent of requests that fail today.
    Errors,
    /// Milliseconds within which half are answered.
    Median,
    /// Milliseconds within which 99 of 100 are answered.
    Slowest,
    /// Users.
    Users,
    /// Seconds until an instance can serve.
    Boot,
    /// Seconds between two scrapes.
    Scrape,
    /// Instances.
    Instances,
}

impl WorldNumber {
    /// All numbers, in the order of the page.
    pub const ALL: [Self; 8] = [
        Self::Rate,
        Self::Errors,
        Self::Median,
        Self::Slowest,
        Self::Users,
        Self::Boot,
        Self::Scrape,
        Self::Instances,
    ];

    /// The least and the greatest that may be asked for, in its unit: those of the command where it has bounds.
    pub const fn range(self) -> [f64; 2] {
        match self {
            Self::Rate => [0.01, 10_000_000.0],
            Self::Errors => [0.0, 50.0],
            Self::Median => [1.0, 60_000.0],
            Self::Slowest => [2.0, 120_000.0],
            Self::Users => [1.0, 10_000_000.0],
            Self::Boot => [1.0, 900.0],
            Self::Scrape => [1.0, 300.0],
            Self::Instances => [1.0, 10_000.0],
        }
    }

    /// Its value, in its unit; none where it is not known.
    pub fn of(self, numbers: &Numbers) -> Option<f64> {
        match self {
            Self::Rate => numbers.rps,
            Self::Errors => numbers.errors.map(|share| 100.0 * share.fraction()),
            Self::Median => numbers.latency.map(|(median, _)| median.as_millis_f64()),
            Self::Slowest => numbers.latency.map(|(_, slowest)| slowest.as_millis_f64()),
            Self::Users => numbers.users.map(f64::from),
            Self::Boot => numbers.boot.map(Span::as_secs_f64),
            Self::Scrape => numbers.scrape.map(Span::as_secs_f64),
            Self::Instances => numbers.instances.map(f64::from),
        }
    }

    /// Puts another value, in its unit, into `numbers`; `known` has those that were not asked for. Half of the answers come before
    /// 99 of 100 do.
    pub(in crate::app) fn put(self, value: f64, numbers: &mut Numbers, known: &Numbers) {
        let [least, most] = self.range();
        let value = value.clamp(least, most);
        let span = |seconds: f64| Some(Span::from_secs_f64(seconds));
        let latency = |median: f64, slowest: f64| {
            Some((Span::from_secs_f64(median / 1e3), Span::from_secs_f64(slowest / 1e3)))
        };
        let now = |number: Self| number.of(known).unwrap_or(value);
        match self {
            Self::Rate => numbers.rps = Some(value),
            Self::Errors => numbers.errors = Some(Share::percent(value)),
            Self::Median => numbers.latency = latency(value, now(Self::Slowest).max(value + 1.0)),
            Self::Slowest => numbers.latency = latency(now(Self::Median).min(value - 1.0), value),
            Self::Users => numbers.users = Some(value as u32),
            Self::Boot => numbers.boot = span(value),
            Self::Scrape => numbers.scrape = span(value),
            Self::Instances => numbers.instances = Some(value as u32),
        }
    }
}

/// What is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// The runs of the rehearsal.
    Runs,
    /// The search for a change.
    Search,
}

/// What is rehearsed.
#[derive(Debug)]
pub struct Rehearsing {
    /// The manifests; they are read as one.
    pub files: Vec<Loaded>,
    /// What is asked of them.
    pub asked: Asked,
    /// The manifests with their world, or why there is none; none before a manifest is opened.
    pub ready: Option<Result<Arc<Ready>, String>>,
    /// The page: from the plan alone until the runs have ended.
    pub page: Option<Rehearsal>,
    /// What the search came to.
    pub improvement: Option<Improvement>,
    /// Why the runs have no result.
    pub problem: Option<String>,
    /// What is under way, how far it is, and how far it goes.
    pub work: Option<(Work, Progress, usize)>,
    /// The number of what is awaited.
    pub(in crate::app) serial: u64,
}

impl Default for Rehearsing {
    fn default() -> Self {
        let goal =
            Goal { catch: Some(Regression::Errors(Share::percent(1.0))), within: None, false_alarms: None };
        let asked = Asked {
            numbers: Numbers::default(),
            measured: Measured::default(),
            goal,
            approve: Span::from_secs(300),
            revision: None,
            flag: None,
            seeds: None,
            seed: 1,
        };
        Self {
            files: Vec::new(),
            asked,
            ready: None,
            page: None,
            improvement: None,
            problem: None,
            work: None,
            serial: 0,
        }
    }
}
