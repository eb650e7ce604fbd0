//! The curves of a rehearsal: the share of runs that catches a regression by its size, and by the time since the rollout began.

use egui::{Ui, WidgetInfo, WidgetType};
use egui_plot::{GridMark, HLine, Line, LineStyle, PlotBounds, PlotPoints, Points};

use crate::app::texts::{t, tf};
use crate::app::view::panels::chart::{chart, chart_of, ends};
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::exercise::format::{decimal, lasting, percent};
use crate::exercise::power::{CAUGHT, Level, Power, Regression};

/// How high a chart is, in points.
const HIGH: f32 = 120.0;

/// Draws them.
pub(super) fn show(ui: &mut Ui, theme: &Theme, power: &Power) {
    let kinds: [(&str, fn(Regression) -> bool); 2] = [
        (t("rehearsal.curve_errors"), |of| matches!(of, Regression::Errors(_))),
        (t("rehearsal.curve_slower"), |of| matches!(of, Regression::Slower(_))),
    ];
    for (title, is) in kinds {
        let mut levels: Vec<&Level> = power.levels.iter().filter(|level| is(level.regression)).collect();
        levels.sort_by(|a, b| a.regression.size().total_cmp(&b.regression.size()));
        if levels.len() > 1 {
            ui.add_space(8.0);
            ui.push_id(title, |ui| by_size(ui, theme, title, &levels));
        }
    }
    by_time(ui, theme, power);
}

/// The size of a regression, as short as it can be written.
fn size(of: Regression) -> String {
    match of {
        Regression::Slower(times) => format!("\u{d7}{times}"),
        Regression::Leak(megabytes) => format!("{megabytes} MB"),
        _ => format!("{}%", decimal(100.0 * of.size(), 1).trim_end_matches(".0")),
    }
}

/// The share of runs that catches it, by its size, with the interval of each.
fn by_size(ui: &mut Ui, theme: &Theme, title: &str, levels: &[&Level]) {
    ui.label(widgets::small(theme, title));
    let each: Vec<String> =
        levels.iter().map(|level| format!("{} {}", size(level.regression), percent(level.share()))).collect();
    let spoken = tf("rehearsal.spoken {} {}", &[&title, &each.join(", ")]);
    let last = levels.len() - 1;
    let names: Vec<String> = levels.iter().map(|level| size(level.regression)).collect();
    let name = move |mark: GridMark| names.get(mark.value.round() as usize).cloned().unwrap_or_default();
    let each = move |_| (0..=last).map(|at| GridMark { value: at as f64, step_size: 1.0 }).collect();
    let plot = chart_of(theme, percent, name).height(HIGH).x_grid_spacer(each).y_grid_spacer(|_| shares());
    let shown = plot.show(ui, |plot| {
        plot.set_plot_bounds(PlotBounds::from_min_max([-0.3, -0.03], [last as f64 + 0.3, 1.04]));
        goal(plot, theme);
        let points: Vec<[f64; 2]> =
            levels.iter().enumerate().map(|(at, level)| [at as f64, level.share()]).collect();
        for (at, level) in levels.iter().enumerate() {
            let [low, high] = level.interval();
            let ends: PlotPoints<'_> = vec![[at as f64, low], [at as f64, high]].into();
            plot.line(Line::new("", ends).color(theme.mute));
        }
        plot.line(Line::new(title, points.clone()).color(theme.candidate));
        plot.points(Points::new(title, points).radius(3.0).color(theme.candidate));
    });
    shown.response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &spoken));
}

/// The share of runs that has caught it by then, for the smallest error that is caught in most runs, or else the greatest.
fn by_time(ui: &mut Ui, theme: &Theme, power: &Power) {
    let is_errors = |of: Regression| matches!(of, Regression::Errors(_));
    let greatest = power.levels.iter().rev().find(|level| is_errors(level.regression));
    let Some(level) = power.smallest_caught(is_errors).or(greatest) else { return };
    let at = power.levels.iter().position(|other| other.regression == level.regression);
    let times = at.and_then(|at| power.times.get(at)).map_or(&[][..], Vec::as_slice);
    let Some(last) = times.last() else { return };
    let title = tf("rehearsal.curve_soon {}", &[&size(level.regression)]);
    let end = last.max(1.0);
    let part = |count: usize| count as f64 / level.runs.max(1) as f64;
    let mut points = vec![[0.0, 0.0]];
    for (index, seconds) in times.iter().enumerate() {
        points.extend([[*seconds, part(index)], [*seconds, part(index + 1)]]);
    }
    points.push([1.02 * end, part(times.len())]);
    ui.add_space(8.0);
    ui.push_id("by time", |ui| {
        ui.label(widgets::small(theme, &title));
        let plot = chart(theme, percent).height(HIGH).x_grid_spacer(move |_| ends(0.0, end));
        let shown = plot.y_grid_spacer(|_| shares()).show(ui, |plot| {
            plot.set_plot_bounds(PlotBounds::from_min_max([0.0, -0.03], [1.02 * end, 1.04]));
            goal(plot, theme);
            plot.line(Line::new(title.as_str(), points).color(theme.candidate));
        });
        let spoken =
            tf("rehearsal.spoken_soon {} {} {}", &[&title, &percent(part(times.len())), &lasting(*last)]);
        shown.response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &spoken));
    });
}

/// Marks at some shares.
fn shares() -> Vec<GridMark> {
    [0.0, 0.5, CAUGHT, 1.0].map(|value| GridMark { value, step_size: 0.5 }).to_vec()
}

/// The share from which on a regression counts as caught.
fn goal(plot: &mut egui_plot::PlotUi<'_>, theme: &Theme) {
    plot.hline(HLine::new("", CAUGHT).color(theme.faint).style(LineStyle::Dashed { length: 4.0 }));
}
