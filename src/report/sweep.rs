//! The runs of a sweep as CSV.

use super::escape::cell;
use crate::exercise::RunResult;

/// One run of a sweep, or why a point has none.
#[derive(Clone, Debug)]
pub struct SweepRow {
    /// Number of the point, from 0.
    pub point: usize,
    /// The values of the axes.
    pub values: Vec<String>,
    /// The run, or what is wrong with the point's plan or scenario.
    pub run: Result<RunResult, String>,
}

const COLUMNS: [&str; 13] = [
    "seed",
    "phase",
    "users_harmed",
    "users_helped",
    "requests_failed",
    "failed_share",
    "max_exposure_percent",
    "time_to_complete_s",
    "time_to_detect_s",
    "time_to_recover_s",
    "pages",
    "cost",
    "worst_p99_ms",
];

/// A row for each run: the point, the values of the axes called `axes`, and what came of it.
pub fn csv(axes: &[String], rows: &[SweepRow]) -> String {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let mut write = |cells: Vec<String>| writer.write_record(cells).expect("CSV is written to memory");
    let names = axes.iter().map(|name| cell(name));
    let head = std::iter::once("point".to_owned()).chain(names).chain(COLUMNS.map(str::to_owned));
    write(head.chain(["error".to_owned()]).collect());
    for row in rows {
        let mut cells = vec![row.point.to_string()];
        cells.extend(row.values.iter().map(|value| cell(value)));
        match &row.run {
            Ok(run) => cells.extend(told(run).into_iter().chain([String::new()])),
            Err(why) => cells.extend(
                std::array::from_fn::<_, { COLUMNS.len() }, _>(|_| String::new())
                    .into_iter()
                    .chain([cell(why)]),
            ),
        }
        write(cells);
    }
    let bytes = writer.into_inner().expect("CSV is written to memory");
    String::from_utf8(bytes).expect("all cells are text")
}

fn told(run: &RunResult) -> [String; COLUMNS.len()] {
    let seconds = |time: Option<f64>| time.map_or_else(String::new, |time| time.to_string());
    [
        run.seed.to_string(),
        run.phase.to_owned(),
        run.users_harmed.to_string(),
        run.users_helped.to_string(),
        run.requests_failed.to_string(),
        run.failed_share.to_string(),
        run.max_exposure_percent.to_string(),
        seconds(run.time_to_complete_s),
        seconds(run.time_to_detect_s),
        seconds(run.time_to_recover_s),
        run.pages.to_string(),
        run.cost.to_string(),
        run.worst_p99_ms.to_string(),
    ]
}
