//! Validation of how instances boot, are probed, and drain.

use super::super::{DisruptionBudget, Drain, Issue, Probe, Probes, Service};
use super::notes::Notes;
use crate::engine::{Amount, Share};

/// Instances in all services together.
pub const MOST_INSTANCES: u32 = 20_000;

pub(super) fn check(notes: &mut Notes, at: &str, service: &Service) {
    let boot = &service.boot;
    notes.law(&format!("{at}.boot.pull"), &boot.pull);
    notes.law(&format!("{at}.boot.start"), &boot.start);
    if let Some(warm_up) = boot.warm_up {
        if warm_up.from == Share::ZERO || warm_up.from > Share::ALL {
            let message = format!("found {}; allowed is above 0%, up to 100%", warm_up.from);
            notes.error(format!("{at}.boot.warm_up.from"), "out-of-range", message);
        }
        notes.some_time(format!("{at}.boot.warm_up.over"), warm_up.over);
    }
    let memory = service.memory;
    notes.not_negative(format!("{at}.memory.start_mb"), memory.start_mb, 1e7);
    notes.positive(format!("{at}.memory.limit_mb"), memory.limit_mb, 1e7);
    if memory.start_mb >= memory.limit_mb {
        let message = format!(
            "the limit, {} MB, must be above what is in use after the start, {} MB",
            memory.limit_mb, memory.start_mb
        );
        notes.error(format!("{at}.memory.limit_mb"), "out-of-range", message);
    }
    probes(notes, &format!("{at}.probes"), &service.probes);
    drain(notes, &format!("{at}.drain"), service.drain);
}

fn probes(notes: &mut Notes, at: &str, probes: &Probes) {
    let Probes { startup, readiness, liveness } = probes;
    for (name, probe) in [("startup", startup), ("readiness", readiness), ("liveness", liveness)] {
        let Some(probe) = probe else { continue };
        let at = format!("{at}.{name}");
        self::probe(notes, &at, probe);
        if name != "readiness" && probe.success_threshold > 1 {
            let message = format!(
                "found {}; it must be 1 for a {name} probe (Kubernetes): leave it out",
                probe.success_threshold
            );
            notes.error(format!("{at}.success_threshold"), "out-of-range", message);
        }
    }
}

fn probe(notes: &mut Notes, at: &str, probe: &Probe) {
    notes.interval(format!("{at}.period"), probe.period);
    notes.some_time(format!("{at}.timeout"), probe.timeout);
    notes.within(format!("{at}.success_threshold"), probe.success_threshold, 1..=1_000);
    notes.within(format!("{at}.failure_threshold"), probe.failure_threshold, 1..=1_000);
}

fn drain(notes: &mut Notes, at: &str, drain: Drain) {
    if drain.grace <= drain.pre_stop && !drain.pre_stop.is_zero() {
        let message = format!(
            "the grace of {} includes the preStop of {}, so that nothing is left for finishing work; allow more than both",
            drain.grace, drain.pre_stop
        );
        notes.warning(format!("{at}.grace"), "short-grace", message);
    }
    if let Some(DisruptionBudget::MinAvailable(of) | DisruptionBudget::MaxUnavailable(of)) = drain.budget
        && let Amount::Share(share) = of
    {
        notes.share(format!("{at}.budget"), share);
    }
}

impl Probes {
    /// Everything wrong with them, as in a plan; `at` is their field path.
    pub fn problems(&self, at: &str) -> Vec<Issue> {
        let mut notes = Notes::default();
        probes(&mut notes, at, self);
        notes.into_issues()
    }
}

impl Drain {
    /// Everything wrong with it, as in a plan; `at` is its field path.
    pub fn problems(&self, at: &str) -> Vec<Issue> {
        let mut notes = Notes::default();
        drain(&mut notes, at, *self);
        notes.into_issues()
    }
}
