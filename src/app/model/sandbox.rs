//! The sandbox and the museum: the choices before a scenario is opened, the incidents, and their plans.

use std::sync::OnceLock;

use strum::VariantArray;

use crate::app::model::practice::PLAN as PRACTICE;
use crate::control::Plan;
use crate::library::read_ron;
use crate::sim::Case;

/// What a scenario is opened with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chosen {
    /// The scenario's id; empty when none is chosen yet.
    pub world: String,
    /// Release, faults and traffic.
    pub case: Case,
    /// Seed of the world.
    pub seed: u64,
}

/// The commands of the sandbox and the museum.
#[derive(Clone, Debug, PartialEq)]
pub enum SandboxCommand {
    /// Choose a scenario; its own first candidate and traffic, no faults.
    Choose(String),
    /// Choose the release that goes out.
    Release(String),
    /// Let a fault strike, or not.
    Fault(String, bool),
    /// Choose the traffic.
    Traffic(String),
    /// Choose the seed.
    Seed(u64),
    /// Open what was chosen.
    Open,
    /// Open the scenario of an incident of the museum.
    Relive(Exhibit),
}

/// An incident that happened, and that a scenario retells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, VariantArray)]
pub enum Exhibit {
    /// One server of eight keeps the old code.
    Skew,
    /// An agent leaks memory for hours.
    Leak,
    /// A fuse longer than every look at it.
    Fuse,
    /// The rollback fails.
    Rollback,
    /// A limit that grows with the fleet.
    Fleet,
    /// Packets are lost, and workers wait.
    Loss,
    /// Good at any load but the highest.
    Load,
    /// Caches are empty at the busiest hour.
    Cache,
    /// An update at the same hour everywhere.
    Window,
    /// A package registry deploys wrong addresses everywhere at once.
    Registry,
}

impl Exhibit {
    /// All of them, by their dates.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Scenario, release, faults, and how the release went out.
    pub const fn retold(self) -> (&'static str, &'static str, &'static [&'static str], &'static str) {
        match self {
            Self::Registry => ("checkout", "v2-errors", &[], AT_ONCE),
            Self::Skew => ("checkout", "v2-skew", &[], ROLLING),
            Self::Leak => ("checkout", "v2-leak", &[], ROLLING),
            Self::Fuse => ("checkout", "v2-fuse", &[], ROLLING),
            Self::Fleet => ("checkout", "v2-fleet", &["metrics-lost"], ROLLING),
            Self::Loss => ("checkout", "v2", &["network-loss"], ROLLING),
            Self::Rollback => ("checkout", "v2-errors", &["rollback-fails"], FIRST_PLAN),
            Self::Cache => ("cold-cache", "v2", &[], AT_ONCE),
            Self::Load => ("search", "v2-load", &[], ROLLING),
            Self::Window => ("checkout", "v2-clock", &[], ROLLING),
        }
    }
}

/// All instances at once, without checks.
const AT_ONCE: &str = r#"(format: 1, title: "As it was", strategy: Recreate)"#;

/// Rolling, a few instances at a time, without checks.
const ROLLING: &str = r#"(
    format: 1,
    title: "As it was",
    strategy: Rolling(max_surge: 3, max_unavailable: 0, min_ready: "20s"),
)"#;

/// What a scenario is opened with in the sandbox.
pub const FIRST_PLAN: &str = r#"(
    format: 1,
    title: "My plan",
    strategy: Canary(
        steps: [Weight("10%"), Pause("3m"), Weight("50%"), Pause("3m")],
    ),
)"#;

pub(in crate::app) fn plan_of(text: &str) -> Plan {
    let read = read_ron::<Plan>("plan.ron", text);
    read.expect("a plan of ours is right; a test opens each").0
}

/// What a scenario is opened with in the sandbox.
pub fn first_plan() -> Plan {
    plan_of(FIRST_PLAN)
}

/// Whether a plan is one that the sandbox or the museum provides, not the learner's own.
pub fn is_given(plan: &Plan) -> bool {
    static GIVEN: OnceLock<[Plan; 4]> = OnceLock::new();
    GIVEN.get_or_init(|| [FIRST_PLAN, ROLLING, AT_ONCE, PRACTICE].map(plan_of)).contains(plan)
}
