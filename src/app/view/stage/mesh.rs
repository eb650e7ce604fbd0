//! Shapes as the vertices that a graphics stack takes: positions from the window's middle, y upwards, and linear colours.

use std::sync::OnceLock;

use egui::ecolor::linear_f32_from_gamma_u8;
use egui::epaint::{Mesh, TessellationOptions, Tessellator};
use egui::{Color32, Pos2, Shape, Vec2};

/// Where the stage lies in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    /// Its upper left corner, in egui's points.
    pub corner: Vec2,
    /// The window, in egui's points.
    pub window: Vec2,
    /// Points of the graphics stack in one of egui's.
    pub zoom: f32,
    /// Pixels in one of egui's points.
    pub pixels: f32,
}

/// Triangles, ready to be drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vertices {
    /// Where each vertex is, in points of the graphics stack from the window's middle, y upwards.
    pub positions: Vec<[f32; 3]>,
    /// Red, green, blue and alpha of each, linear and not premultiplied, 0 to 1.
    pub colors: Vec<[f32; 4]>,
    /// Three for each triangle.
    pub indices: Vec<u32>,
}

impl Vertices {
    /// Shapes in egui's points from the stage's corner; without any, one triangle that cannot be seen, for a graphics
    /// memory takes no empty mesh.
    pub fn new(shapes: Vec<Shape>, place: Place) -> Self {
        let options = TessellationOptions::default();
        let mut tessellator =
            Tessellator::new(place.pixels.max(f32::MIN_POSITIVE), options, [1, 1], Vec::new());
        let mut mesh = Mesh::default();
        shapes.into_iter().for_each(|shape| tessellator.tessellate_shape(shape, &mut mesh));
        if mesh.is_empty() {
            mesh.add_triangle(0, 0, 0);
            mesh.colored_vertex(Pos2::ZERO, Color32::TRANSPARENT);
        }
        let away = place.corner - place.window / 2.0;
        let position = |at: Pos2| {
            let at = (at + away) * place.zoom;
            [at.x, -at.y, 0.0]
        };
        Self {
            positions: mesh.vertices.iter().map(|vertex| position(vertex.pos)).collect(),
            colors: mesh.vertices.iter().map(|vertex| linear(vertex.color)).collect(),
            indices: mesh.indices,
        }
    }
}

/// egui's colours are premultiplied and in gamma space.
fn linear(color: Color32) -> [f32; 4] {
    static LINEAR: OnceLock<[f32; 256]> = OnceLock::new();
    let table = LINEAR.get_or_init(|| std::array::from_fn(|value| linear_f32_from_gamma_u8(value as u8)));
    let [red, green, blue, alpha] = color.to_srgba_unmultiplied();
    let channel = |value: u8| table[usize::from(value)];
    [channel(red), channel(green), channel(blue), f32::from(alpha) / 255.0]
}

#[cfg(test)]
mod tests {
    use egui::{Rect, vec2};

    use super::*;

    #[test]
    fn a_shape_at_the_windows_middle_is_about_the_origin_with_y_upwards() {
        let place = Place { corner: vec2(10.0, 20.0), window: vec2(200.0, 100.0), zoom: 2.0, pixels: 1.0 };
        let dot = Rect::from_min_size(Pos2::new(90.0, 30.0), vec2(4.0, 4.0));
        let vertices = Vertices::new(vec![Shape::rect_filled(dot, 0.0, Color32::WHITE)], place);
        let (right, up) = vertices
            .positions
            .iter()
            .fold((f32::MIN, f32::MIN), |(right, up), at| (right.max(at[0]), up.max(at[1])));
        // The rectangle reaches from the middle 4 points to the right and down, and an edge fades by half a point.
        assert!((7.0..=9.5).contains(&right) && (-0.5..=1.5).contains(&up), "{right} {up}");
        assert!(vertices.colors.contains(&[1.0; 4]));
        assert_eq!(vertices.indices.len() % 3, 0);
    }

    #[test]
    fn nothing_is_one_triangle_without_colour() {
        let vertices = Vertices::new(Vec::new(), Place::default());
        assert_eq!((vertices.positions.len(), vertices.indices.len()), (1, 3));
        assert_eq!(vertices.colors[0][3], 0.0);
    }

    #[test]
    fn half_grey_is_darker_in_linear_light_and_see_through_colours_keep_theirs() {
        let [grey, .., alpha] = linear(Color32::from_gray(128));
        // 128 of 255 in sRGB is 0.2159 (IEC 61966-2-1).
        assert!((grey - 0.2159).abs() < 0.001 && alpha == 1.0, "{grey} {alpha}");
        let [red, _, _, alpha] = linear(Color32::from_rgba_unmultiplied(255, 0, 0, 128));
        assert!(red > 0.98 && (alpha - 0.502).abs() < 0.001, "{red} {alpha}");
    }
}
