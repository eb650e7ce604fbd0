//! What instances are seen to do, where requests are drawn as counts: each as much as all of its pool on average.

use crate::sim::fleet::{Instance, State};
use crate::sim::simulation::Simulation;
use crate::telemetry::Row;

impl Simulation {
    /// Workers busy and requests waiting at an instance beyond those that are simulated one by one; none in the request mode.
    pub(in crate::sim) fn load_in_fluid(&self, instance: &Instance) -> (u32, u32) {
        match &self.fluid {
            Some(fluid) if instance.accepts => {
                let (busy, waiting) = match instance.service == self.world.target {
                    true => fluid.load(usize::from(instance.pool)),
                    false => fluid.load_of_called(instance.service),
                };
                ((busy + 0.5) as u32, (waiting + 0.5) as u32)
            }
            Some(_) | None => (0, 0),
        }
    }

    /// Adds the load of each pool to its rows: the pool's own, then those of each part.
    pub(in crate::sim) fn add_fluid_gauges(&self, rows: &mut [Row]) {
        let Some(fluid) = &self.fluid else { return };
        let target = usize::from(self.world.target);
        let mut listening = [0u32; 3];
        for (instance, status) in self.cluster.instances.iter().zip(&self.cluster.status) {
            if usize::from(instance.service) == target && instance.accepts && status.state != State::Gone {
                listening[usize::from(instance.pool)] += 1;
            }
        }
        for (service, first) in (0u8..).zip(&self.scraper.first_series) {
            if usize::from(service) != target {
                let (busy, waiting) = fluid.load_of_called(service);
                let all = f64::from(self.cluster.ready[usize::from(service)].iter().sum::<u32>());
                let row = &mut rows[usize::from(*first)];
                row.busy += (busy * all + 0.5) as u32;
                row.queue += (waiting * all + 0.5) as u32;
            }
        }
        let first = usize::from(self.scraper.first_series[target]);
        let parts = (0..self.world.counting.parts.len()).map(|part| self.first_part() + 3 * part);
        for first in parts.chain([first]) {
            for (pool, row) in rows.iter_mut().skip(first).take(3).enumerate() {
                let (busy, waiting) = fluid.load(pool);
                let all = f64::from(listening[pool]);
                row.busy += (busy * all + 0.5) as u32;
                row.queue += (waiting * all + 0.5) as u32;
            }
        }
    }
}
