//! The goals of the exercise, with their state in the run: a row for each measure, with what is wanted of it in words.

use egui::{Align, Layout, Ui, WidgetInfo, WidgetType};

use crate::app::model::catalog::Entry;
use crate::app::model::run::Run;
use crate::app::model::snapshot::Goal;
use crate::app::texts::{t, tf, word};
use crate::app::view::amounts::{amount, wanted};
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::exercise::format::decimal;
use crate::exercise::{Criterion, Measure, Unit};

/// How a goal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It is decided at the end of the run: what is sound now may fail, and which cases a goal looks at is not told before.
    Pending,
    /// All points.
    Met,
    /// Some.
    Partly,
    /// None.
    Missed,
    /// It looks at other cases than the one that was seen.
    NotHere,
}

/// How `goal` stands in a run that is over or not.
pub(super) fn state(criterion: &Criterion, goal: &Goal, is_over: bool) -> State {
    match goal.points {
        _ if !is_over => State::Pending,
        _ if !goal.is_of_case => State::NotHere,
        points if points >= criterion.points => State::Met,
        points if points > 0.0 => State::Partly,
        _ => State::Missed,
    }
}

/// Draws them.
pub(super) fn show(ui: &mut Ui, theme: &Theme, run: &Run, entry: &Entry) {
    let view = run.player.snapshot();
    let rubric = &entry.exercise.rubric;
    for goals in by_measure(&view.goals, rubric) {
        row(ui, theme, run, rubric, &goals);
        widgets::rule(ui, theme);
    }
}

/// The goals that measure the same, together, in the order of their first.
fn by_measure<'a>(goals: &'a [Goal], rubric: &[Criterion]) -> Vec<Vec<&'a Goal>> {
    let mut rows: Vec<(Measure, Vec<&Goal>)> = Vec::new();
    for goal in goals {
        let measure = rubric[goal.criterion].measure;
        match rows.iter_mut().find(|(of, _)| *of == measure) {
            Some((_, row)) => row.push(goal),
            None => rows.push((measure, vec![goal])),
        }
    }
    rows.into_iter().map(|(_, row)| row).collect()
}

fn row(ui: &mut Ui, theme: &Theme, run: &Run, rubric: &[Criterion], goals: &[&Goal]) {
    let currency = &run.scenario.cost.currency;
    let is_over = run.player.snapshot().is_over();
    let Some(first) = goals.first() else { return };
    let measure = rubric[first.criterion].measure;
    // What is measured may not have happened in one goal's eyes only when it has not for all: it is one run.
    let value = value_of(measure, first, currency);
    let is_single = goals.len() == 1;
    let named = |criterion: &Criterion| capitalized(run.criterion_name(&criterion.id));
    let title = if is_single { named(&rubric[first.criterion]) } else { capitalized(word(measure.title())) };
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.horizontal_top(|ui| {
            if is_single {
                let criterion = &rubric[first.criterion];
                sign(ui, theme, &title, &value, state(criterion, first, is_over));
            }
            ui.with_layout(Layout::right_to_left(Align::TOP), |ui| {
                ui.label(widgets::number(&value, theme.text));
                ui.with_layout(Layout::top_down(Align::LEFT), |ui| ui.label(&title));
            });
        });
        for goal in goals {
            let criterion = &rubric[goal.criterion];
            let state = state(criterion, goal, is_over);
            ui.horizontal_top(|ui| {
                if !is_single {
                    sign(ui, theme, &named(criterion), &value, state);
                }
                let name = if is_single { String::new() } else { named(criterion) };
                let told = told(run, criterion, goal, state);
                let text = if name.is_empty() { told } else { tf("brief.goal.named {} {}", &[&name, &told]) };
                ui.add(egui::Label::new(widgets::small(theme, text)).wrap());
            });
        }
    });
}

fn sign(ui: &mut Ui, theme: &Theme, name: &str, value: &str, state: State) {
    let (share, said) = match state {
        State::Pending => (None, t("brief.goal.pending")),
        State::NotHere => (None, t("brief.goal.not_here")),
        State::Met => (Some(1.0), t("brief.goal.met")),
        State::Partly => (Some(0.5), t("brief.goal.partly")),
        State::Missed => (Some(0.0), t("brief.goal.missed")),
    };
    let sign = widgets::goal_sign(ui, theme, share);
    let spoken = tf("brief.goal.said", &[&name, &value, &said]);
    sign.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &spoken));
}

/// What is wanted, and the points for it: those that there are, and at the end those that it brought.
fn told(run: &Run, criterion: &Criterion, goal: &Goal, state: State) -> String {
    let all = decimal(criterion.points, 1);
    let points = match state {
        State::Pending => tf("brief.goal.for_points", &[&all]),
        State::NotHere => t("brief.goal.not_here").to_owned(),
        State::Met | State::Partly | State::Missed => {
            tf("brief.goal.points", &[&decimal(goal.points, 1), &all])
        }
    };
    let mut text = format!("{} \u{b7} {points}", wanted(criterion, &run.scenario.cost.currency));
    if criterion.required {
        text = tf("brief.goal.required", &[&text]);
    }
    if let Some(needed) = &criterion.needs {
        text = tf("brief.goal.needs", &[&text, &run.criterion_name(needed)]);
    }
    text
}

/// The present value, in short.
fn value_of(measure: Measure, goal: &Goal, currency: &str) -> String {
    let Some(value) = goal.value else { return t("brief.goal.never").to_owned() };
    let unit = measure.unit();
    if unit == Unit::YesNo {
        (if value >= 0.5 { t("brief.yes") } else { t("brief.no") }).to_owned()
    } else if unit.is_count() {
        decimal(value, 0)
    } else {
        amount(value, unit, currency)
    }
}

/// An id with a capital at its start, as a name.
pub(in crate::app) fn capitalized(id: &str) -> String {
    let mut letters = id.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::sample;

    fn stands(value: Option<f64>, is_of_case: bool, is_over: bool) -> State {
        let criterion = &sample::exercise().rubric[0];
        let points = value.map_or(0.0, |value| criterion.points_for(value));
        state(criterion, &Goal { criterion: 0, value, points, is_of_case }, is_over)
    }

    #[test]
    fn nothing_is_judged_before_the_end() {
        for value in [None, Some(10.0), Some(825.0), Some(9000.0)] {
            assert_eq!(stands(value, true, false), State::Pending);
            assert_eq!(stands(value, false, false), State::Pending);
        }
        assert_eq!(stands(None, true, true), State::Missed);
        assert_eq!(stands(Some(10.0), true, true), State::Met);
        assert_eq!(stands(Some(825.0), true, true), State::Partly);
        assert_eq!(stands(Some(9000.0), true, true), State::Missed);
        assert_eq!(stands(Some(9000.0), false, true), State::NotHere);
    }

    #[test]
    fn goals_that_measure_the_same_share_a_row() {
        let rubric = sample::exercise().rubric;
        let goal = |criterion| Goal { criterion, value: Some(0.0), points: 0.0, is_of_case: true };
        let goals: Vec<Goal> = (0..rubric.len()).chain([0]).map(goal).collect();
        let rows = by_measure(&goals, &rubric);
        assert_eq!(rows.iter().map(Vec::len).sum::<usize>(), goals.len());
        assert!(rows[0].len() >= 2);
        for row in &rows {
            assert!(
                row.iter().all(|goal| rubric[goal.criterion].measure == rubric[row[0].criterion].measure)
            );
        }
    }
}
