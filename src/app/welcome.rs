//! The introduction in five steps. Each notices by itself that it was done; panels come with them.

use super::Lab;
use super::lab::Screen;
use super::panels::dock::Pane;
use crate::engine::Time;

/// How many steps there are; so many are done when it is over or was skipped.
pub const STEPS: u8 = 5;

impl Lab {
    /// Whether the introduction is under way.
    pub const fn is_welcoming(&self) -> bool {
        self.settings.welcome < STEPS
    }

    /// Goes on in the introduction as far as its next steps were done.
    pub(super) fn follow_welcome(&mut self) {
        let before = self.settings.welcome;
        while self.is_welcoming() && self.did(self.settings.welcome) {
            self.settings.welcome += 1;
        }
        if self.settings.welcome != before {
            self.keep_settings();
        }
    }

    /// Whether the learner did what a step is about.
    fn did(&self, step: u8) -> bool {
        let Some(run) = &self.run else { return false };
        let view = run.player.view();
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
        let steps = match pane {
            Pane::Brief | Pane::Stage | Pane::Dashboards | Pane::Operate => 0,
            Pane::Plan | Pane::Inspector => 2,
            Pane::Log => 3,
        };
        self.settings.all_panels
            || self.settings.welcome >= steps
            || self.learner.course.exercises.values().any(|tries| tries.attempts > 0)
    }
}
