//! An instance as a card: its workers as cells, its queue as ticks, its state while it is not ready, and how the routers see it
//! where that differs.

use egui::{Align2, Color32, CornerRadius, Rect, Shape, Stroke, Vec2, pos2, vec2};

use crate::app::model::stage::Thing;
use crate::app::view::stage::draft::{Draft, Face};
use crate::app::view::stage::marks::{cross, dashed, hatch, outlined};
use crate::app::view::stage::words;
use crate::sim::{InstanceSnapshot, InstanceState, Pool};

/// More workers than this are drawn as this many cells.
const MOST_CELLS: u32 = 12;

/// Memory is shown from here on, as a share of its limit.
const MEMORY_FROM: f32 = 0.8;

/// Draws an instance into its rectangle.
pub(super) fn draw(draft: &mut Draft<'_>, figure: &InstanceSnapshot, rect: Rect, labelled: bool) {
    let theme = draft.setting.theme;
    let color = draft.color(figure.pool);
    let serves = matches!(
        figure.state,
        InstanceState::Ready | InstanceState::Warming | InstanceState::Draining | InstanceState::Stopping
    );
    let sharp = figure.pool == Pool::Candidate;
    let round = if sharp { 2 } else { 6 };
    let fill = if serves { theme.tint(color, 0.10) } else { theme.raised };
    draft.shapes.push(Shape::rect_filled(rect, CornerRadius::same(round), fill));
    match figure.state {
        InstanceState::Ready => outlined(&mut draft.shapes, rect, round, Stroke::new(1.4, color)),
        InstanceState::Warming => {
            outlined(&mut draft.shapes, rect, round, Stroke::new(1.4, theme.tint(color, 0.6)))
        }
        InstanceState::BackingOff | InstanceState::Broken => {
            dashed(&mut draft.shapes, rect.shrink(0.7), Stroke::new(1.4, theme.harm));
        }
        _ => dashed(&mut draft.shapes, rect.shrink(0.7), Stroke::new(1.2, theme.mute)),
    }
    if matches!(figure.state, InstanceState::BackingOff | InstanceState::Broken) {
        draft.shapes.extend(cross(rect.center() - vec2(0.0, rect.height() * 0.14), 5.0, theme.harm));
    } else {
        cells(draft, figure, rect, if serves { color } else { theme.line });
        ticks(draft, figure, rect);
    }
    memory(draft, figure, rect);
    seen_by_routers(draft, figure, rect);
    state(draft, figure, rect, labelled);
    draft.hit(rect, Thing::Instance(figure.number));
}

/// The workers: a cell for each, filled while it holds a request.
fn cells(draft: &mut Draft<'_>, figure: &InstanceSnapshot, rect: Rect, color: Color32) {
    let theme = draft.setting.theme;
    let shown = figure.workers.clamp(1, MOST_CELLS);
    let busy = match figure.workers {
        0 => 0,
        workers => (figure.busy.min(workers) * shown).div_ceil(workers),
    };
    let columns = shown.min(4).max(shown.div_ceil(3)) as usize;
    let rows = (shown as usize).div_ceil(columns);
    let area = Rect::from_min_max(
        rect.min + rect.size() * vec2(0.12, 0.16),
        pos2(rect.right() - rect.width() * 0.12, rect.top() + rect.height() * 0.66),
    );
    let pitch = vec2(area.width() / columns as f32, area.height() / rows.max(2) as f32);
    let size = vec2((pitch.x - 2.0).max(1.5), (pitch.y - 2.0).max(1.5)).min(Vec2::new(11.0, 9.0));
    let idle = theme.tint(theme.text, 0.13);
    for cell in 0..shown {
        let (column, row) = (cell as usize % columns, cell as usize / columns);
        let at = area.min + vec2(column as f32 * pitch.x, row as f32 * pitch.y);
        let place = Rect::from_min_size(at, size);
        let fill = if cell < busy { color } else { idle };
        draft.shapes.push(Shape::rect_filled(place, CornerRadius::same(1), fill));
        if cell < busy && figure.pool == Pool::Candidate && size.x >= 5.0 {
            hatch(&mut draft.shapes, place, theme.tint(theme.background, 1.0).gamma_multiply(0.75));
        }
    }
}

