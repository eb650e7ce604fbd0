//! What the plan that is written comes to in this world, beside the form: users harmed and the time it takes with the change against the
//! plan of the run, the course of the run, and the band over all cases.

use std::cmp::Ordering;

use egui::{Color32, Pos2, Rect, RichText, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, WidgetType};

use crate::app::model::outlook::{Band, Glance};
use crate::app::model::run::Run;
use crate::app::texts::{t, tf};
use crate::app::view::panels::transport::clock::clock;
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::engine::Time;
use crate::exercise::format::{counted, decimal, lasting};

/// The least that is left for the form above it, in points.
const FORM: f32 = 190.0;

/// What the form should have above it, in points; where the whole outlook would leave it less, the outlook is brief.
const ROOMY_FORM: f32 = 300.0;

/// The size of the curves, in points.
const CURVE: Vec2 = Vec2::new(72.0, 44.0);

/// The narrowest pane, in points, with the curves beside the words.
const WITH_CURVE: f32 = 250.0;

/// How wide a letter is and how high a line, in points, in small text.
const LETTER: Vec2 = Vec2::new(6.0, 15.5);

/// About how many letters its sentences have at the most: of this world, of the change, and of all cases.
const LETTERS: [f32; 3] = [80.0, 52.0, 92.0];

/// The same where it is brief: of this world with the change, and of all cases.
const BRIEF: [f32; 2] = [44.0, 40.0];

/// About how many letters it has where there is nothing to tell yet.
const LATER: f32 = 96.0;

/// How much it tells in the room that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// Curves and sentences.
    Whole,
    /// Two lines; the sentences are shown under the pointer.
    Brief,
}

/// How much it tells in a pane of this size, and its height there in points; none where there is no room for it. A world that was not
/// played yet takes two lines; once it was, it has its place whether anything is known or not, so that the form does not move while a plan
/// is changed.
pub(super) fn place(pane: Vec2, run: &Run) -> Option<(Extent, f32)> {
    let lines = |letters: &[f32], width: f32| -> f32 {
        letters.iter().map(|letters| (letters / (width / LETTER.x).max(1.0)).ceil()).sum()
    };
    let high = |lines: f32| lines * LETTER.y + 14.0;
    let brief = |height: f32| (pane.y >= FORM + height).then_some((Extent::Brief, height));
    if !run.may_look_ahead() {
        return brief(high(lines(&[LATER], pane.x)));
    }
    let beside = if pane.x >= WITH_CURVE { CURVE.x + 8.0 } else { 0.0 };
    let whole = high(lines(&LETTERS, pane.x - beside)).max(CURVE.y + 12.0);
    if pane.y >= ROOMY_FORM + whole {
        Some((Extent::Whole, whole))
    } else {
        brief(high(lines(&BRIEF, pane.x)))
    }
}

/// Draws it.
pub(super) fn show(ui: &mut Ui, theme: &Theme, run: &Run, extent: Extent) {
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
    match extent {
        Extent::Brief => in_two_lines(ui, theme, run, base, now),
        Extent::Whole => drop(ui.horizontal_top(|ui| {
            if ui.available_width() >= WITH_CURVE {
                curves(ui, theme, base, now);
            }
            ui.vertical(|ui| {
                ui.label(RichText::new(sentence(base, now)).small().color(theme.text));
                let (text, better) = change(base, now);
                ui.label(RichText::new(text).small().color(color(theme, better)));
                ui.label(widgets::faint(theme, over_all(run)));
            });
        })),
    }
}

/// The color of a change for the better, for the worse, and of none.
const fn color(theme: &Theme, better: Option<bool>) -> Color32 {
    match better {
        Some(true) => theme.good,
        Some(false) => theme.harm,
        None => theme.mute,
    }
}

/// Users harmed with the change, how it ended, and the points over all cases; all sentences under the pointer.
fn in_two_lines(ui: &mut Ui, theme: &Theme, run: &Run, base: Option<&Glance>, now: &Glance) {
    let (text, better) = change(base, now);
    let told = [sentence(base, now), text, over_all(run)].join("\n");
    let here = ui.label(RichText::new(line(base, now)).small().color(color(theme, better)));
    let all = ui.label(widgets::faint(theme, points(run)));
    here.on_hover_text(&told);
    all.on_hover_text(&told);
}

/// Users harmed, the change of them against the plan of the run, and how it ended, in a line.
fn line(base: Option<&Glance>, now: &Glance) -> String {
    let is = now.run.users_harmed;
    let was = base.map_or(is, |base| before(base, now));
    let change = match is.cmp(&was) {
        Ordering::Less => format!("−{}", counted(was - is)),
        Ordering::Greater => format!("+{}", counted(is - was)),
        Ordering::Equal => "±0".to_owned(),
    };
    let ended = match (now.until, now.run.phase, now.run.time_to_complete_s) {
        (Some(until), ..) => clock(until),
        (None, "completed", Some(takes)) => lasting(takes),
        (None, "rolled_back", _) => t("outlook.rolled_back").to_owned(),
        (None, ..) => t("outlook.hanging").to_owned(),
    };
    tf("outlook.brief", &[&counted(is), &change, &ended])
}

