//! The score, line by line, and the prediction beside the result.

use egui::{Align, Label, Layout, ProgressBar, RichText, Ui, Vec2};

use crate::app::model::debrief::{Debrief, shown};
use crate::app::model::notes::Forecast;
use crate::app::model::run::Run;
use crate::app::texts::{t, tf, translated};
use crate::app::view::amounts::{drawn, marks, measured};
use crate::app::view::panels::brief::goals::capitalized;
use crate::app::view::panels::brief::prediction;
use crate::app::view::panels::debrief::awaited::arrived;
use crate::app::view::theme::{Theme, semibold};
use crate::app::view::widgets;
use crate::exercise::class::Mark;
use crate::exercise::format::decimal;
use crate::exercise::{Category, CriterionResult};
use crate::report::verdict::told::lost_otherwise;

/// From this width on, in points, what was measured stands beside the goal and not under it.
const THREE_ABREAST: f32 = 380.0;

/// Draws the left column.
pub(super) fn show(ui: &mut Ui, theme: &Theme, run: &Run, debrief: &Debrief) {
    if run.entry().is_some() {
        graded(ui, theme, run, debrief);
    } else {
        ui.label(widgets::small(theme, t("debrief.free")));
    }
    if !prediction::is_asked(run) {
        return;
    }
    ui.add_space(8.0);
    widgets::title(ui, theme, t("predict.title"));
    match (run.notes.forecast, &debrief.findings) {
        (Forecast::Made(said), Some(Ok(found))) => {
            ui.label(tf("predict.quote", &[&prediction::said(said)]));
            if let Some(came) = found.came {
                let ((verdict, color), text) = prediction::outcome(theme, said, came);
                ui.horizontal_wrapped(|ui| {
                    ui.spacing_mut().item_spacing.x = 4.0;
                    ui.label(RichText::new(verdict).color(color).family(semibold()));
                    ui.label(text);
                });
            }
        }
        (Forecast::Made(said), _) => drop(ui.label(tf("predict.quote", &[&prediction::said(said)]))),
        _ => drop(ui.label(widgets::small(theme, t("predict.skipped")))),
    }
}

fn graded(ui: &mut Ui, theme: &Theme, run: &Run, debrief: &Debrief) {
    if debrief.verdict.is_none() {
        let share = debrief.share_done();
        let done = (share * debrief.runs as f32).round() as u64;
        ui.add(ProgressBar::new(share).text(tf("debrief.grading", &[&done, &debrief.runs])));
    }
    let Some(verdict) = arrived(ui, theme, &debrief.verdict) else { return };
    ui.horizontal_wrapped(|ui| {
        let (sign, color) = if verdict.passed {
            (t("debrief.passed"), theme.good)
        } else {
            (t("debrief.not_passed"), theme.harm)
        };
        ui.label(RichText::new(shown(verdict.score)).family(semibold()).size(44.0));
        let of = tf("debrief.of_points", &[&shown(verdict.max_score), &sign, &shown(verdict.pass_score)]);
        ui.label(RichText::new(of).size(15.0).color(color));
    });
    let runs: usize = verdict.cases.iter().map(|case| case.runs.len()).sum();
    let mut line = tf("debrief.over", &[&verdict.cases.len(), &runs]);
    if let Some(luck) = verdict.luck {
        line = format!("{line} {}", tf("debrief.luck", &[&decimal(luck, 0)]));
    }
    ui.label(widgets::small(theme, line));
    let of = &run.case.1.variation;
    if !of.is_none() {
        ui.label(widgets::small(theme, tf("debrief.drawn", &[&drawn(of)])));
    }
    if run.hint_cost() > 0.0 {
        let counts = run.points().unwrap_or_default();
        ui.label(widgets::small(theme, tf("debrief.hints", &[&shown(run.hint_cost()), &shown(counts)])));
    }
    if run.notes.is_assisted {
        widgets::chip(ui, theme, widgets::small(theme, t("debrief.assisted")));
    }
    for line in &verdict.criteria {
        widgets::rule(ui, theme);
        criterion(ui, theme, run, line);
    }
    widgets::rule(ui, theme);
}

/// Room for the points of a goal, in points: "12.5 / 12.5".
const POINTS: f32 = 78.0;

fn criterion(ui: &mut Ui, theme: &Theme, run: &Run, line: &CriterionResult) {
    let share = if line.max_points > 0.0 { (line.points / line.max_points) as f32 } else { 0.0 };
    let color = match share {
        share if share >= 0.999 => theme.good,
        share if share > 0.0 => theme.caution,
        _ => theme.harm,
    };
    let category = match line.category {
        Category::TechnicalImplementation => t("debrief.technical"),
        Category::RiskManagement => t("debrief.risk"),
    };
    let category = if line.required { tf("debrief.required", &[&category]) } else { category.to_owned() };
    // What was reached, from left to right: the goal and what there is to say of it, what was measured, the points.
    let width = ui.available_width();
    let beside = (width * 0.28).clamp(96.0, 150.0);
    let result = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        let width = ui.available_width().min(beside);
        widgets::bar(ui, theme, width, share, color);
        let rubric = run.entry().map(|entry| entry.exercise.rubric.as_slice()).unwrap_or_default();
        let currency = &run.scenario.cost.currency;
        let (was, wanted) = match rubric.iter().find(|criterion| criterion.id == line.id) {
            Some(criterion) => (measured(criterion, line.value, currency), marks(criterion, currency)),
            None => (line.measured.clone(), line.wanted.clone()),
        };
        ui.label(widgets::number(was, theme.mute).size(11.0));
        ui.label(widgets::number(wanted, theme.faint).size(11.0));
    };
    let goal = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.horizontal_wrapped(|ui| {
            widgets::goal_sign(ui, theme, Some(share));
            ui.label(RichText::new(capitalized(run.criterion_name(&line.id))).family(semibold()));
            ui.label(widgets::faint(theme, &category));
        });
        for reason in lost_otherwise(&Mark::of(line)) {
            ui.label(RichText::new(capitalized(&translated(&reason))).color(theme.caution));
        }
        if line.own_points < line.max_points {
            ui.label(RichText::new(&line.say).color(theme.mute));
        }
    };
    let top = Layout::top_down(Align::LEFT);
    ui.with_layout(Layout::right_to_left(Align::TOP), |ui| {
        let points = format!("{} / {}", shown(line.points), shown(line.max_points));
        ui.allocate_ui_with_layout(Vec2::new(POINTS, 0.0), Layout::top_down(Align::RIGHT), |ui| {
            ui.set_min_width(POINTS);
            // On a line with the name of the goal.
            ui.add_space(5.0);
            ui.add(Label::new(widgets::number(points, theme.text)).extend());
        });
        if width < THREE_ABREAST {
            ui.with_layout(top, |ui| {
                goal(ui);
                result(ui);
            });
            return;
        }
        ui.allocate_ui_with_layout(Vec2::new(beside, 0.0), top, |ui| {
            ui.set_width(beside);
            ui.add_space(5.0);
            result(ui);
        });
        ui.with_layout(top, goal);
    });
}
