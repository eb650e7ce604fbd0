//! Releases made ready: their defects, what brings them out, and what they do.

use super::flags::flag_bit;
use super::{CallBook, CallPlan, position};
use crate::engine::{Share, Span, Time};
use crate::scenario::{DefectTrigger, Effect, Release, Scenario};

/// Timeout of a call that a defect adds to a service not called otherwise (Envoy route timeout).
const ADDED_CALL_TIMEOUT: Span = Span::from_secs(15);

/// A release, made ready.
#[derive(Clone, Debug, Default)]
pub(in crate::sim) struct ReleasePlan {
    /// Defects that happen to requests.
    pub of_requests: Vec<DefectPlan>,
    /// Defects that happen to instances.
    pub of_instances: Vec<DefectPlan>,
    pub reads: u64,
    pub writes: u8,
    pub schemas: u64,
    pub migrates_to: Option<u8>,
    /// True when some trigger asks how many requests the instance gets each second.
    pub counts_rate: bool,
}

/// A defect, made ready.
#[derive(Clone, Debug)]
pub(in crate::sim) struct DefectPlan {
    pub when: Vec<TriggerPlan>,
    pub then: EffectPlan,
}

/// A trigger, made ready.
#[derive(Clone, Copy, Debug)]
pub(in crate::sim) enum TriggerPlan {
    Chance { threshold: u64, draw: u64 },
    Cohorts(u64),
    Kinds(u64),
    InstanceRate(f64),
    Busy(f64),
    FleetAtLeast(u32),
    UptimeOver(Span),
    Clock(Time, Time),
    Flag(u8),
    BothVersions,
}

/// An effect, made ready.
#[derive(Clone, Copy, Debug)]
pub(in crate::sim) enum EffectPlan {
    Errors,
    Latency(f64),
    ExtraCalls { call: CallPlan, times: u8 },
    Leak(f64),
    Crash,
    WrongAnswers,
    ColdCache,
    CrashLoop(Span),
    FailReadiness,
    FailLiveness,
    HideMetrics,
    MislabelMetrics,
}

impl ReleasePlan {
    /// True when nothing is wrong with it.
    pub fn is_sound(&self) -> bool {
        self.of_requests.is_empty() && self.of_instances.is_empty()
    }

    /// True when it makes work longer than it should be.
    pub fn slows(&self) -> bool {
        self.of_requests.iter().any(|defect| {
            matches!(
                defect.then,
                EffectPlan::Latency(_)
                    | EffectPlan::ExtraCalls { .. }
                    | EffectPlan::Leak(_)
                    | EffectPlan::ColdCache
            )
        })
    }
}

/// What it takes to make ready a call that a defect adds: the target's own calls, and what calls have in common.
pub(super) struct AddedCalls<'a> {
    pub calls: Vec<CallPlan>,
    pub book: &'a mut CallBook,
}

impl AddedCalls<'_> {
    /// A call to `to`, made by every request: as the target makes it otherwise, or else with the default timeout.
    fn plan(&mut self, scenario: &Scenario, to: &str) -> CallPlan {
        let to = position(scenario, to);
        let known = self.calls.iter().find(|call| call.to == to).copied();
        let call = known.unwrap_or_else(|| self.book.plain(to, ADDED_CALL_TIMEOUT));
        CallPlan { share: Share::ALL, ..call }
    }
}

