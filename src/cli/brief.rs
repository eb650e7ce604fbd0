//! `rollout-lab brief` and `rollout-lab hint`: the task of an exercise, and its hints one at a time.

use clap::Args;

use crate::exercise::format::decimal;
use crate::library::brief::with_commands;
use crate::library::shipped::exercise_files;
use crate::library::translations::told;
use crate::report::style::{WIDTH, harmless, page, wrapped};

use super::output::{Output, Trouble};
use super::{Ended, Outcome, load};

/// Arguments of `brief`.
#[derive(Debug, Args)]
pub(super) struct Brief {
    /// The exercise: a shipped one's id, or the path of its folder
    exercise: String,
    /// In this language, such as de, where the exercise is translated
    #[arg(long, value_name = "LANG", default_value = "en")]
    lang: String,
}

/// Arguments of `hint`.
#[derive(Debug, Args)]
pub(super) struct Hint {
    /// The exercise: a shipped one's id, or the path of its folder
    exercise: String,
    /// Which hint, from 1; without a number it is said how many there are
    number: Option<usize>,
    /// In this language, such as de, where the exercise is translated
    #[arg(long, value_name = "LANG", default_value = "en")]
    lang: String,
}

impl Brief {
    pub fn run(self, output: Output) -> Outcome {
        let ready = load::exercise(&self.exercise)?;
        let told = told(&exercise_files(&self.exercise)?, &ready.exercise, &self.lang)?;
        output.result(&match told.brief {
            Some(brief) => with_commands(&brief),
            None => load::brief(&ready)?,
        });
        Ok(Ended::Passed)
    }
}

impl Hint {
    pub fn run(self, output: Output) -> Outcome {
        let exercise = load::exercise(&self.exercise)?.exercise;
        let told = told(&exercise_files(&self.exercise)?, &exercise, &self.lang)?;
        let exercise = told.texts.applied(&exercise);
        let count = exercise.hints.len();
        let there_are = match count {
            0 => format!("exercise \"{}\" has no hints", exercise.id),
            1 => format!("exercise \"{}\" has 1 hint", exercise.id),
            _ => format!("exercise \"{}\" has {count} hints", exercise.id),
        };
        let Some(number) = self.number else {
            output.result(&format!("{there_are}\n"));
            return Ok(Ended::Passed);
        };
        let Some(hint) = number.checked_sub(1).and_then(|index| exercise.hints.get(index)) else {
            return Err(Trouble::Said(format!("no hint {number}: {there_are}")));
        };
        let cost = match hint.cost {
            0.0 => String::new(),
            cost => format!(" (costs {} points in the window)", decimal(cost, 2)),
        };
        let text = format!("Hint {number} of {count}{cost}: {}", with_commands(&hint.say));
        output.result(&page(&wrapped(&harmless(&text), WIDTH)));
        Ok(Ended::Passed)
    }
}
