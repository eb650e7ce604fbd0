//! `rollout-lab` without a subcommand: runs and grades the first exercise's model solution, and lists what else can be run.

use crate::exercise::{ExerciseCase, Grading, HandIn, grade, play};
use crate::library::shipped::exercise_ids;
use crate::report::{list as list_report, run as run_report, verdict};

use super::load::{self, Ready};
use super::output::{Output, Trouble};
use super::progress::bar;
use super::{Ended, Outcome, list};

/// The seed of the run that is shown.
const SEED: u64 = 1;

pub(super) fn run(why: &str, output: Output) -> Outcome {
    output.result(&format!("Rollout Lab: {why}; here is a rollout in the terminal.\n\n"));
    if let Some(id) = exercise_ids().first() {
        model_solution(id, output)?;
    }
    output.result(&(list_report::text(&list::shipped(output)?, output.style) + "\n"));
    output.result(&next(output));
    Ok(Ended::Passed)
}

/// Plays and grades the model solution of the exercise `id`.
fn model_solution(id: &str, output: Output) -> Result<(), Trouble> {
    let ready = load::exercise(id)?;
    let name = format!("{id}/solution.ron");
    let plan = load::plan(&name, &ready.scenario)?;
    let case = instructive(&ready);
    let drawn = ready.exercise.draw(case, &ready.scenario, SEED);
    let record = play(&ready.scenario, &drawn, &plan, &[], SEED)
        .map_err(|issues| Trouble::Said(format!("{id}: {issues:?}")))?;
    let told =
        format!("The model solution of \"{}\", in its case \"{}\":\n\n", ready.exercise.title, case.name);
    output.result(&told);
    let run = run_report::Run {
        scenario: &ready.scenario,
        plan: &name,
        case: &drawn,
        record: &record,
        what_if: None,
    };
    output.result(&(run_report::text(&run, output.style) + "\n"));
    let how = Grading::default();
    let bar = bar(output, how.runs(&ready.exercise), "grading");
    let tick = || bar.inc(1);
    let how = Grading { on_run: Some(&tick), ..how };
    let graded = grade(&ready.exercise, &ready.scenario, &ready.starter, &HandIn::of_plan(name, plan), &how);
    bar.finish_and_clear();
    let verdict = graded.map_err(|issues| Trouble::Said(format!("{id}: {issues:?}")))?;
    output.result("And its grade, over all cases:\n\n");
    output.result(&(verdict::text::text(&verdict, &ready.exercise, output.style) + "\n"));
    Ok(())
}

/// The first case whose release is defective, because it shows more; else the first case.
fn instructive(ready: &Ready) -> &ExerciseCase {
    let is_bad = |case: &&ExerciseCase| {
        ready.scenario.release(&case.release).is_some_and(|release| !release.defects.is_empty())
    };
    ready.exercise.cases.iter().find(is_bad).unwrap_or(&ready.exercise.cases[0])
}

fn next(output: Output) -> String {
    let id = exercise_ids().first().copied().unwrap_or("EXERCISE");
    let lines = [
        (format!("grade {id} {id}/starter"), "grades the starter of the exercise"),
        (format!("new plan mine.ron --exercise {id}"), "copies the starter to a file that you can change"),
        (format!("grade {id} mine.ron"), "shows your score, and why"),
        ("--help".to_owned(), "lists everything else"),
    ];
    let width = lines.iter().map(|(command, _)| command.len()).max().unwrap_or(0);
    let lines = lines.map(|(command, does)| format!("  rollout-lab {command:width$}  {does}\n"));
    format!("{}\n{}", output.style.heading("What to do next"), lines.concat())
}
