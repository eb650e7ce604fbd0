//! An instructor's exercises, read anew when they change on the disk.

use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use notify_debouncer_full::notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};

use super::Lab;
use super::texts::tf;

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
    pub fn new(folder: &Path) -> Result<Self, String> {
        let (sender, events) = channel();
        // Whoever watches may be gone by then.
        let hear = move |result: DebounceEventResult| drop(sender.send(result));
        let mut debouncer = new_debouncer(QUIET, None, hear).map_err(|error| error.to_string())?;
        debouncer.watch(folder, RecursiveMode::Recursive).map_err(|error| error.to_string())?;
        Ok(Self { events, _debouncer: debouncer })
    }

    /// Whether something was written since the last time; being looked at is no change.
    fn has_changed(&self) -> bool {
        let changed = |result: DebounceEventResult| {
            result.is_ok_and(|events| events.iter().any(|event| !event.kind.is_access()))
        };
        // All of them are taken in, also after the first change.
        self.events.try_iter().filter_map(|result| changed(result).then_some(())).count() > 0
    }
}

impl Lab {
    /// Begins to watch the instructor's folder, if there is one; without threads nothing is watched.
    pub(super) fn watch(&mut self) {
        self.watch = None;
        let Some(folder) = self.start.exercises.clone().filter(|_| self.start.threads) else { return };
        match Watch::new(&folder) {
            Ok(watch) => self.watch = Some(watch),
            Err(why) => self.trouble(tf("watch.cannot {} {}", &[&folder.display(), &why])),
        }
    }

    /// Reads anew what changed on the disk.
    pub(super) fn follow_disk(&mut self) {
        if self.watch.as_ref().is_some_and(Watch::has_changed)
            && let Some(folder) = self.start.exercises.clone()
        {
            self.reload(&folder);
        }
    }

    /// Reads the instructor's exercises anew. What is wrong with one is shown in the course, and its old version stays.
    pub fn reload(&mut self, folder: &Path) {
        let changed = self.catalog.reload(folder);
        let open = self.run.as_ref().and_then(|run| run.entry()).map(|entry| entry.id.clone());
        if let Some(id) = open.filter(|id| changed.contains(id)) {
            self.tell(tf("watch.changed {}", &[&id]));
        }
    }
}
