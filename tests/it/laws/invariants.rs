//! What must hold of a world at every moment, checked after every event.

use std::collections::{BTreeMap, BTreeSet};

use rollout_lab::engine::{Span, Time};
use rollout_lab::scenario::{Discipline, Scenario, Shape};
use rollout_lab::sim::{Cause, InFlight, Pool, RequestStage, Simulation, What};

/// More requests in flight than this are looked at only now and then.
const MANY: usize = 400;

/// Watches a world from event to event.
pub struct Watcher<'a> {
    scenario: &'a Scenario,
    events: u64,
    last: Option<Last>,
    /// Instance time of the target, added up from event to event.
    pub instance_time: Span,
}

/// What the event before left.
struct Last {
    at: Time,
    events: u64,
    standing_targets: u64,
    /// Tries in flight at an instance.
    placed: BTreeSet<u64>,
    /// By service: what each proxy makes of its hosts.
    views: BTreeMap<String, Vec<View>>,
    /// Facts so far.
    facts: usize,
}

/// What one proxy makes of the instances behind it.
#[derive(Clone, Debug)]
struct View {
    /// Those that it uses, whatever their pool.
    used: Vec<u32>,
    /// Those that it knows but leaves out.
    left_out: Vec<u32>,
    panics: bool,
}

impl View {
    /// Whether it may send a request there (law 20): it uses the instance, or it panics.
    fn may_use(&self, instance: u32) -> bool {
        self.used.contains(&instance) || (self.panics && self.left_out.contains(&instance))
    }

    /// How many it knows.
    fn hosts(&self) -> usize {
        self.used.iter().chain(&self.left_out).collect::<BTreeSet<_>>().len()
    }
}

fn views(simulation: &Simulation, service: &str) -> Vec<View> {
    let (known, out) = (simulation.known(service), simulation.left_out(service));
    let of = |((used, left_out), panics)| View { used, left_out, panics };
    known.into_iter().zip(out).zip(simulation.panics(service)).map(of).collect()
}

impl<'a> Watcher<'a> {
    pub fn new(scenario: &'a Scenario) -> Self {
        Self { scenario, events: 0, last: None, instance_time: Span::ZERO }
    }

    /// Looks at the world as it stands now.
    pub fn look(&mut self, simulation: &Simulation) {
        self.events += 1;
        conservation(simulation);
        let targets = simulation.instances(&self.scenario.target).len() as u64;
        if let Some(last) = &self.last {
            self.instance_time = self.instance_time + simulation.now().since(last.at) * last.standing_targets;
        } else {
            // Nothing was launched or gone before the first event.
            self.instance_time = simulation.now().since(Time::ZERO) * targets;
        }
        let flying: Vec<InFlight> = simulation.in_flight().collect();
        self.closed_loop(simulation);
        let mut last = Last {
            at: simulation.now(),
            events: 0,
            standing_targets: targets,
            placed: BTreeSet::new(),
            views: BTreeMap::new(),
            facts: simulation.facts().len(),
        };
        if flying.len() <= MANY || self.events.is_multiple_of(64) {
            for service in &self.scenario.services {
                let here: Vec<&InFlight> = flying.iter().filter(|hop| hop.service == service.name).collect();
                instances(simulation, service, &here);
                last.views.insert(service.name.clone(), views(simulation, &service.name));
            }
            last.placed = flying.iter().filter(|hop| hop.instance.is_some()).map(|hop| hop.id).collect();
            last.events = self.events;
            self.only_to_the_known(&flying, &last.views);
            self.ejections(simulation, &last.views);
        }
        self.last = Some(last);
    }

    /// The instance time up to the end of the run.
    pub fn finish(&mut self, simulation: &Simulation) {
        if let Some(last) = &self.last {
            let rest = simulation.now().since(last.at) * last.standing_targets;
            self.instance_time = self.instance_time + rest;
        }
    }

    /// What the last event left, where that was looked at.
    fn before(&self) -> Option<&Last> {
        self.last.as_ref().filter(|last| last.events + 1 == self.events)
    }

    /// A request goes only to an instance that its proxy uses, unless it panics (law 20). What it makes of its hosts may
    /// change in the same event.
    fn only_to_the_known(&self, flying: &[InFlight], after: &BTreeMap<String, Vec<View>>) {
        let Some(last) = self.before() else { return };
        for hop in flying {
            let Some(instance) = hop.instance.filter(|_| !last.placed.contains(&hop.id)) else { continue };
            let (old, new) = (&last.views[hop.service][hop.proxy], &after[hop.service][hop.proxy]);
            assert!(
                old.may_use(instance) || new.may_use(instance),
                "{hop:?} went to an instance that its proxy does not use: {old:?}, then {new:?}"
            );
        }
    }

