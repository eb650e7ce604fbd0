//! `rollout-lab grade-one`: grades hand-ins, a line for each, in a process of its own, so that whatever one does to it ends this process
//! alone.

use std::io::{BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use clap::Args;

use super::job::{Done, Job};
use super::limits;
use crate::cli::load;
use crate::cli::output::{Output, Trouble};
use crate::cli::{Ended, Outcome};
use crate::control::Plan;
use crate::exercise::class::{Marks, Refusal, RefusalKind, Row, Sketch};
use crate::exercise::signature::sealed;
use crate::exercise::{ExerciseKind, Grading, HandIn, Verdict, grade, grade_duty};
use crate::library::load::{self as library_load, Ready};
use crate::library::{Problem, write_ron};
use crate::report::TextStyle;
use crate::report::check::problems_text;
use crate::report::verdict::html::html;
use crate::report::verdict::{json, text};

/// Arguments of `grade-one`: none, the jobs come by standard input.
#[derive(Debug, Args)]
pub struct GradeOne {}

impl GradeOne {
    pub fn run(self, _: Output) -> Outcome {
        let mut graded = 0;
        for line in std::io::stdin().lock().lines() {
            let Some(job) = line.ok().and_then(|line| serde_json::from_str::<Job>(&line).ok()) else { break };
            limits::apply(job.limits);
            let answer = serde_json::to_string(&done(&job)).expect("rows and reports become JSON") + "\n";
            let mut stream = std::io::stdout().lock();
            let written = stream.write_all(answer.as_bytes()).and_then(|()| stream.flush());
            written.map_err(|error| Trouble::Said(format!("the answer cannot be written: {error}")))?;
            graded += 1;
        }
        if graded == 0 {
            let message =
                "`class` calls this for its hand-ins; to grade one yourself, use `rollout-lab grade`";
            return Err(Trouble::Said(message.to_owned()));
        }
        Ok(Ended::Passed)
    }
}

/// Grades a hand-in. Whatever fails is said in its row.
fn done(job: &Job) -> Done {
    let row = |outcome| Row {
        student: job.student.clone(),
        file: job.name.clone(),
        hand_in_hash: job.hash(),
        outcome,
        not_written: None,
        listed: None,
    };
    let graded = catch_unwind(AssertUnwindSafe(|| {
        let ready = library_load::exercise(&job.exercise)?;
        verdict(&ready, job).map(|(verdict, marks)| {
            let page = text::text(&verdict, &ready.exercise, TextStyle::PLAIN);
            let secret = job.key.as_ref().map(|key| key.secret_of(&job.student));
            let json = sealed(&json::json(&verdict), &job.hash(), secret.as_ref());
            (marks, page, json, html(&verdict, &ready.exercise))
        })
    }));
    match graded {
        Ok(Ok((marks, text, json, html))) => {
            Done { row: row(Ok(marks)), text, json: Some(json), html: Some(html) }
        }
        Ok(Err(problems)) => {
            let said = problems.iter().map(Problem::to_string).collect();
            let row = row(Err(Refusal::of(RefusalKind::HandIn, said)));
            Done { row, text: problems_text(&problems, TextStyle::PLAIN), json: None, html: None }
        }
        Err(_) => broke(job, "the simulation broke on this hand-in; please report it with the file"),
    }
}

/// The answer for a hand-in on which the simulation broke.
pub fn broke(job: &Job, why: &str) -> Done {
    let why = format!("{}: {why}", job.name);
    let refusal = Refusal::new(RefusalKind::Broke, &why);
    let row = Row { hand_in_hash: job.hash(), ..Row::refused(&job.student, &job.name, refusal) };
    Done { row, text: why + "\n", json: None, html: None }
}

fn verdict(ready: &Ready, job: &Job) -> Result<(Verdict, Marks), Vec<Problem>> {
    if ready.exercise.kind == ExerciseKind::Operate {
        return of_duty(ready, job).map(|verdict| (verdict.clone(), Marks::of(&verdict)));
    }
    let files = job.loaded();
    let [file] = files.as_slice() else {
        return Err(vec![Problem::of_file(&job.name, "not-a-file", "a hand-in is one file here")]);
    };
    let mut given = load::given(file)?;
    given.hand_in.name.clone_from(&job.name);
    let secret = job.key.as_ref().map(|key| key.secret_of(&job.student));
    let how = Grading { seeds: job.seeds, secret: secret.as_ref(), ..Grading::default() };
    let verdict = grade(&ready.exercise, &ready.scenario, &ready.starter, &given.hand_in, &how)
        .map_err(|issues| given.place(&issues))?;
    let marks = Marks {
        strategy: format!("{:?}", given.hand_in.plan.strategy.name()),
        is_solution: ready.solution.as_ref().is_some_and(|solution| given.hand_in.is_plan(solution)),
        sketch: sketch(&given.hand_in, &ready.starter),
        ..Marks::of(&verdict)
    };
    Ok((verdict, marks))
}

/// What a hand-in is compared with others by: its plan without the title, and what was done by hand.
fn sketch(hand_in: &HandIn, starter: &Plan) -> Sketch {
    let text = |plan: &Plan| write_ron(&Plan { title: String::new(), ..plan.clone() }).unwrap_or_default();
    let actions = write_ron(&hand_in.actions).unwrap_or_default();
    Sketch::of(&(text(&hand_in.plan) + &actions), &text(starter))
}

/// The verdict on what a student did on duty. One that was played under another name is graded, and the remarks say so.
fn of_duty(ready: &Ready, job: &Job) -> Result<Verdict, Vec<Problem>> {
    let duty = load::duty_in(&job.name, &job.loaded(), ready)?;
    let graded = grade_duty(&ready.exercise, &ready.scenario, &ready.starter, &job.name, &duty);
    let mut verdict = graded.map_err(|issues| {
        issues
            .iter()
            .map(|issue| Problem::of_file(job.name.as_str(), issue.code, &issue.message))
            .collect::<Vec<_>>()
    })?;
    if duty.learner != job.student {
        verdict
            .remarks
            .push(format!("It was played by \"{}\" and is handed in by \"{}\".", duty.learner, job.student));
    }
    Ok(verdict)
}
