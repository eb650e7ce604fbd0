//! simrs: one component whose events are arrivals and departures; the world is a value of the state.

use std::time::Duration;

use simrs::{Component, ComponentId, Executor, Key, Scheduler, Simulation, State};

use crate::world::{Totals, Workload, World};

struct Fleet {
    world: Key<World>,
}

#[derive(Debug)]
enum Event {
    Arrive,
    Done(usize),
}

impl Component for Fleet {
    type Event = Event;

    fn process_event(
        &self,
        me: ComponentId<Event>,
        event: &Event,
        scheduler: &mut Scheduler,
        state: &mut State,
    ) {
        let now = scheduler.time().as_nanos() as u64;
        let world = state.get_mut(self.world).expect("the world is there");
        match event {
            Event::Arrive => {
                let (server, work) = world.arrive(now);
                if let Some(work) = work {
                    scheduler.schedule(Duration::from_nanos(work), me, Event::Done(server));
                }
                if world.left > 0 {
                    scheduler.schedule(Duration::from_nanos(world.gap()), me, Event::Arrive);
                }
            }
            Event::Done(server) => {
                if let Some(work) = world.done(*server, now) {
                    scheduler.schedule(Duration::from_nanos(work), me, Event::Done(*server));
                }
            }
        }
    }
}

pub fn run(workload: Workload, requests: u64) -> Totals {
    let mut simulation = Simulation::default();
    let world = simulation.state.insert(World::new(workload, requests));
    let fleet = simulation.add_component(Fleet { world });
    simulation.schedule(Duration::ZERO, fleet, Event::Arrive);
    simulation.execute(Executor::unbound());
    simulation.state.remove(world).expect("the world is there").totals
}
