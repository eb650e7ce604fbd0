//! The introduction in five steps: whether each is done, and which panes are there by then.

use crate::app::model::lab::Lab;
use crate::app::model::panes::Pane;
use crate::app::model::screen::Screen;
use crate::engine::Time;

/// How many steps there are; so many are done when it is over or was skipped.
pub const STEPS: u8 = 5;

impl Lab {
    /// Whether the introduction is under way.
    pub const fn is_welcoming(&self) -> bool {
        self.settings.welcome < STEPS
    }

    /// Whether the learner did what a step is about.
    pub(in crate::app) fn did(&self, step: u8) -> bool {
        let Some(run) = &self.run else { return false };
        let view = run.player.snapshot();
        match step {
            0 => run.entry().is_some(),
            1 => view.is_playing || view.now > Time::ZERO,
            2 => self.looked,
            3 => !view.actions.is_empty(),
            4 => self.screen == Screen::Debrief,
            _ => false,
        }
    }

    /// Whether a pane is there yet: all are once a plan was graded, or the introduction is over, or they were asked for.
    pub fn has_pane(&self, pane: Pane) -> bool {
        self.settings.all_panels
            || self.settings.welcome >= pane.about().steps
            || self.learner.course.exercises.values().any(|tries| tries.attempts > 0)
    }
}
