//! `rollout-lab class`: grades a folder of hand-ins in parallel, each in a process of its own.

mod asked;
pub mod child;
mod job;
mod limits;
mod names;
mod process;

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::thread;

use clap::Args;
use rayon::prelude::*;

use super::output::Output;
use super::progress::bar;
use super::{Ended, Outcome};
use crate::exercise::class::Row;
use asked::{Asked, Sheet};
use job::Done;
use limits::Limits;
use process::graded;

/// Arguments of `class`.
#[derive(Debug, Args)]
#[command(after_help = "\
A hand-in is NAME.ron, or a .ron file in a folder NAME; a manifest (.yaml, .yml, .json) is one too. With --key, NAME is the student for whom seeds are drawn. A file that cannot be graded gets a row with the reason.
A class that was broken off goes on where it stood when the same command is given again.
Exit code 0 when every hand-in was graded and its report written, 1 otherwise.

Examples:
  rollout-lab class canary hand-ins/
  rollout-lab class canary hand-ins/ --csv grades.csv --out reports/
  rollout-lab class canary hand-ins/ --key course.key --course devops-2026")]
pub(super) struct Class {
    #[command(flatten)]
    asked: Asked,
    /// Grade everything anew, also what was graded before
    #[arg(long)]
    fresh: bool,
    /// The most memory for grading one hand-in, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 512, value_parser = clap::value_parser!(u64).range(64..=1_048_576))]
    memory: u64,
    /// The most processor time for grading one hand-in, in seconds: a safety net that decides no score, since what is stopped is not
    /// graded
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    seconds: u64,
}

impl Class {
    pub fn run(self, output: Output) -> Outcome {
        let sheet = self.asked.sheet()?;
        if let Some(warning) = limits::warning() {
            output.remark(warning);
        }
        let rows = self.rows(&sheet, output);
        let class = sheet.class(rows);
        sheet.tell(&class, output)?;
        Ok(if class.is_complete() { Ended::Passed } else { Ended::NotPassed })
    }

    /// The rows of all hand-ins, in their order. The table is written anew after every fiftieth part of them.
    fn rows(&self, sheet: &Sheet<'_>, output: Output) -> Vec<Row> {
        let count = sheet.found.files.len();
        let bar = bar(output, count as u64, "grading");
        let part = count.div_ceil(50);
        let threads = (rayon::current_num_threads() / count).max(1);
        let mut rows: BTreeMap<usize, Row> = BTreeMap::new();
        let mut all_kept = true;
        let (sender, graded) = mpsc::channel();
        let grade_one = |sender: &mut mpsc::Sender<_>, index| {
            let (done, kept) = self.done(sheet, index, threads);
            // The receiver is there until all are graded.
            drop(sender.send((index, sheet.row(index, done), kept)));
        };
        thread::scope(|scope| {
            scope.spawn(|| (0..count).into_par_iter().for_each_with(sender, grade_one));
            for (index, row, kept) in graded {
                if let Err(problem) = kept
                    && std::mem::take(&mut all_kept)
                {
                    output.remark(&format!("finished hand-ins are not kept: {problem}"));
                }
                rows.insert(index, row);
                bar.inc(1);
                if sheet.has_table() && rows.len().is_multiple_of(part) && rows.len() < count {
                    // The whole table is written at the end; what fails there is told.
                    drop(sheet.save_table(&sheet.class(rows.values().cloned().collect())));
                }
            }
        });
        bar.finish_and_clear();
        rows.into_values().collect()
    }

    /// What became of hand-in number `index`, from what is kept or graded now; and whether it could be kept.
    fn done(
        &self,
        sheet: &Sheet<'_>,
        index: usize,
        threads: usize,
    ) -> (Done, Result<(), crate::library::Problem>) {
        let limits = Limits { memory_mib: self.memory, seconds: self.seconds };
        let (job, digest) = match sheet.job(&sheet.found.files[index], limits) {
            Ok(job) => job,
            Err(unread) => return (*unread, Ok(())),
        };
        if !self.fresh
            && let Some(kept) = sheet.items.as_ref().and_then(|items| items.load(&digest))
            && let Ok(done) = serde_json::from_str(&kept)
        {
            return (done, Ok(()));
        }
        let (done, is_answer) = graded(&job, threads);
        let saved = match &sheet.items {
            Some(items) if is_answer => {
                let text = serde_json::to_string(&done).expect("rows and reports become JSON");
                items.save(&digest, &text)
            }
            Some(_) | None => Ok(()),
        };
        (done, saved)
    }
}
