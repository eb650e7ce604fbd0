//! The checks of the analysis and the triggers, with their state in the run.

use egui::{Color32, RichText, Sense, Stroke, Ui, Vec2, WidgetInfo, WidgetType};

use crate::app::texts::{t, tf, translated};
use crate::app::view::panels::plan::meter;
use crate::app::view::panels::plan::pane::{Pane, both_ends, section};
use crate::app::view::panels::transport::clock::clock;
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::control::{Check, CheckPlacement, Limit, Response, Test};
use crate::sim::{CheckProgress, CheckState, TriggerState};

/// Draws the checks, the meter and the triggers. Beside each stands how it does in the run, as its controller sees it;
/// what was changed since has no part in the run.
pub(super) fn show(ui: &mut Ui, pane: &mut Pane<'_>) {
    let Some(plan) = pane.editor.plan() else { return };
    let theme = pane.theme;
    let now = &pane.run.player.snapshot().watching;
    let placed = plan.check_placements();
    if !placed.is_empty() {
        section(ui, &theme, t("plan.analysis"));
    }
    let played = pane.run.plan.check_placements();
    let standing = |at: usize| same(&played, at, &placed[at]).and_then(|index| now.checks.get(index));
    for (at, places) in lines(&placed, |at| standing(at).is_none_or(|one| one.state == CheckState::Ahead)) {
        let about = &placed[at].check;
        let stands = standing(at).map(|stands| of_check(&theme, about, stands));
        row(ui, &theme, stands, |ui| {
            ui.label(sentence(about));
            let places: Vec<_> = places.iter().map(|place| translated(place)).collect();
            let often =
                tf("plan.check_often", &[&about.interval, &(about.failure_limit + 1), &places.join(", ")]);
            ui.label(widgets::small(&theme, often));
        });
    }
    meter::show(ui, pane);
    if !plan.triggers.is_empty() {
        section(ui, &theme, t("plan.triggers"));
    }
    let played = &pane.run.plan.triggers;
    for (at, trigger) in plan.triggers.iter().enumerate() {
        let stands = same(played, at, trigger).and_then(|index| now.triggers.get(index));
        let stands = stands.map(|stands| of_trigger(&theme, &trigger.alert, *stands));
        row(ui, &theme, stands, |ui| {
            ui.label(tf("plan.trigger", &[&trigger.alert, &response(&trigger.then)]));
        });
    }
}

/// The checks that have a line of their own, by their positions, each with its places: one that is still ahead stands with
/// one before it that reads the same.
fn lines(placed: &[CheckPlacement], is_ahead: impl Fn(usize) -> bool) -> Vec<(usize, Vec<&str>)> {
    let mut lines: Vec<(usize, Vec<&str>)> = Vec::new();
    for (at, one) in placed.iter().enumerate() {
        let before = lines.iter_mut().rev().find(|(before, _)| reads_as(&placed[*before].check, &one.check));
        match before.filter(|_| is_ahead(at)) {
            Some((_, places)) => places.push(&one.place),
            None => lines.push((at, vec![&one.place])),
        }
    }
    lines
}

/// Whether two checks read the same.
fn reads_as(one: &Check, other: &Check) -> bool {
    let told = |check: &Check| (sentence(check), check.interval, check.failure_limit);
    told(one) == told(other)
}

/// The position of `one` in the plan that is played: its own if it is the same there.
fn same<T: PartialEq>(played: &[T], at: usize, one: &T) -> Option<usize> {
    if played.get(at) == Some(one) { Some(at) } else { played.iter().position(|other| other == one) }
}

/// How something that watches stands.
struct Stands {
    sign: Sign,
    color: Color32,
    /// Figures or a word, at the right.
    told: String,
    /// The state in words, below.
    words: String,
    /// All of it in a sentence.
    spoken: String,
}

/// A sign beside a line.
#[derive(Clone, Copy)]
enum Sign {
    Empty,
    Half,
    Full,
    Cross,
}

fn of_check(theme: &Theme, check: &Check, stands: &CheckProgress) -> Stands {
    let CheckProgress { state, measured, failed, .. } = *stands;
    let (sign, color, word) = match state {
        CheckState::Ahead => (Sign::Empty, theme.mute, t("plan.check.ahead")),
        CheckState::Running => (Sign::Half, theme.text, t("plan.check.running")),
        // What ends with its analysis before it was measured has passed by the letter alone.
        CheckState::Passed if measured == 0 => (Sign::Empty, theme.mute, t("plan.check.left")),
        CheckState::Passed => (Sign::Full, theme.good, t("plan.check.passed")),
        CheckState::Inconclusive => (Sign::Half, theme.caution, t("plan.check.inconclusive")),
        CheckState::Silent => (Sign::Half, theme.caution, t("plan.check.silent")),
        CheckState::Failed => (Sign::Cross, theme.harm, t("plan.check.failed")),
        CheckState::Left => (Sign::Empty, theme.mute, t("plan.check.left")),
    };
    let has_begun = state != CheckState::Ahead;
    // Any number of bad answers is allowed by a limit below zero.
    let too_many = u32::try_from(check.failure_limit).ok().map(|limit| limit + 1);
    let told = match too_many {
        _ if !has_begun => String::new(),
        Some(too_many) => tf("plan.check.count {} of {}", &[&failed, &too_many]),
        None => failed.to_string(),
    };
    let words = if has_begun { tf("plan.check.answers {} {}", &[&word, &measured]) } else { word.to_owned() };
    let spoken = match too_many {
        Some(too_many) if has_begun => {
            tf("plan.check.spoken {} {} {} {}", &[&check.name, &words, &failed, &too_many])
        }
        _ => tf("plan.trigger.spoken {} {}", &[&check.name, &words]),
    };
    let color = if state == CheckState::Running && failed > 0 { theme.caution } else { color };
    Stands { sign, color, told, words, spoken }
}

