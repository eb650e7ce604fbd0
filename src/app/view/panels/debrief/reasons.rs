//! Why requests failed in the run, and what the monitoring showed of it at the time.

use egui::{Align, Layout, RichText, Ui};

use crate::app::model::findings::Findings;
use crate::app::texts::{t, tf, word};
use crate::app::view::panels::brief::goals::capitalized;
use crate::app::view::panels::debrief::cohorts;
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::exercise::evidence::Evidence;
use crate::exercise::format::{counted, decimal, percent};
use crate::sim::Cause;

/// The causes of failed requests, the most frequent first.
pub(super) fn causes(found: &Findings) -> Vec<(Cause, u64)> {
    let Some(yours) = found.rows.first() else { return Vec::new() };
    let count = |cause: Cause| yours.run.causes.get(cause.name()).copied().unwrap_or(0);
    let mut causes: Vec<(Cause, u64)> =
        Cause::ALL.into_iter().map(|cause| (cause, count(cause))).filter(|(_, count)| *count > 0).collect();
    causes.sort_by_key(|(cause, count)| (std::cmp::Reverse(*count), *cause));
    causes
}

/// A cause in words.
pub(super) fn cause_words(cause: Cause) -> String {
    let meaning = capitalized(word(cause.meaning()));
    if cause.is_of_release() { meaning } else { tf("debrief.not_yours", &[&meaning]) }
}

/// What the monitoring showed at a time, in sentences.
pub(super) fn known_words(known: &Evidence) -> String {
    let ratio = |seen: crate::telemetry::Seen| percent(seen.errors as f64 / seen.requests.max(1) as f64);
    let p = if known.p < 0.0001 { t("debrief.tiny").to_owned() } else { decimal(known.p, 4) };
    let seen = tf(
        "debrief.known",
        &[&counted(known.candidate.requests), &counted(known.candidate.errors), &ratio(known.baseline), &p],
    );
    let verdict = if known.is_clear() { t("debrief.clear") } else { t("debrief.unclear") };
    format!("{seen} {verdict}")
}

/// Draws why requests failed.
pub(super) fn why(ui: &mut Ui, theme: &Theme, found: &Findings) {
    widgets::title(ui, theme, t("debrief.why"));
    let causes = causes(found);
    let most = causes.first().map_or(1, |(_, count)| *count).max(1) as f32;
    if causes.is_empty() {
        ui.label(widgets::small(theme, t("debrief.none_failed")));
    }
    for (cause, count) in causes {
        ui.with_layout(Layout::right_to_left(Align::TOP), |ui| {
            ui.label(widgets::number(counted(count), theme.text));
            ui.with_layout(Layout::top_down(Align::LEFT), |ui| ui.label(cause_words(cause)));
        });
        let color = if cause.is_of_release() { theme.harm } else { theme.faint };
        let width = ui.available_width();
        widgets::bar(ui, theme, width, count as f32 / most, color);
    }
    cohorts::show(ui, theme, found);
}

/// Draws what could be known.
pub(super) fn evidence(ui: &mut Ui, theme: &Theme, found: &Findings) {
    widgets::title(ui, theme, t("debrief.evidence"));
    if found.evidence.is_empty() {
        ui.label(widgets::small(theme, t("debrief.no_evidence")));
    }
    for known in &found.evidence {
        ui.label(widgets::number(tf("debrief.at", &[&known.at]), theme.text));
        ui.label(RichText::new(known_words(known)).color(theme.mute));
    }
    ui.label(widgets::faint(theme, t("debrief.test")));
}
