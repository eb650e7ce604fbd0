//! The first screen: the parts of the course, with a card for each exercise.

use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat};
use egui::{
    Align2, CornerRadius, Frame, Galley, Key, Margin, Pos2, Rect, RichText, ScrollArea, Sense, Stroke,
    StrokeKind, Ui, UiBuilder, Vec2,
};

use crate::app::model::catalog::Entry;
use crate::app::model::files::FilesCommand;
use crate::app::model::told::told;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::panels::picture::{self, Picture};
use crate::app::view::panels::recall;
use crate::app::view::theme::{Theme, semibold};
use crate::app::view::widgets;
use crate::exercise::format::decimal;
use crate::library::Problem;

const GAP: f32 = 12.0;

const NARROWEST: f32 = 196.0;

/// The narrowest card that is chosen where there is room: the time stands beside its picture.
const COMFORTABLE: f32 = 228.0;

const INSIDE: f32 = 16.0;

/// The name of a part of the lesson.
pub fn part_name(part: u32) -> String {
    match part {
        0 => t("part.before").to_owned(),
        1 => t("part.blue_green").to_owned(),
        2 => t("part.canary").to_owned(),
        3 => t("part.rolling").to_owned(),
        4 => t("part.production").to_owned(),
        other => tf("part.other {}", &[&other]),
    }
}

/// Some exercises under one title.
struct Section<'a> {
    number: Option<u32>,
    title: String,
    entries: Vec<&'a Arc<Entry>>,
}

/// The exercises as they are shown: an instructor's own first, then by parts of the lesson.
fn sections(lab: &Lab) -> Vec<Section<'_>> {
    let all = &lab.catalog.exercises;
    let mut sections = Vec::new();
    let own: Vec<&Arc<Entry>> = all.iter().filter(|entry| entry.is_own).collect();
    if !own.is_empty() {
        sections.push(Section { number: None, title: t("course.own").to_owned(), entries: own });
    }
    let shipped = || all.iter().filter(|entry| !entry.is_own);
    let mut parts: Vec<u32> = shipped().map(|entry| entry.exercise.part).collect();
    parts.sort();
    parts.dedup();
    for part in parts {
        let entries = shipped().filter(|entry| entry.exercise.part == part).collect();
        let number = (part > 0).then_some(part);
        sections.push(Section { number, title: part_name(part), entries });
    }
    sections
}

/// Draws the screen.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    let sections = sections(lab);
    number_keys(ui, lab, &sections, out);
    let next = lab.learner.next(&lab.catalog).map(|entry| entry.id.clone());
    ScrollArea::vertical().id_salt("course").auto_shrink(false).show(ui, |ui| {
        Frame::new().inner_margin(Margin::symmetric(24, 20)).show(ui, |ui| {
            left_off(ui, lab, &theme, out);
            recall::show(ui, lab, &theme, out);
            for (name, problems) in &lab.catalog.broken {
                broken(ui, name, problems, &theme);
            }
            let columns = columns(ui.available_width());
            for band in bands(&sections, columns) {
                show_band(ui, lab, &band, columns, next.as_deref(), out);
                ui.add_space(16.0);
            }
        });
    });
}

/// The keys 1 to 9 open the first nine exercises, in the order in which they are shown.
fn number_keys(ui: &Ui, lab: &Lab, sections: &[Section<'_>], out: &mut Vec<LabCommand>) {
    const KEYS: [Key; 9] =
        [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];
    if lab.overlay.is_some() || ui.ctx().text_edit_focused() {
        return;
    }
    let pressed = ui.input(|input| {
        let plain = input.modifiers.is_none();
        KEYS.iter().position(|key| plain && input.key_pressed(*key))
    });
    let mut all = sections.iter().flat_map(|section| &section.entries);
    if let Some(entry) = pressed.and_then(|index| all.nth(index)) {
        out.push(LabCommand::OpenExercise(entry.id.clone()));
    }
}

fn columns(width: f32) -> usize {
    let narrowest = if width > 3.0 * (COMFORTABLE + GAP) { COMFORTABLE } else { NARROWEST };
    (((width + GAP) / (narrowest + GAP)) as usize).clamp(1, 6)
}

/// Sections that stand beside one another: as many as fit into the columns.
fn bands<'a, 'b>(sections: &'a [Section<'b>], columns: usize) -> Vec<Vec<&'a Section<'b>>> {
    let mut bands: Vec<Vec<&Section<'_>>> = Vec::new();
    let mut taken = columns;
    for section in sections {
        if taken + section.entries.len() <= columns
            && let Some(band) = bands.last_mut()
        {
            band.push(section);
        } else {
            bands.push(vec![section]);
            taken = 0;
        }
        taken += section.entries.len();
    }
    bands
}

