//! When a rollout is complete, when it makes progress, and when it has timed out.
//!
//! Source: `deployment_util.go` and `sync.go` of the Kubernetes Deployment controller (conformance set
//! `k8s_deployment_conditions`).

use crate::engine::Span;

/// Counts of a rollout's instances (`DeploymentStatus`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Of all versions.
    pub current: u32,
    /// Of the new version.
    pub updated: u32,
    /// Ready ones of all versions.
    pub ready: u32,
    /// Available ones of all versions.
    pub available: u32,
}

/// Whether a rollout is complete: all instances are new, available, and as many as wanted (`DeploymentComplete`).
pub fn complete(desired: u32, counts: Counts) -> bool {
    counts.updated == desired && counts.current == desired && counts.available == desired
}

/// Whether there was progress: more new instances, fewer old ones, more ready or more available
/// (`DeploymentProgressing`).
pub fn progressing(before: Counts, after: Counts) -> bool {
    let old = |counts: Counts| i64::from(counts.current) - i64::from(counts.updated);
    after.updated > before.updated
        || old(after) < old(before)
        || after.ready > before.ready
        || after.available > before.available
}

/// Whether a rollout that last made progress `idle` ago has timed out (`DeploymentTimedOut`).
pub fn timed_out(deadline: Span, idle: Span) -> bool {
    idle > deadline
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complete_takes_all_of_them_available() {
        let all = Counts { current: 5, updated: 5, ready: 5, available: 5 };
        assert!(complete(5, all));
        assert!(!complete(5, Counts { available: 4, ..all }));
        assert!(!complete(5, Counts { current: 6, ..all }));
    }

    #[test]
    fn progress_is_new_ones_or_fewer_old_ones_or_more_ready() {
        let before = Counts { current: 10, updated: 4, ready: 7, available: 7 };
        assert!(!progressing(before, before));
        assert!(progressing(before, Counts { current: 8, updated: 8, ready: 5, available: 5 }));
        assert!(progressing(before, Counts { current: 8, ..before }));
        assert!(progressing(before, Counts { available: 8, ..before }));
        assert!(!progressing(before, Counts { ready: 6, available: 6, ..before }));
    }

    #[test]
    fn it_times_out_only_after_the_deadline() {
        let seconds = Span::from_secs;
        assert!(timed_out(seconds(10), seconds(11)));
        assert!(!timed_out(seconds(10), seconds(10)));
    }
}
