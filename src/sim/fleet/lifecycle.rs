//! The lifecycle of instances: launch, boot, drain, crash, back-off, end.

use super::instance::{Instance, InstanceStatus, State, purpose};
use super::probes::probe;
use crate::engine::{Span, Time};
use crate::scenario::Discipline;
use crate::sim::event::{Event, LifeEvent, class};
use crate::sim::fact::What;
use crate::sim::simulation::Simulation;
use crate::sim::view::TerminationStep;
use crate::sim::{Cause, Pool};

/// All zones.
pub(in crate::sim) const EVERYWHERE: u64 = u64::MAX;
/// First wait before a crashed container restarts (Kubernetes `CrashLoopBackOff`); doubles each time.
pub const BACK_OFF_FIRST: Span = Span::from_secs(10);
/// Longest wait (Kubernetes).
const BACK_OFF_CAP: Span = Span::from_secs(300);
/// A container that ran this long starts with the first wait again (Kubernetes; remembered, not checked).
const BACK_OFF_RESET: Span = Span::from_secs(600);

impl Simulation {
    /// Adds an instance to a pool of a service, in the zone that has the fewest of that pool; `zones` are those allowed, one
    /// bit each.
    pub(in crate::sim) fn add_instance(&mut self, service: u8, pool: Pool, zones: u64) -> u32 {
        let number = self.cluster.instances.len() as u32;
        let plan = &self.world.services[usize::from(service)];
        let series = self.scraper.first_series[usize::from(service)] + pool.index() as u16;
        let shares = plan.discipline == Discipline::ProcessorSharing;
        let instance = Instance::new(service, pool.index() as u8, plan.workers, plan.queue, shares, series);
        self.cluster.instances.push(instance);
        if shares {
            self.cluster.sharing.resize_with(self.cluster.instances.len(), Default::default);
        }
        let zone = self.place(service, pool, zones);
        let launched = &mut self.cluster.launched[usize::from(service)];
        let ordinal = launched[pool.index()];
        launched[pool.index()] += 1;
        let name = launched.iter().sum();
        let key = self.world.services[usize::from(service)].key;
        let luck = self.draws.instance.child(key).child(pool.index() as u64).child(u64::from(ordinal));
        let status = InstanceStatus::new(name, (pool, ordinal, luck), zone.unwrap_or(0) as u8, self.now);
        self.cluster.status.push(status);
        if zone.is_none() {
            self.wait_for_place(number);
        }
        self.add_instance_metrics();
        number
    }

    /// Starts an instance that exists at the start of the run: warm, ready, and known to every proxy.
    pub(in crate::sim) fn start_warm(&mut self, number: u32) {
        self.start_container(number);
        self.run_process(number);
        let index = number as usize;
        self.cluster.status[index].startup_passed = true;
        self.cluster.status[index].warm = true;
        if self.cluster.status[index].ready_since.is_none() {
            self.cluster.status[index].probes[usize::from(probe::READINESS)].passed = 1;
            self.cluster.status[index].ready_since = Some(self.now);
            let (service, pool) =
                (usize::from(self.cluster.instances[index].service), self.cluster.status[index].pool);
            self.cluster.ready[service][pool.index()] += 1;
        }
        let service = usize::from(self.cluster.instances[index].service);
        for proxy in 0..self.world.services[service].proxy.count {
            self.update_proxy(number, proxy, true, None);
        }
    }

    /// Launches an instance: it is pulled, started, and probed.
    pub(in crate::sim) fn launch(&mut self, service: u8, pool: Pool, zones: u64) {
        let number = self.add_instance(service, pool, zones);
        if self.cluster.status[number as usize].awaits_place {
            return;
        }
        self.pull(number);
    }

    /// Pulls the image of an instance that has a zone.
    pub(in crate::sim) fn pull(&mut self, number: u32) {
        let service = self.cluster.instances[number as usize].service;
        let zone = self.cluster.status[number as usize].zone;
        if self.cluster.lost_zones >> zone & 1 == 1 {
            self.cluster.status[number as usize].enter(State::Broken, self.now);
            return;
        }
        let wait = self.world.services[usize::from(service)].boot.pull.at(self.cluster.status
            [number as usize]
            .luck
            .child(purpose::PULL)
            .bits(0));
        self.book_life(number, wait, LifeEvent::Boot);
    }

    /// Books an event in the life of an instance; it is void once the instance crashes or goes.
    pub(in crate::sim) fn book_life(&mut self, number: u32, wait: Span, what: LifeEvent) {
        let generation = self.cluster.status[number as usize].generation;
        let event = Event::Life { instance: number, generation, what };
        self.agenda.book(self.now + wait, class::LIFE, event);
    }

    /// Moves a booting instance on: from pulling to starting, from starting to running.
    pub(in crate::sim) fn boot(&mut self, number: u32) {
        let service = self.cluster.instances[number as usize].service;
        match self.cluster.status[number as usize].state {
            State::Pulling => {
                self.cluster.status[number as usize].enter(State::Starting, self.now);
                self.start_process(number, service);
            }
            State::Starting => self.run_process(number),
            State::Running
            | State::Draining
            | State::Stopping
            | State::BackOff
            | State::Broken
            | State::Gone => {}
        }
    }

