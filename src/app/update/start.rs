//! Starts the lab: reads settings, progress, plans and sessions from the data folder.

use std::time::Duration;

use crate::app::model::catalog::Catalog;
use crate::app::model::classroom::Classroom;
use crate::app::model::comparing::Comparing;
use crate::app::model::dialogs::Dialogs;
use crate::app::model::files::Files;
use crate::app::model::jobs::Jobs;
use crate::app::model::judging::Judging;
use crate::app::model::lab::{Notice, Start};
use crate::app::model::learner::Learner;
use crate::app::model::rehearsing::Rehearsing;
use crate::app::model::sandbox::Chosen;
use crate::app::model::saved_plans::SavedPlans;
use crate::app::model::screen::Screen;
use crate::app::model::sessions::Sessions;
use crate::app::model::settings::Settings;
use crate::app::model::stage::StageState;
use crate::app::model::told::told;
use crate::app::model::{Lab, welcome};
use crate::app::texts::tf;
use crate::app::update::language;
use crate::library::folder::is_folder;
use crate::library::windows;

impl Lab {
    /// Starts the lab. Its notices say what could not be read.
    pub fn new(mut start: Start) -> Self {
        // What is told before the settings are read is told in the language of the start.
        language::speak(&start, &Settings::default());
        let mut notices = Vec::new();
        // Each window has the same exercises, and each of their files is written as a whole.
        let own = start.data.as_ref().map(|data| data.join("exercises"));
        start.exercises = start.exercises.or_else(|| own.clone().filter(|own| is_folder(own)));
        let claim = match start.data.as_deref().filter(|_| start.shares).map(windows::claim) {
            Some(Ok(claim)) => {
                if claim.is_copy {
                    let data = start.data.as_ref().map(|data| data.display().to_string()).unwrap_or_default();
                    let text = tf("data.shared {} {}", &[&data, &claim.folder.display()]);
                    notices.push(Notice { text, is_trouble: true });
                }
                start.data = Some(claim.folder.clone());
                Some(claim)
            }
            Some(Err(problem)) => {
                notices.push(Notice { text: told(&problem), is_trouble: true });
                None
            }
            None => None,
        };
        let settings = match start.data.as_deref().map(Settings::load) {
            Some(Ok((settings, notice))) => {
                notices.extend(notice.map(|text| Notice { text, is_trouble: true }));
                settings
            }
            Some(Err(problem)) => {
                notices.push(Notice { text: told(&problem), is_trouble: true });
                Settings::default()
            }
            // Without a data folder (tests, pictures) there is no introduction.
            None => Settings { welcome: welcome::STEPS, ..Settings::default() },
        };
        language::speak(&start, &settings);
        let (learner, told) = start.data.as_deref().map(Learner::load).unwrap_or_default();
        let (saved_plans, of_plans) = start.data.as_deref().map(SavedPlans::load).unwrap_or_default();
        let (sessions, of_sessions) = start.data.as_deref().map(Sessions::load).unwrap_or_default();
        notices.extend(
            told.into_iter().chain(of_plans).chain(of_sessions).map(|text| Notice { text, is_trouble: true }),
        );
        let catalog = Catalog::load(start.exercises.as_deref());
        let jobs = Jobs::new(start.threads, start.wake.clone());
        let dialogs = Dialogs::new(start.dialogs);
        let mut lab = Self {
            start,
            screen: Screen::default(),
            overlay: None,
            catalog,
            settings,
            changing: None,
            learner,
            saved_plans,
            sessions,
            card: None,
            files: Files::default(),
            dialogs,
            looked: false,
            watch: None,
            chosen: Chosen::default(),
            run: None,
            duty: None,
            author: None,
            beginning: None,
            own,
            classroom: Classroom::default(),
            comparing: Comparing::default(),
            judging: Judging::default(),
            rehearsing: Rehearsing::default(),
            only: None,
            jobs,
            notices,
            told: Duration::ZERO,
            saves_fail: false,
            answered: None,
            handed_in: None,
            claim,
            quits: false,
            pictures: Vec::new(),
            stage: StageState::default(),
            draws_stage: true,
            clock: Duration::ZERO,
        };
        lab.watch();
        if lab.claim.as_ref().is_some_and(|claim| !claim.is_copy) {
            lab.take_in_copies();
        }
        lab
    }
}
