//! The markers above the time bar. Where they are dense, several share one label, so that no text covers another.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, Vec2};

use crate::app::model::markers::{Marker, MarkerKind, Outcome};
use crate::app::view::theme::Theme;
use crate::app::view::widgets;

/// How long a label may be, in characters.
const LONGEST: usize = 22;

/// Room between two labels.
const GAP: f32 = 8.0;

/// Moments that share a label.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Positions of its moments in the list, first and one after the last.
    pub markers: std::ops::Range<usize>,
    /// What is written.
    pub label: String,
    /// From where to where it is written.
    pub span: [f32; 2],
}

/// Groups moments, given by time, so that their labels stand side by side between `left` and `right`. `place` says where a
/// moment is, `width` how wide a text is.
pub fn clusters(
    markers: &[Marker],
    [left, right]: [f32; 2],
    place: impl Fn(&Marker) -> f32,
    width: impl Fn(&str) -> f32,
) -> Vec<Cluster> {
    let cluster = |range: std::ops::Range<usize>| {
        let label = label(&markers[range.clone()]);
        let wide = width(&label);
        let middle = (place(&markers[range.start]) + place(&markers[range.end - 1])) / 2.0;
        let from = (middle - wide / 2.0).min(right - wide).max(left);
        Cluster { markers: range, label, span: [from, from + wide] }
    };
    let mut found: Vec<Cluster> = Vec::new();
    for index in 0..markers.len() {
        let mut next = cluster(index..index + 1);
        while let Some(last) = found.last() {
            if last.span[1] + GAP <= next.span[0] {
                break;
            }
            next = cluster(last.markers.start..next.markers.end);
            found.pop();
        }
        found.push(next);
    }
    found
}

/// What is written about these: the weightiest, and how many more there are.
fn label(markers: &[Marker]) -> String {
    let Some(first) = markers.iter().rev().max_by_key(|moment| moment.kind) else { return String::new() };
    let text = short(&first.text);
    let more = markers.len() - 1;
    if more == 0 {
        text
    } else if markers.iter().all(|moment| moment.text == first.text) {
        format!("{text} ×{}", markers.len())
    } else {
        format!("{text} +{more}")
    }
}

fn short(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// The colour of a kind of moment.
pub const fn color(theme: &Theme, kind: MarkerKind) -> Color32 {
    match kind {
        MarkerKind::Weight(_) | MarkerKind::Flag => theme.candidate,
        MarkerKind::Hand | MarkerKind::Release => theme.text,
        MarkerKind::Check => theme.caution,
        MarkerKind::Alert | MarkerKind::Phase(Outcome::Back) => theme.harm,
        MarkerKind::Phase(Outcome::Completed) => theme.good,
    }
}

/// Draws the sign of a kind of moment; each has a shape of its own.
pub fn sign(painter: &Painter, center: Pos2, kind: MarkerKind, theme: &Theme) {
    let color = color(theme, kind);
    let at = |x, y| center + Vec2::new(x, y);
    let fill = |points| Shape::convex_polygon(points, color, Stroke::NONE);
    match kind {
        MarkerKind::Weight(_) | MarkerKind::Flag => {
            painter.add(fill(vec![at(-4.5, -3.5), at(4.5, -3.5), at(0.0, 4.0)]));
        }
        MarkerKind::Hand => drop(painter.circle_filled(center, 3.5, color)),
        MarkerKind::Release => drop(painter.circle_stroke(center, 3.0, Stroke::new(1.5, color))),
        MarkerKind::Check => {
            painter.add(fill(vec![at(-4.5, 0.0), at(0.0, -4.5), at(4.5, 0.0), at(0.0, 4.5)]));
        }
        MarkerKind::Alert => widgets::cross(painter, center, 3.5, color),
        MarkerKind::Phase(_) => {
            painter.rect_filled(Rect::from_center_size(center, Vec2::splat(7.0)), 1.0, color);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Time;

    fn moment(seconds: u64, kind: MarkerKind, text: &str) -> Marker {
        Marker { at: Time::from_secs(seconds), kind, text: text.to_owned() }
    }

    #[test]
    fn labels_stand_apart_and_within_the_bar_however_dense_they_are() {
        for count in [0, 1, 2, 10, 300] {
            let markers: Vec<Marker> = (0..count)
                .map(|index| moment(index * index % 7 + index * 3, MarkerKind::Check, "check failed"))
                .collect();
            let place = |moment: &Marker| moment.at.as_secs_f64() as f32;
            let found = clusters(&markers, [0.0, 900.0], place, |text| 6.0 * text.chars().count() as f32);
            let told: usize = found.iter().map(|cluster| cluster.markers.len()).sum();
            assert_eq!(told, markers.len());
            assert!(found.windows(2).all(|pair| pair[0].span[1] + GAP <= pair[1].span[0]), "{found:?}");
            assert!(found.iter().all(|cluster| cluster.span[0] >= 0.0 && cluster.span[1] <= 900.0));
        }
    }

    #[test]
    fn a_shared_label_tells_the_weightiest_and_how_many_more() {
        let markers = [
            moment(1, MarkerKind::Weight(500), "5%"),
            moment(2, MarkerKind::Alert, "errors"),
            moment(3, MarkerKind::Check, "check failed"),
        ];
        assert_eq!(label(&markers), "errors +2");
        assert_eq!(label(&markers[..1]), "5%");
        assert_eq!(label(&[markers[2].clone(), markers[2].clone()]), "check failed ×2");
    }
}
