//! Checks the folder of an Operate exercise: its files, and that its rubric tells the model response from wrong ones.

use std::path::Path;

use crate::control::Plan;
use crate::exercise::prove::{PROOF_FILE, of_plans};
use crate::exercise::{OperateLesson, Playbook, Role, Trial, Tried, WRONG_PREFIX};
use crate::library::Problem;
use crate::library::folder::is_folder;
use crate::library::museum_duty::is_one;
use crate::library::proofs::{proof_of, save_proof};
use crate::library::shipped::{FolderFiles, Loaded, is_shipped};
use crate::scenario::Issue;

use super::super::load::{Read, needed, read};
use super::super::progress::bar;
use super::Checking;
use super::lesson::base;

/// On how many learners' watches the responses are tried, where nothing else is asked for.
const LEARNERS: u32 = 3;

impl Checking {
    /// Checks all files of an Operate exercise, and tries its playbooks when no file has an error. With `--prove` they are tried on
    /// as many watches as sets are asked for, and what they earn is kept beside the exercise.
    pub(super) fn operate(&mut self, files: &FolderFiles) -> Result<(), Problem> {
        let before = self.checked.problems.len();
        let Some((exercise, scenario)) = self.head(files) else { return Ok(()) };
        let world = scenario.as_ref().map(|scenario| &scenario.value);
        let starter = needed(files, "starter.ron").map_err(|problem| vec![problem]).and_then(read::<Plan>);
        let starter = self.found(starter);
        if let Some(starter) = &starter {
            self.add(starter.place(&starter.value.problems(world), ""));
        }
        let on = match (world, &starter) {
            (Some(world), Some(starter)) => Some((&exercise.value, world, &starter.value)),
            _ => None,
        };
        let mut playbook = |loaded: Result<&Loaded, Problem>| {
            let read = self.found(loaded.map_err(|problem| vec![problem]).and_then(read::<Playbook>))?;
            self.add(read.place(&read.value.problems(on), ""));
            Some(read)
        };
        let solution = playbook(needed(files, "solution.ron"));
        let mut wrong: Vec<(String, Read<Playbook>)> = Vec::new();
        for loaded in files.starting(WRONG_PREFIX) {
            wrong.extend(playbook(Ok(loaded)).map(|read| (base(&loaded.file).to_owned(), read)));
        }
        if self.has_errors_since(before) {
            return Ok(());
        }
        let (Some((exercise, scenario, plan)), Some(solution)) = (on, solution) else { return Ok(()) };
        let playbooks: Vec<(String, Playbook)> =
            wrong.iter().map(|(name, read)| (name.clone(), read.value.clone())).collect();
        let lesson = OperateLesson { exercise, scenario, plan, solution: &solution.value, wrong: &playbooks };
        let asked_for = self.prove.as_ref().map(|wanted| wanted.effort.sets).or(self.seeds);
        let learners = asked_for.unwrap_or(if is_one(&files.folder) { 1 } else { LEARNERS });
        let bar = bar(self.output, lesson.cases(learners), &format!("checking {}", files.id));
        let tried = lesson.tried(learners, &|| bar.inc(1));
        bar.finish_and_clear();
        let trials: Vec<Trial> = tried.iter().map(Tried::trial).collect();
        for trial in &trials {
            self.add(misjudged(files, trial));
        }
        self.checked.lessons.push((exercise.id.clone(), trials));
        let keeps = self.prove.as_ref().is_some_and(|wanted| !wanted.own_plans)
            && is_folder(Path::new(&files.folder));
        if keeps {
            let proof = lesson.proof(&tried, learners);
            save_proof(&files.folder, &proof)?;
            self.add(
                of_plans(exercise, &proof.plans).iter().map(|issue| of_exercise(files, issue)).collect(),
            );
        } else {
            self.watched(files, &lesson);
        }
        Ok(())
    }

    /// Looks whether the proof of an Operate exercise is its own. A shipped one has to have one.
    fn watched(&mut self, files: &FolderFiles, lesson: &OperateLesson<'_>) {
        let file = format!("{}/{PROOF_FILE}", files.folder);
        let missing = |code, message: &str| {
            let message = format!("{message}; run rollout-lab check --prove {}", files.folder);
            vec![Problem::of_file(file.clone(), code, message)]
        };
        match proof_of(files) {
            Err(problems) => self.add(problems),
            Ok(None) if is_shipped(&files.folder) => self.add(missing("no-proof", "no proof")),
            Ok(None) => {}
            Ok(Some(read)) if lesson.is_proved_by(&read.value) => {}
            Ok(Some(_)) => {
                let message = "the proof is of another state of the exercise, its scenario or its playbooks, or of another engine";
                self.add(missing("stale-proof", message));
            }
        }
    }
}

fn of_exercise(files: &FolderFiles, issue: &Issue) -> Problem {
    Problem::of_file(format!("{}/exercise.ron", files.folder), issue.code, issue.message.clone())
}

/// The issues of a trial, as problems of its file; those of what anybody can do stand in the exercise.
fn misjudged(files: &FolderFiles, trial: &Trial) -> Vec<Problem> {
    let name = match trial.role {
        Role::NullPolicy => "exercise.ron",
        Role::Solution | Role::Starter | Role::Wrong => trial.name.as_str(),
    };
    let one = |issue: &Issue| {
        Problem::of_file(format!("{}/{name}", files.folder), issue.code, issue.message.clone())
    };
    trial.issues.iter().map(one).collect()
}
