//! Whether a step is long enough: how long a rise of the error ratio takes to show at the step's share of requests, beside how
//! long the step waits.

use egui::{DragValue, RichText, Ui};

use crate::app::texts::{t, tf};
use crate::app::view::panels::plan::pane::Pane;
use crate::app::view::panels::plan::steps;
use crate::app::view::widgets;
use crate::control::{Limit, Plan, Step};
use crate::engine::{Share, Span, Time};
use crate::exercise::format::decimal;
use crate::exercise::power::{POWER, Rise};
use crate::telemetry::{self, Metric};

/// The window for the requests and the errors of the baseline: two minutes.
const WINDOW: Span = Span::from_secs(120);

/// Error ratio of the baseline until it was observed: 0.2 %, as in most of the shipped scenarios.
const FIRST_RATIO: f64 = 0.002;

/// The rise to detect, unless a check or the learner gives another: to 1 %.
const FIRST_RISE: f64 = 0.01;

/// A step at which the candidate answers a share of the requests for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stay {
    /// Position of the step that waits.
    pub step: usize,
    /// The candidate's share meanwhile.
    pub share: Share,
    /// How long.
    pub lasts: Span,
}

/// The steps that wait, each with the candidate's share meanwhile.
pub(super) fn stays(plan: &Plan) -> Vec<Stay> {
    let plan = &*plan.written_out();
    let Some(list) = plan.strategy.step_list().filter(|_| plan.is_routed()) else { return Vec::new() };
    let mut share = Share::ZERO;
    let mut found = Vec::new();
    for (step, what) in list.steps.iter().enumerate() {
        match what {
            Step::Weight(to) => share = *to,
            Step::Pause(lasts) => found.push(Stay { step, share, lasts: *lasts }),
            Step::Analyse(analysis) => {
                found.extend(analysis.lasts.map(|lasts| Stay { step, share, lasts }));
            }
            // They wait for something other than time, or change something other than the share.
            Step::Scale(_)
            | Step::FollowWeight
            | Step::Match(_)
            | Step::Mirror(_)
            | Step::Copy(_)
            | Step::Roll(_)
            | Step::Flag(_)
            | Step::Approve
            | Step::Test(_)
            | Step::Wave(_)
            | Step::Experiment(_)
            | Step::Progress(_)
            | Step::Promote
            | Step::Retire(_) => {}
        }
    }
    found.retain(|stay| stay.share > Share::ZERO && stay.share < Share::ALL);
    found
}

/// The target's observed request rate and the baseline's observed error ratio; before there is
/// anything to see, the rate that the scenario begins with.
fn observed(pane: &Pane<'_>) -> (f64, f64) {
    let run = pane.run;
    let view = run.player.snapshot();
    let seen = |of: &telemetry::Subject| view.record.observed.metrics.seen_in(of, WINDOW, view.now);
    let enough = view.now >= Time::ZERO + WINDOW;
    let of_target = seen(&telemetry::Subject::Target).filter(|seen| enough && seen.requests > 0);
    let of_baseline = seen(&telemetry::Subject::Baseline).filter(|seen| enough && seen.requests > 0);
    let rate = match of_target {
        Some(seen) => seen.requests as f64 / WINDOW.as_secs_f64(),
        None => {
            let shapes = &run.scenario.traffic;
            let named = run.case.1.traffic.as_ref();
            let shape = shapes.iter().find(|shape| Some(&shape.name) == named).or(shapes.first());
            let first =
                shape.and_then(|shape| shape.shape.lines(WINDOW).first().map(|(_, rate)| rate.hertz()));
            first.unwrap_or_default()
        }
    };
    let ratio = of_baseline.map(|seen| seen.errors as f64 / seen.requests as f64);
    (rate, ratio.filter(|ratio| *ratio > 0.0).unwrap_or(FIRST_RATIO))
}

/// The limit of the plan's check on the error ratio, if one has a fixed limit.
fn limit_of(plan: &Plan) -> Option<f64> {
    plan.check_placements().iter().find_map(|placed| match (&placed.check.query.metric, &placed.check.pass) {
        (Metric::ErrorRatio, Limit::Below(level)) => Some(level.value()),
        _ => None,
    })
}

/// Draws the card for the step that is chosen, else the one under way, else the first that waits.
pub(super) fn show(ui: &mut Ui, pane: &mut Pane<'_>) {
    let Some(plan) = pane.editor.plan() else { return };
    let stays = stays(plan);
    let now = steps::chosen(ui).or_else(|| steps::at(pane));
    let Some(stay) = stays.iter().find(|stay| now.is_some_and(|now| now <= stay.step)).or(stays.first())
    else {
        return;
    };
    let theme = pane.theme;
    let (requests_per_s, from) = observed(pane);
    let id = ui.id().with("rise");
    let limit = limit_of(plan);
    // A rise just to its limit is what a check sees every second time: twice the limit is what it is there for.
    let first = limit.filter(|limit| *limit > from).map_or(FIRST_RISE.max(2.0 * from), |limit| 2.0 * limit);
    let mut percent = 100.0 * ui.data(|data| data.get_temp::<f64>(id)).unwrap_or(first);
    ui.add_space(8.0);
    widgets::card(&theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        widgets::title(ui, &theme, t("plan.meter"));
        let rise = Rise { requests_per_s, candidate: stay.share, from, to: percent / 100.0 };
        let compared = rise.detected_by_comparing(POWER);
        ui.label(RichText::new(sentence(&rise, compared, stay)).color(theme.mute));
        // The answer is about the check that the plan has; without one it is about a comparison, which it could have.
        let (answer, sees) = answer(&rise, limit, stay);
        ui.label(RichText::new(answer).color(if sees { theme.good } else { theme.harm }));
        ui.horizontal_wrapped(|ui| {
            let label = ui.label(widgets::small(&theme, t("plan.meter_rise")));
            let drag =
                DragValue::new(&mut percent).range(0.01..=100.0).speed(0.05).max_decimals(2).suffix(" %");
            if ui.add(drag).labelled_by(label.id).changed() {
                ui.data_mut(|data| data.insert_temp(id, percent / 100.0));
            }
        });
        if limit.is_some() {
            let text = match compared {
                Some(span) if span <= stay.lasts => tf("plan.meter_compared", &[&minutes(span)]),
                _ => t("plan.meter_not_compared").to_owned(),
            };
            ui.label(widgets::faint(&theme, text));
        }
    });
}

