//! The commands of the sandbox and the museum.

use crate::app::model::Lab;
use crate::app::model::sandbox::{Chosen, SandboxCommand, first_plan, plan_of};
use crate::app::model::subject::Subject;
use crate::app::texts::tf;
use crate::control::Plan;
use crate::sim::Case;

impl Lab {
    /// Applies a command of the sandbox.
    pub(in crate::app) fn apply_sandbox(&mut self, command: SandboxCommand) {
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
                    ..Case::default()
                };
                self.open_world(world, case, Some(plan_of(plan)), 1);
            }
        }
    }

    /// Opens a scenario in the sandbox with these faults and this traffic, and with `plan` or else the learner's.
    pub(in crate::app) fn open_world(&mut self, id: &str, case: Case, plan: Option<Plan>, seed: u64) {
        let Some(mut world) = self.catalog.world(id).cloned() else {
            self.trouble(tf("open.no_scenario", &[&id]));
            return;
        };
        let releases = world.scenario.releases.iter().skip(1);
        let wanted = case.release.clone();
        let index = releases.into_iter().position(|release| Some(&release.name) == wanted.as_ref());
        world.case = Some(case);
        self.saved_plans.open = None;
        self.classroom.leads = false;
        self.leave_introduction();
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
