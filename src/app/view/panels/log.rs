//! The log of a run: alerts, decisions and facts, newest first. A click on a line goes to its time.

use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Align2, Color32, FontId, Id, Key, Pos2, Rect, Response, ScrollArea, Sense, TextEdit, Ui, Vec2};

use crate::app::model::logbook::{Kind, Row};
use crate::app::model::order::Order;
use crate::app::model::run::Run;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf, translated};
use crate::app::view::panels::transport::clock::clock;
use crate::app::view::theme::{Mark, Theme};
use crate::app::view::widgets;
use crate::engine::Time;
use crate::report::style::Tone;

/// The height of a line.
const ROW: f32 = 22.0;

/// Which lines are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Filter {
    #[default]
    All,
    Decisions,
    Alerts,
}

impl Filter {
    const ALL: [Self; 3] = [Self::All, Self::Decisions, Self::Alerts];

    fn name(self) -> &'static str {
        match self {
            Self::All => t("log.all"),
            Self::Decisions => t("log.decisions"),
            Self::Alerts => t("log.alerts"),
        }
    }

    fn takes(self, kind: Kind, reveals: bool) -> bool {
        match self {
            Self::All => kind != Kind::Hidden || reveals,
            Self::Decisions => kind == Kind::Decision,
            Self::Alerts => kind == Kind::Alert,
        }
    }
}

/// Draws the pane.
pub fn show(ui: &mut Ui, lab: &Lab, run: &Run, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    let view = run.player.snapshot();
    // In the sandbox nothing is a secret; in an exercise the cause is, until the run is over.
    let reveals = run.entry().is_none() || view.is_over();
    let (filter, text) = header(ui, &theme);
    let until = view.log.partition_point(|row| row.at <= view.now);
    let wanted = text.to_lowercase();
    let holds = |row: &&Arc<Row>| {
        filter.takes(row.kind, reveals)
            && (wanted.is_empty()
                || translated(&row.text).to_lowercase().contains(&wanted)
                || translated(&row.because).to_lowercase().contains(&wanted))
    };
    let lines = folded(view.log[..until].iter().rev().filter(holds));
    if lines.is_empty() {
        ui.label(widgets::faint(&theme, if until == 0 { t("log.empty") } else { t("log.nothing") }));
        return;
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().id_salt("log").auto_shrink([false, false]).show_rows(
        ui,
        ROW,
        lines.len(),
        |ui, shown| {
            for index in shown {
                // Counted from the oldest, so that a line keeps the focus when new ones come.
                let id = Id::new(("log line", lines.len() - index));
                if line(ui, &theme, &lines[index], id).clicked() {
                    out.push(LabCommand::Play(Order::Seek(lines[index].row.at)));
                }
            }
        },
    );
}

/// A line of the log: repeated lines are joined.
struct Line<'a> {
    /// What happened, the last time.
    row: &'a Row,
    /// How many times.
    times: usize,
    /// When first.
    since: Time,
}

impl Line<'_> {
    /// How often it happened; empty for once.
    fn repeats(&self) -> String {
        if self.times > 1 { tf("log.times", &[&self.times, &clock(self.since)]) } else { String::new() }
    }
}

/// The lines of rows that come newest first.
fn folded<'a>(rows: impl Iterator<Item = &'a Arc<Row>>) -> Vec<Line<'a>> {
    let mut lines: Vec<Line<'a>> = Vec::new();
    for row in rows {
        match lines.last_mut() {
            Some(line) if (&line.row.text, &line.row.because) == (&row.text, &row.because) => {
                line.times += 1;
                line.since = row.at;
            }
            _ => lines.push(Line { row, times: 1, since: row.at }),
        }
    }
    lines
}