/// The queue: a tick for each that waits, and their number when there are many.
fn ticks(draft: &mut Draft<'_>, figure: &InstanceSnapshot, rect: Rect) {
    if figure.queue == 0 {
        return;
    }
    let theme = draft.setting.theme;
    // A queue longer than there are workers is a warning.
    let color = if figure.queue > figure.workers { theme.caution } else { theme.mute };
    let (left, base) = (rect.left() + rect.width() * 0.12, rect.bottom() - rect.height() * 0.11);
    let most = ((rect.width() * 0.76) / 4.0) as u32;
    if figure.queue > most && rect.width() >= 34.0 {
        let text = figure.queue.to_string();
        let look = (9.0, color, Face::Mono, rect.width() * 0.8);
        draft.text(pos2(left, base - 3.5), Align2::LEFT_CENTER, text, look);
        return;
    }
    for tick in 0..figure.queue.min(most) {
        let at = pos2(left + 4.0 * tick as f32, base - 6.0);
        let place = Rect::from_min_size(at, vec2(2.4, 6.0));
        draft.shapes.push(Shape::rect_filled(place, CornerRadius::ZERO, color));
    }
}

/// A thin bar when memory is nearly full: the warning comes before the crash.
fn memory(draft: &mut Draft<'_>, figure: &InstanceSnapshot, rect: Rect) {
    if figure.memory < MEMORY_FROM {
        return;
    }
    let wide = (rect.width() - 8.0) * figure.memory.min(1.0);
    let bar = Rect::from_min_size(pos2(rect.left() + 4.0, rect.bottom() - 4.0), vec2(wide, 2.0));
    draft.shapes.push(Shape::rect_filled(bar, CornerRadius::same(1), draft.setting.theme.caution));
}

/// How many proxies send to it, where that is not what its state says: word is late, or they leave it out.
fn seen_by_routers(draft: &mut Draft<'_>, figure: &InstanceSnapshot, rect: Rect) {
    let all = draft.world.route.taken_by.1;
    let ready = matches!(figure.state, InstanceState::Ready | InstanceState::Warming);
    let agrees = if ready { figure.known_by == all } else { figure.known_by == 0 };
    if agrees || all == 0 {
        return;
    }
    let theme = draft.setting.theme;
    let color = if figure.left_out_by > 0 { theme.harm } else { theme.caution };
    if rect.width() < 38.0 {
        draft.shapes.push(Shape::circle_filled(rect.right_top() + vec2(-3.0, 3.0), 2.5, color));
        return;
    }
    let text = format!("{}/{all}", figure.known_by);
    let width = text.chars().count() as f32 * 5.4 + 6.0;
    let place = Rect::from_min_size(rect.right_top() + vec2(-width, -3.0), vec2(width, 11.0));
    draft.shapes.push(Shape::rect_filled(place, CornerRadius::same(3), theme.background));
    let look = (9.0, color, Face::Mono, width);
    draft.text(place.center(), Align2::CENTER_CENTER, text, look);
}

/// Its state: beneath the card, or within it while it does not serve.
fn state(draft: &mut Draft<'_>, figure: &InstanceSnapshot, rect: Rect, labelled: bool) {
    let theme = draft.setting.theme;
    let counts = !matches!(figure.state, InstanceState::Ready | InstanceState::Warming);
    let age = draft.world.now.since(figure.since).as_secs_f64();
    let mut text = words::life(figure.state).to_owned();
    if counts && labelled {
        text = format!("{text} {age:.0} s");
    }
    if labelled {
        let at = pos2(rect.center().x, rect.bottom() + 7.5);
        let look = (9.5, theme.mute, Face::Sans, rect.width() + 4.0);
        draft.text(at, Align2::CENTER_CENTER, text, look);
    } else if counts && figure.queue == 0 && rect.width() >= 42.0 {
        let at = pos2(rect.center().x, rect.bottom() - rect.height() * 0.17);
        let look = (8.5, theme.mute, Face::Sans, rect.width() - 4.0);
        draft.text(at, Align2::CENTER_CENTER, text, look);
    }
}
