//! Which version of its form a file is written in. The version is looked at before anything else: of a file that a newer Rollout Lab
//! wrote nothing but that is told, for whatever else seems wrong with it follows from it.

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize, Serializer};

use super::Problem;
use super::outline::Outline;
use super::read::read_ron;
use crate::control::Plan;
use crate::exercise::incident::{Incident, IncidentTexts, TEXTS_FORMAT};
use crate::exercise::prove::Proof;
use crate::exercise::sweep::{self, Sweep};
use crate::exercise::{
    DUTY_FORMAT, Duty, EXERCISE_FORMAT, Exercise, ExerciseTexts, PLAYBOOK_FORMAT, Playbook, SESSION_FORMAT,
    Session, TRANSLATION_FORMAT, incident, prove,
};
use crate::scenario::{Scenario, Severity};

/// A kind of file that says in which version of its form it is written. A file of an earlier version than [`Self::NEWEST`] has to open as
/// well; `tests/formats` keeps some of every version, and a test opens them.
pub trait Versioned {
    /// The newest version that this build reads, and the one that it writes.
    const NEWEST: u32;
    /// The field at the top of the file that holds the version.
    const FIELD: &str = "format";
}

/// The version that a small kept file says, as a field that needs no care: a file that says none is of version 1, and what is written is
/// of version `NEWEST`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Format<const NEWEST: u32>;

impl<const NEWEST: u32> Serialize for Format<NEWEST> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(NEWEST)
    }
}

impl<'de, const NEWEST: u32> Deserialize<'de> for Format<NEWEST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let found = u32::deserialize(deserializer)?;
        if (1..=NEWEST).contains(&found) {
            return Ok(Self);
        }
        Err(D::Error::custom(format!("format {found} is not known; this build reads 1 to {NEWEST}")))
    }
}

/// Reads `text`, the content of `file`, as [`read_ron`] does.
///
/// # Errors
/// Of a file of a newer version that alone, with code `newer-format`; of any other everything that is wrong with it.
pub fn read_file<T>(file: &str, text: &str) -> Result<(T, Outline), Vec<Problem>>
where
    T: Versioned + serde::de::DeserializeOwned + Send,
{
    match read_ron::<T>(file, text) {
        Ok((value, outline)) => match newer::<T>(&outline) {
            Some(problem) => Err(vec![problem]),
            None => Ok((value, outline)),
        },
        Err(problems) => match newer::<T>(&Outline::read(file, text).0) {
            Some(problem) => Err(vec![problem]),
            None => Err(problems),
        },
    }
}

/// What is to be said of a file whose version is newer than this build reads.
pub(super) fn newer<T: Versioned>(outline: &Outline) -> Option<Problem> {
    // What is no such number is wrong in another way, and the reader says so.
    let version: u32 = outline.written(T::FIELD)?.parse().ok().filter(|version| *version > T::NEWEST)?;
    let message = format!(
        "format {version} is from a newer Rollout Lab; this one reads up to format {}; open the file with the newer one",
        T::NEWEST
    );
    Some(outline.problem(T::FIELD, "newer-format", message, Severity::Error))
}

impl Versioned for Scenario {
    const NEWEST: u32 = crate::scenario::FORMAT;
}

impl Versioned for Plan {
    const NEWEST: u32 = crate::control::FORMAT;
}

impl Versioned for Exercise {
    const NEWEST: u32 = EXERCISE_FORMAT;
}

impl Versioned for ExerciseTexts {
    const NEWEST: u32 = TRANSLATION_FORMAT;
}

impl Versioned for Session {
    const NEWEST: u32 = SESSION_FORMAT;
}

impl Versioned for Duty {
    const NEWEST: u32 = DUTY_FORMAT;
}

impl Versioned for Playbook {
    const NEWEST: u32 = PLAYBOOK_FORMAT;
}

impl Versioned for Proof {
    const NEWEST: u32 = prove::FORMAT;
}

impl Versioned for IncidentTexts {
    const NEWEST: u32 = TEXTS_FORMAT;
}

impl Versioned for Incident {
    const NEWEST: u32 = incident::FORMAT;
}

impl Versioned for Sweep {
    const NEWEST: u32 = sweep::FORMAT;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told<T>(text: &str) -> Vec<String>
    where
        T: Versioned + serde::de::DeserializeOwned + Send,
    {
        let problems = read_file::<T>("f.ron", text).err().unwrap_or_default();
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn of_a_newer_file_that_alone_is_told() {
        for text in [
            "(format: 2, strategy: Rolling())",
            "Plan(format: 2, strategy: Teleport(), hidden: [\"x\"])",
            "(strategy: Rolling(\n), format: 4000000000, format: 2)",
        ] {
            let told = told::<Plan>(text);
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(
                told[0].contains("is from a newer Rollout Lab; this one reads up to format 1"),
                "{told:?}"
            );
        }
        assert!(told::<Session>("(format: 9)")[0].starts_with("f.ron:1:10: format 9"));
        assert!(told::<Duty>("(format: 3)")[0].contains("up to format 2"));
    }

    #[test]
    fn what_is_not_newer_is_read_as_ever() {
        assert_eq!(told::<Plan>("(format: 1, strategy: Rolling())"), Vec::<String>::new());
        for text in
            ["(format: \"2\", strategy: Rolling())", "(format: -2, strategy: Rolling())", "()", "7", ""]
        {
            let told = told::<Plan>(text);
            assert!(!told.is_empty() && told.iter().all(|line| !line.contains("newer")), "{told:?}");
        }
    }

    #[test]
    fn a_kept_file_says_its_version_and_one_that_says_none_is_of_the_first() {
        #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default)]
        struct Small {
            format: Format<3>,
            number: u32,
        }
        let written = super::super::kept::text_of(&Small { number: 5, ..Small::default() }).unwrap();
        assert!(written.contains("format: 3"), "{written}");
        for text in [written.as_str(), "(number: 5)", "(format: 1, number: 5)"] {
            assert_eq!(read_ron::<Small>("f", text).unwrap().0.number, 5);
        }
        for text in ["(format: 4)", "(format: 0)"] {
            assert!(read_ron::<Small>("f", text).unwrap_err()[0].message.contains("1 to 3"));
        }
    }
}
