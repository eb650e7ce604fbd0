//! Quantities that theory states, and how each is read off a run.

use rollout_lab::engine::{Span, Tally};

/// What was measured in one run after its warm-up.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// Length of one unit of the case's time, in seconds.
    pub unit_s: f64,
    /// How long it was measured, in units.
    pub units: f64,
    /// Requests that arrived.
    pub arrived: f64,
    /// Requests answered well.
    pub succeeded: f64,
    /// Requests turned away.
    pub rejected: f64,
    /// Requests whose client left the queue.
    pub left: f64,
    /// Time from arrival to answer.
    pub sojourns: Tally,
    /// Time in queue at the target.
    pub waits: Tally,
    /// How often the loads were looked at.
    pub looks: f64,
    /// Requests at each instance of the target, summed over the looks.
    pub by_instance: Vec<f64>,
    /// Requests at each service of a chain, summed over the looks.
    pub by_service: Vec<f64>,
    /// Looks by how many requests the target had, in all its instances.
    pub total: Vec<f64>,
    /// Looks and instances by how many requests the instance had.
    pub each: Vec<f64>,
    /// Requests in queue of each kind, summed over the looks.
    pub queued_by_kind: Vec<f64>,
    /// Units of time by how many instances were ready.
    pub ready: Vec<f64>,
}

/// A quantity of a case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// Mean time from arrival to answer.
    Sojourn,
    /// Mean time at one instance or one service of a chain at which `rate` requests arrive, by Little's law.
    SojournAt { station: usize, rate: f64 },
    /// Mean time in queue of those served.
    Wait,
    /// Mean time in queue of all, those included that left it, by Little's law.
    WaitOfAll { servers: u32, rate: f64 },
    /// Mean time in queue of one kind, by Little's law.
    WaitOf { kind: usize, rate: f64 },
    /// Mean number of requests at the station: the time that all of them spent there over the time that passed.
    Load,
    /// Mean number of requests in its queue, in the same way.
    Queue,
    /// The same as seen at regular times, where some leave the queue.
    QueueSeen { servers: u32 },
    /// Mean number of busy servers.
    Busy { servers: u32 },
    /// Share of servers that are busy.
    Utilisation { servers: u32 },
    /// Share of requests turned away.
    Blocked,
    /// Share of requests whose client left the queue.
    Left,
    /// Requests served in one unit of time.
    Throughput,
    /// Tries served in one unit of time.
    Begun,
    /// Tries for one request.
    Attempts,
    /// Share of those served that had to wait.
    Waited,
    /// Share that did not.
    NotWaited,
    /// Share of the time in which all servers are busy.
    AllBusy { servers: u32 },
    /// Time from arrival to answer that this share does not exceed.
    SojournPercentile { share: f64, expected: f64 },
    /// Time in queue that this share does not exceed.
    WaitPercentile { share: f64, expected: f64 },
    /// Share of those served that wait no longer.
    WaitAtMost { units: f64 },
    /// Share of the time with so many requests or more at the station.
    LoadAtLeast { count: usize },
    /// Share of servers with so many requests or more.
    EachAtLeast { count: usize },
    /// Share of the time with so many machines or more up.
    UpAtLeast { count: usize },
    /// Mean number of machines up.
    Up,
}