/// Whether the step is long enough for the plan's own check, in words: its fixed limit, or a comparison where it has none.
fn answer(rise: &Rise, limit: Option<f64>, stay: &Stay) -> (String, bool) {
    let Some(limit) = limit else {
        let sees = rise.detected_by_comparing(POWER).is_some_and(|span| span <= stay.lasts);
        let text = if sees { t("plan.meter_sees") } else { t("plan.meter_blind") };
        return (text.to_owned(), sees);
    };
    let shown = percent_of(limit);
    match rise.detected_by_limit(limit, POWER) {
        Some(span) if span <= stay.lasts => (tf("plan.meter_limit", &[&shown, &minutes(span)]), true),
        Some(span) => (tf("plan.meter_limit_late", &[&shown, &minutes(span)]), false),
        None => (tf("plan.meter_no_limit", &[&shown]), false),
    }
}

fn sentence(rise: &Rise, needed: Option<Span>, stay: &Stay) -> String {
    let (rate, share) = (decimal(rise.requests_per_s, 0), percent_of(rise.candidate.fraction()));
    let (from, to, waits) = (percent_of(rise.from), percent_of(rise.to), minutes(stay.lasts));
    match needed {
        Some(needed) => {
            tf("plan.meter_needs", &[&share, &rate, &from, &to, &minutes(needed), &(stay.step + 1), &waits])
        }
        None => tf("plan.meter_never", &[&share, &rate, &from, &to]),
    }
}

fn percent_of(fraction: f64) -> String {
    decimal(fraction * 100.0, 2)
}

/// A length of time in the unit that reads best.
pub(super) fn minutes(span: Span) -> String {
    let seconds = span.as_secs_f64();
    match seconds {
        _ if seconds < 100.0 => tf("plan.seconds", &[&decimal(seconds, 0)]),
        _ if seconds < 100.0 * 60.0 => tf("plan.minutes", &[&decimal(seconds / 60.0, 1)]),
        _ => tf("plan.hours", &[&decimal(seconds / 3600.0, 1)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::read_ron;

    #[test]
    fn each_wait_has_the_share_that_was_set_before_it() {
        let text = "(format: 1, strategy: Canary(steps: [Pause(\"1m\"), Weight(\"5%\"), Pause(\"3m\"), \
                    Weight(\"20%\"), Analyse(checks: [], for: \"2m\"), Weight(\"100%\"), Pause(\"9m\")]))";
        let plan = read_ron::<Plan>("f", text).unwrap().0;
        let found: Vec<(usize, String, f64)> = stays(&plan)
            .iter()
            .map(|stay| (stay.step, stay.share.to_string(), stay.lasts.as_secs_f64()))
            .collect();
        assert_eq!(found, [(2, "5%".to_owned(), 180.0), (4, "20%".to_owned(), 120.0)]);
    }

    #[test]
    fn the_steps_after_a_shadow_wait_as_well() {
        let text = "(format: 1, strategy: Shadow(for: \"5m\", then: [Weight(\"5%\"), Pause(\"3m\")]))";
        let plan = read_ron::<Plan>("f", text).unwrap().0;
        let found: Vec<usize> = stays(&plan).iter().map(|stay| stay.step).collect();
        assert_eq!(found, [1]);
    }

    #[test]
    fn the_sentence_says_the_figures_of_the_formula() {
        let rise = Rise { requests_per_s: 240.0, candidate: Share::percent(10.0), from: 0.002, to: 0.01 };
        let stay = Stay { step: 1, share: Share::percent(10.0), lasts: Span::from_secs(300) };
        let text = sentence(&rise, rise.detected_by_comparing(POWER), &stay);
        assert_eq!(
            text,
            "At 10 % of 240 / s a rise from 0.2 % to 1 % needs 32 s for 90 % power. Step 2 waits 5 min."
        );
    }

    #[test]
    fn the_answer_is_about_the_check_that_the_plan_has_and_never_says_both() {
        let stay = Stay { step: 1, share: Share::percent(10.0), lasts: Span::from_secs(300) };
        for (to, limit, sees) in [
            (0.01, None, true),
            (0.01, Some(0.02), false),
            (0.05, Some(0.02), true),
            (0.01, Some(0.0099), false),
        ] {
            let rise = Rise { requests_per_s: 240.0, candidate: stay.share, from: 0.002, to };
            let (text, found) = answer(&rise, limit, &stay);
            assert_eq!(found, sees, "{to} {limit:?}: {text}");
            assert_eq!(text.starts_with("Yes"), sees, "{text}");
        }
    }
}
