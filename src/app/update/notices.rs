//! What the learner is told, and for how long.

use std::time::Duration;

use crate::app::model::Lab;
use crate::app::model::lab::Notice;

/// Good news told within so long belong together.
const TOGETHER: Duration = Duration::from_secs(1);

/// How long what is no trouble stays to be read.
const GOOD_NEWS: Duration = Duration::from_secs(8);

impl Lab {
    /// Tells the learner something.
    pub fn tell(&mut self, text: impl Into<String>) {
        // What went well a while ago makes way for what goes well now.
        if self.clock > self.told + TOGETHER {
            self.notices.retain(|notice| notice.is_trouble);
        }
        self.told = self.clock;
        self.notices.push(Notice { text: text.into(), is_trouble: false });
    }

    /// Takes away what is no trouble, once it was there long enough to be read.
    pub(in crate::app) fn drop_old_notices(&mut self) {
        if self.clock > self.told + GOOD_NEWS {
            self.notices.retain(|notice| notice.is_trouble);
        }
    }

    /// Tells the learner of trouble.
    pub fn trouble(&mut self, text: impl Into<String>) {
        self.notices.push(Notice { text: text.into(), is_trouble: true });
    }
}
