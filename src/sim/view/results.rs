//! Results so far: the time, the counts, and the record of a run.

use crate::engine::{Share, Time};
use crate::sim::fact::{Fact, RolloutPhase};
use crate::sim::record::{Observed, Record, Requests, Truth};
use crate::sim::recorder::Rest;
use crate::sim::simulation::Simulation;
use crate::telemetry::{Alerts, Store};

impl Simulation {
    /// The present time.
    pub const fn now(&self) -> Time {
        self.now
    }

    /// When the scenario ends; a run whose case has a [`Term`](crate::sim::Term) may go on.
    pub fn horizon(&self) -> Time {
        self.world.horizon
    }

    /// When the run ends, as things stand: at the horizon, or once what was begun has settled and has then been watched for as
    /// long as its case says. What has not settled by the horizon may go on until [`Self::latest_end`]. A run that has used up its
    /// [budget](Self::spent) ends there.
    pub fn end(&self) -> Time {
        if self.is_spent() {
            return self.now;
        }
        let waits = self.recorder.rollout.rest() == Rest::Moving && self.now < self.world.horizon;
        if waits { self.world.horizon } else { self.end_from_here() }
    }

    /// When the run ends if nothing moves any more.
    pub(in crate::sim) fn end_from_here(&self) -> Time {
        let horizon = self.world.horizon;
        match (self.world.bake, self.recorder.rollout.rest()) {
            (None, _) | (_, Rest::NothingBegun) => horizon,
            (Some(bake), Rest::Since(settled)) => (settled + bake).clamp(horizon, self.latest_end()),
            (Some(_), Rest::Moving) => self.latest_end(),
        }
    }

    /// When a run ends that never settles.
    pub fn latest_end(&self) -> Time {
        self.world.latest_end()
    }

    /// Seed of the run.
    pub const fn seed(&self) -> u64 {
        self.draws.seed
    }

    /// Events handled so far; an arrival is one.
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// Users' requests so far by how they ended. Those in flight are counted one by one, so that the sum is a check.
    pub fn requests(&self) -> Requests {
        let in_fluid = self.fluid.as_ref().map_or(0, |fluid| fluid.in_flight);
        Requests { in_flight: self.hops.users_in_flight() + in_fluid, ..self.recorder.requests() }
    }

    /// Users harmed so far, as [`Truth::users_harmed`] counts them.
    pub fn users_harmed(&self) -> u64 {
        self.recorder.harm.users_harmed()
    }

    /// The phase of the rollout.
    pub const fn phase(&self) -> RolloutPhase {
        self.recorder.rollout.phase
    }

    /// Samples scraped so far: all that the monitoring can be asked.
    pub const fn metrics(&self) -> &Store {
        &self.scraper.store
    }

    /// The plan's alert rules and their states.
    pub const fn alerts(&self) -> &Alerts {
        &self.pager.alerts
    }

    /// Facts so far.
    pub fn facts(&self) -> &[Fact] {
        &self.recorder.facts
    }

    /// Hash over all that has happened so far.
    pub fn digest(&self) -> String {
        self.recorder.digest()
    }

    /// Hops in flight, and the bytes held for them and for what is booked about them.
    pub fn footprint(&self) -> (u32, usize) {
        (self.hops.live(), self.hops.bytes() + self.agenda.footprint())
    }

    /// Everything known so far.
    pub fn record(&self) -> Record {
        Record {
            seed: self.draws.seed,
            digest: self.digest(),
            deadline: self.world.deadline,
            simulated: self.now.since(Time::ZERO),
            events: self.events,
            spent: self.spent(),
            facts: self.recorder.facts.clone(),
            observed: self.observed(),
            truth: self.truth(),
        }
    }

    fn observed(&self) -> Observed {
        let recorder = &self.recorder;
        let attempt = &recorder.rollout.attempt;
        Observed {
            metrics: self.scraper.store.clone(),
            pages: recorder.rollout.pages,
            attempts: recorder.rollout.attempts,
            started: recorder.rollout.started,
            first_sign: attempt.first_sign,
            completed: attempt.completed,
            aborted: attempt.aborted,
            rolled_back: attempt.rolled_back,
            phase: recorder.rollout.phase,
        }
    }

    fn truth(&self) -> Truth {
        let recorder = &self.recorder;
        let target = self.world.target;
        let all: f64 = (0..self.world.services.len() as u8)
            .map(|service| self.instance_time(service, self.now).as_secs_f64())
            .sum();
        Truth {
            requests: self.requests(),
            causes: self.causes(),
            slow: recorder.slow,
            wrong_answers: recorder.wrong_answers,
            doubled_writes: recorder.doubled_writes,
            hedges: recorder.hedges,
            users_harmed: recorder.harm.users_harmed(),
            users_helped: recorder.harm.users_helped(),
            harmed_by_cohort: recorder.harm.by_cohort(),
            users_failed: recorder.harm.users_failed(),
            latency: recorder.latency.clone(),
            waits: recorder.waits.clone(),
            max_exposure: recorder.points.exposure(),
            reachable: self.reachable(),
            first_harm: recorder.harm.first,
            last_harm: recorder.harm.last,
            attempt_harm: recorder.harm.first_of_attempt,
            defect_shown: recorder.defect_shown,
            detected: recorder.rollout.attempt.detected,
            false_alarms: recorder.harm.false_alarms,
            instance_time: self.instance_time(target, self.now),
            cost: all / 3600.0 * self.world.scenario.cost.instance_hour,
            budget_spent: self.budget_spent(),
            worst_p99: recorder.points.worst_p99,
            fewest_ready: recorder
                .points
                .fewest_ready
                .min(self.cluster.ready[usize::from(target)].iter().sum()),
            value: recorder.value,
            users_by_cohort: self.clients.users_by_cohort.clone(),
            loses_users: self.world.releases.iter().any(|release| release.defects.lose_users()),
            regret: None,
            legs: self.legs(),
            never_came: self.never_came(),
            points: recorder.points.closed.clone(),
        }
    }

    /// Failed requests over those that the first SLO allows in its window at the run's mean rate.
    fn budget_spent(&self) -> f64 {
        let Some(slo) = self.world.scenario.slos.first() else { return 0.0 };
        let requests = self.recorder.requests();
        let bad = (self.recorder.ended() - requests.succeeded) as f64;
        let windows = slo.window.as_secs_f64() / self.now.as_secs_f64().max(1.0);
        let allowed = requests.arrived as f64 * windows * (1.0 - slo.objective.fraction());
        if allowed > 0.0 { bad / allowed } else { 0.0 }
    }

    /// Share of the users that the candidate's behaviour can reach: all but those whose flag client is disconnected.
    fn reachable(&self) -> Share {
        match &self.world.scenario.flag_service {
            Some(service) if self.world.flags.candidate != 0 => {
                let deaf = self.flagging.deaf.len() as f64 / f64::from(service.clients.max(1));
                Share::percent(100.0 * (1.0 - deaf))
            }
            _ => Share::ALL,
        }
    }

    /// Ready instances of the target now, by pool.
    pub fn ready(&self) -> [u32; 3] {
        self.cluster.ready[usize::from(self.world.target)]
    }
}
