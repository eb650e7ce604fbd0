//! nexosim: everything in one model that schedules its own inputs, on one thread.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

use crate::world::{Totals, Workload, World};

#[derive(Default, Serialize, Deserialize)]
struct Fleet {
    #[serde(skip)]
    world: Option<World>,
    #[serde(skip)]
    result: Arc<Mutex<Totals>>,
}

#[Model]
impl Fleet {
    #[nexosim(init)]
    async fn start(&mut self, cx: &Context<Self>) {
        cx.schedule_event(Duration::from_nanos(1), schedulable!(Self::arrive), ()).expect("later");
    }

    #[nexosim(schedulable)]
    fn arrive(&mut self, _: (), cx: &Context<Self>) {
        let Some(world) = &mut self.world else { return };
        let (server, work) = world.arrive(nanos(cx));
        if let Some(work) = work {
            cx.schedule_event(later(work), schedulable!(Self::done), server).expect("later");
        }
        if world.left > 0 {
            cx.schedule_event(later(world.gap()), schedulable!(Self::arrive), ()).expect("later");
        }
    }

    #[nexosim(schedulable)]
    fn done(&mut self, server: usize, cx: &Context<Self>) {
        let Some(world) = &mut self.world else { return };
        if let Some(work) = world.done(server, nanos(cx)) {
            cx.schedule_event(later(work), schedulable!(Self::done), server).expect("later");
        }
        if world.left == 0 && world.servers.iter().all(|server| server.is_empty()) {
            *self.result.lock().expect("one thread") = world.totals.clone();
        }
    }
}

fn nanos(cx: &Context<Fleet>) -> u64 {
    cx.time().duration_since(MonotonicTime::EPOCH).as_nanos() as u64
}

/// A delay is never zero, which nexosim refuses.
fn later(nanos: u64) -> Duration {
    Duration::from_nanos(nanos.max(1))
}

pub fn run(workload: Workload, requests: u64) -> Totals {
    let result = Arc::new(Mutex::new(Totals::default()));
    let fleet = Fleet { world: Some(World::new(workload, requests)), result: Arc::clone(&result) };
    let bench = SimInit::with_num_threads(1).add_model(fleet, Mailbox::new(), "fleet");
    let mut simulation = bench.init(MonotonicTime::EPOCH).expect("a sound bench");
    simulation.run().expect("it ends");
    let totals = result.lock().expect("one thread").clone();
    totals
}
