//! The commands of the stage.

use crate::app::model::Lab;
use crate::app::model::panes::Pane;
use crate::app::model::stage::{Camera, StageCommand, Thing};

impl Lab {
    /// Applies a command of the stage.
    pub(in crate::app) fn apply_stage(&mut self, command: StageCommand) {
        let stage = &mut self.stage;
        match command {
            StageCommand::Zoom(factor, about) if factor.is_finite() && factor > 0.0 => {
                stage.camera = stage.camera.zoomed(factor, about);
            }
            StageCommand::Zoom(..) => {}
            StageCommand::Pan(by) => {
                stage.follows = None;
                stage.camera = stage.camera.moved(by);
            }
            StageCommand::Fit => {
                stage.follows = None;
                stage.camera = Camera::default();
            }
            StageCommand::Follow(instance) => {
                stage.follows = instance;
                if instance.is_some() {
                    stage.camera.zoom = stage.camera.zoom.max(2.0);
                }
            }
            StageCommand::Choose(thing) => self.choose(thing),
            StageCommand::Table(is_table) => stage.is_table = is_table,
        }
    }

    /// Clears what does not hold in the run that is opened now: of another exercise or scenario all that was selected, of the same one
    /// a request.
    pub(in crate::app) fn leave_selection(&mut self, is_same: bool) {
        let stage = &mut self.stage;
        if !is_same || matches!(stage.chosen, Some(Thing::Request(_))) {
            (stage.chosen, stage.follows) = (None, None);
        }
        stage.tries.clear();
        if !is_same {
            stage.camera = Camera::default();
            // Its task comes first, whatever was looked at before.
            self.only = None;
            self.settings.layout.make_active(|_, tile| matches!(tile, egui_tiles::Tile::Pane(Pane::Brief)));
        }
    }

    /// Selects something, and shows it in the inspector.
    fn choose(&mut self, thing: Option<Thing>) {
        self.stage.chosen = thing;
        self.stage.tries = match (thing, &self.run) {
            (Some(Thing::Request(request)), Some(run)) => run.player.snapshot().world.tries(request),
            _ => Vec::new(),
        };
        if thing.is_none() {
            return;
        }
        if self.only.is_some() {
            self.only = Some(Pane::Inspector);
        }
        self.settings.layout.make_active(|_, tile| matches!(tile, egui_tiles::Tile::Pane(Pane::Inspector)));
    }
}
