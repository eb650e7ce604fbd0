//! Brings a pane to the front.

use egui::Ui;
use egui_tiles::{Tile, TileId};

use crate::app::model::panes::Pane;
use crate::app::model::settings::Setting;
use crate::app::model::{Lab, LabCommand};

/// The narrowest dock, in points, in which panes stand side by side; in a narrower one there is one at a time.
pub const NARROW: f32 = 960.0;

/// Brings a pane to where it is seen: alone where one is seen at a time, else before those that share its place.
pub fn bring(ui: &Ui, lab: &Lab, pane: Pane, out: &mut Vec<LabCommand>) {
    if lab.only.is_some() || ui.ctx().content_rect().width() < NARROW {
        out.push(LabCommand::Only(Some(pane)));
        return;
    }
    let mut tree = lab.settings.layout.clone();
    let wanted = |_: TileId, tile: &Tile<Pane>| matches!(tile, Tile::Pane(one) if *one == pane);
    if tree.make_active(wanted) && tree != lab.settings.layout {
        out.push(LabCommand::Set(Setting::Layout(Box::new(tree))));
    }
}
