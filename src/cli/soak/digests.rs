//! The digests that are kept of many runs, made anew and compared with what the file says.

use std::path::Path;

use rayon::prelude::*;

use crate::cli::output::{Output, Trouble};
use crate::cli::progress::bar;
use crate::cli::{Ended, Outcome};
use crate::library::Problem;
use crate::library::disk::load_text;
use crate::report::style::page;
use crate::sim::MODEL;
use crate::soak::Known;

/// What stands before the version of the model in the first line.
const HEAD: &str = "model ";

/// Runs every `every`-th run that `file` names, and writes the lines as this build has them. The digest of a run whose exercise changed since
/// says nothing of the simulation, and is not compared.
pub(super) fn run(file: &Path, every: usize, output: Output) -> Outcome {
    let text = load_text(file)?;
    let name = file.display().to_string();
    let mut lines = text.lines();
    let head = lines.next().unwrap_or_default();
    if !head.starts_with(HEAD) {
        let message =
            format!("the first line is {head:?}; it is `{HEAD}` and a number, such as `{HEAD}{MODEL}`");
        return Err(Problem::of_file(name, "no-model", message).into());
    }
    let asked: Vec<(usize, &str)> = lines.enumerate().step_by(every).collect();
    let progress = bar(output, asked.len() as u64, "runs");
    let made = asked.par_iter().map(|(index, line)| {
        let (known, kept) = line.split_once(" = ").unwrap_or((line, ""));
        let digest = known.parse::<Known>().and_then(|known| known.digest());
        progress.inc(1);
        let made = digest.map(|digest| Made {
            line: format!("{known} = {} {}", digest.texts, digest.run),
            is_of_other_texts: kept.split(' ').next().is_some_and(|texts| texts != digest.texts),
            is_same: kept == format!("{} {}", digest.texts, digest.run),
        });
        // The first line says the model.
        made.map_err(|why| Problem::of_file(format!("{name}:{}", index + 2), "no-run", why))
    });
    let made = made.collect::<Result<Vec<Made>, Problem>>().map_err(Trouble::from)?;
    progress.finish_and_clear();
    let others = made.iter().filter(|made| made.is_of_other_texts).count();
    if others > 0 {
        let told =
            format!("{others} of {} runs are of texts that are kept otherwise, and not compared", made.len());
        output.remark(&told);
    }
    let same =
        head == format!("{HEAD}{MODEL}") && made.iter().all(|made| made.is_same || made.is_of_other_texts);
    let lines: Vec<String> =
        std::iter::once(format!("{HEAD}{MODEL}")).chain(made.into_iter().map(|made| made.line)).collect();
    output.result(&page(&lines));
    Ok(if same { Ended::Passed } else { Ended::NotPassed })
}

/// A line as this build has it.
struct Made {
    line: String,
    /// Whether the exercise has changed since its digest was kept, or none was.
    is_of_other_texts: bool,
    is_same: bool,
}
