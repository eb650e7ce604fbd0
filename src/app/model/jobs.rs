//! Work in the background: grading, other decisions on the same world, runs to compare with. A job ends with a value that
//! the lab takes in; without threads it is done at once.

use std::sync::mpsc::{Receiver, Sender, channel};

use crate::app::model::comparing::Compared;
use crate::app::model::debrief::Part;
use crate::app::model::reference_runs::ReferenceRun;

/// What a job came to.
#[derive(Debug)]
pub enum Done {
    /// The comparison of this number; or why there is none.
    Compared(u64, Result<Box<Compared>, String>),
    /// A run to the end, to be drawn behind the learner's; none where there is none.
    ReferenceRun(Option<ReferenceRun>),
    /// A part of the debrief of this number.
    Debrief(u64, Part),
}

/// Work that goes on.
pub struct Jobs {
    threads: bool,
    sender: Sender<(u64, Done)>,
    receiver: Receiver<(u64, Done)>,
    /// Jobs of an earlier round are no longer wanted.
    round: u64,
    waiting: usize,
    /// Whether what is begun stays undone.
    holds: bool,
}

impl Jobs {
    /// No work yet.
    pub fn new(threads: bool) -> Self {
        let (sender, receiver) = channel();
        Self { threads, sender, receiver, round: 0, waiting: 0, holds: false }
    }

    /// Forgets all work begun so far: what it comes to is no longer wanted.
    pub fn forget(&mut self) {
        self.round += 1;
        self.waiting = 0;
    }

    /// From now on leaves undone what is begun: what is drawn meanwhile can then be looked at for as long as one likes.
    pub const fn hold(&mut self) {
        self.holds = true;
    }

    /// Begins some work.
    pub fn begin(&mut self, work: impl FnOnce() -> Done + Send + 'static) {
        self.waiting += 1;
        if self.holds {
            return;
        }
        let (round, sender) = (self.round, self.sender.clone());
        let job = move || {
            // The lab may be gone by then.
            let _ = sender.send((round, work()));
        };
        if self.threads {
            rayon::spawn(job);
        } else {
            job();
        }
    }

    /// How many jobs are under way.
    pub const fn waiting(&self) -> usize {
        self.waiting
    }

    /// What has been done since the last time, in the order in which it ended.
    pub fn done(&mut self) -> Vec<Done> {
        let all: Vec<(u64, Done)> = self.receiver.try_iter().collect();
        let mine: Vec<Done> =
            all.into_iter().filter(|(round, _)| *round == self.round).map(|(_, done)| done).collect();
        self.waiting = self.waiting.saturating_sub(mine.len());
        mine
    }
}
