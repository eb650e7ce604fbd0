//! `check --prove` makes proofs; `check` without it looks whether each exercise has one that is its own, and repeats a sample.

use std::path::Path;

use indicatif::ProgressBar;

use crate::control::Plan;
use crate::exercise::prove::{
    Effort, PROOF_FILE, Proof, Proving, Told, judged, of_plans, readable, repeated,
};
use crate::library::disk::save_atomic;
use crate::library::folder::{is_folder, make};
use crate::library::proofs::{proof_of, save_proof};
use crate::library::shipped::{FolderFiles, exercise_files, exercise_ids, is_shipped};
use crate::library::{Problem, Severity, write_ron};

use super::super::load::{needed, read};
use super::super::progress::bar;
use super::Checking;
use super::lesson::Parts;

/// What `--prove` asks for.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// How much is tried.
    pub effort: Effort,
    /// Where the plans of the search that pass are written.
    pub keep: Option<String>,
    /// Whether only the exercise's own plans are graded, and nothing is kept.
    pub own_plans: bool,
}

impl Checking {
    /// Says what can be read off the files of an exercise.
    pub(super) fn readable(&mut self, parts: &Parts) {
        let wrong = parts.wrong_plans();
        self.add(parts.exercise.place(&readable(&parts.lesson(&wrong)), ""));
    }

    /// Makes the proof of an exercise, keeps it beside the exercise, and says what is wrong by it.
    pub(super) fn prove(
        &mut self,
        files: &FolderFiles,
        parts: &Parts,
        wanted: &Wanted,
    ) -> Result<(), Problem> {
        if !wanted.own_plans && !is_folder(Path::new(&files.folder)) {
            let message = "this exercise is inside the program, where no proof can be kept; name its folder on the disk";
            return Err(Problem::of_file(files.folder.as_str(), "not-a-folder", message));
        }
        let others = other_solutions(&parts.exercise.value.id);
        let wrong = parts.wrong_plans();
        let bar = bar(self.output, 0, &format!("proving {}", files.id));
        let id = files.id.clone();
        let told = |what: Told| tell(&bar, &id, what);
        let proving = Proving { lesson: parts.lesson(&wrong), others: &others, told: &told };
        if wanted.own_plans {
            let proof = proving.own_plans(wanted.effort);
            bar.finish_and_clear();
            self.add(parts.exercise.place(&of_plans(&parts.exercise.value, &proof.plans), ""));
            self.checked.proofs.push((parts.exercise.value.clone(), proof));
            return Ok(());
        }
        let (proof, passing) = proving.prove(wanted.effort);
        bar.finish_and_clear();
        save_proof(&files.folder, &proof)?;
        if let Some(folder) = &wanted.keep {
            keep(folder, &files.id, &passing)?;
        }
        let problems = parts.exercise.place(&judged(&parts.exercise.value, &proof), "");
        self.add(problems);
        self.checked.proofs.push((parts.exercise.value.clone(), proof));
        Ok(())
    }

    /// Looks for the proof of an exercise; one that is there and its own is judged, and a sample of it is repeated. Whether there is
    /// such a proof. That a shipped exercise has none is an error, of one's own a warning.
    pub(super) fn proven(&mut self, files: &FolderFiles, parts: &Parts) -> bool {
        let severity = if is_shipped(&files.folder) { Severity::Error } else { Severity::Warning };
        let file = format!("{}/{PROOF_FILE}", files.folder);
        let missing =
            |code, message: String| Problem { severity, ..Problem::of_file(file.clone(), code, message) };
        let proof = match proof_of(files) {
            Err(problems) => {
                self.add(problems);
                return false;
            }
            Ok(None) => {
                let message = format!("no proof; run rollout-lab check --prove {}", files.folder);
                self.add(vec![missing("no-proof", message)]);
                return false;
            }
            Ok(Some(read)) => read.value,
        };
        let wrong = parts.wrong_plans();
        let lesson = parts.lesson(&wrong);
        if !proof.is_of(&lesson) {
            let message = format!(
                "the proof is of another state of the exercise, its scenario or its plans, or of another engine; run rollout-lab \
                 check --prove {}",
                files.folder
            );
            self.add(vec![missing("stale-proof", message)]);
            return false;
        }
        if proof.sets < Effort::default().sets || proof.seeds.is_some() {
            let message = format!(
                "the proof rests on {} sets of seeds{}; a proof takes {} sets with the exercise's own number of seeds; run rollout-lab \
                 check --prove {}",
                proof.sets,
                proof.seeds.map_or_else(String::new, |seeds| format!(" with {seeds} for a case")),
                Effort::default().sets,
                files.folder
            );
            self.add(vec![missing("small-proof", message)]);
        }
        self.add(parts.exercise.place(&judged(&parts.exercise.value, &proof), ""));
        self.repeat(files, parts, &proof, &file);
        self.checked.standing.push((parts.exercise.value.clone(), proof));
        true
    }

    fn repeat(&mut self, files: &FolderFiles, parts: &Parts, proof: &Proof, file: &str) {
        let others = other_solutions(&parts.exercise.value.id);
        let wrong = parts.wrong_plans();
        let bar = bar(self.output, 0, &format!("repeating {}", files.id));
        let id = files.id.clone();
        let told = |what: Told| tell(&bar, &id, what);
        let proving = Proving { lesson: parts.lesson(&wrong), others: &others, told: &told };
        let again = repeated(&proving, proof);
        bar.finish_and_clear();
        for again in again.iter().filter(|again| !again.is_same()) {
            let now =
                again.now.map_or_else(|| "cannot be graded".to_owned(), |now| format!("earns {now} points"));
            let message = format!(
                "{} earned {} points in set {} of the proof and {now} now: this engine is not the one that made the proof; run \
                 rollout-lab check --prove {}",
                again.plan, again.then, again.set, files.folder
            );
            self.add(vec![Problem::of_file(file, "proof-differs", message)]);
        }
        self.checked.repeated.push((parts.exercise.value.id.clone(), again));
    }
}

/// Shows what a proof is doing. The bar is as long as the work that may be left, so it shrinks as plans are decided.
pub(in crate::cli) fn tell(bar: &ProgressBar, id: &str, what: Told) {
    match what {
        Told::Begins(part, runs) => {
            bar.set_message(format!("{id}: {part}"));
            bar.inc_length(runs);
        }
        Told::Run => bar.inc(1),
        Told::Spared(runs) => bar.dec_length(runs),
    }
}

/// The model solutions of all shipped exercises but the one called `id`, by names for tables.
pub(in crate::cli) fn other_solutions(id: &str) -> Vec<(String, Plan)> {
    let solution = |other: &str| {
        let files = exercise_files(other).ok()?;
        let read = read::<Plan>(needed(&files, "solution.ron").ok()?).ok()?;
        Some((format!("solution of {other}"), read.value))
    };
    exercise_ids().into_iter().filter(|other| *other != id).filter_map(solution).collect()
}

/// Writes plans that pass into `folder`, for their author to look at.
fn keep(folder: &str, id: &str, plans: &[(String, Plan)]) -> Result<(), Problem> {
    let folder = Path::new(folder);
    make(folder)?;
    for (name, plan) in plans {
        let path = folder.join(format!("{id}-{}.ron", name.replace(' ', "-")));
        let text = write_ron(plan)
            .map_err(|message| Problem::of_file(path.display().to_string(), "cannot-save", message))?;
        save_atomic(&path, text.as_bytes())?;
    }
    Ok(())
}
