//! Probes and readiness: the control plane sees readiness at once, the proxies learn of it late.

use super::instance::{State, purpose};
use crate::scenario::{Checks, Probe};
use crate::sim::Cause;
use crate::sim::event::{Event, LifeEvent, class};
use crate::sim::fact::What;
use crate::sim::simulation::Simulation;
use crate::sim::view::TerminationStep;

/// Positions of the probes in tables.
pub(in crate::sim) mod probe {
    pub const STARTUP: u8 = 0;
    pub const READINESS: u8 = 1;
    pub const LIVENESS: u8 = 2;
}

/// Names of the probes, by position.
const NAMES: [&str; 3] = ["startup", "readiness", "liveness"];

/// Why a check of a probe fails.
pub(in crate::sim) struct ProbeFailure {
    /// For the log, as a kubelet's event says it.
    why: &'static str,
    /// What the requests fail of that a restart for it drops.
    cause: Cause,
}

impl Simulation {
    /// The first check comes after the initial delay and a part of a period, so that a fleet is not probed in step.
    pub(in crate::sim) fn book_first_probe(&mut self, number: u32, which: u8, declared: Probe) {
        let draw = self.cluster.status[number as usize].life(purpose::PROBE).unit(u64::from(which));
        let wait = declared.initial_delay + declared.period.scaled(draw);
        self.book_life(number, wait, LifeEvent::Probe(which));
    }

    /// A probe checks an instance.
    pub(in crate::sim) fn probe(&mut self, number: u32, which: u8) {
        let index = number as usize;
        let service = usize::from(self.cluster.instances[index].service);
        let Some(declared) = self.world.services[service].probes[usize::from(which)] else { return };
        self.book_life(number, declared.period, LifeEvent::Probe(which));
        let started = self.cluster.status[index].startup_passed;
        if (which != probe::STARTUP && !started) || (which == probe::STARTUP && started) {
            return;
        }
        let check = self.check_probe(number, which, declared);
        let run = &mut self.cluster.status[index].probes[usize::from(which)];
        if check.is_ok() {
            *run = super::instance::ProbeRun { passed: run.passed + 1, failed: 0 };
        } else {
            *run = super::instance::ProbeRun { passed: 0, failed: run.failed + 1 };
        }
        let run = *run;
        if which == probe::STARTUP && run.passed >= declared.success_threshold {
            self.cluster.status[index].startup_passed = true;
        }
        if let Err(failure) = check
            && which != probe::READINESS
            && run.failed >= declared.failure_threshold
        {
            let (name, times) = (NAMES[usize::from(which)], run.failed);
            let times = if times == 1 { "once".to_owned() } else { format!("{times} times in a row") };
            let why = format!("its {name} probe failed {times}: {}", failure.why);
            return self.crash_because(number, self.cause_of_restart(number, &failure), &why);
        }
        self.settle_readiness(number);
    }

    /// One check of a probe.
    ///
    /// # Errors
    /// Why it fails.
    pub(in crate::sim) fn check_probe(
        &self,
        number: u32,
        which: u8,
        declared: Probe,
    ) -> Result<(), ProbeFailure> {
        let fail = |why, cause| Err(ProbeFailure { why, cause });
        let instance = &self.cluster.instances[number as usize];
        if !instance.accepts {
            return fail("the process does not listen yet", Cause::NoInstance);
        }
        let defects = self.defects_of(number);
        if (which == probe::READINESS && defects.fails_readiness)
            || (which == probe::LIVENESS && defects.fails_liveness)
        {
            return fail("it answers with an error", Cause::Defect);
        }
        match declared.checks {
            Checks::Process => Ok(()),
            Checks::Queue => {
                let plan = &self.world.services[usize::from(instance.service)];
                let waiting = instance.waiting + self.load_in_fluid(instance).1;
                let wait = f64::from(waiting) * plan.mean_work_s / f64::from(instance.workers);
                if wait <= declared.timeout.as_secs_f64() {
                    return Ok(());
                }
                fail("its queue is too long to answer within the probe's timeout", Cause::Overload)
            }
            Checks::Dependencies => {
                let calls = &self.world.services[usize::from(instance.service)].calls;
                let is_ready = |service: u8| self.cluster.ready[usize::from(service)].iter().sum::<u32>() > 0;
                if calls.iter().all(|call| is_ready(call.to)) {
                    return Ok(());
                }
                fail("a service that it calls has no ready instance", Cause::NoInstance)
            }
        }
    }

