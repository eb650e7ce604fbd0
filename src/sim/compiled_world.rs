//! The scenario made ready for running: names become positions, laws become samplers. It never changes during a run.

mod calls;
mod case;
mod kinds;
mod release;

pub(super) use calls::{CallBook, CallPlan, CallPolicy, RetryPlan};
pub(super) use kinds::KindPlan;
pub(super) use release::{EffectPlan, ReleasePlan, TriggerPlan, bits_of};

use case::{candidate_of, faults_of, plain_release, traffic_of};
use kinds::{counters_of, ends, plan_kinds};
use release::{AddedCalls, flag_bit, flags_of, plan_release};

use crate::engine::{Sampler, Span, Time};
use crate::scenario::{
    Balancer, Counter, Discipline, Drain, Issue, Memory, Probe, Retries, Scenario, Service, Shape, Shedding,
    Upstream, WarmUp,
};
use crate::sim::{AntiAffinity, Case, Setup};
use crate::telemetry::Part;

/// The scenario made ready for running.
#[derive(Clone, Debug)]
pub(super) struct CompiledWorld {
    pub scenario: Scenario,
    pub services: Vec<ServicePlan>,
    pub entry: u8,
    pub target: u8,
    /// Release of each pool of the target: stable, candidate, control.
    pub releases: [ReleasePlan; 3],
    /// Name of the release that the candidate pool runs.
    pub candidate: String,
    pub flags: Vec<String>,
    /// How each of them is evaluated.
    pub flag_plans: Vec<crate::sim::proxy::FlagPlan>,
    /// Whether some flag needs another to be on.
    pub flags_require: bool,
    /// Flag of the candidate, as a bit of [`crate::sim::request::Hop::flags`]; 0 when its behaviour needs none.
    pub candidate_flag: u8,
    pub users: u32,
    /// Upper ends of the cohorts' parts of the 64-bit range; empty with fewer than two.
    pub cohort_ends: Vec<u64>,
    pub kind_ends: Vec<u64>,
    pub kinds: Vec<KindPlan>,
    /// Names of the business counters.
    pub counters: Vec<String>,
    pub client_timeout: Option<Span>,
    /// Answers that take longer harm their user.
    pub slow_after: Span,
    pub patience: Option<Sampler>,
    pub retries: Retries,
    pub clients_cancel: bool,
    /// Whether some service sheds.
    pub sheds: bool,
    /// Whether some service turns away what has waited too long.
    pub has_codel: bool,
    pub traffic: usize,
    /// Positions of the faults that strike in this case.
    pub faults: Vec<usize>,
    /// True when releases differ in what they need of the data.
    pub has_data: bool,
    /// How instances of the baseline and of the candidate keep away from each other.
    pub anti_affinity: Option<AntiAffinity>,
    /// True when proxies of some service look at answers.
    pub observes_answers: bool,
    /// True when instances count for themselves.
    pub counts_by_instance: bool,
    /// What calls have in common.
    pub calls: CallBook,
    pub act: Sampler,
    pub acknowledge: Sampler,
    pub diagnose: Sampler,
    /// Parts of the target's requests that are counted apart, with the positions of their zone and cohort.
    pub parts: Vec<PartPlan>,
    /// True when the users of each pool are counted.
    pub counts_users: bool,
    /// True when parts or users are counted.
    pub counts_apart: bool,
    /// Alerts that the runbook has an entry for; `None` when nobody is on call.
    pub runbook: Option<Vec<String>>,
    pub scrape_lag: Sampler,
    pub release_at: Time,
    pub horizon: Time,
}

/// A service, made ready.
#[derive(Clone, Debug)]
pub(super) struct ServicePlan {
    pub name: String,
    pub workers: u16,
    pub queue: u32,
    pub discipline: Discipline,
    pub demand: Sampler,
    /// A draw below this is an ordinary error.
    pub errors_below: u64,
    pub calls: Vec<CallPlan>,
    pub pull: Sampler,
    pub start: Sampler,
    pub warm_up: Option<WarmUp>,
    pub memory: Memory,
    /// Startup, readiness, liveness.
    pub probes: [Option<Probe>; 3],
    pub drain: Drain,
    pub balancer: Balancer,
    pub upstream: Upstream,
    /// Whether its proxies look after their hosts, see `hosts`.
    pub tracks_hosts: bool,
    /// Whether a proxy chooses with more than its balancer's usual care.
    pub weighs_hosts: bool,
    pub proxies: u16,
    pub lag: Sampler,
    pub route_lag: Sampler,
    pub instances: u32,
    /// Mean work of one request in seconds, for probes that wait in the queue.
    pub mean_work_s: f64,
    /// Services it reaches by calls, itself included, as bits.
    pub reaches: u64,
    pub shedding: Option<Shedding>,
}

