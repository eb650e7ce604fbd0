//! The spread of criteria's values as a picture (SVG): a row for each criterion, in it a line of dots for each kind of plans, and
//! the marks between which points fall.

use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

use crate::exercise::format::with_unit;
use crate::exercise::prove::{Calibration, Group, Spread};
use crate::report::style::harmless;

/// Width in pixels, and the height of a criterion's row.
const WIDTH: u32 = 960;
const ROW: u32 = 190;
/// Colours by kind of plans: those of the palette of Wong.
const COLOURS: [RGBColor; 5] = [
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xe6, 0x9f, 0x00),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x80, 0x80, 0x80),
];

type Failure = DrawingAreaErrorKind<std::io::Error>;
type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;
type Axes<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// The chart as SVG. Equal results give equal bytes.
///
/// # Errors
/// Why it could not be drawn.
pub fn chart(of: &Calibration, currency: &str) -> Result<String, String> {
    let mut svg = String::new();
    draw(of, currency, &mut svg).map_err(|error| error.to_string())?;
    let title = format!("How the criteria of {} tell plans apart", harmless(&of.exercise));
    let title = title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    Ok(svg.replacen('>', &format!(" role=\"img\"><title>{title}</title>"), 1))
}

fn draw(of: &Calibration, currency: &str, svg: &mut String) -> Result<(), Failure> {
    let rows = of.criteria.len().max(1);
    let size = (WIDTH, 40 + ROW * rows as u32);
    let root = SVGBackend::with_string(svg, size).into_drawing_area();
    root.fill(&WHITE)?;
    let title = format!("{}: values of each criterion; full marks green, none red", harmless(&of.exercise));
    let body = root.titled(&title, ("sans-serif", 20))?;
    for (area, spread) in body.split_evenly((rows, 1)).iter().zip(&of.criteria) {
        row(area, spread, currency)?;
    }
    root.present()
}

fn row(area: &Area<'_>, spread: &Spread, currency: &str) -> Result<(), Failure> {
    let criterion = &spread.criterion;
    let marks = [criterion.full.value(), criterion.zero.value()];
    let values = spread.groups.iter().flat_map(|(_, values)| values).copied();
    let finite = values.chain(marks).filter(|value| value.is_finite());
    let (low, high) = finite
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let room = ((high - low) * 0.03).max(1e-9);
    let count = Group::ALL.len() as f64;
    let mut axes = ChartBuilder::on(area)
        .caption(harmless(&criterion.id), ("sans-serif", 15))
        .margin(8)
        .x_label_area_size(26)
        .y_label_area_size(110)
        .build_cartesian_2d(low - room..high + room, -count + 0.5..0.5)?;
    let name = |y: &f64| {
        let index = -y.round();
        let near = (y + index).abs() < 0.01 && index >= 0.0;
        let group = Group::ALL.get(index as usize).filter(|_| near);
        group.map_or_else(String::new, |group| group.name().to_owned())
    };
    axes.configure_mesh()
        .x_label_formatter(&|value| with_unit(*value, criterion.measure.unit(), currency))
        .y_labels(2 * Group::ALL.len() + 1)
        .y_label_formatter(&name)
        .light_line_style(TRANSPARENT)
        .draw()?;
    mark(&mut axes, marks[0], count, RGBColor(0x00, 0x9e, 0x73))?;
    mark(&mut axes, marks[1], count, RGBColor(0xd5, 0x5e, 0x00))?;
    for ((index, (_, values)), colour) in spread.groups.iter().enumerate().zip(COLOURS) {
        let finite = values.iter().filter(|value| value.is_finite());
        let dots = finite.map(|value| Circle::new((*value, -(index as f64)), 3, colour.mix(0.6).filled()));
        axes.draw_series(dots)?;
    }
    Ok(())
}

/// A mark of the criterion, from top to bottom.
fn mark(axes: &mut Axes<'_, '_>, value: f64, count: f64, colour: RGBColor) -> Result<(), Failure> {
    axes.draw_series(LineSeries::new([(value, 0.5), (value, -count + 0.5)], colour.stroke_width(2)))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn the_picture_has_a_row_for_each_criterion_and_a_dot_for_each_value_that_happened() {
        let svg = chart(&sample(), "USD").unwrap();
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
        assert!(svg.contains("<title>How the criteria of first tell plans apart</title>"));
        for text in ["caught", "in-time", "solution", "random plans"] {
            assert!(svg.contains(text), "{text}");
        }
        let finite = sample();
        let finite = finite.criteria.iter().flat_map(|spread| &spread.groups).flat_map(|(_, values)| values);
        assert_eq!(svg.matches("<circle").count(), finite.filter(|value| value.is_finite()).count());
    }
}
