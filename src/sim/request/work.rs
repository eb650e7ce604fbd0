//! Work: a hop holds a worker while it is worked on and while it waits for the calls it makes.

use super::call_policy::{CallOutcome, outlasts};
use super::hop::{Hop, Stage, mark};
use super::retry::back_off_after;
use crate::engine::{Span, Stream, Time};
use crate::sim::Cause;
use crate::sim::compiled_world::{CallPlan, CompiledWorld, RetryPlan};
use crate::sim::event::{Event, class};
use crate::sim::proxy::draw;
use crate::sim::recorder::Recorder;
use crate::sim::simulation::Simulation;

/// Above this share of its memory limit an instance slows down as `(1 - 0.8) / (1 - share)`: the time spent collecting
/// garbage grows like `1 / (1 - share)` (a tracing collector's rule of thumb; where it begins is assumed).
const MEMORY_PRESSURE_FROM: f64 = 0.8;

/// Marks that work on a hop begins: what the work demands, and the factor on it for the request's kind.
///
/// It takes the parts that it needs, so that the hot path finds the hop in its table once.
#[inline(always)]
pub(super) fn start(hop: &mut Hop, world: &CompiledWorld, recorder: &mut Recorder, now: Time) -> (Span, f64) {
    hop.stage = Stage::Working;
    hop.started = now;
    let plan = &world.services[usize::from(hop.service)];
    let draws = Stream::from_key(hop.luck);
    let demand = plan.demand.at(draws.bits(draw::WORK + plan.key));
    if plan.errors_below > 0 && draws.bits(draw::ERROR + plan.key) < plan.errors_below {
        hop.doom(Cause::Background);
    }
    if hop.service == world.target {
        recorder.wait(now.since(hop.arrived));
        let flag = world.flags.candidate;
        let by_candidate = hop.pool == 1 && (flag == 0 || hop.flags & flag != 0);
        hop.marks |= mark::EXPOSED * u16::from(by_candidate);
        if !hop.is(mark::TEST | mark::MIRROR) {
            recorder.points.count_try(by_candidate);
        }
    }
    (demand, world.clients.kinds[usize::from(hop.kind)].cost)
}

/// Work that takes `factor` times its demand.
#[inline(always)]
pub(super) fn scaled(demand: Span, factor: f64) -> Span {
    if factor == 1.0 { demand } else { demand.scaled(factor) }
}

impl Simulation {
    /// Begins work on a hop that already holds a worker. `plain` is that of its instance.
    #[inline(always)]
    pub(in crate::sim) fn begin(&mut self, slot: u32, plain: bool) {
        let (work, generation) = self.work_for(slot, plain);
        let done = Event::Done { hop: slot, generation };
        self.agenda.book_inlined(self.now + work, class::WORK, done);
    }

    /// Marks that work on a hop begins, and says how long it takes on one worker, and of which generation the hop is.
    #[inline(always)]
    pub(in crate::sim) fn work_for(&mut self, slot: u32, plain: bool) -> (Span, u32) {
        let hop = &mut self.hops[slot];
        let generation = hop.generation;
        let (demand, cost) = start(hop, &self.world, &mut self.recorder, self.now);
        let factor = if plain { cost } else { cost * self.slow_or_spoil(slot) };
        (scaled(demand, factor), generation)
    }

    /// Applies what makes this work slow or wrong: the answer is the factor on its demand, the rest is marked on the hop.
    #[inline(never)]
    pub(super) fn slow_or_spoil(&mut self, slot: u32) -> f64 {
        let hop = self.hops[slot];
        let draws = Stream::from_key(hop.luck);
        let service_faults = &self.faults.by_service[usize::from(hop.service)];
        let mut factor = service_faults.latency;
        if service_faults.latency > 1.0 {
            self.hops[slot].marks |= mark::STRUCK;
        }
        let key = self.world.services[usize::from(hop.service)].key;
        if service_faults.errors > 0 && draws.bits(draw::STRUCK + key) < service_faults.errors {
            self.hops[slot].doom(Cause::Fault);
        }
        if let Some(of_instance) = self.faults.by_instance.get(&hop.instance).copied() {
            factor *= of_instance.latency;
            if of_instance.latency > 1.0 {
                self.hops[slot].marks |= mark::STRUCK;
            }
            if draws.bits(draw::STRUCK + key) < of_instance.errors {
                self.hops[slot].doom(Cause::Fault);
            }
        }
        factor /= self.speed_of(hop.instance);
        if hop.service == self.world.target {
            if self.world.has_data && !self.data_fits(&hop) {
                self.hops[slot].doom(Cause::VersionSkew);
            }
            factor *= self.apply_defects(slot);
        }
        factor
    }

