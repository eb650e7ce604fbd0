//! What the learner did with an exercise besides playing it: hints taken, the solution looked at, attempts.

use super::lab::Lab;
use super::run::Run;

/// The learner's way through an exercise; it outlasts a run's restart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    /// How many hints were taken.
    pub hints: usize,
    /// Whether the learner is being asked if the solution is really to be shown.
    pub asks: bool,
    /// Whether the solution was shown, so that scores from here on are marked and not kept.
    pub is_assisted: bool,
    /// How many runs of the exercise were begun after the first.
    pub restarts: u32,
}

/// What can be done in the brief.
#[derive(Clone, Debug, PartialEq)]
pub enum BriefCommand {
    /// Show the next hint; it may cost points.
    NextHint,
    /// Ask whether the solution is really to be shown.
    AskForSolution,
    /// Not yet.
    NotYet,
    /// Show the solution: the exercise is from now on done with help.
    ShowSolution,
    /// Begin anew with the model solution's plan.
    PlaySolution,
}

impl Notes {
    /// The notes for `run`, which follows `before`: those of the same exercise go on.
    pub fn following(before: Option<&Run>, run: &Run) -> Self {
        let id = |run: &Run| run.entry().map(|entry| entry.id.clone());
        match before {
            Some(before) if id(before).is_some() && id(before) == id(run) => {
                Self { asks: false, restarts: before.notes.restarts + 1, ..before.notes.clone() }
            }
            _ => Self::default(),
        }
    }
}

impl Run {
    /// Points that the hints taken cost.
    pub fn hint_cost(&self) -> f64 {
        let hints = self.entry().map(|entry| entry.exercise.hints.as_slice()).unwrap_or_default();
        // Not `sum()`, whose empty sum is a negative zero.
        hints.iter().take(self.notes.hints).fold(0.0, |sum, hint| sum + hint.cost)
    }
}

impl Lab {
    /// Does what is asked in the brief.
    pub(super) fn apply_brief(&mut self, command: &BriefCommand) {
        let Some(run) = &mut self.run else { return };
        let Some(entry) = run.entry().cloned() else { return };
        match command {
            BriefCommand::NextHint => run.notes.hints = (run.notes.hints + 1).min(entry.exercise.hints.len()),
            BriefCommand::AskForSolution => run.notes.asks = entry.solution.is_some(),
            BriefCommand::NotYet => run.notes.asks = false,
            BriefCommand::ShowSolution => {
                run.notes.asks = false;
                run.notes.is_assisted = entry.solution.is_some();
            }
            BriefCommand::PlaySolution => {
                if let Some((_, plan)) = entry.solution.as_ref().filter(|_| run.notes.is_assisted) {
                    let (subject, case, seed) = (run.subject.clone(), run.case.0, run.seed);
                    self.open(subject, plan.clone(), case, seed);
                }
            }
        }
    }
}
