//! Small shapes that several parts of the stage use: marks of releases, hatches, outlines, crosses.

use egui::{Color32, CornerRadius, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2};

use crate::app::view::theme::{Mark, Theme};
use crate::sim::Pool;

/// A cross, the sign of harm.
pub fn cross(at: Pos2, radius: f32, color: Color32) -> [Shape; 2] {
    let stroke = Stroke::new((radius * 0.5).max(1.2), color);
    [1.0, -1.0].map(|side| {
        let reach = Vec2::new(radius, radius * side);
        Shape::line_segment([at - reach, at + reach], stroke)
    })
}

/// The mark of a release: round, hatched, or square.
pub(super) fn mark(shapes: &mut Vec<Shape>, rect: Rect, pool: Pool, color: Color32, theme: &Theme) {
    match Theme::mark(pool) {
        Mark::Round => shapes.push(Shape::circle_filled(rect.center(), rect.width() / 2.0, color)),
        Mark::Square => {
            let half = rect.width() / 2.0;
            let corners = [Vec2::UP, Vec2::RIGHT, Vec2::DOWN, Vec2::LEFT].map(|to| rect.center() + to * half);
            shapes.push(Shape::convex_polygon(corners.to_vec(), color, Stroke::NONE));
        }
        Mark::Hatched => {
            shapes.push(Shape::rect_filled(rect, CornerRadius::same(2), color));
            hatch(shapes, rect, theme.background);
        }
    }
}

/// Diagonal lines within a rectangle.
pub(super) fn hatch(shapes: &mut Vec<Shape>, rect: Rect, color: Color32) {
    let (wide, tall) = (rect.width(), rect.height());
    let mut along = 2.5;
    while along < wide + tall {
        // The line x + y = along, within the rectangle.
        let from = pos2(rect.left() + (along - tall).max(0.0), rect.top() + along.min(tall));
        let to = pos2(rect.left() + along.min(wide), rect.top() + (along - wide).max(0.0));
        shapes.push(Shape::line_segment([from, to], Stroke::new(1.2, color)));
        along += 4.0;
    }
}

/// A dashed outline.
pub(super) fn dashed(shapes: &mut Vec<Shape>, rect: Rect, stroke: Stroke) {
    let [a, b, c, d] = [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom()];
    shapes.extend(Shape::dashed_line(&[a, b, c, d, a], stroke, 4.0, 3.0));
}

/// A solid outline.
pub(super) fn outlined(shapes: &mut Vec<Shape>, rect: Rect, round: u8, stroke: Stroke) {
    shapes.push(Shape::rect_stroke(rect, CornerRadius::same(round), stroke, StrokeKind::Inside));
}
