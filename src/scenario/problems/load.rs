//! Validation of load: the cost of simulating a run, and whether the services can serve the traffic at the start.

use super::super::{Cache, FaultKind, Fidelity, LEAST_THOUGHT, Scenario, Service, Shape};
use super::cost::{added_calls, copies};
use super::notes::Notes;
use crate::engine::{Rate, Span};

/// The most events of one run: arriving requests, probe checks, breakdowns and scraped rows together.
const MOST_EVENTS: f64 = 50e6;

/// Requests a second that reach the target at the peak of a shape, without retries; a closed loop at most what its users can
/// ask. Expects a scenario without errors.
pub(in crate::scenario) fn target_peak(scenario: &Scenario, shape: &Shape) -> f64 {
    let asked = match shape {
        Shape::Closed { .. } => requests(shape, scenario) / scenario.horizon.as_secs_f64(),
        Shape::Constant(_)
        | Shape::Ramp { .. }
        | Shape::Daily { .. }
        | Shape::Spike { .. }
        | Shape::FlashCrowd { .. }
        | Shape::Trace { .. } => shape.peak(scenario.horizon).hertz(),
    };
    let mut calls = calls(scenario);
    let order = callees_first(&calls);
    let visits = visits(scenario, &mut calls, &order, asked);
    let target = scenario.services.iter().position(|service| service.name == scenario.target);
    asked * target.map_or(0.0, |target| visits[target])
}

/// Expects a scenario without errors.
pub(super) fn check(notes: &mut Notes, scenario: &Scenario) {
    size(notes, scenario);
    if !notes.has_errors()
        && let Some(message) = scenario.run_cost().refused()
    {
        notes.error("horizon", "too-costly", message);
    }
    overload(notes, scenario);
}

/// How often a user's request reaches a service on average, all services together, when `rate` of them come each second: calls, the
/// copies of hedges, and the calls that a defect adds.
pub(super) fn hops(scenario: &Scenario, rate: f64) -> f64 {
    let mut calls = calls(scenario);
    for (service, made) in calls.iter_mut().enumerate() {
        let declared = &scenario.services[service].calls;
        for (call, declared) in made.iter_mut().zip(declared) {
            let answer_s = scenario.services[call.to].demand.mean();
            call.share *= copies(declared.hedge, answer_s);
        }
    }
    let index = |name: &str| scenario.services.iter().position(|service| service.name == name);
    if let Some(target) = index(&scenario.target) {
        let more = added_calls(scenario).into_iter().filter_map(|(to, times)| {
            Some(Called { to: index(to)?, share: times, timeout_s: f64::INFINITY, cache: None })
        });
        calls[target].extend(more);
    }
    let order = callees_first(&calls);
    visits(scenario, &mut calls, &order, rate).iter().sum()
}

/// Refuses a scenario whose run would take minutes.
fn size(notes: &mut Notes, scenario: &Scenario) {
    let horizon_s = scenario.horizon.as_secs_f64();
    let checks_per_second: f64 = scenario.services.iter().map(checks_per_second).sum();
    let checks = (checks_per_second + breakdowns_per_second(scenario)) * horizon_s;
    let rows = horizon_s / scenario.monitoring.scrape.as_secs_f64()
        * (scenario.services.len() + scenario.releases.len()) as f64;
    if checks + rows > MOST_EVENTS {
        let message = format!(
            "a run of {} holds about {} M probe checks, breakdowns and scraped rows; allowed are up to 50 M: run shorter, or make them rarer",
            scenario.horizon,
            millions(checks + rows)
        );
        notes.error("horizon", "too-costly", message);
        return;
    }
    if scenario.fidelity == Fidelity::Fluid {
        // Requests are drawn as counts, however many there are.
        return;
    }
    for (index, traffic) in scenario.traffic.iter().enumerate() {
        let requests = requests(&traffic.shape, scenario);
        if !requests.is_finite() {
            let message = "each user is answered and asks again in no time at all; give them time to think";
            notes.error(format!("traffic[{index}].shape.think"), "out-of-range", message);
            continue;
        }
        if requests + checks + rows > MOST_EVENTS {
            let message = format!(
                "a run of {} holds about {} M requests; allowed are up to 50 M together with probe checks and scraped rows: run shorter, or at a lower rate",
                scenario.horizon,
                millions(requests)
            );
            notes.error(format!("traffic[{index}].shape"), "too-costly", message);
        }
    }
}