fn of_trigger(theme: &Theme, alert: &str, stands: TriggerState) -> Stands {
    let (sign, color, word, words) = match stands {
        TriggerState::Armed => (Sign::Empty, theme.mute, t("plan.armed"), String::new()),
        TriggerState::Pending(since) => {
            (Sign::Half, theme.caution, t("plan.pending"), tf("plan.pending_since {}", &[&clock(since)]))
        }
        TriggerState::Fired(at) => {
            (Sign::Cross, theme.harm, t("plan.fired"), tf("plan.fired_at {}", &[&clock(at)]))
        }
    };
    let said = if words.is_empty() { word.to_owned() } else { words.clone() };
    let spoken = tf("plan.trigger.spoken {} {}", &[&alert, &said]);
    Stands { sign, color, told: word.to_owned(), words, spoken }
}

/// A line: a sign of its state, its text, and figures at the right.
fn row(ui: &mut Ui, theme: &Theme, stands: Option<Stands>, draw: impl FnOnce(&mut Ui)) {
    let told = stands.as_ref().map_or_else(
        || RichText::new(""),
        |stands| RichText::new(&stands.told).monospace().size(11.0).color(stands.color),
    );
    let left = |ui: &mut Ui| {
        ui.horizontal_top(|ui| {
            if let Some(stands) = &stands {
                draw_sign(ui, theme, stands);
            }
            ui.vertical(|ui| {
                draw(ui);
                if let Some(stands) = stands.as_ref().filter(|stands| !stands.words.is_empty()) {
                    ui.label(RichText::new(&stands.words).small().color(stands.color));
                }
            });
        });
    };
    both_ends(ui, left, told);
}

fn draw_sign(ui: &mut Ui, theme: &Theme, stands: &Stands) {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(12.0, 16.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &stands.spoken));
    let (painter, center, radius) = (ui.painter(), rect.center(), 4.0);
    match stands.sign {
        Sign::Empty => drop(painter.circle_stroke(center, radius, Stroke::new(1.5, stands.color))),
        Sign::Full => drop(painter.circle_filled(center, radius, stands.color)),
        Sign::Half => {
            painter.circle_stroke(center, radius, Stroke::new(1.5, stands.color));
            painter.circle_filled(center, radius / 2.0, stands.color);
        }
        Sign::Cross => widgets::cross(painter, center, 3.5, theme.harm),
    }
}

/// A check and its limit: `errors below 2%`.
pub(super) fn sentence(check: &Check) -> String {
    let limit = match &check.pass {
        Limit::Below(level) => tf("plan.limit.below", &[level]),
        Limit::Above(level) => tf("plan.limit.above", &[level]),
        Limit::AtMostBaseline { factor, plus } if plus.value() > 0.0 => {
            tf("plan.limit.at_most_plus", &[factor, plus])
        }
        Limit::AtMostBaseline { factor, .. } => tf("plan.limit.at_most", &[factor]),
        Limit::AtLeastBaseline { factor } => tf("plan.limit.at_least", &[factor]),
        Limit::NotWorse(test) => tf("plan.limit.not_worse", &[&name_of(test)]),
    };
    tf("plan.check", &[&check.name, &limit])
}

fn name_of(test: &Test) -> &'static str {
    match test {
        Test::TwoProportions { .. } => t("plan.test.two_proportions"),
        Test::Fisher { .. } => t("plan.test.fisher"),
        Test::Sequential { .. } => t("plan.test.sequential"),
        Test::SampleRatio { .. } => t("plan.test.sample_ratio"),
        Test::Welch { .. } => t("plan.test.welch"),
        Test::MannWhitney { .. } => t("plan.test.mann_whitney"),
        Test::Kayenta(_) => t("plan.test.kayenta"),
    }
}

fn response(then: &Response) -> String {
    match then {
        Response::Abort => t("plan.then.abort").to_owned(),
        Response::Pause => t("plan.then.pause").to_owned(),
        Response::KillFlag => t("plan.then.kill_flag").to_owned(),
        Response::Page => t("plan.then.page").to_owned(),
        Response::Scale(amount) => tf("plan.then.scale", &[amount]),
        Response::OpenBreaker(to) => tf("plan.then.open_breaker", &[to]),
        Response::Shed(share) => tf("plan.then.shed", &[share]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Plan;

    #[test]
    fn a_check_at_several_steps_has_one_line_until_they_come() {
        let text = crate::library::shipped::exercise_files("canary").unwrap();
        let solution = text.files.iter().find(|file| file.file.ends_with("solution.ron")).unwrap();
        let plan: Plan = crate::library::read_ron("solution.ron", &solution.text).unwrap().0;
        let placed = plan.check_placements();
        let ahead = lines(&placed, |_| true);
        let different = placed
            .iter()
            .enumerate()
            .filter(|(at, one)| !placed[..*at].iter().any(|before| reads_as(&before.check, &one.check)));
        assert_eq!(ahead.len(), different.count());
        assert_eq!(ahead.iter().map(|(_, places)| places.len()).sum::<usize>(), placed.len());
        assert!(ahead[0].1.len() > 1, "{ahead:?}");
        assert_eq!(lines(&placed, |_| false).len(), placed.len());
    }
}
