//! `rollout-lab rehearse`: would this manifest have caught it, whom would it have hurt, and how long does it take? It needs no
//! scenario.

mod numbers;

use std::path::Path;

use clap::{Args, ValueEnum};

use crate::engine::{Share, Span};
use crate::exercise::power::Regression;
use crate::exercise::rehearsal::{Goal, Met};
use crate::library::Problem;
use crate::library::disk::load_export;
use crate::library::shipped::Loaded;
use crate::rehearsal::{Asked, Files, Measured, Ready, Subject, measured};
use crate::report::rehearsal as report;

use super::import::table;
use super::load::file;
use super::output::{Output, Trouble};
use super::overwrite::Overwrite;
use super::progress::bar;
use super::{Ended, Outcome};
use numbers::Given;

/// Arguments of `rehearse`.
#[derive(Debug, Args)]
#[command(after_help = "\
The world is made of the manifests and of the numbers below; every number that is not given is said with its default. The exit code
is 1 when a stated goal is missed.

Examples:
  rollout-lab rehearse rollout.yaml --rps 40 --errors 0.2% --latency p50=80ms,p99=400ms
  rollout-lab rehearse rollout.yaml analysis.yaml --static
  rollout-lab rehearse rollout.yaml --catch errors=1% --within 5m --false-alarms 5% --format markdown")]
pub(super) struct Rehearse {
    /// The manifests, YAML or JSON; they are read as one
    #[arg(required = true, value_name = "MANIFEST")]
    manifests: Vec<String>,
    #[command(flatten)]
    numbers: Given,
    /// Look at the plan alone, without any run
    #[arg(long = "static")]
    only_plan: bool,
    /// The regression that has to be caught in 80 % of the runs: errors=1%, latency=1.5, crash=1%, leak=0.5, group=20%, wrong=10%
    #[arg(long, value_name = "KIND=SIZE", value_parser = numbers::regression)]
    catch: Option<Regression>,
    /// By when after the rollout began it has to be caught
    #[arg(long, value_name = "TIME", requires = "catch")]
    within: Option<Span>,
    /// The largest share of sound releases that may be sent back
    #[arg(long, value_name = "SHARE", value_parser = numbers::share)]
    false_alarms: Option<Share>,
    /// When a person approves, where the release waits for one
    #[arg(long, value_name = "TIME", default_value = "5m")]
    approve: Span,
    /// A new revision of the release, as good or as bad, comes so long after it begins, and takes its place if it is still going out
    #[arg(long, value_name = "TIME", value_parser = numbers::revision, conflicts_with = "only_plan")]
    revision: Option<Span>,
    /// The flag that guards the new code; of a file of flags alone, the one that is turned on
    #[arg(long, value_name = "NAME")]
    flag: Option<String>,
    /// Number of runs of each regression; default 12, and 5 from 12000 requests a second on
    #[arg(long, value_parser = clap::value_parser!(u32).range(2..=1000))]
    seeds: Option<u32>,
    /// The number from which all seeds are derived
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A range export of Prometheus (JSON of query_range, or OpenMetrics text) for the numbers that are not given
    #[arg(long, value_name = "FILE")]
    from_metrics: Option<String>,
    /// Search for the smallest change of the manifest that reaches the goal, and print it as a patch
    #[arg(long, requires = "catch", conflicts_with = "only_plan")]
    improve: bool,
    /// Keep the world in this file, as a scenario to edit
    #[arg(long, value_name = "FILE.ron")]
    save_scenario: Option<String>,
    #[command(flatten)]
    overwrite: Overwrite,
    /// A table of your metrics, as for `import`
    #[arg(long, value_name = "TABLE.ron")]
    metrics: Option<String>,
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    format: Form,
}

/// The forms of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people
    #[default]
    Text,
    /// For a comment on a pull request
    Markdown,
    /// For programs
    Json,
    /// For code review, on the manifest's lines
    Sarif,
    /// A page with charts
    Html,
}

impl Rehearse {
    pub fn run(self, output: Output) -> Outcome {
        let table = self.metrics.as_deref().map(table).transpose()?.unwrap_or_default();
        let read = |name: &String| Ok(Loaded { file: name.clone(), text: file(name)?.text });
        let files: Vec<Loaded> = self.manifests.iter().map(read).collect::<Result<_, Problem>>()?;
        let subject = Subject::read(Files::of(&files), table, self.asked()?)?;
        if let Some(path) = &self.save_scenario {
            self.overwrite.save(path, subject.world())?;
        }
        let ready = subject.ready()?;
        if self.improve {
            return Ok(improve(&ready, output));
        }
        let page = match self.only_plan {
            true => ready.from_the_plan(),
            false => {
                let bar = bar(output, ready.runs() as u64, "rehearsing");
                let found = ready.rehearse(&|| bar.inc(1), &|| false);
                bar.finish_and_clear();
                found?.unwrap_or_else(|| ready.from_the_plan())
            }
        };
        output.result(&match self.format {
            Form::Text => report::text(&page, output.style),
            Form::Markdown => report::markdown(&page),
            Form::Json => report::json(&page),
            Form::Sarif => report::sarif(&page),
            Form::Html => report::html(&page),
        });
        let met = |goal: &Met| goal.met;
        Ok(if page.goals.iter().all(met) { Ended::Passed } else { Ended::NotPassed })
    }

    /// The question of these arguments.
    fn asked(&self) -> Result<Asked, Trouble> {
        let measured = match &self.from_metrics {
            Some(path) => {
                let text = load_export(Path::new(path))?;
                measured(&text).map_err(|why| Trouble::Said(format!("{path}: {why}")))?
            }
            None => Measured::default(),
        };
        let goal = Goal {
            catch: self.catch,
            within: self.within,
            false_alarms: self.false_alarms.map(|share| share.fraction()),
        };
        let (numbers, seeds) = (self.numbers.numbers(), self.seeds.map(|seeds| seeds as usize));
        let (approve, revision) = (self.approve, self.revision);
        let flag = self.flag.clone();
        Ok(Asked { numbers, measured, goal, approve, revision, flag, seeds, seed: self.seed })
    }
}

/// Searches, and prints the patch. The exit code is 1 when nothing reaches the goal.
fn improve(ready: &Ready, output: Output) -> Ended {
    let bar = bar(output, ready.attempts() as u64, "trying changes");
    let found = ready.improve(&|| bar.inc(1), &|| false);
    bar.finish_and_clear();
    if let Some(found) = &found {
        output.result(&report::improvement(found));
    }
    if found.is_some_and(|found| found.proven.is_some()) { Ended::Passed } else { Ended::NotPassed }
}