/// A part of the target's requests, made ready.
#[derive(Clone, Debug)]
pub(super) struct PartPlan {
    pub part: Part,
    pub zone: Option<u8>,
    pub cohort: Option<u8>,
}

impl PartPlan {
    /// Whether a request of this zone and cohort belongs to it.
    pub fn has(&self, zone: Option<u8>, cohort: Option<u8>) -> bool {
        self.zone.is_none_or(|wanted| zone == Some(wanted))
            && self.cohort.is_none_or(|wanted| cohort == Some(wanted))
    }
}

/// A name that the scenario does not have fits nothing.
fn plan_part(scenario: &Scenario, part: &Part) -> PartPlan {
    let place = |names: Vec<&String>, name: &String| {
        names.iter().position(|known| *known == name).map_or(u8::MAX, |place| place as u8)
    };
    let cohorts = || scenario.clients.cohorts.iter().map(|cohort| &cohort.name).collect();
    PartPlan {
        part: part.clone(),
        zone: part.zone.as_ref().map(|zone| place(scenario.zones.iter().collect(), zone)),
        cohort: part.cohort.as_ref().map(|cohort| place(cohorts(), cohort)),
    }
}

impl CompiledWorld {
    /// Makes `scenario` ready for `case` with what the plan sets up.
    ///
    /// # Errors
    /// Everything wrong with the scenario, and every name in the case or the setup that it does not know.
    pub fn new(scenario: &Scenario, case: &Case, setup: &Setup) -> Result<Self, Vec<Issue>> {
        let mut issues: Vec<Issue> = scenario
            .problems()
            .into_iter()
            .filter(|issue| issue.severity == crate::scenario::Severity::Error)
            .collect();
        if !issues.is_empty() {
            return Err(issues);
        }
        let candidate = candidate_of(scenario, case, &mut issues);
        let traffic = traffic_of(scenario, case, &mut issues);
        let faults = faults_of(scenario, case, &mut issues);
        if !issues.is_empty() {
            return Err(issues);
        }
        let mut book = CallBook::default();
        let services: Vec<ServicePlan> = scenario
            .services
            .iter()
            .map(|service| plan_service(scenario, service, setup, &mut book))
            .collect();
        let flags = flags_of(scenario, setup);
        let counters = counters_of(scenario);
        let baseline = scenario.baseline().cloned().unwrap_or_else(plain_release);
        let calls = services[usize::from(position(scenario, &scenario.target))].calls.clone();
        let mut added = AddedCalls { calls, book: &mut book };
        let releases = [&baseline, &candidate, &baseline]
            .map(|release| plan_release(scenario, &flags, release, &mut added));
        let has_data = scenario.releases.iter().any(|release| release.data != baseline.data);
        let observes_answers = services.iter().any(|plan| plan.tracks_hosts);
        let client_timeout = scenario.clients.timeout;
        if let Some(timeout) = client_timeout {
            book.lane_of(timeout);
        }
        let flag_plans = crate::sim::proxy::plan_flags(scenario, setup, &flags);
        let mut world = Self {
            candidate: candidate.name.clone(),
            entry: position(scenario, &scenario.entry),
            target: position(scenario, &scenario.target),
            candidate_flag: candidate.flag.as_ref().map_or(0, |flag| flag_bit(&flags, flag)),
            cohort_ends: ends(&scenario.clients.cohort_shares()),
            kind_ends: ends(&scenario.clients.kind_shares()),
            kinds: plan_kinds(scenario, &counters),
            users: scenario.clients.users.max(1),
            slow_after: scenario.clients.slow_after.unwrap_or(Span(u64::MAX)),
            patience: scenario.clients.patience.as_ref().map(crate::engine::Dist::sampler),
            retries: scenario.clients.retries,
            clients_cancel: scenario.clients.cancels,
            sheds: services.iter().any(|service| service.shedding.is_some()),
            has_codel: services.iter().any(|service| service.shedding.is_some_and(|how| how.codel.is_some())),
            act: scenario.people.act.sampler(),
            acknowledge: scenario.people.acknowledge.sampler(),
            diagnose: scenario.people.diagnose.sampler(),
            runbook: setup.runbook.clone(),
            anti_affinity: setup.anti_affinity,
            counts_users: setup.counts_users,
            counts_apart: setup.counts_users || !setup.parts.is_empty(),
            parts: setup.parts.iter().map(|part| plan_part(scenario, part)).collect(),
            scrape_lag: scenario.monitoring.lag.sampler(),
            release_at: Time::ZERO + scenario.release_at,
            horizon: Time::ZERO + scenario.horizon,
            scenario: scenario.clone(),
            services,
            releases,
            flags_require: flag_plans.iter().any(|plan| plan.requires != 0),
            flag_plans,
            flags,
            counters,
            client_timeout,
            traffic,
            faults,
            has_data,
            observes_answers,
            counts_by_instance: scenario.monitoring.counted_by == Counter::Instances,
            calls: book,
        };
        world.find_reach();
        Ok(world)
    }

