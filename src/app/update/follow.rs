//! What the class sees: a second window that follows the run which is led in the first one, and in which nothing can be done.

use std::time::Duration;

use crate::app::model::classroom::Classroom;
use crate::app::model::order::{Order, Speed};
use crate::app::model::screen::Screen;
use crate::app::model::sessions::{KeptSession, Sessions};
use crate::app::model::{Lab, LabCommand};
use crate::engine::{Span, Time};

/// How often the first window is looked at where its folder cannot be watched. It keeps its session once a second, and at once when
/// something is done.
const EVERY: Duration = Duration::from_millis(500);

impl LabCommand {
    /// Whether the class may do it in its window: looking, and nothing else.
    pub(in crate::app) const fn is_for_viewers(&self) -> bool {
        match self {
            Self::Stage(_) | Self::Only(_) | Self::Set(_) | Self::Close | Self::Dismiss(_) | Self::Quit => {
                true
            }
            Self::Go(_)
            | Self::Show(_)
            | Self::OpenExercise(_)
            | Self::OpenScenario(_)
            | Self::Run(_)
            | Self::Brief(_)
            | Self::Debrief(_)
            | Self::Compare(_)
            | Self::Classroom(_)
            | Self::Play(_)
            | Self::Sandbox(_)
            | Self::SavedPlans(_)
            | Self::Plan(_)
            | Self::Files(_)
            | Self::Keys(_)
            | Self::Recall(_)
            | Self::HandIn(_)
            | Self::Author(_)
            | Self::BeginIntroduction
            | Self::Explain(_)
            | Self::Judging(_)
            | Self::Rehearsal(_)
            | Self::Card(_)
            | Self::SavePicture => false,
        }
    }
}

impl Lab {
    /// Shows the run of the class as the first window has it.
    pub(in crate::app) fn follow_class(&mut self) {
        let Some(data) = self.start.follows.clone() else { return };
        let has_news = match (&self.watch, self.sessions.followed_at) {
            (_, None) => true,
            (Some(watch), Some(_)) => watch.has_changed(),
            (None, Some(at)) => self.clock >= at + EVERY,
        };
        if !has_news {
            return;
        }
        self.sessions.followed_at = Some(self.clock);
        let (kept, _) = Sessions::all(&data);
        let Some(kept) = kept.into_iter().find(|kept| kept.led) else { return };
        let is_same = self.run.as_ref().is_some_and(|run| {
            let (mine, theirs) = (run.session(), &kept.session);
            mine.scenario == theirs.scenario
                && mine.case == theirs.case
                && (mine.seed, &mine.plan) == (theirs.seed, &theirs.plan)
                && mine.actions == theirs.actions
        });
        if !is_same {
            self.classroom = Classroom::of(&kept.session);
            if !self.open_in_sandbox(&kept.session) {
                return;
            }
            self.screen = Screen::Run;
        }
        self.classroom.is_revealed = kept.is_revealed;
        self.keep_up(&kept);
    }

    /// Lets time pass as in the first window, and goes where it is when the two are apart.
    fn keep_up(&mut self, kept: &KeptSession) {
        let Some(run) = &mut self.run else { return };
        run.notes.answers.clone_from(&kept.session.answers);
        let view = run.player.snapshot();
        let (now, speed, is_playing) = (view.now, view.speed, view.is_playing);
        // A second of the wall's may pass before the first window says where it is.
        let slack = Span::from_secs(kept.pace.map_or(0, |pace| 2 * u64::from(pace)));
        if apart(now, kept.at) > slack {
            run.player.order(Order::Seek(kept.at));
        }
        match kept.pace {
            None if is_playing => run.player.order(Order::Pause),
            None => {}
            Some(pace) => {
                if speed != Speed::Times(pace) {
                    run.player.order(Order::Speed(Speed::Times(pace)));
                }
                if !is_playing {
                    run.player.order(Order::Play);
                }
            }
        }
    }
}

fn apart(one: Time, other: Time) -> Span {
    one.max(other).since(one.min(other))
}
