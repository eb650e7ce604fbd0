//! The panes of an open run: docked, resizable, and remembered.

use clap::ValueEnum;
use egui::{Color32, Frame, Margin, Rect, Stroke, Ui, UiBuilder, Vec2, Visuals, WidgetText};
use egui_tiles::{Behavior, SimplificationOptions, TabState, Tile, TileId, Tiles, Tree, UiResponse};
use serde::{Deserialize, Serialize};

use super::{brief, dashboards, inspector, log, operate, plan, stage};
use crate::app::run::Run;
use crate::app::settings::Setting;
use crate::app::texts::t;
use crate::app::theme::Theme;
use crate::app::{Command, Lab, widgets};

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

/// The widest that a pane of text grows, in points.
const READABLE: f32 = 720.0;

struct Docked<'a> {
    lab: &'a Lab,
    run: &'a Run,
    theme: Theme,
    out: &'a mut Vec<Command>,
    edited: bool,
}

impl Docked<'_> {
    fn pane(&mut self, ui: &mut Ui, pane: Pane) {
        // The stage is drawn by Bevy beneath: nothing may cover it.
        let fill = match pane {
            Pane::Stage => Color32::TRANSPARENT,
            Pane::Dashboards | Pane::Log => self.theme.background,
            _ => self.theme.panel,
        };
        let margin = if pane == Pane::Stage { Margin::ZERO } else { Margin::symmetric(16, 12) };
        Frame::new().fill(fill).inner_margin(margin).show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            // Longer lines are hard to read.
            let is_text = matches!(pane, Pane::Brief | Pane::Inspector | Pane::Operate);
            let width = ui.available_width().min(if is_text { READABLE } else { f32::INFINITY });
            let place = Rect::from_min_size(ui.max_rect().min, Vec2::new(width, ui.available_height()));
            let ui = &mut ui.new_child(UiBuilder::new().max_rect(place));
            match pane {
                Pane::Brief => brief::show(ui, self.lab, self.run, self.out),
                Pane::Dashboards => dashboards::show(ui, self.lab, self.run, self.out),
                Pane::Log => log::show(ui, self.lab, self.run, self.out),
                Pane::Operate => operate::show(ui, self.lab, self.run, self.out),
                Pane::Plan => plan::show(ui, self.lab, self.run, self.out),
                Pane::Inspector => inspector::show(ui, self.lab, self.run, self.out),
                Pane::Stage => stage::show(ui, self.lab, self.run, self.out),
            }
        });
    }
}

impl Behavior<Pane> for Docked<'_> {
    fn tab_title_for_pane(&mut self, pane: &Pane) -> WidgetText {
        pane.title().into()
    }

    fn pane_ui(&mut self, ui: &mut Ui, _tile: TileId, pane: &mut Pane) -> UiResponse {
        self.pane(ui, *pane);
        UiResponse::None
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions { all_panes_must_have_tabs: false, ..SimplificationOptions::default() }
    }

    fn gap_width(&self, _style: &egui::Style) -> f32 {
        1.0
    }

    fn tab_bar_color(&self, _visuals: &Visuals) -> Color32 {
        self.theme.panel
    }

    fn tab_bg_color(
        &self,
        _visuals: &Visuals,
        _tiles: &Tiles<Pane>,
        _tile: TileId,
        state: &TabState,
    ) -> Color32 {
        if state.active { self.theme.raised } else { self.theme.panel }
    }

    fn tab_bar_height(&self, _style: &egui::Style) -> f32 {
        32.0
    }

    fn tab_title_spacing(&self, _visuals: &Visuals) -> f32 {
        16.0
    }

    fn tab_outline_stroke(
        &self,
        _visuals: &Visuals,
        _tiles: &Tiles<Pane>,
        _tile: TileId,
        _state: &TabState,
    ) -> Stroke {
        Stroke::NONE
    }

    fn tab_bar_hline_stroke(&self, _visuals: &Visuals) -> Stroke {
        Stroke::new(1.0, self.theme.line)
    }

    fn tab_text_color(
        &self,
        _visuals: &Visuals,
        _tiles: &Tiles<Pane>,
        _tile: TileId,
        state: &TabState,
    ) -> Color32 {
        if state.active { self.theme.text } else { self.theme.mute }
    }

    fn resize_stroke(&self, _style: &egui::Style, state: egui_tiles::ResizeState) -> Stroke {
        let color = if state == egui_tiles::ResizeState::Idle { self.theme.line } else { self.theme.mute };
        Stroke::new(1.0, color)
    }

    fn on_edit(&mut self, _action: egui_tiles::EditAction) {
        self.edited = true;
    }
}

/// The narrowest dock, in points, in which panes stand side by side; in a narrower one there is one at a time.
pub const NARROW: f32 = 960.0;

/// Draws the panes of the run that is open: side by side, or one at a time where that was asked for or the dock is narrow.
pub fn show(ui: &mut Ui, lab: &Lab, run: &Run, out: &mut Vec<Command>) {
    let is_narrow = ui.available_width() < NARROW;
    let only = lab.only.or(is_narrow.then_some(Pane::Stage));
    let theme = lab.theme();
    if let Some(only) = only {
        strip(ui, lab, &theme, only, !is_narrow, out);
    }
    let mut tree = lab.settings.layout.clone();
    let panes: Vec<(TileId, Pane)> = tree.tiles.iter().filter_map(|(id, tile)| pane_of(*id, tile)).collect();
    for (id, pane) in panes {
        tree.set_visible(id, lab.has_pane(pane));
    }
    let mut docked = Docked { lab, run, theme, out, edited: false };
    match only {
        Some(pane) => docked.pane(ui, pane),
        None => tree.ui(&mut docked, ui),
    }
    if docked.edited {
        out.push(Command::Set(Setting::Layout(Box::new(tree))));
    }
}

/// Brings a pane to where it is seen: alone where one is seen at a time, else before those that share its place.
pub fn bring(ui: &Ui, lab: &Lab, pane: Pane, out: &mut Vec<Command>) {
    if lab.only.is_some() || ui.ctx().content_rect().width() < NARROW {
        out.push(Command::Only(Some(pane)));
        return;
    }
    let mut tree = lab.settings.layout.clone();
    let wanted = |_: TileId, tile: &Tile<Pane>| matches!(tile, Tile::Pane(one) if *one == pane);
    if tree.make_active(wanted) && tree != lab.settings.layout {
        out.push(Command::Set(Setting::Layout(Box::new(tree))));
    }
}

fn pane_of(id: TileId, tile: &Tile<Pane>) -> Option<(TileId, Pane)> {
    match tile {
        Tile::Pane(pane) => Some((id, *pane)),
        Tile::Container(_) => None,
    }
}

/// The names of all panes, to choose the one that is seen; with `back`, also a way to all of them.
fn strip(ui: &mut Ui, lab: &Lab, theme: &Theme, only: Pane, back: bool, out: &mut Vec<Command>) {
    widgets::panel(theme).inner_margin(Margin::symmetric(16, 4)).show(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.set_min_width(ui.available_width());
            for pane in Pane::ALL.into_iter().filter(|pane| lab.has_pane(*pane)) {
                if ui.selectable_label(pane == only, pane.title()).clicked() {
                    out.push(Command::Only(Some(pane)));
                }
            }
            if back && ui.button(t("pane.all")).clicked() {
                out.push(Command::Only(None));
            }
        });
    });
}
