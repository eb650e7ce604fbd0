//! The commands of the brief: hints, the solution, the prediction.

use crate::app::model::Lab;
use crate::app::model::notes::{BriefCommand, Forecast};
use crate::app::model::order::Order;

impl Lab {
    /// Applies a command of the brief.
    pub(in crate::app) fn apply_brief(&mut self, command: &BriefCommand) {
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
                    let was_asked = std::mem::take(&mut run.notes.predicts);
                    if was_asked && *forecast != Forecast::Open {
                        // The answer was what time waited for.
                        run.player.order(Order::Play);
                    }
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
