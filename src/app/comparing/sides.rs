//! What can be compared: plans, and sessions with what was done by hand in them; from the lab or from a file.

use std::path::{Path, PathBuf};

use super::ground::Ground;
use crate::app::catalog::Entry;
use crate::app::files::{name, rendered};
use crate::app::run::Subject;
use crate::app::texts::{t, tf};
use crate::app::{Lab, sandbox};
use crate::control::{Plan, null_policies};
use crate::exercise::{Entrant, HandAction, Session};
use crate::library::shipped::Loaded;
use crate::library::{FileKind, Problem, disk, load};
use crate::manifest::{Table, import};

/// Something that can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Side {
    /// The plan of the run that is open.
    Yours,
    /// The same, with what was done by hand.
    Played,
    /// The exercise's starter.
    Starter,
    /// The model solution, once the debrief was seen or it was shown.
    Solution,
    /// A plan of the learner's own, by its number.
    Kept(u32),
    /// A session in the data folder, by its file.
    Session(String),
    /// A plan or a session in a file.
    File(PathBuf),
    /// A plan without thought, by its position.
    Null(usize),
}

/// A plan or a session that was read from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenedFile {
    /// The file.
    pub path: PathBuf,
    /// The plan.
    pub plan: Plan,
    /// What was done by hand.
    pub actions: Vec<HandAction>,
}

impl Lab {
    /// What can be compared in these worlds.
    pub fn sides(&self, ground: &Ground) -> Vec<Side> {
        let scenario = ground.scenario_id();
        let mut all = Vec::new();
        if let Some(run) = self.run.as_ref().filter(|run| run.subject.ids().1 == scenario) {
            all.push(Side::Yours);
            if !run.player.view().actions.is_empty() {
                all.push(Side::Played);
            }
        }
        if let Subject::Exercise(entry) = &ground.subject {
            all.push(Side::Starter);
            if entry.solution.is_some() && self.has_seen_solution(entry) {
                all.push(Side::Solution);
            }
        }
        let kept = self.shelf.newest_first().into_iter().filter(|plan| plan.scenario == scenario);
        all.extend(kept.map(|plan| Side::Kept(plan.number)));
        let sessions = self.comparing.sessions.iter().filter(|one| one.session.scenario == scenario);
        all.extend(sessions.map(|one| Side::Session(one.file.clone())));
        all.extend(self.comparing.files.iter().map(|file| Side::File(file.path.clone())));
        all.extend((0..null_policies(&self.base(ground)).len()).map(Side::Null));
        all
    }

