//! The goals of the exercise, with their state in the run.

use egui::{Align, Layout, Ui, WidgetInfo, WidgetType};

use crate::app::model::catalog::Entry;
use crate::app::model::run::Run;
use crate::app::model::snapshot::Goal;
use crate::app::texts::{t, tf};
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::exercise::format::{decimal, marks, with_unit};
use crate::exercise::{Criterion, Unit};

/// How a goal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It may still happen.
    Pending,
    /// As it stands, all points.
    Met,
    /// As it stands, some.
    Partly,
    /// As it stands, none.
    Missed,
}

/// How `goal` stands in a run that is over or not.
pub(super) fn state(criterion: &Criterion, goal: &Goal, is_over: bool) -> State {
    // What has not happened yet, and what grows with time, is no failure before the end.
    let may_come = goal.value.is_none() || criterion.full.value() > criterion.zero.value();
    match goal.points {
        points if points >= criterion.points => State::Met,
        points if points > 0.0 => State::Partly,
        _ if may_come && !is_over => State::Pending,
        _ => State::Missed,
    }
}

/// Draws them.
pub(super) fn show(ui: &mut Ui, theme: &Theme, run: &Run, entry: &Entry) {
    let view = run.player.snapshot();
    for goal in &view.goals {
        let criterion = &entry.exercise.rubric[goal.criterion];
        row(ui, theme, run, criterion, goal, view.is_over());
        widgets::rule(ui, theme);
    }
}

fn row(ui: &mut Ui, theme: &Theme, run: &Run, criterion: &Criterion, goal: &Goal, is_over: bool) {
    let currency = &run.scenario.cost.currency;
    let state = state(criterion, goal, is_over);
    let (share, color, said) = match state {
        State::Pending => (None, theme.mute, t("brief.goal.pending")),
        State::Met => (Some(1.0), theme.good, t("brief.goal.met")),
        State::Partly => (Some(0.5), theme.caution, t("brief.goal.partly")),
        State::Missed => (Some(0.0), theme.harm, t("brief.goal.missed")),
    };
    // Which cases a goal looks at would tell which case this is: that is said only when the run is over.
    let does_not_count = is_over && !goal.is_of_case;
    let (share, color) = if does_not_count { (None, theme.faint) } else { (share, color) };
    let value = value_of(criterion, goal, currency);
    let name = capitalized(&criterion.id);
    ui.horizontal_top(|ui| {
        let sign = widgets::goal_sign(ui, theme, share);
        let spoken = tf("brief.goal.said", &[&name, &value, &said]);
        sign.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &spoken));
        ui.with_layout(Layout::right_to_left(Align::TOP), |ui| {
            ui.label(widgets::number(&value, color));
            ui.with_layout(Layout::top_down(Align::LEFT), |ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                ui.label(&name);
                let points =
                    tf("brief.goal.points", &[&decimal(goal.points, 1), &decimal(criterion.points, 1)]);
                let tail = if does_not_count { t("brief.goal.not_here") } else { points.as_str() };
                let mut text = format!("{} · {tail}", marks(criterion, currency));
                if criterion.required {
                    text = tf("brief.goal.required", &[&text]);
                }
                if let Some(needed) = &criterion.needs {
                    text = tf("brief.goal.needs", &[&text, needed]);
                }
                ui.label(widgets::faint(theme, text));
            });
        });
    });
}

/// A goal's present value, in short.
fn value_of(criterion: &Criterion, goal: &Goal, currency: &str) -> String {
    let Some(value) = goal.value else { return t("brief.goal.never").to_owned() };
    let unit = criterion.measure.unit();
    if unit == Unit::YesNo {
        (if value >= 0.5 { t("brief.yes") } else { t("brief.no") }).to_owned()
    } else if unit.is_count() {
        decimal(value, 0)
    } else {
        with_unit(value, unit, currency)
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

    fn stands(criterion: usize, value: Option<f64>, is_over: bool) -> State {
        let criterion = &sample::exercise().rubric[criterion];
        let points = value.map_or(0.0, |value| criterion.points_for(value));
        state(criterion, &Goal { criterion: 0, value, points, is_of_case: true }, is_over)
    }

    #[test]
    fn what_has_not_come_yet_is_no_failure_before_the_end() {
        assert_eq!(stands(1, None, false), State::Pending);
        assert_eq!(stands(1, None, true), State::Missed);
    }

    #[test]
    fn harm_is_judged_as_it_comes() {
        assert_eq!(stands(0, Some(10.0), false), State::Met);
        assert_eq!(stands(0, Some(825.0), false), State::Partly);
        assert_eq!(stands(0, Some(9000.0), false), State::Missed);
    }
}
