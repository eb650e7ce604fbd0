//! Advances the introduction when a step is done.

use crate::app::model::Lab;

impl Lab {
    /// Goes on in the introduction as far as its next steps were done.
    pub(in crate::app) fn follow_welcome(&mut self) {
        let before = self.settings.welcome;
        while self.is_welcoming() && self.did(self.settings.welcome) {
            self.settings.welcome += 1;
        }
        if self.settings.welcome != before {
            self.keep_settings();
        }
    }
}
