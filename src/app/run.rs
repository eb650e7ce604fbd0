//! An exercise or a scenario that is open: its world, the plan as it stands, and the run that is played.

use std::sync::Arc;

use super::catalog::{Entry, World};
use super::debrief::Debrief;
use super::editor::{Editor, command::Unsaved};
use super::ghosts::Ghost;
use super::notes::Notes;
use super::player::{Player, engine::Engine};
use crate::control::Plan;
use crate::exercise::{HandAction, Playback, Session};
use crate::scenario::{Issue, Scenario};
use crate::sim::Case;

/// What a run is of.
#[derive(Clone, Debug)]
pub enum Subject {
    /// An exercise.
    Exercise(Arc<Entry>),
    /// A scenario, freely.
    World(World),
}

impl Subject {
    /// Its scenario.
    pub fn scenario(&self) -> &Arc<Scenario> {
        match self {
            Self::Exercise(entry) => &entry.scenario,
            Self::World(world) => &world.scenario,
        }
    }

    /// Its title.
    pub fn title(&self) -> &str {
        match self {
            Self::Exercise(entry) => &entry.exercise.title,
            Self::World(world) => &world.scenario.title,
        }
    }

    /// The ids of its exercise, empty in the sandbox, and of its scenario.
    pub fn ids(&self) -> (String, String) {
        match self {
            Self::Exercise(entry) => (entry.id.clone(), entry.exercise.scenario.clone()),
            Self::World(world) => (String::new(), world.id.clone()),
        }
    }
}

/// Something about the run that is open.
#[derive(Clone, Debug, PartialEq)]
pub enum RunCommand {
    /// Begin anew with the plan as it now stands.
    Restart,
    /// Meet another case of the exercise, by its position, or another release of the scenario.
    Case(usize),
    /// Meet another world of the same case.
    Seed(u64),
    /// End the run, and see what came of it.
    Finish,
}

/// An open run.
pub struct Run {
    /// What it is of.
    pub subject: Subject,
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// The case that is met, and its position among the exercise's cases.
    pub case: (usize, Case),
    /// The seed of the world that is met.
    pub seed: u64,
    /// The plan that is played.
    pub plan: Plan,
    /// The plan as the learner now writes it.
    pub editor: Editor,
    /// When it was changed since it was last kept.
    pub unsaved: Unsaved,
    /// What plays it.
    pub player: Player,
    /// The learner's way through the exercise.
    pub notes: Notes,
    /// What came of it, once that was asked for.
    pub debrief: Option<Debrief>,
    /// Runs to compare with; `None` until they are wanted.
    pub ghosts: Option<Vec<Ghost>>,
}

impl Run {
    /// A run of `subject` with `plan`, at its start, in a case, which comes with its position among the exercise's cases or the
    /// scenario's releases ([`case_of`]).
    ///
    /// # Errors
    /// What is wrong with the plan, when it cannot be simulated.
    pub fn new(
        subject: Subject,
        plan: Plan,
        case: (usize, Case),
        seed: u64,
        threads: bool,
    ) -> Result<Self, Vec<Issue>> {
        Self::resumed(subject, plan, case, seed, &[], threads)
    }

    /// The same, in which `actions` are done by hand.
    ///
    /// # Errors
    /// What is wrong with the plan, when it cannot be simulated.
    pub fn resumed(
        subject: Subject,
        plan: Plan,
        case: (usize, Case),
        seed: u64,
        actions: &[HandAction],
        threads: bool,
    ) -> Result<Self, Vec<Issue>> {
        let scenario = Arc::clone(subject.scenario());
        let playback = Playback::new(&scenario, &case.1, &plan, actions, seed)?;
        let exercise = match &subject {
            Subject::Exercise(entry) => Some(Arc::new(entry.exercise.clone())),
            Subject::World(_) => None,
        };
        let engine = Engine::new(Arc::clone(&scenario), exercise, case.1.name.clone(), playback);
        let player = Player::new(engine, threads);
        let editor = Editor::new(subject.clone(), Editor::starter(&subject));
        let unsaved = Unsaved::default();
        Ok(Self {
            subject,
            scenario,
            case,
            seed,
            plan,
            editor,
            unsaved,
            player,
            notes: Notes::default(),
            debrief: None,
            ghosts: None,
        })
    }

    /// The exercise, when it is of one.
    pub const fn entry(&self) -> Option<&Arc<Entry>> {
        match &self.subject {
            Subject::Exercise(entry) => Some(entry),
            Subject::World(_) => None,
        }
    }

    /// The session so far: the plan, and what was done by hand.
    pub fn session(&self) -> Session {
        let name = match &self.subject {
            Subject::Exercise(entry) => entry.exercise.scenario.clone(),
            Subject::World(world) => world.id.clone(),
        };
        let view = self.player.view();
        Session {
            format: crate::exercise::SESSION_FORMAT,
            scenario: name,
            case: self.case.1.clone(),
            seed: self.seed,
            plan: self.plan.clone(),
            actions: view.actions.to_vec(),
            forecast: self.notes.forecast,
            answers: self.notes.answers.clone(),
            engine_version: Some(crate::exercise::ENGINE_VERSION.to_owned()),
            digest: view.is_over().then(|| view.record.digest.clone()),
        }
    }
}

/// The case at a position among the exercise's cases, or among the releases of a scenario after its baseline.
pub fn case_of(subject: &Subject, case: usize) -> Case {
    match subject {
        Subject::Exercise(entry) => {
            let cases = &entry.exercise.cases;
            cases[case.min(cases.len() - 1)].draw()
        }
        Subject::World(world) => {
            let releases = &world.scenario.releases;
            let release = releases.get(case + 1).or(releases.last());
            let name = release.map(|release| release.name.clone());
            let chosen = world.case.clone().unwrap_or_default();
            Case { name: name.clone().unwrap_or_default(), release: name, ..chosen }
        }
    }
}
