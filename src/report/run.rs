//! One run as text: its outcome, charts over time, the timeline, the numbers, and why requests failed.

mod numbers;
mod train;

use std::collections::VecDeque;

use crate::exercise::WhatIf;
use crate::exercise::format::{counted, lasting, percent};
use crate::scenario::Scenario;
use crate::sim::{Case, Cause, Record, RolloutPhase};

pub(super) use numbers::why;

use numbers::{numbers, whom};

use super::spark::{highest, ratios, spark};
use super::style::{TextStyle, Tone, WIDTH, columns, harmless, padded, page, right, wrapped};
use super::timeline::{Entry, timeline};

/// A run, and its inputs.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The plan as it was named on the command line.
    pub plan: &'a str,
    /// The case.
    pub case: &'a Case,
    /// The record of the run.
    pub record: &'a Record,
    /// Other decisions in the same world, when they were asked for.
    pub what_if: Option<&'a WhatIf>,
}

impl Run<'_> {
    /// Name of the candidate: the case's release, or else the scenario's second.
    pub fn release(&self) -> &str {
        let second = || self.scenario.releases.get(1).map_or("", |release| release.name.as_str());
        self.case.release.as_deref().unwrap_or_else(second)
    }
}

/// A timeline that is too long is cut in the middle: this many lines are shown from its start.
const FIRST: usize = 50;
/// And this many from its end.
const LAST: usize = 15;

/// The run as text.
pub fn text(run: &Run<'_>, style: TextStyle) -> String {
    let mut lines = head(run, style);
    lines.push(String::new());
    lines.extend(charts(run.record, run.scenario, style));
    lines.push(String::new());
    lines.extend(train::lines(run.record, style));
    lines.push(style.heading("What happened"));
    lines.extend(happened(run.record, style));
    lines.push(String::new());
    lines.push(style.heading("In numbers"));
    lines.extend(numbers(run, style));
    let causes = Cause::ALL.iter().zip(run.record.truth.causes).map(|(cause, count)| (*cause, count));
    lines.extend(why(causes, style));
    lines.extend(whom(run, style));
    lines.push(String::new());
    if let Some(found) = run.what_if {
        lines.extend(super::what_if::lines(found, style));
        lines.push(String::new());
    }
    let seen = format!(
        "seed {}, digest {}, engine {}",
        run.record.seed,
        run.record.digest,
        crate::exercise::ENGINE_VERSION
    );
    lines.push(style.paint(Tone::Mute, &seen));
    page(&lines)
}

fn head(run: &Run<'_>, style: TextStyle) -> Vec<String> {
    let mut case = format!("release {}", harmless(run.release()));
    for fault in &run.case.faults {
        case.push_str(&format!(", fault {}", harmless(fault)));
    }
    if let Some(traffic) = &run.case.traffic {
        case.push_str(&format!(", traffic {}", harmless(traffic)));
    }
    let title =
        format!("{} with {}", style.heading(&harmless(&run.scenario.id)), style.heading(&harmless(run.plan)));
    let (tone, outcome) = outcome(run.record);
    let mut lines =
        vec![format!("{title}: {case}"), format!("{} {}", style.mark(tone), style.paint(tone, &outcome))];
    if !run.case.variation.is_none() {
        let drawn = format!("drawn for this run: {}", run.case.variation);
        lines.extend(wrapped(&harmless(&drawn), WIDTH - 2).iter().map(|line| format!("  {line}")));
    }
    lines
}

/// The outcome in one line.
fn outcome(record: &Record) -> (Tone, String) {
    let seen = &record.observed;
    let after = |at: Option<crate::engine::Time>| match (at, seen.started) {
        (Some(at), Some(started)) => {
            format!(" at {at}, {} after it began", lasting(at.since(started).as_secs_f64()))
        }
        _ => String::new(),
    };
    let harmed = match record.truth.users_harmed {
        0 => "nobody was harmed".to_owned(),
        1 => "1 user was harmed".to_owned(),
        many => format!("{} users were harmed", counted(many)),
    };
    let (tone, text) = match record.standing() {
        RolloutPhase::Completed => (Tone::Good, format!("completed{}", after(record.delivered()))),
        RolloutPhase::RolledBack => (Tone::Harm, format!("rolled back{}", after(seen.rolled_back))),
        RolloutPhase::RollingBack => {
            (Tone::Harm, format!("still rolling back at the end, decided{}", after(seen.aborted)))
        }
        RolloutPhase::Failed => (Tone::Harm, "failed: it neither goes on nor back".to_owned()),
        RolloutPhase::Paused => (Tone::Caution, "left paused: nobody decided to go on or back".to_owned()),
        RolloutPhase::InProgress => (Tone::Caution, "still in progress at the end".to_owned()),
        RolloutPhase::NotStarted => (Tone::Plain, "nothing was released".to_owned()),
    };
    (tone, format!("{text}; {harmed}"))
}

