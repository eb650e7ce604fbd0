//! What everybody knows beforehand about the time of a run, for the time bar and the charts: announced freezes, the hours of much
//! traffic, and faults that are no secret.

use crate::app::model::run::Run;
use crate::app::texts::{t, tf};
use crate::engine::{Span, Time};
use crate::sim::What;

/// Of which kind it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownKind {
    /// A change freeze: announced by the scenario, or written in the plan.
    Freeze,
    /// Much more traffic than at the start.
    Peak,
    /// Something in the world is broken.
    Fault,
}

/// A stretch of time about which something is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Of which kind.
    pub kind: KnownKind,
    /// In a few words.
    pub text: String,
    /// From when.
    pub from: Time,
    /// Until when.
    pub until: Time,
}

/// Traffic of this many times its first rate is much (our choice).
const MUCH: f64 = 1.5;

/// What is known about a run. A fault of an exercise is a secret until the run is over; in the sandbox it shows when it has begun.
pub fn known(run: &Run) -> Vec<Known> {
    let view = run.player.snapshot();
    let mut all: Vec<Known> = Vec::new();
    let planned = run.editor.plan().map(|plan| plan.gates.freeze.as_slice()).unwrap_or_default();
    for freeze in run.scenario.freezes.iter().chain(planned) {
        let (from, until) = (Time::ZERO + freeze.from, Time::ZERO + freeze.until);
        let known =
            Known { kind: KnownKind::Freeze, text: tf("known.freeze {}", &[&freeze.why]), from, until };
        if all.iter().all(|one| (one.from, one.until) != (from, until)) {
            all.push(known);
        }
    }
    let shapes = &run.scenario.traffic;
    let named = run.case.1.traffic.as_ref();
    if let Some(traffic) = shapes.iter().find(|shape| Some(&shape.name) == named).or(shapes.first()) {
        let lines: Vec<(Span, f64)> =
            traffic.shape.lines(Span(view.end.0)).iter().map(|(at, rate)| (*at, rate.hertz())).collect();
        all.extend(peaks(&lines, view.end).into_iter().map(|(from, until)| Known {
            kind: KnownKind::Peak,
            text: t("known.peak").to_owned(),
            from,
            until,
        }));
    }
    if run.entry().is_none() || view.is_over() {
        let mut open: Vec<(&str, Time)> = Vec::new();
        let mut ended = |name: &str, from: Time, until: Time| {
            all.push(Known { kind: KnownKind::Fault, text: tf("known.fault {}", &[&name]), from, until });
        };
        for fact in &view.record.facts {
            match &fact.what {
                What::FaultBegan(name) => open.push((name, fact.at)),
                What::FaultEnded(name) => {
                    if let Some(at) = open.iter().position(|(one, _)| one == name) {
                        let (name, from) = open.remove(at);
                        ended(name, from, fact.at);
                    }
                }
                _ => {}
            }
        }
        open.into_iter().for_each(|(name, from)| ended(name, from, view.now));
    }
    all
}

/// From when to when a rate that is given as straight lines is much higher than at first.
fn peaks(lines: &[(Span, f64)], end: Time) -> Vec<(Time, Time)> {
    let Some((_, first)) = lines.first().filter(|(_, first)| *first > 0.0) else { return Vec::new() };
    let level = MUCH * first;
    let mut found = Vec::new();
    let mut since: Option<Time> = None;
    for pair in lines.windows(2) {
        let [(from, low), (to, high)] = pair else { continue };
        // Where the straight line between two points crosses the level.
        let crossing = || {
            let share = ((level - low) / (high - low)).clamp(0.0, 1.0);
            Time::ZERO + *from + Span(((to.0 - from.0) as f64 * share) as u64)
        };
        match (*low < level, *high < level) {
            (true, false) => since = Some(crossing()),
            (false, true) => found.extend(since.take().map(|since| (since, crossing()))),
            (true, true) | (false, false) => {}
        }
    }
    found.extend(since.map(|since| (since, end)));
    found.retain(|(from, until)| from < until && *from < end);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_is_where_the_rate_is_half_as_high_again() {
        let at = Span::from_secs;
        let lines = [(at(0), 100.0), (at(100), 100.0), (at(200), 200.0), (at(300), 200.0), (at(400), 100.0)];
        let end = Time::from_secs(1000);
        assert_eq!(peaks(&lines, end), [(Time::from_secs(150), Time::from_secs(350))]);
        assert_eq!(peaks(&lines[..4], end), [(Time::from_secs(150), end)]);
        assert_eq!(peaks(&lines[..2], end), []);
        assert_eq!(peaks(&[], end), []);
    }
}
