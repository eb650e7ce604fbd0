//! Other decisions in the same world: a table with a bar for each.

use egui::{Align, Label, Layout, Response, RichText, ScrollArea, Shape, Ui, Vec2};

use crate::app::model::findings::{Decision, Findings, Row};
use crate::app::texts::{t, tf, word};
use crate::app::view::panels::brief::goals::capitalized;
use crate::app::view::theme::{Theme, semibold};
use crate::app::view::widgets;
use crate::exercise::ExtraCheck;
use crate::exercise::format::{counted, lasting};
use crate::report::what_if;

/// A decision in words.
pub(super) fn name(decision: Decision) -> String {
    match decision {
        Decision::Yours => t("debrief.yours").to_owned(),
        Decision::Other(choice) => capitalized(word(&what_if::words(choice))),
        Decision::ExtraCheck(ExtraCheck::Errors) => t("debrief.watch_errors").to_owned(),
        Decision::ExtraCheck(ExtraCheck::Latency) => t("debrief.watch_latency").to_owned(),
        Decision::Model => t("debrief.model_solution").to_owned(),
    }
}

/// The result of a decision besides the harm: how it ended, and when the release was out.
pub(super) fn ending(row: &Row) -> [String; 2] {
    let out = row.run.time_to_complete_s.map_or_else(|| t("debrief.dash").to_owned(), lasting);
    let choice = match row.decision {
        Decision::Other(choice) => Some(choice),
        Decision::Yours | Decision::ExtraCheck(_) | Decision::Model => None,
    };
    [word(&what_if::outcome(choice, &row.run)).to_owned(), out]
}

/// Widths of the columns, in points: decision, users harmed, bar, outcome, when it was out, what there is to say of it.
struct Columns([f32; 6]);

impl Columns {
    const GAP: f32 = 16.0;
    /// Below this, in points, the table is wider than its place and scrolls.
    const LEAST: f32 = 640.0;

    fn new(width: f32) -> Self {
        let width = width.max(Self::LEAST);
        let [decision, harmed, bar, outcome, out] = [width * 0.29, 92.0, width * 0.11, 92.0, 64.0];
        let note = width - decision - harmed - bar - outcome - out - Self::GAP * 5.0;
        Self([decision, harmed, bar, outcome, out, note.max(96.0)])
    }

    /// One line of the table, its cells filled by `cell`.
    fn line(&self, ui: &mut Ui, mut cell: impl FnMut(&mut Ui, usize)) -> Response {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = Self::GAP;
            for (index, width) in self.0.into_iter().enumerate() {
                // Numbers end where the numbers above and below them end.
                let layout = match index {
                    1 | 4 => Layout::right_to_left(Align::Center),
                    _ => Layout::left_to_right(Align::Center),
                };
                ui.allocate_ui_with_layout(Vec2::new(width, 22.0), layout, |ui| {
                    ui.set_min_width(width);
                    cell(ui, index);
                });
            }
        })
        .response
    }
}

/// Draws the table.
pub(super) fn show(ui: &mut Ui, theme: &Theme, found: &Findings) {
    let most = found.rows.iter().map(|row| row.run.users_harmed).max().unwrap_or(0).max(1) as f32;
    let columns = Columns::new(ui.available_width() - 12.0);
    let heads =
        [t("debrief.decision"), t("debrief.harmed"), "", t("debrief.outcome"), t("debrief.out_after"), ""];
    ScrollArea::horizontal().id_salt("decisions").show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        columns.line(ui, |ui, index| drop(ui.label(widgets::small(theme, heads[index]))));
        for (index, row) in found.rows.iter().enumerate() {
            widgets::rule(ui, theme);
            let mattered = found.matters_most == Some(index);
            let behind = ui.painter().add(Shape::Noop);
            let line = columns.line(ui, |ui, index| cell(ui, theme, row, (index, most, mattered)));
            if mattered {
                let tint = theme.tint(theme.candidate, 0.14);
                ui.painter()
                    .set(behind, Shape::rect_filled(line.rect.expand2(Vec2::new(6.0, 2.0)), 4.0, tint));
            }
        }
        widgets::rule(ui, theme);
    });
    ui.label(widgets::faint(theme, t("debrief.bars")));
}

fn cell(ui: &mut Ui, theme: &Theme, row: &Row, (index, most, mattered): (usize, f32, bool)) {
    let is_yours = row.decision == Decision::Yours;
    let [phase, out] = ending(row);
    match index {
        0 => {
            let name = RichText::new(name(row.decision));
            let name = if is_yours { name.family(semibold()) } else { name };
            ui.add(Label::new(name).truncate());
        }
        1 => {
            let harmed = ui.label(widgets::number(counted(row.run.users_harmed), theme.text));
            harmed.on_hover_text(tf("debrief.helped", &[&counted(row.run.users_helped)]));
        }
        2 => {
            // A few beside thousands still show: the bar is as long as the square root says.
            let share = (row.run.users_harmed as f32 / most).sqrt();
            let color = if is_yours { theme.baseline } else { theme.candidate };
            let width = ui.available_width();
            widgets::bar(ui, theme, width, share, color);
        }
        3 => drop(ui.label(phase)),
        4 => drop(ui.label(widgets::number(out, theme.text))),
        _ if mattered => drop(ui.add(Label::new(widgets::small(theme, t("debrief.mattered"))).truncate())),
        _ => {}
    }
}
