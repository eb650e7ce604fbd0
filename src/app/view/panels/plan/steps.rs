//! The steps of the plan, a row each: what happens, how long, and by which limits it is watched. A click opens a step; Alt and an
//! arrow, buttons or dragging move it, and Delete removes it.

use egui::text::LayoutJob;
use egui::{
    Align, AtomExt, Button, Color32, EventFilter, Id, Key, Modifiers, Popup, Rect, Response, RichText,
    ScrollArea, Sense, Stroke, TextFormat, TextStyle, Ui,
};

use crate::app::model::editor::EditorCommand;
use crate::app::model::editor::shape;
use crate::app::texts::{t, tf, translated};
use crate::app::view::panels::plan::list::{self, LinkAction};
use crate::app::view::panels::plan::pane::{Pane, at_path, problems_at, section};
use crate::app::view::panels::plan::{field, form, watch};
use crate::app::view::widgets;
use crate::control::Step;
use crate::engine::{Span, Time};
use crate::library::Outline;
use crate::library::knobs::Kind;
use crate::sim::RolloutPhase;

/// The kinds of step that most plans are made of: they are offered first.
const FIRST: [&str; 3] = ["Weight", "Pause", "Analyse"];

/// A step that is dragged.
struct Dragged(usize);

/// Where the steps of the plan's strategy stand; `None` for one without steps of its own.
pub(in crate::app::view) fn list_of(outline: &Outline) -> Option<String> {
    let choice = outline.choice("strategy")?;
    let steps = Some(field::steps());
    match &shape::choices("Strategy").into_iter().find(|knob| knob.name == choice)?.holds {
        Some(Kind::Group(of)) => {
            let field = shape::fields(of).into_iter().find(|knob| knob.kind == steps)?;
            Some(format!("strategy.{}", field.name))
        }
        held => (*held == steps).then(|| "strategy".to_owned()),
    }
}

/// The kind of a step.
fn step() -> Kind {
    Kind::Choice("Step".to_owned())
}

/// The step of the list that the run is at; beyond the last when all are done, `None` when it is at none of them.
pub(super) fn at(pane: &Pane<'_>) -> Option<usize> {
    let before = pane.run.plan.strategy.step_list()?.before;
    if pane.editor.differs_from(&pane.run.plan) {
        return None;
    }
    let view = pane.run.player.snapshot();
    let progress = view.progress.as_ref().filter(|progress| !progress.reversed)?;
    matches!(view.phase, RolloutPhase::InProgress | RolloutPhase::Paused | RolloutPhase::Completed)
        .then(|| progress.at.checked_sub(before))
        .flatten()
}

fn chosen_id(ui: &Ui) -> Id {
    ui.id().with("step")
}

/// The step that is chosen to be changed, in the form that `ui` draws.
pub(super) fn chosen(ui: &Ui) -> Option<usize> {
    ui.data(|data| data.get_temp::<Option<usize>>(chosen_id(ui))).flatten()
}

/// Draws the list, and the step that is chosen.
pub(super) fn show(ui: &mut Ui, pane: &mut Pane<'_>, outline: &Outline) {
    let Some(list) = list_of(outline) else { return };
    let list = list.as_str();
    let theme = pane.theme;
    section(ui, &theme, t("plan.steps"));
    let count = outline.items(list).unwrap_or(0);
    let may = pane.editor.may_change("strategy");
    let focus_id = ui.id().with("step to focus");
    let mut chosen = self::chosen(ui);
    let to_focus: Option<usize> = ui.data_mut(|data| data.remove_temp(focus_id));
    let now = at(pane);
    // The checks of a plan that analyses at its steps are at the first of these.
    let is_analysis = form::wanted(ui).is_some_and(|field| field == "analysis");
    let analyses = |index: &usize| outline.choice(&format!("{list}[{index}]")) == Some("Analyse");
    let wanted = (0..count).find(analyses).filter(|_| is_analysis);
    chosen = wanted.or(chosen);
    for index in 0..count {
        let path = format!("{list}[{index}]");
        let response = row(ui, pane, outline, &path, (index, now, chosen == Some(index)));
        if now == Some(index) {
            elapsed(ui, pane, response.rect);
        }
        if to_focus == Some(index) || wanted == Some(index) {
            response.request_focus();
        }
        if wanted == Some(index) {
            response.scroll_to_me(Some(Align::TOP));
            form::found(ui);
        }
        if response.clicked() {
            // Its keys act on what was clicked.
            response.request_focus();
            chosen = (chosen != Some(index)).then_some(index);
        }
        if may {
            response.dnd_set_drag_payload(Dragged(index));
            if let Some(dragged) = response.dnd_release_payload::<Dragged>() {
                shift(pane, list, dragged.0, index);
                chosen = chosen.map(|_| index);
            } else if let Some(dragged) = response.dnd_hover_payload::<Dragged>() {
                // Where it would go: a step that comes from above goes below this one.
                let rect = response.rect;
                let y = if dragged.0 < index { rect.bottom() } else { rect.top() };
                ui.painter().hline(rect.x_range(), y, Stroke::new(2.0, theme.baseline));
            }
            if removed_by_key(ui, response.id) {
                pane.ask(EditorCommand::Remove(path.clone()));
                chosen = None;
                if count > 1 {
                    ui.data_mut(|data| data.insert_temp(focus_id, index.min(count - 2)));
                }
            }
            if let Some(to) = moved_by_key(ui, response.id, index, count) {
                shift(pane, list, index, to);
                chosen = chosen.map(|_| to);
                ui.data_mut(|data| data.insert_temp(focus_id, to));
            }
        }
        if chosen == Some(index) {
            widgets::card(&theme).show(ui, |ui| {
                ui.set_width(ui.available_width());
                if may {
                    let name = t("plan.step_name");
                    chosen = match list::buttons(ui, pane, list, name, (index, count)) {
                        Some(LinkAction::Up) => Some(index - 1),
                        Some(LinkAction::Down | LinkAction::Copied) => Some(index + 1),
                        Some(LinkAction::Gone) => None,
                        None => chosen,
                    };
                }
                let why_not = (!may).then_some(t("plan.steps_given"));
                widgets::unless(ui, why_not, |ui| {
                    at_path(ui, &path, |ui| {
                        field::value(ui, pane, outline, &step(), (&path, None, t("plan.step")));
                    });
                });
            });
        }
    }
    if count == 0 {
        ui.label(widgets::small(&theme, t("plan.no_steps")));
    }
    if may && let Some(value) = added(ui, pane) {
        // After the one that is chosen, or at the end.
        let at = chosen.map_or(count, |chosen| (chosen + 1).min(count));
        if outline.items(list).is_some() {
            pane.ask(EditorCommand::Insert { list: list.to_owned(), at, value });
        } else {
            pane.set(list, format!("[{value}]"));
        }
        chosen = Some(at);
    }
    let kept = chosen.filter(|index| *index <= count);
    ui.data_mut(|data| data.insert_temp(chosen_id(ui), kept));
}

