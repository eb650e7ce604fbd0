//! Jobs in the background: grading, other decisions on the same world, reference runs. A job ends with a value that the lab
//! takes in. Without threads a job is done at once.

use std::sync::mpsc::{Receiver, Sender, channel};

use crate::app::model::author::AuthorDone;
use crate::app::model::comparing::Compared;
use crate::app::model::debrief::Part;
use crate::app::model::outlook::{Band, Glance};
use crate::app::model::reference_runs::ReferenceRun;
use crate::app::model::wake::Wake;
use crate::exercise::judges::Judged;
use crate::rehearsal::{Improvement, Rehearsal};

/// The result of a job.
#[derive(Debug)]
pub enum Done {
    /// What the author's mode asked for.
    Author(AuthorDone),
    /// The comparison of this number; or why there is none.
    Compared(u64, Result<Box<Compared>, String>),
    /// A reference run; `None` where its plan cannot be simulated.
    ReferenceRun(Option<ReferenceRun>),
    /// What a plan has come to in the world of the run while it is tried, by the number of the question.
    GlanceSoFar(u64, Box<Glance>),
    /// What it comes to; `None` where it cannot be simulated.
    Glance(u64, Option<Box<Glance>>),
    /// The same over all cases.
    Band(u64, Option<Band>),
    /// What the judges of this number came to, with the title of the scenario; nothing where they were stopped.
    Judged(u64, String, Result<Option<Box<Judged>>, String>),
    /// The rehearsal of this number; nothing where it was stopped, or why there is none.
    Rehearsed(u64, Result<Option<Box<Rehearsal>>, String>),
    /// What the search of this number came to; nothing where it was stopped.
    Improved(u64, Option<Box<Improvement>>),
    /// A part of the debrief of this number.
    Debrief(u64, Part),
}

/// What a job tells.
struct Told {
    /// The round in which the job began; `None` of one that is wanted in any.
    round: Option<u64>,
    what: Done,
    /// Whether the job has ended with it.
    is_last: bool,
}

/// Work that goes on.
pub struct Jobs {
    threads: bool,
    wake: Wake,
    sender: Sender<Told>,
    receiver: Receiver<Told>,
    /// Jobs of an earlier round are no longer wanted.
    round: u64,
    waiting: usize,
    /// How many jobs are under way that are wanted in any round.
    lasting: usize,
    /// Whether jobs do not run.
    holds: bool,
}

impl Jobs {
    /// No work yet.
    pub fn new(threads: bool, wake: Wake) -> Self {
        let (sender, receiver) = channel();
        Self { threads, wake, sender, receiver, round: 0, waiting: 0, lasting: 0, holds: false }
    }

    /// Forgets all jobs so far but those that last: their results are dropped.
    pub fn forget(&mut self) {
        self.round += 1;
        self.waiting = 0;
    }

    /// From now on jobs do not run. Tests use it to look at what is drawn while a job is awaited.
    pub const fn hold(&mut self) {
        self.holds = true;
    }

    /// Starts a job.
    pub fn begin(&mut self, work: impl FnOnce() -> Done + Send + 'static) {
        self.waiting += 1;
        if let Some(job) = self.job(Some(self.round), move |_| work()) {
            if self.threads { rayon::spawn(job) } else { job() }
        }
    }

    /// Starts a job that is no part of a run: it is not forgotten when another is opened.
    pub fn begin_lasting(&mut self, work: impl FnOnce() -> Done + Send + 'static) {
        self.lasting += 1;
        if let Some(job) = self.job(None, move |_| work()) {
            if self.threads { drop(std::thread::spawn(job)) } else { job() }
        }
    }

    /// Starts a job that the learner waits for, and that tells on its way what it has: it is not put behind those that are under way.
    pub fn begin_telling(&mut self, work: impl FnOnce(&mut dyn FnMut(Done)) -> Done + Send + 'static) {
        self.waiting += 1;
        if let Some(job) = self.job(Some(self.round), work) {
            if self.threads { drop(std::thread::spawn(job)) } else { job() }
        }
    }

    /// The work, and the way of what it tells; `None` while jobs do not run.
    fn job(
        &self,
        round: Option<u64>,
        work: impl FnOnce(&mut dyn FnMut(Done)) -> Done + Send + 'static,
    ) -> Option<Box<dyn FnOnce() + Send>> {
        if self.holds {
            return None;
        }
        let (sender, wake) = (self.sender.clone(), self.wake.clone());
        Some(Box::new(move || {
            let tell = |what, is_last| {
                // The lab may be gone by then.
                let _ = sender.send(Told { round, what, is_last });
                wake.call();
            };
            let last = work(&mut |what| tell(what, false));
            tell(last, true);
        }))
    }

    /// How many jobs are under way.
    pub const fn waiting(&self) -> usize {
        self.waiting + self.lasting
    }

    /// What the jobs have told since the last call, in the order in which they did.
    pub fn done(&mut self) -> Vec<Done> {
        let told = self.receiver.try_iter().filter(|told| told.round.is_none_or(|round| round == self.round));
        let told: Vec<Told> = told.collect();
        let ended =
            |lasts: bool| told.iter().filter(|told| told.is_last && told.round.is_none() == lasts).count();
        self.lasting = self.lasting.saturating_sub(ended(true));
        self.waiting = self.waiting.saturating_sub(ended(false));
        told.into_iter().map(|told| told.what).collect()
    }
}