impl Measure {
    /// The value in one run; for a percentile the share of spans that do not exceed the expected one, which must come
    /// out as the percentile's own share.
    pub fn of(self, run: &Taken) -> f64 {
        let mean = |tally: &Tally| tally.sum_nanos() as f64 / tally.count().max(1) as f64 / 1e9 / run.unit_s;
        let share = |tally: &Tally, span: Span| tally.fractions_at_most(&[span])[0];
        let at_most = |tally: &Tally, units: f64| share(tally, Span::from_secs_f64(units * run.unit_s));
        let spent = |tally: &Tally| tally.sum_nanos() as f64 / 1e9 / run.unit_s / run.units;
        let not_zero = |tally: &Tally| 1.0 - share(tally, Span::ZERO);
        match self {
            Self::Sojourn => mean(&run.sojourns),
            Self::SojournAt { station, rate } => {
                let place = if run.by_service.is_empty() { &run.by_instance } else { &run.by_service };
                place[station] / run.looks / rate
            }
            Self::Wait => mean(&run.waits),
            Self::WaitOfAll { servers, rate } => Self::QueueSeen { servers }.of(run) / rate,
            Self::WaitOf { kind, rate } => run.queued_by_kind[kind] / run.looks / rate,
            Self::Load => spent(&run.sojourns),
            Self::Queue => spent(&run.waits),
            Self::QueueSeen { servers } => {
                weighted(&run.total, |count| (count - f64::from(servers)).max(0.0))
            }
            Self::Busy { servers } => weighted(&run.total, |count| count.min(f64::from(servers))),
            Self::Utilisation { servers } => Self::Busy { servers }.of(run) / f64::from(servers),
            Self::Blocked => run.rejected / run.arrived,
            Self::Left => run.left / run.arrived,
            Self::Throughput => run.succeeded / run.units,
            Self::Begun => run.waits.count() as f64 / run.units,
            Self::Attempts => run.waits.count() as f64 / run.arrived,
            Self::Waited => not_zero(&run.waits),
            Self::NotWaited => 1.0 - not_zero(&run.waits),
            Self::AllBusy { servers } => share_from(&run.total, servers as usize),
            Self::SojournPercentile { expected, .. } => at_most(&run.sojourns, expected),
            Self::WaitPercentile { expected, .. } => at_most(&run.waits, expected),
            Self::WaitAtMost { units } => at_most(&run.waits, units),
            Self::LoadAtLeast { count } => share_from(&run.total, count),
            Self::EachAtLeast { count } => share_from(&run.each, count),
            Self::UpAtLeast { count } => share_from(&run.ready, count),
            Self::Up => weighted(&run.ready, |count| count),
        }
    }

    /// The tally that a percentile is of, and its share.
    pub fn percentile(self, run: &Taken) -> Option<(f64, &Tally)> {
        match self {
            Self::SojournPercentile { share, .. } => Some((share, &run.sojourns)),
            Self::WaitPercentile { share, .. } => Some((share, &run.waits)),
            _ => None,
        }
    }

    /// Whether it lies between 0 and 1.
    pub const fn is_share(self) -> bool {
        matches!(
            self,
            Self::Blocked
                | Self::Left
                | Self::Waited
                | Self::NotWaited
                | Self::AllBusy { .. }
                | Self::WaitAtMost { .. }
                | Self::LoadAtLeast { .. }
                | Self::EachAtLeast { .. }
                | Self::UpAtLeast { .. }
        )
    }

    /// Whether it is a percentile, or a point of a distribution.
    pub const fn is_of_a_distribution(self) -> bool {
        matches!(
            self,
            Self::SojournPercentile { .. }
                | Self::WaitPercentile { .. }
                | Self::WaitAtMost { .. }
                | Self::LoadAtLeast { .. }
                | Self::EachAtLeast { .. }
        )
    }

    /// Whether it needs the loads to be looked at while the run goes on.
    pub const fn needs_looks(self) -> bool {
        matches!(
            self,
            Self::SojournAt { .. }
                | Self::WaitOfAll { .. }
                | Self::WaitOf { .. }
                | Self::QueueSeen { .. }
                | Self::Busy { .. }
                | Self::Utilisation { .. }
                | Self::AllBusy { .. }
                | Self::LoadAtLeast { .. }
                | Self::EachAtLeast { .. }
        )
    }
}

/// Mean of `value(index)` over a table of weights.
fn weighted(table: &[f64], value: impl Fn(f64) -> f64) -> f64 {
    let sum: f64 = table.iter().sum();
    table.iter().enumerate().map(|(index, weight)| weight * value(index as f64)).sum::<f64>() / sum
}

/// Share of a table's weight at `from` and beyond.
fn share_from(table: &[f64], from: usize) -> f64 {
    table.iter().skip(from).sum::<f64>() / table.iter().sum::<f64>()
}
