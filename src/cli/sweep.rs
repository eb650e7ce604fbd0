//! `rollout-lab sweep`: a plan in a scenario with some of their values varied.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use rayon::prelude::*;

use super::class::shard::Shard;
use super::load::{self, errors, file, read};
use super::output::{Output, Trouble};
use super::overwrite::replaces_only;
use super::progress::bar;
use super::{Ended, Outcome};
use crate::control::Plan;
use crate::exercise::sweep::{Axis, Sweep};
use crate::exercise::{ENGINE_VERSION, RunResult, play};
use crate::library::disk::save_atomic;
use crate::library::items::{Items, digest_of};
use crate::library::patch::set;
use crate::library::shipped::{Loaded, find_scenario_text};
use crate::library::{Problem, read_ron};
use crate::report::sweep::{self, RunFigures, SweepRow};
use crate::scenario::Scenario;
use crate::sim::{Case, MODEL};

/// Arguments of `sweep`.
#[derive(Debug, Args)]
#[command(after_help = "\
The file names a scenario, a plan and what is varied:
  (format: 1, scenario: \"checkout\", plan: \"canary/starter\", release: \"v2-errors\", runs: 5, vary: [
    (name: \"first step\", plan: \"strategy.steps[0]\", values: List([\"5\", \"10\", \"25\"]), write: \"Weight(\\\"{}%\\\")\"),
    (name: \"pause\", plan: \"strategy.steps[1]\", values: Between(30, 600, 5), write: \"Pause(\\\"{}s\\\")\"),
  ])
With design: LatinHypercube(50) there are fifty points, one in each fiftieth part of every range. All points are run with the same seeds. A point whose plan or scenario is refused has a row with the reason.

With --out, finished points are kept in a folder beside the file (weights.csv.points) until the file is whole, so a sweep that was broken off goes on where it stood.

Exit code 1 when all points were refused. A part (--shard) may have refused points alone, and ends with 0.

The columns of Parquet are those of CSV, with their types; it takes a build with the feature `parquet`.

Examples:
  rollout-lab sweep weights.ron > weights.csv
  rollout-lab sweep weights.ron --shard 2/7 --out part-2.csv
  rollout-lab sweep weights.ron --format parquet --out weights.parquet")]
pub(super) struct SweepArguments {
    /// The file that says what is varied
    spec: String,
    /// The form of the rows
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Form::Csv)]
    format: Form,
    /// Write the rows to this file instead of standard output; an earlier file of the same form is replaced. Where an engine names the part, the file's name gets it: weights-2-of-7.csv
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Short for --format csv --out FILE
    #[arg(long, value_name = "FILE", conflicts_with_all = ["format", "out"])]
    csv: Option<PathBuf>,
    /// Run one of several parts of the points only, the K-th of N; default: the part that Slurm, Kubernetes or HyperQueue names, else all
    #[arg(long, value_name = "K/N")]
    shard: Option<Shard>,
}

/// The form of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A table as text
    Csv,
    /// A file of Apache Parquet, with typed columns
    Parquet,
}

impl Form {
    /// Fails before long work when the rows cannot be written in this form to `out`, or to standard output.
    fn check(self, out: Option<&Path>) -> Result<(), Trouble> {
        if self == Self::Parquet && cfg!(not(feature = "parquet")) {
            return Err(Trouble::Said(NO_PARQUET.to_owned()));
        }
        let ending = match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        };
        match out {
            Some(file) => Ok(replaces_only(ending, file)?),
            None if self == Self::Parquet => {
                Err(Trouble::Said("Parquet is no text for a terminal; name a file with --out".to_owned()))
            }
            None => Ok(()),
        }
    }

    /// The content of a file with the rows.
    fn bytes(self, axes: &[Axis], rows: &[SweepRow]) -> Result<Vec<u8>, Trouble> {
        match self {
            Self::Csv => Ok(sweep::csv(axes, rows).into_bytes()),
            #[cfg(feature = "parquet")]
            Self::Parquet => sweep::parquet::parquet(axes, rows).map_err(Trouble::Said),
            #[cfg(not(feature = "parquet"))]
            Self::Parquet => Err(Trouble::Said(NO_PARQUET.to_owned())),
        }
    }
}

