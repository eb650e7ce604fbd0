//! How the learner works on an exercise: hints taken, the solution shown, the prediction made.

use crate::exercise::Answer;
pub use crate::exercise::predict::Forecast;

/// The learner's way through an exercise; it outlasts a run's restart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    /// How many hints were taken.
    pub hints: usize,
    /// Whether the learner is being asked if the solution is really to be shown.
    pub asks: bool,
    /// Whether this world was played to its end, so that what other plans come to in it may be seen.
    pub was_played_out: bool,
    /// Whether the question before the run is being asked: the learner let time pass without having answered it.
    pub predicts: bool,
    /// Whether the solution was shown, so that scores from here on are marked and not kept.
    pub is_assisted: bool,
    /// How many runs of the exercise were played before this one.
    pub rounds: u32,
    /// The learner's prediction for this run.
    pub forecast: Forecast,
    /// The questions to a class in this run, and its answers.
    pub answers: Vec<Answer>,
}

/// The commands of the brief.
#[derive(Clone, Debug, PartialEq)]
pub enum BriefCommand {
    /// Show the next hint; it may cost points.
    NextHint,
    /// Ask whether the solution is really to be shown.
    AskForSolution,
    /// Do not show the solution yet.
    NotYet,
    /// Show the solution. From then on the exercise counts as done with help.
    ShowSolution,
    /// Predict the result of the run, before it starts.
    Forecast(Forecast),
    /// Restart with the model solution's plan.
    PlaySolution,
}
