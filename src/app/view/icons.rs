//! Buttons that show a sign in place of words. Each has a name, which the pointer and screen readers are told.

use egui::{
    Color32, Painter, Pos2, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, WidgetType,
};

use crate::app::view::widgets;

/// A sign on a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// An arrow up.
    Up,
    /// An arrow down.
    Down,
    /// Two sheets: one more of the same.
    Copy,
    /// A cross: take it away.
    Cross,
    /// A minus: the next smaller value.
    Less,
    /// A plus: the next larger value.
    More,
    /// A small triangle: values to choose from.
    Choose,
    /// An arrow that turns back: the default.
    Reset,
}

/// Width and height of a button with a sign, in points.
pub const SIDE: f32 = 24.0;

/// A button that shows `icon` and is called `name`. It cannot be pressed where there is a reason why not, and tells the reason.
pub fn icon_button(ui: &mut Ui, icon: Icon, why_not: Option<&str>, name: &str) -> Response {
    let why_not = widgets::reason(ui, why_not);
    let why_not = why_not.as_deref();
    let enabled = why_not.is_none();
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(SIDE), sense);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, enabled, name));
    if ui.is_rect_visible(rect) {
        let visuals =
            if enabled { ui.style().interact(&response) } else { &ui.visuals().widgets.noninteractive };
        let ink = if enabled { visuals.fg_stroke.color } else { ui.visuals().weak_text_color() };
        let painter = ui.painter();
        if enabled {
            let frame = rect.shrink(0.5);
            painter.rect(
                frame,
                visuals.corner_radius,
                visuals.weak_bg_fill,
                visuals.bg_stroke,
                StrokeKind::Inside,
            );
        }
        draw(painter, rect.shrink(7.5), icon, ink);
    }
    let Some(why) = why_not else { return response.on_hover_text(name) };
    // It hears nothing but the pointer, so that egui holds it to be enabled.
    widgets::explained(response, why_not).on_hover_text(format!("{name}\n{why}"))
}

fn draw(painter: &Painter, rect: Rect, icon: Icon, ink: Color32) {
    let stroke = Stroke::new(1.4, ink);
    let (center, reach) = (rect.center(), rect.width() / 2.0);
    let line = |from: Pos2, to: Pos2| painter.line_segment([from, to], stroke);
    let at = |x: f32, y: f32| center + Vec2::new(x, y) * reach;
    match icon {
        Icon::Up | Icon::Down => {
            let turn = if icon == Icon::Up { 1.0 } else { -1.0 };
            line(at(0.0, turn), at(0.0, -turn));
            line(at(0.0, -turn), at(-0.8, -0.2 * turn));
            line(at(0.0, -turn), at(0.8, -0.2 * turn));
        }
        Icon::Copy => {
            let sheet = |x: f32, y: f32| Rect::from_min_size(at(x, y), Vec2::splat(1.4 * reach));
            painter.rect_stroke(sheet(-0.4, -0.4), 1.0, stroke, StrokeKind::Middle);
            line(at(-1.0, -1.0), at(0.4, -1.0));
            line(at(-1.0, -1.0), at(-1.0, 0.4));
        }
        Icon::Cross => {
            line(at(-0.9, -0.9), at(0.9, 0.9));
            line(at(-0.9, 0.9), at(0.9, -0.9));
        }
        Icon::Less => drop(line(at(-1.0, 0.0), at(1.0, 0.0))),
        Icon::More => {
            line(at(-1.0, 0.0), at(1.0, 0.0));
            line(at(0.0, -1.0), at(0.0, 1.0));
        }
        Icon::Choose => {
            line(at(-0.9, -0.4), at(0.0, 0.5));
            line(at(0.9, -0.4), at(0.0, 0.5));
        }
        Icon::Reset => {
            let points: Vec<Pos2> = (0..=12_i16)
                .map(|step| f32::from(step) * 0.4 - 2.4)
                .map(|angle| center + Vec2::new(libm::sinf(angle), -libm::cosf(angle)) * reach)
                .collect();
            let first = points[0];
            painter.line(points, stroke);
            line(first, first + Vec2::new(-1.0, -3.5));
            line(first, first + Vec2::new(3.5, -0.5));
        }
    }
}