    /// The open shape of the traffic, or the closed loop's users and thinking.
    pub fn shape(&self) -> &Shape {
        &self.scenario.traffic[self.traffic].shape
    }

    /// The lane whose delay is `timeout`.
    pub fn lane(&self, timeout: Span) -> u8 {
        self.calls.lanes.iter().position(|delay| *delay == timeout).unwrap_or(0) as u8
    }

    /// Fills in which services each one reaches; calls form no cycle, so as many rounds as services suffice.
    fn find_reach(&mut self) {
        for (index, service) in self.services.iter_mut().enumerate() {
            service.reaches = 1 << index;
        }
        for _ in 0..self.services.len() {
            for index in 0..self.services.len() {
                let below: u64 = self.services[index]
                    .calls
                    .iter()
                    .map(|call| self.services[usize::from(call.to)].reaches)
                    .fold(0, |all, some| all | some);
                self.services[index].reaches |= below;
            }
        }
    }
}

fn position(scenario: &Scenario, name: &str) -> u8 {
    scenario.services.iter().position(|service| service.name == name).unwrap_or(0) as u8
}

fn plan_service(scenario: &Scenario, service: &Service, setup: &Setup, book: &mut CallBook) -> ServicePlan {
    let is_target = service.name == scenario.target;
    let probes = if is_target { setup.probes.unwrap_or(service.probes) } else { service.probes };
    let drain = if is_target { setup.drain.unwrap_or(service.drain) } else { service.drain };
    let balancer = if is_target { setup.balancer.unwrap_or(service.balancer) } else { service.balancer };
    let upstream = if is_target { setup.upstream.unwrap_or(service.upstream) } else { service.upstream };
    let averages = matches!(balancer, Balancer::PeakEwma { .. });
    let grows = upstream.slow_start.is_some();
    let near = upstream.locality.is_some();
    let checks = upstream.outlier_detection.is_some() || upstream.health_check.is_some();
    let calls = service
        .calls
        .iter()
        .map(|call| {
            let changed = setup.calls.iter().find(|other| is_target && other.to == call.to);
            book.plan(scenario, changed.unwrap_or(call))
        })
        .collect();
    ServicePlan {
        name: service.name.clone(),
        workers: u16::try_from(service.workers).unwrap_or(u16::MAX),
        queue: service.queue,
        discipline: service.discipline,
        demand: service.demand.sampler(),
        errors_below: service.errors.threshold(),
        calls,
        pull: service.boot.pull.sampler(),
        start: service.boot.start.sampler(),
        warm_up: service.boot.warm_up,
        memory: service.memory,
        probes: [probes.startup, probes.readiness, probes.liveness],
        drain,
        balancer,
        upstream,
        tracks_hosts: averages || grows || near || checks,
        weighs_hosts: averages || grows || near,
        proxies: service.endpoints.proxies.max(1) as u16,
        lag: service.endpoints.lag.sampler(),
        route_lag: service.endpoints.route_lag.sampler(),
        instances: service.instances,
        mean_work_s: service.demand.mean(),
        reaches: 0,
        shedding: service.shedding,
    }
}