pub(super) fn plan_release(
    scenario: &Scenario,
    flags: &[String],
    release: &Release,
    added: &mut AddedCalls<'_>,
) -> ReleasePlan {
    let policy = release.flag.as_ref().map_or(0, |flag| flag_bit(flags, flag));
    let bits = |versions: &[u8]| versions.iter().fold(0u64, |all, version| all | 1 << (version & 63));
    let plans: Vec<(bool, DefectPlan)> = release
        .defects
        .iter()
        .zip(0u64..)
        // One that never shows is none: it is not to blame for anything either.
        .filter(|(defect, _)| !defect.when.contains(&DefectTrigger::Chance(Share::ZERO)))
        .map(|(defect, index)| {
            let mut when: Vec<TriggerPlan> = defect
                .when
                .iter()
                .zip(0u64..)
                .map(|(trigger, part)| plan_trigger(scenario, flags, trigger, index * 8 + part))
                .collect();
            let of_request = defect.then.is_of_request();
            if policy != 0 && of_request {
                when.insert(0, TriggerPlan::Flag(policy));
            }
            (of_request, DefectPlan { when, then: plan_effect(scenario, &defect.then, added) })
        })
        .collect();
    let of = |wanted: bool| {
        plans.iter().filter(|(of_request, _)| *of_request == wanted).map(|(_, plan)| plan.clone()).collect()
    };
    let of_requests: Vec<DefectPlan> = of(true);
    ReleasePlan {
        counts_rate: of_requests
            .iter()
            .any(|defect| defect.when.iter().any(|trigger| matches!(trigger, TriggerPlan::InstanceRate(_)))),
        of_requests,
        of_instances: of(false),
        reads: bits(&release.data.reads),
        writes: release.data.writes,
        schemas: bits(&release.data.schemas),
        migrates_to: release.data.migrates_to,
    }
}

fn plan_trigger(scenario: &Scenario, flags: &[String], trigger: &DefectTrigger, draw: u64) -> TriggerPlan {
    let clients = &scenario.clients;
    match trigger {
        DefectTrigger::Chance(share) => TriggerPlan::Chance { threshold: share.threshold(), draw },
        DefectTrigger::Cohort(names) => {
            TriggerPlan::Cohorts(bits_of(clients.cohorts.iter().map(|c| &c.name), names))
        }
        DefectTrigger::Kind(names) => {
            TriggerPlan::Kinds(bits_of(clients.kinds.iter().map(|k| &k.name), names))
        }
        DefectTrigger::InstanceRate(rate) => TriggerPlan::InstanceRate(rate.hertz()),
        DefectTrigger::Busy(share) => TriggerPlan::Busy(share.fraction()),
        DefectTrigger::FleetAtLeast(count) => TriggerPlan::FleetAtLeast(*count),
        DefectTrigger::UptimeOver(span) => TriggerPlan::UptimeOver(*span),
        DefectTrigger::Clock { from, until } => TriggerPlan::Clock(Time::ZERO + *from, Time::ZERO + *until),
        DefectTrigger::FlagOn(name) => TriggerPlan::Flag(flag_bit(flags, name)),
        DefectTrigger::BothVersions => TriggerPlan::BothVersions,
        DefectTrigger::DataSince(at) => TriggerPlan::Clock(Time::ZERO + *at, Time::NEVER),
    }
}

fn plan_effect(scenario: &Scenario, effect: &Effect, added: &mut AddedCalls<'_>) -> EffectPlan {
    match effect {
        Effect::Errors => EffectPlan::Errors,
        Effect::Latency(factor) => EffectPlan::Latency(*factor),
        Effect::ExtraCalls { to, times } => {
            EffectPlan::ExtraCalls { call: added.plan(scenario, to), times: *times }
        }
        Effect::Leak { per_request_mb } => EffectPlan::Leak(*per_request_mb),
        Effect::Crash => EffectPlan::Crash,
        Effect::CrashLoop { after } => EffectPlan::CrashLoop(*after),
        Effect::WrongAnswers => EffectPlan::WrongAnswers,
        Effect::ColdCache => EffectPlan::ColdCache,
        Effect::FailReadiness => EffectPlan::FailReadiness,
        Effect::FailLiveness => EffectPlan::FailLiveness,
        Effect::HideMetrics => EffectPlan::HideMetrics,
        Effect::MislabelMetrics => EffectPlan::MislabelMetrics,
    }
}

/// The positions of `wanted` among `names`, as bits.
pub(in crate::sim) fn bits_of<'a>(names: impl Iterator<Item = &'a String>, wanted: &[String]) -> u64 {
    names.zip(0..64).filter(|(name, _)| wanted.contains(name)).fold(0, |all, (_, bit)| all | 1 << bit)
}
