//! The plan as text, with line numbers. Problems are underlined and listed; a click on one goes to its place.

use egui::text::{CCursor, CCursorRange, LayoutJob};
use egui::text_edit::{TextEditOutput, TextEditState};
use egui::{Align, Color32, FontId, Id, RichText, ScrollArea, Stroke, TextEdit, TextFormat, Ui};

use crate::app::model::editor::EditorCommand;
use crate::app::texts::{t, tf, translated};
use crate::app::view::panels::plan::pane::Pane;
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::library::Severity;

/// Size of the letters, as the mock-up has it.
const SIZE: f32 = 11.5;

fn editor_id() -> Id {
    Id::new("text of the plan")
}

/// Where the text is to jump: a line and a column.
fn jump_id() -> Id {
    Id::new("jump in the plan")
}

/// Shows the text with the cursor at a line and a column, both from 1, when it is drawn next.
pub fn jump(ctx: &egui::Context, line: u32, column: u32) {
    ctx.data_mut(|data| data.insert_temp(jump_id(), (line, column)));
}

/// Whether it is to be shown with the cursor somewhere.
pub(super) fn is_awaited(ui: &Ui) -> bool {
    ui.data(|data| data.get_temp::<(u32, u32)>(jump_id())).is_some()
}

/// The problems of the plan, each a way to its place in the text.
pub(super) fn problems(ui: &mut Ui, pane: &mut Pane<'_>) {
    let theme = pane.theme;
    for problem in pane.editor.problems() {
        let text = tf("plan.line", &[&problem.line, &problem.column, &translated(&problem.message)]);
        let color = if problem.severity == Severity::Error { theme.harm } else { theme.caution };
        let sign = RichText::new(tf("plan.wrong", &[&text])).small().color(color);
        let button = egui::Button::new(sign).frame(false).wrap();
        let response = ui.add(button);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, text.as_str()));
        if response.on_hover_text(t("plan.jump")).clicked() {
            jump(ui.ctx(), problem.line, problem.column);
        }
    }
}

/// Draws the text with its line numbers, and the problems below.
pub(super) fn show(ui: &mut Ui, pane: &mut Pane<'_>) {
    let theme = pane.theme;
    let mut text = pane.editor.text().to_owned();
    let marked: Vec<(u32, u32)> =
        pane.editor.problems().iter().map(|problem| (problem.line, problem.column)).collect();
    let jump: Option<(u32, u32)> = ui.data_mut(|data| data.remove_temp(jump_id()));
    ScrollArea::horizontal().id_salt("plan text").show(ui, |ui| {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            numbers(ui, &theme, &text, &marked);
            let mut layouter = |ui: &Ui, buffer: &dyn egui::TextBuffer, _width: f32| {
                ui.fonts_mut(|fonts| fonts.layout_job(coloured(buffer.as_str(), &theme, &marked)))
            };
            let output = TextEdit::multiline(&mut text)
                .id(editor_id())
                .font(FontId::monospace(SIZE))
                .code_editor()
                .lock_focus(false)
                .desired_width(ui.available_width().max(200.0))
                .desired_rows(12)
                .layouter(&mut layouter)
                .show(ui);
            let response = &output.response.response;
            response.widget_info(|| {
                let mut info =
                    egui::WidgetInfo::labeled(egui::WidgetType::TextEdit, true, t("plan.text_label"));
                info.current_text_value = Some(pane.editor.text().to_owned());
                info
            });
            if let Some((line, column)) = jump {
                put_cursor(ui, &output, &text, (line, column));
            }
        });
    });
    if text != pane.editor.text() {
        pane.ask(EditorCommand::SetText(text));
    }
    problems(ui, pane);
    if pane.editor.problems().is_empty() {
        ui.label(widgets::small(&theme, t("plan.no_problems")));
    }
}

/// Puts the cursor of a text to a line and a column, both from 1, brings it into sight, and gives it the keyboard.
pub(in crate::app::view::panels) fn put_cursor(
    ui: &Ui,
    output: &TextEditOutput,
    text: &str,
    (line, column): (u32, u32),
) {
    let id = output.response.response.id;
    let at = CCursor::new(character(text, line, column));
    let mut state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
    state.cursor.set_char_range(Some(CCursorRange::one(at)));
    state.store(ui.ctx(), id);
    output.response.response.request_focus();
    let place = output.galley.pos_from_cursor(at).translate(output.galley_pos.to_vec2());
    ui.scroll_to_rect(place, Some(Align::Center));
}

