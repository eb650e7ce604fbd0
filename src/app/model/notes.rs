//! What the learner did with an exercise besides playing it: hints taken, the solution looked at, what was predicted.

use crate::exercise::Answer;
pub use crate::exercise::predict::Forecast;

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
