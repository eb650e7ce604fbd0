//! Measures on alerts: how many were right, how many troubles they told of, and how long they went on.
//!
//! The names are those of the Site Reliability Workbook, chapter 5, "Alerting on SLOs": precision, recall, detection time and
//! reset time.

use crate::engine::{Span, Time};
use crate::sim::{Record, What};

/// Fewer users harmed than this are no trouble that an alert has to tell of (modelling choice: what a careful rollout drops).
pub const SIGNIFICANT: u64 = 20;

/// An alert may fire this much after the last harm and still tell of it: its window and the lag of its scrapes.
const LATE: Span = Span::from_secs(300);

fn fired(run: &Record) -> usize {
    run.facts.iter().filter(|fact| matches!(fact.what, What::AlertFiring(_))).count()
}

/// Share of the alerts that fired with something wrong in the time that they judge; 1 when none fired.
pub(super) fn precision(run: &Record) -> f64 {
    let fired = fired(run) as f64;
    if fired == 0.0 { 1.0 } else { 1.0 - (f64::from(run.truth.false_alarms) / fired).min(1.0) }
}

/// 1 when an alert fired between the first harm and shortly after the last one, or when fewer than [`SIGNIFICANT`] users were
/// harmed; else 0. Its mean over runs is the recall.
pub(super) fn recall(run: &Record) -> f64 {
    let (Some(first), Some(last)) = (run.truth.first_harm, run.truth.last_harm) else { return 1.0 };
    if run.truth.users_harmed < SIGNIFICANT {
        return 1.0;
    }
    let told = |at: Time| at >= first && at <= last + LATE;
    let alerted = run.facts.iter().any(|fact| matches!(fact.what, What::AlertFiring(_)) && told(fact.at));
    if alerted { 1.0 } else { 0.0 }
}

/// From the first harm until the first page after it and until shortly after the last harm; 0 when fewer than [`SIGNIFICANT`] users were
/// harmed, and never without such a page.
pub(super) fn time_to_page(run: &Record) -> Option<f64> {
    let (Some(first), Some(last)) = (run.truth.first_harm, run.truth.last_harm) else { return Some(0.0) };
    if run.truth.users_harmed < SIGNIFICANT {
        return Some(0.0);
    }
    let told = |at: Time| at >= first && at <= last + LATE;
    let paged = run.facts.iter().find(|fact| matches!(fact.what, What::Paged(_)) && told(fact.at))?;
    Some(paged.at.since(first).as_secs_f64())
}

/// From the last harm until the last alert that fired by then had stopped; 0 when all had stopped before or none fired, and never
/// when one still fires at the end. An alert that goes on long after the trouble wakes people for nothing.
pub(super) fn time_to_reset(run: &Record) -> Option<f64> {
    let Some(last) = run.truth.last_harm else { return Some(0.0) };
    let mut firing: Vec<&str> = Vec::new();
    let mut stopped = last;
    for fact in &run.facts {
        match &fact.what {
            What::AlertFiring(name) if fact.at <= last => firing.push(name),
            What::AlertResolved(name) if firing.contains(&name.as_str()) => {
                firing.retain(|other| other != name);
                stopped = stopped.max(fact.at);
            }
            _ => {}
        }
    }
    firing.is_empty().then(|| stopped.since(last).as_secs_f64())
}

/// Pages over the simulated hours of the run.
pub(super) fn pages_per_hour(run: &Record) -> f64 {
    let hours = run.simulated.as_secs_f64() / Span::from_secs(3600).as_secs_f64();
    if hours > 0.0 { f64::from(run.observed.pages) / hours } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::super::sample::{fact, record};
    use super::*;

    /// Harm from 400 s to 600 s, with an alert that fires and stops at these seconds.
    fn run(fires: u64, stops: Option<u64>) -> Record {
        let mut run = record();
        run.truth.users_harmed = 45;
        (run.truth.first_harm, run.truth.last_harm) =
            (Some(Time::from_secs(400)), Some(Time::from_secs(600)));
        run.facts.push(fact(fires, What::AlertFiring("errors".into())));
        run.facts.extend(stops.map(|at| fact(at, What::AlertResolved("errors".into()))));
        run
    }

    #[test]
    fn an_alert_tells_of_the_harm_around_it() {
        assert_eq!(recall(&run(450, None)), 1.0);
        assert_eq!(recall(&run(350, None)), 0.0, "it fired before anybody was harmed");
        assert_eq!(recall(&run(1000, None)), 0.0, "it came too late");
        let mut few = run(350, None);
        few.truth.users_harmed = SIGNIFICANT - 1;
        assert_eq!(recall(&few), 1.0);
    }

    #[test]
    fn precision_is_the_share_of_alerts_with_a_reason() {
        assert_eq!(precision(&record()), 1.0);
        let mut run = run(450, None);
        run.facts.push(fact(700, What::AlertFiring("slow".into())));
        run.truth.false_alarms = 1;
        assert_eq!(precision(&run), 0.5);
    }

    #[test]
    fn the_reset_is_counted_from_the_last_harm() {
        assert_eq!(time_to_reset(&run(450, Some(690))), Some(90.0));
        assert_eq!(time_to_reset(&run(450, Some(500))), Some(0.0));
        assert_eq!(time_to_reset(&run(450, None)), None);
        assert_eq!(time_to_reset(&run(700, None)), Some(0.0), "it is another alert");
    }

    #[test]
    fn a_page_is_what_wakes_somebody_and_an_alert_is_not() {
        let mut calm = record();
        calm.truth.first_harm = None;
        assert_eq!(time_to_page(&calm), Some(0.0));
        let mut run = run(450, None);
        assert_eq!(time_to_page(&run), None, "it fired, and paged nobody");
        run.facts.push(fact(390, What::Paged("before".into())));
        run.facts.push(fact(470, What::Paged("errors".into())));
        assert_eq!(time_to_page(&run), Some(70.0));
        run.truth.users_harmed = SIGNIFICANT - 1;
        assert_eq!(time_to_page(&run), Some(0.0));
    }

    #[test]
    fn pages_are_counted_by_the_hour() {
        let mut run = record();
        run.observed.pages = 2;
        assert_eq!(pages_per_hour(&run), 6.0);
    }
}
