//! Texts that lie over one another, and bars that lie over a text. What is covered by a filled area that is painted later is not seen.

use egui::epaint::ClippedShape;
use egui::{Rect, Shape};

/// How far the letters of two texts may reach into each other, in points.
const REACH: f32 = 1.5;

/// The highest filled area that counts as a bar, and the least width.
const BAR: [f32; 2] = [9.0, 24.0];

/// Something that is seen: its rectangle, and the text; none is a bar.
struct Seen {
    place: Rect,
    text: Option<String>,
}

/// What lies over another, in words.
pub fn found(shapes: &[ClippedShape]) -> Vec<String> {
    let mut seen = Vec::new();
    shapes.iter().for_each(|drawn| add(&drawn.shape, drawn.clip_rect, &mut seen));
    let mut faults = Vec::new();
    for (index, one) in seen.iter().enumerate() {
        for other in &seen[index + 1..] {
            let both = one.place.intersect(other.place);
            if both.width() <= REACH || both.height() <= REACH {
                continue;
            }
            match (&one.text, &other.text) {
                (Some(one), Some(other)) => faults.push(format!("{:?} over {:?}", short(other), short(one))),
                // A text on a bar is meant; a bar on a text is not.
                (Some(text), None) => faults.push(format!("a bar over {:?}", short(text))),
                (None, _) => {}
            }
        }
    }
    faults
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

fn add(shape: &Shape, clip: Rect, seen: &mut Vec<Seen>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| add(shape, clip, seen)),
        Shape::Text(text) if text.angle == 0.0 && !text.galley.text().trim().is_empty() => {
            // Each line by itself: a long text may stand beside what is right of its last line.
            for row in &text.galley.rows {
                // Where its letters are: a row that goes on after another text begins with the room for that.
                let letters = row.visuals.mesh_bounds.translate(row.pos.to_vec2() + text.pos.to_vec2());
                let place = letters.intersect(clip);
                if place.is_positive() && !row.text().trim().is_empty() {
                    seen.push(Seen { place, text: Some(row.text()) });
                }
            }
        }
        Shape::Rect(rect) if rect.fill.a() == 255 => {
            let place = rect.rect.intersect(clip);
            if !place.is_positive() {
                return;
            }
            let is_bar = place.height() <= BAR[0] && place.width() >= BAR[1];
            if is_bar {
                seen.push(Seen { place, text: None });
            } else {
                seen.iter_mut().for_each(|one| one.place = left(one.place, place.expand(1.0)));
                seen.retain(|one| one.place.is_positive());
            }
        }
        _ => {}
    }
}

/// What is left to be seen of a place of which `cover` lies over a part: the largest rectangle.
fn left(place: Rect, cover: Rect) -> Rect {
    if !place.intersects(cover) {
        return place;
    }
    let parts = [
        place.with_max_x(cover.left()),
        place.with_min_x(cover.right()),
        place.with_max_y(cover.top()),
        place.with_min_y(cover.bottom()),
    ];
    let area = |rect: &Rect| if rect.is_positive() { rect.area() } else { 0.0 };
    parts.into_iter().max_by(|one, other| area(one).total_cmp(&area(other))).unwrap_or(Rect::NOTHING)
}
