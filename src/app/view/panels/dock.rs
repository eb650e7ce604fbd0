//! The dock: the panes of an open run. They can be moved and resized, and their layout is saved.

use egui::{
    Color32, ComboBox, Frame, Margin, Rect, Stroke, Ui, UiBuilder, Vec2, Visuals, WidgetInfo, WidgetText,
    WidgetType,
};
use egui_tiles::{Behavior, SimplificationOptions, TabState, Tile, TileId, Tiles, UiResponse};

use crate::app::model::panes::Pane;
use crate::app::model::run::Run;
use crate::app::model::settings::Setting;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::t;
use crate::app::view::panels::bring::NARROW;
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::engine::Time;

/// The widest that a pane of text grows, in points.
const READABLE: f32 = 720.0;

/// From this width on, in points, the names of all panes stand in one line.
const ONE_LINE: f32 = 480.0;

/// Draws the inside of a pane.
pub type Draw = fn(&mut Ui, &Lab, &Run, &mut Vec<LabCommand>);

struct Docked<'a> {
    /// Which pane is drawn by what.
    draw: fn(Pane) -> Draw,
    lab: &'a Lab,
    run: &'a Run,
    theme: Theme,
    out: &'a mut Vec<LabCommand>,
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
        // In a low window every line counts.
        let above = if widgets::is_low(ui) { 4 } else { 12 };
        let margin = if pane == Pane::Stage { Margin::ZERO } else { Margin::symmetric(16, above) };
        Frame::new().fill(fill).inner_margin(margin).show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            // Longer lines are hard to read.
            let is_text = matches!(pane, Pane::Brief | Pane::Inspector | Pane::Operate);
            let width = ui.available_width().min(if is_text { READABLE } else { f32::INFINITY });
            let place = Rect::from_min_size(ui.max_rect().min, Vec2::new(width, ui.available_height()));
            // How far a pane is scrolled, and what is folded or half typed in it, belongs to one exercise or scenario.
            let place = UiBuilder::new().max_rect(place).id_salt(("pane", self.run.subject.ids()));
            let ui = &mut ui.new_child(place);
            (self.draw)(pane)(ui, self.lab, self.run, self.out);
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

/// Draws the panes of the run that is open: side by side, or one at a time where that was asked for or the dock is narrow.
pub fn show(ui: &mut Ui, lab: &Lab, run: &Run, draw: fn(Pane) -> Draw, out: &mut Vec<LabCommand>) {
    let is_narrow = ui.available_width() < NARROW;
    // The task comes first; once the world moves, it is looked at.
    let view = run.player.snapshot();
    let has_begun = view.is_playing || view.now > Time::ZERO;
    let first = if has_begun { Pane::Stage } else { Pane::Brief };
    let only = lab.only.or(is_narrow.then_some(first));
    let theme = lab.theme();
    if let Some(only) = only {
        strip(ui, lab, &theme, only, !is_narrow, out);
        // The pane begins where the names end.
        ui.add_space(-ui.spacing().item_spacing.y);
    }
    let mut tree = lab.settings.layout.clone();
    let panes: Vec<(TileId, Pane)> = tree.tiles.iter().filter_map(|(id, tile)| pane_of(*id, tile)).collect();
    for (id, pane) in panes {
        tree.set_visible(id, lab.has_pane(pane));
    }
    let mut docked = Docked { draw, lab, run, theme, out, edited: false };
    match only {
        Some(pane) => docked.pane(ui, pane),
        None => tree.ui(&mut docked, ui),
    }
    if docked.edited {
        out.push(LabCommand::Set(Setting::Layout(Box::new(tree))));
    }
}

fn pane_of(id: TileId, tile: &Tile<Pane>) -> Option<(TileId, Pane)> {
    match tile {
        Tile::Pane(pane) => Some((id, *pane)),
        Tile::Container(_) => None,
    }
}

/// The names of all panes, to choose the one that is seen; with `back`, also a way to all of them.
fn strip(ui: &mut Ui, lab: &Lab, theme: &Theme, only: Pane, back: bool, out: &mut Vec<LabCommand>) {
    widgets::panel(theme).inner_margin(Margin::symmetric(16, 4)).show(ui, |ui| {
        // Where the names would take several lines, they are in a box to choose from.
        if ui.available_width() < ONE_LINE {
            let chosen =
                ComboBox::from_id_salt("pane").selected_text(only.title()).width(ui.available_width());
            let list = chosen.show_ui(ui, |ui| {
                for pane in Pane::all().iter().copied().filter(|pane| lab.has_pane(*pane)) {
                    if ui.selectable_label(pane == only, pane.title()).clicked() {
                        out.push(LabCommand::Only(Some(pane)));
                    }
                }
                if back && ui.button(t("pane.all")).clicked() {
                    out.push(LabCommand::Only(None));
                }
            });
            list.response.widget_info(|| {
                let mut info = WidgetInfo::labeled(WidgetType::ComboBox, true, t("pane.choose"));
                info.current_text_value = Some(only.title().to_owned());
                info
            });
            return;
        }
        ui.horizontal_wrapped(|ui| {
            ui.set_min_width(ui.available_width());
            for pane in Pane::all().iter().copied().filter(|pane| lab.has_pane(*pane)) {
                if ui.selectable_label(pane == only, pane.title()).clicked() {
                    out.push(LabCommand::Only(Some(pane)));
                }
            }
            if back && ui.button(t("pane.all")).clicked() {
                out.push(LabCommand::Only(None));
            }
        });
    });
}
