//! Defects, compiled: when they show, and what they do.
//!
//! A defect shows when all its triggers hold. What it does, it does to a request, or to an instance whatever that is asked.
//! A new effect or trigger does not compile until every `match` here handles it.

pub(super) mod odds;
mod showing;

use super::Cause;
use super::compiled_world::{AddedCalls, CallPlan, bits_of, flag_bit};
use super::fleet::{Instance, InstanceStatus};
use super::proxy::draw;
use super::request::{Hop, mark};
use super::simulation::key_of;
use crate::engine::{Share, Span, Stream, Time};
use crate::scenario::{Defect, DefectTrigger, Effect, Release, Scenario};

/// The defects of a release, compiled.
#[derive(Clone, Debug, Default)]
pub(super) struct DefectPlans {
    of_requests: Vec<DefectPlan<RequestEffect>>,
    of_instances: Vec<DefectPlan<InstanceEffect>>,
    /// Whether some trigger asks how many requests an instance gets each second.
    counts_rate: bool,
}

/// A defect, compiled.
#[derive(Clone, Debug)]
struct DefectPlan<E> {
    when: Triggers,
    then: E,
}

/// What must hold, all of it.
#[derive(Clone, Debug, Default)]
struct Triggers {
    of_request: Vec<RequestTrigger>,
    of_instance: Vec<InstanceTrigger>,
}

/// A trigger that asks something of a request.
#[derive(Clone, Copy, Debug)]
enum RequestTrigger {
    Chance { threshold: u64, draw: u64 },
    Cohorts(u64),
    Kinds(u64),
    Flag(u8),
}

/// A trigger that asks something of an instance, or of the whole world.
#[derive(Clone, Copy, Debug)]
enum InstanceTrigger {
    RateOver(f64),
    Busy(f64),
    FleetAtLeast(u32),
    UptimeOver(Span),
    Clock(Time, Time),
    BothVersions,
}

/// What happens to a request.
#[derive(Clone, Copy, Debug)]
enum RequestEffect {
    Errors,
    Latency(f64),
    ExtraCalls { call: CallPlan, times: u8 },
    Leak(f64),
    Crash,
    WrongAnswers,
    ColdCache,
}

/// What happens to an instance.
#[derive(Clone, Copy, Debug)]
enum InstanceEffect {
    CrashLoop(Span),
    FailReadiness,
    FailLiveness,
    HideMetrics,
    MislabelMetrics,
    /// A user's draw below this is lost.
    LoseUsers(u64),
}

/// What the defects of its release do to one instance now.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct InstanceDefects {
    pub crashes: bool,
    pub fails_readiness: bool,
    pub fails_liveness: bool,
    pub hides_metrics: bool,
    pub mislabels_metrics: bool,
    /// A user whose draw is below this is missing from an experiment's count.
    pub loses_users_below: u64,
}

impl InstanceDefects {
    const fn add(&mut self, effect: InstanceEffect) {
        match effect {
            InstanceEffect::CrashLoop(_) => self.crashes = true,
            InstanceEffect::FailReadiness => self.fails_readiness = true,
            InstanceEffect::FailLiveness => self.fails_liveness = true,
            InstanceEffect::HideMetrics => self.hides_metrics = true,
            InstanceEffect::MislabelMetrics => self.mislabels_metrics = true,
            InstanceEffect::LoseUsers(below) => {
                if below > self.loses_users_below {
                    self.loses_users_below = below;
                }
            }
        }
    }
}

impl DefectPlans {
    /// Compiles the defects of a release; requests meet them only with the release's flag on, where it has one.
    pub fn new(scenario: &Scenario, flags: &[String], release: &Release, added: &mut AddedCalls<'_>) -> Self {
        let guard = release.flag.as_ref().map_or(0, |flag| flag_bit(flags, flag));
        let mut plans = Self::default();
        for (index, defect) in release.defects.iter().enumerate() {
            // A defect that never shows is left out, so that nothing is blamed on it.
            if !defect.when.contains(&DefectTrigger::Chance(Share::ZERO)) {
                let namesakes = release.defects[..index].iter().filter(|other| other.name == defect.name);
                let first_draw = key_of(&defect.name) + namesakes.count() as u64 * 8;
                plans.add(scenario, flags, guard, (first_draw, defect), added);
            }
        }
        plans.counts_rate = plans.of_requests.iter().any(|defect| defect.when.ask_the_rate());
        plans
    }

