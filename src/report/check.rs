//! The result of `check`: problems with their places, and the grades of each lesson's plans.

use serde::Serialize;

use crate::exercise::format::{counted, decimal};
use crate::exercise::prove::{self as proof, Again, PlanRow, Proof};
use crate::exercise::{Exercise, Role, Trial};
use crate::library::{Problem, Severity};

use super::json::pretty;
use super::prove;
use super::style::{TextStyle, Tone, harmless, page};
use super::table::{Cell, Side, Table};

/// The result of `check`.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Number of files that were read.
    pub files: usize,
    /// The problems in them.
    pub problems: Vec<Problem>,
    /// The lessons whose plans were graded: id of the exercise, and its trials.
    pub lessons: Vec<(String, Vec<Trial>)>,
    /// The proofs that were made, with their exercises.
    pub proofs: Vec<(Exercise, Proof)>,
    /// The proofs that stand beside exercises and are theirs.
    pub standing: Vec<(Exercise, Proof)>,
    /// The samples of proofs that were repeated: id of the exercise, and the gradings.
    pub repeated: Vec<(String, Vec<Again>)>,
}

impl Checked {
    /// Number of errors, without warnings.
    pub fn errors(&self) -> usize {
        self.problems.iter().filter(|problem| problem.severity == Severity::Error).count()
    }
}

/// The problems as text, each with the line of the file.
pub fn problems_text(problems: &[Problem], style: TextStyle) -> String {
    let one = |problem: &Problem| {
        let rendered = problem.rendered();
        let (first, rest) = rendered.split_once('\n').unwrap_or((&rendered, ""));
        let tone = if problem.severity == Severity::Error { Tone::Harm } else { Tone::Caution };
        let mut lines = vec![format!("{} {}", style.mark(tone), harmless(first))];
        lines.extend(rest.lines().map(|line| style.paint(Tone::Mute, &format!("  {line}"))));
        page(&lines)
    };
    problems.iter().map(one).collect()
}

/// The lessons' trials and the totals as text.
pub fn text(checked: &Checked, style: TextStyle) -> String {
    let mut lines = Vec::new();
    for (id, trials) in &checked.lessons {
        lines.push(format!("{}: does the lesson bear load?", style.heading(&harmless(id))));
        lines.extend(trial_table(trials, style).lines(style));
        lines.push(String::new());
    }
    for (exercise, proof) in &checked.proofs {
        lines.extend(prove::text(proof, exercise, style).lines().map(str::to_owned));
        lines.push(String::new());
    }
    lines
        .extend(checked.standing.iter().flat_map(|(exercise, proof)| prove::summary(proof, exercise, style)));
    lines.extend(
        checked.repeated.iter().map(|(id, again)| prove::repeated(id, again, style).trim_end().to_owned()),
    );
    let warnings = checked.problems.len() - checked.errors();
    let tone = if checked.errors() > 0 { Tone::Harm } else { Tone::Good };
    let number = |count: usize, noun: &str| {
        format!("{} {noun}{}", counted(count as u64), if count == 1 { "" } else { "s" })
    };
    let sum = format!(
        "{} checked: {}, {}",
        number(checked.files, "file"),
        number(checked.errors(), "error"),
        number(warnings, "warning")
    );
    lines.push(format!("{} {}", style.mark(tone), style.paint(tone, &sum)));
    page(&lines)
}

fn trial_table(trials: &[Trial], style: TextStyle) -> Table {
    let mut table = Table::new(&[
        ("", Side::Left),
        ("plan", Side::Left),
        ("must", Side::Left),
        ("score", Side::Right),
        ("needed", Side::Right),
        ("", Side::Left),
    ]);
    for trial in trials {
        let must = if trial.role == Role::Solution { "pass" } else { "fail" };
        let (score, needed, word) = match &trial.verdict {
            None => (String::new(), String::new(), "cannot be graded"),
            Some(verdict) => {
                let word = if verdict.passed { "passes" } else { "fails" };
                (decimal(verdict.score, 2), decimal(verdict.pass_score, 2), word)
            }
        };
        let tone = if trial.is_sound() { Tone::Good } else { Tone::Harm };
        let name = harmless(&trial.name).into_owned();
        let mark = Cell::toned(tone, style.symbol(tone));
        table.row([mark, name.into(), must.into(), score.into(), needed.into(), Cell::toned(tone, word)]);
    }
    table
}

#[derive(Serialize)]
struct CheckJson<'a> {
    files: usize,
    problems: &'a [Problem],
    lessons: Vec<LessonJson<'a>>,
    proofs: Vec<&'a Proof>,
    repeated: Vec<RepeatedJson<'a>>,
}

#[derive(Serialize)]
struct RepeatedJson<'a> {
    exercise: &'a str,
    gradings: usize,
    same: usize,
}

#[derive(Serialize)]
struct LessonJson<'a> {
    exercise: &'a str,
    trials: Vec<TrialJson<'a>>,
}

#[derive(Serialize)]
struct TrialJson<'a> {
    plan: &'a str,
    role: &'static str,
    score: Option<f64>,
    max_score: Option<f64>,
    pass_score: Option<f64>,
    passed: Option<bool>,
    /// Why it may pass although its role says otherwise.
    excuse: Option<&'a str>,
    sound: bool,
}

