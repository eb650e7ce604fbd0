//! Rehearses manifests in the background.

use std::sync::Arc;

use crate::app::model::Lab;
use crate::app::model::jobs::Done;
use crate::app::model::judging::Progress;
use crate::app::model::rehearsing::{RehearsalCommand, Work};
use crate::app::model::screen::Screen;
use crate::app::model::told::all_told;
use crate::library::shipped::Loaded;
use crate::manifest::Table;
use crate::rehearsal::{Files, Improvement, Ready, Rehearsal, Subject};

impl Lab {
    /// Shows the page about these manifests, and begins their runs.
    pub(in crate::app) fn rehearse(&mut self, files: Vec<Loaded>) {
        self.rehearsing.files = files;
        (self.screen, self.overlay) = (Screen::Rehearsal, None);
        self.read_rehearsed();
        self.begin_rehearsal(Work::Runs);
    }

    /// Applies a command about a rehearsal.
    pub(in crate::app) fn apply_rehearsal(&mut self, command: RehearsalCommand) {
        match command {
            RehearsalCommand::Number(number, value) => {
                let Some(Ok(ready)) = &self.rehearsing.ready else { return };
                let known = ready.numbers();
                number.put(value, &mut self.rehearsing.asked.numbers, &known);
                self.read_rehearsed();
            }
            RehearsalCommand::Catch(regression) => {
                self.rehearsing.asked.goal.catch = regression;
                self.read_rehearsed();
            }
            RehearsalCommand::Within(span) => {
                self.rehearsing.asked.goal.within = span;
                self.read_rehearsed();
            }
            RehearsalCommand::FalseAlarms(share) => {
                self.rehearsing.asked.goal.false_alarms = share.map(|share| share.clamp(0.0, 1.0));
                self.read_rehearsed();
            }
            RehearsalCommand::Begin => self.begin_rehearsal(Work::Runs),
            RehearsalCommand::Improve => self.begin_rehearsal(Work::Search),
            RehearsalCommand::Stop => {
                self.rehearsing.serial += 1;
                if let Some((_, progress, _)) = self.rehearsing.work.take() {
                    progress.cancel();
                }
            }
        }
    }

    /// Reads the manifests again; what was found with other numbers no longer holds.
    fn read_rehearsed(&mut self) {
        self.apply_rehearsal(RehearsalCommand::Stop);
        let rehearsing = &mut self.rehearsing;
        (rehearsing.page, rehearsing.improvement, rehearsing.problem) = (None, None, None);
        if rehearsing.files.is_empty() {
            return;
        }
        let read = Subject::read(Files::of(&rehearsing.files), Table::default(), rehearsing.asked.clone());
        let ready = read.and_then(Subject::ready);
        rehearsing.page = ready.as_ref().ok().map(Ready::from_the_plan);
        rehearsing.ready = Some(ready.map(Arc::new).map_err(|problems| all_told(&problems)));
    }

    fn begin_rehearsal(&mut self, work: Work) {
        self.apply_rehearsal(RehearsalCommand::Stop);
        let rehearsing = &mut self.rehearsing;
        let Some(Ok(ready)) = rehearsing.ready.clone() else { return };
        let (serial, progress) = (rehearsing.serial, Progress::default());
        let all = match work {
            Work::Runs => ready.runs(),
            Work::Search => ready.attempts(),
        };
        rehearsing.work = Some((work, progress.clone(), all));
        rehearsing.problem = None;
        self.jobs.begin_telling(move |_| {
            let (tick, is_cancelled) = (|| progress.tick(), || progress.is_cancelled());
            match work {
                Work::Runs => {
                    let found = ready.rehearse(&tick, &is_cancelled).map_err(|problems| all_told(&problems));
                    Done::Rehearsed(serial, found.map(|page| page.map(Box::new)))
                }
                Work::Search => Done::Improved(serial, ready.improve(&tick, &is_cancelled).map(Box::new)),
            }
        });
    }

    /// Takes in the page of the runs; nothing of those that were overtaken or stopped.
    pub(in crate::app) fn finish_rehearsal(
        &mut self,
        serial: u64,
        found: Result<Option<Box<Rehearsal>>, String>,
    ) {
        if serial != self.rehearsing.serial {
            return;
        }
        self.rehearsing.work = None;
        match found {
            Ok(Some(page)) => self.rehearsing.page = Some(*page),
            Ok(None) => {}
            Err(why) => self.rehearsing.problem = Some(why),
        }
    }

    /// Takes in what the search came to.
    pub(in crate::app) fn finish_improvement(&mut self, serial: u64, found: Option<Box<Improvement>>) {
        if serial == self.rehearsing.serial {
            self.rehearsing.work = None;
            self.rehearsing.improvement = found.map(|found| *found);
        }
    }
}
