//! The whole state of the lab.

use std::path::PathBuf;
use std::time::Duration;

use crate::app::model::author::beginning::Beginning;
use crate::app::model::author::{Author, AuthorTools};
use crate::app::model::catalog::Catalog;
use crate::app::model::classroom::Classroom;
use crate::app::model::comparing::Comparing;
use crate::app::model::dialogs::{self, Dialogs};
use crate::app::model::duty::OnDuty;
use crate::app::model::files::Files;
use crate::app::model::hand_in::HandedIn;
use crate::app::model::jobs::Jobs;
use crate::app::model::judging::Judging;
use crate::app::model::keys::Changing;
use crate::app::model::learner::Learner;
use crate::app::model::panes::Pane;
use crate::app::model::programs::Programs;
use crate::app::model::recall::Answered;
use crate::app::model::rehearsing::Rehearsing;
use crate::app::model::run::Run;
use crate::app::model::sandbox::Chosen;
use crate::app::model::saved_plans::SavedPlans;
use crate::app::model::screen::{Overlay, Screen};
use crate::app::model::sessions::Sessions;
use crate::app::model::settings::Settings;
use crate::app::model::stage::StageState;
use crate::app::model::wake::{Pace, Wake};
use crate::app::model::watch::Watch;
use crate::library::duties;
use crate::library::folder::is_taken;
use crate::library::windows::Claim;

/// How the lab is started.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// An instructor's folder of exercises, shown before those that are shipped.
    pub exercises: Option<PathBuf>,
    /// Where progress, plans, sessions and settings are kept; `None` keeps nothing.
    pub data: Option<PathBuf>,
    /// Whether runs and jobs have threads of their own. Without, everything happens within [`Lab::tick`], which tests
    /// and pictures need.
    pub threads: bool,
    /// How the desktop's file dialogs are opened; `None` where there are none, as in tests and pictures.
    pub dialogs: Option<dialogs::Open>,
    /// Other programs that can be started; `None` where there are none, as in tests and pictures.
    pub programs: Option<Programs>,
    /// What the author's mode asks of the commands; `None` where nobody writes, as in most tests.
    pub author: Option<AuthorTools>,
    /// The data folder of a window in which a class is led: this window shows what the class sees of it, and nothing can be done in
    /// it. For a projector.
    pub follows: Option<PathBuf>,
    /// The day on which it is started, counted from 1 January 1970; `None` where nobody says, as in tests and pictures.
    pub today: Option<u32>,
    /// Whether another window may use the same data folder: then each has a place of its own to write in.
    pub shares: bool,
    /// Gives a number to each case on duty that begins.
    pub draw: Draw,
    /// Wakes the window when something has happened in the background.
    pub wake: Wake,
    /// The language that was asked for at the start, such as `de`; it comes before the one in the settings.
    pub language: Option<String>,
    /// The language of the surroundings, such as `de_DE.UTF-8`, for when none was chosen.
    pub locale: Option<String>,
}

/// Gives a number to a case on duty that begins: by default one that nobody knows before, from the system ([`duties::draw`]); in tests one
/// that is the same each time.
#[derive(Clone, Copy, Debug)]
pub struct Draw(pub fn() -> Result<u64, String>);

impl Default for Draw {
    fn default() -> Self {
        Self(duties::draw)
    }
}

/// A notice to the learner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// Whether it is about trouble.
    pub is_trouble: bool,
}

