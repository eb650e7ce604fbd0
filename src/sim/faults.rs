//! Faults: what goes wrong with the world, whatever is deployed.

mod strikes;

use crate::engine::{Span, Time};
use crate::scenario::{MetricsTrouble, ToolTrouble};
use experiments::Experiments;
use std::collections::{BTreeMap, VecDeque};

mod breakdowns;
mod evictions;
mod experiments;
mod zones;

/// What faults do to the requests of one service now.
#[derive(Clone, Debug)]
pub(super) struct ServiceFaults {
    /// Factor on work.
    pub latency: f64,
    /// A draw below this fails.
    pub errors: u64,
    /// Whether the network to it is bad.
    pub network: bool,
    /// A draw below this is lost on the way.
    pub loss: u64,
    /// Added on the way.
    pub delay: Span,
    /// Until when a fault strikes it; in the past once the fault is over.
    pub active_until: Option<Time>,
}

impl ServiceFaults {
    /// Nothing wrong.
    pub const NONE: Self =
        Self { latency: 1.0, errors: 0, network: false, loss: 0, delay: Span::ZERO, active_until: None };

    /// Whether no fault changes work here.
    pub fn is_none(&self) -> bool {
        self.latency == 1.0 && self.errors == 0
    }
}

/// The faults of a run.
#[derive(Clone, Debug)]
pub(super) struct Faults {
    /// What they do to each service.
    pub by_service: Vec<ServiceFaults>,
    /// Whether the network to some service is bad.
    pub bad_networks: bool,
    /// Positions of the faults that are active, one for each time that it struck.
    active: Vec<usize>,
    pub metrics_trouble: Option<MetricsTrouble>,
    pub tool_trouble: Option<ToolTrouble>,
    /// Who repairs what has broken down, by the position of the fault: each has crews of its own.
    repairs: BTreeMap<u16, Repairs>,
    /// Instances that a fault has struck and their service has not, by the position of the fault.
    victims: BTreeMap<usize, Vec<u32>>,
    /// When the evictions of a fault are tried next, by its position.
    evicts: BTreeMap<u16, Time>,
    /// What faults do to single instances now.
    pub by_instance: BTreeMap<u32, InstanceFaults>,
    /// What is tried by hand.
    pub experiments: Experiments,
}

/// The crews of one fault, and what waits for them.
#[derive(Clone, Debug, Default)]
struct Repairs {
    /// Instances that broke down and wait for a crew, oldest first.
    broken: VecDeque<u32>,
    /// Crews that repair an instance.
    busy_crews: u32,
}

/// What faults do to the requests of one instance now, beyond what they do to its service.
#[derive(Clone, Copy, Debug)]
pub(super) struct InstanceFaults {
    /// Factor on work.
    pub latency: f64,
    /// A draw below this fails.
    pub errors: u64,
}

impl Faults {
    /// No faults, of so many services.
    pub fn new(services: usize) -> Self {
        Self {
            by_service: vec![ServiceFaults::NONE; services],
            bad_networks: false,
            active: Vec::new(),
            metrics_trouble: None,
            tool_trouble: None,
            repairs: BTreeMap::new(),
            victims: BTreeMap::new(),
            evicts: BTreeMap::new(),
            by_instance: BTreeMap::new(),
            experiments: Experiments::default(),
        }
    }

    /// Whether scrapes see nothing now.
    pub(super) fn metrics_lost(&self) -> bool {
        self.metrics_trouble == Some(MetricsTrouble::Lost)
    }

    /// How much the deploy tool delays; `None` while it does nothing at all.
    pub(super) fn tool_delay(&self) -> Option<Span> {
        match &self.tool_trouble {
            Some(ToolTrouble::Stuck) => None,
            Some(ToolTrouble::Slow(delay)) => Some(*delay),
            Some(ToolTrouble::RollbackFails) | None => Some(Span::ZERO),
        }
    }
}