    fn start_process(&mut self, number: u32, service: u8) {
        self.start_container(number);
        let draw = self.cluster.status[number as usize].life(purpose::START).bits(0);
        let wait = self.world.services[usize::from(service)].boot.start.at(draw);
        self.book_life(number, wait, LifeEvent::Boot);
    }

    /// The container starts, and with it its probes: `initialDelaySeconds` counts from here, not from when the process listens
    /// (Kubernetes, `prober/worker.go`: from the container's `StartedAt`). Until it listens they fail.
    pub(in crate::sim) fn start_container(&mut self, number: u32) {
        let index = number as usize;
        let probes = self.world.services[usize::from(self.cluster.instances[index].service)].probes;
        let status = &mut self.cluster.status[index];
        status.started = self.now;
        status.probes = Default::default();
        status.startup_passed = probes[usize::from(probe::STARTUP)].is_none();
        for (which, declared) in (0u8..).zip(probes) {
            if let Some(declared) = declared {
                self.book_first_probe(number, which, declared);
            }
        }
    }

    /// The process listens from now on.
    pub(in crate::sim) fn run_process(&mut self, number: u32) {
        let index = number as usize;
        let (service, pool) = (self.cluster.instances[index].service, self.cluster.status[index].pool);
        let plan = &self.world.services[usize::from(service)];
        let start_mb = plan.memory.start_mb;
        let status = &mut self.cluster.status[index];
        status.enter(State::Running, self.now);
        status.started = self.now;
        status.warm = false;
        status.memory_mb = start_mb;
        self.cluster.instances[index].accepts = true;
        self.cluster.changes += 1;
        self.reset_instance_metrics(number);
        self.refresh_plain(number);
        if service == self.world.entry && self.cluster.populated {
            self.restart_flag_client(number);
        }
        if service == self.world.target {
            self.cluster.running[pool.index()] += 1;
            self.migrate_if_needed(pool);
            self.book_crash_loop(number, pool);
        }
        self.book_breakdown(number);
        if self.cluster.populated {
            self.settle_readiness(number);
        }
    }

    fn book_crash_loop(&mut self, number: u32, pool: Pool) {
        if let Some(after) = self.world.releases[pool.index()].defects.crashes_after() {
            self.book_life(number, after, LifeEvent::CrashLoop);
        }
    }

    /// The time of a crash loop has come: the instance crashes if the defect shows now, and is asked again later if not.
    pub(in crate::sim) fn crash_loop_due(&mut self, number: u32) {
        if self.defects_of(number).crashes {
            self.crash(number, Cause::Defect);
        } else {
            self.book_crash_loop(number, self.cluster.status[number as usize].pool);
        }
    }

    /// Notes whether work at an instance takes only its demand, because nothing slows or spoils it there.
    pub(in crate::sim) fn refresh_plain(&mut self, number: u32) {
        let instance = &self.cluster.instances[number as usize];
        let plan = &self.world.services[usize::from(instance.service)];
        let status = &self.cluster.status[number as usize];
        let target = instance.service == self.world.target;
        let service_faults = &self.faults.by_service[usize::from(instance.service)];
        let plain = status.state == State::Running
            && plan.boot.warm_up.is_none()
            && service_faults.is_none()
            && !self.faults.by_instance.contains_key(&number)
            && plan.discipline != Discipline::ProcessorSharing
            && !(target && self.world.has_data)
            && (!target || self.world.releases[usize::from(instance.pool)].defects.spares_requests());
        self.cluster.instances[number as usize].plain = plain;
    }

    /// Asks an instance to go: the proxies are told and its preStop begins at the same time.
    pub(in crate::sim) fn drain(&mut self, number: u32) {
        self.drain_after(number, Span::ZERO);
    }

    /// The same, but its preStop begins after `wait`: until then it stands, and no proxy leads anybody to it.
    pub(in crate::sim) fn drain_after(&mut self, number: u32, wait: Span) {
        let index = number as usize;
        let status = &mut self.cluster.status[index];
        if !status.stays() {
            return;
        }
        let running = status.state == State::Running;
        status.generation += 1;
        self.cluster.has_drained = true;
        let drain = self.world.services[usize::from(self.cluster.instances[index].service)].drain;
        self.stop_counting_as_running(number);
        self.record_termination(number, &TerminationStep::Asked);
        self.cluster.status[index].enter(State::Draining, self.now);
        self.set_ready(number, false);
        if !running {
            return self.remove(number);
        }
        self.refresh_plain(number);
        self.book_life(number, wait + drain.pre_stop, LifeEvent::Terminate);
        // One extra wait of 2 s when preStop outlasts the grace (Kubernetes).
        let grace =
            if drain.pre_stop >= drain.grace { drain.grace + Span::from_secs(2) } else { drain.grace };
        self.book_life(number, wait + grace, LifeEvent::Kill);
    }

