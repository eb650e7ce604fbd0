//! `rollout-lab explain`: the meaning of a field of a plan or scenario, its default, and the upstream rule; or the card of a concept.

use clap::Args;

use crate::library::cards;
use crate::library::knobs::{find, find_type, knobs, nearest_to};
use crate::report::explain as report;

use super::output::{Output, Trouble};
use super::{Ended, Format, Outcome};

/// The language of the terminal.
const ENGLISH: &str = "en";

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// Name of a field (max_surge), its full name (Rolling.max_surge), its upstream name (maxSurge), a type (Rolling) or a concept (burn-rate); without a name, all fields are listed
    knob: Option<String>,
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Explain {
    pub fn run(self, output: Output) -> Outcome {
        let found = match &self.knob {
            None => knobs().collect(),
            Some(name) => find(name),
        };
        if let Some(card) = self.knob.as_deref().and_then(|name| cards::find(name, ENGLISH))
            && self.format == Format::Text
        {
            // A field may have a card besides its own explanation.
            let fields = match (found.is_empty(), find_type(&card.title)) {
                (false, _) => format!("\n{}", report::text(&found, output.style)),
                (true, Some(of)) => format!("\n{}", report::of_type(of, output.style)),
                (true, None) => String::new(),
            };
            output.result(&format!("{}{fields}", report::card(card, output.style)));
            return Ok(Ended::Passed);
        }
        if let (Some(name), true) = (&self.knob, found.is_empty()) {
            if let (Some(of), Format::Text) = (find_type(name), self.format) {
                output.result(&report::of_type(of, output.style));
                return Ok(Ended::Passed);
            }
            let hint = match nearest_to(name).or_else(|| cards::nearest_to(name)) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => "`rollout-lab explain` lists them all".to_owned(),
            };
            return Err(Trouble::Said(format!("there is no knob \"{name}\"; {hint}")));
        }
        output.result(&match (self.format, &self.knob) {
            (Format::Json, _) => report::json(&found),
            (Format::Text, None) => report::index(&found, output.style),
            (Format::Text, Some(_)) => report::text(&found, output.style),
        });
        Ok(Ended::Passed)
    }
}
