//! Two plans or sessions on the same worlds: which, where, how often, and what came of it.

mod ground;
mod sides;

use super::jobs::Done;
use super::lab::{Lab, Overlay};
use super::sessions::{Sessions, file};
use super::shelf::date;
use super::texts::tf;
use super::{Command, run::Subject};
use crate::engine::Time;
use crate::exercise::{Comparison, Entrant, Session, compare, play};
use crate::scenario::Issue;
use crate::sim::Record;

pub use ground::{Ground, Place};
pub use sides::{OpenedFile, Side};

/// What can be done on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompareCommand {
    /// In which worlds.
    Place(Place),
    /// In which case of the exercise, by its position, or with which release of the scenario.
    Case(usize),
    /// The seed of the world that is seen.
    Seed(u64),
    /// Put something on the first or the second side.
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
    /// What was put on the two sides; none is the first and the second that can be.
    pub sides: [Option<Side>; 2],
    /// Sessions in the data folder: those kept while one plays, newest first, then those saved from debriefs.
    pub sessions: Vec<OnDisk>,
    /// What was read from files.
    pub files: Vec<OpenedFile>,
    /// In how many worlds.
    pub worlds: usize,
    /// Which comparison is awaited: what comes in of an earlier one is not wanted.
    serial: u64,
    /// Whether one is under way.
    pub works: bool,
    /// What came of it.
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

    /// What was compared is no longer what is chosen.
    pub(super) fn forget(&mut self) {
        self.serial += 1;
        self.works = false;
        self.result = None;
    }
}

impl Lab {
    /// Does what is asked on the screen.
    pub(super) fn apply_compare(&mut self, command: CompareCommand) {
        if command != CompareCommand::Begin && !matches!(command, CompareCommand::Browse(_)) {
            self.comparing.forget();
        }
        match command {
            CompareCommand::Place(place) => {
                self.comparing.place = place;
                self.comparing.case = 0;
                let here = self.ground().map(|ground| self.sides(&ground)).unwrap_or_default();
                for side in &mut self.comparing.sides {
                    *side = side.take().filter(|side| here.contains(side));
                }
            }
            CompareCommand::Case(case) => self.comparing.case = case,
            CompareCommand::Seed(seed) => self.comparing.seed = seed,
            CompareCommand::Choose(place, side) => self.choose_side(place, side),
            CompareCommand::Browse(side) => {
                self.apply(Command::Show(Overlay::Open));
                self.files.side = Some(side);
            }
            CompareCommand::Worlds(worlds) => self.comparing.worlds = worlds.clamp(1, 100),
            CompareCommand::Begin => self.begin_comparing(),
        }
    }

    fn choose_side(&mut self, place: usize, side: Side) {
        if let Some(place) = self.comparing.sides.get_mut(place) {
            *place = Some(side);
        }
        self.comparing.forget();
    }

    /// Reads which sessions are kept.
    pub(super) fn look_at_sessions(&mut self) {
        let Some(data) = self.start.data.clone() else { return };
        let (kept, told) = Sessions::all(&data);
        let (saved, of_saved) = Sessions::saved(&data);
        let kept = kept.into_iter().map(|kept| OnDisk {
            file: file(&kept),
            called: date(kept.saved),
            session: kept.session,
        });
        let called = |name: &str| name.strip_suffix(".ron").unwrap_or(name).to_owned();
        let saved = saved.into_iter().map(|(file, session)| OnDisk { called: called(&file), file, session });
        self.comparing.sessions = kept.chain(saved).collect();
        told.into_iter().chain(of_saved).for_each(|notice| self.trouble(notice));
    }

    /// How many cases, or releases after the first, can be chosen among; none where the case is given.
    pub fn cases_to_compare(&self) -> Option<usize> {
        match (&self.comparing.place, self.ground()?.subject) {
            (Place::Exercise(_), Subject::Exercise(entry)) => Some(entry.exercise.cases.len()),
            (Place::Scenario(_), Subject::World(world)) => Some(world.scenario.releases.len().max(2) - 1),
            _ => None,
        }
    }

    fn begin_comparing(&mut self) {
        let Some(ground) = self.ground() else { return };
        self.comparing.forget();
        let mut entrants: Vec<Entrant> = Vec::new();
        for side in self.chosen_sides(&ground).into_iter().flatten() {
            match self.entrant(&ground, &side) {
                Some(entrant) => entrants.push(entrant),
                None => {
                    let name = self.side_name(&ground, &side);
                    self.comparing.result = Some(Err(tf("compare.not_here {}", &[&name])));
                    return;
                }
            }
        }
        let worlds = self.comparing.worlds;
        self.comparing.works = true;
        let serial = self.comparing.serial;
        self.jobs.begin(move || {
            let compared = compared(&ground, &entrants, worlds);
            Done::Compared(serial, compared.map(Box::new))
        });
    }

    /// Takes in what was compared.
    pub(super) fn finish_comparing(&mut self, serial: u64, result: Result<Box<Compared>, String>) {
        if serial == self.comparing.serial {
            self.comparing.works = false;
            self.comparing.result = Some(result);
        }
    }
}

fn compared(ground: &Ground, entrants: &[Entrant], worlds: usize) -> Result<Compared, String> {
    let Ground { subject, case, seed } = ground;
    let scenario = subject.scenario();
    let said = |index: usize, issues: Vec<Issue>| {
        let lines: Vec<String> =
            issues.into_iter().map(|issue| format!("{}: {}", issue.path, issue.message)).collect();
        let name = entrants.get(index).map(|entrant| entrant.name.as_str()).unwrap_or_default();
        tf("compare.wrong {} {}", &[&name, &lines.join("\n")])
    };
    let comparison = compare(scenario, case, entrants, worlds, *seed, &|| {})
        .map_err(|(index, issues)| said(index, issues))?;
    let mut failed = [Vec::new(), Vec::new()];
    for (index, (place, entrant)) in failed.iter_mut().zip(entrants).enumerate() {
        let record = play(scenario, case, &entrant.plan, &entrant.actions, *seed);
        *place = failures(&record.map_err(|issues| said(index, issues))?);
    }
    Ok(Compared { comparison, failed, currency: scenario.cost.currency.clone() })
}

fn failures(record: &Record) -> Vec<(Time, u32)> {
    record.truth.points.iter().map(|point| (point.at, point.failed)).collect()
}
