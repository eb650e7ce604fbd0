//! The sandbox and the museum: the choices before a scenario is opened, and how an incident is met.

use std::sync::LazyLock;

use strum::VariantArray;

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
    /// Open the scenario of an incident of the museum, by its id.
    Relive(String, Retelling),
}

/// How an incident is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub enum Retelling {
    /// With the naive plan; the learner acts by hand.
    Live,
    /// With the naive plan, and what people did by hand at the time.
    AsItWas,
    /// With the recommended plan.
    Recommended,
}

impl Retelling {
    /// All of them.
    pub const ALL: &[Self] = Self::VARIANTS;
}

/// What a scenario is opened with in the sandbox.
pub const FIRST_PLAN: &str = r#"(
    format: 1,
    title: "My plan",
    strategy: Canary(
        steps: [Weight("10%"), Pause("3m"), Weight("50%"), Pause("3m")],
    ),
)"#;

/// What a scenario is opened with.
pub fn first_plan() -> Plan {
    read_ron::<Plan>("plan.ron", FIRST_PLAN).expect("a plan of ours is right; a test opens it").0
}

/// Whether a plan is the one that the sandbox provides, not the learner's own.
pub fn is_given(plan: &Plan) -> bool {
    static GIVEN: LazyLock<Plan> = LazyLock::new(first_plan);
    *GIVEN == *plan
}