fn millions(count: f64) -> f64 {
    (count / 1e6).round()
}

fn checks_per_second(service: &Service) -> f64 {
    let probes = [service.probes.startup, service.probes.readiness, service.probes.liveness];
    let each: f64 = probes.iter().flatten().map(|probe| 1.0 / probe.period.as_secs_f64()).sum();
    each * f64::from(service.instances)
}

fn breakdowns_per_second(scenario: &Scenario) -> f64 {
    let rates = scenario.faults.iter().map(|fault| match &fault.what {
        FaultKind::Breakdowns { service, up, repair, .. } => {
            let instances = scenario.service(service).map_or(0, |service| service.instances);
            f64::from(instances) / (up.mean() + repair.mean())
        }
        FaultKind::Crash { .. }
        | FaultKind::NodeDrain { .. }
        | FaultKind::ZoneLoss { .. }
        | FaultKind::Brownout { .. }
        | FaultKind::Network { .. }
        | FaultKind::Metrics(_)
        | FaultKind::FlagService
        | FaultKind::DeployTool(_) => 0.0,
    });
    rates.sum()
}

/// How many requests a shape brings: the area under its lines, or for a closed loop at most what its users can ask.
pub(super) fn requests(shape: &Shape, scenario: &Scenario) -> f64 {
    let horizon_s = scenario.horizon.as_secs_f64();
    if let Shape::Closed { users, think } = shape {
        let Some(entry) = scenario.service(&scenario.entry) else { return 0.0 };
        let room = f64::from(entry.instances) * (f64::from(entry.workers) + f64::from(entry.queue));
        let round_s = think.mean() + entry.demand.mean();
        // Who finds no room is turned away at once, thinks, and asks again.
        let turned_away = (f64::from(*users) - room).max(0.0) / think.mean().max(LEAST_THOUGHT.as_secs_f64());
        return horizon_s * (f64::from(*users) / round_s).max(turned_away);
    }
    let lines = shape.lines(scenario.horizon);
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return 0.0 };
    let end = |at: Span| at.min(scenario.horizon).as_secs_f64();
    let outside = first.1.hertz() * end(first.0) + last.1.hertz() * (horizon_s - end(last.0));
    outside + lines.windows(2).map(|pair| area(pair[0], pair[1], scenario.horizon)).sum::<f64>()
}

/// The area under the line between two points, cut off at the horizon.
fn area(from: (Span, Rate), to: (Span, Rate), horizon: Span) -> f64 {
    if from.0 >= horizon || to.0 <= from.0 {
        return 0.0;
    }
    let (whole, part) = ((to.0 - from.0).as_secs_f64(), (to.0.min(horizon) - from.0).as_secs_f64());
    let height = from.1.hertz() + (to.1.hertz() - from.1.hertz()) * part / whole;
    (from.1.hertz() + height) / 2.0 * part
}

/// Which share of each service's workers is busy at a rate of users' requests, above 1 where there are too few.
pub(super) fn busy_at(scenario: &Scenario, rate: f64) -> Vec<f64> {
    let mut calls = calls(scenario);
    let order = callees_first(&calls);
    let visits = visits(scenario, &mut calls, &order, rate);
    let held_s = held_s(scenario, &calls, &order);
    let of = |(index, service): (usize, &Service)| {
        rate * visits[index] * held_s[index] / (f64::from(service.instances) * f64::from(service.workers))
    };
    scenario.services.iter().enumerate().map(of).collect()
}