fn charts(record: &Record, scenario: &Scenario, style: TextStyle) -> Vec<String> {
    let label = 12;
    let count = WIDTH - label - 16;
    let end = record.simulated.as_secs_f64().max(1.0);
    let points = || record.truth.points.iter();
    // A point counts the ten seconds before it, so it is drawn in their middle.
    let place = |at: crate::engine::Time| ((at.0 as f64 / 1e9 - 5.0) / end).max(0.0);
    let exposed = ratios(points().map(|p| (place(p.at), f64::from(p.exposed), f64::from(p.ended))), count);
    let failed = ratios(points().map(|p| (place(p.at), f64::from(p.failed), f64::from(p.ended))), count);
    let whole = scenario.service(&scenario.target).map_or(1, |target| target.instances.max(1));
    let ready = points().map(|p| (place(p.at), f64::from(p.ready.iter().sum::<u32>()), f64::from(whole)));
    let ready = ratios(ready, count);
    let row = |name: &str, values: &[Option<f64>], top: f64, tone: Tone, note: String| {
        let bars = padded(&style.paint(tone, &spark(values, top, style)), count);
        format!("  {}{bars}  {}", padded(name, label - 2), style.paint(Tone::Mute, &note))
    };
    let most_failed = highest(&failed);
    // The top of the chart is at least one percent, so that ordinary errors stay low.
    let failed_top = most_failed.max(0.01);
    vec![
        row("exposure", &exposed, 1.0, Tone::Candidate, format!("max {}", percent(highest(&exposed)))),
        row("failures", &failed, failed_top, Tone::Harm, format!("max {}", percent(most_failed))),
        row("ready", &ready, highest(&ready).max(1.0), Tone::Baseline, format!("of {whole}")),
        axis(record.simulated, label, count, style),
    ]
}

/// Five times under a chart.
fn axis(simulated: crate::engine::Span, label: usize, count: usize, style: TextStyle) -> String {
    let mut line = " ".repeat(label);
    for quarter in 0..=4 {
        let at = crate::engine::Time(simulated.0 / 4 * quarter);
        let place = label + (count - 1) * quarter as usize / 4;
        let text = at.to_string();
        let start = if quarter == 4 { (place + 1).saturating_sub(text.len()) } else { place };
        if columns(&line) <= start {
            line = padded(&line, start) + &text;
        }
    }
    style.paint(Tone::Mute, &line)
}

fn happened(record: &Record, style: TextStyle) -> Vec<String> {
    let entries = timeline(&record.facts);
    let dash = style.pick("–", "-");
    let when = |entry: &Entry| {
        let (at, until) = (entry.at.to_string(), entry.until.to_string());
        if at == until { at } else { format!("{at}{dash}{until}") }
    };
    let width = entries.iter().map(|entry| columns(&when(entry))).max().unwrap_or(0);
    let mut told = Told::default();
    let mut lines: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| entry_lines(&told.shortened(entry), &right(&when(entry), width), style))
        .collect();
    if entries.len() > FIRST + LAST + 1 {
        let left_out = entries.len() - FIRST - LAST;
        let note = format!("  {} {left_out} more lines; --format json gives them all", " ".repeat(width));
        lines.splice(FIRST..entries.len() - LAST, [vec![style.paint(Tone::Mute, &note)]]);
    }
    lines.into_iter().flatten().collect()
}

/// The texts of the last lines of a timeline, so that they are not repeated.
#[derive(Default)]
struct Told {
    last: VecDeque<String>,
}

impl Told {
    /// The entry without texts that the last lines have already. A single word before the colon, such as a service's name or
    /// "refused", keeps its text: it means nothing alone.
    fn shortened(&mut self, entry: &Entry) -> Entry {
        let known = |text: &str| self.last.iter().any(|told| told.contains(text));
        let mut short = entry.clone();
        if known(&entry.because) {
            short.because.clear();
        }
        if let Some((head, tail)) = entry.text.split_once(": ")
            && head.contains(' ')
            && tail.len() > 20
            && known(tail)
        {
            short.text = head.to_owned();
        }
        self.last.push_back(format!("{} {}", entry.text, entry.because));
        if self.last.len() > 4 {
            self.last.pop_front();
        }
        short
    }
}

