//! The weight of the plan's present step, as a slider at the router: what is set there is written into the plan.

use egui::{Frame, Pos2, Rect, Ui, UiBuilder, Vec2};

use crate::app::model::LabCommand;
use crate::app::model::editor::EditorCommand;
use crate::app::model::run::Run;
use crate::app::texts::tf;
use crate::app::view::panels::plan::steps::list_of;
use crate::app::view::theme::Theme;
use crate::app::view::widgets::{self, Rail};
use crate::control::Step;
use crate::engine::Share;

/// The size of the slider with its name, in points.
const SIZE: Vec2 = Vec2::new(136.0, 44.0);

/// The weight that is shown: the last one that the run has come to in the plan that is written, else the first.
fn present(run: &Run) -> Option<(usize, Share)> {
    let list = run.editor.plan()?.strategy.step_list()?;
    let weights = list.steps.iter().enumerate().filter_map(|(index, step)| match step {
        Step::Weight(share) => Some((index, *share)),
        _ => None,
    });
    let weights: Vec<(usize, Share)> = weights.collect();
    let progress = run.player.snapshot().progress.as_ref().filter(|progress| !progress.reversed);
    let at = progress.and_then(|progress| progress.at.checked_sub(list.before));
    let come_to = at.and_then(|at| weights.iter().rev().find(|(index, _)| *index <= at));
    come_to.or(weights.first()).copied()
}

/// Draws it with its upper edge in the middle at `top`; nothing for a plan without weights, or one whose weights are given.
pub(super) fn show(ui: &mut Ui, theme: &Theme, run: &Run, top: Pos2, out: &mut Vec<LabCommand>) {
    if !run.editor.may_change("strategy") {
        return;
    }
    let Some((step, share)) = present(run) else { return };
    let Some(list) = run.editor.outline().ok().and_then(list_of) else { return };
    let place = Rect::from_min_size(top - Vec2::new(SIZE.x / 2.0, 0.0), SIZE);
    let mut ui = ui.new_child(UiBuilder::new().max_rect(place).id_salt("weight of a step"));
    Frame::new().fill(theme.background).show(&mut ui, |ui| {
        ui.spacing_mut().item_spacing = Vec2::new(4.0, 0.0);
        ui.spacing_mut().slider_width = SIZE.x - 54.0;
        // The rail is seen on the stage of the light theme too.
        ui.visuals_mut().widgets.inactive.bg_fill = theme.line;
        let label = ui.label(widgets::small(theme, tf("handle.weight {}", &[&(step + 1)])));
        let mut percent = share.fraction() * 100.0;
        let rail = Rail { range: 0.0..=100.0, step: None, unit: " %", decimals: 2 };
        if widgets::slider(ui, &label, &mut percent, rail).changed() {
            let value = format!("\"{}%\"", crate::exercise::format::decimal(percent, 2));
            let path = format!("{list}[{step}][0]");
            out.push(LabCommand::Plan(EditorCommand::SetField { path, value }));
        }
    });
}