fn show_band(
    ui: &mut Ui,
    lab: &Lab,
    band: &[&Section<'_>],
    columns: usize,
    next: Option<&str>,
    out: &mut Vec<LabCommand>,
) {
    let theme = lab.theme();
    let width = ui.available_width();
    let each = (width - GAP * (columns - 1) as f32) / columns as f32;
    let (heads, _) = ui.allocate_exact_size(Vec2::new(width, 22.0), Sense::hover());
    let mut column = 0;
    for section in band {
        let left = heads.left() + column as f32 * (each + GAP);
        let span = section.entries.len().min(columns) as f32;
        let room = Vec2::new(span * (each + GAP) - GAP, heads.height());
        let rect = Rect::from_min_size(Pos2::new(left, heads.top()), room);
        ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| head(ui, lab, section, &theme));
        column += section.entries.len();
    }
    let entries: Vec<&Arc<Entry>> = band.iter().flat_map(|section| section.entries.iter().copied()).collect();
    for row in entries.chunks(columns) {
        let faces: Vec<Face> = row.iter().map(|entry| Face::new(ui, lab, entry, each, &theme)).collect();
        let height = faces.iter().map(Face::height).fold(132.0, f32::max);
        let (line, _) = ui.allocate_exact_size(Vec2::new(width, height), Sense::hover());
        for (index, (entry, face)) in row.iter().zip(&faces).enumerate() {
            let corner = Pos2::new(line.left() + index as f32 * (each + GAP), line.top());
            let rect = Rect::from_min_size(corner, Vec2::new(each, height));
            card(ui, lab, entry, face, rect, next == Some(entry.id.as_str()), out);
        }
        ui.add_space(GAP - ui.spacing().item_spacing.y);
    }
}

fn head(ui: &mut Ui, lab: &Lab, section: &Section<'_>, theme: &Theme) {
    ui.horizontal(|ui| {
        let bold = |text: String| RichText::new(text).family(semibold()).color(theme.text);
        if let Some(number) = section.number {
            ui.label(bold(number.to_string()));
        }
        ui.label(bold(section.title.clone()));
        let done = section.entries.iter().filter(|entry| lab.learner.has_passed(entry)).count();
        if section.entries.len() > 1 || section.number.is_some() {
            ui.label(widgets::small(theme, tf("course.done {} of {}", &[&done, &section.entries.len()])));
        }
    });
}

/// The texts of a card, laid out.
struct Face {
    title: Arc<Galley>,
    /// What it is about in the words of the field; empty where its author says nothing.
    subject: Arc<Galley>,
    line: Arc<Galley>,
    /// Whether the card is too narrow for the time beside the picture; it then stands below the texts.
    is_tight: bool,
}

impl Face {
    fn new(ui: &Ui, _lab: &Lab, entry: &Entry, width: f32, theme: &Theme) -> Self {
        let inner = width - 2.0 * INSIDE;
        let laid = |text: &str, font: egui::FontId, color| {
            let mut job = LayoutJob::single_section(text.to_owned(), TextFormat::simple(font, color));
            job.wrap.max_width = inner;
            ui.painter().layout_job(job)
        };
        Self {
            title: laid(&entry.exercise.title, egui::FontId::new(13.0, semibold()), theme.text),
            subject: laid(&entry.exercise.subject, egui::FontId::proportional(11.5), theme.text),
            line: laid(&one_line(entry), egui::FontId::proportional(11.5), theme.mute),
            is_tight: width < 2.0 * INSIDE + picture::SIZE.x + 76.0,
        }
    }

    fn height(&self) -> f32 {
        12.0 + picture::SIZE.y
            + 12.0
            + self.title.size().y
            + self.room_of_subject()
            + 4.0
            + self.line.size().y
            + INSIDE
            + if self.is_tight { 14.0 } else { 0.0 }
    }

    fn room_of_subject(&self) -> f32 {
        if self.subject.text().is_empty() { 0.0 } else { self.subject.size().y + 2.0 }
    }
}

/// What an exercise is about, in a line: its first objective, or else the first sentence of its brief.
pub fn one_line(entry: &Entry) -> String {
    if let Some(objective) = entry.exercise.objectives.first() {
        return objective.clone();
    }
    let text = entry.brief.lines().skip_while(|line| line.starts_with('#') || line.trim().is_empty());
    let text: Vec<&str> = text.take_while(|line| !line.trim().is_empty()).collect();
    let text = text.join(" ");
    text.split_inclusive(". ").next().unwrap_or_default().trim().to_owned()
}

