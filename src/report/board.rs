//! What the dashboards show at a moment of a run, as text: what can be seen then, and never the truth.

use crate::engine::{Share, Span, Time};
use crate::exercise::format::{decimal, lasting, percent};
use crate::scenario::Scenario;
use crate::sim::{Fact, Pool, RolloutPhase, Simulation, What};
use crate::telemetry::{AlertState, Metric, Query, Subject};

use super::style::{TextStyle, Tone, harmless, page};
use super::table::{Cell, Side, Table};
use super::timeline::timeline;

/// Everything that the dashboards show now: the rollout, the traffic, the golden signals of each service, alerts and pages.
pub fn board(world: &Simulation, scenario: &Scenario, style: TextStyle) -> String {
    let mut lines = vec![style.heading(&format!("{}  {}", world.now(), stands(world.phase())))];
    lines.extend(step(world));
    lines.push(traffic(world));
    lines.extend(signals(world, scenario, Span::from_secs(60)).lines(style));
    lines.extend(business(world, scenario));
    lines.extend(watch(world, style));
    page(&lines)
}

/// One short line: the time, the phase, what fires, and how many pages have no answer.
pub fn brief(world: &Simulation, style: TextStyle) -> String {
    let firing = firing(world);
    let alerts =
        if firing.is_empty() { "no alert".to_owned() } else { format!("alerts: {}", firing.join(", ")) };
    let pages = match world.open_pages().len() {
        0 => String::new(),
        1 => "; 1 page without an answer".to_owned(),
        count => format!("; {count} pages without an answer"),
    };
    let tone = if firing.is_empty() { Tone::Mute } else { Tone::Harm };
    let text = format!("{}; {alerts}{pages}", stands(world.phase()));
    page(&[format!("{}  {}", world.now(), style.paint(tone, &text))])
}

/// The signals of one subject over three windows, for a closer look.
pub fn closer(world: &Simulation, subject: &Subject, style: TextStyle) -> String {
    let mut table = table("over");
    for minutes in [1, 2, 5] {
        let over = Span::from_secs(60 * minutes);
        table.row(row(world, over.to_string(), subject, over));
    }
    let mut lines = vec![style.heading(&format!("{}  {subject}", world.now()))];
    lines.extend(table.lines(style));
    page(&lines)
}

/// The log of `facts` in words, without what nobody in the world could see.
pub fn log(facts: &[Fact], style: TextStyle) -> String {
    let seen: Vec<Fact> = facts.iter().filter(|fact| can_be_seen(&fact.what)).cloned().collect();
    let lines: Vec<String> = timeline(&seen)
        .into_iter()
        .map(|entry| {
            let why = if entry.because.is_empty() { String::new() } else { format!(" ({})", entry.because) };
            let text = format!("{}{why}", entry.text);
            format!("{:>8}  {}", entry.at.to_string(), style.paint(entry.tone, &harmless(&text)))
        })
        .collect();
    if lines.is_empty() { String::new() } else { page(&lines) }
}

/// Whether somebody in the world could see it happen. That a fault begins or ends is known to nobody: they see what comes of it.
pub const fn can_be_seen(what: &What) -> bool {
    match what {
        What::FaultBegan(_) | What::FaultEnded(_) | What::SideEffects(_) => false,
        What::Launched { .. }
        | What::Resized { .. }
        | What::Ready { .. }
        | What::NotReady { .. }
        | What::Ejected { .. }
        | What::Restored { .. }
        | What::Panic { .. }
        | What::Draining { .. }
        | What::Gone { .. }
        | What::Crashed { .. }
        | What::Routed { .. }
        | What::Flagged { .. }
        | What::BreakerMoved { .. }
        | What::BreakerForced { .. }
        | What::Shedding { .. }
        | What::Tested { .. }
        | What::Migrated { .. }
        | What::NoWayBack(_)
        | What::NextRelease { .. }
        | What::Phase(_)
        | What::Asked { .. }
        | What::Decided { .. }
        | What::Judged(_)
        | What::Troubled(_)
        | What::AlertPending(_)
        | What::AlertFiring(_)
        | What::AlertResolved(_)
        | What::Paged(_)
        | What::Acknowledged(_)
        | What::Diagnosed(_)
        | What::Experiment(_)
        | What::Refused(_) => true,
    }
}

fn stands(phase: RolloutPhase) -> String {
    match phase {
        RolloutPhase::NotStarted => "the rollout has not begun".to_owned(),
        RolloutPhase::InProgress
        | RolloutPhase::Paused
        | RolloutPhase::RollingBack
        | RolloutPhase::Completed
        | RolloutPhase::RolledBack
        | RolloutPhase::Failed => format!("the rollout is {}", phase.name().replace('_', " ")),
    }
}

/// Which step the rollout is at.
fn step(world: &Simulation) -> Option<String> {
    let progress = world.progress()?;
    let text = progress.steps.get(progress.at)?;
    let until = progress.until.map_or_else(String::new, |until| format!(", until {until}"));
    let held = if progress.held { ", held" } else { "" };
    Some(format!(
        "step {} of {}: {text}, since {}{until}{held}",
        progress.at + 1,
        progress.steps.len(),
        progress.since
    ))
}

