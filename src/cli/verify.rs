//! `rollout-lab verify`: whether a result is as it was signed.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;

use super::output::Output;
use super::secret::course_key;
use super::{Ended, Outcome};
use crate::exercise::hex_sha256;
use crate::exercise::signature::verify;
use crate::library::disk::{load_text, load_text_of};
use crate::library::items::MOST_BYTES;

/// Arguments of `verify`.
#[derive(Debug, Args)]
#[command(after_help = "\
`class --key FILE --out DIR` signs the JSON of each report, and `grade --key FILE --format json` its result, with a key that is derived from the course's. Exit code 0 when the result is as it was signed, 1 when it is not.

Examples:
  rollout-lab verify reports/ada.json --key course.key
  rollout-lab verify reports/ada.json --key course.key --hand-in hand-ins/ada.ron")]
pub(super) struct Verify {
    /// The result: a report in JSON
    result: PathBuf,
    /// The file with the course's secret
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Also check that this is the file that was graded
    #[arg(long, value_name = "FILE")]
    hand_in: Option<PathBuf>,
}

impl Verify {
    pub fn run(self, output: Output) -> Outcome {
        let secret = course_key(&self.key)?;
        let name = self.result.display();
        let text = load_text_of(&self.result, MOST_BYTES)?;
        if let Err(why) = verify(&text, &secret) {
            output.result(&format!("{name}: not as signed: {why}\n"));
            return Ok(Ended::NotPassed);
        }
        let value: Value = serde_json::from_str(&text).unwrap_or_default();
        let told = |field: &str| value[field].to_string().trim_matches('"').to_owned();
        let student = value["secret"]["student"].as_str().unwrap_or_default();
        let score = format!("{} of {} points", told("score"), told("max_score"));
        let what = format!("exercise {}, student {student}, {score}", told("exercise"));
        if let Some(hand_in) = &self.hand_in
            && let Err(why) = is_of(hand_in, &told("hand_in_hash"))?
        {
            output
                .result(&format!("{name}: as signed by the key {}, but {why}: {what}\n", secret.used().key));
            return Ok(Ended::NotPassed);
        }
        output.result(&format!("{name}: as signed by the key {}: {what}\n", secret.used().key));
        Ok(Ended::Passed)
    }
}

/// Whether the file at `path` has this hash; why not.
fn is_of(path: &Path, hash: &str) -> Result<Result<(), String>, crate::library::Problem> {
    let found = hex_sha256(load_text(path)?.as_bytes());
    let differs = || format!("{} is another hand-in than the one that was graded", path.display());
    Ok(if found == hash { Ok(()) } else { Err(differs()) })
}
