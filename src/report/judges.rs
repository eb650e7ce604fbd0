//! The judge lab as text and as JSON.

use serde::Serialize;

use crate::exercise::format::{decimal, lasting, percent};
use crate::exercise::judges::Judged;

use super::json::pretty;
use super::power::name;
use super::style::{TextStyle, Tone, harmless, page};
use super::table::{Side, Table};

/// What came of the judges in a scenario.
#[derive(Clone, Copy, Debug)]
pub struct Judges<'a> {
    /// Id of the scenario.
    pub scenario: &'a str,
    /// Name of the release that was made worse.
    pub release: &'a str,
    /// The result.
    pub judged: &'a Judged,
}

/// The judges as text.
pub fn text(of: &Judges<'_>, style: TextStyle) -> String {
    let bench = &of.judged.bench;
    let mut lines = vec![
        format!(
            "{}: {} at {} for {}, {}",
            style.heading(&harmless(of.scenario)),
            harmless(of.release),
            bench.weight,
            bench.hold,
            name(bench.regression)
        ),
        style.paint(
            Tone::Mute,
            &format!(
                "{} worlds drawn from seed {}, each with a sound release and with the worse one",
                bench.runs, bench.seed
            ),
        ),
        String::new(),
    ];
    let mut table = Table::new(&[
        ("judge", Side::Left),
        ("this run", Side::Right),
        ("if sound", Side::Right),
        ("false alarms", Side::Right),
        ("misses", Side::Right),
        ("median time", Side::Right),
    ]);
    let share = |count: usize| percent(count as f64 / bench.runs.max(1) as f64);
    let time = |seconds: Option<f64>| seconds.map_or_else(|| "never".to_owned(), lasting);
    for line in &of.judged.lines {
        table.row([
            line.judge.to_owned(),
            time(line.fired),
            time(line.fired_falsely),
            share(line.false_alarms),
            share(line.misses),
            time(line.median_s),
        ]);
    }
    lines.extend(table.lines(style));
    lines.push(String::new());
    lines.push(style.paint(
        Tone::Mute,
        &format!(
            "this run: seed {}, from the rollout's start. False alarms and misses are shares of the worlds; with {} worlds {} is one of them.",
            bench.seed,
            bench.runs,
            decimal(100.0 / bench.runs.max(1) as f64, 1) + " %"
        ),
    ));
    page(&lines)
}

#[derive(Serialize)]
struct Line {
    judge: &'static str,
    fired_s: Option<f64>,
    fired_falsely_s: Option<f64>,
    false_alarms: usize,
    misses: usize,
    median_s: Option<f64>,
}

#[derive(Serialize)]
struct Whole<'a> {
    scenario: &'a str,
    release: &'a str,
    regression: String,
    weight: String,
    hold_s: f64,
    runs: usize,
    seed: u64,
    judges: Vec<Line>,
}

/// The judges as JSON. The fields are a contract: they are only ever added.
pub fn json(of: &Judges<'_>) -> String {
    let bench = &of.judged.bench;
    let lines = of.judged.lines.iter().map(|line| Line {
        judge: line.judge,
        fired_s: line.fired,
        fired_falsely_s: line.fired_falsely,
        false_alarms: line.false_alarms,
        misses: line.misses,
        median_s: line.median_s,
    });
    pretty(&Whole {
        scenario: of.scenario,
        release: of.release,
        regression: name(bench.regression),
        weight: bench.weight.to_string(),
        hold_s: bench.hold.as_secs_f64(),
        runs: bench.runs,
        seed: bench.seed,
        judges: lines.collect(),
    })
}