/// The button to add a step: it offers the kinds of step. Returns the new step, as RON.
fn added(ui: &mut Ui, pane: &Pane<'_>) -> Option<String> {
    let button = widgets::button(ui, &pane.theme, t("plan.add_step"), None);
    let mut value = None;
    Popup::menu(&button).show(|ui| {
        // A kind that is out of sight is not looked for: the list is as high as the window lets it be.
        let room = (ui.ctx().content_rect().bottom() - ui.cursor().top() - 16.0).max(160.0);
        ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Extend);
        ScrollArea::vertical().max_height(room).min_scrolled_height(room).show(ui, |ui| {
            let mut kinds = shape::choices("Step");
            kinds.sort_by_key(|knob| {
                FIRST.iter().position(|first| *first == knob.name).unwrap_or(FIRST.len())
            });
            for knob in kinds {
                let row = ui.selectable_label(false, field::words_of(&knob.name));
                if row.on_hover_text(translated(&knob.about)).clicked() {
                    value = Some(shape::choice(knob));
                }
            }
        });
    });
    value
}

/// By which limits a step is watched: those of its own checks, or for one that waits those of the analysis beside all steps.
fn limits(pane: &Pane<'_>, index: usize) -> Option<String> {
    let plan = pane.editor.plan()?.written_out();
    let step = plan.strategy.step_list()?.steps.get(index)?;
    let beside = plan.analysis.as_ref().filter(|_| matches!(step, Step::Pause(_)));
    let checks = match step.checks() {
        [] => beside.map_or(&[][..], |analysis| &analysis.checks),
        own => own,
    };
    let limits: Vec<String> = checks.iter().map(watch::sentence).collect();
    (!limits.is_empty()).then(|| tf("plan.step_watching {}", &[&limits.join(" \u{b7} ")]))
}

