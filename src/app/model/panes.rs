//! The panes of an open run, and their first layout.

use clap::ValueEnum;
use egui_tiles::{TileId, Tiles, Tree};
use serde::{Deserialize, Serialize};

use crate::app::texts::t;

/// A pane of an open run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ValueEnum)]
pub enum Pane {
    /// The exercise's text, goals, prediction and hints.
    Brief,
    /// The picture of the world.
    Stage,
    /// Charts.
    Dashboards,
    /// Alerts, pages, decisions and facts.
    Log,
    /// The plan, as a form and as text.
    Plan,
    /// What can be done by hand.
    Operate,
    /// What was clicked on the stage.
    Inspector,
}

impl Pane {
    /// All panes.
    pub const ALL: [Self; 7] =
        [Self::Brief, Self::Stage, Self::Dashboards, Self::Log, Self::Plan, Self::Operate, Self::Inspector];

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Brief => t("pane.brief"),
            Self::Stage => t("pane.stage"),
            Self::Dashboards => t("pane.dashboards"),
            Self::Log => t("pane.log"),
            Self::Plan => t("pane.plan"),
            Self::Operate => t("pane.operate"),
            Self::Inspector => t("pane.inspector"),
        }
    }
}

/// Where panes stand.
pub type Layout = Tree<Pane>;

/// The layout of the mock-up: the brief, the world over its charts over the log, the plan over what is done by hand.
pub fn layout() -> Layout {
    let mut tiles = Tiles::default();
    let [brief, stage, dashboards, log, plan, operate, inspector] =
        Pane::ALL.map(|pane| tiles.insert_pane(pane));
    let left = tiles.insert_tab_tile(vec![brief, inspector]);
    let middle = tiles.insert_vertical_tile(vec![stage, dashboards, log]);
    let right = tiles.insert_vertical_tile(vec![plan, operate]);
    let root = tiles.insert_horizontal_tile(vec![left, middle, right]);
    let mut share = |container: TileId, shares: &[(TileId, f32)]| {
        if let Some(egui_tiles::Tile::Container(egui_tiles::Container::Linear(linear))) =
            tiles.get_mut(container)
        {
            shares.iter().for_each(|(tile, share)| linear.shares.set_share(*tile, *share));
        }
    };
    share(root, &[(left, 0.17), (middle, 0.64), (right, 0.19)]);
    share(middle, &[(stage, 0.47), (dashboards, 0.35), (log, 0.18)]);
    share(right, &[(plan, 0.75), (operate, 0.25)]);
    Tree::new("run", root, tiles)
}
