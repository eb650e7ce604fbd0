//! The commands of the comparison.

use std::path::Path;

use crate::app::model::comparing::{CompareCommand, Compared, ComparisonSetup, OnDisk, OpenedFile, Side};
use crate::app::model::files::name;
use crate::app::model::jobs::Done;
use crate::app::model::saved_plans::date;
use crate::app::model::screen::Overlay;
use crate::app::model::sessions::{Sessions, file};
use crate::app::model::told::{all_told, issues_told};
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::control::Plan;
use crate::engine::Time;
use crate::exercise::{Entrant, Session, compare, play};
use crate::library::shipped::Loaded;
use crate::library::{FileKind, Problem, disk, load};
use crate::manifest::{Table, import};
use crate::scenario::Issue;
use crate::sim::Record;

fn compared(setup: &ComparisonSetup, entrants: &[Entrant], worlds: usize) -> Result<Compared, String> {
    let ComparisonSetup { subject, case, seed, .. } = setup;
    let scenario = subject.scenario();
    let said = |index: usize, issues: Vec<Issue>| {
        let name = entrants.get(index).map(|entrant| entrant.name.as_str()).unwrap_or_default();
        tf("compare.wrong {} {}", &[&name, &issues_told(&issues)])
    };
    let comparison = compare(scenario, &|seed| setup.case_of(seed), entrants, worlds, *seed, &|| {})
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

/// Reads a plan or a session that is to be compared in these worlds.
fn read(path: &Path, setup: &ComparisonSetup) -> Result<OpenedFile, Vec<Problem>> {
    let text = disk::load_text(path).map_err(|problem| vec![problem])?;
    let loaded = Loaded { file: path.display().to_string(), text };
    let scenario = setup.subject.scenario();
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
            let here = setup.scenario_id();
            if read.value.scenario != here {
                let message = tf("compare.other_scenario {} {}", &[&read.value.scenario, &here]);
                return Err(alone("other-scenario", message));
            }
            load::errors(read.place(&read.value.problems(Some(scenario)), ""))?;
            let Session { plan, actions, .. } = read.value;
            return Ok(OpenedFile { path: path.to_owned(), plan, actions });
        }
        FileKind::Duty
        | FileKind::Playbook
        | FileKind::Progress
        | FileKind::Exercise
        | FileKind::Translation
        | FileKind::Proof
        | FileKind::Incident
        | FileKind::IncidentTranslation
        | FileKind::Scenario => {
            return Err(alone("no-plan", t("compare.no_plan").to_owned()));
        }
    };
    Ok(OpenedFile { path: path.to_owned(), plan, actions: Vec::new() })
}

impl Lab {
    /// Applies a command of the comparison.
    pub(in crate::app) fn apply_compare(&mut self, command: CompareCommand) {
        if command != CompareCommand::Begin && !matches!(command, CompareCommand::Browse(_)) {
            self.comparing.forget();
        }
        match command {
            CompareCommand::Place(place) => {
                self.comparing.place = place;
                self.comparing.case = 0;
                let here = self.comparison_setup().map(|setup| self.sides(&setup)).unwrap_or_default();
                for side in &mut self.comparing.sides {
                    *side = side.take().filter(|side| here.contains(side));
                }
            }
            CompareCommand::Case(case) => self.comparing.case = case,
            CompareCommand::Seed(seed) => self.comparing.seed = seed,
            CompareCommand::Choose(place, side) => self.choose_side(place, side),
            CompareCommand::Browse(side) => {
                self.apply(LabCommand::Show(Overlay::Open));
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
    pub(in crate::app) fn look_at_sessions(&mut self) {
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

    fn begin_comparing(&mut self) {
        let Some(setup) = self.comparison_setup() else { return };
        self.comparing.forget();
        let mut entrants: Vec<Entrant> = Vec::new();
        for side in self.chosen_sides(&setup).into_iter().flatten() {
            match self.entrant(&setup, &side) {
                Some(entrant) => entrants.push(entrant),
                None => {
                    let name = self.side_name(&setup, &side);
                    self.comparing.result = Some(Err(tf("compare.not_here {}", &[&name])));
                    return;
                }
            }
        }
        let worlds = self.comparing.worlds;
        self.comparing.works = true;
        let serial = self.comparing.serial;
        self.jobs.begin(move || {
            let compared = compared(&setup, &entrants, worlds);
            Done::Compared(serial, compared.map(Box::new))
        });
    }

    /// Takes in what was compared.
    pub(in crate::app) fn finish_comparing(&mut self, serial: u64, result: Result<Box<Compared>, String>) {
        if serial == self.comparing.serial {
            self.comparing.works = false;
            self.comparing.result = Some(result);
        }
    }

    /// Puts a plan or a session from a file on a side; or says why not.
    pub(in crate::app) fn take_side(&mut self, side: usize, path: &Path) {
        let Some(setup) = self.comparison_setup() else { return };
        match read(path, &setup) {
            Ok(opened) => {
                let files = &mut self.comparing.files;
                files.retain(|file| file.path != opened.path);
                files.push(opened);
                self.choose_side(side, Side::File(path.to_owned()));
            }
            Err(problems) => {
                self.trouble(tf("files.not_opened {} {}", &[&name(path), &all_told(&problems)]));
            }
        }
    }
}
