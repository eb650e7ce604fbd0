//! A pool: its outline and title, its instances as cards, its failures, its zones.

use egui::{Align2, Pos2, Rect, Shape, Stroke, Vec2, pos2, vec2};

use crate::app::model::stage::Thing;
use crate::app::model::world::{Harm, PoolNow};
use crate::app::texts::tf;
use crate::app::view::stage::draft::{Draft, Face};
use crate::app::view::stage::layout::{CARD_GAP, CROWD, Cards, Layout, POOL_HEAD, POOL_SIDE, is_labelled};
use crate::app::view::stage::marks::{cross, mark};
use crate::app::view::stage::{cards, crowd, words};
use crate::sim::{InstanceState, Pool};

/// Size of the card of failures.
const HARM: Vec2 = vec2(126.0, 38.0);

/// Draws a pool into its rectangle.
pub(super) fn draw(draft: &mut Draft<'_>, pool: &PoolNow, rect: Rect) {
    let theme = draft.setting.theme;
    let color = draft.color(pool.pool);
    draft.box_of(rect, 12, theme.panel, Stroke::new(1.2, theme.tint(color, 0.75)));
    draft.hit(rect, Thing::Pool(pool.pool));
    title(draft, pool, rect);
    let inside = Layout::inside(rect);
    let count = pool.figures.len();
    let fitting = (count <= CROWD).then(|| fit(count, inside.size())).flatten();
    let mut place = None;
    match fitting {
        Some(standing) => {
            for (index, figure) in pool.figures.iter().enumerate() {
                cards::draw(draft, figure, standing.place(index, inside.min), standing.labelled);
            }
            place = beside(&standing, count, inside);
        }
        None => crowd::draw(draft, pool, inside),
    }
    let mut right = rect.right() - POOL_SIDE;
    if let Some(now) = &pool.harm {
        match place {
            Some(place) => card_of_harm(draft, pool.pool, now, place),
            None => right = line_of_harm(draft, pool.pool, now, rect),
        }
    }
    if fitting.is_some() {
        zones(draft, pool, pos2(inside.left(), rect.bottom() - 12.0), right);
    }
}

/// How so many cards stand: with what each does beneath, when there is room for it.
fn fit(count: usize, space: Vec2) -> Option<Cards> {
    let labelled = is_labelled(count).then(|| Cards::fit(count, space, true)).flatten();
    labelled.filter(|cards| cards.size.x >= 46.0).or_else(|| Cards::fit(count, space, false))
}

/// Room for the card of failures to the right of the last row.
fn beside(cards: &Cards, count: usize, inside: Rect) -> Option<Rect> {
    let last = cards.place(count.max(1) - 1, inside.min);
    let left = if count == 0 { inside.left() } else { last.right() + 2.0 * CARD_GAP };
    let place = Rect::from_min_size(pos2(left, last.top()), vec2(inside.right() - left, HARM.y));
    (place.width() >= HARM.x && last.height() >= HARM.y - 6.0).then(|| {
        let left = place.right() - HARM.x.max(place.width().min(150.0));
        Rect::from_min_max(pos2(left, place.top()), place.max)
    })
}

fn title(draft: &mut Draft<'_>, pool: &PoolNow, rect: Rect) {
    let theme = draft.setting.theme;
    let color = draft.color(pool.pool);
    let middle = rect.top() + POOL_HEAD / 2.0 + 1.0;
    let sign = Rect::from_center_size(pos2(rect.left() + 17.0, middle), Vec2::splat(11.0));
    mark(&mut draft.shapes, sign, pool.pool, color, &theme);
    let name = format!("{} {}", draft.setting.pool_names.name(pool.pool), pool.release);
    let busy = words::percent(pool.busy);
    let stats = if pool.rate == 0.0 && pool.mirrored > 0.0 {
        tf("stage.pool.copies", &[&busy, &words::rate(pool.mirrored)])
    } else {
        tf("stage.pool.busy", &[&busy, &words::rate(pool.rate)])
    };
    // The numbers have their room first, then the name.
    let room = rect.width() - 38.0;
    let letters = stats.chars().count() as f32;
    let size = (room * 0.62 / (letters * 0.6)).clamp(8.0, 11.0);
    let wide = (letters * 0.6 * size).min(room);
    let left = room - wide - 8.0;
    let title = (12.5_f32.min(size + 1.5), theme.text, Face::Semibold, left.max(30.0));
    draft.text(pos2(rect.left() + 28.0, middle), Align2::LEFT_CENTER, name, title);
    let numbers = (size, theme.mute, Face::Mono, wide + 2.0);
    draft.text(pos2(rect.right() - POOL_SIDE, middle), Align2::RIGHT_CENTER, stats, numbers);
}

