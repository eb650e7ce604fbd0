//! Writes down what stands in the window, by the names that screen readers are told: for programs that use the lab as a person does,
//! with the mouse and the keys, such as the journeys of our tests.

use std::fmt::Write;

use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiOutput};

use crate::app::window::state::WindowState;
use crate::library::disk::save_atomic;

/// Asks egui for the names, once there is an egui to ask.
pub(super) fn ask(mut contexts: EguiContexts, state: NonSend<WindowState>) {
    if state.names.is_some()
        && let Ok(ctx) = contexts.ctx_mut()
    {
        ctx.enable_accesskit();
    }
}

/// Writes the names of this frame when they have changed: a line for each thing that has a name, with its middle and its size in pixels,
/// its role, its name and its value, tabs between.
pub(super) fn write(outputs: Query<&EguiOutput>, mut state: NonSendMut<WindowState>) {
    let state = &mut *state;
    let Some(names) = &mut state.names else { return };
    let mut text = String::new();
    for output in &outputs {
        let Some(update) = &output.platform_output.accesskit_update else { continue };
        for (_, node) in &update.nodes {
            let (Some(bounds), Some(name)) = (node.bounds(), node.label().or(node.value())) else { continue };
            let pixels = f64::from(output.pixels_per_point);
            let middle = [f64::midpoint(bounds.x0, bounds.x1), f64::midpoint(bounds.y0, bounds.y1)];
            let [x, y, width, height] = [middle[0], middle[1], bounds.x1 - bounds.x0, bounds.y1 - bounds.y0]
                .map(|of| (of * pixels).round());
            let one_line = |text: &str| text.replace(['\t', '\n'], " ");
            let (name, value) = (one_line(name), one_line(node.value().unwrap_or_default()));
            // Writing into a text does not fail.
            let _ = writeln!(text, "{x}\t{y}\t{width}\t{height}\t{:?}\t{name}\t{value}", node.role());
        }
    }
    if text.is_empty() || text == names.written {
        return;
    }
    match save_atomic(&names.path, text.as_bytes()) {
        Ok(()) => names.written = text,
        Err(problem) => {
            state.lab.trouble(problem.rendered());
            state.names = None;
        }
    }
}