/// The points over all cases, in a line.
fn points(run: &Run) -> String {
    match &run.outlook.band {
        Some(Band { score, max_score, .. }) => {
            tf("outlook.points", &[&decimal(*score, 0), &decimal(*max_score, 0)])
        }
        None => over_all(run),
    }
}

/// What a plan comes to, in a sentence, with how much sooner or later it completes.
fn sentence(base: Option<&Glance>, now: &Glance) -> String {
    let harmed = counted(now.run.users_harmed);
    if let Some(until) = now.until {
        return tf("outlook.so_far", &[&harmed, &clock(until)]);
    }
    let ended = match (now.run.phase, now.run.time_to_complete_s) {
        ("completed", Some(takes)) => {
            let before = base.and_then(|base| base.run.time_to_complete_s).unwrap_or(takes);
            let by = lasting((takes - before).abs().round());
            match (takes - before).round().total_cmp(&0.0) {
                Ordering::Less => tf("outlook.completed_sooner", &[&lasting(takes), &by]),
                Ordering::Greater => tf("outlook.completed_later", &[&lasting(takes), &by]),
                Ordering::Equal => tf("outlook.completed", &[&lasting(takes)]),
            }
        }
        ("rolled_back", _) => t("outlook.rolled_back").to_owned(),
        _ => t("outlook.hanging").to_owned(),
    };
    tf("outlook.here", &[&harmed, &ended])
}

/// Users whom the plan of the run has harmed by the same time.
fn before(base: &Glance, now: &Glance) -> u64 {
    now.until.map_or(base.run.users_harmed, |until| base.harmed_by(until))
}

/// The change against the plan of the run, by the same time, and whether it is for the better; none when nothing changed.
fn change(base: Option<&Glance>, now: &Glance) -> (String, Option<bool>) {
    let Some(base) = base else { return (String::new(), None) };
    let (was, is) = (before(base, now), now.run.users_harmed);
    match is.cmp(&was) {
        Ordering::Less => (tf("outlook.fewer", &[&counted(was - is)]), Some(true)),
        Ordering::Greater => (tf("outlook.more", &[&counted(is - was)]), Some(false)),
        Ordering::Equal => (t("outlook.same").to_owned(), None),
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

/// The course of the run: the share of tries that the candidate gets as an area, and that of failed requests as a line, of the plan of the
/// run faint.
fn curves(ui: &mut Ui, theme: &Theme, base: Option<&Glance>, now: &Glance) {
    let (rect, response) = ui.allocate_exact_size(CURVE, Sense::hover());
    let both = || base.into_iter().chain([now]);
    let largest = |shares: &[f32]| shares.iter().copied().fold(0.0, f32::max);
    let most = both().map(|glance| largest(&glance.curves.failed)).fold(0.01, f32::max);
    let ends = |glance: &Glance| glance.curves.part.0 * glance.curves.failed.len() as u64;
    let end = both().map(ends).max().unwrap_or_default().max(1);
    response.widget_info(|| {
        let [failed, candidate] = [&now.curves.failed, &now.curves.candidate]
            .map(|shares| decimal(100.0 * f64::from(largest(shares)), 1));
        WidgetInfo::labeled(WidgetType::Image, true, tf("outlook.curve", &[&failed, &candidate]))
    });
    ui.painter().rect_filled(rect, 3.0, theme.background);
    let inner = rect.shrink(2.0);
    let at = |time: Time, share: f32| {
        let x = time.0 as f32 / end as f32;
        Pos2::new(inner.left() + x * inner.width(), inner.bottom() - share * inner.height())
    };
    let part = now.curves.part.0;
    for (index, share) in now.curves.candidate.iter().enumerate() {
        let from = part * index as u64;
        let area = Rect::from_two_pos(at(Time(from), 0.0), at(Time(from + part), *share));
        ui.painter().rect_filled(area, 0.0, theme.tint(theme.candidate, 0.3));
    }
    let line = |glance: &Glance, stroke: Stroke| {
        let part = glance.curves.part.0;
        let middle = |index: usize| Time(part * index as u64 + part / 2);
        let points = glance.curves.failed.iter().enumerate();
        ui.painter()
            .add(Shape::line(points.map(|(index, share)| at(middle(index), share / most)).collect(), stroke));
    };
    if let Some(base) = base {
        line(base, Stroke::new(1.0, theme.mute));
    }
    line(now, Stroke::new(1.5, theme.harm));
}
