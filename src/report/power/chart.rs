//! The power of a plan as a picture (SVG). For errors and for slowness it shows the share of runs that roll back, with confidence
//! intervals and the formulas' values, and below that the users harmed.

use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

use super::{Power, name};
use crate::exercise::format::percent;
use crate::exercise::power::{ExactCheck, Level, Regression};
use crate::report::style::harmless;

/// Width and height in pixels.
const SIZE: (u32, u32) = (960, 720);
/// The colour of the candidate.
const CANDIDATE: RGBColor = RGBColor(0xe6, 0x9f, 0x00);
/// The colour of harm.
const HARM: RGBColor = RGBColor(0xe0, 0x60, 0x2b);
/// The colour of formulas: the baseline's blue.
const FORMULA: RGBColor = RGBColor(0x00, 0x72, 0xb2);

type Failure = DrawingAreaErrorKind<std::io::Error>;
type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;
type Axes<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// The chart as SVG. Equal results give equal bytes.
///
/// # Errors
/// Why it could not be drawn.
pub fn chart(of: &Power<'_>) -> Result<String, String> {
    let mut svg = String::new();
    draw(of, &mut svg).map_err(|error| error.to_string())?;
    Ok(described(of, &svg))
}

fn draw(of: &Power<'_>, svg: &mut String) -> Result<(), Failure> {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let (plan, scenario) = (harmless(of.plan), harmless(of.scenario));
    let title = format!("What {plan} would catch in {scenario}, with 95 % confidence");
    let body = root.titled(&title, ("sans-serif", 22))?;
    let columns = body.split_evenly((2, 2));
    let sides: [(&str, fn(Regression) -> bool); 2] = [
        ("share of requests that fail in addition", |of| !matches!(of, Regression::Slower(_))),
        ("times as slow", |of| !matches!(of, Regression::Errors(_))),
    ];
    for (column, (label, is_of)) in sides.into_iter().enumerate() {
        let mut levels: Vec<&Level> =
            of.power.levels.iter().filter(|level| is_of(level.regression)).collect();
        levels.sort_by(|a, b| a.regression.size().total_cmp(&b.regression.size()));
        if levels.is_empty() {
            continue;
        }
        let exact: &[ExactCheck] = if column == 0 { &of.power.exact } else { &[] };
        caught(&columns[column], label, &levels, exact)?;
        harmed(&columns[column + 2], label, &levels)?;
    }
    root.present()
}

/// Axes with a named place for each level, and values from 0 to `top`.
fn axes<'a, 'b>(
    area: &'a Area<'b>,
    (caption, label): (&str, &str),
    levels: &[&Level],
    top: f64,
    value: &dyn Fn(&f64) -> String,
) -> Result<Axes<'a, 'b>, Failure> {
    let last = levels.len() as f64 - 1.0;
    let mut axes = ChartBuilder::on(area)
        .caption(caption, ("sans-serif", 15))
        .margin(12)
        .x_label_area_size(42)
        .y_label_area_size(56)
        .build_cartesian_2d(-0.5..last + 0.5, 0.0..top)?;
    let place = |x: &f64| {
        let index = x.round();
        let near = (x - index).abs() < 0.01 && index >= 0.0;
        let level = levels.get(index as usize).filter(|_| near);
        level.map_or_else(String::new, |level| tick(level.regression))
    };
    axes.configure_mesh()
        .x_labels(2 * levels.len() + 1)
        .y_labels(6)
        .x_label_formatter(&place)
        .y_label_formatter(value)
        .x_desc(label)
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .draw()?;
    Ok(axes)
}

/// The name of a level under an axis.
fn tick(of: Regression) -> String {
    match of {
        Regression::None => "none".to_owned(),
        Regression::Errors(share) => share.to_string(),
        Regression::Slower(size) | Regression::Leak(size) => size.to_string(),
        Regression::Crash(share) | Regression::Group(share) | Regression::Wrong(share) => share.to_string(),
    }
}

fn caught(area: &Area<'_>, label: &str, levels: &[&Level], exact: &[ExactCheck]) -> Result<(), Failure> {
    let formulas = if exact.is_empty() { "" } else { " (dashed: one look of a check, by formula)" };
    let caption = format!("runs that roll back{formulas}");
    let caption = (caption.as_str(), label);
    let mut axes = axes(area, caption, levels, 1.0, &|share| percent(*share))?;
    let points: Vec<(f64, &Level)> = levels.iter().enumerate().map(|(x, level)| (x as f64, *level)).collect();
    for check in exact {
        let chance = |level: &Level| check.levels.iter().find(|exact| exact.regression == level.regression);
        let line = points.iter().filter_map(|(x, level)| Some((*x, chance(level)?.one_look)));
        axes.draw_series(DashedLineSeries::new(line, 4, 4, FORMULA.mix(0.6).into()))?;
    }
    axes.draw_series(LineSeries::new(points.iter().map(|(x, level)| (*x, level.share())), CANDIDATE))?;
    let bar = |(x, level): &(f64, &Level)| {
        let [low, high] = level.interval();
        ErrorBar::new_vertical(*x, low, level.share(), high, CANDIDATE.filled(), 8)
    };
    axes.draw_series(points.iter().map(bar))?;
    Ok(())
}

fn harmed(area: &Area<'_>, label: &str, levels: &[&Level]) -> Result<(), Failure> {
    let top = levels.iter().map(|level| level.harmed_p90.max(level.harmed)).fold(9.0, f64::max) * 1.1;
    let caption = ("users harmed: on average (line) and in the worst tenth (dots)", label);
    let mut axes = axes(area, caption, levels, top, &|users| format!("{users:.0}"))?;
    let at = |of: fn(&Level) -> f64| {
        levels.iter().enumerate().map(move |(x, level)| (x as f64, of(level))).collect::<Vec<_>>()
    };
    axes.draw_series(LineSeries::new(at(|level| level.harmed), HARM))?;
    axes.draw_series(at(|level| level.harmed_p90).into_iter().map(|at| Circle::new(at, 4, HARM.filled())))?;
    Ok(())
}

/// The picture with a title and a description for people who cannot see it.
fn described(of: &Power<'_>, svg: &str) -> String {
    let mut said = format!(
        "Share of runs in which {} rolls back, by regression of {} in {}:",
        of.plan, of.release, of.scenario
    );
    for level in &of.power.levels {
        said.push_str(&format!(" {}: {};", name(level.regression), percent(level.share())));
    }
    said.push_str(" dashed lines: one look of each check, by formula.");
    let title = escaped("What a plan would catch");
    let head = format!("role=\"img\"><title>{title}</title><desc>{}</desc>", escaped(&said));
    match svg.split_once('>') {
        Some((open, rest)) => format!("{open} {head}{rest}"),
        None => svg.to_owned(),
    }
}

fn escaped(text: &str) -> String {
    harmless(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
