//! Many instances: small cells, in a cluster for each zone, with counts of their states.

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Align2, Color32, Pos2, Rect, Shape, Vec2, pos2, vec2};

use crate::app::model::stage::Thing;
use crate::app::model::world::PoolNow;
use crate::app::texts::tf;
use crate::app::view::stage::draft::{Draft, Face, Hit};
use crate::app::view::theme::Theme;
use crate::sim::{InstanceSnapshot, InstanceState, Pool};

/// Between clusters.
const GAP: f32 = 12.0;

/// What is written over a cluster.
const CAPTION: f32 = 16.0;

/// The largest cell, its gap included.
const LARGEST: f32 = 14.0;

/// Draws a pool's instances.
pub(super) fn draw(draft: &mut Draft<'_>, pool: &PoolNow, inside: Rect) {
    let zones = draft.world.zones.len().max(1);
    let mut clusters: Vec<Vec<&InstanceSnapshot>> = vec![Vec::new(); zones];
    for figure in &pool.figures {
        clusters[usize::from(figure.zone).min(zones - 1)].push(figure);
    }
    clusters.retain(|cluster| !cluster.is_empty());
    let count = clusters.len().max(1);
    let width = (inside.width() - GAP * (count as f32 - 1.0)) / count as f32;
    let most = clusters.iter().map(Vec::len).max().unwrap_or(1);
    let pitch = pitch_for(most, vec2(width, inside.height() - CAPTION));
    let mut mesh = Mesh::default();
    for (place, cluster) in clusters.iter().enumerate() {
        let left = inside.left() + (width + GAP) * place as f32;
        caption(draft, cluster, pos2(left, inside.top() + 5.0), width);
        let columns = ((width / pitch) as usize).max(1);
        for (index, figure) in cluster.iter().enumerate() {
            let (column, row) = ((index % columns) as f32, (index / columns) as f32);
            let at = pos2(left + column * pitch, inside.top() + CAPTION + row * pitch);
            let cell = Rect::from_min_size(at, Vec2::splat(pitch * 0.82));
            let color = draft.color(figure.pool);
            cell_of(&mut mesh, cell, figure, color, &draft.setting.theme);
            draft.hits.push(Hit { rect: cell, thing: Thing::Instance(figure.number) });
            if draft.setting.chosen == Some(Thing::Instance(figure.number)) {
                let ring = Rect::from_center_size(cell.center(), Vec2::splat(pitch + 4.0));
                outline(&mut mesh, ring, 1.5, draft.setting.theme.text);
            }
        }
    }
    draft.shapes.push(Shape::mesh(mesh));
}

/// The largest pitch at which so many cells fit into a cluster.
fn pitch_for(count: usize, space: Vec2) -> f32 {
    let fits = |pitch: f32| {
        let columns = ((space.x / pitch) as usize).max(1);
        count.div_ceil(columns) as f32 * pitch <= space.y
    };
    let mut pitch = LARGEST;
    while pitch > 1.5 && !fits(pitch) {
        pitch -= 0.25;
    }
    pitch
}

fn caption(draft: &mut Draft<'_>, cluster: &[&InstanceSnapshot], at: Pos2, width: f32) {
    let theme = draft.setting.theme;
    let zones = &draft.world.zones;
    let ready = cluster
        .iter()
        .filter(|one| matches!(one.state, InstanceState::Ready | InstanceState::Warming))
        .count();
    let broken = cluster
        .iter()
        .filter(|one| matches!(one.state, InstanceState::BackingOff | InstanceState::Broken))
        .count();
    let zone = cluster.first().and_then(|one| zones.get(usize::from(one.zone)));
    let is_narrow = width < 150.0;
    let name = zone.map_or_else(String::new, |zone| match is_narrow {
        true => zone.clone(),
        false => tf("stage.zone", &[zone]),
    });
    let text = match (ready == cluster.len(), broken) {
        (true, _) => format!("{name} {ready}"),
        (false, 0) => format!("{name} {ready}/{}", cluster.len()),
        (false, broken) => tf("stage.crowd.broken", &[&name, &ready, &cluster.len(), &broken]),
    };
    let color = if broken > 0 { theme.harm } else { theme.mute };
    draft.text(at, Align2::LEFT_CENTER, text, (10.0, color, Face::Sans, width));
}

/// One instance: round or square as its release is; the fuller the busier; hollow while it is not ready; a cross when it
/// is broken; the colour of caution when more wait than it has workers.
fn cell_of(mesh: &mut Mesh, cell: Rect, figure: &InstanceSnapshot, color: Color32, theme: &Theme) {
    let busy = if figure.workers == 0 { 0.0 } else { figure.busy as f32 / figure.workers as f32 };
    let full = theme.tint(color, 0.28 + 0.72 * busy.min(1.0));
    match figure.state {
        InstanceState::Ready | InstanceState::Warming
            if figure.pool == Pool::Stable && cell.width() >= 4.0 =>
        {
            let fill = if figure.queue > figure.workers { theme.caution } else { full };
            disc(mesh, cell.center(), cell.width() / 2.0, fill);
        }
        InstanceState::Ready | InstanceState::Warming => {
            let fill = if figure.queue > figure.workers { theme.caution } else { full };
            mesh.add_colored_rect(cell, fill);
        }
        InstanceState::BackingOff | InstanceState::Broken => saltire(mesh, cell, theme.harm),
        _ => outline(mesh, cell, (cell.width() * 0.16).max(0.7), theme.mute),
    }
}

fn disc(mesh: &mut Mesh, center: Pos2, radius: f32, color: Color32) {
    // A regular octagon: sine and cosine of an eighth of a turn are the square root of a half.
    let h = std::f32::consts::FRAC_1_SQRT_2;
    let around = [(1.0, 0.0), (h, h), (0.0, 1.0), (-h, h), (-1.0, 0.0), (-h, -h), (0.0, -1.0), (h, -h)];
    let first = mesh.vertices.len() as u32;
    for (x, y) in around {
        mesh.vertices.push(Vertex { pos: center + vec2(x, y) * radius, uv: WHITE_UV, color });
    }
    for corner in 1..7 {
        mesh.add_triangle(first, first + corner, first + corner + 1);
    }
}

fn outline(mesh: &mut Mesh, rect: Rect, thick: f32, color: Color32) {
    let inner = rect.shrink(thick);
    let bars = [
        Rect::from_min_max(rect.min, pos2(rect.right(), inner.top())),
        Rect::from_min_max(pos2(rect.left(), inner.bottom()), rect.max),
        Rect::from_min_max(pos2(rect.left(), inner.top()), pos2(inner.left(), inner.bottom())),
        Rect::from_min_max(pos2(inner.right(), inner.top()), pos2(rect.right(), inner.bottom())),
    ];
    bars.into_iter().for_each(|bar| mesh.add_colored_rect(bar, color));
}

fn saltire(mesh: &mut Mesh, rect: Rect, color: Color32) {
    let thick = (rect.width() * 0.14).max(0.5);
    for (from, to) in [(rect.left_top(), rect.right_bottom()), (rect.left_bottom(), rect.right_top())] {
        let aside = (to - from).normalized().rot90() * thick;
        let first = mesh.vertices.len() as u32;
        for pos in [from + aside, to + aside, to - aside, from - aside] {
            mesh.vertices.push(Vertex { pos, uv: WHITE_UV, color });
        }
        mesh.add_triangle(first, first + 1, first + 2);
        mesh.add_triangle(first, first + 2, first + 3);
    }
}
