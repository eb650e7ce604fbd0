//! Finds texts that lie over another: two lines whose letters share a place, with nothing opaque between them.

use egui::{Rect, Shape, TextureId, Vec2};
use egui_kittest::Harness;

use crate::app::model::Lab;

/// How far two lines may reach into each other, in points: letters' boxes are a little larger than what is drawn of them.
const SLACK: f32 = 2.5;

/// Something that is drawn, in the order in which it is.
enum Drawn {
    /// A line of a text, and where of it can be seen.
    Line(String, Rect),
    /// A place below which nothing can be seen.
    Cover(Rect),
}

/// All lines and covers, from the lowest to the uppermost.
fn drawn(harness: &Harness<'static, Lab>, room: Vec2) -> Vec<Drawn> {
    fn all(shape: &Shape, clip: Rect, into: &mut Vec<Drawn>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| all(shape, clip, into)),
            Shape::Rect(rect) => {
                let is_plain =
                    rect.brush.as_ref().is_none_or(|brush| brush.fill_texture_id == TextureId::default());
                if rect.fill.a() == u8::MAX && is_plain && rect.blur_width == 0.0 {
                    into.push(Drawn::Cover(rect.rect.intersect(clip)));
                }
            }
            Shape::Text(text) if text.angle == 0.0 && text.opacity_factor > 0.0 => {
                for row in &text.galley.rows {
                    let ink = row.visuals.mesh_bounds.translate(text.pos.to_vec2() + row.pos.to_vec2());
                    let seen = ink.intersect(clip);
                    let said = row.text();
                    if seen.is_positive() && !said.trim().is_empty() {
                        into.push(Drawn::Line(said, seen));
                    }
                }
            }
            _ => {}
        }
    }
    let screen = Rect::from_min_size(egui::Pos2::ZERO, room);
    let mut found = Vec::new();
    for drawn in &harness.output().shapes {
        all(&drawn.shape, drawn.clip_rect.intersect(screen), &mut found);
    }
    found
}

/// The texts that lie over another, in words.
pub(super) fn overlaps(harness: &Harness<'static, Lab>, room: Vec2) -> Vec<String> {
    let drawn = drawn(harness, room);
    let mut found = Vec::new();
    for (place, below) in drawn.iter().enumerate() {
        let Drawn::Line(first, seen) = below else { continue };
        let mut hidden: Vec<Rect> = Vec::new();
        for above in &drawn[place + 1..] {
            match above {
                Drawn::Cover(cover) if cover.intersects(*seen) => hidden.push(cover.expand(0.5)),
                Drawn::Cover(_) => {}
                Drawn::Line(second, over) => {
                    let shared = seen.intersect(*over);
                    let is_hidden = hidden.iter().any(|cover| cover.contains_rect(shared));
                    // What is drawn again in its own place is one text.
                    let is_again = first == second && (seen.min - over.min).length() < 1.0;
                    if shared.width() > SLACK && shared.height() > SLACK && !is_hidden && !is_again {
                        let at = shared.center();
                        found.push(format!("{first:?} and {second:?} share {:.0} {:.0}", at.x, at.y));
                    }
                }
            }
        }
    }
    found
}

#[test]
fn texts_over_each_other_are_found_and_what_is_covered_is_not() {
    let drawn = |apart: f32, covered: bool| {
        let mut has_fonts = false;
        let draw = move |ui: &mut egui::Ui, _: &mut Lab| {
            // They are there from the second frame on.
            if !has_fonts {
                ui.ctx().set_fonts(crate::app::view::theme::fonts());
                has_fonts = true;
                return;
            }
            let text = |at: f32, what: &str| {
                let font = egui::FontId::proportional(14.0);
                ui.painter().text(
                    egui::pos2(20.0, at),
                    egui::Align2::LEFT_TOP,
                    what,
                    font,
                    egui::Color32::WHITE,
                );
            };
            text(20.0, "below");
            if covered {
                let cover = Rect::from_min_size(egui::pos2(10.0, 10.0), egui::vec2(200.0, 100.0));
                ui.painter().rect_filled(cover, 0.0, egui::Color32::BLACK);
            }
            text(20.0 + apart, "above");
        };
        let mut harness = Harness::builder().with_size([400.0, 300.0]).build_ui_state(draw, super::lab());
        harness.run_steps(3);
        overlaps(&harness, Vec2::new(400.0, 300.0)).len()
    };
    assert_eq!([drawn(6.0, false), drawn(6.0, true), drawn(20.0, false)], [1, 0, 0]);
}
