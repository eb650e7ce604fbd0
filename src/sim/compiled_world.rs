//! The scenario, compiled for a run: names become positions, distributions become samplers. It never changes during a run.

mod calls;
mod case;
mod clients;
mod counting;
mod flags;
mod names;
mod release;
mod service;

pub(super) use calls::{AddedCalls, CallBook, CallPlan, CallPolicy, RetryPlan};
pub(super) use clients::{ClientPlan, KindPlan};
pub(super) use counting::{CountingPlan, PartPlan};
pub(super) use flags::FlagPlans;
pub(super) use names::{bits_of, flag_bit};
pub(super) use release::{NextRelease, ReleasePlan};
pub(super) use service::ServicePlan;

use case::{candidate_of, faults_of, plain_release, traffic_of};
use clients::counters_of;
use flags::flags_of;
use names::position;
use release::{following, plan_release};
use service::{cut, find_reach, plan_service};

use super::{AntiAffinity, Budget, Case, Setup};
use crate::engine::{Sampler, Span, Time};
use crate::scenario::{Balancer, Issue, Release, Scenario, Shape};

/// The scenario, compiled for one case and one plan.
///
/// It has more than twenty fields since each subject of the simulation reads its own: it is made once and never changes.
#[derive(Clone, Debug)]
pub(super) struct CompiledWorld {
    pub scenario: Scenario,
    pub services: Vec<ServicePlan>,
    /// Services that call no other, one bit each.
    pub callless: u64,
    pub entry: u8,
    pub target: u8,
    /// Release of each pool of the target: stable, candidate, control.
    pub releases: [ReleasePlan; 3],
    /// Name of the release that the stable pool runs.
    pub baseline: String,
    /// Name of the release that the candidate pool runs.
    pub candidate: String,
    /// Whether the candidate has no defect.
    pub is_sound: bool,
    /// The releases that follow, in order.
    pub train: Vec<NextRelease>,
    pub flags: FlagPlans,
    pub clients: ClientPlan,
    pub people: PeoplePlan,
    pub counting: CountingPlan,
    /// What calls have in common.
    pub call_book: CallBook,
    /// Whether some service sheds load.
    pub sheds: bool,
    /// Whether some request or call carries a deadline.
    pub has_deadlines: bool,
    /// Whether some service turns away requests that waited too long.
    pub has_codel: bool,
    /// Position of the traffic shape.
    pub traffic: usize,
    /// Positions of the faults that strike in this case.
    pub faults: Vec<usize>,
    /// Whether the releases of the case differ in what they need of the data, so that what a request meets there matters.
    pub has_data: bool,
    /// Whether something may follow when a request ends well: data are written, a retry budget grows, a closed loop goes on.
    pub heeds_success: bool,
    /// How instances of the baseline and of the candidate are kept apart.
    pub anti_affinity: Option<AntiAffinity>,
    /// Whether the proxies of some service observe answers.
    pub observes_answers: bool,
    pub release_at: Time,
    pub horizon: Time,
    /// For how long a rollout that has settled is still watched; none when the run ends at the horizon.
    pub bake: Option<Span>,
    /// By when the candidate must serve everybody.
    pub deadline: Time,
    /// What a run may take.
    pub budget: Budget,
}

/// How fast people are.
#[derive(Clone, Debug)]
pub(super) struct PeoplePlan {
    pub act: Sampler,
    pub acknowledge: Sampler,
    pub diagnose: Sampler,
    /// Alerts that the runbook has an entry for; `None` when nobody is on call.
    pub runbook: Option<Vec<String>>,
}

