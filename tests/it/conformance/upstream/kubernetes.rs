//! What Kubernetes' Deployment controller does beside the simulator's rolling update: the bounds of a Deployment that is
//! recreated, and which old revisions it deletes.

use rollout_lab::control::sizing::deployment::{Bounds, grown};

/// How a Deployment replaces its instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// All old instances go first.
    Recreate,
    /// A few at a time.
    Rolling(Bounds),
}

impl Update {
    /// How many may be unavailable, never more than there are to be (`MaxUnavailable`).
    pub fn max_unavailable(self, desired: u32) -> u32 {
        match self {
            Self::Recreate => 0,
            Self::Rolling(bounds) => bounds.unavailable.min(desired),
        }
    }

    /// How many must stay available (`MinAvailable`): none while recreating.
    pub fn min_available(self, desired: u32) -> u32 {
        match self {
            Self::Recreate => 0,
            Self::Rolling(bounds) => bounds.min_available(desired),
        }
    }

    /// How many instances the new version is to have, of `total` asked for in all versions (`NewRSNewReplicas`).
    pub fn new_replicas(self, desired: u32, new: u32, total: u32) -> u32 {
        match self {
            Self::Recreate => desired,
            Self::Rolling(bounds) if total >= desired.saturating_add(bounds.surge) => new,
            Self::Rolling(bounds) => grown(desired, bounds, new, total),
        }
    }
}

/// How many of the old versions, oldest first, are deleted when `limit` may be kept: of those too many, the ones without
/// instances, asked for or existing (`cleanupDeployment`).
pub fn forgotten(asked_and_existing: &[(u32, u32)], limit: usize) -> usize {
    let too_many = asked_and_existing.len().saturating_sub(limit);
    asked_and_existing[..too_many].iter().filter(|counts| **counts == (0, 0)).count()
}
