//! `rollout-lab preview`: what each case of an exercise is, and how its model solution fares there. For those who write exercises.

use clap::Args;

use crate::control::Plan;
use crate::exercise::{ExerciseCase, ExerciseKind, Playback, Playbook, RunResult, play};
use crate::library::shipped::exercise_files;
use crate::report::TextStyle;
use crate::report::preview as report;
use crate::report::run;
use crate::scenario::{Issue, Scenario};
use crate::sim::{Case, Record};

use super::load::{self, Ready, needed};
use super::output::{Output, Trouble};
use super::{Ended, Outcome};

/// Arguments of `preview`.
#[derive(Debug, Args)]
#[command(after_help = "\
It tells what a learner is not to know: the releases, their defects and the faults. Each case is run once, with the world of the
seed as it is drawn when the exercise is graded.

Examples:
  rollout-lab preview canary
  rollout-lab preview canary --case 3
  rollout-lab preview incident-response --case crowd --seed 7
  rollout-lab preview 11-my-lesson --plan 11-my-lesson/wrong-blind.ron")]
pub(super) struct Preview {
    /// The exercise: a shipped one's id, or the path of its folder
    exercise: String,
    /// Show the run of this case, by its number or its name; without it all cases are listed
    #[arg(long)]
    case: Option<String>,
    /// The plan, or the playbook of an Operate exercise; default: the model solution
    #[arg(long)]
    plan: Option<String>,
    /// The seed of the world
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What meets the cases.
enum Response {
    Plan(Box<Plan>),
    Playbook(Playbook),
}

impl Preview {
    pub fn run(self, output: Output) -> Outcome {
        output.result(&self.page(output.style)?);
        Ok(Ended::Passed)
    }

    /// The page about one case of an exercise.
    #[cfg(all(feature = "panels", any(feature = "app", test)))]
    pub fn of_case(exercise: &str, case: &str, style: TextStyle) -> Result<String, Trouble> {
        let wanted = Self { exercise: exercise.to_owned(), case: Some(case.to_owned()), plan: None, seed: 1 };
        wanted.page(style)
    }

    /// The list of all cases, or the run of one.
    fn page(&self, style: TextStyle) -> Result<String, Trouble> {
        let ready = load::exercise(&self.exercise)?;
        let response = self.response(&ready)?;
        let cases = &ready.exercise.cases;
        let Some(wanted) = &self.case else {
            let mut lines = Vec::new();
            for case in cases {
                let (_, record) = self.record(&ready, case, &response)?;
                let result = RunResult::of(&record, &ready.scenario);
                lines.push(report::CaseLine {
                    case: case.name.clone(),
                    release: case.release.clone(),
                    ended: result.phase,
                    harmed: result.users_harmed,
                    wrong: wrong(case, &ready.scenario),
                });
            }
            return Ok(report::text(&lines, style));
        };
        let by_number = wanted.parse::<usize>().ok().and_then(|number| cases.get(number.checked_sub(1)?));
        let found = cases.iter().find(|case| case.name == *wanted).or(by_number);
        let Some(found) = found else {
            let names = cases.iter().map(|case| case.name.as_str());
            return Err(Trouble::Said(Issue::unknown("", "case", wanted, names).message));
        };
        let (case, record) = self.record(&ready, found, &response)?;
        let run = run::Run {
            scenario: &ready.scenario,
            plan: self.plan.as_deref().unwrap_or("the model solution"),
            case: &case,
            record: &record,
            what_if: None,
        };
        Ok(format!("What is wrong: {}\n\n{}", wrong(found, &ready.scenario), run::text(&run, style)))
    }

    fn response(&self, ready: &Ready) -> Result<Response, Trouble> {
        if ready.exercise.kind == ExerciseKind::Operate {
            let loaded = match &self.plan {
                Some(path) => load::file(path)?,
                None => needed(&exercise_files(&self.exercise)?, "solution.ron")?.clone(),
            };
            let read = load::read::<Playbook>(&loaded)?;
            let on = Some((&ready.exercise, &ready.scenario, &ready.starter));
            load::errors(read.place(&read.value.problems(on), ""))?;
            return Ok(Response::Playbook(read.value));
        }
        let plan = match (&self.plan, &ready.solution) {
            (Some(path), _) => load::plan(path, &ready.scenario)?,
            (None, Some(solution)) => solution.clone(),
            (None, None) => ready.starter.clone(),
        };
        Ok(Response::Plan(Box::new(plan)))
    }

    /// The case as it is drawn for the seed, and its run.
    fn record(
        &self,
        ready: &Ready,
        case: &ExerciseCase,
        response: &Response,
    ) -> Result<(Case, Record), Trouble> {
        let Ready { exercise, scenario, starter, .. } = ready;
        let case = exercise.draw(case, scenario, self.seed);
        let record = match response {
            Response::Plan(plan) => play(scenario, &case, plan, &[], self.seed),
            Response::Playbook(playbook) => {
                Playback::new(scenario, &case, starter, &[], self.seed).and_then(|mut playback| {
                    playbook.respond(&mut playback);
                    playback.record().within_budget()
                })
            }
        };
        let record = record.map_err(|issues| {
            let said: Vec<String> =
                issues.iter().map(|issue| format!("{}: {}", issue.path, issue.message)).collect();
            Trouble::Said(said.join("\n"))
        })?;
        Ok((case, record))
    }
}

/// What is wrong in a case: the defects of its release, its faults, and a traffic of its own.
fn wrong(case: &ExerciseCase, scenario: &Scenario) -> String {
    let defects =
        scenario.release(&case.release).map(|release| release.defects.as_slice()).unwrap_or_default();
    let defects = defects.iter().filter(|_| !case.calm);
    let mut all: Vec<String> = defects.map(|defect| defect.name.clone()).collect();
    all.extend(case.faults.iter().map(|fault| format!("fault {fault}")));
    all.extend(case.traffic.iter().map(|traffic| format!("traffic {traffic}")));
    if all.is_empty() { "nothing".to_owned() } else { all.join("; ") }
}
