//! The screens of the window, and the overlays that can lie over them.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::app::texts::t;

/// What fills the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ValueEnum)]
pub enum Screen {
    /// Parts and exercises.
    #[default]
    Course,
    /// Every scenario, freely.
    Sandbox,
    /// Incidents that happened.
    Museum,
    /// Two plans or sessions on the same world.
    Compare,
    /// The learner's own plans.
    Plans,
    /// For a class: hidden cause, faults and messages live.
    #[serde(rename = "Facilitate")]
    #[value(name = "facilitate")]
    Classroom,
    /// The exercise or scenario that is open.
    Run,
    /// The debrief of the run.
    Debrief,
    /// Exercises of one's own, being written.
    Author,
    /// Whether a manifest would catch a bad release.
    Rehearsal,
}

impl Screen {
    /// All screens, in the order of the navigation.
    pub const ALL: [Self; 10] = [
        Self::Course,
        Self::Sandbox,
        Self::Museum,
        Self::Compare,
        Self::Plans,
        Self::Classroom,
        Self::Run,
        Self::Debrief,
        Self::Author,
        Self::Rehearsal,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Course => t("screen.course"),
            Self::Sandbox => t("screen.sandbox"),
            Self::Museum => t("screen.museum"),
            Self::Compare => t("screen.compare"),
            Self::Plans => t("screen.plans"),
            Self::Classroom => t("screen.facilitate"),
            Self::Run => t("screen.run"),
            Self::Debrief => t("screen.debrief"),
            Self::Author => t("screen.author"),
            Self::Rehearsal => t("screen.rehearsal"),
        }
    }
}

/// What can lie over a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Overlay {
    /// The searchable list of all commands.
    Palette,
    /// The list of keys.
    Keys,
    /// How the lab looks and behaves.
    Settings,
    /// The introduction in five steps.
    Welcome,
    /// Choosing a file to open.
    Open,
    /// Handing in the session.
    HandIn,
    /// The concept cards.
    Glossary,
    /// One run, seen by every judge.
    Judges,
}

impl Overlay {
    /// All overlays.
    pub const ALL: [Self; 8] = [
        Self::Palette,
        Self::Keys,
        Self::Settings,
        Self::Welcome,
        Self::Open,
        Self::HandIn,
        Self::Glossary,
        Self::Judges,
    ];
}
