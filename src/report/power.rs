//! The power of a plan as text, as JSON and, in [`chart`], as a picture.

mod chart;
mod json;

pub use chart::chart;
pub use json::json;

use crate::exercise::format::{counted, decimal, lasting, percent};
use crate::exercise::power::{CAUGHT, ExactCheck, ExactLevel, Level, Regression, Rule};

use super::style::{TextStyle, Tone, harmless, page};
use super::table::{Side, Table};

/// The power of a plan, and the world it was measured in.
#[derive(Clone, Copy, Debug)]
pub struct Power<'a> {
    /// Id of the scenario.
    pub scenario: &'a str,
    /// Name of the plan.
    pub plan: &'a str,
    /// Name of the release that was made worse.
    pub release: &'a str,
    /// The result.
    pub power: &'a crate::exercise::power::Power,
}

/// The power as text.
pub fn text(of: &Power<'_>, style: TextStyle) -> String {
    let power = of.power;
    let mut lines = vec![
        format!(
            "{}: what {} would catch if {} were worse",
            style.heading(&harmless(of.scenario)),
            harmless(of.plan),
            harmless(of.release)
        ),
        style.paint(
            Tone::Mute,
            &format!(
                "{} runs at each level, paired: all meet the same worlds, drawn from seed {}",
                power.runs, power.seed
            ),
        ),
        String::new(),
        style.heading("Runs that roll back, with 95 % confidence"),
    ];
    lines.extend(levels(&power.levels).lines(style));
    lines.push(String::new());
    lines.extend(summary(power, style));
    if !power.exact.is_empty() {
        lines.push(String::new());
        lines.push(style.heading("By formula, check by check"));
        let volume = power.volume;
        lines.push(style.paint(
            Tone::Mute,
            &format!(
                "for {} requests per second of which {} fail, as without a regression",
                decimal(volume.requests_per_s, 1),
                percent(volume.error_ratio)
            ),
        ));
        lines.extend(exact(&power.exact).lines(style));
        lines.push(style.paint(
            Tone::Mute,
            "needed: requests of the candidate for a test to see it in 80% of cases, and how long they take",
        ));
    }
    page(&lines)
}

/// `none`, `2% more errors`, `1.5 times as slow`.
pub fn name(of: Regression) -> String {
    match of {
        Regression::None => "none".to_owned(),
        Regression::Errors(share) => format!("{share} more errors"),
        Regression::Slower(factor) => format!("{factor} times as slow"),
        Regression::Crash(share) => format!("{share} of requests crash an instance"),
        Regression::Leak(mb) => format!("{mb} MB leak per request"),
        Regression::Group(share) => format!("{share} more errors for one group"),
        Regression::Wrong(share) => format!("{share} wrong answers"),
    }
}

fn levels(levels: &[Level]) -> Table {
    let mut table = Table::new(&[
        ("regression", Side::Left),
        ("rolled back", Side::Right),
        ("from", Side::Right),
        ("to", Side::Right),
        ("median time", Side::Right),
        ("completed", Side::Right),
        ("users harmed", Side::Right),
        ("p90", Side::Right),
    ]);
    for level in levels {
        let [low, high] = level.interval();
        table.row([
            name(level.regression),
            percent(level.share()),
            percent(low),
            percent(high),
            level.seconds_to_roll_back.map_or_else(|| "never".to_owned(), lasting),
            percent(level.completed as f64 / level.runs.max(1) as f64),
            decimal(level.harmed, 1),
            counted(level.harmed_p90 as u64),
        ]);
    }
    table
}

fn summary(power: &crate::exercise::power::Power, style: TextStyle) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(level) = power.false_alarms() {
        let [_, high] = level.interval();
        let tone = if level.rolled_back == 0 { Tone::Good } else { Tone::Caution };
        let said = format!(
            "false alarms: {} of {} runs of a sound release rolled back (at most {})",
            level.rolled_back,
            level.runs,
            percent(high)
        );
        lines.push(format!("{} {said}", style.mark(tone)));
    }
    let kinds: [(&str, fn(Regression) -> bool); 2] = [
        ("errors", |of| matches!(of, Regression::Errors(_))),
        ("slowness", |of| matches!(of, Regression::Slower(_))),
    ];
    for (kind, is_of) in kinds {
        if !power.levels.iter().any(|level| is_of(level.regression)) {
            continue;
        }
        let least = percent(CAUGHT);
        // A plan that rolls back just as often without a regression did not catch the regression.
        let sound = power.false_alarms().map_or(0.0, Level::share);
        let blind = sound >= 1.0 - CAUGHT;
        let also = if blind { format!(", and {} of the sound ones", percent(sound)) } else { String::new() };
        let tone = if blind { Tone::Caution } else { Tone::Good };
        lines.push(match power.smallest_caught(is_of) {
            Some(level) => format!(
                "{} {kind}: from {} on, {least} of the runs roll back{also}",
                style.mark(tone),
                name(level.regression)
            ),
            None => format!(
                "{} {kind}: none of these levels is rolled back in {least} of the runs",
                style.mark(Tone::Harm)
            ),
        });
    }
    lines
}

fn exact(checks: &[ExactCheck]) -> Table {
    let mut table = Table::new(&[
        ("check", Side::Left),
        ("formula", Side::Left),
        ("requests", Side::Right),
        ("regression", Side::Left),
        ("one look", Side::Right),
        ("all looks", Side::Right),
        ("needed", Side::Right),
        ("takes", Side::Right),
    ]);
    for check in checks {
        for (index, level) in check.levels.iter().enumerate() {
            let head = if index == 0 {
                let requests = counted(check.candidate_requests.round() as u64);
                [
                    format!("{}, {}", harmless(&check.check), check.place),
                    rule(check.rule).to_owned(),
                    requests,
                ]
            } else {
                Default::default()
            };
            table.row(head.into_iter().chain(chances(level)));
        }
    }
    table
}

fn chances(level: &ExactLevel) -> [String; 5] {
    let all = level.all_looks.map_or_else(|| "-".to_owned(), percent);
    let needed = |value: Option<f64>, words: fn(f64) -> String| value.map(words).unwrap_or_default();
    [
        name(level.regression).replace(" more errors", " more"),
        percent(level.one_look),
        all,
        needed(level.needed_requests, |requests| counted(requests as u64)),
        needed(level.needed_s, lasting),
    ]
}

/// The short name of the formula.
const fn rule(of: Rule) -> &'static str {
    match of {
        Rule::Binomial => "binomial tail",
        Rule::RatioToBaseline => "normal",
        Rule::TwoProportions => "Fleiss",
    }
}

#[cfg(test)]
mod tests;
