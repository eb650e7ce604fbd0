//! Dots as one mesh: soft at the edges while there are few, and as few triangles as can be when there are many.

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Color32, Pos2, Shape, Vec2, vec2};

use crate::app::view::stage::dots::{Dot, DotShape};
use crate::app::view::theme::Theme;

/// More dots than this have hard edges, which cannot be seen then.
const SOFT: usize = 1_000;

/// Half of how far an edge fades, in points.
const FADE: f32 = 0.5;

/// The corners of a dot: sine and cosine of an eighth of a turn are the square root of a half.
const H: f32 = std::f32::consts::FRAC_1_SQRT_2;

const AROUND: [Vec2; 8] = [
    vec2(1.0, 0.0),
    vec2(H, H),
    vec2(0.0, 1.0),
    vec2(-H, H),
    vec2(-1.0, 0.0),
    vec2(-H, -H),
    vec2(0.0, -1.0),
    vec2(H, -H),
];

/// Paints dots as one shape of egui; `theme` has what lies behind them.
pub fn paint(dots: &[Dot], theme: &Theme, out: &mut Vec<Shape>) {
    if dots.is_empty() {
        return;
    }
    let soft = dots.len() <= SOFT;
    let mut brush = Brush { mesh: Mesh::default(), fade: if soft { FADE } else { 0.0 } };
    let (vertices, indices) = if soft { (18, 72) } else { (9, 20) };
    brush.mesh.vertices.reserve(dots.len() * vertices);
    brush.mesh.indices.reserve(dots.len() * indices);
    for dot in dots {
        brush.dot(dot, theme);
    }
    out.push(Shape::mesh(brush.mesh));
}

struct Brush {
    mesh: Mesh,
    fade: f32,
}

impl Brush {
    fn dot(&mut self, dot: &Dot, theme: &Theme) {
        let Dot { at, radius, color, .. } = *dot;
        if dot.is_retry {
            self.disc(at, radius + 3.2, color);
            self.disc(at, radius + 2.0, theme.background);
        }
        match dot.shape {
            DotShape::Round => self.disc(at, radius, color),
            DotShape::Square => self.bar(at, vec2(radius, 0.0), radius, color),
            DotShape::Diamond => self.bar(at, vec2(radius, radius) * 0.9, radius * 1.27, color),
            DotShape::Hollow => {
                self.disc(at, radius + 0.7, color);
                self.disc(at, radius - 0.7, theme.background);
            }
            DotShape::Cross => {
                let thick = (radius * 0.25).max(0.8);
                self.bar(at, vec2(radius, radius), thick, color);
                self.bar(at, vec2(radius, -radius), thick, color);
            }
        }
    }

    fn disc(&mut self, at: Pos2, radius: f32, color: Color32) {
        let inner = AROUND.map(|to| at + to * (radius - self.fade).max(0.1));
        let outer = AROUND.map(|to| at + to * (radius + self.fade));
        self.convex(&inner, &outer, color);
    }

    /// A rectangle about `at`: `along` is half of it, `thick` half of it across.
    fn bar(&mut self, at: Pos2, along: Vec2, thick: f32, color: Color32) {
        let length = along.length();
        let (along, across) = (along / length, along.rot90() / length);
        let corners = |fade: f32| {
            let (u, v) = (along * (length + fade), across * (thick + fade).max(0.1));
            [at + u + v, at - u + v, at - u - v, at + u - v]
        };
        self.convex(&corners(-self.fade), &corners(self.fade), color);
    }

    /// A convex shape that fades from `inner` to `outer`, where edges fade.
    fn convex(&mut self, inner: &[Pos2], outer: &[Pos2], color: Color32) {
        let (mesh, count) = (&mut self.mesh, inner.len() as u32);
        let first = mesh.vertices.len() as u32;
        let vertex = |pos: Pos2, color: Color32| Vertex { pos, uv: WHITE_UV, color };
        mesh.vertices.extend(inner.iter().map(|pos| vertex(*pos, color)));
        for corner in 1..count - 1 {
            mesh.add_triangle(first, first + corner, first + corner + 1);
        }
        if self.fade == 0.0 {
            return;
        }
        mesh.vertices.extend(outer.iter().map(|pos| vertex(*pos, Color32::TRANSPARENT)));
        for corner in 0..count {
            let next = (corner + 1) % count;
            let [a, b] = [first + corner, first + next];
            mesh.add_triangle(a, b, b + count);
            mesh.add_triangle(a, b + count, a + count);
        }
    }
}