/// The choices above the lines.
fn header(ui: &mut Ui, theme: &Theme) -> (Filter, String) {
    let (filter_id, text_id) = (Id::new("log filter"), Id::new("log search"));
    let mut filter: Filter = ui.data(|data| data.get_temp(filter_id)).unwrap_or_default();
    let mut text: String = ui.data(|data| data.get_temp(text_id)).unwrap_or_default();
    ui.horizontal(|ui| {
        ui.spacing_mut().button_padding = Vec2::new(6.0, 1.0);
        ui.spacing_mut().interact_size.y = 18.0;
        ui.spacing_mut().item_spacing.x = 4.0;
        for choice in Filter::ALL {
            if widgets::choice(ui, theme, filter == choice, choice.name()).clicked() {
                filter = choice;
            }
        }
        ui.add_space(8.0);
        let width = (ui.available_width() - 4.0).clamp(60.0, 180.0);
        let field = TextEdit::singleline(&mut text)
            .hint_text(t("log.search"))
            .font(egui::TextStyle::Small)
            .margin(egui::Margin::symmetric(6, 1))
            .desired_width(width);
        let response = ui.add(field);
        let value = text.clone();
        response.widget_info(|| {
            let mut info = egui::WidgetInfo::text_edit(true, value.as_str(), value.as_str(), t("log.search"));
            info.label = Some(t("log.search").to_owned());
            info
        });
        if response.has_focus() && ui.input(|input| input.key_pressed(Key::Escape)) {
            text.clear();
        }
    });
    ui.data_mut(|data| {
        data.insert_temp(filter_id, filter);
        data.insert_temp(text_id, text.clone());
    });
    (filter, text)
}

/// One line: its time, its sign, and what happened.
fn line(ui: &mut Ui, theme: &Theme, line: &Line<'_>, id: Id) -> Response {
    let row = line.row;
    let (_, rect) = ui.allocate_space(Vec2::new(ui.available_width(), ROW));
    let response = ui.interact(rect, id, Sense::click());
    response.widget_info(|| {
        let told = tf("log.line", &[&clock(row.at), &translated(&row.text), &translated(&row.because)]);
        let told = format!("{} {}", told.trim_end(), line.repeats());
        egui::WidgetInfo::labeled(egui::WidgetType::Button, true, told.trim_end())
    });
    let painter = ui.painter();
    if response.hovered() || response.has_focus() {
        painter.rect_filled(rect, 4.0, theme.tint(theme.text, 0.07));
    }
    if response.has_focus() {
        widgets::outline(painter, rect, 4, theme.mute);
    }
    if response.gained_focus() {
        // The next line is drawn only when there is room for it.
        ui.scroll_to_rect(rect.expand2(Vec2::new(0.0, ROW * 1.5)), None);
    }
    let painter = ui.painter();
    let middle = rect.center().y;
    let time = Pos2::new(rect.left() + 4.0, middle);
    let end =
        widgets::number_at(painter, time, Align2::LEFT_CENTER, &clock(row.at), 11.5, theme.faint).right();
    let sign_at = Pos2::new(end + 14.0, middle);
    sign(painter, sign_at, row.tone, theme);
    let left = sign_at.x + 12.0;
    let mut job = worded(line, theme);
    job.wrap = TextWrapping::truncate_at_width((rect.right() - left - 4.0).max(20.0));
    let galley = painter.layout_job(job);
    let elided = galley.elided;
    painter.galley(Pos2::new(left, middle - galley.size().y / 2.0), galley, theme.text);
    if elided {
        let whole = format!("{}\n{}", translated(&row.text), translated(&row.because));
        let whole = whole.trim_end().to_owned();
        if response.has_focus() {
            response.show_tooltip_text(whole);
            return response;
        }
        return response.on_hover_text(whole);
    }
    response
}