    /// An instance is told to stop (SIGTERM): it listens no more and finishes what it has, or drops it.
    pub(in crate::sim) fn terminate(&mut self, number: u32) {
        let drain = self.world.services[usize::from(self.cluster.instances[number as usize].service)].drain;
        self.record_termination(number, &TerminationStep::Told);
        self.cluster.status[number as usize].enter(State::Stopping, self.now);
        if !drain.finishes_work {
            return self.remove(number);
        }
        self.cluster.instances[number as usize].accepts = false;
        self.cluster.changes += 1;
        self.leave_if_idle(number);
    }

    /// A stopping instance that has nothing left to do goes.
    pub(in crate::sim) fn leave_if_idle(&mut self, number: u32) {
        let stopping = self.cluster.status[number as usize].state == State::Stopping;
        if stopping && self.cluster.instances[number as usize].is_idle() {
            self.remove(number);
        }
    }

    /// Removes an instance; the requests that it still has are dropped.
    pub(in crate::sim) fn remove(&mut self, number: u32) {
        let index = number as usize;
        if self.cluster.status[index].state == State::Gone {
            return;
        }
        self.cluster.status[index].generation += 1;
        self.cluster.status[index].enter(State::Gone, self.now);
        self.cluster.status[index].gone = Some(self.now);
        let flowing = self.drop_from_fluid(number, Cause::Drained);
        self.cluster.instances[index].accepts = false;
        let dropped = self.drop_all(number, Cause::Drained) + flowing;
        self.record_termination(number, &TerminationStep::Gone(dropped));
        let (service, pool, zone) = (
            usize::from(self.cluster.instances[index].service),
            self.cluster.status[index].pool,
            self.cluster.status[index].zone,
        );
        if !std::mem::take(&mut self.cluster.status[index].awaits_place) {
            self.cluster.zone_counts[service][pool.index()][usize::from(zone)] -= 1;
        }
        let what = What::Gone {
            service: self.world.services[service].name.clone(),
            instance: self.cluster.status[index].number,
            pool,
            dropped,
        };
        self.note(what, if dropped > 0 { "its grace was over before its work was" } else { "" });
        self.place_waiting();
    }

    /// An instance crashes with everything in it, and is restarted after a back-off.
    pub(in crate::sim) fn crash(&mut self, number: u32, cause: Cause) {
        self.crash_because(number, cause, cause.meaning());
    }

    /// The same for a reason that can be told.
    pub(in crate::sim) fn crash_because(&mut self, number: u32, cause: Cause, why: &str) {
        let index = number as usize;
        if matches!(self.cluster.status[index].state, State::Gone | State::Broken | State::BackOff) {
            return;
        }
        if self.cluster.status[index].goes() {
            return self.remove(number);
        }
        self.go_down(number, (cause, why), State::BackOff);
        let status = &mut self.cluster.status[index];
        let rested = status.restarts == 0 || self.now.since(status.started) > BACK_OFF_RESET;
        status.restarts += 1;
        status.back_off =
            if rested { BACK_OFF_FIRST } else { Span((status.back_off * 2).0.min(BACK_OFF_CAP.0)) };
        let wait = status.back_off;
        let pool = status.pool;
        self.cluster.restarts[usize::from(self.cluster.instances[index].service)][pool.index()] += 1;
        self.book_life(number, wait, LifeEvent::Revive);
    }

    /// The process of an instance is down: it loses all it had. The log says why.
    pub(in crate::sim) fn go_down(&mut self, number: u32, (cause, why): (Cause, &str), state: State) {
        let index = number as usize;
        self.stop_counting_as_running(number);
        let status = &mut self.cluster.status[index];
        status.generation += 1;
        status.lives += 1;
        status.enter(state, self.now);
        status.crash_cause = cause;
        let flowing = self.drop_from_fluid(number, cause);
        self.cluster.instances[index].accepts = false;
        self.set_ready(number, false);
        let dropped = self.drop_all(number, cause) + flowing;
        let what = What::Crashed {
            service: self.world.services[usize::from(self.cluster.instances[index].service)].name.clone(),
            instance: self.cluster.status[index].number,
            pool: self.cluster.status[index].pool,
            dropped,
        };
        self.note(what, why);
    }

    fn stop_counting_as_running(&mut self, number: u32) {
        let index = number as usize;
        let status = &self.cluster.status[index];
        if status.state == State::Running && self.cluster.instances[index].service == self.world.target {
            self.cluster.running[status.pool.index()] -= 1;
        }
    }

    /// A crashed instance starts its process again, without pulling its image.
    pub(in crate::sim) fn revive(&mut self, number: u32) {
        let service = self.cluster.instances[number as usize].service;
        self.cluster.status[number as usize].enter(State::Starting, self.now);
        self.start_process(number, service);
    }

    /// Instance time of one service so far.
    pub(in crate::sim) fn instance_time(&self, service: u8, until: Time) -> Span {
        let lives = self
            .cluster
            .status
            .iter()
            .zip(&self.cluster.instances)
            .filter(|(_, instance)| instance.service == service);
        lives.fold(Span::ZERO, |sum, (status, _)| sum + status.gone.unwrap_or(until).since(status.created))
    }
}
