//! The same world, other decisions: a table with a bar for each.

use egui::{Grid, RichText, ScrollArea, Ui};

use crate::app::debrief::found::{Decision, Found, Row};
use crate::app::panels::brief::goals::capitalized;
use crate::app::texts::t;
use crate::app::theme::{Theme, semibold};
use crate::app::widgets;
use crate::exercise::Watched;
use crate::exercise::words::{counted, lasting};
use crate::report::what_if;

/// A decision in words.
pub(super) fn name(decision: Decision) -> String {
    match decision {
        Decision::Yours => t("debrief.yours").to_owned(),
        Decision::Other(choice) => capitalized(&what_if::words(choice)),
        Decision::Watching(Watched::Errors) => t("debrief.watch_errors").to_owned(),
        Decision::Watching(Watched::Latency) => t("debrief.watch_latency").to_owned(),
        Decision::Model => t("debrief.model_solution").to_owned(),
    }
}

/// What came of a decision besides the harm: how it ended, and when it was out.
pub(super) fn ending(row: &Row) -> [String; 2] {
    let out = row.run.time_to_complete_s.map_or_else(|| t("debrief.dash").to_owned(), lasting);
    [row.run.phase.replace('_', " "), out]
}

/// Draws the table.
pub(super) fn show(ui: &mut Ui, theme: &Theme, found: &Found) {
    let most = found.rows.iter().map(|row| row.run.users_harmed).max().unwrap_or(0).max(1) as f32;
    let (mark, tint) = (found.matters_most, theme.tint(theme.candidate, 0.14));
    let bar_width = (ui.available_width() * 0.16).clamp(48.0, 180.0);
    ScrollArea::horizontal().id_salt("decisions").show(ui, |ui| {
        // The head is a row as well.
        let color = move |row: usize, _: &egui::Style| (row > 0 && mark == Some(row - 1)).then_some(tint);
        Grid::new("decisions").num_columns(6).spacing([16.0, 8.0]).with_row_color(color).show(ui, |ui| {
            for head in [
                t("debrief.decision"),
                t("debrief.harmed"),
                "",
                t("debrief.outcome"),
                t("debrief.out_after"),
                "",
            ] {
                ui.label(widgets::small(theme, head));
            }
            ui.end_row();
            for (index, row) in found.rows.iter().enumerate() {
                let name = RichText::new(name(row.decision));
                let is_yours = row.decision == Decision::Yours;
                ui.label(if is_yours { name.family(semibold()) } else { name });
                ui.label(widgets::number(counted(row.run.users_harmed), theme.text));
                // A few beside thousands still show: the bar is as long as the square root says.
                let share = (row.run.users_harmed as f32 / most).sqrt();
                let color = if is_yours { theme.baseline } else { theme.candidate };
                widgets::bar(ui, theme, bar_width, share, color);
                let [phase, out] = ending(row);
                ui.label(phase);
                ui.label(widgets::number(out, theme.text));
                let note = if mark == Some(index) { t("debrief.mattered") } else { "" };
                ui.label(widgets::small(theme, note));
                ui.end_row();
            }
        });
    });
    ui.label(widgets::faint(theme, t("debrief.bars")));
}
