//! What can be compared: plans, and sessions with their actions by hand, from the lab or from a file.

use crate::app::model::catalog::Entry;
use crate::app::model::comparing::{ComparisonSetup, Side};
use crate::app::model::files::name;
use crate::app::model::lab::Lab;
use crate::app::model::sandbox;
use crate::app::model::subject::Subject;
use crate::app::texts::{t, tf};
use crate::control::{Plan, null_policies};
use crate::exercise::Entrant;

impl Lab {
    /// What can be compared in these worlds.
    pub fn sides(&self, setup: &ComparisonSetup) -> Vec<Side> {
        let scenario = setup.scenario_id();
        let mut all = Vec::new();
        if let Some(run) = self.run.as_ref().filter(|run| run.subject.ids().1 == scenario) {
            all.push(Side::Yours);
            if !run.player.snapshot().actions.is_empty() {
                all.push(Side::Played);
            }
        }
        if let Subject::Exercise(entry) = &setup.subject {
            all.push(Side::Starter);
            if entry.solution.is_some() && self.has_seen_solution(entry) {
                all.push(Side::Solution);
            }
        }
        let kept = self.saved_plans.newest_first().into_iter().filter(|plan| plan.scenario == scenario);
        all.extend(kept.map(|plan| Side::Kept(plan.number)));
        let sessions = self.comparing.sessions.iter().filter(|one| one.session.scenario == scenario);
        all.extend(sessions.map(|one| Side::Session(one.file.clone())));
        all.extend(self.comparing.files.iter().map(|file| Side::File(file.path.clone())));
        all.extend((0..null_policies(&self.base(setup)).len()).map(Side::Null));
        all
    }

    /// The two sides: those chosen, else the first two that are possible.
    pub fn chosen_sides(&self, setup: &ComparisonSetup) -> [Option<Side>; 2] {
        let mut all = self.sides(setup).into_iter();
        let first = [all.next(), all.next()];
        let [a, b] = self.comparing.sides.clone();
        let [one, other] = first;
        [a.or(one), b.or(other)]
    }

    fn has_seen_solution(&self, entry: &Entry) -> bool {
        let run = self.run.as_ref().filter(|run| run.entry().is_some_and(|open| open.id == entry.id));
        run.is_some_and(|run| run.notes.is_assisted || run.debrief.is_some())
            || self.learner.tries(&entry.id).is_some_and(|tries| tries.assisted || tries.attempts > 0)
    }

    /// The plan whose checks the null policies leave out.
    fn base(&self, setup: &ComparisonSetup) -> Plan {
        let run = self.run.as_ref().filter(|run| run.subject.ids().1 == setup.scenario_id());
        match (run, &setup.subject) {
            (Some(run), _) => run.plan.clone(),
            (None, Subject::Exercise(entry)) => entry.starter.clone(),
            (None, Subject::World(_)) => sandbox::first_plan(),
        }
    }

    /// What a side is called.
    pub fn side_name(&self, setup: &ComparisonSetup, side: &Side) -> String {
        let gone = || t("compare.gone").to_owned();
        match side {
            Side::Yours => t("compare.yours").to_owned(),
            Side::Played => {
                let actions = self.run.as_ref().map_or(0, |run| run.player.snapshot().actions.len());
                tf("compare.played {}", &[&actions])
            }
            Side::Starter => t("compare.starter").to_owned(),
            Side::Solution => t("compare.solution").to_owned(),
            Side::Kept(number) => {
                self.saved_plans.get(*number).map_or_else(gone, |plan| tf("compare.kept {}", &[&plan.name]))
            }
            Side::Session(file) => self.comparing.session(file).map_or_else(gone, |one| {
                tf("compare.session {} {}", &[&one.called, &one.session.actions.len()])
            }),
            Side::File(path) => name(path),
            Side::Null(index) => {
                let plans = null_policies(&self.base(setup));
                plans.into_iter().nth(*index).map_or_else(gone, |(name, _)| name)
            }
        }
    }

    /// The plan of a side, and what is done by hand; none when it cannot be compared in these worlds.
    pub(in crate::app) fn entrant(&self, setup: &ComparisonSetup, side: &Side) -> Option<Entrant> {
        if !self.sides(setup).contains(side) {
            return None;
        }
        let open = self.run.as_ref();
        let (plan, actions) = match side {
            Side::Yours => (open?.plan.clone(), Vec::new()),
            Side::Played => (open?.plan.clone(), open?.player.snapshot().actions.to_vec()),
            Side::Starter | Side::Solution => {
                let Subject::Exercise(entry) = &setup.subject else { return None };
                match side {
                    Side::Starter => (entry.starter.clone(), Vec::new()),
                    _ => (entry.solution.as_ref()?.1.clone(), Vec::new()),
                }
            }
            Side::Kept(number) => (self.saved_plans.get(*number)?.plan.clone(), Vec::new()),
            Side::Session(file) => {
                let session = &self.comparing.session(file)?.session;
                (session.plan.clone(), session.actions.clone())
            }
            Side::File(path) => {
                let file = self.comparing.files.iter().find(|file| file.path == *path)?;
                (file.plan.clone(), file.actions.clone())
            }
            Side::Null(index) => (null_policies(&self.base(setup)).into_iter().nth(*index)?.1, Vec::new()),
        };
        Some(Entrant { name: self.side_name(setup, side), plan, actions })
    }
}