    /// What stands on both sides: what was chosen, else the first two that can be.
    pub fn chosen_sides(&self, ground: &Ground) -> [Option<Side>; 2] {
        let mut all = self.sides(ground).into_iter();
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

    /// The plan whose checks plans without thought go without.
    fn base(&self, ground: &Ground) -> Plan {
        let run = self.run.as_ref().filter(|run| run.subject.ids().1 == ground.scenario_id());
        match (run, &ground.subject) {
            (Some(run), _) => run.plan.clone(),
            (None, Subject::Exercise(entry)) => entry.starter.clone(),
            (None, Subject::World(_)) => sandbox::first_plan(),
        }
    }

    /// What a side is called.
    pub fn side_name(&self, ground: &Ground, side: &Side) -> String {
        let gone = || t("compare.gone").to_owned();
        match side {
            Side::Yours => t("compare.yours").to_owned(),
            Side::Played => {
                let actions = self.run.as_ref().map_or(0, |run| run.player.view().actions.len());
                tf("compare.played {}", &[&actions])
            }
            Side::Starter => t("compare.starter").to_owned(),
            Side::Solution => t("compare.solution").to_owned(),
            Side::Kept(number) => {
                self.shelf.get(*number).map_or_else(gone, |plan| tf("compare.kept {}", &[&plan.name]))
            }
            Side::Session(file) => self.comparing.session(file).map_or_else(gone, |one| {
                tf("compare.session {} {}", &[&one.called, &one.session.actions.len()])
            }),
            Side::File(path) => name(path),
            Side::Null(index) => {
                let plans = null_policies(&self.base(ground));
                plans.into_iter().nth(*index).map_or_else(gone, |(name, _)| name)
            }
        }
    }

    /// The plan of a side, and what is done by hand; none when it cannot be compared in these worlds.
    pub(super) fn entrant(&self, ground: &Ground, side: &Side) -> Option<Entrant> {
        if !self.sides(ground).contains(side) {
            return None;
        }
        let open = self.run.as_ref();
        let (plan, actions) = match side {
            Side::Yours => (open?.plan.clone(), Vec::new()),
            Side::Played => (open?.plan.clone(), open?.player.view().actions.to_vec()),
            Side::Starter | Side::Solution => {
                let Subject::Exercise(entry) = &ground.subject else { return None };
                match side {
                    Side::Starter => (entry.starter.clone(), Vec::new()),
                    _ => (entry.solution.as_ref()?.1.clone(), Vec::new()),
                }
            }
            Side::Kept(number) => (self.shelf.get(*number)?.plan.clone(), Vec::new()),
            Side::Session(file) => {
                let session = &self.comparing.session(file)?.session;
                (session.plan.clone(), session.actions.clone())
            }
            Side::File(path) => {
                let file = self.comparing.files.iter().find(|file| file.path == *path)?;
                (file.plan.clone(), file.actions.clone())
            }
            Side::Null(index) => (null_policies(&self.base(ground)).into_iter().nth(*index)?.1, Vec::new()),
        };
        Some(Entrant { name: self.side_name(ground, side), plan, actions })
    }

    /// Puts a plan or a session from a file on a side; or says why not.
    pub(in crate::app) fn take_side(&mut self, side: usize, path: &Path) {
        let Some(ground) = self.ground() else { return };
        match read(path, &ground) {
            Ok(opened) => {
                let files = &mut self.comparing.files;
                files.retain(|file| file.path != opened.path);
                files.push(opened);
                self.choose_side(side, Side::File(path.to_owned()));
            }
            Err(problems) => {
                self.trouble(tf("files.not_opened {} {}", &[&name(path), &rendered(&problems)]));
            }
        }
    }
}

/// Reads a plan or a session that is to be compared in these worlds.
fn read(path: &Path, ground: &Ground) -> Result<OpenedFile, Vec<Problem>> {
    let text = disk::load_text(path).map_err(|problem| vec![problem])?;
    let loaded = Loaded { file: path.display().to_string(), text };
    let scenario = ground.subject.scenario();
    let alone = |code, message: String| vec![Problem::of_file(loaded.file.as_str(), code, message)];
    if !FileKind::has_known_ending(path) {
        return Err(alone("no-plan", t("compare.no_plan").to_owned()));
    }
    let plan = match FileKind::of(&loaded.file, &loaded.text) {
        FileKind::Manifest => import(&loaded.file, &loaded.text, &Table::default())?.plan,
        FileKind::Plan => {
            let read = load::read::<Plan>(&loaded)?;
            load::errors(read.place(&read.value.problems(Some(scenario)), ""))?;
            read.value
        }
        FileKind::Session => {
            let read = load::read::<Session>(&loaded)?;
            let here = ground.scenario_id();
            if read.value.scenario != here {
                let message = tf("compare.other_scenario {} {}", &[&read.value.scenario, &here]);
                return Err(alone("other-scenario", message));
            }
            load::errors(read.place(&read.value.problems(Some(scenario)), ""))?;
            let Session { plan, actions, .. } = read.value;
            return Ok(OpenedFile { path: path.to_owned(), plan, actions });
        }
        FileKind::Progress | FileKind::Exercise | FileKind::Scenario => {
            return Err(alone("no-plan", t("compare.no_plan").to_owned()));
        }
    };
    Ok(OpenedFile { path: path.to_owned(), plan, actions: Vec::new() })
}
