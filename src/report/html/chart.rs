//! Charts of a page: columns, and points on two axes. Numbers stand beside marks, and marks differ in shape, so that nothing is told by
//! colour alone.

use maud::{Markup, html};

use super::{label, number, rect, svg};

/// Points on two axes, each from 0 to the largest value.
#[derive(Clone, Debug, Default)]
pub struct Points {
    /// What the picture shows.
    pub title: String,
    /// What is to the right, with its unit.
    pub across: String,
    /// What is upwards, with its unit.
    pub up: String,
    /// Name, place across, place up, and the mark: a disc, or else a cross.
    pub points: Vec<(String, f64, f64, bool)>,
    /// What a disc means, and what a cross.
    pub marks: [String; 2],
}

/// Height of the part of a chart in which something is drawn.
const HEIGHT: f64 = 220.0;
/// Left end and width of that part.
const LEFT: f64 = 60.0;
const WIDTH: f64 = 820.0;
const INK: &str = "#16202a";
const COLUMN: &str = "#0f6cbd";

/// Columns side by side, with their numbers above and their names below.
pub fn columns(what: &str, columns: &[(String, u64)]) -> Markup {
    let about: Vec<String> = columns.iter().map(|(name, count)| format!("{name}: {count}")).collect();
    let most = columns.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1) as f64;
    let width = WIDTH / columns.len().max(1) as f64;
    let inside = html! {
        @for (index, (name, count)) in columns.iter().enumerate() {
            @let height = HEIGHT * *count as f64 / most;
            @let x = LEFT + index as f64 * width;
            (rect([x + 4.0, 24.0 + HEIGHT - height, width - 8.0, height], COLUMN))
            (label(x + 6.0, 18.0 + HEIGHT - height, &count.to_string()))
            (label(x + 6.0, 42.0 + HEIGHT, name))
        }
    };
    svg(HEIGHT + 52.0, what, &about, &inside)
}

/// Points on two axes.
pub fn points(points: &Points) -> Markup {
    let largest = |of: fn(&(String, f64, f64, bool)) -> f64| {
        points.points.iter().map(of).filter(|value| value.is_finite()).fold(0.0, f64::max).max(1.0)
    };
    let (right, top) = (largest(|point| point.1), largest(|point| point.2));
    let said = |(name, x, y, is_disc): &(String, f64, f64, bool)| {
        let mark = &points.marks[usize::from(!is_disc)];
        format!("{name}: {} {}, {} {}, {mark}", points.across, number(*x), points.up, number(*y))
    };
    let about: Vec<String> = points.points.iter().map(said).collect();
    let place = |x: f64, y: f64| {
        (LEFT + WIDTH * (x / right).clamp(0.0, 1.0), 20.0 + HEIGHT * (1.0 - (y / top).clamp(0.0, 1.0)))
    };
    let inside = html! {
        path d={ "M " (number(LEFT)) " 20 V " (number(20.0 + HEIGHT)) " H " (number(LEFT + WIDTH)) } fill="none" stroke=(INK) {} "\n"
        (label(LEFT, 12.0, &format!("{} (up to {})", points.up, number(top))))
        (label(LEFT, 40.0 + HEIGHT, &format!("{} (up to {})", points.across, number(right))))
        (label(LEFT, 60.0 + HEIGHT, &format!("disc: {}; cross: {}", points.marks[0], points.marks[1])))
        @for (point, said) in points.points.iter().zip(&about) {
            @let (x, y) = place(point.1, point.2);
            g {
                title { (super::lines(said)) }
                @if point.3 {
                    circle cx=(number(x)) cy=(number(y)) r="5" fill=(COLUMN) stroke=(INK) {}
                } @else {
                    path d={ "M " (number(x - 5.0)) " " (number(y - 5.0)) " l 10 10 m 0 -10 l -10 10" } stroke=(INK) {}
                }
            }
            "\n"
        }
    };
    svg(HEIGHT + 70.0, &points.title, &about, &inside)
}
