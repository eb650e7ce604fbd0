//! Notices to the learner, and how long they stay.

use std::time::Duration;

use crate::app::model::Lab;
use crate::app::model::lab::Notice;
use crate::app::model::told::told;
use crate::app::texts::tf;
use crate::library::Problem;

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
        let notice = Notice { text: text.into(), is_trouble: false };
        self.notices.retain(|other| *other != notice);
        self.notices.push(notice);
    }

    /// Removes the notices that are no trouble, once they were there long enough to be read.
    pub(in crate::app) fn drop_old_notices(&mut self) {
        if self.clock > self.told + GOOD_NEWS {
            self.notices.retain(|notice| notice.is_trouble);
        }
    }

    /// Adds a notice about trouble; one that stands there already is not repeated.
    pub fn trouble(&mut self, text: impl Into<String>) {
        let notice = Notice { text: text.into(), is_trouble: true };
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    /// Adds a notice that something could not be saved. While nothing can be saved, that is said once for the whole data folder.
    pub(in crate::app) fn not_saved(&mut self, problem: &Problem) {
        let data = self.start.data.as_ref().map(|data| data.display().to_string()).unwrap_or_default();
        if !std::mem::replace(&mut self.saves_fail, true) {
            self.trouble(tf("data.not_saved {} {}", &[&data, &told(problem)]));
        }
    }

    /// Notes how saving something went.
    pub(in crate::app) fn saved(&mut self, outcome: Result<(), Problem>) {
        match outcome {
            Ok(()) => self.saves_fail = false,
            Err(problem) => self.not_saved(&problem),
        }
    }
}
