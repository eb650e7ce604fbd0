//! `rollout-lab package`: an exercise and this program as an autograder, in the form that a school's system takes.

mod classroom50;
mod github;
mod gradescope;
mod parcel;
mod prairielearn;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::library::archive::{asks_for, linux_program, own_program, zip};
use crate::library::disk::{load_text, save_atomic};
use crate::library::shipped::{FolderFiles, exercise_files, find_scenario_text};
use crate::library::{Problem, load as library};

use super::load::{self, Ready};
use super::output::{Output, Trouble};
use super::overwrite::replaces_only;
use super::{Ended, Outcome};
use parcel::Parcel;

/// Arguments of `package`.
#[derive(Debug, Args)]
#[command(after_help = "\
The program that runs is packed, or the one that --binary names. A static program without the window runs whatever libraries the system has; build one by
  rustup target add x86_64-unknown-linux-musl
  cargo build --release --no-default-features --target x86_64-unknown-linux-musl
Equal arguments give equal bytes.

Examples:
  rollout-lab package gradescope canary --out canary.zip
  rollout-lab package gradescope canary --out canary.zip --binary target/x86_64-unknown-linux-musl/release/rollout-lab
  rollout-lab package gradescope canary --out canary.zip --key course.key --course devops-2026
  rollout-lab package prairielearn canary --out canary.zip --image registry.example/rollout-lab
  rollout-lab package github canary --out canary.zip")]
pub(super) struct Package {
    /// The system
    #[arg(value_enum)]
    system: System,
    /// The exercise: a shipped one's id, or the path of its folder
    exercise: String,
    /// Write the package to this file; an earlier .zip file is replaced
    #[arg(long, value_name = "FILE.zip")]
    out: PathBuf,
    /// Pack this program instead of the one that runs
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Pack the course's secret, so that each student has seeds that nobody can guess; only into what students cannot open
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The course, for the seeds
    #[arg(long, value_name = "NAME", default_value = "")]
    course: String,
    /// Number of seeds for a case of weight 1; default: the exercise's own number
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    seeds: Option<u32>,
    /// PrairieLearn: the name under which the image of the grader can be pulled; default: rollout-lab/grader with the version
    #[arg(long, value_name = "IMAGE")]
    image: Option<String>,
}

/// The systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum System {
    /// Gradescope: the zip file of an autograder
    Gradescope,
    /// PrairieLearn: a question, and the image of its external grader
    Prairielearn,
    /// GitHub Actions: a workflow for the repositories of students
    Github,
    /// Classroom 50: the folder of an autograder
    Classroom50,
}

impl Package {
    pub fn run(self, output: Output) -> Outcome {
        replaces_only("zip", &self.out)?;
        let ready = load::exercise(&self.exercise)?;
        let parcel = self.parcel(&ready)?;
        let files = match self.system {
            System::Gradescope => gradescope::files(&parcel),
            System::Prairielearn => prairielearn::files(&parcel),
            System::Github if parcel.key.is_some() => {
                let message = "students can open their repositories, so no key is packed for GitHub; put it into the secret \
                               ROLLOUT_LAB_KEY of the repository or organization";
                return Err(Trouble::Said(message.to_owned()));
            }
            System::Github => github::files(&parcel),
            System::Classroom50 => classroom50::files(&parcel),
        };
        let count = files.len();
        let bytes = zip(files).map_err(Trouble::Said)?;
        save_atomic(&self.out, &bytes)?;
        if let Some(asked) = asks_for(&parcel.binary) {
            output.remark(&asked);
        }
        output.result(&format!("{}: {count} files, {} bytes\n", self.out.display(), bytes.len()));
        Ok(Ended::Passed)
    }

    fn parcel(&self, ready: &Ready) -> Result<Parcel, Trouble> {
        let files = exercise_files(&ready.folder)?;
        let key = self.key.as_deref().map(load_text).transpose()?;
        if let (Some(text), Some(path)) = (&key, &self.key)
            && text.trim().is_empty()
        {
            let message = "the key is empty, so that everybody could guess it; write a long secret into it";
            return Err(Problem::of_file(path.display().to_string(), "empty-key", message).into());
        }
        let program = self.binary.clone().map_or_else(own_program, Ok).map_err(Trouble::Said)?;
        let version = crate::exercise::ENGINE_VERSION;
        let class = crate::exercise::class::Class::new(&ready.exercise, &ready.scenario, None);
        Ok(Parcel {
            id: ready.exercise.id.clone(),
            title: ready.exercise.title.clone(),
            brief: load::brief(ready)?,
            starter: library::needed(&files, "starter.ron")?.text.clone(),
            hash: class.exercise_hash,
            exercise: needed_files(&files, ready)?,
            binary: linux_program(&program)?,
            key,
            course: self.course.clone(),
            seeds: self.seeds,
            image: self.image.clone().unwrap_or_else(|| format!("rollout-lab/grader:{version}")),
        })
    }
}

/// The files of an exercise that grading needs: no solution, and nothing that tells one.
fn needed_files(files: &FolderFiles, ready: &Ready) -> Result<Vec<(String, String)>, Problem> {
    let tells =
        |name: &str| name.starts_with("solution") || name.starts_with("wrong-") || name == "proof.ron";
    let named =
        files.files.iter().map(|file| (file.file.rsplit(['/', '\\']).next().unwrap_or_default(), &file.text));
    let kept: Vec<(String, String)> =
        named.filter(|(name, _)| !tells(name)).map(|(name, text)| (name.to_owned(), text.clone())).collect();
    let scenario = &ready.exercise.scenario;
    let is_inside = kept.iter().any(|(name, _)| name == scenario || *name == format!("{scenario}.ron"));
    // What is shipped is in the program as well.
    let is_shipped = !scenario.contains(['/', '\\']) && find_scenario_text(scenario).is_ok();
    if is_inside || is_shipped {
        return Ok(kept);
    }
    let message = format!(
        "its scenario \"{scenario}\" lies elsewhere; put it into the folder, so that it can be packed"
    );
    Err(Problem::of_file(format!("{}/exercise.ron", files.folder), "not-found", message))
}
