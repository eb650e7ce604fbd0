//! Validation of services and their calls.

use super::super::{Balancer, Call, Issue, Retries, Scenario, Service};
use super::instances::{self, MOST_INSTANCES};
use super::notes::Notes;
use super::{resilience, upstream};

/// Retries of one call, or of a client (gRPC treats more than 5 attempts as 5; 10 leaves room to show a storm).
const MOST_RETRIES: u8 = 10;

/// Points on a hash ring. Envoy allows 8 M; a proxy of the lab holds its ring in memory.
const MOST_RING_POINTS: u32 = 1_000_000;

/// Slots of a Maglev table: the larger of the two sizes that its authors measure, which a proxy builds in some milliseconds (Eisenbud and
/// others, "Maglev", NSDI 2016, 5.3; Envoy allows 5,000,011, which take a hundred times as long at each change of the fleet).
const MOST_TABLE_SLOTS: u32 = 655_373;

/// Instances that least request draws. Envoy's `choice_count` has no limit; more than a few choices change little (Mitzenmacher, "The
/// Power of Two Choices", 2001).
const MOST_CHOICES: u32 = 100;

fn is_prime(number: u32) -> bool {
    let number = u64::from(number);
    number >= 2
        && (2..)
            .take_while(|divisor| divisor * divisor <= number)
            .all(|divisor| !number.is_multiple_of(divisor))
}

pub(super) fn check(notes: &mut Notes, scenario: &Scenario) {
    notes.length("services", "service", scenario.services.len(), 1..=64);
    notes.names("services", ".name", "service", names(scenario));
    notes.known("entry", "service", &scenario.entry, names(scenario));
    notes.known("target", "service", &scenario.target, names(scenario));
    for (index, service) in scenario.services.iter().enumerate() {
        one(notes, &format!("services[{index}]"), service, scenario);
    }
    let total: u64 = scenario.services.iter().map(|service| u64::from(service.instances)).sum();
    if total > u64::from(MOST_INSTANCES) && scenario.services.len() > 1 {
        let message =
            format!("all services together have {total} instances; allowed are up to {MOST_INSTANCES}");
        notes.error("services", "out-of-range", message);
    }
}

/// The names of all services.
pub(super) fn names(scenario: &Scenario) -> impl Iterator<Item = &str> + Clone {
    scenario.services.iter().map(|service| service.name.as_str())
}

fn one(notes: &mut Notes, at: &str, service: &Service, scenario: &Scenario) {
    notes.within(format!("{at}.instances"), service.instances, 1..=MOST_INSTANCES);
    notes.within(format!("{at}.workers"), service.workers, 1..=10_000);
    notes.within(format!("{at}.queue"), service.queue, 0..=1_000_000);
    notes.law(&format!("{at}.demand"), &service.demand);
    notes.share(format!("{at}.errors"), service.errors);
    notes.length(&format!("{at}.calls"), "call", service.calls.len(), 0..=32);
    for (index, made) in service.calls.iter().enumerate() {
        call(notes, &format!("{at}.calls[{index}]"), made, scenario);
    }
    balancer(notes, &format!("{at}.balancer"), service.balancer);
    upstream::check(notes, &format!("{at}.upstream"), &service.upstream);
    let (balancer, instances) = (service.balancer, service.instances);
    let world = upstream::Around { balancer, instances, zones: scenario.zones.len() };
    upstream::fits(notes, &format!("{at}.upstream"), &service.upstream, &world);
    notes.within(format!("{at}.endpoints.proxies"), service.endpoints.proxies, 1..=64);
    notes.law(&format!("{at}.endpoints.lag"), &service.endpoints.lag);
    notes.law(&format!("{at}.endpoints.route_lag"), &service.endpoints.route_lag);
    instances::check(notes, at, service);
    resilience::of_service(notes, at, service);
}

fn call(notes: &mut Notes, at: &str, call: &Call, scenario: &Scenario) {
    notes.known(format!("{at}.to"), "service", &call.to, names(scenario));
    notes.share(format!("{at}.share"), call.share);
    notes.some_time(format!("{at}.timeout"), call.timeout);
    retries(notes, &format!("{at}.retries"), &call.retries);
    resilience::deadline(notes, &format!("{at}.retries"), &call.retries, call.timeout);
    resilience::of_call(notes, at, call);
}

fn balancer(notes: &mut Notes, at: &str, balancer: Balancer) {
    match balancer {
        Balancer::LeastRequest { choices, .. } => {
            notes.within(format!("{at}.choices"), choices, 0..=MOST_CHOICES)
        }
        Balancer::RingHash { ring_size } => {
            notes.within(format!("{at}.ring_size"), ring_size, 1..=MOST_RING_POINTS);
        }
        Balancer::PeakEwma { decay } => notes.some_time(format!("{at}.decay"), decay),
        Balancer::Maglev { table_size } => {
            notes.within(format!("{at}.table_size"), table_size, 2..=MOST_TABLE_SLOTS);
            if (2..=MOST_TABLE_SLOTS).contains(&table_size) && !is_prime(table_size) {
                let message = format!("found {table_size}; a Maglev table needs a prime, such as 65537");
                notes.error(format!("{at}.table_size"), "out-of-range", message);
            }
        }
        Balancer::RoundRobin | Balancer::Random => {}
    }
}

pub(super) fn retries(notes: &mut Notes, at: &str, retries: &Retries) {
    notes.within(format!("{at}.limit"), retries.limit, 0..=MOST_RETRIES);
    if retries.limit > 0 && retries.base > retries.cap {
        let message =
            format!("the longest wait at all, {}, is below the first wait, {}", retries.cap, retries.base);
        notes.error(format!("{at}.cap"), "out-of-range", message);
    }
    resilience::of_retries(notes, at, retries);
}

impl Call {
    /// Everything wrong with it, as in a plan; `at` is its field path.
    pub fn problems(&self, at: &str, scenario: &Scenario) -> Vec<Issue> {
        let mut notes = Notes::default();
        call(&mut notes, at, self, scenario);
        notes.into_issues()
    }
}

impl Balancer {
    /// Everything wrong with it, as in a plan; `at` is its field path.
    pub fn problems(&self, at: &str) -> Vec<Issue> {
        let mut notes = Notes::default();
        balancer(&mut notes, at, *self);
        notes.into_issues()
    }
}
