//! The sandbox: any scenario with any of its releases, faults and traffic; and incidents that happened, to be lived
//! through once more.

use std::sync::OnceLock;

use super::Lab;
use super::run::Subject;
use super::texts::tf;
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

/// What can be asked in the sandbox and in the museum.
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
    /// Open what an incident of the museum is retold with.
    Relive(Exhibit),
}

/// An incident that happened, and that a scenario retells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exhibit {
    /// A package registry deploys wrong addresses everywhere at once.
    Registry,
    /// One server of eight keeps the old code.
    Skew,
    /// An agent leaks memory for hours.
    Leak,
    /// A fuse longer than every look at it.
    Fuse,
    /// A limit that grows with the fleet.
    Fleet,
    /// Packets are lost, and workers wait.
    Loss,
    /// The rollback fails.
    Rollback,
    /// Caches are empty at the busiest hour.
    Cache,
    /// Good at any load but the highest.
    Load,
    /// An update at the same hour everywhere.
    Window,
}

impl Exhibit {
    /// All of them, by their dates.
    pub const ALL: [Self; 10] = [
        Self::Skew,
        Self::Leak,
        Self::Fuse,
        Self::Rollback,
        Self::Fleet,
        Self::Loss,
        Self::Load,
        Self::Cache,
        Self::Window,
        Self::Registry,
    ];

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

/// Everything is replaced at once, and nothing watches it.
const AT_ONCE: &str = r#"(format: 1, title: "As it was", strategy: Recreate)"#;

/// A few at a time, and nothing watches it.
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

fn plan_of(text: &str) -> Plan {
    let read = read_ron::<Plan>("plan.ron", text);
    read.expect("a plan of ours is right; a test opens each").0
}

/// What a scenario is opened with in the sandbox.
pub fn first_plan() -> Plan {
    plan_of(FIRST_PLAN)
}

/// Whether a plan is one that the sandbox or the museum gave, and nobody's own.
pub fn is_given(plan: &Plan) -> bool {
    static GIVEN: OnceLock<[Plan; 3]> = OnceLock::new();
    GIVEN.get_or_init(|| [FIRST_PLAN, ROLLING, AT_ONCE].map(plan_of)).contains(plan)
}

impl Lab {
    /// Does what is asked in the sandbox.
    pub(super) fn apply_sandbox(&mut self, command: SandboxCommand) {
        let chosen = &mut self.chosen;
        match command {
            SandboxCommand::Choose(world) => {
                if chosen.world == world {
                    chosen.world = String::new();
                } else if let Some(found) = self.catalog.world(&world) {
                    let release = found.scenario.releases.get(1).map(|release| release.name.clone());
                    let case = Case { name: release.clone().unwrap_or_default(), release, ..Case::default() };
                    *chosen = Chosen { world, case, seed: 1 };
                }
            }
            SandboxCommand::Release(name) => {
                chosen.case.name.clone_from(&name);
                chosen.case.release = Some(name);
            }
            SandboxCommand::Fault(name, strikes) => {
                chosen.case.faults.retain(|fault| *fault != name);
                if strikes {
                    chosen.case.faults.push(name);
                }
            }
            SandboxCommand::Traffic(name) => chosen.case.traffic = Some(name),
            SandboxCommand::Seed(seed) => chosen.seed = seed,
            SandboxCommand::Open => {
                let chosen = self.chosen.clone();
                self.open_world(&chosen.world, chosen.case, None, chosen.seed);
            }
            SandboxCommand::Relive(exhibit) => {
                let (world, release, faults, plan) = exhibit.retold();
                let case = Case {
                    name: release.to_owned(),
                    release: Some(release.to_owned()),
                    faults: faults.iter().map(|fault| (*fault).to_owned()).collect(),
                    traffic: None,
                };
                self.open_world(world, case, Some(plan_of(plan)), 1);
            }
        }
    }

    /// Opens a scenario in the sandbox with these faults and this traffic, and with `plan` or else the learner's.
    pub(super) fn open_world(&mut self, id: &str, case: Case, plan: Option<Plan>, seed: u64) {
        let Some(mut world) = self.catalog.world(id).cloned() else {
            self.trouble(tf("open.no_scenario", &[&id]));
            return;
        };
        let releases = world.scenario.releases.iter().skip(1);
        let wanted = case.release.clone();
        let index = releases.into_iter().position(|release| Some(&release.name) == wanted.as_ref());
        world.case = Some(case);
        self.shelf.open = None;
        let subject = Subject::World(world);
        let given = plan.clone();
        let plan = plan.or_else(|| self.editor_for(&subject).playable().cloned()).unwrap_or_else(first_plan);
        if self.open(subject, plan, index.unwrap_or(0), seed)
            && let Some(given) = given
        {
            self.write(&given);
        }
    }
}
