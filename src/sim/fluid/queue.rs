//! The queue of a pool: how its requests wait by what it has to do, and the backlog where it does not keep up.

use super::class::TICK;
use super::waiting::{KEEPS_UP, Models, Portion, Station, Wait, coarse};

/// What a pool has to do, and how its requests wait.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    /// How they wait; none while that is not known.
    pub wait: Option<Wait>,
    /// Requests that wait since the workers do not keep up.
    pub backlog: f64,
    /// Workers busy and requests waiting at each instance, on average.
    pub busy_each: f64,
    pub waiting_each: f64,
    /// Share of the requests that find every place of their instance taken.
    pub full: f64,
    /// How long its queues are, as `u / (1 - u)` of the utilisation that has queues as long in balance; none before the first look.
    length: Option<f64>,
    /// Whether the same requests once more would change nothing.
    pub at_rest: bool,
}

impl Queue {
    /// How the requests wait, of which nobody does while nothing is known.
    pub fn wait(&self) -> Wait {
        self.wait.clone().unwrap_or_else(Wait::none)
    }

    /// Looks at a tick in which `requests` come, whose work at full speed takes `work_s` seconds on average and is of this mix; true when
    /// something is other than before.
    pub fn renew(
        &mut self,
        models: &mut Models,
        station: &Station,
        (requests, work_s): (f64, f64),
        mix: &[Portion],
    ) -> bool {
        let workers = station.instances * f64::from(station.workers);
        if requests <= 0.0 || workers <= 0.0 {
            // What waited there is gone with its instances.
            *self = Self { wait: self.wait.take(), at_rest: true, ..Self::default() };
            return self.wait.replace(Wait::none()).is_none();
        }
        let tick_s = TICK.as_secs_f64();
        let per_request =
            |of: fn(&Portion) -> f64| mix.iter().map(|one| one.weight * of(one)).sum::<f64>() / requests;
        let mean_s = work_s * per_request(|one| one.factor) + per_request(Portion::calls_s);
        let busy = requests * mean_s / tick_s / workers;
        let settled = self.approach(busy, mean_s / f64::from(station.workers), models.variation());
        let mut next = models.wait(station, settled, mix, mean_s);
        self.full = 0.0;
        let done = workers * tick_s / mean_s;
        if busy > KEEPS_UP || self.backlog > 0.0 {
            let room = station.instances * f64::from(station.queue);
            let wanted = self.backlog + requests - done;
            self.backlog = wanted.clamp(0.0, room);
            self.full = ((wanted - room) / requests).clamp(0.0, 1.0);
            next.backlog_s = coarse(self.backlog / done * tick_s);
            next.full = 0.0;
            if next.backlog_s > next.mean_s() {
                // Nobody finds a free worker then, and how the requests came makes no difference any more.
                next.chance = 0.0;
            }
        }
        self.full = self.full.max(next.full);
        self.busy_each = busy.min(1.0) * f64::from(station.workers);
        let queued = requests / tick_s * next.chance * next.mean_s();
        self.waiting_each = (queued + self.backlog) / station.instances;
        self.at_rest = settled == busy.min(KEEPS_UP) && self.backlog <= 0.0 && self.full <= 0.0;
        let changed = self.wait.as_ref() != Some(&next);
        self.wait = Some(next);
        changed || self.full > 0.0
    }

    /// The utilisation by which requests wait in a tick in which `busy` of the workers are: queues become longer and shorter as fast as Odoni and
    /// Roth found, with a time of `(ca + cs) / (2.8 (1 - sqrt u)^2)` times what a worker takes ("An empirical investigation of the transient
    /// behavior of stationary queueing systems", Operations Research 31, 1983), where `ca`, the variation of what comes, is taken as 1 and `cs`
    /// is that of the work.
    fn approach(&mut self, busy: f64, each_s: f64, variation: f64) -> f64 {
        let busy = busy.min(KEEPS_UP);
        let aim = busy / (1.0 - busy);
        let idle = 1.0 - libm::sqrt(busy);
        let time_s = (1.0 + variation) / (2.8 * idle * idle) * each_s;
        let part = -libm::expm1(-TICK.as_secs_f64() / time_s.max(1e-9));
        let length = self.length.map_or(aim, |length| length + (aim - length) * part);
        self.length = Some(length);
        // In the end it is there.
        if (length - aim).abs() < 1e-3 * aim { busy } else { length / (1.0 + length) }
    }
}
