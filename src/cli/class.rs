//! `rollout-lab class`: grades a folder of hand-ins in parallel, in processes of their own.

pub mod asked;
pub mod child;
pub mod job;
pub mod limits;
mod names;
mod process;
pub mod shard;
mod wanted;

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::thread;

use clap::Args;
use rayon::prelude::*;

use super::output::{Output, Trouble};
use super::progress::bar;
use super::{Ended, Outcome};
use crate::exercise::class::{RefusalKind, Row};
use crate::library::Problem;
use crate::library::items::digest_of;
use asked::{Asked, Sheet};
use job::Done;
use limits::Limits;
use process::Processes;
use shard::Shard;

pub use job::hash_of;

/// Arguments of `class`.
#[derive(Debug, Args)]
#[command(after_help = "\
A hand-in is NAME.ron, or a .ron file in a folder NAME; a manifest (.yaml, .yml, .json) is one too. With --key, NAME is the student for whom seeds are drawn. A file that cannot be graded gets a row with the reason.
A class that was broken off goes on where it stood when the same command is given again.
Exit code 0 when every hand-in was graded and its report written, 1 otherwise.

Examples:
  rollout-lab class canary hand-ins/
  rollout-lab class canary hand-ins/ --csv grades.csv --out reports/
  rollout-lab class canary hand-ins/ --format moodle > moodle.csv
  rollout-lab class canary hand-ins/ --roster class.csv --staff staff.html
  rollout-lab class canary hand-ins/ --key course.key --course devops-2026
  rollout-lab class canary hand-ins/ --work parts/ --shard 2/7")]
pub(super) struct Class {
    #[command(flatten)]
    asked: Asked,
    /// Grade everything anew, also what was graded before
    #[arg(long)]
    fresh: bool,
    /// Grade one of several parts of the class only, the K-th of N; default: the part that Slurm, Kubernetes or HyperQueue names, else all
    #[arg(long, value_name = "K/N")]
    shard: Option<Shard>,
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
        let shard = Shard::asked(self.shard).map_err(Trouble::Said)?;
        if let Some(shard) = shard.filter(|shard| !shard.is_whole())
            && self.asked.takes_whole()
        {
            return Err(Trouble::Said(format!(
                "part {shard} of a class takes no --csv, --staff or --roster; `rollout-lab merge` does, when all parts are graded"
            )));
        }
        let sheet = self.asked.sheet()?;
        if let Some(warning) = limits::warning() {
            output.remark(warning);
        }
        let class = sheet.class(self.rows(&sheet, shard, output));
        sheet.tell(&class, output)?;
        let Some(shard) = shard.filter(|shard| !shard.is_whole()) else {
            return Ok(if class.is_complete() { Ended::Passed } else { Ended::NotPassed });
        };
        output.remark(&format!("part {shard}: {} of {} hand-ins", class.rows.len(), sheet.hand_ins()));
        // An engine tries a part that failed again, which helps only where grading was stopped.
        let is_stopped = |row: &Row| {
            row.not_written.is_some()
                || row.outcome.as_ref().is_err_and(|refusal| refusal.kind == RefusalKind::Stopped)
        };
        Ok(if class.rows.iter().any(is_stopped) { Ended::NotPassed } else { Ended::Passed })
    }

    /// The rows of all pieces of work, or of those of a part. The table is written anew after every fiftieth part of them.
    fn rows(&self, sheet: &Sheet<'_>, shard: Option<Shard>, output: Output) -> BTreeMap<usize, Row> {
        let count = sheet.count(shard.is_some());
        let bar = bar(output, count as u64, "grading");
        let part = count.div_ceil(50);
        let processes = Processes::new((rayon::current_num_threads() / count).max(1));
        let mut rows: BTreeMap<usize, Row> = BTreeMap::new();
        let mut all_kept = true;
        let (sender, graded) = mpsc::channel();
        let grade_one = |sender: &mut mpsc::Sender<_>, index| {
            let (done, kept) = self.done(sheet, index, shard, &processes);
            let row = done.map(|done| sheet.row(index, done));
            // The receiver is there until all are graded.
            drop(sender.send((index, row, kept)));
        };
        thread::scope(|scope| {
            scope.spawn(|| (0..count).into_par_iter().with_max_len(1).for_each_with(sender, grade_one));
            for (index, row, kept) in graded {
                if let Err(problem) = kept
                    && std::mem::take(&mut all_kept)
                {
                    output.remark(&format!("finished hand-ins are not kept: {problem}"));
                }
                rows.extend(row.map(|row| (index, row)));
                bar.inc(1);
                if sheet.has_table() && rows.len().is_multiple_of(part) && rows.len() < count {
                    sheet.save_part(&rows);
                }
            }
        });
        bar.finish_and_clear();
        rows
    }

    /// What became of piece number `index`, from what is kept or graded now, none when it belongs to another part; and whether it could be
    /// kept.
    fn done(
        &self,
        sheet: &Sheet<'_>,
        index: usize,
        shard: Option<Shard>,
        processes: &Processes,
    ) -> (Option<Done>, Result<(), Problem>) {
        let limits = Limits { memory_mib: self.memory, seconds: self.seconds };
        let is_mine = |digest: &str| shard.is_none_or(|shard| shard.holds(digest));
        let (job, digest) = match sheet.job(index, limits) {
            Ok(job) => job,
            Err(unread) => {
                let digest = digest_of([unread.row.file.as_bytes()]);
                return (is_mine(&digest).then_some(*unread), Ok(()));
            }
        };
        if !is_mine(&digest) {
            return (None, Ok(()));
        }
        if let Some(done) = sheet.kept(&digest).filter(|_| !self.fresh) {
            return (Some(done), Ok(()));
        }
        let (done, is_answer) = processes.graded(&job);
        let saved = if is_answer { sheet.keep(&digest, &done) } else { Ok(()) };
        (Some(done), saved)
    }
}