    /// No more are out than a proxy's rules allow, but one always may be; and panic begins and ends where half are in
    /// health (law 24).
    fn ejections(&self, simulation: &Simulation, after: &BTreeMap<String, Vec<View>>) {
        let Some(last) = self.before() else { return };
        for fact in &simulation.facts()[last.facts..] {
            match &fact.what {
                What::Ejected { service, proxy, .. } if fact.because.contains("out for") => {
                    let upstream = self.scenario.service(service).expect("a service").upstream;
                    let rule = upstream.outlier_detection.expect("who ejects has a rule");
                    let (old, new) =
                        (&last.views[service][*proxy as usize], &after[service][*proxy as usize]);
                    let most = (rule.max_ejection_percent.fraction() * old.hosts() as f64 + 1e-9).max(1.0);
                    let out = new.left_out.len();
                    assert!(
                        upstream.health_check.is_some() || out as f64 <= most,
                        "{out} of {} are out: {old:?}, then {new:?}",
                        old.hosts()
                    );
                }
                What::Panic { begins, .. } => {
                    let numbers: Vec<u32> =
                        fact.because.split(' ').filter_map(|word| word.parse().ok()).collect();
                    let [healthy, known] = numbers[..] else { panic!("{}", fact.because) };
                    let short = 2 * healthy < known;
                    // It ends as well where no request goes any more.
                    let ends = !*begins && fact.because.contains("no request goes there");
                    assert!(*begins == short || ends, "panic where {}", fact.because);
                }
                _ => {}
            }
        }
    }

    /// In a closed loop nobody asks twice at once.
    fn closed_loop(&self, simulation: &Simulation) {
        if let Shape::Closed { users, .. } = self.scenario.traffic[0].shape {
            let in_flight = simulation.requests().in_flight;
            assert!(in_flight <= u64::from(users), "{in_flight} requests of {users} users");
        }
    }
}

/// Every request has arrived once and ends once, and each that failed has one cause.
pub fn conservation(simulation: &Simulation) {
    let requests = simulation.requests();
    let bad = requests.failed + requests.rejected + requests.timed_out;
    assert_eq!(
        requests.arrived,
        requests.succeeded + bad + requests.in_flight,
        "at {:?}: {requests:?}",
        simulation.now()
    );
    let caused: u64 = Cause::ALL.iter().map(|cause| simulation.causes()[*cause as usize]).sum();
    assert_eq!(caused, bad, "each failed request has one cause");
}

/// What each instance says of itself is what the requests in flight say of it; nobody idles while somebody waits; what
/// is served is in order.
fn instances(simulation: &Simulation, service: &rollout_lab::scenario::Service, here: &[&InFlight]) {
    for instance in simulation.instances(&service.name) {
        let at: Vec<&&InFlight> = here.iter().filter(|hop| hop.instance == Some(instance.number)).collect();
        let holds = |hop: &&&&InFlight| matches!(hop.stage, RequestStage::Working | RequestStage::Calling);
        let waits = |hop: &&&&InFlight| hop.stage == RequestStage::Queued;
        let name = format!("{} {} at {:?}", service.name, instance.number, simulation.now());
        assert_eq!(at.iter().filter(holds).count() as u32, instance.busy, "{name}: held workers");
        assert_eq!(at.iter().filter(waits).count() as u32, instance.queue, "{name}: the queue");
        if service.discipline == Discipline::ProcessorSharing {
            assert_eq!(instance.queue, 0, "{name}: nobody waits where all share");
            continue;
        }
        assert!(instance.busy <= service.workers, "{name}: more held workers than there are");
        assert!(instance.queue <= service.queue, "{name}: the queue is longer than it may be");
        assert!(instance.queue == 0 || instance.busy == service.workers, "{name}: idle while somebody waits");
        for begun in at.iter().filter(holds) {
            for queued in at.iter().filter(waits) {
                let ordered = service.discipline == Discipline::Fifo || begun.kind == queued.kind;
                assert!(!ordered || begun.arrived <= queued.arrived, "{name}: {begun:?} overtook {queued:?}");
            }
        }
    }
    let gone = here.iter().filter(|hop| hop.stage == RequestStage::Working && hop.instance.is_none()).count();
    assert_eq!(gone, 0, "work goes on at no instance");
}

/// Where the pools stand adds up with what `ready()` says.
pub fn ready_adds_up(simulation: &Simulation, target: &str) {
    let standing = simulation.instances(target);
    for pool in Pool::ALL {
        let count = standing.iter().filter(|one| one.pool == pool && one.ready).count() as u32;
        assert_eq!(simulation.ready()[pool.index()], count, "ready instances of {}", pool.name());
    }
    let wrongly = standing.iter().any(|one| one.ready && one.going);
    assert!(!wrongly, "an instance that goes is not ready");
}