    /// How fast an instance works, 1 being full speed: cold at first, slow when its memory is nearly full.
    fn speed_of(&self, instance: u32) -> f64 {
        let plan = &self.world.services[usize::from(self.cluster.instances[instance as usize].service)];
        let status = &self.cluster.status[instance as usize];
        let mut speed = 1.0;
        if let Some(warm_up) = plan.boot.warm_up
            && !status.warm
        {
            let age = self.now.since(status.started).as_secs_f64() / warm_up.over.as_secs_f64();
            if age < 20.0 {
                speed = 1.0 - (1.0 - warm_up.from.fraction()) * libm::exp(-age);
            }
        }
        let used = status.memory_mb / plan.memory.limit_mb;
        if used > MEMORY_PRESSURE_FROM && used < 1.0 {
            speed *= (1.0 - used) / (1.0 - MEMORY_PRESSURE_FROM);
        }
        speed.max(0.02)
    }

    /// A hop's own work is done: its calls come next, or it is finished.
    #[inline(always)]
    pub(in crate::sim) fn done(&mut self, slot: u32) {
        let hop = &mut self.hops[slot];
        let calls_none = self.world.callless >> (hop.service & 63) & 1 == 1;
        if (calls_none && hop.extra == 0) || hop.is(mark::FAILS) {
            return self.finish(slot);
        }
        hop.stage = Stage::Calling;
        hop.call = 0;
        hop.call_tries = 0;
        self.next_call(slot);
    }

    /// Makes the next call that this hop needs, or finishes it.
    #[inline(never)]
    fn next_call(&mut self, slot: u32) {
        if self.world.has_deadlines && self.is_forsaken(slot) {
            return self.finish(slot);
        }
        let hop = &mut self.hops[slot];
        let calls = &self.world.services[usize::from(hop.service)].calls;
        let luck = Stream::from_key(hop.luck);
        while let Some(call) = calls.get(usize::from(hop.call)) {
            if luck.is_among(draw::CALL + u64::from(hop.call), call.made_by) {
                if call.policy != 0 {
                    return self.next_guarded_call(slot);
                }
                let call = *call;
                return self.make_call(slot, call);
            }
            hop.call += 1;
        }
        if hop.extra > 0 { self.next_guarded_call(slot) } else { self.finish(slot) }
    }

    /// Like [`Self::next_call`], where a cache may know the answer, or a defect adds calls.
    #[inline(never)]
    fn next_guarded_call(&mut self, slot: u32) {
        loop {
            let hop = &self.hops[slot];
            let Some(call) = self.call_of(hop) else { return self.finish(slot) };
            if Stream::from_key(hop.luck).is_among(draw::CALL + u64::from(hop.call), call.made_by)
                && (call.policy == 0 || !self.is_cached(slot, call.policy))
            {
                return self.make_call(slot, call);
            }
            self.hops[slot].call += 1;
        }
    }

    /// The call that a hop is at: one of its service's, or one that a defect adds.
    #[inline]
    pub(in crate::sim) fn call_of(&self, hop: &Hop) -> Option<CallPlan> {
        let calls = &self.world.services[usize::from(hop.service)].calls;
        let index = usize::from(hop.call);
        if let Some(call) = calls.get(index) {
            return Some(*call);
        }
        if index >= calls.len() + usize::from(hop.extra) {
            return None;
        }
        self.world.releases[usize::from(hop.pool)].defects.added_call()
    }

    fn make_call(&mut self, slot: u32, call: CallPlan) {
        let hop = self.hops[slot];
        if call.carries_deadline && self.is_late(slot, self.now) {
            let cause = self.blame(slot);
            return self.call_failed(slot, &call, cause as u8);
        }
        if (call.policy != 0 || self.calls.forced_open != 0)
            && let Some(cause) = self.refusal(&hop, &call)
        {
            return self.call_failed(slot, &call, cause as u8);
        }
        if call.policy != 0
            && let Some(hedge) = self.hedge_of(&hop, &call)
        {
            return self.begin_race(slot, &call, hedge);
        }
        let child = self.hops.add(self.called(slot, &hop, &call, 0));
        if call.policy != 0 {
            self.note_call(&hop, &call, child);
        }
        self.hops[slot].child = child;
        self.start_timeout(child, call.lane);
        if call.carries_deadline {
            self.carry_deadline(child, slot, call.lane);
        }
        self.send(child);
    }

