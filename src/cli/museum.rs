//! `rollout-lab museum`: retells the incidents of the museum and compares the runs with what was published.

use clap::{Args, ValueEnum};
use rayon::prelude::*;

use crate::exercise::incident::IncidentTexts;
use crate::library::load::{Exhibit, exhibit, museum};
use crate::library::shipped::incident_files;
use crate::library::translations::incident_told;
use crate::report::museum::{self as report, Told};

use super::output::{Output, Trouble};
use super::{Ended, Outcome};

/// Arguments of `museum`.
#[derive(Debug, Args)]
#[command(after_help = "\
Each incident is run twice in the same world: with the naive plan and what people did at the time, and with the recommended plan.
Exit code 0 when every published figure is met within 20 %, the moments come in their order, and the recommended plan loses a
tenth of the user-minutes at most; else 1.

Examples:
  rollout-lab museum                            the table of all incidents
  rollout-lab museum knight-2012                one incident: what happened, what to try
  rollout-lab museum knight-2012 --lang de      the same in German
  rollout-lab museum my-incident                one of your own: a folder with incident.ron, scenario.ron, naive.ron and
                                                recommended.ron
  rollout-lab run knight-2012 --plan knight-2012/naive")]
pub(super) struct Museum {
    /// Incidents: ids of shipped ones, or folders; without any, all shipped ones
    #[arg(value_name = "INCIDENT")]
    incidents: Vec<String>,
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// In this language, such as de, where the incident is translated
    #[arg(long, value_name = "LANG", default_value = "en")]
    lang: String,
}

/// The format of the museum's table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// The page docs/museum.md
    Markdown,
}

impl Museum {
    pub fn run(self, output: Output) -> Outcome {
        let exhibits = self.exhibits()?;
        let tell = |exhibit| tell(exhibit, &self.lang);
        let told: Vec<Told> = exhibits.into_par_iter().map(tell).collect::<Result<_, Trouble>>()?;
        output.result(&match self.format {
            Format::Text if self.incidents.is_empty() => report::text(&told, output.style),
            Format::Text => report::pages(&told, output.style),
            Format::Json => report::json(&told),
            Format::Markdown => report::markdown(&told),
        });
        let holds = told.iter().all(|told| told.retold.holds());
        Ok(if holds { Ended::Passed } else { Ended::NotPassed })
    }

    fn exhibits(&self) -> Result<Vec<Exhibit>, Trouble> {
        if self.incidents.is_empty() {
            let (exhibits, broken) = museum();
            let problems: Vec<_> = broken.into_iter().flat_map(|(_, problems)| problems).collect();
            return if problems.is_empty() { Ok(exhibits) } else { Err(problems.into()) };
        }
        self.incidents.iter().map(|name| Ok(exhibit(name)?)).collect()
    }
}

fn tell(exhibit: Exhibit, language: &str) -> Result<Told, Trouble> {
    let Exhibit { id, folder, incident, scenario, naive, recommended, warnings: _ } = exhibit;
    let retold = incident.retell(&scenario, &naive, &recommended).map_err(|issues| {
        let said: Vec<String> =
            issues.iter().map(|issue| format!("{id}: {}: {}", issue.path, issue.message)).collect();
        Trouble::Said(said.join("\n"))
    })?;
    let texts = incident_told(&incident_files(&folder)?, &incident, &scenario, language)?;
    let is_translated = texts != IncidentTexts::default();
    Ok(Told { id, incident: texts.applied(&incident), is_translated, retold })
}
