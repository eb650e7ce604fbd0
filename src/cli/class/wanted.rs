//! The form in which a class is told: one of its own, or that of a school's system, which takes one file for all hand-ins or one for
//! each.

use std::collections::BTreeMap;
use std::path::Path;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::cli::environment::variable;
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

/// The formats, first those of a class. A system that grades one hand-in in its own surroundings is not among them, nor is a page on
/// one hand-in, which the reports are.
fn all() -> Vec<(&'static str, &'static str, Wanted)> {
    let own = FORMATS.iter().map(|format| (format.name, format.about, Wanted::Own(*format)));
    let is_new = |format: &&VerdictFormat| FORMATS.iter().all(|own| own.name != format.name);
    let systems = SYSTEMS.iter().filter(|format| !matches!(format.form, Form::Whole { .. }));
    let systems = systems.filter(is_new).filter(|format| format.needs.is_empty());
    own.chain(systems.map(|format| (format.name, format.about, Wanted::System(*format)))).collect()
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
    /// Fails where the format is a file for each hand-in and no folder is named for them.
    pub fn check(self, folder: Option<&Path>) -> Result<(), Trouble> {
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
                    save_atomic(&file, write(class, row, &variable).as_bytes())?;
                }
                output.result(&(FORMATS[0].write)(class, output.style));
            }
            (Form::Each(_) | Form::Whole { .. }, _) => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_of_a_system_is_offered_but_pages_and_those_that_need_their_runner() {
        let names: Vec<&str> = all().iter().map(|(name, _, _)| *name).collect();
        for format in SYSTEMS {
            let is_offered = names.iter().filter(|name| **name == format.name).count();
            let is_own = FORMATS.iter().any(|own| own.name == format.name);
            let expected = is_own || (format.needs.is_empty() && !matches!(format.form, Form::Whole { .. }));
            assert_eq!(is_offered, usize::from(expected), "{}", format.name);
        }
    }
}
