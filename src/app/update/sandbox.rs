//! The commands of the sandbox and the museum.

use crate::app::model::Lab;
use crate::app::model::sandbox::{Chosen, Retelling, SandboxCommand, first_plan};
use crate::app::model::subject::Subject;
use crate::app::texts::tf;
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
                self.open_world(&chosen.world, chosen.case, chosen.seed);
            }
            SandboxCommand::Relive(id, how) => self.relive(&id, how),
        }
    }

    /// Opens an incident of the museum.
    fn relive(&mut self, id: &str, how: Retelling) {
        let Some(exhibit) = self.catalog.exhibit(id) else {
            self.trouble(tf("open.no_scenario", &[&id]));
            return;
        };
        let (plan, by_hand) = match how {
            Retelling::Live => (&exhibit.naive, &[][..]),
            Retelling::AsItWas => (&exhibit.naive, exhibit.incident.by_hand.as_slice()),
            Retelling::Recommended => (&exhibit.recommended, &[][..]),
        };
        let releases = &exhibit.world.scenario.releases;
        let wanted = exhibit.incident.case.release.as_ref();
        let case = releases.iter().skip(1).position(|release| Some(&release.name) == wanted);
        self.classroom.leads = false;
        self.leave_introduction();
        self.saved_plans.open = None;
        let subject = Subject::World(exhibit.world.clone());
        if self.open_with(subject, plan.clone(), case.unwrap_or(0), exhibit.incident.seed, by_hand) {
            self.write(plan);
        }
    }

    /// Opens a scenario in the sandbox with these faults and this traffic, and with the learner's plan for it.
    fn open_world(&mut self, id: &str, case: Case, seed: u64) {
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
        let plan = self.editor_for(&subject).playable().cloned().unwrap_or_else(first_plan);
        self.open(subject, plan, index.unwrap_or(0), seed);
    }
}
