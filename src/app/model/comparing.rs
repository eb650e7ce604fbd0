//! A comparison of two plans or sessions on the same worlds: what is chosen, and the result.

use std::path::PathBuf;

use crate::app::model::subject::{Subject, case_of};
use crate::control::Plan;
use crate::engine::Time;
use crate::exercise::{Comparison, HandAction, Session};
use crate::sim::Case;

/// The commands of the comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompareCommand {
    /// In which worlds.
    Place(Place),
    /// In which case of the exercise, by its position, or with which release of the scenario.
    Case(usize),
    /// The seed of the world that is seen.
    Seed(u64),
    /// Choose what to compare on the first or the second side.
    Choose(usize, Side),
    /// Choose a file for the first or the second side.
    Browse(usize),
    /// How many worlds.
    Worlds(usize),
    /// Compare them.
    Begin,
}

/// How many worlds are offered.
pub const WORLDS: [usize; 3] = [5, 10, 30];

/// What was compared.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Both plans over all worlds.
    pub comparison: Comparison,
    /// Failed requests of every ten seconds in the world that is seen, of both.
    pub failed: [Vec<(Time, u32)>; 2],
    /// In what money is counted.
    pub currency: String,
}

/// A session in the data folder.
#[derive(Clone, Debug, PartialEq)]
pub struct OnDisk {
    /// The name of its file.
    pub file: String,
    /// What it is called: when it was kept, or the name that it was saved under.
    pub called: String,
    /// The session.
    pub session: Session,
}

/// What the screen shows.
#[derive(Debug)]
pub struct Comparing {
    /// Where the worlds come from.
    pub place: Place,
    /// Position of the case among the exercise's, or of the release among the scenario's.
    pub case: usize,
    /// Seed of the world that is seen, in an exercise or a scenario.
    pub seed: u64,
    /// The chosen sides; `None` stands for the first and the second that are possible.
    pub sides: [Option<Side>; 2],
    /// Sessions in the data folder: those kept while one plays, newest first, then those saved from debriefs.
    pub sessions: Vec<OnDisk>,
    /// What was read from files.
    pub files: Vec<OpenedFile>,
    /// In how many worlds.
    pub worlds: usize,
    /// Which comparison is awaited: what comes in of an earlier one is not wanted.
    pub(in crate::app) serial: u64,
    /// Whether one is under way.
    pub works: bool,
    /// Its result.
    pub result: Option<Result<Box<Compared>, String>>,
}

impl Default for Comparing {
    fn default() -> Self {
        Self {
            place: Place::default(),
            case: 0,
            seed: 1,
            sides: [None, None],
            sessions: Vec::new(),
            files: Vec::new(),
            worlds: 10,
            serial: 0,
            works: false,
            result: None,
        }
    }
}

impl Comparing {
    /// The session of this file in the data folder.
    pub fn session(&self, file: &str) -> Option<&OnDisk> {
        self.sessions.iter().find(|session| session.file == file)
    }

    /// Drops the result, because the choices changed.
    pub(in crate::app) fn forget(&mut self) {
        self.serial += 1;
        self.works = false;
        self.result = None;
    }
}

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
    /// A null policy (a plan that decides without looking), by its position.
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

/// Where the worlds come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// The run that is open, in its case and world.
    #[default]
    Open,
    /// What was chosen in the sandbox.
    Sandbox,
    /// The case and the world of a session in the data folder, by its file.
    Session(String),
    /// An exercise, by its id.
    Exercise(String),
    /// A scenario, by its id.
    Scenario(String),
}

/// What plans are compared in.
#[derive(Clone, Debug)]
pub struct ComparisonSetup {
    /// The exercise or scenario.
    pub subject: Subject,
    /// The case.
    pub case: Case,
    /// The seed of the world that is seen; those of the others are drawn from it.
    pub seed: u64,
    /// Position of the case among the exercise's, whose worlds differ from seed to seed; none where the case is given.
    pub drawn: Option<usize>,
}

impl ComparisonSetup {
    /// The case as it is in the world of `seed`: in an exercise with what is drawn for this seed, as in a grading.
    pub fn case_of(&self, seed: u64) -> Case {
        match self.drawn {
            Some(case) if seed != self.seed => case_of(&self.subject, case, seed),
            _ => self.case.clone(),
        }
    }

    /// The id of the scenario.
    pub fn scenario_id(&self) -> String {
        self.subject.ids().1
    }
}
