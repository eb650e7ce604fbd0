//! What the defects of a release do to a share of many requests: what the fluid mode draws counts by.

use super::{DefectPlans, InstanceTrigger, RequestEffect, RequestTrigger};
use crate::engine::Time;

/// What a defect does to each of the requests that it shows in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::sim) enum CrowdEffect {
    Errors,
    Latency(f64),
    Crash,
    WrongAnswers,
}

/// A defect, and in what share of some requests it shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::sim) struct CrowdOdds {
    pub share: f64,
    pub effect: CrowdEffect,
}

impl DefectPlans {
    /// What shows now in the requests of a cohort and a kind, at a pool, while so many instances of the target run in each.
    ///
    /// Effects and triggers that ask something of a single instance are refused at the door (`scenario::problems`), so that they show
    /// in none.
    pub fn odds(
        &self,
        (cohort, kind): (u8, u8),
        pool: usize,
        running: &[u32; 3],
        now: Time,
    ) -> Vec<CrowdOdds> {
        let shown = self.of_requests.iter().filter_map(|defect| {
            let effect = match defect.then {
                RequestEffect::Errors => CrowdEffect::Errors,
                RequestEffect::Latency(factor) => CrowdEffect::Latency(factor),
                RequestEffect::Crash => CrowdEffect::Crash,
                RequestEffect::WrongAnswers => CrowdEffect::WrongAnswers,
                RequestEffect::ExtraCalls { .. } | RequestEffect::Leak(_) | RequestEffect::ColdCache => {
                    return None;
                }
            };
            let of_request = defect.when.of_request.iter().map(|trigger| trigger.share(cohort, kind));
            let share: f64 = of_request.product();
            let holds = defect.when.of_instance.iter().all(|trigger| trigger.holds_at(pool, running, now));
            (share > 0.0 && holds).then_some(CrowdOdds { share, effect })
        });
        shown.collect()
    }
}

impl RequestTrigger {
    /// Of the requests of a cohort and a kind the share for which it holds.
    fn share(self, cohort: u8, kind: u8) -> f64 {
        let all_or_none = |holds: bool| if holds { 1.0 } else { 0.0 };
        match self {
            Self::Chance { threshold: u64::MAX, .. } => 1.0,
            Self::Chance { threshold, .. } => threshold as f64 / 18_446_744_073_709_551_616.0,
            Self::Cohorts(bits) => all_or_none(bits >> (cohort & 63) & 1 == 1),
            Self::Kinds(bits) => all_or_none(bits >> (kind & 63) & 1 == 1),
            Self::Flag(_) => 0.0,
        }
    }
}

impl InstanceTrigger {
    /// Whether it holds at every instance of a pool.
    fn holds_at(self, pool: usize, running: &[u32; 3], now: Time) -> bool {
        match self {
            Self::FleetAtLeast(count) => running[pool] >= count,
            Self::Clock(from, until) => from <= now && now < until,
            Self::BothVersions => running[0] > 0 && running[1] > 0,
            Self::RateOver(_) | Self::Busy(_) | Self::UptimeOver(_) => false,
        }
    }
}
