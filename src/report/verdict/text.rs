//! A verdict as text: the score, the criteria, the cases, why requests failed, and what to try next.

use crate::exercise::class::Mark;
use crate::exercise::format::{counted, decimal, lasting, percent};
use crate::exercise::harmed::MEANING;
use crate::exercise::{CaseResult, Category, CriterionResult, Exercise, RunResult, Verdict};
use crate::library::brief::with_commands;
use crate::sim::Cause;

use super::format::{Form, VerdictFormat};
use super::told::{key_line, told};
use crate::report::prediction::section;
use crate::report::run::why;
use crate::report::shell::quoted;
use crate::report::style::{TextStyle, Tone, WIDTH, columns, harmless, padded, page, right, wrapped};
use crate::report::table::{Side, Table};
use crate::report::totals;

/// The format `text`.
pub(super) const FORMAT: VerdictFormat = VerdictFormat {
    name: "text",
    about: "For people",
    ending: "txt",
    omits: "the runs one by one; that a file could not be graded (standard error says it)",
    needs: &[],
    form: Form::Whole {
        write: |graded| {
            let prediction = (graded.prediction)().map(|prediction| section(prediction, graded.style));
            text(graded.verdict, graded.exercise, graded.style) + &prediction.unwrap_or_default()
        },
        refuse: |_, _| String::new(),
    },
};

/// The verdict as text.
pub fn text(verdict: &Verdict, exercise: &Exercise, style: TextStyle) -> String {
    let mut lines = head(verdict, exercise, style);
    for category in Category::ALL {
        lines.extend(category_lines(verdict, *category, style));
    }
    lines.extend(totals::section("By the lesson's assessment criteria", &verdict.by_standard(), style));
    lines.push(String::new());
    lines.push(style.heading("How the cases went"));
    lines.extend(cases(&verdict.cases).lines(style));
    let meaning = format!("{MEANING}{}", helped(&verdict.cases));
    lines.extend(
        wrapped(&meaning, WIDTH - 2).iter().map(|text| format!("  {}", style.paint(Tone::Mute, text))),
    );
    lines.extend(why(causes(&verdict.cases), style));
    if !verdict.passed {
        lines.push(String::new());
        lines.extend(next(verdict, exercise, style));
    }
    lines.extend(look_closer(verdict, exercise, style));
    page(&lines)
}

fn head(verdict: &Verdict, exercise: &Exercise, style: TextStyle) -> Vec<String> {
    let title = style.heading(&harmless(&exercise.title));
    let name = harmless(&verdict.submission).into_owned();
    let runs: usize = verdict.cases.iter().map(|case| case.runs.len()).sum();
    let (tone, word) = if verdict.passed { (Tone::Good, "passed") } else { (Tone::Harm, "not passed") };
    let score = format!(
        "{word}: {} of {} points, {} needed",
        decimal(verdict.score, 2),
        decimal(verdict.max_score, 2),
        decimal(verdict.pass_score, 2)
    );
    let how = format!(
        "{} cases, {} runs, engine {}",
        verdict.cases.len(),
        counted(runs as u64),
        verdict.engine_version
    );
    let edition = format!("exercise {}, {}", verdict.exercise, verdict.edition());
    let mut lines = vec![
        format!("{title}: {name}"),
        format!("{} {}  {}", style.mark(tone), style.paint(tone, &score), style.paint(Tone::Mute, &how)),
        format!("  {}", style.paint(Tone::Mute, &harmless(&edition))),
    ];
    lines.extend(key_line(verdict).map(|text| format!("  {}", style.paint(Tone::Mute, &harmless(&text)))));
    for remark in &verdict.remarks {
        let text = wrapped(&harmless(remark), WIDTH - 4);
        lines.extend(text.iter().enumerate().map(|(index, text)| match index {
            0 => format!("  {} {}", style.mark(Tone::Caution), style.paint(Tone::Caution, text)),
            _ => format!("    {}", style.paint(Tone::Caution, text)),
        }));
    }
    let missed = verdict.criteria.iter().filter(|line| line.missed);
    let missed: Vec<String> = missed.map(|line| format!("\"{}\"", line.id)).collect();
    if !missed.is_empty() {
        let text = format!("Required and missed: {}. Nobody passes without.", missed.join(", "));
        lines.extend(wrapped(&harmless(&text), WIDTH - 2).into_iter().map(|text| format!("  {text}")));
    }
    lines
}

