//! Watches the instructor's folder, and reads exercises again when their files change; or the data folder of a class that is led in
//! another window.

use std::path::Path;

use crate::app::model::Lab;
use crate::app::model::watch::Watch;
use crate::app::texts::tf;

impl Lab {
    /// Begins to watch the folder of the class that is followed, or else the instructor's, if there is one; without threads nothing is
    /// watched.
    pub(in crate::app) fn watch(&mut self) {
        self.watch = None;
        let folder = self.start.follows.clone().or_else(|| self.start.exercises.clone());
        let Some(folder) = folder.filter(|_| self.start.threads) else { return };
        match Watch::new(&folder, self.start.wake.clone()) {
            Ok(watch) => self.watch = Some(watch),
            // A class is looked after now and then in that case.
            Err(_) if self.start.follows.is_some() => {}
            Err(why) => self.trouble(tf("watch.cannot {} {}", &[&folder.display(), &why])),
        }
    }

    /// Reads again what changed on the disk.
    pub(in crate::app) fn follow_disk(&mut self) {
        if self.start.follows.is_none()
            && self.watch.as_ref().is_some_and(Watch::has_changed)
            && let Some(folder) = self.start.exercises.clone()
        {
            self.reload(&folder);
        }
    }

    /// Reads the instructor's exercises again. Problems of one are shown in the course, and its old version stays.
    pub fn reload(&mut self, folder: &Path) {
        let changed = self.catalog.reload(folder);
        let open = self.run.as_ref().and_then(|run| run.entry()).map(|entry| entry.id.clone());
        if let Some(id) = open.filter(|id| changed.contains(id)) {
            self.tell(tf("watch.changed {}", &[&id]));
        }
    }
}
