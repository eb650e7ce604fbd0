//! The lines of a chart: its own, and those of other futures behind them. Where there was no data there is a gap.

use egui::{Align2, Color32, Stroke, Vec2};
use egui_plot::{LineStyle, MarkerShape, PlotPoints, PlotTransform, PlotUi, Points};

use crate::app::model::charts::{Charts, Line, Of, Topic};
use crate::app::view::panels::dashboards::board::Board;
use crate::app::view::panels::dashboards::plot::{Frame, color, label};
use crate::app::view::panels::dashboards::summary;
use crate::engine::Time;

/// Points of a line that follow one another without a gap: seconds and values.
type Stretch = Vec<[f64; 2]>;

/// The chart's own lines, the candidate's last and on top.
pub fn own(plot: &mut PlotUi<'_>, board: &Board<'_>, topic: Topic, frame: &Frame, transform: &PlotTransform) {
    for line in summary::lines(board, topic) {
        let color = color(&board.theme, line.of);
        let (width, style) = match line.of {
            Of::Control => (1.5, LineStyle::Dashed { length: 6.0 }),
            Of::Truth => (1.2, LineStyle::Dashed { length: 2.0 }),
            Of::Stable | Of::Candidate | Of::Whole => (1.6, LineStyle::Solid),
        };
        let stretches = stretches(board, board.charts, line, frame);
        if let Some(last) = stretches.last().and_then(|points| points.last()) {
            end(plot, *last, line.of, color);
        }
        // What stands beside the lines of the versions is named: the truth in its middle, since limits are named where it begins, and
        // other futures where it ends.
        let named = stretches.first().and_then(|points| match line.of {
            Of::Truth => Some((points.get(points.len() / 2)?, Align2::LEFT_BOTTOM, -2.0)),
            Of::Whole if topic == Topic::Capacity => Some((points.first()?, Align2::LEFT_TOP, 3.0)),
            Of::Whole | Of::Stable | Of::Candidate | Of::Control => None,
        });
        if let Some((at, anchor, down)) = named {
            let name = summary::name(topic, line.of);
            plot.text(label(name, *at, Vec2::new(4.0, down), anchor, transform).color(board.theme.faint));
        }
        draw(plot, stretches, Stroke::new(width, color), style);
    }
}

/// The lines of other futures, thin and with their names.
pub fn behind(
    plot: &mut PlotUi<'_>,
    board: &Board<'_>,
    topic: Topic,
    frame: &Frame,
    transform: &PlotTransform,
) {
    for (name, charts) in &board.behind {
        let lines = charts
            .of_topic(topic, board.choice.quantile)
            .filter(|line| !matches!(line.of, Of::Truth | Of::Control));
        let mut named = false;
        for line in lines.collect::<Vec<_>>().into_iter().rev() {
            let faint = board.theme.tint(color(&board.theme, line.of), 0.45);
            let stretches = stretches(board, charts, line, frame);
            let last = stretches.last().and_then(|points| points.last().copied());
            draw(plot, stretches, Stroke::new(1.0, faint), LineStyle::Dashed { length: 3.0 });
            let Some(last) = last.filter(|_| !named) else { continue };
            named = true;
            let text = label(name, last, Vec2::new(-4.0, -2.0), Align2::RIGHT_BOTTOM, transform);
            plot.text(text.color(board.theme.mute));
        }
    }
}

/// The stretches of a line that have data.
fn stretches(board: &Board<'_>, charts: &Charts, line: &Line, frame: &Frame) -> Vec<Stretch> {
    let step = charts.step;
    let last = ((board.now.0 / step.0) as usize + 1).min(line.values.len());
    let first = ((board.from.0 / step.0) as usize).min(last);
    let values = line.values[first..last].iter().zip(first as u64..);
    let points: Vec<Option<[f64; 2]>> = values
        .map(|(value, index)| value.map(|value| [Time(step.0 * index).as_secs_f64(), frame.fitted(value)]))
        .collect();
    let stretches = points.split(Option::is_none).filter(|points| !points.is_empty());
    stretches.map(|points| points.iter().copied().flatten().collect()).collect()
}

fn draw(plot: &mut PlotUi<'_>, stretches: Vec<Stretch>, stroke: Stroke, style: LineStyle) {
    for points in stretches {
        if let [only] = points[..] {
            plot.points(Points::new("value", only).radius(1.5).color(stroke.color));
        } else {
            plot.line(egui_plot::Line::new("line", PlotPoints::new(points)).stroke(stroke).style(style));
        }
    }
}

/// The release's mark at the end of its line.
fn end(plot: &mut PlotUi<'_>, at: [f64; 2], of: Of, color: Color32) {
    let shape = match of {
        Of::Stable | Of::Whole => MarkerShape::Circle,
        Of::Candidate | Of::Control => MarkerShape::Square,
        Of::Truth => return,
    };
    plot.points(Points::new("end", at).shape(shape).radius(2.6).color(color));
}
