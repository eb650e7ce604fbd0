//! The legend: the meaning of shapes and colours, and how many requests a dot stands for.

use egui::{Align2, Rect, Shape, Stroke, Vec2, pos2};

use crate::app::model::world::World;
use crate::app::texts::{t, tf};
use crate::app::view::stage::draft::{Face, Label, color};
use crate::app::view::stage::layout::Layout;
use crate::app::view::stage::marks::{cross, mark};
use crate::app::view::stage::scene::Scene;

/// Draws the legend at the foot of the pane, wherever the camera is.
pub(super) fn draw(scene: &mut Scene, world: &World, layout: &Layout) {
    let (setting, scale) = (scene.setting, layout.scale);
    let theme = setting.theme;
    let pane = setting.size;
    let y = pane.y - 14.0 * scale;
    let size = 10.5 * scale;
    let back = Rect::from_min_max(pos2(0.0, pane.y - 26.0 * scale), pos2(pane.x, pane.y));
    if setting.camera.zoom != 1.0 || setting.follows.is_some() {
        scene.shapes.push(Shape::rect_filled(back, 0.0, theme.background));
    }
    let mut x = 24.0 * scale;
    let label = |labels: &mut Vec<Label>, x: &mut f32, text: &str| {
        let width = text.chars().count() as f32 * size * 0.56;
        labels.push(Label {
            at: pos2(*x + 10.0 * scale, y),
            anchor: Align2::LEFT_CENTER,
            text: text.to_owned(),
            size,
            color: theme.mute,
            face: Face::Sans,
            width: width + 2.0,
        });
        *x += width + 30.0 * scale;
    };
    for pool in &world.pools {
        let sign = Rect::from_center_size(pos2(x, y), Vec2::splat(9.0 * scale));
        mark(&mut scene.shapes, sign, pool.pool, color(&setting, pool.pool), &theme);
        let name = if pool.release.is_empty() || world.pools.len() > 2 {
            setting.pool_names.name(pool.pool)
        } else {
            &pool.release
        };
        label(&mut scene.labels, &mut x, name);
    }
    scene.shapes.extend(cross(pos2(x, y), 3.6 * scale, theme.harm));
    label(&mut scene.labels, &mut x, t("stage.legend.failed"));
    if world.route.mirror.is_some() || world.pools.iter().any(|pool| pool.mirrored > 0.0) {
        scene.shapes.push(Shape::circle_stroke(pos2(x, y), 4.0 * scale, Stroke::new(1.5, theme.mirrored)));
        label(&mut scene.labels, &mut x, t("stage.legend.mirrored"));
    }
    if world.pools.iter().any(|pool| pool.retries > 0.0) {
        scene.shapes.push(Shape::circle_filled(pos2(x, y), 2.0 * scale, theme.baseline));
        scene.shapes.push(Shape::circle_stroke(pos2(x, y), 4.6 * scale, Stroke::new(1.0, theme.baseline)));
        label(&mut scene.labels, &mut x, t("stage.legend.retry"));
    }
    let text = match world.per_dot {
        _ if world.is_counted => t("stage.legend.counted").to_owned(),
        _ if setting.still => t("stage.legend.still").to_owned(),
        count => tf("stage.legend.dot", &[&count]),
    };
    let width = text.chars().count() as f32 * size * 0.56;
    scene.labels.push(Label {
        at: pos2(x, y),
        anchor: Align2::LEFT_CENTER,
        text,
        size,
        color: theme.faint,
        face: Face::Sans,
        width: width + 2.0,
    });
}