fn row(
    ui: &mut Ui,
    pane: &Pane<'_>,
    outline: &Outline,
    path: &str,
    (index, now, is_chosen): (usize, Option<usize>, bool),
) -> Response {
    let theme = pane.theme;
    let (sentence, holds) = said(outline, path);
    let limits = limits(pane, index);
    let is_now = now == Some(index);
    let is_done = now.is_some_and(|now| index < now);
    let sign = match (is_done, is_now) {
        (true, _) => "\u{2713}".to_owned(),
        (_, true) => "\u{2022}".to_owned(),
        _ => (index + 1).to_string(),
    };
    let wrong = !problems_at(pane.editor.problems(), outline, path).is_empty();
    let ink = match (wrong, is_done) {
        (true, _) => theme.harm,
        (_, true) => theme.mute,
        _ => theme.text,
    };
    let mut job = LayoutJob::default();
    let format = |style: TextStyle, color| TextFormat::simple(style.resolve(ui.style()), color);
    let mark = if wrong { "  \u{00d7}" } else { "" };
    job.append(&format!("{sentence}{mark}"), 0.0, format(TextStyle::Body, ink));
    if let Some(limits) = &limits {
        job.append(&format!("\n{limits}"), 0.0, format(TextStyle::Small, theme.mute));
    }
    let (fill, edge) = match (is_now, is_chosen) {
        (true, _) => (theme.tint(theme.candidate, 0.14), theme.candidate),
        (_, true) => (theme.raised, theme.mute),
        _ => (Color32::TRANSPARENT, Color32::TRANSPARENT),
    };
    // It is the sentence that wraps in a narrow pane, not the sign.
    // On a coloured ground it is not faint as well.
    let quiet = if is_now { theme.mute } else { theme.faint };
    let sign = RichText::new(format!("{sign:>2}")).monospace().color(quiet);
    let button = Button::new((sign, job.atom_shrink(true)))
        .right_text(RichText::new(holds.clone()).monospace().color(ink))
        .fill(fill)
        .stroke(Stroke::new(1.0, edge))
        .sense(Sense::click_and_drag())
        .wrap()
        .min_size(egui::vec2(ui.available_width(), 0.0));
    let response = at_path(ui, path, |ui| ui.add(button));
    let state = match (is_done, is_now) {
        (true, _) => t("plan.step_done"),
        (_, true) => t("plan.step_now"),
        _ => "",
    };
    let label = tf("plan.step_label", &[&(index + 1), &sentence, &holds, &state]);
    response.widget_info(|| {
        egui::WidgetInfo::selected(egui::WidgetType::SelectableLabel, true, is_chosen, label.trim())
    });
    if let Some(limits) = limits {
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(limits));
    }
    response.on_hover_text(t("plan.step_keys"))
}

/// How much of the step that is under way is over, as a line at its lower edge.
fn elapsed(ui: &Ui, pane: &Pane<'_>, rect: Rect) {
    let view = pane.run.player.snapshot();
    let Some(progress) = &view.progress else { return };
    let Some(until) = progress.until.filter(|until| *until > progress.since) else { return };
    let share = view.now.since(progress.since).as_secs_f64() / until.since(progress.since).as_secs_f64();
    let inside = rect.shrink2(egui::vec2(6.0, 0.0));
    let end = inside.left() + inside.width() * share.clamp(0.0, 1.0) as f32;
    let line = Stroke::new(2.0, pane.theme.candidate);
    ui.painter().hline(inside.left()..=end, rect.bottom() - 2.0, line);
}

/// Where Alt and an arrow move the step that has the keyboard.
fn moved_by_key(ui: &Ui, id: Id, index: usize, count: usize) -> Option<usize> {
    if !ui.memory(|memory| memory.has_focus(id)) {
        return None;
    }
    let filter = EventFilter { vertical_arrows: false, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::ALT, key));
    if pressed(Key::ArrowUp) {
        return index.checked_sub(1);
    }
    (pressed(Key::ArrowDown) && index + 1 < count).then_some(index + 1)
}

fn shift(pane: &mut Pane<'_>, list: &str, from: usize, to: usize) {
    if from != to {
        pane.ask(EditorCommand::Move { list: list.to_owned(), from, to });
    }
}

/// Whether Delete removes the step that has the keyboard.
fn removed_by_key(ui: &Ui, id: Id) -> bool {
    ui.memory(|memory| memory.has_focus(id))
        && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Delete))
}

/// A step as a sentence, and how long it holds, as it is written.
fn said(outline: &Outline, path: &str) -> (String, String) {
    let inside = outline.plain(&format!("{path}[0]")).unwrap_or_default();
    // Without a length of its own a step lasts until its checks have had their say.
    let lasting = |field: &str| {
        let written = outline.plain(&format!("{path}.{field}")).filter(|text| *text != "None");
        written.map(clock).unwrap_or_default()
    };
    let alone = |text: &str| (text.to_owned(), String::new());
    match outline.choice(path).unwrap_or_default() {
        "Weight" => (tf("plan.step.weight", &[&inside]), String::new()),
        "Pause" => (t("plan.step.pause").to_owned(), clock(inside)),
        "Flag" => (tf("plan.step.flag", &[&inside]), String::new()),
        "Scale" => (tf("plan.step.scale", &[&inside]), String::new()),
        "Mirror" => (tf("plan.step.mirror", &[&inside]), String::new()),
        "FollowWeight" => alone(t("plan.step.follow")),
        "Match" => alone(t("plan.step.match")),
        "Roll" => alone(t("plan.step.roll")),
        "Approve" => alone(t("plan.step.approve")),
        "Test" => (t("plan.step.test").to_owned(), lasting("over")),
        "Analyse" => (t("plan.step.analyse").to_owned(), lasting("for")),
        "Wave" => alone(t("plan.step.wave")),
        "Experiment" => (t("plan.step.experiment").to_owned(), lasting("for")),
        "Progress" => alone(t("plan.step.progress")),
        "Promote" => alone(t("plan.step.promote")),
        "Retire" => (t("plan.step.retire").to_owned(), clock(inside)),
        _ => (outline.written(path).unwrap_or_default().to_owned(), String::new()),
    }
}

/// A length of time as a clock shows it; as it is written where it is none.
pub(super) fn clock(text: &str) -> String {
    let Ok(span) = text.parse::<Span>() else { return text.to_owned() };
    Time::from_secs(span.as_secs_f64().round() as u64).to_string()
}
