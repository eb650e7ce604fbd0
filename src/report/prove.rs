//! A proof as a page: the plans by criteria, the parts of the solution, and what a search found.

use crate::exercise::Exercise;
use crate::exercise::format::decimal;
use crate::exercise::prove::{Again, PartRow, PlanRow, Proof, Role, excuse, speaks_for};

use super::style::{TextStyle, Tone, harmless, page};
use super::table::{Cell, Side, Table};

/// The proof of `exercise` as text.
pub fn text(proof: &Proof, exercise: &Exercise, style: TextStyle) -> String {
    let mut lines = vec![format!(
        "{}: the plans, in up to {} sets of secret seeds; {} points pass",
        style.heading(&harmless(&proof.exercise)),
        proof.sets,
        decimal(exercise.pass, 2)
    )];
    lines.extend(plan_table(proof, exercise).lines(style));
    let legend = exercise.rubric.iter().enumerate().map(|(index, criterion)| {
        format!("c{} {} ({})", index + 1, harmless(&criterion.id), decimal(criterion.points, 2))
    });
    let legend = legend.collect::<Vec<_>>().join(", ");
    let legend = format!("The most points by criterion in any set, for the solution the fewest: {legend}");
    lines.extend(super::style::wrapped(&legend, super::style::WIDTH));
    for row in &proof.plans {
        if let Some(why) = &row.refused {
            let text = format!("{} is refused: {}", harmless(&row.plan), harmless(why));
            lines.extend(super::style::wrapped(&text, super::style::WIDTH));
        }
    }
    if !proof.parts.is_empty() {
        lines.push(String::new());
        lines.push(style.heading("What each part of the solution is worth"));
        lines.extend(part_table(&proof.parts).lines(style));
    }
    if proof.search.random > 0 {
        lines.push(String::new());
        lines.extend(search(proof, style));
    }
    page(&lines)
}

fn plan_table(proof: &Proof, exercise: &Exercise) -> Table {
    let numbers: Vec<String> = (1..=proof.criteria.len()).map(|number| format!("c{number}")).collect();
    let mut titles = vec![
        ("", Side::Left),
        ("plan", Side::Left),
        ("passes", Side::Right),
        ("lowest", Side::Right),
        ("median", Side::Right),
        ("highest", Side::Right),
    ];
    titles.extend(numbers.iter().map(|name| (name.as_str(), Side::Right)));
    let mut table = Table::new(&titles);
    for row in proof.plans.iter().filter(|row| row.refused.is_none()) {
        let tone = if speaks_for(exercise, row) { Tone::Good } else { Tone::Harm };
        let mut sorted = row.scores.clone();
        sorted.sort_by(f64::total_cmp);
        let score = |at: usize| sorted.get(at).map_or_else(String::new, |score| decimal(*score, 1));
        let last = sorted.len().saturating_sub(1);
        let mut cells: Vec<Cell> = vec![
            Cell::toned(tone, mark(tone)),
            harmless(&row.plan).into_owned().into(),
            format!("{} of {}", row.passes, row.scores.len()).into(),
            score(0).into(),
            score(last / 2).into(),
            score(last).into(),
        ];
        cells.extend(row.points.iter().map(|points| Cell::from(decimal(*points, 0))));
        table.row(cells);
    }
    table
}

/// A mark in ASCII, so that it counts as one column everywhere.
const fn mark(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "+",
        Tone::Harm => "x",
        Tone::Caution => "!",
        Tone::Plain | Tone::Baseline | Tone::Candidate | Tone::Mute | Tone::Title => " ",
    }
}

fn part_table(parts: &[PartRow]) -> Table {
    let mut table = Table::new(&[
        ("", Side::Left),
        ("costs", Side::Right),
        ("passes without", Side::Right),
        ("part", Side::Left),
    ]);
    for part in parts {
        let tone = if part.is_free() { Tone::Caution } else { Tone::Good };
        table.row([
            Cell::toned(tone, mark(tone)),
            decimal(part.costs, 1).into(),
            format!("{} of {}", part.passes.0, part.passes.1).into(),
            harmless(&part.what).into_owned().into(),
        ]);
    }
    table
}

fn search(proof: &Proof, style: TextStyle) -> Vec<String> {
    let search = &proof.search;
    let quantiles: Vec<String> = search.quantiles.iter().map(|score| decimal(*score, 0)).collect();
    let mut lines = vec![
        style.heading("What a search found"),
        format!(
            "{} random plans; points of the lowest, a quarter, half, three quarters, the highest: {}",
            search.random,
            quantiles.join(", ")
        ),
        format!("{} steps from the starter; {} plans pass", search.climbed, search.passing.len()),
    ];
    for plan in &search.passing {
        let listed =
            |words: &[String]| if words.is_empty() { "nothing".to_owned() } else { words.join(", ") };
        let text = format!(
            "{}: {} points (solution {}); it lacks {}; it has {}",
            harmless(&plan.plan),
            decimal(plan.score, 1),
            decimal(plan.solution, 1),
            harmless(&listed(&plan.lacks)),
            harmless(&listed(&plan.has)),
        );
        lines.extend(super::style::wrapped(&text, super::style::WIDTH));
    }
    lines
}

