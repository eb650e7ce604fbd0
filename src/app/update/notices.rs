//! Notices to the learner, and how long they stay.

use std::time::Duration;

use crate::app::model::Lab;
use crate::app::model::lab::Notice;

/// Good news within this time belong together.
const TOGETHER: Duration = Duration::from_secs(1);

/// How long a notice that is no trouble stays.
const GOOD_NEWS: Duration = Duration::from_secs(8);

impl Lab {
    /// Adds a notice.
    pub fn tell(&mut self, text: impl Into<String>) {
        // Older good news makes way for newer.
        if self.clock > self.told + TOGETHER {
            self.notices.retain(|notice| notice.is_trouble);
        }
        self.told = self.clock;
        self.notices.push(Notice { text: text.into(), is_trouble: false });
    }

    /// Removes the notices that are no trouble, once they were there long enough to be read.
    pub(in crate::app) fn drop_old_notices(&mut self) {
        if self.clock > self.told + GOOD_NEWS {
            self.notices.retain(|notice| notice.is_trouble);
        }
    }

    /// Adds a notice about trouble.
    pub fn trouble(&mut self, text: impl Into<String>) {
        self.notices.push(Notice { text: text.into(), is_trouble: true });
    }
}