    /// Whether one of them loses users from the count of an experiment.
    pub fn lose_users(&self) -> bool {
        self.of_instances.iter().any(|defect| matches!(defect.then, InstanceEffect::LoseUsers(_)))
    }

    fn add(
        &mut self,
        scenario: &Scenario,
        flags: &[String],
        guard: u8,
        (first_draw, defect): (u64, &Defect),
        added: &mut AddedCalls<'_>,
    ) {
        let mut when = Triggers::default();
        for (part, trigger) in (0u64..).zip(&defect.when) {
            when.add(scenario, flags, trigger, first_draw + part);
        }
        let for_request = match &defect.then {
            Effect::Errors => RequestEffect::Errors,
            Effect::Latency(factor) => RequestEffect::Latency(*factor),
            Effect::ExtraCalls { to, times } => {
                RequestEffect::ExtraCalls { call: added.plan(scenario, to), times: *times }
            }
            Effect::Leak { per_request_mb } => RequestEffect::Leak(*per_request_mb),
            Effect::Crash => RequestEffect::Crash,
            Effect::WrongAnswers => RequestEffect::WrongAnswers,
            Effect::ColdCache => RequestEffect::ColdCache,
            Effect::CrashLoop { after } => {
                return self.add_to_instances(when, InstanceEffect::CrashLoop(*after));
            }
            Effect::FailReadiness => return self.add_to_instances(when, InstanceEffect::FailReadiness),
            Effect::FailLiveness => return self.add_to_instances(when, InstanceEffect::FailLiveness),
            Effect::HideMetrics => return self.add_to_instances(when, InstanceEffect::HideMetrics),
            Effect::MislabelMetrics => return self.add_to_instances(when, InstanceEffect::MislabelMetrics),
            Effect::LoseUsers(share) => {
                return self.add_to_instances(when, InstanceEffect::LoseUsers(share.threshold()));
            }
        };
        if guard != 0 {
            when.of_request.insert(0, RequestTrigger::Flag(guard));
        }
        self.of_requests.push(DefectPlan { when, then: for_request });
    }

    fn add_to_instances(&mut self, when: Triggers, then: InstanceEffect) {
        self.of_instances.push(DefectPlan { when, then });
    }

    /// True when nothing is wrong with the release.
    pub const fn is_sound(&self) -> bool {
        self.of_requests.is_empty() && self.of_instances.is_empty()
    }

    /// True when nothing is wrong with how it works on requests.
    pub const fn spares_requests(&self) -> bool {
        self.of_requests.is_empty()
    }

    /// True when some defect makes work longer than it should be.
    pub fn slows(&self) -> bool {
        self.of_requests.iter().any(|defect| match defect.then {
            RequestEffect::Latency(_)
            | RequestEffect::ExtraCalls { .. }
            | RequestEffect::Leak(_)
            | RequestEffect::ColdCache => true,
            RequestEffect::Errors | RequestEffect::Crash | RequestEffect::WrongAnswers => false,
        })
    }

    /// The call that a defect adds to those of the service.
    pub fn added_call(&self) -> Option<CallPlan> {
        self.of_requests.iter().find_map(|defect| match defect.then {
            RequestEffect::ExtraCalls { call, .. } => Some(call),
            RequestEffect::Errors
            | RequestEffect::Latency(_)
            | RequestEffect::Leak(_)
            | RequestEffect::Crash
            | RequestEffect::WrongAnswers
            | RequestEffect::ColdCache => None,
        })
    }

    /// How long after each start an instance crashes, where it does.
    pub fn crashes_after(&self) -> Option<Span> {
        self.of_instances.iter().find_map(|defect| match defect.then {
            InstanceEffect::CrashLoop(after) => Some(after),
            InstanceEffect::FailReadiness
            | InstanceEffect::FailLiveness
            | InstanceEffect::HideMetrics
            | InstanceEffect::MislabelMetrics
            | InstanceEffect::LoseUsers(_) => None,
        })
    }
}

