//! A rehearsal as JSON. Its fields are a contract: they are only ever added.

use serde::Serialize;

use super::{FOOT, name, stated};
use crate::exercise::power::Level;
use crate::rehearsal::{Rehearsal, Remark};
use crate::report::json::{finite, pretty};

#[derive(Serialize)]
struct RehearsalJson<'a> {
    files: &'a [String],
    title: &'a str,
    world: Vec<String>,
    runs: Option<usize>,
    good_release: Option<GoodJson<'a>>,
    levels: Vec<LevelJson>,
    why_not: Vec<RemarkJson<'a>>,
    not_read: Vec<RemarkJson<'a>>,
    goals: Vec<GoalJson<'a>>,
    met: bool,
    cannot_know: &'static str,
}

#[derive(Serialize)]
struct GoodJson<'a> {
    median_time_to_complete_s: Option<f64>,
    users_harmed_mean: f64,
    cost_mean: f64,
    false_alarm_share: f64,
    false_alarm_high: f64,
    sent_back_after: Option<&'a str>,
    left_share: f64,
    left_since: Option<&'a str>,
}

#[derive(Serialize)]
struct LevelJson {
    regression: String,
    caught_share: f64,
    caught_low: f64,
    caught_high: f64,
    median_time_to_roll_back_s: Option<f64>,
    users_harmed_mean: f64,
    users_harmed_p90: f64,
}

#[derive(Serialize)]
struct RemarkJson<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    code: &'a str,
    said: &'a str,
}

#[derive(Serialize)]
struct GoalJson<'a> {
    said: &'a str,
    met: bool,
}

/// The rehearsal as JSON.
pub fn json(of: &Rehearsal) -> String {
    let sound = of.power.as_ref().and_then(|power| Some((power.false_alarms()?, &power.stopped)));
    pretty(&RehearsalJson {
        files: &of.files,
        title: &of.title,
        world: of.world.iter().map(stated).collect(),
        runs: of.power.as_ref().map(|power| power.runs),
        good_release: sound.map(|(level, stopped)| GoodJson {
            median_time_to_complete_s: level.seconds_to_complete.map(finite),
            users_harmed_mean: finite(level.harmed),
            cost_mean: finite(level.cost),
            false_alarm_share: finite(level.share()),
            false_alarm_high: finite(level.interval()[1]),
            sent_back_after: stopped.sent_back.as_deref(),
            left_share: finite(stopped.left as f64 / level.runs.max(1) as f64),
            left_since: stopped.left_since.as_deref(),
        }),
        levels: of.power.iter().flat_map(|power| power.levels.iter().map(level)).collect(),
        why_not: of.why_not.iter().map(remark).collect(),
        not_read: of.read.iter().map(remark).collect(),
        goals: of.goals.iter().map(|goal| GoalJson { said: &goal.said, met: goal.met }).collect(),
        met: of.goals.iter().all(|goal| goal.met),
        cannot_know: FOOT,
    })
}

fn level(of: &Level) -> LevelJson {
    let [low, high] = of.interval();
    LevelJson {
        regression: name(of.regression),
        caught_share: finite(of.share()),
        caught_low: finite(low),
        caught_high: finite(high),
        median_time_to_roll_back_s: of.seconds_to_roll_back.map(finite),
        users_harmed_mean: finite(of.harmed),
        users_harmed_p90: finite(of.harmed_p90),
    }
}

fn remark(of: &Remark) -> RemarkJson<'_> {
    RemarkJson { file: &of.file, line: of.place.0, column: of.place.1, code: of.code, said: &of.said }
}
