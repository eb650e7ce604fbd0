//! The form in which a class is told: one of its own, or that of a school's system, which takes one file for all hand-ins or one for
//! each.

use std::collections::BTreeMap;
use std::path::Path;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::cli::environment::{has_what_it_needs, variable};
use crate::cli::output::{Output, Trouble};
use crate::exercise::class::Class;
use crate::library::Problem;
use crate::library::disk::save_atomic;
use crate::report::class::{ClassFormat, FORMATS};
use crate::report::verdict::{FORMATS as SYSTEMS, Form, VerdictFormat};

/// A format that `class` writes.
#[derive(Clone, Copy, Debug)]
pub enum Wanted {
    /// One of a class.
    Own(ClassFormat),
    /// One of a school's system.
    System(VerdictFormat),
}

/// The formats, first those of a class. A page on one hand-in is not among them, which the reports are.
fn all() -> Vec<(&'static str, &'static str, Wanted)> {
    let own = FORMATS.iter().map(|format| (format.name, format.about, Wanted::Own(*format)));
    let is_new = |format: &&VerdictFormat| FORMATS.iter().all(|own| own.name != format.name);
    let systems = SYSTEMS.iter().filter(|format| !matches!(format.form, Form::Whole { .. }));
    own.chain(systems.filter(is_new).map(|format| (format.name, format.about, Wanted::System(*format))))
        .collect()
}

/// The formats as the command line offers them.
pub fn formats() -> impl TypedValueParser<Value = Wanted> {
    let named = all().into_iter().map(|(name, about, _)| PossibleValue::new(name).help(about));
    PossibleValuesParser::new(named).map(|chosen| {
        let found = all().into_iter().find(|(name, _, _)| *name == chosen);
        found.expect("only the names of formats are possible").2
    })
}

impl Wanted {
    /// Fails where the format is a file for each hand-in and no folder is named for them, or what it needs is not set.
    pub fn check(self, folder: Option<&Path>) -> Result<(), Trouble> {
        if let Self::System(format) = self {
            has_what_it_needs(&format)?;
        }
        match self {
            Self::System(VerdictFormat { name, form: Form::Each(_), .. }) if folder.is_none() => {
                let message =
                    format!("--format {name} is a file for each hand-in; name a folder for them with --out");
                Err(Trouble::Said(message))
            }
            Self::System(_) | Self::Own(_) => Ok(()),
        }
    }

    /// Tells a class. Files of single hand-ins are written into `folder` as `NAME.FORMAT.ENDING`, by the names of their reports, which
    /// `reports` gives for each file, and the class is told as text. A row without a file has none there either.
    pub fn tell(
        self,
        class: &Class,
        reports: &BTreeMap<String, String>,
        folder: Option<&Path>,
        output: Output,
    ) -> Result<(), Problem> {
        let system = match self {
            Self::Own(format) => {
                output.result(&(format.write)(class, output.style));
                return Ok(());
            }
            Self::System(system) => system,
        };
        match (system.form, folder) {
            (Form::Book(write), _) => output.result(&write(class, &variable)),
            (Form::Each(write), Some(folder)) => {
                let with_file = class.rows.iter().filter_map(|row| Some((row, reports.get(&row.file)?)));
                for (row, name) in with_file {
                    let file = folder.join(format!("{name}.{}.{}", system.name, system.ending));
                    save_atomic(
                        &file,
                        write(class, row, &|name| variable_of(name, &row.student)).as_bytes(),
                    )?;
                }
                output.result(&(FORMATS[0].write)(class, output.style));
            }
            (Form::Each(_) | Form::Whole { .. }, _) => {}
        }
        Ok(())
    }
}

/// A variable for one of a class: what says whose hand-in it is says so of one alone, and `{student}` in any other stands for the student,
/// so that each has addresses of their own.
fn variable_of(name: &str, student: &str) -> Option<String> {
    if ["OWNER", "USERNAME"].contains(&name) {
        return None;
    }
    let value = variable(name)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    // RFC 3986, 2.1: every other byte of an address is written by its number.
    let written =
        |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    Some(value.replace("{student}", &student.bytes().map(written).collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_of_a_system_is_offered_but_pages_on_one_hand_in() {
        let names: Vec<&str> = all().iter().map(|(name, _, _)| *name).collect();
        for format in SYSTEMS {
            let is_offered = names.iter().filter(|name| **name == format.name).count();
            let is_own = FORMATS.iter().any(|own| own.name == format.name);
            let expected = is_own || !matches!(format.form, Form::Whole { .. });
            assert_eq!(is_offered, usize::from(expected), "{}", format.name);
        }
    }
}
