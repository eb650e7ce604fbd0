//! A new exercise that is begun: what its author has said of it so far, and what is wrong with that.

use std::path::Path;

use crate::app::model::catalog::{Catalog, World};
use crate::app::texts::{t, tf};
use crate::library::new_exercise::{Cast, Outset, has_folder};

/// The parts of the lesson, 0 for the introduction.
pub const PARTS: std::ops::RangeInclusive<u32> = 0..=4;

/// Something that its author says of a new exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Its id.
    Id,
    /// Its title.
    Title,
    /// What is learned, a line each.
    Objectives,
}

impl Said {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Id, Self::Title, Self::Objectives];
}

/// A new exercise that is begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// What is said, in the order of [`Said::ALL`].
    pub said: [String; 3],
    /// The id of the scenario.
    pub scenario: String,
    /// The part of the lesson.
    pub part: u32,
    /// What was left once, or asked to be made: what is wrong there is told.
    pub judged: [bool; 3],
}

impl Default for Beginning {
    fn default() -> Self {
        Self { said: Default::default(), scenario: "checkout".to_owned(), part: 2, judged: [false; 3] }
    }
}

/// A command about a new exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BeginningCommand {
    /// Begin one.
    Open,
    /// Say this of it.
    Say(Said, String),
    /// This was left: tell what is wrong with it.
    Leave(Said),
    /// It is about this scenario, by its id.
    Scenario(String),
    /// It belongs to this part of the lesson.
    Part(u32),
    /// Make its files, and open it.
    Make,
    /// Put what was begun away.
    Cancel,
    /// Take the files back that were made for the exercise that is open.
    TakeBack,
}

impl Beginning {
    /// What is said of one thing.
    pub fn of(&self, what: Said) -> &str {
        &self.said[what as usize]
    }

    /// What is wrong with one thing that was said, when it is to be made in the folder `own`; `None` when nothing is.
    pub fn problem(&self, what: Said, catalog: &Catalog, own: &Path) -> Option<String> {
        let text = self.of(what).trim();
        let plain = |letter: char| {
            letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-' || letter == '_'
        };
        match what {
            Said::Id if text.is_empty() || text.len() > 64 || !text.chars().all(plain) => {
                Some(t("author.new.bad_id").to_owned())
            }
            Said::Id if catalog.exercise(text).is_some() || has_folder(own, text) => {
                Some(tf("author.new.taken {}", &[&text]))
            }
            Said::Title if text.is_empty() => Some(t("author.new.no_title").to_owned()),
            Said::Objectives if text.is_empty() => Some(t("author.new.no_objective").to_owned()),
            Said::Id | Said::Title | Said::Objectives => None,
        }
    }

    /// What is said, as the files of an exercise have it.
    pub fn outset(&self) -> Outset {
        let trimmed = |what| self.of(what).trim().to_owned();
        let lines = self.of(Said::Objectives).lines().map(str::trim);
        Outset {
            id: trimmed(Said::Id),
            title: trimmed(Said::Title),
            part: self.part,
            objectives: lines.filter(|line| !line.is_empty()).map(str::to_owned).collect(),
        }
    }
}

/// The scenarios that a new exercise can be about: those with a good release and a bad one.
pub fn worlds(catalog: &Catalog) -> impl Iterator<Item = &World> {
    catalog.worlds.iter().filter(|world| Cast::of(&world.scenario).is_some())
}