/// The result as JSON. Its fields are a contract: they are only ever added.
pub fn json(checked: &Checked) -> String {
    let graded = checked
        .lessons
        .iter()
        .map(|(id, trials)| LessonJson { exercise: id, trials: trials.iter().map(TrialJson::of).collect() });
    let is_graded = |id: &str| checked.lessons.iter().any(|(graded, _)| graded == id);
    let proven = checked.standing.iter().filter(|(exercise, _)| !is_graded(&exercise.id));
    let proven = proven.map(|(exercise, proof)| LessonJson {
        exercise: &exercise.id,
        trials: proof.plans.iter().map(|row| TrialJson::proven(row, exercise)).collect(),
    });
    let lessons = graded.chain(proven);
    let repeated = checked.repeated.iter().map(|(id, again)| RepeatedJson {
        exercise: id,
        gradings: again.len(),
        same: again.iter().filter(|again| again.is_same()).count(),
    });
    pretty(&CheckJson {
        files: checked.files,
        problems: &checked.problems,
        lessons: lessons.collect(),
        proofs: checked.proofs.iter().map(|(_, proof)| proof).collect(),
        repeated: repeated.collect(),
    })
}

impl<'a> TrialJson<'a> {
    /// A row of a proof: the lowest score of a plan that must pass, the highest of one that must fail.
    fn proven(row: &'a PlanRow, exercise: &'a Exercise) -> Self {
        let must_pass = row.role == proof::Role::Solution;
        let worse: fn(f64, f64) -> f64 = if must_pass { f64::min } else { f64::max };
        let graded = row.refused.is_none();
        Self {
            plan: &row.plan,
            role: match row.role {
                proof::Role::Solution => "solution",
                proof::Role::Starter => "starter",
                proof::Role::Wrong => "wrong",
                proof::Role::Null => "null_policy",
                proof::Role::OtherSolution => "other_solution",
            },
            score: row.scores.iter().copied().reduce(worse),
            max_score: graded.then(|| exercise.max_score()),
            pass_score: graded.then_some(exercise.pass),
            passed: graded.then_some(if must_pass { row.worst >= 0.0 } else { row.passes > 0 }),
            excuse: proof::excuse(exercise, row),
            sound: proof::speaks_for(exercise, row),
        }
    }

    fn of(trial: &'a Trial) -> Self {
        let verdict = trial.verdict.as_ref();
        Self {
            plan: &trial.name,
            role: match trial.role {
                Role::Solution => "solution",
                Role::Starter => "starter",
                Role::Wrong => "wrong",
                Role::NullPolicy => "null_policy",
            },
            score: verdict.map(|verdict| verdict.score),
            max_score: verdict.map(|verdict| verdict.max_score),
            pass_score: verdict.map(|verdict| verdict.pass_score),
            passed: verdict.map(|verdict| verdict.passed),
            excuse: None,
            sound: trial.is_sound(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::{Alike, sample};
    use crate::report::golden;
    use crate::report::verdict::sample::verdict;
    use crate::scenario::Issue;

    fn checked() -> Checked {
        let mut passing = verdict();
        (passing.score, passing.passed) = (92.5, true);
        let trial =
            |role, name: &str, verdict, issues| Trial { role, name: name.to_owned(), verdict, issues };
        let wrong = Issue::error("", "starter-passes", "the starter already passes");
        let problem =
            Problem::of_file("05-canary/starter.ron", "starter-passes", "the starter already passes");
        let warning = Problem {
            severity: Severity::Warning,
            ..Problem::of_file("05-canary/exercise.ron", "sum", "the points add up to 90")
        };
        Checked {
            files: 6,
            problems: vec![problem, warning],
            lessons: vec![(
                "canary".to_owned(),
                vec![
                    trial(Role::Solution, "solution.ron", Some(passing.clone()), vec![]),
                    trial(Role::Starter, "starter.ron", Some(passing), vec![wrong]),
                    trial(Role::NullPolicy, "do nothing", Some(verdict()), vec![]),
                ],
            )],
            ..Checked::default()
        }
    }

    #[test]
    fn a_check_reads_as_written_down() {
        let page =
            problems_text(&checked().problems, TextStyle::PLAIN) + "\n" + &text(&checked(), TextStyle::PLAIN);
        golden("check.txt", &page);
    }

    #[test]
    fn the_json_has_the_promised_fields() {
        let json: serde_json::Value = serde_json::from_str(&json(&checked())).unwrap();
        assert_eq!(json["files"], 6);
        for field in ["file", "line", "column", "field", "code", "message", "severity"] {
            assert!(json["problems"][0].get(field).is_some(), "{field}");
        }
        assert_eq!(json["problems"][1]["severity"], "warning");
        assert_eq!(json["lessons"][0]["trials"][1]["plan"], "starter.ron");
        assert_eq!(json["lessons"][0]["trials"][1]["sound"], false);
    }

    #[test]
    fn a_plan_that_the_exercise_excuses_is_no_unsound_one() {
        let row = PlanRow {
            plan: "solution of canary".to_owned(),
            role: proof::Role::OtherSolution,
            scores: vec![82.0, 80.0],
            passes: 2,
            worst: 10.0,
            best: 12.0,
            points: vec![60.0, 22.0],
            refused: None,
        };
        let mut exercise = sample::exercise();
        let told = TrialJson::proven(&row, &exercise);
        assert_eq!((told.passed, told.sound, told.excuse), (Some(true), false, None));
        exercise.alike = vec![Alike { solution: "canary".to_owned(), why: "it compares as well".to_owned() }];
        let told = TrialJson::proven(&row, &exercise);
        assert_eq!((told.passed, told.sound, told.excuse), (Some(true), true, Some("it compares as well")));
    }
}
