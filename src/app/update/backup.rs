//! Writes all progress into one file, and reads it back.

use std::path::Path;

use crate::app::model::Lab;
use crate::app::model::backup::{Backup, FORMAT};
use crate::app::model::learner::Learner;
use crate::app::model::saved_plans::{self, SavedPlan, SavedPlans};
use crate::app::model::sessions::{self, Sessions};
use crate::app::model::told::told;
use crate::app::texts::{t, tf};
use crate::library::shipped::Loaded;
use crate::library::{MAX_FILE_BYTES, Problem, disk, load, parse_options, progress, windows};

fn text_of(backup: &Backup) -> Result<String, String> {
    let layout = ron::ser::PrettyConfig::default().new_line("\n").compact_arrays(true);
    let text = parse_options().to_string_pretty(backup, layout).map_err(|error| error.to_string())?;
    Ok(format!("{text}\n"))
}

impl Lab {
    /// All progress as it stands.
    pub fn backup(&self) -> Backup {
        let sessions = self.start.data.as_deref().map(|data| Sessions::all(data).0);
        Backup {
            rollout_lab_progress: FORMAT,
            best: self.learner.best.clone(),
            course: self.learner.course.clone(),
            plans: self.saved_plans.plans.clone(),
            sessions: sessions.unwrap_or_default(),
            settings: self.settings.clone(),
        }
    }

    /// Saves all progress as the file `path`, and says so.
    pub(in crate::app) fn export(&mut self, path: &Path) {
        let mut backup = self.backup();
        let mut left_out = 0;
        // A larger file could not be read again; old sessions are the least loss.
        let text = loop {
            match text_of(&backup) {
                Err(error) => {
                    self.trouble(tf("bundle.not_written {}", &[&error]));
                    return;
                }
                Ok(text) if text.len() > MAX_FILE_BYTES && backup.sessions.pop().is_some() => left_out += 1,
                Ok(text) => break text,
            }
        };
        if text.len() > MAX_FILE_BYTES {
            self.trouble(tf("bundle.too_large {}", &[&(MAX_FILE_BYTES / 1024)]));
            return;
        }
        match disk::save_atomic(path, text.as_bytes()) {
            Ok(()) if left_out > 0 => self.tell(tf("bundle.saved_part {} {}", &[&path.display(), &left_out])),
            Ok(()) => self.tell(tf("bundle.saved {}", &[&path.display()])),
            Err(problem) => self.trouble(told(&problem)),
        }
    }

    /// Takes in progress from a file: the better score counts, plans come beside those that are there, settings are the
    /// file's. Nothing is taken in when anything is wrong with it.
    pub(in crate::app) fn import(&mut self, loaded: &Loaded) -> Result<(), Vec<Problem>> {
        let backup = load::read::<Backup>(loaded)?.value;
        let (new_plans, troubles) = self.take_in_work(&backup);
        self.settings = backup.settings.clone().sound();
        for refused in self.settings.keys.take_refused() {
            self.trouble(refused);
        }
        self.keep_settings();
        self.tell(tf("bundle.taken {} {} {}", &[&backup.best.len(), &new_plans, &backup.sessions.len()]));
        if troubles.is_empty() { Ok(()) } else { Err(troubles) }
    }

    /// Takes in scores, tries, plans and sessions; the better score counts, and plans come beside those that are there. Gives how
    /// many plans are new, and what could not be saved.
    fn take_in_work(&mut self, backup: &Backup) -> (usize, Vec<Problem>) {
        let mut troubles: Vec<Problem> = Vec::new();
        let data = self.start.data.clone();
        for (exercise, score) in &backup.best {
            let best = self.learner.best.entry(exercise.clone()).or_insert(*score);
            *best = best.max(*score);
            if let Some(data) = &data {
                troubles.extend(progress::record(data, exercise, *score).err());
            }
        }
        for (exercise, tries) in &backup.course.exercises {
            let mine = self.learner.course.exercises.entry(exercise.clone()).or_default();
            if tries.attempts > mine.attempts {
                *mine = tries.clone();
            }
        }
        self.learner.course.openings = self.learner.course.openings.max(backup.course.openings);
        self.keep_learner();
        let mut new_plans = 0;
        for kept in &backup.plans {
            let is_there = |mine: &SavedPlan| mine.plan == kept.plan && mine.exercise == kept.exercise;
            if self.saved_plans.plans.iter().any(is_there) {
                continue;
            }
            let SavedPlan { name, exercise, scenario, opened, plan, .. } = kept.clone();
            let number = self.saved_plans.add(name, exercise, scenario, plan, opened);
            new_plans += 1;
            if let (Some(data), Some(plan)) = (&data, self.saved_plans.get(number)) {
                troubles.extend(saved_plans::save(data, plan).err());
            }
        }
        if let Some(data) = &data {
            troubles.extend(backup.sessions.iter().filter_map(|session| sessions::save(data, session).err()));
        }
        (new_plans, troubles)
    }

    /// Takes in the work of windows that had no data folder to themselves, and says so.
    pub(in crate::app) fn take_in_copies(&mut self) {
        let Some(data) = self.start.data.clone() else { return };
        for copy in windows::left_copies(&data) {
            let (learner, _) = Learner::load(&copy);
            let (plans, _) = SavedPlans::load(&copy);
            let (sessions, _) = Sessions::all(&copy);
            let backup = Backup {
                best: learner.best,
                course: learner.course,
                plans: plans.plans,
                sessions,
                ..Backup::default()
            };
            let (_, troubles) = self.take_in_work(&backup);
            let moved = if troubles.is_empty() { windows::take_in(&copy, &data).err() } else { None };
            match troubles.first().or(moved.as_ref()) {
                None => self.tell(t("data.taken_in")),
                Some(problem) => self.trouble(tf("data.not_taken_in {} {}", &[&copy.display(), problem])),
            }
        }
    }
}