fn card_of_harm(draft: &mut Draft<'_>, pool: Pool, harm: &Harm, place: Rect) {
    let theme = draft.setting.theme;
    draft.box_of(place, 6, theme.tint(theme.harm, 0.16), Stroke::new(1.0, theme.tint(theme.harm, 0.75)));
    let [count, what] = words::harm(harm);
    let above = place.min + vec2(10.0, 12.0);
    draft.shapes.extend(cross(above + vec2(3.0, 0.0), 3.2, theme.harm));
    let width = place.width() - 18.0;
    let first = (11.0, theme.text, Face::Semibold, width - 12.0);
    draft.text(above + vec2(12.0, 0.0), Align2::LEFT_CENTER, count, first);
    let second = (10.5, theme.mute, Face::Sans, width);
    draft.text(place.min + vec2(10.0, 27.0), Align2::LEFT_CENTER, what, second);
    draft.hit(place, Thing::Harm(pool));
}

/// The failures in one line at the pool's foot; how far it leaves the line free.
fn line_of_harm(draft: &mut Draft<'_>, pool: Pool, harm: &Harm, rect: Rect) -> f32 {
    let theme = draft.setting.theme;
    let [count, what] = words::harm(harm);
    let text = format!("{count} · {what}");
    let width = (text.chars().count() as f32 * 5.9 + 28.0).min(rect.width() - 2.0 * POOL_SIDE);
    let right = rect.right() - POOL_SIDE;
    let place =
        Rect::from_min_max(pos2(right - width, rect.bottom() - 21.0), pos2(right, rect.bottom() - 4.0));
    draft.box_of(place, 5, theme.tint(theme.harm, 0.16), Stroke::new(1.0, theme.tint(theme.harm, 0.75)));
    draft.shapes.extend(cross(pos2(place.left() + 10.0, place.center().y), 3.0, theme.harm));
    let look = (10.5, theme.text, Face::Sans, width - 24.0);
    draft.text(pos2(place.left() + 18.0, place.center().y), Align2::LEFT_CENTER, text, look);
    draft.hit(place, Thing::Harm(pool));
    place.left() - 8.0
}

/// How the instances are spread over the zones: a dot for each, hollow while it is not ready; or counts.
fn zones(draft: &mut Draft<'_>, pool: &PoolNow, at: Pos2, right: f32) {
    let zones = &draft.world.zones;
    if zones.len() < 2 || pool.figures.is_empty() {
        return;
    }
    let theme = draft.setting.theme;
    let count_in = |zone: usize| pool.figures.iter().filter(move |one| usize::from(one.zone) == zone);
    let names: Vec<String> = zones.iter().map(|zone| tf("stage.zone", &[zone])).collect();
    let wide = |text: &str| text.chars().count() as f32 * 5.4;
    let dotted: f32 =
        names.iter().map(|name| wide(name) + 18.0).sum::<f32>() + 8.0 * pool.figures.len() as f32;
    let with_dots = at.x + dotted <= right;
    let mut x = at.x;
    for (zone, name) in names.iter().enumerate() {
        let all = count_in(zone).count();
        let ready = count_in(zone)
            .filter(|one| matches!(one.state, InstanceState::Ready | InstanceState::Warming))
            .count();
        if all == 0 {
            continue;
        }
        let text = if with_dots { name.clone() } else { format!("{} {ready}/{all}", zones[zone]) };
        let width = wide(&text) + 6.0;
        if x + width > right {
            break;
        }
        let look = (10.0, theme.mute, Face::Sans, width);
        draft.text(pos2(x, at.y), Align2::LEFT_CENTER, text, look);
        x += width;
        if with_dots {
            for one in count_in(zone) {
                let middle = pos2(x + 3.0, at.y + 0.5);
                draft.shapes.push(if matches!(one.state, InstanceState::Ready | InstanceState::Warming) {
                    Shape::circle_filled(middle, 3.0, theme.faint)
                } else {
                    Shape::circle_stroke(middle, 2.6, Stroke::new(1.0, theme.faint))
                });
                x += 8.0;
            }
        }
        x += 10.0;
    }
}