/// The lines of an entry: its text, and its reason on the same line when there is room, else below.
fn entry_lines(entry: &Entry, when: &str, style: TextStyle) -> Vec<String> {
    let text = harmless(&entry.text);
    let because = harmless(&entry.because);
    let start = format!("  {} {} ", style.paint(Tone::Mute, when), style.mark(entry.tone));
    let margin = columns(&start);
    let mut lines: Vec<String> = wrapped(&text, WIDTH - margin);
    for line in &mut lines {
        *line = style.paint(entry.tone, line);
    }
    if !because.is_empty() {
        let reason = format!("({because})");
        let last = lines.last_mut().expect("wrapping gives a line");
        if columns(last) + 2 + columns(&reason) <= WIDTH - margin {
            last.push_str(&format!("  {}", style.paint(Tone::Mute, &reason)));
        } else {
            let parts = wrapped(&reason, WIDTH - margin - 2);
            lines.extend(parts.iter().map(|part| format!("  {}", style.paint(Tone::Mute, part))));
        }
    }
    let first = std::iter::once(start);
    first.chain(std::iter::repeat(" ".repeat(margin))).zip(lines).map(|(start, line)| start + &line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::sample;
    use crate::report::golden;
    use crate::sim::{Action, Fact, Pool, What, Who};

    fn run_of(record: &Record) -> String {
        let scenario = sample::scenario();
        let case =
            Case { release: Some("v2-errors".into()), faults: vec!["outage".into()], ..Case::default() };
        text(
            &Run { scenario: &scenario, plan: "solution.ron", case: &case, record, what_if: None },
            TextStyle::PLAIN,
        )
    }

    fn eventful() -> Record {
        let mut record = sample::record();
        let because = |mut fact: Fact, reason: &str| {
            fact.because = reason.to_owned();
            fact
        };
        let (service, pool) = ("shop".to_owned(), Pool::Candidate);
        record.facts = vec![
            sample::fact(300, What::Phase(RolloutPhase::InProgress)),
            because(
                sample::fact(300, What::Launched { service: service.clone(), pool, count: 2 }),
                "step 1 of 2 is 10% and needs 1 of 10 instances",
            ),
            sample::fact(311, What::Ready { service: service.clone(), instance: 11, pool }),
            sample::fact(315, What::Ready { service, instance: 12, pool }),
            sample::fact(315, What::Routed { weights: Some([9000, 1000, 0]), mirrored: Default::default() }),
            because(
                sample::fact(430, What::AlertFiring("errors".into())),
                "the error ratio of the candidate was 9.8% over the last minute, above 1%, at four evaluations in a row",
            ),
            sample::fact(
                445,
                What::Asked {
                    who: Who::Trigger,
                    action: crate::sim::Action::Command(crate::sim::RolloutCommand::Abort),
                },
            ),
            sample::fact(445, What::Phase(RolloutPhase::RollingBack)),
            sample::fact(452, What::Phase(RolloutPhase::RolledBack)),
            sample::fact(460, What::Paged("errors".into())),
            sample::fact(550, What::Acknowledged("errors".into())),
        ];
        sample::roll_back(&mut record, 452);
        record.truth.detected = Some(crate::engine::Time::from_secs(430));
        record.observed.pages = 1;
        record
    }

    #[test]
    fn a_run_reads_as_written_down() {
        golden("run.txt", &run_of(&eventful()));
    }

    #[test]
    fn no_line_is_wider_than_the_page() {
        for line in run_of(&eventful()).lines() {
            assert!(columns(line) <= WIDTH, "{line}");
        }
    }

    #[test]
    fn a_long_timeline_is_cut_in_its_middle() {
        let mut record = sample::record();
        record.facts =
            (0..200).map(|index| sample::fact(index, What::FaultBegan(format!("f{index}")))).collect();
        let page = run_of(&record);
        assert!(page.contains("135 more lines"));
        assert!(page.contains("f0 ") && page.contains("f199 "));
    }

    #[test]
    fn what_happens_to_one_instance_after_another_is_told_each_time() {
        let ready = |seconds, instance| {
            let (service, pool) = ("shop".to_owned(), Pool::Stable);
            sample::fact(seconds, What::Ready { service, instance, pool })
        };
        let asked = sample::fact(
            240,
            What::Asked { who: Who::Learner, action: Action::RestartInstance { instance: 5 } },
        );
        let mut record = sample::record();
        record.facts = vec![ready(212, 13), asked, ready(278, 5)];
        let page = run_of(&record);
        assert_eq!(page.matches("shop: 1 stable instance is ready").count(), 2, "{page}");
    }

    #[test]
    fn only_ascii_is_written_where_only_ascii_is_read() {
        let record = eventful();
        let scenario = sample::scenario();
        let run = Run {
            scenario: &scenario,
            plan: "solution.ron",
            case: &Case::default(),
            record: &record,
            what_if: None,
        };
        assert!(text(&run, TextStyle::ASCII).is_ascii());
    }
}