impl CompiledWorld {
    /// Compiles `scenario` for `case` with what the plan sets up.
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
        let mut services: Vec<ServicePlan> = scenario
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
        let train = following(scenario, case, &flags, &mut added)?;
        let has_data = data_matters(scenario, case, &baseline, &candidate);
        let observes_answers = services.iter().any(|plan| plan.proxy.tracks_hosts);
        let client_timeout = cut(scenario, setup, &scenario.entry, scenario.clients.timeout);
        if let Some(timeout) = client_timeout {
            book.lane_of(timeout);
        }
        find_reach(&mut services);
        Ok(Self {
            baseline: baseline.name.clone(),
            candidate: candidate.name.clone(),
            is_sound: candidate.defects.is_empty(),
            train,
            entry: position(scenario, &scenario.entry),
            target: position(scenario, &scenario.target),
            flags: FlagPlans::new(scenario, setup, &candidate, flags),
            clients: ClientPlan { timeout: client_timeout, ..ClientPlan::new(scenario, &counters) },
            people: PeoplePlan {
                act: scenario.people.act.sampler(),
                acknowledge: scenario.people.acknowledge.sampler(),
                diagnose: scenario.people.diagnose.sampler(),
                runbook: setup.runbook.clone(),
            },
            counting: CountingPlan::new(scenario, setup, counters),
            callless: bits_where(&services, |service| service.calls.is_empty()),
            sheds: services.iter().any(|service| service.shedding.is_some()),
            has_deadlines: scenario.clients.carries_deadline
                || services.iter().flat_map(|service| &service.calls).any(|call| call.carries_deadline),
            has_codel: services.iter().any(|service| service.shedding.is_some_and(|how| how.codel.is_some())),
            anti_affinity: setup.anti_affinity,
            release_at: Time::ZERO + scenario.release_at,
            horizon: Time::ZERO + scenario.horizon,
            bake: case.term.bake,
            deadline: match case.term.deadline {
                Some(deadline) => Time::ZERO + scenario.release_at + deadline,
                None => Time::ZERO + scenario.horizon,
            },
            budget: scenario.budget(),
            scenario: scenario.clone(),
            services,
            releases,
            traffic,
            faults,
            has_data,
            heeds_success: has_data
                || scenario.clients.retries.budget.is_some()
                || matches!(scenario.traffic[traffic].shape, Shape::Closed { .. }),
            observes_answers,
            call_book: book,
        })
    }

    /// The open shape of the traffic, or the closed loop's users and thinking.
    pub fn shape(&self) -> &Shape {
        &self.scenario.traffic[self.traffic].shape
    }

    /// Puts the release at `place` of the train into the candidate pool, from `now` on. `promoted` says that the candidate before it
    /// is the baseline now.
    pub fn begin_next(&mut self, place: usize, promoted: bool, now: Time) {
        if promoted {
            self.releases[0] = self.releases[1].clone();
            self.releases[2] = self.releases[1].clone();
            self.baseline = self.candidate.clone();
        }
        let next = &self.train[place];
        self.releases[1] = next.plan.clone();
        self.candidate = next.name.clone();
        self.is_sound = next.is_sound;
        self.release_at = now;
    }

    /// When a run ends that never settles.
    pub fn latest_end(&self) -> Time {
        self.horizon + self.bake.unwrap_or(Span::ZERO) * 2
    }

    /// Whether proxies of some service keep a table or a ring that is built anew when an instance comes or goes.
    pub fn has_tables(&self) -> bool {
        let balancers = self.services.iter().map(|service| service.proxy.balancer);
        balancers.into_iter().any(|by| matches!(by, Balancer::Maglev { .. } | Balancer::RingHash { .. }))
    }

    /// The lane whose delay is `timeout`.
    pub fn lane(&self, timeout: Span) -> u8 {
        self.call_book.lanes.iter().position(|delay| *delay == timeout).unwrap_or(0) as u8
    }
}

/// Whether what a request finds in the data store can matter in this case: two of its releases differ in what they need of it, or
/// the baseline alone would change it or could not work with it.
fn data_matters(scenario: &Scenario, case: &Case, baseline: &Release, candidate: &Release) -> bool {
    let followers = case.then.iter().filter_map(|following| scenario.release(&following.release));
    let differ = std::iter::once(candidate).chain(followers).any(|release| release.data != baseline.data);
    let own = &baseline.data;
    let rests = own.migrates_to.is_none() && own.reads.contains(&own.writes) && own.schemas.contains(&1);
    let some_differ = scenario.releases.iter().any(|release| release.data != *own);
    some_differ && (differ || !rests)
}

/// The services for which `test` holds, one bit each.
fn bits_where(services: &[ServicePlan], test: impl Fn(&ServicePlan) -> bool) -> u64 {
    services.iter().zip(0..64).filter(|(service, _)| test(service)).fold(0, |all, (_, bit)| all | 1 << bit)
}
