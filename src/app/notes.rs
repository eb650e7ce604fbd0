//! What the learner did with an exercise besides playing it: hints taken, the solution looked at, what was predicted.

use super::lab::Lab;
use super::run::Run;
use crate::engine::Time;
use crate::exercise::Answer;
pub use crate::exercise::predict::Forecast;
use crate::exercise::predict::{Asked, question};

/// The learner's way through an exercise; it outlasts a run's restart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    /// How many hints were taken.
    pub hints: usize,
    /// Whether the learner is being asked if the solution is really to be shown.
    pub asks: bool,
    /// Whether the solution was shown, so that scores from here on are marked and not kept.
    pub is_assisted: bool,
    /// How many runs of the exercise were played before this one.
    pub rounds: u32,
    /// What the learner says will come of this run.
    pub forecast: Forecast,
    /// What a class was asked in this run, and answered.
    pub answers: Vec<Answer>,
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
    /// Say what will come of the run, before it begins.
    Forecast(Forecast),
    /// Begin anew with the model solution's plan.
    PlaySolution,
}

impl Notes {
    /// The notes for `run`, which follows `before`: those of the same exercise go on.
    pub fn following(before: Option<&Run>, run: &Run) -> Self {
        let id = |run: &Run| run.entry().map(|entry| entry.id.clone());
        match before {
            Some(before) if id(before).is_some() && id(before) == id(run) => {
                let notes = Self { asks: false, ..before.notes.clone() };
                // A prediction is about a run of which nothing was seen yet.
                if before.is_unseen() {
                    notes
                } else {
                    Self { rounds: notes.rounds + 1, forecast: Forecast::Open, ..notes }
                }
            }
            _ => Self::default(),
        }
    }
}

impl Run {
    /// Whether nothing of it was seen yet.
    pub fn is_unseen(&self) -> bool {
        self.player.view().seen == Time::ZERO
    }

    /// What is asked before it; `None` when its exercise asks nothing, or when it is of none.
    pub fn question(&self) -> Option<Asked> {
        question(&self.entry()?.exercise, self.notes.rounds)
    }

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
            BriefCommand::NextHint if run.notes.hints < entry.exercise.hints.len() => {
                run.notes.hints += 1;
                self.note_hint(&entry.id);
            }
            BriefCommand::NextHint => {}
            BriefCommand::AskForSolution => run.notes.asks = entry.solution.is_some(),
            BriefCommand::NotYet => run.notes.asks = false,
            BriefCommand::ShowSolution => {
                run.notes.asks = false;
                run.notes.is_assisted = entry.solution.is_some();
                self.note_solution(&entry.id);
            }
            BriefCommand::Forecast(forecast) => {
                if run.is_unseen() {
                    run.notes.forecast = *forecast;
                }
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
