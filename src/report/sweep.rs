//! The runs of a sweep as a table: as CSV, and in builds with the feature `parquet` as Parquet, with the same columns.

#[cfg(feature = "parquet")]
pub mod parquet;

use serde::{Deserialize, Serialize};

use super::escape::cell;
use crate::exercise::RunResult;
use crate::exercise::sweep::Axis;

/// One run of a sweep, or why a point has none.
#[derive(Clone, Debug)]
pub struct SweepRow {
    /// Number of the point, from 0.
    pub point: usize,
    /// The values of the axes.
    pub values: Vec<String>,
    /// The run, or what is wrong with the point's plan or scenario.
    pub run: Result<RunFigures, String>,
}

/// What is told of a run; each field is as in [`RunResult`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of `RunResult`, which says what they are")]
pub struct RunFigures {
    pub seed: u64,
    pub phase: String,
    pub users_harmed: u64,
    pub users_helped: u64,
    pub requests_failed: u64,
    pub failed_share: f64,
    pub max_exposure_percent: f64,
    pub time_to_complete_s: Option<f64>,
    pub time_to_detect_s: Option<f64>,
    pub time_to_recover_s: Option<f64>,
    pub pages: u32,
    pub cost: f64,
    pub worst_p99_ms: f64,
}

impl From<RunResult> for RunFigures {
    fn from(run: RunResult) -> Self {
        Self {
            seed: run.seed,
            phase: run.phase.to_owned(),
            users_harmed: run.users_harmed,
            users_helped: run.users_helped,
            requests_failed: run.requests_failed,
            failed_share: run.failed_share,
            max_exposure_percent: run.max_exposure_percent,
            time_to_complete_s: run.time_to_complete_s,
            time_to_detect_s: run.time_to_detect_s,
            time_to_recover_s: run.time_to_recover_s,
            pages: run.pages,
            cost: run.cost,
            worst_p99_ms: run.worst_p99_ms,
        }
    }
}

/// A column of the table: its name, and how its cell is found in a row.
struct Column {
    name: &'static str,
    cell: Of,
}

/// How a cell is found in a run, and its type.
#[derive(Clone, Copy)]
enum Of {
    Count(fn(&RunFigures) -> u64),
    Number(fn(&RunFigures) -> Option<f64>),
    Text(fn(&RunFigures) -> &str),
}

/// The column that comes before those of the axes.
const POINT: &str = "point";
/// The last column: why a point has no run.
const ERROR: &str = "error";

/// What is told of a run. A time that never came is an empty cell.
const COLUMNS: [Column; 13] = [
    Column { name: "seed", cell: Of::Count(|run| run.seed) },
    Column { name: "phase", cell: Of::Text(|run| &run.phase) },
    Column { name: "users_harmed", cell: Of::Count(|run| run.users_harmed) },
    Column { name: "users_helped", cell: Of::Count(|run| run.users_helped) },
    Column { name: "requests_failed", cell: Of::Count(|run| run.requests_failed) },
    Column { name: "failed_share", cell: Of::Number(|run| Some(run.failed_share)) },
    Column { name: "max_exposure_percent", cell: Of::Number(|run| Some(run.max_exposure_percent)) },
    Column { name: "time_to_complete_s", cell: Of::Number(|run| run.time_to_complete_s) },
    Column { name: "time_to_detect_s", cell: Of::Number(|run| run.time_to_detect_s) },
    Column { name: "time_to_recover_s", cell: Of::Number(|run| run.time_to_recover_s) },
    Column { name: "pages", cell: Of::Count(|run| u64::from(run.pages)) },
    Column { name: "cost", cell: Of::Number(|run| Some(run.cost)) },
    Column { name: "worst_p99_ms", cell: Of::Number(|run| Some(run.worst_p99_ms)) },
];

/// What is wrong with the names of the axes, as a sentence: each titles a column, and no two columns have one title.
pub fn problem(axes: &[Axis]) -> Option<String> {
    let fixed = [POINT, ERROR].into_iter().chain(COLUMNS.iter().map(|column| column.name));
    let fixed: Vec<&str> = fixed.collect();
    axes.iter().enumerate().find_map(|(index, axis)| {
        let is_twice = axes[..index].iter().any(|other| other.name == axis.name);
        let is_taken = is_twice || fixed.contains(&axis.name.as_str());
        is_taken.then(|| {
            format!("vary[{index}].name: there is a column \"{}\" already; choose another name", axis.name)
        })
    })
}

/// A row for each run: the point, the values of the axes, and what came of it.
pub fn csv(axes: &[Axis], rows: &[SweepRow]) -> String {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let mut write = |cells: Vec<String>| writer.write_record(cells).expect("CSV is written to memory");
    let names = axes.iter().map(|axis| cell(&axis.name));
    let fixed = COLUMNS.iter().map(|column| column.name.to_owned());
    write([POINT.to_owned()].into_iter().chain(names).chain(fixed).chain([ERROR.to_owned()]).collect());
    for row in rows {
        let values = row.values.iter().map(|value| cell(value));
        let told = COLUMNS.iter().map(|column| match (&row.run, column.cell) {
            (Err(_), _) => String::new(),
            (Ok(run), Of::Count(of)) => of(run).to_string(),
            (Ok(run), Of::Number(of)) => of(run).map_or_else(String::new, |number| number.to_string()),
            (Ok(run), Of::Text(of)) => of(run).to_owned(),
        });
        let error = row.run.as_ref().err().map_or_else(String::new, |why| cell(why));
        write([row.point.to_string()].into_iter().chain(values).chain(told).chain([error]).collect());
    }
    let bytes = writer.into_inner().expect("CSV is written to memory");
    String::from_utf8(bytes).expect("all cells are text")
}
