//! What the plan that is written comes to in this world, beside the form: users harmed with the change against the plan of the run, how it
//! ends, the curve of failures, and the band over all cases.

use egui::{Pos2, Rect, RichText, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, WidgetType};

use crate::app::model::outlook::{Band, Glance};
use crate::app::model::run::Run;
use crate::app::texts::{t, tf};
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::exercise::format::{counted, decimal, lasting};

/// Its height, in points: it has its place whether anything is known or not, so that the form never moves.
pub(super) const HEIGHT: f32 = 62.0;

/// The lowest pane, in points, that has room for it.
pub(super) const LEAST: f32 = 260.0;

/// The size of the curve, in points.
const CURVE: Vec2 = Vec2::new(96.0, 40.0);

/// Draws it.
pub(super) fn show(ui: &mut Ui, theme: &Theme, run: &Run) {
    widgets::rule(ui, theme);
    if !run.may_look_ahead() {
        ui.label(widgets::faint(theme, t("outlook.later")));
        return;
    }
    let outlook = &run.outlook;
    let Some(now) = outlook.now.as_deref().or(outlook.base.as_deref()) else {
        ui.label(widgets::faint(theme, t("outlook.working")));
        return;
    };
    let base = outlook.base.as_deref();
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.horizontal_top(|ui| {
        curves(ui, theme, base, now);
        ui.vertical(|ui| {
            ui.label(RichText::new(sentence(now)).small().color(theme.text));
            let (text, better) = change(base, now);
            let color = match better {
                Some(true) => theme.good,
                Some(false) => theme.harm,
                None => theme.mute,
            };
            ui.label(RichText::new(text).small().color(color));
            ui.label(widgets::faint(theme, over_all(run)));
        });
    });
}

/// What a plan comes to, in a sentence.
fn sentence(now: &Glance) -> String {
    let ended = match (now.run.phase, now.run.time_to_complete_s) {
        ("completed", Some(takes)) => tf("outlook.completed", &[&lasting(takes)]),
        ("rolled_back", _) => t("outlook.rolled_back").to_owned(),
        _ => t("outlook.hanging").to_owned(),
    };
    tf("outlook.here", &[&counted(now.run.users_harmed), &ended])
}

/// The change against the plan of the run, and whether it is for the better; none when nothing changed.
fn change(base: Option<&Glance>, now: &Glance) -> (String, Option<bool>) {
    let Some(base) = base else { return (String::new(), None) };
    let (was, is) = (base.run.users_harmed, now.run.users_harmed);
    match is.cmp(&was) {
        std::cmp::Ordering::Less => (tf("outlook.fewer", &[&counted(was - is)]), Some(true)),
        std::cmp::Ordering::Greater => (tf("outlook.more", &[&counted(is - was)]), Some(false)),
        std::cmp::Ordering::Equal => (t("outlook.same").to_owned(), None),
    }
}

fn over_all(run: &Run) -> String {
    let outlook = &run.outlook;
    match &outlook.band {
        Some(Band { score, max_score, harmed: [least, most], worst }) => tf(
            "outlook.band",
            &[
                &decimal(*score, 0),
                &decimal(*max_score, 0),
                &counted(*least as u64),
                &counted(*most as u64),
                &run.case_name(worst),
            ],
        ),
        None if outlook.is_awaited() => t("outlook.rests").to_owned(),
        None => String::new(),
    }
}

/// The share of failed requests over the time of the run: of the plan of the run faint, of the one that is written on top.
fn curves(ui: &mut Ui, theme: &Theme, base: Option<&Glance>, now: &Glance) {
    let (rect, response) = ui.allocate_exact_size(CURVE, Sense::hover());
    let most = base.iter().chain([&now]).flat_map(|glance| &glance.curve).copied().fold(0.01, f32::max);
    response.widget_info(|| {
        let shown = decimal(100.0 * f64::from(now.curve.iter().copied().fold(0.0, f32::max)), 1);
        WidgetInfo::labeled(WidgetType::Image, true, tf("outlook.curve", &[&shown]))
    });
    ui.painter().rect_filled(rect, 3.0, theme.background);
    let inner = Rect::from_min_max(rect.min + Vec2::splat(2.0), rect.max - Vec2::splat(2.0));
    let draw = |glance: &Glance, stroke: Stroke| {
        let last = glance.curve.len().saturating_sub(1).max(1) as f32;
        let at = |(index, share): (usize, &f32)| {
            let (x, y) = (index as f32 / last, share / most);
            Pos2::new(inner.left() + x * inner.width(), inner.bottom() - y * inner.height())
        };
        ui.painter().add(Shape::line(glance.curve.iter().enumerate().map(at).collect(), stroke));
    };
    if let Some(base) = base {
        draw(base, Stroke::new(1.0, theme.faint));
    }
    draw(now, Stroke::new(1.5, theme.candidate));
}
