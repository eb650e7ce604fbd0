//! How a chart is set up: quiet lines, small labels, and nothing that moves or zooms under the mouse.

use egui::{FontId, Rangef, Sense};
use egui_plot::{AxisHints, GridMark, Plot};

use crate::app::view::panels::transport::clock::clock;
use crate::app::view::theme::Theme;
use crate::engine::Time;

/// The size of the letters in a chart.
pub const LETTERS: f32 = 9.5;

/// Grid lines that are closer than this, in points, have no labels of their own.
pub const DENSE: f32 = 13.0;

/// Room for the axes' labels, in points: the width beside, and the height beneath.
pub const AXES: [f32; 2] = [38.0, 14.0];

/// A chart of values, written by `value`, over time in seconds.
pub fn chart<'a>(theme: &Theme, value: impl Fn(f64) -> String + 'a) -> Plot<'a> {
    chart_of(theme, value, |mark| clock(time(mark.value)))
}

/// A chart of values, written by `value`, over anything else, written by `place`.
pub fn chart_of<'a>(
    theme: &Theme,
    value: impl Fn(f64) -> String + 'a,
    place: impl Fn(GridMark) -> String + 'a,
) -> Plot<'a> {
    let quiet = |axis: AxisHints<'a>, room: f32| {
        let axis = axis.tick_label_font(FontId::monospace(LETTERS)).tick_label_color(theme.faint);
        axis.min_thickness(room).label_spacing(Rangef::new(DENSE - 0.1, DENSE))
    };
    // Zero is at the foot of every chart, where the first time stands.
    let values = AxisHints::new_y()
        .formatter(move |mark, _| if mark.value == 0.0 { String::new() } else { value(mark.value) });
    let places = AxisHints::new_x().formatter(move |mark, _| place(mark));
    Plot::new("plot")
        .custom_y_axes(vec![quiet(values, AXES[0])])
        .custom_x_axes(vec![quiet(places, AXES[1])])
        .show_grid([false, true])
        .grid_color(theme.tint(theme.line, 0.7))
        .show_background(false)
        .show_x(false)
        .show_y(false)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_axis_zoom_drag(false)
        .allow_double_click_reset(false)
        .sense(Sense::hover())
}

/// The moment that stands at `seconds` on a chart.
pub fn time(seconds: f64) -> Time {
    Time((seconds.max(0.0) * 1e9) as u64)
}

/// Marks at the two ends of a stretch, and nowhere between them.
pub fn ends(from: f64, until: f64) -> Vec<GridMark> {
    [from, until].map(|value| GridMark { value, step_size: until - from }).to_vec()
}

/// Marks from zero to `top`, one each `step`. Where they stand close in a chart of this height, in points, every second
/// one is told by a greater step: only those have labels.
pub fn steps(top: f64, step: f64, height: f32) -> Vec<GridMark> {
    let is_dense = f64::from(height) * step / top < f64::from(DENSE);
    let mark = |index: u32| {
        let step_size = if is_dense && index.is_multiple_of(2) { 2.0 * step } else { step };
        GridMark { value: f64::from(index) * step, step_size }
    };
    (0..=(top * 1.001 / step) as u32).map(mark).collect()
}
