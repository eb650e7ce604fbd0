//! `rollout-lab merge`: the results of a class that several machines graded in parts.

use std::collections::BTreeMap;

use clap::Args;

use super::class::asked::Asked;
use super::class::job::Done;
use super::class::limits::Limits;
use super::output::Output;
use super::{Ended, Outcome};
use crate::exercise::class::{Refusal, RefusalKind, Row};

/// Arguments of `merge`.
#[derive(Debug, Args)]
#[command(after_help = "\
Give the exercise, the folder, the seeds and the key as `class` had them. The results are the same bytes as those of `class` on one machine, however many parts there were and in whatever order they were graded. Hand-ins that no part has graded are listed.
Exit code 0 when every hand-in was graded and its report written, 1 otherwise.

Examples:
  rollout-lab class canary hand-ins/ --work parts/ --shard 2/7
  rollout-lab merge canary hand-ins/ --work parts/ --expect roster.csv --csv grades.csv --out reports/")]
pub(super) struct Merge {
    #[command(flatten)]
    asked: Asked,
}

impl Merge {
    pub fn run(self, output: Output) -> Outcome {
        let sheet = self.asked.sheet()?;
        let mut missing = Vec::new();
        let mut rows = BTreeMap::new();
        for index in 0..sheet.count(false) {
            let done = match sheet.job(index, Limits::NONE) {
                Err(unread) => Ok(*unread),
                Ok((job, digest)) => sheet.kept(&digest).ok_or(job),
            };
            let row = match done {
                Ok(done) => sheet.row(index, done),
                Err(job) => {
                    let why = Refusal::new(RefusalKind::Missing, "no part has graded it yet");
                    let text = format!("{}: {}\n", job.name, why.why);
                    let row = Row { hand_in_hash: job.hash(), ..Row::refused(&job.student, &job.name, why) };
                    missing.push(job.name);
                    // A report of an earlier call is not of this hand-in.
                    sheet.row(index, Done { row, text, json: None, html: None })
                }
            };
            rows.insert(index, row);
        }
        let class = sheet.class(rows);
        sheet.tell(&class, output)?;
        for name in &missing {
            output.remark(&format!("{name}: no part has graded it yet"));
        }
        let is_whole = class.is_complete() && missing.is_empty();
        Ok(if is_whole { Ended::Passed } else { Ended::NotPassed })
    }
}
