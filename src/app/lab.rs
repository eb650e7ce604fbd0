//! The whole state of the lab. Panels read it and hand back [`super::Command`]s.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::catalog::Catalog;
use super::comparing::Comparing;
use super::dialogs::{self, Dialogs};
use super::facilitating::Facilitating;
use super::files::Files;
use super::jobs::Jobs;
use super::keys::Changing;
use super::learner::Learner;
use super::panels::dock::Pane;
use super::run::Run;
use super::sandbox::Chosen;
use super::sessions::Sessions;
use super::settings::Settings;
use super::shelf::Shelf;
use super::stage::StageState;
use super::theme::Theme;
use super::watch::Watch;
use super::welcome;

/// Good news told within so long belong together.
const TOGETHER: Duration = Duration::from_secs(1);

/// What fills the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ValueEnum)]
pub enum Screen {
    /// Parts and exercises.
    #[default]
    Course,
    /// Every scenario, freely.
    Sandbox,
    /// Incidents that happened.
    Museum,
    /// Two plans or sessions on the same world.
    Compare,
    /// The learner's own plans.
    Plans,
    /// For a class: hidden cause, faults and messages live.
    Facilitate,
    /// The exercise or scenario that is open.
    Run,
    /// What came of it.
    Debrief,
}

impl Screen {
    /// All screens, in the order of the navigation.
    pub const ALL: [Self; 8] = [
        Self::Course,
        Self::Sandbox,
        Self::Museum,
        Self::Compare,
        Self::Plans,
        Self::Facilitate,
        Self::Run,
        Self::Debrief,
    ];
}

/// What can lie over a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Overlay {
    /// The searchable list of all commands.
    Palette,
    /// The list of keys.
    Keys,
    /// How the lab looks and behaves.
    Settings,
    /// The introduction in five steps.
    Welcome,
    /// Choosing a file to open.
    Open,
}

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
}

/// Something that the learner should be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// Whether it speaks of trouble.
    pub is_trouble: bool,
}

/// How long what is no trouble stays to be read.
const GOOD_NEWS: Duration = Duration::from_secs(8);

/// The lab.
pub struct Lab {
    /// How it was started.
    pub start: Start,
    /// What fills the window.
    pub screen: Screen,
    /// What lies over it.
    pub overlay: Option<Overlay>,
    /// The exercises and scenarios that there are.
    pub catalog: Catalog,
    /// How the lab looks and behaves.
    pub settings: Settings,
    /// A deed that is being given another key.
    pub(super) changing: Option<Changing>,
    /// What the learner has done so far.
    pub learner: Learner,
    /// The learner's own plans.
    pub shelf: Shelf,
    /// Sessions that are kept while one plays.
    pub sessions: Sessions,
    /// What lies where files are chosen.
    pub files: Files,
    /// The desktop's file dialogs.
    pub dialogs: Dialogs,
    /// Whether an instance or a chart was looked at closely since the lab was opened.
    pub looked: bool,
    /// What watches an instructor's folder.
    pub(super) watch: Option<Watch>,
    /// What a scenario is to be opened with in the sandbox.
    pub chosen: Chosen,
    /// The exercise or scenario that is open.
    pub run: Option<Run>,
    /// The pane that is shown alone; `None` shows all that fit.
    pub only: Option<Pane>,
    /// A class that is led.
    pub facilitating: Facilitating,
    /// Two plans on the same worlds.
    pub comparing: Comparing,
    /// Work that goes on in the background.
    pub jobs: Jobs,
    /// What the learner should be told, oldest first.
    pub notices: Vec<Notice>,
    /// When the learner was last told something that is no trouble, by the lab's clock.
    pub told: Duration,
    /// Set when the lab is to be left.
    pub quits: bool,
    /// Pictures of the window that were asked for, by their files, oldest first; the window takes them.
    pub pictures: Vec<PathBuf>,
    /// How the stage is looked at, and what is chosen on it.
    pub stage: StageState,
    /// Whether the stage's pane paints its shapes itself, because nobody else does.
    pub draws_stage: bool,
    /// Wall time since the lab was opened, for what moves on the screen.
    pub clock: Duration,
}

impl Lab {
    /// The lab as it opens. What cannot be read is told in its notices.
    pub fn new(start: Start) -> Self {
        let mut notices = Vec::new();
        let settings = match start.data.as_deref().map(Settings::load) {
            Some(Ok((settings, notice))) => {
                notices.extend(notice.map(|text| Notice { text, is_trouble: true }));
                settings
            }
            Some(Err(problem)) => {
                notices.push(Notice { text: problem.rendered(), is_trouble: true });
                Settings::default()
            }
            // Where nothing is kept there is nobody to introduce: a test, or a picture.
            None => Settings { welcome: welcome::STEPS, ..Settings::default() },
        };
        let (learner, told) = start.data.as_deref().map(Learner::load).unwrap_or_default();
        let (shelf, of_plans) = start.data.as_deref().map(Shelf::load).unwrap_or_default();
        let (sessions, of_sessions) = start.data.as_deref().map(Sessions::load).unwrap_or_default();
        notices.extend(
            told.into_iter().chain(of_plans).chain(of_sessions).map(|text| Notice { text, is_trouble: true }),
        );
        let catalog = Catalog::load(start.exercises.as_deref());
        let jobs = Jobs::new(start.threads);
        let dialogs = Dialogs::new(start.dialogs);
        let mut lab = Self {
            start,
            screen: Screen::default(),
            overlay: None,
            catalog,
            settings,
            changing: None,
            learner,
            shelf,
            sessions,
            files: Files::default(),
            dialogs,
            looked: false,
            watch: None,
            chosen: Chosen::default(),
            run: None,
            facilitating: Facilitating::default(),
            comparing: Comparing::default(),
            only: None,
            jobs,
            notices,
            told: Duration::ZERO,
            quits: false,
            pictures: Vec::new(),
            stage: StageState::default(),
            draws_stage: true,
            clock: Duration::ZERO,
        };
        lab.watch();
        lab
    }

    /// The colours.
    pub const fn theme(&self) -> Theme {
        Theme::new(self.settings.shade, self.settings.palette)
    }

    /// Lets wall time pass: takes in what the player and the jobs have done.
    pub fn tick(&mut self, wall: Duration) {
        self.clock += wall;
        if self.clock > self.told + GOOD_NEWS {
            self.notices.retain(|notice| notice.is_trouble);
        }
        self.keep_plan_in_time();
        if let Some(run) = &mut self.run {
            run.player.pump(wall);
        }
        self.shelve();
        self.keep_session();
        self.follow_disk();
        self.follow_dialog();
        self.follow_welcome();
        for command in self.jobs.done() {
            self.finish(command);
        }
    }

    /// Whether something moves on the screen by itself, so that it has to be drawn anew without being asked.
    pub fn moves(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.player.view().is_playing)
    }

    /// Tells the learner something.
    pub fn tell(&mut self, text: impl Into<String>) {
        // What went well a while ago makes way for what goes well now.
        if self.clock > self.told + TOGETHER {
            self.notices.retain(|notice| notice.is_trouble);
        }
        self.told = self.clock;
        self.notices.push(Notice { text: text.into(), is_trouble: false });
    }

    /// Tells the learner of trouble.
    pub fn trouble(&mut self, text: impl Into<String>) {
        self.notices.push(Notice { text: text.into(), is_trouble: true });
    }
}