/// The sign of what a line is about, so that its colour is not alone.
fn sign(painter: &egui::Painter, at: Pos2, tone: Tone, theme: &Theme) {
    let square = Rect::from_center_size(at, Vec2::splat(8.0));
    match tone {
        Tone::Harm => widgets::cross(painter, at, 3.5, theme.harm),
        Tone::Caution => {
            let point = |x: f32, y: f32| at + Vec2::new(x, y);
            let points = vec![point(-4.5, 0.0), point(0.0, -4.5), point(4.5, 0.0), point(0.0, 4.5)];
            painter.add(egui::Shape::convex_polygon(points, theme.caution, egui::Stroke::NONE));
        }
        Tone::Good => drop(painter.circle_stroke(at, 3.5, egui::Stroke::new(1.8, theme.good))),
        Tone::Candidate => widgets::mark(painter, square, Mark::Hatched, theme.candidate, theme.background),
        Tone::Baseline => widgets::mark(painter, square, Mark::Round, theme.baseline, theme.background),
        Tone::Plain | Tone::Mute | Tone::Title => drop(painter.circle_filled(at, 1.8, theme.faint)),
    }
}

/// The text of a line: words in colour where they tell harm, and the reason in grey.
fn worded(line: &Line<'_>, theme: &Theme) -> LayoutJob {
    let row = line.row;
    let mut job = LayoutJob::default();
    let mut put = |text: &str, color: Color32| {
        let format = TextFormat { font_id: FontId::proportional(12.5), color, ..TextFormat::default() };
        job.append(text, 0.0, format);
    };
    let is_bad = matches!(row.tone, Tone::Harm | Tone::Caution | Tone::Plain);
    let said = translated(&row.text);
    let parts: Vec<&str> = said.split_inclusive(' ').collect();
    for (at, part) in parts.iter().enumerate() {
        let color = match () {
            () if is_bad && tells(&parts, at, t("log.harm")) => theme.harm,
            () if tells(&parts, at, t("log.good")) => theme.good,
            () => theme.text,
        };
        put(part, color);
    }
    if !row.because.is_empty() {
        put(&format!("   {}", translated(&row.because)), theme.mute);
    }
    let repeats = line.repeats();
    if !repeats.is_empty() {
        put(&format!("   {repeats}"), theme.faint);
    }
    job
}

/// Whether the word at a position is one of these, which tell of harm or of its end, or belongs to two of them that are joined by an
/// underscore: "rolled_back".
fn tells(parts: &[&str], at: usize, words: &str) -> bool {
    let bare = |at: usize| Some(parts.get(at)?.trim().trim_end_matches([',', ':', '.', ';', ')']));
    let two = |first: usize| Some(format!("{}_{}", bare(first)?, bare(first + 1)?));
    let is = |word: Option<&str>| word.is_some_and(|word| words.split(' ').any(|one| one == word));
    is(bare(at)) || is(two(at).as_deref()) || is(at.checked_sub(1).and_then(two).as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_belong_together_tell_together() {
        let parts: Vec<&str> = "The rollout is rolled back, rolled on".split_inclusive(' ').collect();
        let told: Vec<bool> = (0..parts.len()).map(|at| tells(&parts, at, "fails rolled_back")).collect();
        assert_eq!(told, [false, false, false, true, true, false, false]);
        assert!(tells(&["it ", "fails."], 1, "fails rolled_back"));
    }

    #[test]
    fn every_filter_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<&str> = Filter::ALL.into_iter().map(Filter::name).collect();
        assert_eq!(names.len(), Filter::ALL.len());
    }

    #[test]
    fn what_happens_again_and_again_is_one_line() {
        let row = |seconds, text: &str| {
            Arc::new(Row {
                at: Time::from_secs(seconds),
                kind: Kind::Event,
                text: text.to_owned(),
                because: String::new(),
                tone: Tone::Plain,
            })
        };
        let rows = [row(9, "ready"), row(8, "ready"), row(8, "launched"), row(3, "ready")];
        let lines = folded(rows.iter());
        let told: Vec<(&str, usize, u64)> = lines
            .iter()
            .map(|line| (line.row.text.as_str(), line.times, line.since.0 / 1_000_000_000))
            .collect();
        assert_eq!(told, [("ready", 2, 8), ("launched", 1, 8), ("ready", 1, 3)]);
    }
}