fn category_lines(verdict: &Verdict, category: Category, style: TextStyle) -> Vec<String> {
    let of_it: Vec<&CriterionResult> =
        verdict.criteria.iter().filter(|line| line.category == category).collect();
    if of_it.is_empty() {
        return Vec::new();
    }
    let sum = |part: fn(&CriterionResult) -> f64| of_it.iter().map(|line| part(line)).sum::<f64>();
    let (points, most) = (sum(|line| line.points), sum(|line| line.max_points));
    let ids = verdict.criteria.iter().map(|line| columns(&line.id)).max().unwrap_or(0).min(24);
    let mut lines = vec![
        String::new(),
        format!("{}  {} of {}", style.heading(category.title()), decimal(points, 2), decimal(most, 2)),
    ];
    for line in of_it {
        lines.extend(criterion_lines(line, ids, style));
    }
    lines
}

fn criterion_lines(line: &CriterionResult, ids: usize, style: TextStyle) -> Vec<String> {
    let tone = match line.points {
        points if points >= line.max_points => Tone::Good,
        points if points > 0.0 => Tone::Caution,
        _ => Tone::Harm,
    };
    let points =
        format!("{} of {}", right(&decimal(line.points, 2), 5), padded(&decimal(line.max_points, 2), 3));
    let what = format!("{}: {}", line.measure.title(), line.measured);
    let start = format!("  {} {}  {points}  ", style.mark(tone), padded(&harmless(&line.id), ids));
    let margin = columns(&start);
    let wanted = format!("wanted {}", line.wanted);
    let mut lines = vec![start + &style.paint(tone, &what)];
    let mut below = wrapped(&wanted, WIDTH - margin);
    if line.points < line.max_points {
        below.extend(told(&Mark::of(line)).iter().flat_map(|text| wrapped(&harmless(text), WIDTH - margin)));
    }
    lines.extend(below.iter().map(|text| format!("{}{}", " ".repeat(margin), style.paint(Tone::Mute, text))));
    lines
}

fn cases(cases: &[CaseResult]) -> Table {
    let mut table = Table::new(&[
        ("case", Side::Left),
        ("runs", Side::Right),
        ("completed", Side::Right),
        ("rolled back", Side::Right),
        ("harmed", Side::Right),
        ("worst", Side::Right),
        ("failed", Side::Right),
        ("exposure", Side::Right),
        ("detected", Side::Right),
    ]);
    for case in cases {
        let share = |phase: &str| percent(case.share(phase));
        let middle = |part: fn(&RunResult) -> f64| median(case.runs.iter().map(part).collect());
        let worst = case.runs.iter().map(|run| run.users_harmed).max().unwrap_or(0);
        table.row([
            harmless(&case.name).into_owned(),
            counted(case.runs.len() as u64),
            share("completed"),
            share("rolled_back"),
            decimal(middle(|run| run.users_harmed as f64), 1),
            counted(worst),
            percent(middle(|run| run.failed_share)),
            percent(middle(|run| run.max_exposure_percent / 100.0)),
            lasting(middle(|run| run.time_to_detect_s.unwrap_or(f64::INFINITY))),
        ]);
    }
    table
}

/// Of each case in which users were helped, how many.
fn helped(cases: &[CaseResult]) -> String {
    let of = |case: &CaseResult| median(case.runs.iter().map(|run| run.users_helped as f64).collect());
    let some = cases.iter().filter(|case| of(case) > 0.0);
    let some: Vec<String> =
        some.map(|case| format!("{} in \"{}\"", decimal(of(case), 1), harmless(&case.name))).collect();
    if some.is_empty() { String::new() } else { format!(" Helped: {}.", some.join(", ")) }
}

fn median(values: Vec<f64>) -> f64 {
    crate::exercise::Over::Median.together(&values)
}

fn causes(cases: &[CaseResult]) -> impl Iterator<Item = (Cause, u64)> {
    let sum = |cause: Cause| {
        let runs = cases.iter().flat_map(|case| &case.runs);
        runs.filter_map(|run| run.causes.get(cause.name())).sum()
    };
    Cause::ALL.map(|cause| (cause, sum(cause))).into_iter()
}

/// What to try next: a required criterion that was missed, or else the one that lost most; and the first hint.
fn next(verdict: &Verdict, exercise: &Exercise, style: TextStyle) -> Vec<String> {
    let mut lines = vec![style.heading("What to try next")];
    if let Some(line) = lost_most(verdict) {
        let text = format!(
            "{} lost the most ({} of {} points): {}",
            line.id,
            decimal(line.max_points - line.points, 2),
            decimal(line.max_points, 2),
            line.say
        );
        lines.extend(wrapped(&harmless(&text), WIDTH - 2).into_iter().map(|text| format!("  {text}")));
    }
    if let Some(hint) = exercise.hints.first() {
        let text = format!("Hint 1 of {}: {}", exercise.hints.len(), with_commands(&hint.say));
        lines.extend(wrapped(&harmless(&text), WIDTH - 2).into_iter().map(|text| format!("  {text}")));
    }
    lines
}