const NO_PARQUET: &str = "this build cannot write Parquet, which takes the feature `parquet`; build it with `cargo build --release \
                          --no-default-features --features parquet`, or choose --format csv";

impl SweepArguments {
    pub fn run(self, output: Output) -> Outcome {
        let shard = Shard::asked(self.shard).map_err(Trouble::Said)?.filter(|shard| !shard.is_whole());
        let out = self.out.as_ref().or(self.csv.as_ref()).map(|file| match shard {
            // All parts are started by one line, so each needs a name of its own.
            Some(part) if self.shard.is_none() => of_part(file, part),
            _ => file.clone(),
        });
        self.format.check(out.as_deref())?;
        let sweep = read::<Sweep>(&file(&self.spec)?)?.value;
        if let Some(problem) = sweep.problem().or_else(|| sweep::problem(&sweep.vary)) {
            return Err(Problem::of_file(&self.spec, "sweep", problem).into());
        }
        let kept = out.as_deref().map(kept_beside);
        let (scenario, plan) = (find_scenario_text(&sweep.scenario)?, file(&sweep.plan)?);
        let texts = Texts { scenario, plan, sweep: &sweep, kept };
        let points = texts.points(shard);
        let rows = texts.rows(&points, output)?;
        match out {
            Some(file) => save_atomic(&file, &self.format.bytes(&sweep.vary, &rows)?)?,
            None => output.result(&sweep::csv(&sweep.vary, &rows)),
        }
        if let Some(kept) = &texts.kept {
            kept.clear(points.iter().map(|point| point.digest.as_str()));
        }
        // A part may have nothing but refused points where the other parts have runs.
        let Some(why) = nothing_ran(&rows).filter(|_| shard.is_none()) else { return Ok(Ended::Passed) };
        output.remark(&why);
        Ok(Ended::NotPassed)
    }
}

/// That all points were refused, with the reason of the first; `None` when one was run or there are none.
fn nothing_ran(rows: &[SweepRow]) -> Option<String> {
    let first = rows.first()?.run.as_ref().err()?;
    rows.iter().all(|row| row.run.is_err()).then(|| {
        format!(
            "no point could be run: all {} were refused, point {} because of {first}",
            rows.len(),
            rows[0].point
        )
    })
}

/// Where the finished points are kept while the rows of `file` are not all there: `weights.csv.points` beside `weights.csv`.
fn kept_beside(file: &Path) -> Items {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".points");
    Items::new(file.with_file_name(name))
}

/// The name of a part's file: `weights-2-of-7.csv` of `weights.csv`.
fn of_part(file: &Path, part: Shard) -> PathBuf {
    let mut name = file.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{}", part.to_string().replace('/', "-of-")));
    if let Some(ending) = file.extension() {
        name.push(".");
        name.push(ending);
    }
    file.with_file_name(name)
}

/// The files of a sweep.
struct Texts<'a> {
    scenario: Loaded,
    plan: Loaded,
    sweep: &'a Sweep,
    /// The finished points; none where the rows go to standard output.
    kept: Option<Items>,
}

/// One point of a sweep.
struct Point {
    /// Its number, from 0.
    number: usize,
    /// The values of the axes.
    values: Vec<String>,
    /// Of all that its runs depend on.
    digest: String,
}

