//! The pager: alert rules, the pages that were sent, and the pages that nobody has answered.

mod paging;

use crate::engine::{Stream, Time};
use crate::sim::compiled_world::CompiledWorld;
use crate::telemetry::{AlertRule, Alerts, Notifications, Notifier};

/// A page that was sent.
#[derive(Clone, Debug)]
struct Page {
    /// When.
    at: Time,
    /// Index of each alert that it tells of.
    alerts: Vec<usize>,
    /// All that is drawn for it.
    luck: Stream,
    /// Whether somebody works on it.
    answered: bool,
}

/// A page that nobody has answered yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPage {
    /// When it was sent.
    pub at: Time,
    /// Names of the alerts that it tells of.
    pub alerts: Vec<String>,
}

/// The alert rules, and the pages that were sent.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Pager {
    pub alerts: Alerts,
    notifier: Notifier,
    pages: Vec<Page>,
    /// Index of each alert whose page was acknowledged, and its cause found, since the last decision.
    pub acknowledged: Vec<usize>,
}

impl Pager {
    /// Alert rules that have not been evaluated yet.
    pub fn new(world: &CompiledWorld, rules: Vec<AlertRule>, notifications: Notifications) -> Self {
        let slos = &world.scenario.slos;
        let budgets = slos.iter().map(|slo| (slo.name.clone(), 1.0 - slo.objective.fraction())).collect();
        Self {
            notifier: Notifier::new(&rules, notifications, world.scenario.monitoring.group_wait),
            alerts: Alerts::new(rules, budgets),
            pages: Vec::new(),
            acknowledged: Vec::new(),
        }
    }
}