/// The lab.
///
/// It has more than twenty fields since each screen and each thing that the window keeps has its own state here; a command changes
/// one of them.
pub struct Lab {
    /// How it was started.
    pub start: Start,
    /// What fills the window.
    pub screen: Screen,
    /// The overlay.
    pub overlay: Option<Overlay>,
    /// The exercises and scenarios that there are.
    pub catalog: Catalog,
    /// How the lab looks and behaves.
    pub settings: Settings,
    /// A command that is being given another key.
    pub(in crate::app) changing: Option<Changing>,
    /// What the learner has done so far.
    pub learner: Learner,
    /// The learner's own plans.
    pub saved_plans: SavedPlans,
    /// Sessions that are kept while one plays.
    pub sessions: Sessions,
    /// The card of the glossary that is open, by its id.
    pub card: Option<String>,
    /// The folder in the dialog that opens files.
    pub files: Files,
    /// The desktop's file dialogs.
    pub dialogs: Dialogs,
    /// Whether an instance or a chart was looked at closely since the lab was opened.
    pub looked: bool,
    /// What watches an instructor's folder.
    pub(in crate::app) watch: Option<Watch>,
    /// What a scenario is to be opened with in the sandbox.
    pub chosen: Chosen,
    /// The exercise or scenario that is open.
    pub run: Option<Run>,
    /// The duty that the open run is of; none outside Operate exercises.
    pub duty: Option<OnDuty>,
    /// The pane that is shown alone; `None` shows all that fit.
    pub only: Option<Pane>,
    /// The exercise that is written.
    pub author: Option<Author>,
    /// A new exercise that is begun.
    pub beginning: Option<Beginning>,
    /// Where exercises of one's own are kept when no folder of them was named; `None` where nothing is kept.
    pub(in crate::app) own: Option<PathBuf>,
    /// A class that is led.
    pub classroom: Classroom,
    /// Two plans on the same worlds.
    pub comparing: Comparing,
    /// The judge lab.
    pub judging: Judging,
    /// The manifests that are rehearsed.
    pub rehearsing: Rehearsing,
    /// Work that goes on in the background.
    pub jobs: Jobs,
    /// The notices to the learner, oldest first.
    pub notices: Vec<Notice>,
    /// When the last notice that is no trouble was added, by the lab's clock.
    pub told: Duration,
    /// A question that was just answered.
    pub answered: Option<Answered>,
    /// What was handed in last.
    pub handed_in: Option<HandedIn>,
    /// What holds the data folder for this window.
    pub(in crate::app) claim: Option<Claim>,
    /// Whether saving in the data folder failed when it was last tried: that is told once, and not each time.
    pub(in crate::app) saves_fail: bool,
    /// Set when the lab is to be left.
    pub quits: bool,
    /// Pictures of the window that were asked for, by their files, oldest first; the window takes them.
    pub pictures: Vec<PathBuf>,
    /// How the stage is looked at, and what is chosen on it.
    pub stage: StageState,
    /// Whether the stage's pane paints its shapes itself. In the window Bevy paints them.
    pub draws_stage: bool,
    /// Wall time since the lab was opened, for what moves on the screen.
    pub clock: Duration,
}

impl Lab {
    /// Where a new exercise is made: the instructor's folder, or the one beside the exercise that alone was named; without either in the
    /// data folder. `None` where nothing is kept.
    pub fn own_folder(&self) -> Option<PathBuf> {
        match &self.start.exercises {
            Some(folder) if is_taken(&folder.join("exercise.ron")) => Some(
                folder
                    .parent()
                    .map(PathBuf::from)
                    .filter(|parent| *parent != PathBuf::new())
                    .unwrap_or_else(|| ".".into()),
            ),
            Some(folder) => Some(folder.clone()),
            None => self.own.clone(),
        }
    }

    /// How often the window is to be drawn without input.
    pub fn pace(&self) -> Pace {
        let is_playing = self.run.as_ref().is_some_and(|run| run.player.snapshot().is_playing);
        let is_unsaved = self.run.as_ref().is_some_and(|run| run.unsaved.0.is_some());
        let looks_ahead = self.run.as_ref().is_some_and(Run::awaits_outlook);
        let is_written =
            self.author.as_ref().is_some_and(|author| author.files.iter().any(|file| file.unsaved.is_some()));
        let has_good_news = self.notices.iter().any(|notice| !notice.is_trouble);
        let is_keeping = self.sessions.pending.is_some() || self.sessions.is_behind;
        // A folder that is watched wakes the window by itself.
        let looks_after_class = self.start.follows.is_some() && self.watch.is_none();
        let is_awaited = self.jobs.waiting() > 0 || self.dialogs.is_open() || is_keeping || looks_after_class;
        if is_playing {
            Pace::Moves
        } else if is_unsaved || is_written || has_good_news || is_awaited || looks_ahead {
            Pace::Soon
        } else {
            Pace::Rests
        }
    }

    /// The command that is being given another key. While there is one, keys do nothing else.
    pub fn changing(&self) -> Option<&Changing> {
        self.changing.as_ref().filter(|_| self.overlay == Some(Overlay::Keys))
    }
}
