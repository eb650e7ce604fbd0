//! The cluster: all instances of all services, and how many there are of each kind.

use super::instance::{Instance, InstanceStatus};
use crate::engine::Time;
use crate::sim::compiled_world::CompiledWorld;
use crate::sim::request::ProcessorSharing;

/// All instances, and counts of them. An instance's number is its position in `instances` and `status`.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Cluster {
    /// What every request touches of each instance.
    pub instances: Vec<Instance>,
    /// The rest of each instance.
    pub status: Vec<InstanceStatus>,
    /// The jobs of each instance that shares its workers; empty without any.
    pub sharing: Vec<ProcessorSharing>,
    /// When each instance's queue was last empty; kept where load shedding asks.
    pub emptied: Vec<Time>,
    /// Whether the instances of the start exist.
    pub populated: bool,
    /// How often it changed whether an instance listens, or why not.
    pub changes: u64,
    /// Instances launched so far, by service and pool.
    pub launched: Vec<[u32; 3]>,
    /// Instances in each zone, by service and pool.
    pub zone_counts: Vec<[Vec<u32>; 3]>,
    /// Ready instances, by service and pool.
    pub ready: Vec<[u32; 3]>,
    /// Restarts, by service and pool.
    pub restarts: Vec<[u32; 3]>,
    /// Running instances of the target, by pool.
    pub running: [u32; 3],
    /// How many instances the target is meant to have.
    pub replicas: u32,
    /// Instances asked for, by pool of the target.
    pub desired: [u32; 3],
    /// Zones that are lost, one bit each.
    pub lost_zones: u64,
    /// Whether an instance was asked to go, or might have been: from then on it matters how instances drain.
    pub has_drained: bool,
}

impl Cluster {
    /// A cluster without instances.
    pub fn new(world: &CompiledWorld) -> Self {
        let services = world.services.len();
        let zones = vec![0; world.scenario.zones.len().max(1)];
        Self {
            instances: Vec::new(),
            status: Vec::new(),
            sharing: Vec::new(),
            emptied: Vec::new(),
            populated: false,
            changes: 0,
            launched: vec![[0; 3]; services],
            zone_counts: vec![[zones.clone(), zones.clone(), zones]; services],
            ready: vec![[0; 3]; services],
            restarts: vec![[0; 3]; services],
            running: [0; 3],
            replicas: world.services[usize::from(world.target)].instances,
            desired: [0; 3],
            lost_zones: 0,
            has_drained: false,
        }
    }

    /// Whether an instance is in a zone that is lost.
    pub fn is_in_lost_zone(&self, number: u32) -> bool {
        self.lost_zones >> self.status[number as usize].zone & 1 == 1
    }
}
