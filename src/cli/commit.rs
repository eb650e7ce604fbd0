//! `rollout-lab commit`: the hash of a course's key, to be published before the course begins.

use std::path::PathBuf;

use clap::Args;

use super::output::Output;
use super::secret::course_key;
use super::{Ended, Outcome};

/// Keys shorter than this can be found by trying, in bytes.
const SHORT: usize = 20;

/// Arguments of `commit`.
#[derive(Debug, Args)]
#[command(after_help = "\
Publish the hash when the course begins and the key when it has ended: then everybody can see that the key was not chosen afterwards, and grade their own hand-in with it. The hash is SHA-256 of the key without white space around it, which `printf %s KEY | sha256sum` gives too.

Example:
  rollout-lab commit course.key")]
pub(super) struct Commit {
    /// The file with the course's secret
    #[arg(value_name = "KEY-FILE")]
    key: PathBuf,
}

impl Commit {
    pub fn run(self, output: Output) -> Outcome {
        let secret = course_key(&self.key)?;
        if secret.key_bytes() < SHORT {
            output.remark(&format!(
                "the key is shorter than {SHORT} characters, so that it could be found by trying: take a longer one, such as that of \
                 `head -c 24 /dev/urandom | base64`"
            ));
        }
        output.result(&format!("sha256 {}\nfingerprint {}\n", secret.commitment(), secret.used().key));
        Ok(Ended::Passed)
    }
}
