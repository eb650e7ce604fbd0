//! All progress as one file, to take to another computer: scores, tries, plans, sessions and settings.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Lab;
use super::learner::Course;
use super::sessions::{self, KeptSession, Sessions};
use super::settings::Settings;
use super::shelf::{self, KeptPlan};
use super::texts::tf;
use crate::library::shipped::Loaded;
use crate::library::{MAX_FILE_BYTES, Problem, disk, load, parse_options, progress};

const FORMAT: u32 = 1;

/// The name of the file that progress is saved as.
pub const FILE: &str = "rollout-lab-progress.ron";

/// All progress.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Version of the file format. Files of progress are known by this field: [`crate::library::PROGRESS_FIELD`].
    pub rollout_lab_progress: u32,
    /// Best scores, by exercise.
    #[serde(default)]
    pub best: BTreeMap<String, f64>,
    /// Tries and habits.
    #[serde(default)]
    pub course: Course,
    /// Plans.
    #[serde(default)]
    pub plans: Vec<KeptPlan>,
    /// Sessions, newest first.
    #[serde(default)]
    pub sessions: Vec<KeptSession>,
    /// How the lab looks and behaves.
    #[serde(default)]
    pub settings: Settings,
}

fn text_of(bundle: &Bundle) -> Result<String, String> {
    let layout = ron::ser::PrettyConfig::default().new_line("\n").compact_arrays(true);
    let text = parse_options().to_string_pretty(bundle, layout).map_err(|error| error.to_string())?;
    Ok(format!("{text}\n"))
}

impl Lab {
    /// All progress as it stands.
    pub fn bundle(&self) -> Bundle {
        let sessions = self.start.data.as_deref().map(|data| Sessions::all(data).0);
        Bundle {
            rollout_lab_progress: FORMAT,
            best: self.learner.best.clone(),
            course: self.learner.course.clone(),
            plans: self.shelf.plans.clone(),
            sessions: sessions.unwrap_or_default(),
            settings: self.settings.clone(),
        }
    }

    /// Saves all progress as one file in `folder`, and says so.
    pub(super) fn export(&mut self, folder: &Path) {
        let mut bundle = self.bundle();
        let mut left_out = 0;
        // What is larger would not be read again; old sessions are the least loss.
        let text = loop {
            match text_of(&bundle) {
                Err(error) => {
                    self.trouble(tf("bundle.not_written {}", &[&error]));
                    return;
                }
                Ok(text) if text.len() > MAX_FILE_BYTES && bundle.sessions.pop().is_some() => left_out += 1,
                Ok(text) => break text,
            }
        };
        if text.len() > MAX_FILE_BYTES {
            self.trouble(tf("bundle.too_large {}", &[&(MAX_FILE_BYTES / 1024)]));
            return;
        }
        let path = folder.join(FILE);
        match disk::save_atomic(&path, text.as_bytes()) {
            Ok(()) if left_out > 0 => self.tell(tf("bundle.saved_part {} {}", &[&path.display(), &left_out])),
            Ok(()) => self.tell(tf("bundle.saved {}", &[&path.display()])),
            Err(problem) => self.trouble(problem.rendered()),
        }
    }

    /// Takes in progress from a file: the better score counts, plans come beside those that are there, settings are the
    /// file's. Nothing is taken in when anything is wrong with it.
    pub(super) fn import(&mut self, loaded: &Loaded) -> Result<(), Vec<Problem>> {
        let bundle = load::read::<Bundle>(loaded)?.value;
        if bundle.rollout_lab_progress > FORMAT {
            let message = tf("bundle.newer {} {}", &[&bundle.rollout_lab_progress, &FORMAT]);
            return Err(vec![Problem::of_file(loaded.file.as_str(), "newer-format", message)]);
        }
        let mut troubles: Vec<Problem> = Vec::new();
        let data = self.start.data.clone();
        for (exercise, score) in &bundle.best {
            let best = self.learner.best.entry(exercise.clone()).or_insert(*score);
            *best = best.max(*score);
            if let Some(data) = &data {
                troubles.extend(progress::record(data, exercise, *score).err());
            }
        }
        for (exercise, tries) in &bundle.course.exercises {
            let mine = self.learner.course.exercises.entry(exercise.clone()).or_default();
            if tries.attempts > mine.attempts {
                *mine = tries.clone();
            }
        }
        self.learner.course.openings = self.learner.course.openings.max(bundle.course.openings);
        self.keep_learner();
        let mut new_plans = 0;
        for kept in &bundle.plans {
            let is_there = |mine: &KeptPlan| mine.plan == kept.plan && mine.exercise == kept.exercise;
            if self.shelf.plans.iter().any(is_there) {
                continue;
            }
            let KeptPlan { name, exercise, scenario, opened, plan, .. } = kept.clone();
            let number = self.shelf.add(name, exercise, scenario, plan, opened);
            new_plans += 1;
            if let (Some(data), Some(plan)) = (&data, self.shelf.get(number)) {
                troubles.extend(shelf::save(data, plan).err());
            }
        }
        if let Some(data) = &data {
            troubles.extend(bundle.sessions.iter().filter_map(|session| sessions::save(data, session).err()));
        }
        self.settings = bundle.settings.clone().sound();
        for refused in self.settings.keys.take_refused() {
            self.trouble(refused);
        }
        self.keep_settings();
        self.tell(tf("bundle.taken {} {} {}", &[&bundle.best.len(), &new_plans, &bundle.sessions.len()]));
        if troubles.is_empty() { Ok(()) } else { Err(troubles) }
    }
}
