//! `rollout-lab replay`: runs a recorded session again.

use clap::Args;

use crate::exercise::replay;
use crate::library::shipped::exercise_files;
use crate::report::replay as report;

use super::output::{Output, Trouble};
use super::{Ended, Format, Outcome, load};

/// Arguments of `replay`.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit code 0 when the digest and the hash of the session are those recorded (or it has none), 1 when one differs.

Examples:
  rollout-lab run checkout --plan my-plan.ron --hand '7m abort' --record session.ron
  rollout-lab replay session.ron
  rollout-lab replay session.ron --exercise my-lesson")]
pub(super) struct Replay {
    /// The session file
    session: String,
    /// The exercise in whose case it was played, where that is not a shipped one
    #[arg(long, value_name = "EXERCISE")]
    exercise: Option<String>,
    /// Also show the run
    #[arg(long)]
    show: bool,
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Replay {
    pub fn run(self, output: Output) -> Outcome {
        let session = load::session(&self.session)?;
        let scenario = match &self.exercise {
            Some(name) => load::scenario_of(&exercise_files(name)?, &session.value.scenario)?,
            None => load::scenario_beside(&self.session, &session)?,
        };
        load::errors(session.place(&session.value.problems(Some(&scenario.value)), ""))?;
        let replay = replay(&session.value, &scenario.value)
            .map_err(|issues| Trouble::Problems(session.place(&issues, "")))?;
        if self.show && self.format == Format::Text {
            let run = crate::report::run::Run {
                scenario: &scenario.value,
                plan: &self.session,
                case: &session.value.case,
                record: &replay.record,
                what_if: None,
            };
            output.result(&(crate::report::run::text(&run, output.style) + "\n"));
        }
        output.result(&match self.format {
            Format::Text => report::text(&self.session, &replay, output.style),
            Format::Json => report::json(&self.session, &replay),
        });
        let differs = replay.is_same() == Some(false) || replay.unchanged == Some(false);
        Ok(if differs { Ended::NotPassed } else { Ended::Passed })
    }
}
