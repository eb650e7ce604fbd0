//! The introduction in five steps, in a practice run that is not graded: whether each step is done, and which panes are there by
//! then.

use crate::app::model::lab::Lab;
use crate::app::model::panes::Pane;
use crate::app::model::screen::Screen;
use crate::sim::{Pool, RolloutCommand};

/// How many steps there are; so many are done when it is over or was skipped.
pub const STEPS: u8 = 5;

/// The step that asks for a decision.
const DECIDES: u8 = 3;

impl Lab {
    /// Whether the introduction is under way.
    pub const fn is_welcoming(&self) -> bool {
        self.settings.welcome < STEPS
    }

    /// Whether the learner did what a step is about.
    pub(in crate::app) fn did(&self, step: u8) -> bool {
        let Some((run, practice)) = self.run.as_ref().and_then(|run| Some((run, run.introduction?))) else {
            return false;
        };
        let view = run.player.snapshot();
        match step {
            0 => true,
            1 => view.is_playing || view.now > practice.from,
            2 => self.looked,
            DECIDES => !view.actions.is_empty(),
            4 => self.screen == Screen::Debrief,
            _ => false,
        }
    }

    /// Whether time is to be halted for the decision of the introduction: failures of the new release show, and nothing was done
    /// about them yet.
    pub(in crate::app) fn halts(&self) -> bool {
        let practice = self.run.as_ref().and_then(|run| Some((run.player.snapshot(), run.introduction?)));
        practice.is_some_and(|(view, practice)| {
            let is_failing = view.world.pool(Pool::Candidate).is_some_and(|pool| pool.harm.is_some());
            let may_decide = view.actions.is_empty() && view.allows(RolloutCommand::Abort);
            self.is_welcoming() && view.is_playing && !practice.was_halted && is_failing && may_decide
        })
    }

    /// Whether the introduction waits for this command, so that its control is lit.
    pub fn is_lit(&self, command: RolloutCommand) -> bool {
        let is_here = self.run.as_ref().is_some_and(|run| run.introduction.is_some());
        is_here && self.settings.welcome == DECIDES && command == RolloutCommand::Abort
    }

    /// Whether a pane is there: all are, but in the introduction, where each step brings some, and in the window of a class, which only
    /// looks.
    pub fn has_pane(&self, pane: Pane) -> bool {
        if self.start.follows.is_some() {
            return matches!(pane, Pane::Brief | Pane::Stage | Pane::Dashboards | Pane::Log);
        }
        let is_practice = self.run.as_ref().is_some_and(|run| run.introduction.is_some());
        self.settings.all_panels || !is_practice || self.settings.welcome >= pane.about().steps
    }
}
