//! What a format of verdicts is, and what it is given.

use crate::exercise::class::{Class, Row};
use crate::exercise::predict::{Came, Prediction};
use crate::exercise::{Exercise, Verdict};
use crate::report::style::TextStyle;

/// A format of verdicts.
#[derive(Clone, Copy, Debug)]
pub struct VerdictFormat {
    /// Its name, as the command line takes it.
    pub name: &'static str,
    /// Who or what reads it, as the help says.
    pub about: &'static str,
    /// The ending of its files, without the dot.
    pub ending: &'static str,
    /// What it cannot say of a verdict, as `docs/staff.md` lists it.
    pub omits: &'static str,
    /// Environment variables without which it cannot be written.
    pub needs: &'static [&'static str],
    /// How it is written.
    pub form: Form,
}

/// How a format is written.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// From the whole verdict on one hand-in, which only `grade` has.
    Whole {
        /// Writes a verdict.
        write: fn(&Graded<'_>) -> String,
        /// Writes that the only row of a class could not be graded.
        refuse: fn(&Class, &Row) -> String,
    },
    /// From the marks of one hand-in: a file for each.
    Each(fn(&Class, &Row, Environment<'_>) -> String),
    /// From the marks of all hand-ins: a file for all.
    Book(fn(&Class, Environment<'_>) -> String),
}

impl VerdictFormat {
    /// The only row of a class in this format; `graded` is the whole verdict on it, where it could be graded.
    pub fn of_one(&self, class: &Class, graded: Option<&Graded<'_>>, environment: Environment<'_>) -> String {
        let row = || class.rows.first().expect("a class of one has a row");
        match (self.form, graded) {
            (Form::Whole { write, .. }, Some(graded)) => write(graded),
            (Form::Whole { refuse, .. }, None) => refuse(class, row()),
            (Form::Each(write), _) => write(class, row(), environment),
            (Form::Book(write), _) => write(class, environment),
        }
    }
}

/// The value of an environment variable; none where it is not set.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A verdict, and what a format may say besides.
pub struct Graded<'a> {
    /// The verdict.
    pub verdict: &'a Verdict,
    /// Its exercise.
    pub exercise: &'a Exercise,
    /// Colours and characters of text.
    pub style: TextStyle,
    /// What the learner predicted, and the outcome. It takes a run to find out, so only formats that tell it ask for it.
    pub prediction: &'a dyn Fn() -> Option<(Prediction, Came)>,
}
