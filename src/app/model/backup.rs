//! All progress as one file, to take to another computer: scores, tries, plans, sessions and settings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::app::model::learner::Course;
use crate::app::model::saved_plans::SavedPlan;
use crate::app::model::sessions::KeptSession;
use crate::app::model::settings::Settings;
use crate::library::{PROGRESS_FIELD, Versioned};

pub(in crate::app) const FORMAT: u32 = 1;

/// The name of the file that progress is saved as.
pub const FILE: &str = "rollout-lab-progress.ron";

impl Versioned for Backup {
    const NEWEST: u32 = FORMAT;
    const FIELD: &str = PROGRESS_FIELD;
}

/// All progress.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    /// Version of the file format. Files of progress are known by this field: [`PROGRESS_FIELD`].
    pub rollout_lab_progress: u32,
    /// Best scores, by exercise.
    #[serde(default)]
    pub best: BTreeMap<String, f64>,
    /// Tries and habits.
    #[serde(default)]
    pub course: Course,
    /// Plans.
    #[serde(default)]
    pub plans: Vec<SavedPlan>,
    /// Sessions, newest first.
    #[serde(default)]
    pub sessions: Vec<KeptSession>,
    /// How the lab looks and behaves.
    #[serde(default)]
    pub settings: Settings,
}
