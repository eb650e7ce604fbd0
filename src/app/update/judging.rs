//! Lets the judges judge, in the background.

use crate::app::model::Lab;
use crate::app::model::jobs::Done;
use crate::app::model::judging::{JudgingCommand, Progress};
use crate::app::model::told::issues_told;
use crate::exercise::judges::{Judged, judges};
use crate::sim::Case;

impl Lab {
    /// Applies a command of the judge lab.
    pub(in crate::app) fn apply_judging(&mut self, command: JudgingCommand) {
        let judging = &mut self.judging;
        match command {
            JudgingCommand::Errors(percent) => judging.errors = percent.clamp(0.1, 50.0),
            JudgingCommand::Weight(percent) => judging.weight = percent.clamp(1.0, 90.0),
            JudgingCommand::Minutes(minutes) => judging.minutes = minutes.clamp(2.0, 60.0),
            JudgingCommand::Begin => self.begin_judging(),
            JudgingCommand::Cancel => {
                judging.serial += 1;
                if let Some(progress) = judging.progress.take() {
                    progress.cancel();
                }
            }
        }
    }

    fn begin_judging(&mut self) {
        self.apply_judging(JudgingCommand::Cancel);
        let Some((scenario, seed)) = self.judged_world() else { return };
        let judging = &mut self.judging;
        let progress = Progress::default();
        judging.progress = Some(progress.clone());
        judging.result = None;
        let (serial, bench) = (judging.serial, judging.bench(seed));
        self.jobs.begin(move || {
            // The faults of a case are its secret; the judges are shown the release alone.
            let found =
                judges(&scenario, &Case::default(), &bench, &|| progress.tick(), &|| progress.is_cancelled());
            let found = found.map_err(|issues| issues_told(&issues));
            Done::Judged(serial, scenario.title.clone(), found.map(|judged| judged.map(Box::new)))
        });
    }

    /// Takes in what the judges came to; nothing of those that were overtaken or stopped.
    pub(in crate::app) fn finish_judging(
        &mut self,
        serial: u64,
        title: String,
        found: Result<Option<Box<Judged>>, String>,
    ) {
        if serial != self.judging.serial {
            return;
        }
        self.judging.progress = None;
        self.judging.result = found.transpose().map(|found| (title, found));
    }
}