/// Says of each service that has fewer workers than the first shape's peak needs. By Little's law it needs the rate
/// times how long a request holds its worker; waiting for calls holds it, waiting in queues is not even counted.
fn overload(notes: &mut Notes, scenario: &Scenario) {
    let Some(first) = scenario.traffic.first() else { return };
    let peak = first.shape.peak(scenario.horizon).hertz();
    let mut calls = calls(scenario);
    let order = callees_first(&calls);
    let visits = visits(scenario, &mut calls, &order, peak);
    let held_s = held_s(scenario, &calls, &order);
    for (index, service) in scenario.services.iter().enumerate() {
        let asked = peak * visits[index];
        let needed = asked * held_s[index];
        let has = f64::from(service.instances) * f64::from(service.workers);
        if needed > has {
            let message = format!(
                "at the peak of \"{}\", {asked:.1} requests a second, it needs {needed:.1} workers and has {has} ({} x {}): overloaded before anything is released",
                first.name, service.instances, service.workers
            );
            notes.warning(format!("services[{index}].instances"), "overload", message);
        }
    }
}

/// A call: to which service, what share of requests makes it, and how long it is waited for at most.
struct Called<'a> {
    to: usize,
    share: f64,
    timeout_s: f64,
    cache: Option<&'a Cache>,
}

impl Called<'_> {
    /// The share of calls that a warm cache does not answer when `callers` instances together ask `rate` times a second. A key
    /// that is asked for `r` times a second is missed once in `1 + r * ttl` times. The keys count as equally frequent, which
    /// makes for the most misses.
    fn missed(&self, rate: f64, callers: u32) -> f64 {
        let Some(cache) = self.cache else { return 1.0 };
        let caches = if cache.shared { 1.0 } else { f64::from(callers.max(1)) };
        1.0 / (1.0 + rate / caches / f64::from(cache.keys.max(1)) * cache.ttl.as_secs_f64())
    }
}

fn calls<'a>(scenario: &'a Scenario) -> Vec<Vec<Called<'a>>> {
    let index = |name: &str| scenario.services.iter().position(|service| service.name == name);
    let of = |service: &'a Service| {
        let calls = service.calls.iter().filter_map(|call| {
            let (share, timeout_s) = (call.share.fraction(), call.timeout.as_secs_f64());
            Some(Called { to: index(&call.to)?, share, timeout_s, cache: call.cache.as_ref() })
        });
        calls.collect()
    };
    scenario.services.iter().map(of).collect()
}

/// All services, each after those that it calls. There are no cycles.
fn callees_first(calls: &[Vec<Called<'_>>]) -> Vec<usize> {
    fn go(service: usize, calls: &[Vec<Called<'_>>], seen: &mut [bool], order: &mut Vec<usize>) {
        if !seen[service] {
            seen[service] = true;
            for call in &calls[service] {
                go(call.to, calls, seen, order);
            }
            order.push(service);
        }
    }
    let (mut seen, mut order) = (vec![false; calls.len()], Vec::new());
    for service in 0..calls.len() {
        go(service, calls, &mut seen, &mut order);
    }
    order
}

/// How often one user's request reaches each service, on average, when `peak` of them come each second. What warm caches answer
/// is taken out of the calls.
fn visits(scenario: &Scenario, calls: &mut [Vec<Called<'_>>], order: &[usize], peak: f64) -> Vec<f64> {
    let entry = |service: &Service| if service.name == scenario.entry { 1.0 } else { 0.0 };
    let mut visits: Vec<f64> = scenario.services.iter().map(entry).collect();
    for caller in order.iter().rev() {
        for call in &mut calls[*caller] {
            let asked = peak * visits[*caller] * call.share;
            call.share *= call.missed(asked, scenario.services[*caller].instances);
            visits[call.to] += visits[*caller] * call.share;
        }
    }
    visits
}

/// How long a request holds a worker of each service when nothing waits in any queue.
fn held_s(scenario: &Scenario, calls: &[Vec<Called<'_>>], order: &[usize]) -> Vec<f64> {
    let kinds = &scenario.clients.kinds;
    let weights: f64 = kinds.iter().map(|kind| kind.weight).sum();
    let costs: f64 = kinds.iter().map(|kind| kind.weight * kind.cost).sum();
    let cost = if kinds.is_empty() { 1.0 } else { costs / weights };
    let mut held_s = vec![0.0; calls.len()];
    for service in order {
        let waits = calls[*service].iter().map(|call| call.share * f64::min(held_s[call.to], call.timeout_s));
        let waits: f64 = waits.sum();
        held_s[*service] = scenario.services[*service].demand.mean() * cost + waits;
    }
    held_s
}
