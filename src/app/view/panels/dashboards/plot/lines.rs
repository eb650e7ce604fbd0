//! The lines of a chart: its own, and those of other futures behind them. Where there was no data there is a gap.

use egui::{Align2, Color32, Painter, Pos2, Rect, Shape, Stroke, Ui, Vec2};

use crate::app::model::charts::{Charts, Line, Of, Topic};
use crate::app::view::panels::dashboards::board::Board;
use crate::app::view::panels::dashboards::plot::{Frame, color, told};
use crate::app::view::panels::dashboards::summary;
use crate::app::view::widgets;
use crate::engine::Time;

/// The chart's own lines, the candidate's last and on top.
pub fn own(ui: &Ui, board: &Board<'_>, topic: Topic, frame: &Frame) {
    let painter = ui.painter().with_clip_rect(frame.rect.expand(3.0));
    for line in summary::lines(board, topic) {
        let color = match (topic, line.of) {
            (Topic::Budget, _) => board.theme.good,
            (_, of) => color(&board.theme, of),
        };
        let runs = runs(board, board.charts, line, frame);
        for run in &runs {
            draw(&painter, run, line.of, color);
        }
        if let Some(last) = runs.last().and_then(|run| run.last()) {
            end(&painter, *last, line.of, color);
        }
        if matches!(line.of, Of::Able | Of::Truth)
            && let Some(first) = runs.first().and_then(|run| run.first())
        {
            let at = *first + Vec2::new(4.0, if line.of == Of::Able { 3.0 } else { -2.0 });
            let anchor = if line.of == Of::Able { Align2::LEFT_TOP } else { Align2::LEFT_BOTTOM };
            widgets::text_at(&painter, at, anchor, told(topic, line.of), 9.5, board.theme.faint);
        }
    }
}

/// The lines of other futures, thin and with their names.
pub fn behind(ui: &Ui, board: &Board<'_>, topic: Topic, frame: &Frame) {
    let painter = ui.painter().with_clip_rect(frame.rect.expand(1.0));
    for (name, charts) in &board.behind {
        let lines = charts
            .of_topic(topic, board.choice.quantile)
            .filter(|line| !matches!(line.of, Of::Truth | Of::Able | Of::Control));
        let mut named = false;
        for line in lines.collect::<Vec<_>>().into_iter().rev() {
            let faint = board.theme.tint(color(&board.theme, line.of), 0.45);
            let runs = runs(board, charts, line, frame);
            for run in &runs {
                painter.extend(Shape::dashed_line(run, Stroke::new(1.0, faint), 3.0, 2.0));
            }
            let Some(last) = runs.last().and_then(|run| run.last()).filter(|_| !named) else { continue };
            named = true;
            let at = *last - Vec2::new(4.0, 2.0);
            widgets::text_at(&painter, at, Align2::RIGHT_BOTTOM, name, 9.5, board.theme.mute);
        }
    }
}

/// The stretches of a line that have data, as points.
fn runs(board: &Board<'_>, charts: &Charts, line: &Line, frame: &Frame) -> Vec<Vec<Pos2>> {
    let step = charts.step;
    let first = (board.from.0 / step.0) as usize;
    let last = ((board.now.0 / step.0) as usize + 1).min(line.values.len());
    let mut runs: Vec<Vec<Pos2>> = vec![Vec::new()];
    for index in first.min(last)..last {
        match line.values[index] {
            Some(value) => {
                let point = Pos2::new(frame.x(Time(step.0 * index as u64)), frame.y(value));
                if let Some(run) = runs.last_mut() {
                    run.push(point);
                }
            }
            None if runs.last().is_some_and(|run| !run.is_empty()) => runs.push(Vec::new()),
            None => {}
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

fn draw(painter: &Painter, run: &[Pos2], of: Of, color: Color32) {
    if let [only] = run {
        painter.circle_filled(*only, 1.5, color);
        return;
    }
    match of {
        Of::Control => painter.extend(Shape::dashed_line(run, Stroke::new(1.5, color), 6.0, 3.0)),
        Of::Truth => painter.extend(Shape::dashed_line(run, Stroke::new(1.2, color), 2.0, 2.0)),
        _ => drop(painter.add(Shape::line(run.to_vec(), Stroke::new(1.6, color)))),
    }
}

/// The release's mark at the end of its line.
fn end(painter: &Painter, at: Pos2, of: Of, color: Color32) {
    match of {
        Of::Stable | Of::Whole => drop(painter.circle_filled(at, 2.6, color)),
        Of::Candidate | Of::Control => {
            painter.rect_filled(Rect::from_center_size(at, Vec2::splat(5.0)), 0.0, color);
        }
        Of::Able | Of::Truth => {}
    }
}
