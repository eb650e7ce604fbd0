//! `rollout-lab schema`: the form of the files that the lab reads, for editors and as a reference.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use crate::library::schema::FileForm;
use crate::report::schema as report;

use super::output::Output;
use super::{Ended, Outcome};

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub(super) struct Schema {
    /// The kind of file; without it, all kinds
    #[arg(value_parser = kinds())]
    kind: Option<FileForm>,
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The format of a schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// JSON Schema, draft 2020-12
    #[default]
    Json,
    /// Tables for people: fields, types, defaults, ranges
    Markdown,
}

fn kinds() -> impl TypedValueParser<Value = FileForm> {
    PossibleValuesParser::new(FileForm::ALL.iter().map(|form| form.name()))
        .try_map(|name| name.parse::<FileForm>())
}

impl Schema {
    pub fn run(self, output: Output) -> Outcome {
        let forms = self.kind.as_ref().map_or(FileForm::ALL, std::slice::from_ref);
        output.result(&match self.format {
            Format::Json => report::json(forms),
            Format::Markdown => report::markdown(forms),
        });
        Ok(Ended::Passed)
    }
}
