//! The pauses of the plan that is written, on the time bar: each has a handle at its end, which is dragged, or moved by the arrow keys
//! while it has the keyboard.

use egui::{Align2, CornerRadius, EventFilter, Key, Pos2, Rect, Sense, Stroke, Ui, Vec2};

use crate::app::model::LabCommand;
use crate::app::model::editor::{EditorCommand, ladder};
use crate::app::model::markers::MarkerKind;
use crate::app::model::run::Run;
use crate::app::texts::tf;
use crate::app::view::panels::plan::steps::list_of;
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::control::Step;
use crate::engine::{Span, Time};
use crate::library::knobs::Kind;
use crate::library::patch;

/// Dragged lengths are multiples of this many seconds, and at least one of them.
const GRID: u64 = 5;

/// A pause of the plan.
struct Pause {
    /// Position of its step.
    step: usize,
    /// Where its length stands in the plan.
    path: String,
    /// When it begins.
    from: Time,
    /// How long it is, as it is written.
    lasts: Span,
}

/// The pauses whose beginning is known: those that follow a weight that was reached in the run. By as much as the pauses before it were
/// made longer or shorter since, it begins later or sooner.
fn pauses(run: &Run) -> Option<Vec<Pause>> {
    let list = list_of(run.editor.outline().ok()?)?;
    let steps = &run.editor.plan()?.strategy.step_list()?.steps;
    if !run.editor.may_change("strategy") {
        return None;
    }
    let view = run.player.snapshot();
    let reached = |share: f64| {
        let wanted = MarkerKind::Weight((share * 10_000.0).round() as u32);
        let mut seen = view.markers.iter().filter(|moment| moment.at <= view.seen);
        seen.find(|moment| moment.kind == wanted).map(|moment| moment.at)
    };
    let played = run.plan.strategy.step_list();
    let mut found = Vec::new();
    let mut at: Option<Time> = None;
    let [mut later, mut sooner] = [Span::ZERO; 2];
    for (index, step) in steps.iter().enumerate() {
        match step {
            Step::Weight(share) => {
                at = reached(share.fraction()).map(|at| Time((at + later).0.saturating_sub(sooner.0)));
            }
            Step::Pause(lasts) => {
                if let Some(from) = at {
                    let path = format!("{list}[{index}][0]");
                    found.push(Pause { step: index, path, from, lasts: *lasts });
                    at = Some(from + *lasts);
                }
                if let Some(Step::Pause(before)) = played.as_ref().and_then(|list| list.steps.get(index)) {
                    later = later + Span(lasts.0.saturating_sub(before.0));
                    sooner = sooner + Span(before.0.saturating_sub(lasts.0));
                }
            }
            // How long other steps take shows only in the run.
            _ => at = None,
        }
    }
    Some(found)
}

/// Draws the handles over the bar.
pub(super) fn show(ui: &Ui, theme: &Theme, run: &Run, track: Rect, out: &mut Vec<LabCommand>) {
    let end = run.player.snapshot().end;
    for pause in pauses(run).unwrap_or_default() {
        handle(ui, theme, &pause, (track, end), out);
    }
}

fn handle(ui: &Ui, theme: &Theme, pause: &Pause, (track, end): (Rect, Time), out: &mut Vec<LabCommand>) {
    let seconds_a_point = end.as_secs_f64() / f64::from(track.width().max(1.0));
    let place = |time: Time| track.left() + (time.as_secs_f64() / seconds_a_point) as f32;
    let ends = Pos2::new(place(pause.from + pause.lasts).min(track.right()), track.bottom() + 5.0);
    let area = Rect::from_center_size(ends, Vec2::new(12.0, 14.0));
    let id = ui.id().with(("pause", &pause.path));
    let response = ui.interact(area, id, Sense::click_and_drag());
    let label = tf("handle.pause {} {}", &[&(pause.step + 1), &pause.lasts]);
    response.widget_info(|| egui::WidgetInfo::slider(true, pause.lasts.as_secs_f64(), label.as_str()));
    let is_lit = response.hovered() || response.dragged() || response.has_focus();
    let color = if is_lit { theme.text } else { theme.candidate };
    let from = Pos2::new(place(pause.from), ends.y);
    ui.painter().line_segment([from, ends], Stroke::new(1.5, theme.candidate));
    let grip = Rect::from_center_size(ends, Vec2::new(5.0, 11.0));
    ui.painter().rect_filled(grip, CornerRadius::same(2), color);
    let mut ask = |lasts: String| {
        let value = patch::quoted(&lasts);
        out.push(LabCommand::Plan(EditorCommand::SetField { path: pause.path.clone(), value }));
    };
    if response.dragged()
        && let Some(at) = response.interact_pointer_pos()
    {
        let until = f64::from(at.x - track.left()) * seconds_a_point;
        let lasts = (until - pause.from.as_secs_f64()).max(0.0) as u64;
        let lasts = Span::from_secs((lasts / GRID).max(1) * GRID);
        if lasts != pause.lasts {
            ask(lasts.to_string());
        }
    }
    if response.clicked() {
        response.request_focus();
    }
    if response.has_focus() {
        widgets::outline(ui.painter(), area, 3, theme.text);
        let arrows = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, arrows));
        for (key, longer) in [(Key::ArrowRight, true), (Key::ArrowLeft, false)] {
            if ui.input(|input| input.key_pressed(key))
                && let Some(next) = ladder::next(&Kind::Span, &pause.lasts.to_string(), longer)
            {
                ask(next);
            }
        }
    }
    if response.dragged() {
        // The pointer is told nothing while it drags.
        let (above, font) = (Pos2::new(ends.x, track.top() - 6.0), egui::FontId::proportional(11.5));
        let galley = ui.painter().layout_no_wrap(label, font, theme.text);
        let place = Align2::CENTER_BOTTOM.anchor_size(above, galley.size());
        ui.painter().rect_filled(place.expand(3.0), 3.0, theme.raised);
        ui.painter().galley(place.min, galley, theme.text);
    } else {
        response.on_hover_text(label);
    }
}
