//! Watches a folder for changes.

use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use notify_debouncer_full::notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};

use crate::app::model::wake::Wake;

/// How long the disk must be quiet: editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(200);

/// Watches a folder.
pub struct Watch {
    events: Receiver<DebounceEventResult>,
    /// It watches as long as it lives.
    _debouncer: Debouncer<RecommendedWatcher, RecommendedCache>,
}

impl Watch {
    /// Watches `folder` and all in it.
    ///
    /// # Errors
    /// Why the system cannot.
    pub fn new(folder: &Path, wake: Wake) -> Result<Self, String> {
        let (sender, events) = channel();
        // The receiver may be gone by then.
        let hear = move |result: DebounceEventResult| {
            drop(sender.send(result));
            wake.call();
        };
        let mut debouncer = new_debouncer(QUIET, None, hear).map_err(|error| error.to_string())?;
        debouncer.watch(folder, RecursiveMode::Recursive).map_err(|error| error.to_string())?;
        Ok(Self { events, _debouncer: debouncer })
    }

    /// Whether something was written since the last time; being looked at is no change.
    pub(in crate::app) fn has_changed(&self) -> bool {
        let changed = |result: DebounceEventResult| {
            result.is_ok_and(|events| events.iter().any(|event| !event.kind.is_access()))
        };
        // All of them are taken in, also after the first change.
        self.events.try_iter().filter_map(|result| changed(result).then_some(())).count() > 0
    }
}