/// The numbers of the lines; one with a problem has a sign before it.
fn numbers(ui: &mut Ui, theme: &Theme, text: &str, marked: &[(u32, u32)]) {
    let mut job = LayoutJob::default();
    let count = text.split('\n').count();
    let width = count.to_string().len();
    for line in 1..=count {
        let is_wrong = marked.iter().any(|(wrong, _)| *wrong as usize == line);
        let (sign, color) = if is_wrong { ("\u{00d7}", theme.harm) } else { (" ", theme.faint) };
        let end = if line == count { "" } else { "\n" };
        let format = TextFormat::simple(FontId::monospace(SIZE), color);
        job.append(&format!("{sign}{line:>width$}{end}"), 0.0, format);
    }
    ui.vertical(|ui| {
        // As the margin within the text's frame.
        ui.add_space(2.0);
        let response = ui.label(job);
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::WidgetType::Label, true, tf("plan.lines", &[&count]))
        });
    });
}

/// The text with comments muted, names of fields and choices told apart, and what is wrong underlined.
fn coloured(text: &str, theme: &Theme, marked: &[(u32, u32)]) -> LayoutJob {
    let mut job = LayoutJob::default();
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let wrong: Vec<u32> =
            marked.iter().filter(|(at, _)| *at as usize == index + 1).map(|(_, column)| *column).collect();
        let first_wrong = wrong.iter().min().map(|column| column.saturating_sub(1) as usize);
        let code_end = comment_start(line).unwrap_or(line.len());
        let mut at = 0;
        for piece in pieces(&line[..code_end]) {
            let color = if piece.starts_with('"') {
                theme.good
            } else if piece.starts_with(|c: char| c.is_ascii_digit()) {
                theme.caution
            } else if piece.starts_with(char::is_uppercase) {
                theme.baseline
            } else {
                theme.text
            };
            let from = line[..at].chars().count();
            let is_wrong = first_wrong
                .is_some_and(|wrong| from + piece.chars().count() > wrong && !piece.trim().is_empty());
            job.append(piece, 0.0, format(color, is_wrong.then_some(theme.harm)));
            at += piece.len();
        }
        job.append(&line[code_end..], 0.0, format(theme.mute, None));
    }
    if text.is_empty() {
        job.append("", 0.0, format(theme.text, None));
    }
    job
}

fn format(color: Color32, wrong: Option<Color32>) -> TextFormat {
    let mut format = TextFormat::simple(FontId::monospace(SIZE), color);
    if let Some(wrong) = wrong {
        format.underline = Stroke::new(1.5, wrong);
    }
    format
}

/// Where a comment begins on a line, outside of quotes.
fn comment_start(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let mut is_quoted = false;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if is_quoted => at += 1,
            b'"' => is_quoted = !is_quoted,
            b'/' if !is_quoted && bytes.get(at + 1) == Some(&b'/') => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// A line cut into words, texts in quotes, and what stands between them.
fn pieces(line: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let mut all = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let end = if first == '"' {
            let mut is_escaped = false;
            let close = rest.char_indices().skip(1).find(|(_, c)| {
                let ends = *c == '"' && !is_escaped;
                is_escaped = *c == '\\' && !is_escaped;
                ends
            });
            close.map_or(rest.len(), |(at, _)| at + 1)
        } else if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else {
            rest.find(|c| is_word(c) || c == '"').unwrap_or(rest.len())
        };
        let (piece, after) = rest.split_at(end);
        all.push(piece);
        rest = after;
    }
    all
}

/// How many characters stand before a line and column, both from 1.
fn character(text: &str, line: u32, column: u32) -> usize {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1) as usize)
        .map(|line| line.chars().count())
        .sum();
    before + column.saturating_sub(1) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_text_is_lost_in_its_colours() {
        let theme = Theme::new(Default::default(), Default::default());
        for text in
            ["", "(a: \"x // y\", // b \"c\n  Weight(\"5%\"),\n)", "\"never closed \\", "ä: 1.5\r\n\n"]
        {
            assert_eq!(coloured(text, &theme, &[(1, 2)]).text, text);
        }
        assert_eq!(comment_start("a: \"//\", // b"), Some(9));
    }

    #[test]
    fn a_place_is_found_by_characters() {
        assert_eq!(character("ä\nbc", 2, 2), 3);
        assert_eq!(character("", 1, 1), 0);
    }
}