    /// A call came back: well, or with why it failed, and how.
    /// `began` is when it was made.
    pub(in crate::sim) fn returned(&mut self, slot: u32, cause: Option<u8>, came: CallOutcome, began: Time) {
        if cause.is_none() && self.world.call_book.policies.is_empty() {
            return self.after_call(slot);
        }
        let timed_out = came == CallOutcome::TimedOut;
        let hop = self.hops[slot];
        let Some(call) = self.call_of(&hop) else { return self.finish(slot) };
        if call.policy != 0 {
            self.call_ended(&hop, &call, came, began);
        }
        let Some(cause) = cause else {
            return self.after_call(slot);
        };
        let RetryPlan { retries: policy, timeout } =
            self.world.call_book.retry_plans[usize::from(call.retry)];
        if hop.call_tries < policy.limit
            && came.is_retried(&policy)
            && (policy.non_idempotent || self.world.clients.kinds[usize::from(hop.kind)].idempotent)
        {
            let first = draw::CALL_JITTER + u64::from(hop.call) * 256;
            let wait = back_off_after(&policy, hop.call_tries, Stream::from_key(hop.luck), first);
            let late = outlasts(policy.deadline, hop.started, self.now, wait, timeout)
                || (call.carries_deadline && self.is_late(slot, self.now + wait));
            if !late && (policy.budget.is_none() || self.budget_allows(&hop, call.policy, timed_out)) {
                let caller = &mut self.hops[slot];
                caller.call_tries += 1;
                caller.marks &= !mark::CALL_AFTER_TIMEOUT;
                caller.marks |= mark::CALL_AFTER_TIMEOUT * u16::from(timed_out);
                let generation = hop.generation;
                self.agenda.book(self.now + wait, class::TIMER, Event::CallAgain { hop: slot, generation });
                return;
            }
        }
        self.call_failed(slot, &call, cause);
    }

    /// A call has failed for good: the hop fails too where it requires the call.
    fn call_failed(&mut self, slot: u32, call: &CallPlan, cause: u8) {
        if call.required {
            let hop = &mut self.hops[slot];
            hop.marks |= mark::FAILS;
            hop.cause = cause;
            return self.finish(slot);
        }
        self.after_call(slot);
    }

    fn after_call(&mut self, slot: u32) {
        let hop = &mut self.hops[slot];
        hop.call += 1;
        hop.call_tries = 0;
        self.next_call(slot);
    }

    /// A caller tries its call again.
    pub(in crate::sim) fn call_again(&mut self, slot: u32) {
        let hop = self.hops[slot];
        if let Some(call) = self.call_of(&hop) {
            self.make_call(slot, call);
        }
    }

    /// A hop's work here is over: its worker takes the next, and its answer leaves.
    #[inline]
    pub(in crate::sim) fn finish(&mut self, slot: u32) {
        let hop = self.hops[slot];
        let plain = self.free_worker(hop.instance);
        if self.world.counting.by_instance {
            self.count_at_instance(&hop);
        }
        if plain && !hop.is(mark::CRASHES) {
            self.count_answer(&hop);
            return self.respond(slot, &hop);
        }
        self.finish_and_check(slot, hop);
    }

    /// Ends work at an instance that may now crash, run out of memory, or stop because it is idle.
    #[inline(never)]
    fn finish_and_check(&mut self, slot: u32, mut hop: Hop) {
        let (number, crashes) = (hop.instance, hop.is(mark::CRASHES));
        if crashes {
            hop.doom(Cause::Defect);
        }
        self.count_answer(&hop);
        self.respond(slot, &hop);
        let status = &self.cluster.status[number as usize];
        let limit =
            self.world.services[usize::from(self.cluster.instances[number as usize].service)].memory.limit_mb;
        if crashes || status.memory_mb > limit {
            self.crash(number, Cause::Defect);
        } else {
            self.leave_if_idle(number);
        }
    }

    /// Counts an answer as the proxies see it, unless nobody waited for it.
    #[inline(always)]
    pub(in crate::sim) fn count_answer(&mut self, hop: &Hop) {
        if hop.is(mark::ORPHAN) {
            return;
        }
        if !self.recorder.silent {
            // Only the target has more than one pool, so the others' requests count into their service's one series.
            let series = self.scraper.first_series[usize::from(hop.service)] + u16::from(hop.pool);
            self.recorder.count(series, self.now.since(hop.arrived), hop.is(mark::FAILS));
            if hop.service == self.world.target && !self.world.counting.counters.is_empty() {
                self.count_business(series, hop);
            }
            if self.world.counting.apart {
                self.count_parts(hop);
            }
        }
        if self.world.observes_answers {
            self.observe_answer(hop);
        }
    }

    /// Counts a right answer of the target into the business counter of its kind.
    #[inline(never)]
    pub(in crate::sim) fn count_business(&mut self, series: u16, hop: &Hop) {
        let counter = self.world.clients.kinds[usize::from(hop.kind)].counter;
        if let Some(counter) = counter
            && hop.service == self.world.target
            && !hop.is(mark::FAILS | mark::WRONG)
        {
            self.recorder.series_counts[usize::from(series)].business[usize::from(counter)] += 1;
        }
    }
}