/// A standing proof in a line or two.
pub fn summary(proof: &Proof, exercise: &Exercise, style: TextStyle) -> Vec<String> {
    let solution = proof.plans.iter().find(|row| row.role == Role::Solution);
    let others = || proof.plans.iter().filter(|row| row.role != Role::Solution);
    let must_fail = |row: &&PlanRow| row.refused.is_none() && excuse(exercise, row).is_none();
    let best = others().filter(must_fail).map(|row| row.best).fold(f64::NEG_INFINITY, f64::max);
    let unsound = proof.plans.iter().filter(|row| !speaks_for(exercise, row)).count();
    let tone = if unsound == 0 { Tone::Good } else { Tone::Harm };
    let text = format!(
        "proven in {} sets: the solution is {} points above passing at least, {} other plans {} below at least ({} refused); {} of \
         its {} parts cost less than 3 points",
        proof.sets,
        decimal(solution.map_or(0.0, |row| row.worst), 1),
        others().count(),
        decimal(-best, 1),
        others().filter(|row| row.refused.is_some()).count(),
        proof.parts.iter().filter(|part| part.is_free()).count(),
        proof.parts.len()
    );
    let lines =
        super::style::wrapped(&format!("{}: {text}", harmless(&exercise.id)), super::style::WIDTH - 2);
    let head = |(index, line): (usize, String)| match index {
        0 => format!("{} {line}", style.mark(tone)),
        _ => format!("  {line}"),
    };
    lines.into_iter().enumerate().map(head).collect()
}

/// What repeating a sample of a proof came to, in one line.
pub fn repeated(exercise: &str, again: &[Again], style: TextStyle) -> String {
    let same = again.iter().filter(|again| again.is_same()).count();
    let tone = if same == again.len() { Tone::Good } else { Tone::Harm };
    let text = format!("{same} of {} gradings of the proof came out the same again", again.len());
    page(&[format!("{} {}: {text}", style.mark(tone), harmless(exercise))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::prove::{FORMAT, FoundPlan, SearchResult};
    use crate::exercise::sample;
    use crate::report::golden;

    #[test]
    fn a_proof_reads_as_written_down() {
        let row = |plan: &str, role, scores: &[f64], points: [f64; 2]| PlanRow {
            plan: plan.to_owned(),
            role,
            scores: scores.to_vec(),
            passes: scores.iter().filter(|score| **score >= 70.0).count() as u32,
            worst: scores.iter().copied().fold(f64::INFINITY, f64::min) - 70.0,
            best: scores.iter().copied().fold(0.0, f64::max) - 70.0,
            points: points.to_vec(),
            refused: None,
        };
        let part = |what: &str, costs: f64, passes: u32| PartRow {
            what: what.to_owned(),
            paths: vec![],
            costs,
            passes: (passes, 2),
        };
        let refused =
            PlanRow { refused: Some("not allowed here".into()), ..row("flash", Role::Null, &[], [0.0; 2]) };
        let proof = Proof {
            format: FORMAT,
            exercise: "first".into(),
            engine: "0.1.0".into(),
            rests_on: "00".into(),
            sets: 20,
            seeds: None,
            criteria: vec!["caught".into(), "in-time".into()],
            plans: vec![
                row("solution.ron", Role::Solution, &[95.0, 88.25, 100.0], [55.0, 33.25]),
                row("starter.ron", Role::Starter, &[40.0, 41.0], [1.0, 40.0]),
                row("at once (Canary)", Role::Null, &[66.0, 40.0], [26.0, 40.0]),
                refused,
            ],
            parts: vec![part("strategy.steps[0] removed", 31.5, 0), part("drain as by default", 0.0, 2)],
            search: SearchResult {
                random: 200,
                climbed: 40,
                quantiles: vec![0.0, 20.0, 41.0, 60.0, 88.0],
                passing: vec![FoundPlan {
                    plan: "random 17".into(),
                    score: 82.0,
                    solution: 94.4,
                    has: vec!["Analyse".into()],
                    lacks: vec!["ErrorRatio".into(), "count".into()],
                }],
            },
        };
        golden("prove.txt", &text(&proof, &sample::exercise(), TextStyle::PLAIN));
        let summary = summary(&proof, &sample::exercise(), TextStyle::ASCII).join("\n");
        assert!(
            summary.starts_with("x first: proven in 20 sets: the solution is 18.2 points above"),
            "{summary}"
        );
        let again = |now| Again { plan: "starter.ron".into(), set: 1, then: 40.0, now };
        let line = repeated("first", &[again(Some(40.0)), again(Some(41.0))], TextStyle::ASCII);
        assert_eq!(line, "x first: 1 of 2 gradings of the proof came out the same again\n");
    }
}