impl Texts<'_> {
    /// All points, or those that belong to `shard`.
    fn points(&self, shard: Option<Shard>) -> Vec<Point> {
        let is_mine = |number: usize| {
            shard.is_none_or(|shard| shard.holds(&digest_of([number.to_string().as_bytes()])))
        };
        let Sweep { release, faults, vary, .. } = self.sweep;
        let fields: Vec<_> =
            vary.iter().map(|axis| (&axis.name, &axis.plan, &axis.scenario, &axis.write)).collect();
        let asked = format!("{MODEL} {:?}", (release, faults, self.sweep.seeds(), fields));
        let (scenario, plan) = (&self.scenario, &self.plan);
        let shared = [ENGINE_VERSION, &asked, &scenario.file, &scenario.text, &plan.file, &plan.text];
        let point = |(number, values): (usize, Vec<String>)| {
            let parts = shared.into_iter().chain(values.iter().map(String::as_str));
            let digest = digest_of(parts.map(str::as_bytes));
            Point { number, values, digest }
        };
        self.sweep
            .points()
            .into_iter()
            .enumerate()
            .filter(|(number, _)| is_mine(*number))
            .map(point)
            .collect()
    }

    /// The runs of the points, in their order.
    ///
    /// # Errors
    /// When a finished point cannot be kept.
    fn rows(&self, points: &[Point], output: Output) -> Result<Vec<SweepRow>, Problem> {
        let bar = bar(output, points.len() as u64, "running");
        let rows: Result<Vec<Vec<SweepRow>>, Problem> = points
            .par_iter()
            .map(|point| {
                let row = |run| SweepRow { point: point.number, values: point.values.clone(), run };
                let rows = match self.finished(point)? {
                    Ok(runs) => runs.into_iter().map(|run| row(Ok(run))).collect(),
                    Err(why) => vec![row(Err(why))],
                };
                bar.inc(1);
                Ok(rows)
            })
            .collect();
        bar.finish_and_clear();
        Ok(rows?.concat())
    }

    /// The runs of a point, or what is wrong with it: as they were kept, or else run and kept.
    fn finished(&self, point: &Point) -> Result<Result<Vec<RunFigures>, String>, Problem> {
        let earlier = self.kept.as_ref().and_then(|kept| kept.load(&point.digest));
        if let Some(runs) = earlier.and_then(|text| serde_json::from_str(&text).ok()) {
            return Ok(runs);
        }
        let runs = self.runs(&point.values);
        if let Some(kept) = &self.kept {
            kept.save(&point.digest, &serde_json::to_string(&runs).expect("figures become JSON"))?;
        }
        Ok(runs)
    }

    /// The runs of a point, or what is wrong with it.
    fn runs(&self, values: &[String]) -> Result<Vec<RunFigures>, String> {
        let first = |problems: Vec<Problem>| problems.first().map_or_else(String::new, Problem::to_string);
        let text = self.with(&self.scenario, values, |axis| axis.scenario.as_deref())?;
        let read = load::read_scenario(&Loaded { text, ..self.scenario.clone() }).map_err(first)?;
        errors(read.place(&read.value.problems(), "")).map_err(first)?;
        let scenario: Scenario = read.value;
        let text = self.with(&self.plan, values, |axis| axis.plan.as_deref())?;
        let (plan, outline) = read_ron::<Plan>(&self.plan.file, &text).map_err(first)?;
        let placed = load::Read { value: (), outline }.place(&plan.problems(Some(&scenario)), "");
        errors(placed).map_err(first)?;
        let Sweep { release, faults, .. } = self.sweep;
        let case = Case { release: release.clone(), faults: faults.clone(), ..Case::default() };
        let run = |seed: u64| {
            let record = play(&scenario, &case, &plan, &[], seed);
            record.map(|record| RunFigures::from(RunResult::of(&record, &scenario)))
        };
        let runs: Result<Vec<RunFigures>, _> = self.sweep.seeds().into_iter().map(run).collect();
        runs.map_err(|issues| issues.first().map_or_else(String::new, |issue| issue.message.clone()))
    }

    /// A file with the values of those axes that vary one of its fields.
    fn with(
        &self,
        loaded: &Loaded,
        values: &[String],
        field: fn(&Axis) -> Option<&str>,
    ) -> Result<String, String> {
        let mut text = loaded.text.clone();
        for (axis, value) in self.sweep.vary.iter().zip(values) {
            if let Some(path) = field(axis) {
                text = set(&text, path, &axis.write.replace("{}", value))
                    .map_err(|problem| format!("{}: {}", axis.name, problem.message))?;
            }
        }
        Ok(text)
    }
}