fn card(
    ui: &mut Ui,
    lab: &Lab,
    entry: &Arc<Entry>,
    face: &Face,
    rect: Rect,
    is_next: bool,
    out: &mut Vec<LabCommand>,
) {
    let theme = lab.theme();
    let response = ui.interact(rect, ui.id().with(("exercise", &entry.id)), Sense::click());
    let minutes = tf("course.minutes {}", &[&entry.exercise.minutes]);
    let best = lab.learner.best.get(&entry.id).map(|best| decimal(*best, 0));
    let passed = lab.learner.has_passed(entry);
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::WidgetType::Button, true, entry.exercise.title.as_str())
    });
    ui.ctx().accesskit_node_builder(response.id, |node| {
        let score = match &best {
            Some(best) if passed => tf("course.best_passed {}", &[best]),
            Some(best) => tf("course.best {}", &[best]),
            None => String::new(),
        };
        let subject = &entry.exercise.subject;
        let about =
            if subject.is_empty() { one_line(entry) } else { format!("{subject}. {}", one_line(entry)) };
        node.set_description(format!("{about}. {minutes}. {score}"));
    });
    if response.clicked() {
        out.push(LabCommand::OpenExercise(entry.id.clone()));
    }
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    let painter = ui.painter();
    let is_lit = response.hovered() || response.has_focus();
    let edge = match () {
        () if response.has_focus() => Stroke::new(2.0, theme.text),
        () if is_next => Stroke::new(1.5, theme.candidate),
        () if is_lit => Stroke::new(1.0, theme.mute),
        () => Stroke::new(1.0, theme.line),
    };
    let round = CornerRadius::same(8);
    painter.rect_filled(rect, round, if is_lit { theme.raised } else { theme.panel });
    painter.rect_stroke(rect, round, edge, StrokeKind::Inside);
    let mut at = rect.min + Vec2::new(INSIDE, 14.0);
    Picture::of(&entry.exercise, &entry.starter.strategy).paint(painter, at, &theme);
    at.y += picture::SIZE.y + 10.0;
    painter.galley(at, Arc::clone(&face.title), theme.text);
    at.y += face.title.size().y + 2.0;
    painter.galley(at, Arc::clone(&face.subject), theme.text);
    at.y += face.room_of_subject() + 2.0;
    painter.galley(at, Arc::clone(&face.line), theme.mute);
    let corner = Pos2::new(rect.right() - INSIDE, rect.top() + 14.0);
    match best {
        Some(best) => {
            let color = if passed { theme.good } else { theme.caution };
            let place = widgets::number_at(painter, corner, Align2::RIGHT_TOP, &best, 11.5, color);
            let sign = Pos2::new(place.left() - 8.0, place.center().y);
            if passed {
                painter.circle_filled(sign, 3.0, color);
            } else {
                painter.circle_stroke(sign, 3.0, Stroke::new(1.2, color));
            }
        }
        None => {
            let text = if is_next { tf("course.next {}", &[&minutes]) } else { minutes };
            let (corner, anchor) = if face.is_tight {
                (Pos2::new(corner.x, rect.bottom() - 8.0), Align2::RIGHT_BOTTOM)
            } else {
                (corner, Align2::RIGHT_TOP)
            };
            widgets::text_at(painter, corner, anchor, &text, 11.5, theme.mute);
        }
    }
}

/// The session that was left, to go on with.
fn left_off(ui: &mut Ui, lab: &Lab, theme: &Theme, out: &mut Vec<LabCommand>) {
    let Some(left) = &lab.sessions.offered else { return };
    let title = match lab.catalog.exercise(&left.exercise) {
        Some(entry) => entry.exercise.title.clone(),
        None => left.session.scenario.clone(),
    };
    widgets::card(theme).stroke(Stroke::new(1.0, theme.baseline)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(tf("session.left {} {}", &[&title, &left.at])).color(theme.text));
            if widgets::main_button(ui, theme, t("session.go_on"), None).clicked() {
                out.push(LabCommand::Files(FilesCommand::GoOn));
            }
            if widgets::button(ui, theme, t("session.not_now"), None).clicked() {
                out.push(LabCommand::Files(FilesCommand::NotNow));
            }
        });
    });
    ui.add_space(8.0);
}

/// What is wrong with an exercise or scenario that cannot be opened.
fn broken(ui: &mut Ui, name: &str, problems: &[Problem], theme: &Theme) {
    widgets::card(theme).stroke(Stroke::new(1.0, theme.harm)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            let (rect, _) = ui.allocate_exact_size(Vec2::splat(12.0), Sense::hover());
            widgets::cross(ui.painter(), rect.center(), 4.0, theme.harm);
            ui.label(RichText::new(tf("course.broken {}", &[&name])).family(semibold()));
        });
        for problem in problems {
            ui.label(RichText::new(told(problem)).monospace().color(theme.mute));
        }
    });
    ui.add_space(8.0);
}
