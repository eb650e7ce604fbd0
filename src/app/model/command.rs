//! Everything that can be done in the lab, as values. Panels, shortcuts, the palette and dropped files make these.

use crate::app::model::author::AuthorCommand;
use crate::app::model::classroom::ClassroomCommand;
use crate::app::model::comparing::CompareCommand;
use crate::app::model::debrief::DebriefCommand;
use crate::app::model::editor::EditorCommand;
use crate::app::model::files::FilesCommand;
use crate::app::model::hand_in::HandInCommand;
use crate::app::model::judging::JudgingCommand;
use crate::app::model::keys::KeysCommand;
use crate::app::model::notes::BriefCommand;
use crate::app::model::order::Order;
use crate::app::model::panes::Pane;
use crate::app::model::recall::RecallCommand;
use crate::app::model::rehearsing::RehearsalCommand;
use crate::app::model::run::RunCommand;
use crate::app::model::sandbox::SandboxCommand;
use crate::app::model::saved_plans::SavedPlansCommand;
use crate::app::model::screen::{Overlay, Screen};
use crate::app::model::settings::Setting;
use crate::app::model::stage::StageCommand;

/// A command.
#[derive(Clone, Debug, PartialEq)]
pub enum LabCommand {
    /// Show a screen.
    Go(Screen),
    /// Open an overlay.
    Show(Overlay),
    /// Close the overlay; without one, clear the selection; without that, remove the newest notice.
    Close,
    /// Show one pane of a run alone, or all that fit.
    Only(Option<Pane>),
    /// Open an exercise by its id, with the learner's own plan where there is one.
    OpenExercise(String),
    /// Open a scenario by its id in the sandbox, where everything may be changed.
    OpenScenario(String),
    /// About the run that is open.
    Run(RunCommand),
    /// About hints, the solution and the prediction of the exercise that is open.
    Brief(BriefCommand),
    /// About the debrief that is open.
    Debrief(DebriefCommand),
    /// About the comparison of two plans.
    Compare(CompareCommand),
    /// About leading a class.
    Classroom(ClassroomCommand),
    /// About the time of the run that is open, and what is done in it by hand.
    Play(Order),
    /// About the sandbox and the museum.
    Sandbox(SandboxCommand),
    /// About the learner's own plans.
    SavedPlans(SavedPlansCommand),
    /// Change the plan of the run that is open.
    Plan(EditorCommand),
    /// About how the stage is looked at.
    Stage(StageCommand),
    /// About files that are opened and saved, and the session that was left.
    Files(FilesCommand),
    /// Change how the lab looks and behaves.
    Set(Setting),
    /// About shortcuts.
    Keys(KeysCommand),
    /// About the question that is due.
    Recall(RecallCommand),
    /// About the exercise that is written.
    Author(AuthorCommand),
    /// About handing in.
    HandIn(HandInCommand),
    /// About the judge lab.
    Judging(JudgingCommand),
    /// About the manifests that are rehearsed.
    Rehearsal(RehearsalCommand),
    /// Open the glossary at the card of this id.
    Card(String),
    /// Open the practice run of the introduction.
    BeginIntroduction,
    /// Say what cannot be seen: why what was asked for by key cannot be done now, or which page a link leads to.
    Explain(String),
    /// Remove a notice.
    Dismiss(usize),
    /// Save a picture of the window.
    SavePicture,
    /// Quit.
    Quit,
}
