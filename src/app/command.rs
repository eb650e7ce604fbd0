//! Everything that can be done in the lab, as values. Panels, keys, the command palette and dropped files make these;
//! [`super::Lab::apply`] is the one place where they take effect.

use super::comparing::CompareCommand;
use super::debrief::DebriefCommand;
use super::editor::EditorCommand;
use super::facilitating::FacilitateCommand;
use super::files::FilesCommand;
use super::keys::KeysCommand;
use super::lab::{Overlay, Screen};
use super::notes::BriefCommand;
use super::panels::dock::Pane;
use super::player::Order;
use super::run::RunCommand;
use super::sandbox::SandboxCommand;
use super::settings::Setting;
use super::shelf::ShelfCommand;
use super::stage::StageCommand;

/// Something that is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Show a screen.
    Go(Screen),
    /// Lay something over the screen.
    Show(Overlay),
    /// Take away what lies over the screen, or else the selection.
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
    Facilitate(FacilitateCommand),
    /// About the time of the run that is open, and what is done in it by hand.
    Play(Order),
    /// About the sandbox and the museum.
    Sandbox(SandboxCommand),
    /// About the learner's own plans.
    Shelf(ShelfCommand),
    /// Change the plan of the run that is open.
    Plan(EditorCommand),
    /// About how the stage is looked at.
    Stage(StageCommand),
    /// About files that are opened and saved, and the session that was left.
    Files(FilesCommand),
    /// Change how the lab looks and behaves.
    Set(Setting),
    /// About the keys of deeds.
    Keys(KeysCommand),
    /// Take a notice away.
    Dismiss(usize),
    /// Save a picture of the window.
    SavePicture,
    /// Leave the lab.
    Quit,
}
