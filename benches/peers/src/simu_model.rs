//! simu-des: a process for each request, and a resource for each server.

use std::cell::RefCell;
use std::rc::Rc;

use simu::{Resource, SimEnv};

use crate::world::{Totals, Workload, World};

pub fn run(workload: Workload, requests: u64) -> Totals {
    let mut env = SimEnv::with_seed(1);
    let world = Rc::new(RefCell::new(World::new(workload, requests)));
    let servers: Rc<Vec<Resource>> = Rc::new((0..workload.servers).map(|_| Resource::new(1)).collect());
    let (handle, shared) = (env.handle(), Rc::clone(&world));
    env.spawn(async move {
        for _ in 0..requests {
            let gap = shared.borrow_mut().gap();
            handle.timeout(gap as f64).await;
            let load = |server: usize| servers[server].in_use() + servers[server].queue_len();
            let (server, work) = {
                let mut world = shared.borrow_mut();
                (world.choose(load), world.work())
            };
            let (handle_of, servers, world) = (handle.clone(), Rc::clone(&servers), Rc::clone(&shared));
            handle.spawn(async move {
                let arrived = handle_of.now();
                let served = servers[server].request().await;
                handle_of.timeout(work as f64).await;
                drop(served);
                world.borrow_mut().count(server, (handle_of.now() - arrived) as u64);
            });
        }
    });
    env.run();
    let totals = world.borrow().totals.clone();
    totals
}
