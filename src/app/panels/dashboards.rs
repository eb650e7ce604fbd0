//! Charts of a run: what its monitoring showed, side by side, under one crosshair.

mod choice;
mod header;
mod plot;
mod scale;
mod summary;
mod table;

use std::sync::Arc;

use egui::{ScrollArea, Ui, UiBuilder, Vec2};

use crate::app::charts::{Charts, Threshold, Topic, thresholds};
use crate::app::ghosts::may_be_seen;
use crate::app::moments::Moment;
use crate::app::run::Run;
use crate::app::texts::t;
use crate::app::theme::Theme;
use crate::app::{Command, Lab};
use crate::engine::{Span, Time};

pub use choice::{Choice, Window};

/// What the charts are drawn from.
pub struct Board<'a> {
    /// The colours.
    pub theme: Theme,
    /// The run's series.
    pub charts: &'a Charts,
    /// Other futures, drawn behind by their names.
    pub behind: Vec<(String, Arc<Charts>)>,
    /// What is marked.
    pub moments: &'a [Moment],
    /// The plan's levels.
    pub levels: Vec<Threshold>,
    /// The first and the last moment that are shown.
    pub from: Time,
    /// The last moment that is shown.
    pub now: Time,
    /// How it is shown.
    pub choice: &'a Choice,
    /// Whether the truth may be shown.
    pub reveals: bool,
    /// The name of money.
    pub currency: &'a str,
}

impl<'a> Board<'a> {
    /// The board of an open run.
    pub fn of(lab: &'a Lab, run: &'a Run) -> Self {
        let view = run.player.view();
        let choice = &lab.settings.dashboards;
        let from = match choice.window.span() {
            Some(span) if view.now.0 > span.0 => Time(view.now.0 - span.0),
            _ => Time::ZERO,
        };
        let mut behind: Vec<(String, Arc<Charts>)> =
            view.futures.iter().map(|future| (future.name.clone(), Arc::clone(&future.charts))).collect();
        if choice.ghosts && may_be_seen(run, view) {
            let ghosts = run.ghosts.iter().flatten();
            behind.extend(ghosts.map(|ghost| (ghost.name.clone(), Arc::clone(&ghost.charts))));
        }
        Self {
            theme: lab.theme(),
            charts: &view.charts,
            behind,
            moments: &view.moments,
            levels: thresholds(&run.plan),
            from,
            // A chart of no length cannot be drawn.
            now: view.now.max(from + Span::from_secs(60)),
            choice,
            reveals: view.is_over() && choice.truth,
            currency: &run.scenario.cost.currency,
        }
    }
}

/// The least height of a chart, and the height of those that scroll.
const HEIGHTS: [f32; 2] = [84.0, 132.0];

/// Room between charts.
const GAP: Vec2 = Vec2::new(20.0, 10.0);

/// Draws the pane.
pub fn show(ui: &mut Ui, lab: &Lab, run: &Run, out: &mut Vec<Command>) {
    header::show(ui, lab, run, out);
    let board = Board::of(lab, run);
    if board.choice.topics.is_empty() {
        ui.label(t("dashboards.none"));
        return;
    }
    grid(ui, &board, &board.choice.topics, out);
}

/// Draws the charts of these topics in as many columns as have room.
pub fn grid(ui: &mut Ui, board: &Board<'_>, topics: &[Topic], out: &mut Vec<Command>) {
    let space = ui.available_size();
    let columns = match space.x {
        width if width >= 720.0 => 3,
        width if width >= 460.0 => 2,
        _ => 1,
    };
    let columns = columns.min(topics.len());
    let rows = topics.len().div_ceil(columns);
    let fitting = (space.y - GAP.y * (rows - 1) as f32) / rows as f32;
    let height = if fitting >= HEIGHTS[0] { fitting.min(220.0) } else { HEIGHTS[1] };
    ScrollArea::vertical().id_salt("dashboards").auto_shrink([false, false]).show(ui, |ui| {
        let width = (ui.available_width() - GAP.x * (columns - 1) as f32) / columns as f32;
        ui.spacing_mut().item_spacing = GAP;
        for row in topics.chunks(columns) {
            ui.horizontal(|ui| {
                for topic in row {
                    let (_, rect) = ui.allocate_space(Vec2::new(width, height));
                    let builder = UiBuilder::new().max_rect(rect).id_salt(("chart", *topic as u8));
                    // A child of its own: what a chart fills of its place moves nothing beside it.
                    plot::show(&mut ui.new_child(builder), board, *topic, out);
                }
            });
        }
    });
}