/// The criterion to begin with.
fn lost_most(verdict: &Verdict) -> Option<&CriterionResult> {
    // What was lost through another criterion is won back there.
    let lost = |line: &&CriterionResult| line.max_points - line.own_points;
    // Among equals the first counts: `max_by` takes the last, so the list is reversed.
    let by_lost = |a: &&CriterionResult, b: &&CriterionResult| {
        a.missed.cmp(&b.missed).then(lost(a).total_cmp(&lost(b)))
    };
    verdict.criteria.iter().rev().max_by(by_lost)
}

/// The command that shows a run that lost the points of the criterion to begin with; where nothing is to be tried, the run with the
/// most users harmed.
fn look_closer(verdict: &Verdict, exercise: &Exercise, style: TextStyle) -> Vec<String> {
    if !verdict.shows_worlds() {
        return Vec::new();
    }
    let runs = || verdict.cases.iter().flat_map(|case| case.runs.iter().map(move |run| (case, run)));
    let begin_with = lost_most(verdict).filter(|_| !verdict.passed);
    let losing = begin_with.and_then(|line| {
        let losing = line.losing.as_ref()?;
        let found = runs().find(|(case, run)| (&case.name, run.seed) == (&losing.case, losing.seed))?;
        Some((found, format!("A run that lost points of {}, in case \"{}\"", line.id, losing.case)))
    });
    let worst = || {
        let found = runs().max_by_key(|(_, run)| (run.users_harmed, run.requests_failed))?;
        Some((found, format!("The run that went worst, in case \"{}\"", found.0.name)))
    };
    let Some(((case, run), mut title)) = losing.or_else(worst) else { return Vec::new() };
    let mut command = format!(
        "rollout-lab run {} --plan {} --release {}",
        quoted(&exercise.scenario),
        quoted(&verdict.submission),
        quoted(&case.release)
    );
    for fault in &case.faults {
        command.push_str(&format!(" --fault {}", quoted(fault)));
    }
    if let Some(traffic) = &case.traffic {
        command.push_str(&format!(" --traffic {}", quoted(traffic)));
    }
    command.push_str(&format!(" --seed {}", run.seed));
    if !exercise.bake.is_zero() {
        command.push_str(&format!(" --bake {}", exercise.bake));
    }
    if let Some(deadline) = exercise.deadline {
        command.push_str(&format!(" --deadline {deadline}"));
    }
    if !run.variation.is_none() {
        title.push_str(&format!(" ({})", run.variation));
    }
    // Only the exercise's case brings what was drawn for this seed, and the scenario of an exercise of one's own.
    let (of, plan) = match &verdict.reached {
        Some(reached) => (&reached.exercise, &reached.submission),
        None => (&verdict.exercise, &verdict.submission),
    };
    if verdict.reached.is_some() || !run.variation.is_none() {
        let world = quoted(&format!("{of}/{}", case.name));
        command = format!("rollout-lab run {world} --plan {} --seed {}", quoted(plan), run.seed);
    }
    let mut lines = vec![String::new()];
    lines.extend(wrapped(&harmless(&title), WIDTH).iter().map(|line| style.heading(line)));
    lines.push(format!("  {}", harmless(&command)));
    lines
}

#[cfg(test)]
mod tests {
    use super::super::sample::{gated, verdict};
    use super::*;
    use crate::exercise::sample;
    use crate::report::golden;

    #[test]
    fn a_verdict_reads_as_written_down() {
        golden("grade.txt", &text(&verdict(), &sample::exercise(), TextStyle::PLAIN));
    }

    #[test]
    fn a_verdict_with_gates_reads_as_written_down() {
        golden("grade-gates.txt", &text(&gated(), &sample::exercise(), TextStyle::PLAIN));
    }

    #[test]
    fn a_passed_verdict_needs_no_advice() {
        let mut passed = verdict();
        passed.passed = true;
        let page = text(&passed, &sample::exercise(), TextStyle::PLAIN);
        assert!(page.contains("✓ passed"));
        assert!(!page.contains("What to try next") && !page.contains("Hint"));
    }

    #[test]
    fn a_command_that_is_shown_can_be_pasted() {
        assert_eq!(quoted("v2-errors"), "v2-errors");
        assert_eq!(quoted("my plan's.ron"), "'my plan'\\''s.ron'");
    }

    #[test]
    fn every_line_fits_the_page() {
        let page = text(&verdict(), &sample::exercise(), TextStyle::PLAIN);
        assert!(page.lines().all(|line| columns(line) <= WIDTH), "{page}");
    }
}
