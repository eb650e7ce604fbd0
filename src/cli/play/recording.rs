//! What was played, as a file of the exercise: its model solution or a wrong one.

use crate::exercise::{ExerciseKind, Playback, Playbook};
use crate::library::{FileKind, Problem, write_ron};

use crate::cli::load::{self, Ready};
use crate::cli::output::Trouble;
use crate::cli::overwrite::Overwrite;

/// Above a playbook that was recorded.
const RECORDED: &str = "// Recorded by playing one case. Each rule acts on the alerts that fired then, or by the clock: write in `when` what you looked at,
// so that it does the right thing in the other cases too. `rollout-lab explain Cue` says what can be seen.
";

/// Where it is saved.
pub(super) struct SaveAs {
    /// The file.
    pub file: String,
    /// The file of the plan that is played; none for the exercise's starter.
    pub plan: Option<String>,
}

impl SaveAs {
    /// Saves what was played: a plan with its comments, or a playbook of what was done by hand.
    ///
    /// # Errors
    /// Nothing to save, something by hand that a plan cannot hold, or a file that cannot be written.
    pub fn save(&self, ready: &Ready, playback: &Playback, overwrite: Overwrite) -> Result<(), Trouble> {
        let actions = playback.actions();
        let text = match (ready.exercise.kind, actions.len()) {
            (ExerciseKind::Operate, 0) => {
                let message =
                    "nothing was done by hand, so there is nothing to save; act, and then write `quit`";
                return Err(Trouble::Said(message.to_owned()));
            }
            (ExerciseKind::Operate, _) => {
                let playbook = Playbook::recorded("Recorded", actions, playback.simulation().facts());
                let written = write_ron(&playbook);
                RECORDED.to_owned()
                    + &written.map_err(|why| Trouble::Said(format!("{}: {why}", self.file)))?
            }
            (ExerciseKind::Plan, 0) => self.plan_text(ready)?,
            (ExerciseKind::Plan, count) => {
                let message = format!(
                    "a solution of this exercise is a plan, and {count} of your actions were by hand: write them as checks, \
                     alerts and triggers of the plan, or keep the session with --out"
                );
                return Err(Trouble::Said(message));
            }
        };
        Ok(overwrite.save(&self.file, &text)?)
    }

    /// The plan as its author wrote it; one that came from a manifest as the lab writes it.
    fn plan_text(&self, ready: &Ready) -> Result<String, Trouble> {
        let path = self.plan.clone().unwrap_or_else(|| format!("{}/starter.ron", ready.folder));
        let loaded = load::file(&path)?;
        if FileKind::of(&path, &loaded.text) == FileKind::Plan {
            return Ok(loaded.text);
        }
        let plan = load::plan(&path, &ready.scenario)?;
        write_ron(&plan).map_err(|why| Trouble::Problems(vec![Problem::of_file(path, "cannot-write", why)]))
    }
}