fn traffic(world: &Simulation) -> String {
    let share = |points: u32| Share::percent(f64::from(points) / 100.0);
    let route = match world.route_snapshot().weights {
        None => "requests go to all instances alike".to_owned(),
        Some(weights) => {
            let parts = Pool::ALL.iter().zip(weights).filter(|(_, points)| *points > 0);
            let parts: Vec<String> =
                parts.map(|(pool, points)| format!("{} {}", pool.name(), share(points))).collect();
            format!("requests go to {}", parts.join(", "))
        }
    };
    let flags: Vec<String> =
        world.flag_shares().iter().map(|(name, share)| format!("; flag {name} on for {share}")).collect();
    route + &flags.concat()
}

/// The golden signals of the target by version, and of every other service, over the last `over`.
fn signals(world: &Simulation, scenario: &Scenario, over: Span) -> Table {
    let mut table = table(&format!("over {over}"));
    for (name, subject) in subjects(scenario) {
        table.row(row(world, name, &subject, over));
    }
    table
}

/// What the dashboards have a row for, by the name of the row.
pub fn subjects(scenario: &Scenario) -> Vec<(String, Subject)> {
    let mut all = vec![
        (scenario.target.clone(), Subject::Target),
        ("stable".to_owned(), Subject::Baseline),
        ("candidate".to_owned(), Subject::Candidate),
    ];
    let others = scenario.services.iter().filter(|service| service.name != scenario.target);
    all.extend(others.map(|service| (service.name.clone(), Subject::Service(service.name.clone()))));
    all
}

fn table(first: &str) -> Table {
    let columns =
        [first, "requests/s", "errors", "p50", "p99", "busy", "queue", "memory", "ready", "restarts"];
    let sides = columns.map(|title| (title, if title == first { Side::Left } else { Side::Right }));
    Table::new(&sides)
}

fn row(world: &Simulation, name: String, of: &Subject, over: Span) -> Vec<Cell> {
    let ask = |metric: Metric, told: fn(f64) -> String| {
        let query = Query { over, ..Query::new(metric, of.clone()) };
        let answer = world.metrics().ask(&query, world.now()).filter(|value| value.is_finite());
        answer.map_or_else(|| Cell::toned(Tone::Mute, "no data"), |value| Cell::from(told(value)))
    };
    let number = |value: f64| decimal(value, 1);
    vec![
        Cell::from(name),
        ask(Metric::RequestRate, number),
        ask(Metric::ErrorRatio, percent),
        ask(Metric::Latency(0.5), lasting),
        ask(Metric::Latency(0.99), lasting),
        ask(Metric::Saturation, percent),
        ask(Metric::QueueDepth, number),
        ask(Metric::Memory, percent),
        ask(Metric::ReadyInstances, number),
        ask(Metric::Restarts, number),
    ]
}

/// What the business counts, of each version per request that it got, since the two get different shares of them.
fn business(world: &Simulation, scenario: &Scenario) -> Vec<String> {
    let mut names: Vec<&String> =
        scenario.clients.kinds.iter().filter_map(|kind| kind.counts_as.as_ref()).collect();
    names.dedup();
    let ask = |metric: Metric, of: Subject| {
        let query = Query { over: Span::from_secs(120), ..Query::new(metric, of) };
        world.metrics().ask(&query, world.now()).filter(|value| value.is_finite())
    };
    let each = |name: &String, of: Subject| {
        let requests = ask(Metric::RequestRate, of.clone()).filter(|rate| *rate > 0.0)?;
        Some(percent(ask(Metric::Business(name.clone()), of)? / requests))
    };
    let told = |value: Option<String>| value.unwrap_or_else(|| "no data".to_owned());
    names
        .into_iter()
        .map(|name| {
            let all = ask(Metric::Business(name.clone()), Subject::Target);
            format!(
                "{name} over 2m: {}; per request: stable {}, candidate {}",
                told(all.map(|rate| format!("{}/s", decimal(rate, 1)))),
                told(each(name, Subject::Baseline)),
                told(each(name, Subject::Candidate)),
            )
        })
        .collect()
}

fn firing(world: &Simulation) -> Vec<String> {
    let alerts = world.alerts();
    let states = alerts.rules().iter().zip(alerts.states());
    states
        .filter(|(_, state)| matches!(state, AlertState::Firing(_)))
        .map(|(rule, _)| rule.name.clone())
        .collect()
}

/// The alerts and the pages.
fn watch(world: &Simulation, style: TextStyle) -> Vec<String> {
    let alerts = world.alerts();
    let mut lines = Vec::new();
    for (rule, state) in alerts.rules().iter().zip(alerts.states()) {
        let since = |at: &Time| format!("since {at}");
        let (tone, text) = match state {
            AlertState::Inactive => (Tone::Mute, "quiet".to_owned()),
            AlertState::Pending(at) => (Tone::Caution, format!("pending {}", since(at))),
            AlertState::Firing(at) => (Tone::Harm, format!("fires {}", since(at))),
        };
        let text = format!("alert {}: {text} ({})", rule.name, rule.when);
        lines.push(style.paint(tone, &harmless(&text)));
    }
    for open in world.open_pages() {
        let text = format!("page of {} without an answer: {}", open.at, open.alerts.join(", "));
        lines.push(style.paint(Tone::Harm, &harmless(&text)));
    }
    lines
}
