//! The data that the charts are drawn from.

use std::sync::Arc;

use crate::app::model::Lab;
use crate::app::model::charts::{Charts, Threshold, thresholds};
use crate::app::model::dashboards::Choice;
use crate::app::model::known::{self, Known};
use crate::app::model::limits::{ChartLimit, following, movable};
use crate::app::model::markers::Marker;
use crate::app::model::run::Run;
use crate::app::view::panels::plan::steps::list_of;
use crate::app::view::theme::Theme;
use crate::engine::{Span, Time};

/// What the charts are drawn from.
pub struct Board<'a> {
    /// The colours.
    pub theme: Theme,
    /// The run's series.
    pub charts: &'a Charts,
    /// Other futures, drawn behind by their names.
    pub behind: Vec<(String, Arc<Charts>)>,
    /// What is marked.
    pub markers: &'a [Marker],
    /// The plan's levels.
    pub levels: Vec<Threshold>,
    /// The limits of the plan that is written, which can be moved.
    pub limits: Vec<ChartLimit>,
    /// The limits of the plan that follow the baseline.
    pub following: Vec<ChartLimit>,
    /// What is known beforehand.
    pub known_ahead: Vec<Known>,
    /// Until when readings are known.
    pub known: Time,
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
        let view = run.player.snapshot();
        let choice = &lab.settings.dashboards;
        let from = match choice.window.span() {
            Some(span) if view.now.0 > span.0 => Time(view.now.0 - span.0),
            _ => Time::ZERO,
        };
        let mut behind: Vec<(String, Arc<Charts>)> =
            view.futures.iter().map(|future| (future.name.clone(), Arc::clone(&future.charts))).collect();
        if choice.reference_runs && run.may_show_references() {
            let reference_runs = run.reference_runs.iter().flatten();
            behind.extend(
                reference_runs
                    .map(|reference_run| (reference_run.name.clone(), Arc::clone(&reference_run.charts))),
            );
        }
        Self {
            theme: lab.theme(),
            charts: &view.charts,
            behind,
            markers: &view.markers,
            levels: thresholds(&run.plan),
            limits: movable(run, run.editor.outline().ok().and_then(list_of).as_deref()),
            following: following(&run.plan),
            known_ahead: known::known(run),
            known: view.now,
            from,
            // A chart of no length cannot be drawn.
            now: view.now.max(from + Span::from_secs(60)),
            choice,
            reveals: view.is_over() && choice.truth,
            currency: &run.scenario.cost.currency,
        }
    }
}