    fn cause_of_restart(&self, number: u32, failure: &ProbeFailure) -> Cause {
        let instance = &self.cluster.instances[number as usize];
        let defective = instance.service == self.world.target
            && !self.world.releases[usize::from(instance.pool)].defects.is_sound();
        if defective { Cause::Defect } else { failure.cause }
    }

    /// Makes an instance ready, or not ready, as its probes now say; the proxies learn it later.
    pub(in crate::sim) fn settle_readiness(&mut self, number: u32) {
        let index = number as usize;
        let service = usize::from(self.cluster.instances[index].service);
        let declared = self.world.services[service].probes[usize::from(probe::READINESS)];
        let status = &self.cluster.status[index];
        let run = status.probes[usize::from(probe::READINESS)];
        let was = status.ready_since.is_some();
        let is = match declared {
            _ if status.state != State::Running || !status.startup_passed => false,
            None => true,
            Some(probe) if was => run.failed < probe.failure_threshold,
            Some(probe) => run.passed >= probe.success_threshold,
        };
        if is != was {
            self.set_ready(number, is);
            let (name, pool) = (self.world.services[service].name.clone(), self.cluster.status[index].pool);
            let instance = self.cluster.status[index].number;
            let what = if is {
                What::Ready { service: name, instance, pool }
            } else {
                What::NotReady { service: name, instance, pool }
            };
            self.note(what, "");
        }
    }

    /// Sets the readiness of an instance and updates the proxies.
    pub(in crate::sim) fn set_ready(&mut self, number: u32, ready: bool) {
        let index = number as usize;
        let service = usize::from(self.cluster.instances[index].service);
        let pool = self.cluster.status[index].pool;
        if self.cluster.status[index].ready_since.is_some() == ready {
            return;
        }
        let status = &mut self.cluster.status[index];
        status.ready_since = ready.then_some(self.now);
        status.changes += 1;
        let lags = status.luck.child(purpose::LAG).child(u64::from(status.changes));
        let count = &mut self.cluster.ready[service][pool.index()];
        *count = if ready { *count + 1 } else { *count - 1 };
        if service == usize::from(self.world.target) {
            self.recorder.points.note_ready(self.cluster.ready[service], self.now >= self.world.release_at);
        }
        for proxy in 0..self.world.services[service].proxy.count {
            let lag = self.world.services[service].proxy.lag.at(lags.bits(u64::from(proxy)));
            let event = Event::Endpoint { instance: number, proxy, ready };
            self.agenda.book(self.now + lag, class::LEARN, event);
        }
        if service == usize::from(self.world.target) && self.cluster.ready[service][pool.index()] == 0 {
            for proxy in 0..self.world.services[service].proxy.count {
                self.take_awaited_route(proxy);
            }
        }
    }

    /// One proxy learns about an instance; an update that a newer one has overtaken is ignored.
    pub(in crate::sim) fn learn(&mut self, number: u32, proxy: u16, ready: bool) {
        if self.cluster.status[number as usize].ready_since.is_some() != ready {
            return;
        }
        if !ready {
            self.record_termination(number, &TerminationStep::Unlearned(proxy));
        }
        self.update_proxy(number, proxy, ready, Some(self.now));
        if self.cluster.instances[number as usize].service == self.world.target {
            self.take_awaited_route(proxy);
        }
    }
}
