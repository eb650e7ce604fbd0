//! `rollout-lab rehearse`: would this manifest have caught it, whom would it have hurt, and how long does it take? It needs no
//! scenario.

mod improve;
mod numbers;
mod series;
mod world;

use std::path::Path;

use clap::{Args, ValueEnum};

use crate::control::Plan;
use crate::engine::{Share, Span};
use crate::exercise::power::{Regression, power};
use crate::exercise::rehearsal::{Goal, Met, Setting, Spot, levels, why_not, with_approvals};
use crate::library::Problem;
use crate::library::disk::load_export;
use crate::library::load::Read;
use crate::library::shipped::Loaded;
use crate::manifest::{Finding, Imported, Kind, Places, Table, import};
use crate::report::rehearsal::{self as report, Rehearsal, Remark};
use crate::scenario::{Scenario, Severity};
use crate::sim::{Case, Term};

use super::import::table;
use super::load::{file, read_scenario};
use super::output::{Output, Trouble};
use super::overwrite::Overwrite;
use super::progress::bar;
use super::{Ended, Outcome};
use numbers::Numbers;

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
    numbers: Numbers,
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
    /// Number of runs of each regression
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(2..=1000))]
    seeds: u32,
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

/// Several files read as one, and where each begins in it.
struct Files {
    names: Vec<String>,
    /// The first line of each, from 1.
    starts: Vec<u32>,
    text: String,
}

impl Files {
    fn read(names: &[String]) -> Result<Self, Problem> {
        let (mut starts, mut text) = (Vec::new(), String::new());
        for name in names {
            if !text.is_empty() {
                text += "\n---\n";
            }
            starts.push(text.matches('\n').count() as u32 + 1);
            text += &file(name)?.text;
        }
        Ok(Self { names: names.to_vec(), starts, text })
    }

    /// The file and the line in it of a line of the whole.
    fn place(&self, line: u32) -> (String, u32) {
        let at = self.starts.partition_point(|start| *start <= line).saturating_sub(1);
        (self.names[at].clone(), (line + 1).saturating_sub(self.starts[at]))
    }

    /// Problems of the whole, in their files.
    fn placed(&self, problems: Vec<Problem>) -> Vec<Problem> {
        let one = |problem: Problem| {
            let (file, line) =
                if problem.line > 0 { self.place(problem.line) } else { (problem.file.clone(), 0) };
            Problem { file, line, ..problem }
        };
        problems.into_iter().map(one).collect()
    }
}

impl Rehearse {
    pub fn run(self, output: Output) -> Outcome {
        let table = self.metrics.as_deref().map(table).transpose()?.unwrap_or_default();
        let files = Files::read(&self.manifests)?;
        let Imported { plan, findings, places } = self.import(&files, &table)?;
        let measured = match &self.from_metrics {
            Some(path) => {
                let text = load_export(Path::new(path))?;
                series::measured(&text).map_err(|why| Trouble::Said(format!("{path}: {why}")))?
            }
            None => series::Measured::default(),
        };
        let known = self.numbers.known(&plan, &places, &measured);
        let (plan, waits) = with_approvals(&plan, self.approve);
        let text = world::text(&known, &plan);
        if let Some(path) = &self.save_scenario {
            self.overwrite.save(path, &text)?;
        }
        let scenario = read_scenario(&Loaded { file: "the world of the rehearsal".to_owned(), text })?;
        let wrong = plan.problems(Some(&scenario.value));
        let wrong: Vec<String> = wrong
            .iter()
            .filter(|issue| issue.severity == Severity::Error)
            .map(|issue| format!("{}: the plan: {}: {}", self.manifests[0], issue.path, issue.message))
            .collect();
        if !wrong.is_empty() {
            return Err(Trouble::Said(wrong.join("\n")));
        }
        let goal = Goal {
            catch: self.catch,
            within: self.within,
            false_alarms: self.false_alarms.map(|share| share.fraction()),
        };
        let more = match self.catch {
            Some(Regression::Errors(share)) => share.fraction(),
            _ => 0.01,
        };
        let setting = Setting { requests_per_s: known.rps, errors: known.errors.fraction(), more };
        let remarks =
            why_not(&plan, setting).into_iter().map(|of| remark(&files, &places, &of.spot, of.code, of.said));
        let mut why_not: Vec<Remark> = remarks.collect();
        if waits {
            let said = format!(
                "The release waits here for a person, who is taken to come after {} (--approve).",
                self.approve
            );
            why_not.push(remark(&files, &places, &Spot::Approval, "waits-for-a-person", said));
        }
        if self.improve {
            let search = improve::Search {
                files: &files,
                table: &table,
                scenario: &scenario,
                goal,
                approve: self.approve,
                seeds: self.seeds as usize,
                seed: self.seed,
            };
            return improve::run(&search, &places, output);
        }
        let found = if self.only_plan { None } else { Some(self.measure(&scenario, &plan, goal, output)?) };
        let goals = found.as_ref().map(|power| goal.met_by(power)).unwrap_or_default();
        let page = Rehearsal {
            files: self.manifests.clone(),
            title: plan.title.clone(),
            world: known.said.clone(),
            read: findings
                .iter()
                .filter(|of| of.kind == Kind::NotSupported)
                .map(|of| of_finding(&files, of))
                .collect(),
            why_not,
            power: found,
            goals,
            currency: scenario.value.cost.currency.clone(),
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

    fn import(&self, files: &Files, table: &Table) -> Result<Imported, Trouble> {
        import(&self.manifests[0], &files.text, table)
            .map_err(|problems| Trouble::Problems(files.placed(problems)))
    }

    fn measure(
        &self,
        scenario: &Read<Scenario>,
        plan: &Plan,
        goal: Goal,
        output: Output,
    ) -> Result<crate::exercise::power::Power, Trouble> {
        let levels = levels(goal.catch);
        let bar = bar(output, u64::from(self.seeds) * levels.len() as u64, "rehearsing");
        let case = Case { release: Some("next".to_owned()), term: Term::default(), ..Case::default() };
        let runs = (self.seeds as usize, self.seed);
        let found = power(&scenario.value, &case, plan, &levels, runs, &|| bar.inc(1));
        bar.finish_and_clear();
        found.map_err(|issues| Trouble::Problems(scenario.place(&issues, "")))
    }
}

fn remark(files: &Files, places: &Places, spot: &Spot, code: &'static str, said: String) -> Remark {
    let (line, column) = places.place(spot).unwrap_or((0, 0));
    let (file, line) = if line > 0 { files.place(line) } else { (files.names[0].clone(), 0) };
    Remark { file, place: (line, column), code, said }
}

fn of_finding(files: &Files, of: &Finding) -> Remark {
    let (file, line) = files.place(of.line);
    Remark { file, place: (line, of.column), code: "not-read", said: format!("{}: {}", of.path, of.message) }
}
