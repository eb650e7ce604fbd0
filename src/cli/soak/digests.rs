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

/// Runs every `every`-th run that `file` names, and writes the lines as this build has them.
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
        let known: String = line.split(' ').take_while(|word| *word != "=").collect::<Vec<_>>().join(" ");
        let digest = known.parse::<Known>().and_then(|known| known.digest());
        progress.inc(1);
        digest
            .map(|digest| format!("{known} = {} {}", digest.texts, digest.run))
            // The first line says the model.
            .map_err(|why| Problem::of_file(format!("{name}:{}", index + 2), "no-run", why))
    });
    let made = made.collect::<Result<Vec<String>, Problem>>().map_err(Trouble::from)?;
    progress.finish_and_clear();
    let head_now = format!("{HEAD}{MODEL}");
    let same = head == head_now && asked.iter().map(|(_, line)| *line).eq(made.iter().map(String::as_str));
    output.result(&page(&[vec![head_now], made].concat()));
    Ok(if same { Ended::Passed } else { Ended::NotPassed })
}
