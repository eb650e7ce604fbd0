//! Observations: what a controller sees, and the trait that controllers implement.

use crate::engine::{Span, Time};
use crate::sim::{Ask, CheckStatus, OpenPage, Pool, RolloutCommand, RolloutPhase, Who};
use crate::telemetry::{Alerts, Store};

/// What could be known at a moment: the state of the pools as the control plane reports it, at once, and the metrics that
/// were scraped and have become visible. The truth is not in it.
#[derive(Clone, Copy, Debug)]
pub struct Observation<'a> {
    /// Now.
    pub now: Time,
    /// From when on the release may begin.
    pub release_at: Time,
    /// How the release before it in a train ended: `Completed`, `RolledBack` or `Failed`. `None` for the first.
    pub previous: Option<RolloutPhase>,
    /// A newer revision that has come and is to take the place of the one that goes out; `None` when there is none.
    pub newer: Option<Newer>,
    /// How many instances the target is meant to have; [`crate::sim::Action::Resize`] changes it.
    pub replicas: u32,
    /// Share of each pool in basis points as last asked of the proxies; `None` is by instance counts.
    pub weights: Option<[u32; 3]>,
    /// Why the baseline cannot work with the data as the candidate has made them, by what both declare; `None` when it can.
    pub no_way_back: Option<&'a str>,
    /// Names of the zones, in the order of [`PoolView::zones`].
    pub zones: &'a [String],
    /// The target's pools, indexed by [`Pool::index`].
    pub pools: &'a [PoolView; 3],
    /// Whether every proxy has taken up the last route and flag change.
    pub routed: bool,
    /// Clients of the flag service that never hear of a change.
    pub disconnected: &'a [u16],
    /// Samples scraped so far.
    pub metrics: &'a Store,
    /// Alert rules and their states.
    pub alerts: &'a Alerts,
    /// Pages that nobody has answered, oldest first.
    pub pages: &'a [OpenPage],
    /// What was asked of the strategy since the last decision, and by whom, oldest first.
    pub commands: &'a [(Who, RolloutCommand)],
    /// Tests that ended since the last decision.
    pub tests: &'a [TestReport],
    /// Index of each alert whose page was acknowledged, and its cause found, since the last decision.
    pub acknowledged: &'a [usize],
}

/// A pool as the control plane reports it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolView {
    /// How many instances were last asked for.
    pub desired: u32,
    /// How many exist and are not going.
    pub existing: u32,
    /// How many are going.
    pub terminating: u32,
    /// Since when each ready instance is ready, longest first.
    pub ready_since: Vec<Time>,
    /// Restarts of its instances so far.
    pub restarts: u32,
    /// Its instances in each zone.
    pub zones: Vec<ZoneView>,
}

/// The instances of a pool in one zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZoneView {
    /// How many exist and are not going.
    pub existing: u32,
    /// Since when each ready instance is ready, longest first.
    pub ready_since: Vec<Time>,
}

impl PoolView {
    /// How many are ready.
    pub fn ready(&self) -> u32 {
        self.ready_since.len() as u32
    }

    /// How many are ready for at least `min_ready` (Kubernetes `minReadySeconds`).
    pub fn available(&self, min_ready: Span, now: Time) -> u32 {
        available(&self.ready_since, min_ready, now)
    }
}

impl ZoneView {
    /// How many are ready for at least `min_ready` (Kubernetes `minReadySeconds`).
    pub fn available(&self, min_ready: Span, now: Time) -> u32 {
        available(&self.ready_since, min_ready, now)
    }
}

fn available(ready_since: &[Time], min_ready: Span, now: Time) -> u32 {
    ready_since.partition_point(|since| *since + min_ready <= now) as u32
}

/// How a test of a pool went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestReport {
    /// The number it was asked with.
    pub id: u32,
    /// Requests answered well.
    pub passed: u32,
    /// Requests that failed.
    pub failed: u32,
}

/// A revision that comes while another goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newer {
    /// The version that the stable pool runs.
    Baseline,
    /// Any other.
    Release,
}

/// What a controller does about a newer revision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Meeting {
    /// It goes on; the newer one waits.
    #[default]
    Waits,
    /// It leads everybody to the stable pool and does no more; the newer one begins as soon as that has happened.
    GivesWay,
    /// It goes back, which is all that the newer one asks for.
    GoesBack,
}

/// Decides what to ask of the world. It is called at decision times only, never for a request, and sees only observations.
pub trait Controller: Send + Sync {
    /// Adds the actions that it asks for to `asks`.
    fn decide(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>);

    /// What it does about the newer revision that it saw last ([`Observation::newer`]).
    fn meeting(&self) -> Meeting {
        Meeting::Waits
    }

    /// Until when the candidate's instances, which nobody is led to any more, still stand beside a newer revision that begins at `now`;
    /// `None` when they are told to stop at once.
    fn leaves_until(&self, _now: Time) -> Option<Time> {
        None
    }

    /// The newer revision takes the place of one that gave way: it is told before its first look.
    fn takes_over(&mut self) {}

    /// A copy in the same state, for a clone of the simulation.
    fn boxed_clone(&self) -> Box<dyn Controller>;

    /// Which of its steps it is at, for screens; `None` when it has none, or is at none.
    fn progress(&self) -> Option<StepProgress> {
        None
    }

    /// The status of its checks and triggers, for screens; `None` when it has none.
    fn check_status(&self) -> Option<CheckStatus> {
        None
    }
}

/// Which of its steps a rollout is at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepProgress {
    /// All steps in words: the strategy's own, and those that it compiles to.
    pub steps: Vec<String>,
    /// Position of the step it is at; as many as there are steps when all are done.
    pub at: usize,
    /// Since when it is at it.
    pub since: Time,
    /// When it ends, if that is known.
    pub until: Option<Time>,
    /// Whether it is held where it is.
    pub held: bool,
    /// Whether it runs the steps with the baseline in the candidate's place.
    pub reversed: bool,
}

impl Clone for Box<dyn Controller> {
    fn clone(&self) -> Self {
        self.boxed_clone()
    }
}

impl Observation<'_> {
    /// The instances of a pool in each of these zones; none named are all.
    pub fn zones_of<'a>(&'a self, pool: Pool, names: &'a [String]) -> impl Iterator<Item = &'a ZoneView> {
        let all = self.zones.iter().zip(&self.pool(pool).zones);
        all.filter(|(name, _)| names.is_empty() || names.contains(*name)).map(|(_, zone)| zone)
    }

    /// The view of one pool.
    pub fn pool(&self, pool: Pool) -> &PoolView {
        &self.pools[pool.index()]
    }
}