impl Triggers {
    /// Adds a trigger; `draw` numbers its draw among those of the release.
    fn add(&mut self, scenario: &Scenario, flags: &[String], trigger: &DefectTrigger, draw: u64) {
        let clients = &scenario.clients;
        let of_instance = match trigger {
            DefectTrigger::Chance(share) => {
                let threshold = share.threshold();
                return self.of_request.push(RequestTrigger::Chance { threshold, draw });
            }
            DefectTrigger::Cohort(names) => {
                let cohorts = bits_of(clients.cohorts.iter().map(|cohort| &cohort.name), names);
                return self.of_request.push(RequestTrigger::Cohorts(cohorts));
            }
            DefectTrigger::Kind(names) => {
                let kinds = bits_of(clients.kinds.iter().map(|kind| &kind.name), names);
                return self.of_request.push(RequestTrigger::Kinds(kinds));
            }
            DefectTrigger::FlagOn(name) => {
                return self.of_request.push(RequestTrigger::Flag(flag_bit(flags, name)));
            }
            DefectTrigger::InstanceRate(rate) => InstanceTrigger::RateOver(rate.hertz()),
            DefectTrigger::Busy(share) => InstanceTrigger::Busy(share.fraction()),
            DefectTrigger::FleetAtLeast(count) => InstanceTrigger::FleetAtLeast(*count),
            DefectTrigger::UptimeOver(span) => InstanceTrigger::UptimeOver(*span),
            DefectTrigger::Clock { from, until } => {
                InstanceTrigger::Clock(Time::ZERO + *from, Time::ZERO + *until)
            }
            DefectTrigger::BothVersions => InstanceTrigger::BothVersions,
            DefectTrigger::DataSince(at) => InstanceTrigger::Clock(Time::ZERO + *at, Time::NEVER),
        };
        self.of_instance.push(of_instance);
    }

    fn ask_the_rate(&self) -> bool {
        self.of_instance.iter().any(|trigger| match trigger {
            InstanceTrigger::RateOver(_) => true,
            InstanceTrigger::Busy(_)
            | InstanceTrigger::FleetAtLeast(_)
            | InstanceTrigger::UptimeOver(_)
            | InstanceTrigger::Clock(..)
            | InstanceTrigger::BothVersions => false,
        })
    }

    fn are_none(&self) -> bool {
        self.of_request.is_empty() && self.of_instance.is_empty()
    }
}

impl RequestTrigger {
    fn holds(self, hop: &Hop) -> bool {
        match self {
            Self::Chance { threshold, draw } => {
                threshold == u64::MAX || Stream::from_key(hop.luck).bits(draw::DEFECT + draw) < threshold
            }
            Self::Cohorts(bits) => bits >> (hop.cohort & 63) & 1 == 1,
            Self::Kinds(bits) => bits >> (hop.kind & 63) & 1 == 1,
            Self::Flag(bit) => hop.flags & bit != 0,
        }
    }
}

impl InstanceTrigger {
    /// Whether it holds now at an instance, while so many of the target run in each pool.
    fn holds(self, (instance, status): (&Instance, &InstanceStatus), running: &[u32; 3], now: Time) -> bool {
        match self {
            Self::RateOver(rate) => status.rate.per_second() > rate,
            Self::Busy(share) => f64::from(instance.busy) > share * f64::from(instance.workers),
            Self::FleetAtLeast(count) => running[status.pool.index()] >= count,
            Self::UptimeOver(span) => now.since(status.started) > span,
            Self::Clock(from, until) => from <= now && now < until,
            Self::BothVersions => running[0] > 0 && running[1] > 0,
        }
    }
}

impl RequestEffect {
    /// Marks on a hop what happens to it at an instance; the answer is the factor on its work.
    fn befall(self, hop: &mut Hop, status: &mut InstanceStatus) -> f64 {
        match self {
            Self::Errors => hop.doom(Cause::Defect),
            Self::Latency(times) => {
                hop.marks |= mark::SLOWED;
                return times;
            }
            Self::ExtraCalls { times, .. } => {
                hop.extra = hop.extra.saturating_add(times);
                hop.marks |= mark::SLOWED;
            }
            Self::Leak(megabytes) => status.memory_mb += megabytes,
            Self::Crash => hop.marks |= mark::CRASHES,
            Self::WrongAnswers => hop.marks |= mark::WRONG,
            Self::ColdCache => hop.marks |= mark::COLD,
        }
        1.0
    }
}
