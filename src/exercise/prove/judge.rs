//! What a proof says against an exercise.

use super::super::format::decimal;
use super::super::{Decoration, Exercise, WRONG_PREFIX};
use super::proof::{CLEAR_FAIL, CLEAR_PASS, DECORATION, PlanRow, Proof, Role};
use crate::scenario::Issue;

/// No plan may be better than the model solution by this many points.
const BETTER: f64 = 5.0;

/// Everything that `proof` says against `exercise`. Paths are those of the exercise's file.
pub fn judged(exercise: &Exercise, proof: &Proof) -> Vec<Issue> {
    let mut found = of_plans(exercise, &proof.plans);
    criteria(exercise, proof, &mut found);
    parts(exercise, proof, &mut found);
    for plan in &proof.search.passing {
        if plan.has.is_empty() {
            let message = format!(
                "\"{}\" passes with {} points and has nothing that the solution adds to the starter; the lesson can be passed \
                 without it",
                plan.plan,
                decimal(plan.score, 2)
            );
            found.push(Issue::error("rubric", "passes-without-lesson", message));
        }
        if plan.score >= plan.solution + BETTER {
            let message = format!(
                "\"{}\" earns {} points, the model solution {} in the same worlds; learn from it, or let the rubric see what it costs",
                plan.plan,
                decimal(plan.score, 2),
                decimal(plan.solution, 2)
            );
            found.push(Issue::error("rubric", "beats-solution", message));
        }
    }
    found
}

/// Everything that the points of these plans say against `exercise`.
pub fn of_plans(exercise: &Exercise, plans: &[PlanRow]) -> Vec<Issue> {
    let mut found = Vec::new();
    for row in plans {
        if excuse(exercise, row).is_none() {
            found.extend(of_plan(row));
        }
        if row.role == Role::Wrong {
            found.extend(claims(exercise, row));
        }
    }
    found
}

/// Whether a row went as the exercise needs it: it is sound, or [excused](excuse).
pub fn speaks_for(exercise: &Exercise, row: &PlanRow) -> bool {
    row.is_sound() || excuse(exercise, row).is_some()
}

/// Why a row may pass: it is the solution of an exercise that the file lists as a good answer here as well.
pub fn excuse<'a>(exercise: &'a Exercise, row: &PlanRow) -> Option<&'a str> {
    let names = |id: &str| row.plan.strip_suffix(id).is_some_and(|rest| rest.ends_with(' '));
    let alike = exercise.alike.iter().find(|alike| names(&alike.solution))?;
    (row.role == Role::OtherSolution).then_some(alike.why.as_str())
}

fn of_plan(row: &PlanRow) -> Option<Issue> {
    let sets = row.scores.len();
    let name = &row.plan;
    if let Some(why) = &row.refused {
        let own = matches!(row.role, Role::Solution | Role::Starter | Role::Wrong);
        return own
            .then(|| Issue::error("", "cannot-be-graded", format!("{name} cannot be handed in: {why}")));
    }
    if row.role == Role::Solution {
        let message = match row.passes as usize {
            passes if passes < sets => format!(
                "the model solution passes in {passes} of {sets} sets of secret seeds, and misses by {} points at worst",
                decimal(-row.worst, 2)
            ),
            _ if row.worst < CLEAR_PASS => format!(
                "the model solution passes by only {} points in the worst of {sets} sets; at least {CLEAR_PASS} keep luck out",
                decimal(row.worst, 2)
            ),
            _ => return None,
        };
        return Some(Issue::error("", "solution-fails", message));
    }
    if row.best <= CLEAR_FAIL {
        return None;
    }
    let code = match row.role {
        Role::Starter => "starter-passes",
        Role::Wrong => "wrong-passes",
        Role::Null => "null-policy-passes",
        Role::Solution | Role::OtherSolution => "other-solution-passes",
    };
    let message = match row.passes {
        0 => format!(
            "{name} comes within {} points of passing in {sets} sets; a plan that is wrong must be at least {} below in each",
            decimal(-row.best, 2),
            -CLEAR_FAIL
        ),
        passes => format!(
            "{name} passes in {passes} of {sets} sets of secret seeds, by {} at best",
            decimal(row.best, 2)
        ),
    };
    Some(Issue::error("", code, message))
}

/// Whether a wrong plan fails on what the exercise says that it fails on.
fn claims(exercise: &Exercise, row: &PlanRow) -> Vec<Issue> {
    let name = row.plan.trim_start_matches(WRONG_PREFIX).trim_end_matches(".ron");
    let Some((index, claim)) = exercise.wrong.iter().enumerate().find(|(_, wrong)| wrong.plan == name) else {
        let message = format!(
            "nothing says which criteria {} must lose its points on; add (plan: \"{name}\", fails: [...])",
            row.plan
        );
        return vec![Issue::warning("wrong", "no-claim", message)];
    };
    let mut found = Vec::new();
    for (place, id) in claim.fails.iter().enumerate() {
        let Some(at) = exercise.rubric.iter().position(|criterion| criterion.id == *id) else { continue };
        let (most, all) = (row.points.get(at).copied().unwrap_or_default(), exercise.rubric[at].points);
        if row.refused.is_none() && most >= all / 2.0 {
            let message = format!(
                "{} earns up to {} of {} points for \"{id}\"; it fails, but not for the reason that is given",
                row.plan,
                decimal(most, 2),
                decimal(all, 2)
            );
            found.push(Issue::error(format!("wrong[{index}].fails[{place}]"), "fails-elsewhere", message));
        }
    }
    found
}

/// Criteria that tell no plans apart. A plan loses a criterion when it earns less than half of its points.
fn criteria(exercise: &Exercise, proof: &Proof, found: &mut Vec<Issue>) {
    let graded: Vec<&PlanRow> = proof.plans.iter().filter(|row| row.refused.is_none()).collect();
    for (index, criterion) in exercise.rubric.iter().enumerate() {
        let loses =
            |row: &&PlanRow| row.points.get(index).is_some_and(|points| *points < criterion.points / 2.0);
        let message = match graded.iter().copied().filter(|row| loses(row)).count() {
            0 => "no plan of the proof ever loses this criterion; it tells nobody anything",
            lose if lose == graded.len() => "every plan of the proof loses this criterion, the solution too",
            _ => continue,
        };
        found.push(Issue::error(format!("rubric[{index}]"), "tells-nothing-apart", message));
    }
}

/// Parts of the solution that are worth nothing and not listed, and what is listed though it is worth something.
fn parts(exercise: &Exercise, proof: &Proof, found: &mut Vec<Issue>) {
    for row in proof.parts.iter().filter(|row| row.is_free()) {
        let listed =
            row.paths.iter().all(|path| exercise.decoration.iter().any(|decoration| decoration.covers(path)));
        if !listed {
            let message = format!(
                "solution.ron: {}, and {} points are lost; let the exercise need it, take it out, or list it as decoration and say why",
                row.what,
                decimal(row.costs.max(0.0), 2)
            );
            found.push(Issue::error("decoration", "decoration", message));
        }
    }
    for (index, decoration) in exercise.decoration.iter().enumerate() {
        let cut = |path: &String| decoration.covers(path);
        let free = proof.parts.iter().any(|row| row.is_free() && row.paths.iter().any(cut));
        if !free {
            let message = format!(
                "\"{}\" is no part of the solution that can be taken out for less than {DECORATION} points; remove the entry",
                decoration.what
            );
            found.push(Issue::warning(format!("decoration[{index}]"), "no-decoration", message));
        }
    }
}

impl Decoration {
    /// Whether the part at `path` is this one or inside it.
    pub(super) fn covers(&self, path: &str) -> bool {
        let (mut wanted, mut found) = (self.what.as_str(), path);
        while let Some((before, after)) = wanted.split_once("[*]") {
            let Some(rest) = found.strip_prefix(before).and_then(|rest| rest.strip_prefix('[')) else {
                return false;
            };
            let Some((index, rest)) = rest.split_once(']') else { return false };
            if !index.bytes().all(|byte| byte.is_ascii_digit()) {
                return false;
            }
            (wanted, found) = (after, rest);
        }
        found.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Alike, WrongPlan, sample};
    use super::super::proof::{FORMAT, FoundPlan, PartRow, SearchResult};
    use super::*;

    fn row(plan: &str, role: Role, margins: (f64, f64), points: [f64; 2]) -> PlanRow {
        PlanRow {
            plan: plan.to_owned(),
            role,
            scores: vec![70.0 + margins.0, 70.0 + margins.1],
            passes: u32::from(margins.0 >= 0.0) + u32::from(margins.1 >= 0.0),
            worst: margins.0,
            best: margins.1,
            points: points.to_vec(),
            refused: None,
        }
    }

    fn proof() -> Proof {
        Proof {
            format: FORMAT,
            exercise: "first".into(),
            engine: String::new(),
            rests_on: String::new(),
            sets: 2,
            seeds: None,
            criteria: vec!["caught".into(), "in-time".into()],
            plans: vec![
                row("solution.ron", Role::Solution, (20.0, 25.0), [60.0, 35.0]),
                row("starter.ron", Role::Starter, (-50.0, -40.0), [0.0, 40.0]),
                row("wrong-blind.ron", Role::Wrong, (-40.0, -30.0), [10.0, 0.0]),
            ],
            parts: vec![PartRow {
                what: "strategy.steps[1] removed".into(),
                paths: vec!["strategy.steps[1]".into()],
                costs: 12.0,
                passes: (0, 2),
            }],
            search: SearchResult::default(),
        }
    }

    fn exercise() -> Exercise {
        let mut exercise = sample::exercise();
        exercise.wrong = vec![WrongPlan { plan: "blind".into(), fails: vec!["caught".into()] }];
        exercise
    }

    fn codes(change: impl FnOnce(&mut Exercise, &mut Proof)) -> Vec<&'static str> {
        let (mut exercise, mut proof) = (exercise(), proof());
        change(&mut exercise, &mut proof);
        judged(&exercise, &proof).into_iter().map(|issue| issue.code).collect()
    }

    #[test]
    fn a_sound_proof_says_nothing() {
        assert_eq!(judged(&exercise(), &proof()), []);
    }

    #[test]
    fn plans_must_pass_and_fail_clearly_in_every_set() {
        assert_eq!(codes(|_, proof| proof.plans[0].worst = 9.9), ["solution-fails"]);
        assert_eq!(
            codes(|_, proof| (proof.plans[0].worst, proof.plans[0].passes) = (-1.0, 1)),
            ["solution-fails"]
        );
        for (role, code) in [
            (Role::Starter, "starter-passes"),
            (Role::Null, "null-policy-passes"),
            (Role::OtherSolution, "other-solution-passes"),
        ] {
            let near = |_: &mut Exercise, proof: &mut Proof| {
                (proof.plans[1].role, proof.plans[1].best) = (role, -4.9);
            };
            assert_eq!(codes(near), [code], "{role:?}");
        }
        assert_eq!(codes(|_, proof| proof.plans[2].best = 3.0), ["wrong-passes"]);
    }

    #[test]
    fn a_plan_that_is_refused_fails_unless_it_is_the_lessons_own() {
        let refuse = |row: &mut PlanRow| (row.refused, row.best) = (Some("not allowed".into()), 0.0);
        assert_eq!(codes(|_, proof| refuse(&mut proof.plans[1])), ["cannot-be-graded"]);
        let null = |_: &mut Exercise, proof: &mut Proof| {
            proof.plans[1].role = Role::Null;
            refuse(&mut proof.plans[1]);
        };
        assert_eq!(codes(null), Vec::<&str>::new());
    }

    #[test]
    fn the_solution_of_another_exercise_may_pass_where_the_file_says_why() {
        let passes = |proof: &mut Proof| {
            let row = &mut proof.plans[1];
            (row.role, row.best, row.plan) = (Role::OtherSolution, 12.0, "solution of canary".to_owned());
        };
        assert_eq!(codes(|_, proof| passes(proof)), ["other-solution-passes"]);
        for (solution, wanted) in [("canary", &[][..]), ("nary", &["other-solution-passes"])] {
            let alike = Alike { solution: solution.to_owned(), why: "it compares as well".to_owned() };
            let listed = |exercise: &mut Exercise, proof: &mut Proof| {
                passes(proof);
                exercise.alike = vec![alike.clone()];
            };
            assert_eq!(codes(listed), wanted, "{solution}");
        }
    }

    #[test]
    fn a_wrong_plan_fails_on_what_it_is_said_to_fail_on() {
        assert_eq!(codes(|_, proof| proof.plans[2].points[0] = 30.0), ["fails-elsewhere"]);
        assert_eq!(codes(|exercise, _| exercise.wrong.clear()), ["no-claim"]);
    }

    #[test]
    fn a_criterion_tells_plans_apart() {
        let all_lose =
            |_: &mut Exercise, proof: &mut Proof| proof.plans.iter_mut().for_each(|row| row.points[1] = 1.0);
        assert_eq!(codes(all_lose), ["tells-nothing-apart"]);
        let none_loses =
            |_: &mut Exercise, proof: &mut Proof| proof.plans.iter_mut().for_each(|row| row.points[1] = 40.0);
        assert_eq!(codes(none_loses), ["tells-nothing-apart"]);
    }

    #[test]
    fn what_costs_nothing_is_listed_and_what_is_listed_costs_nothing() {
        assert_eq!(codes(|_, proof| proof.parts[0].costs = 2.9), ["decoration"]);
        let listed = |exercise: &mut Exercise| {
            exercise.decoration = vec![Decoration { what: "strategy.steps[*]".into(), why: "shown".into() }];
        };
        assert_eq!(
            codes(|exercise, proof| (listed(exercise), proof.parts[0].costs = 2.9).1),
            Vec::<&str>::new()
        );
        assert_eq!(codes(|exercise, _| listed(exercise)), ["no-decoration"]);
    }

    #[test]
    fn decoration_covers_its_inside_and_nothing_beside_it() {
        let covers =
            |what: &str, path: &str| Decoration { what: what.into(), why: String::new() }.covers(path);
        assert!(covers("strategy.steps[1]", "strategy.steps[1].checks[0]"));
        assert!(!covers("strategy.steps[1]", "strategy.steps[10]"));
        assert!(covers("strategy.steps[*].checks[*].count", "strategy.steps[3].checks[12].count"));
        assert!(!covers("strategy.steps[*].checks", "strategy.steps.checks"));
        assert!(!covers("alerts", "alerts_too"));
    }

    #[test]
    fn nothing_passes_without_the_lesson_or_beats_the_model() {
        let plan = |score: f64, has: &[&str]| FoundPlan {
            plan: "random 3".into(),
            score,
            solution: 92.0,
            has: has.iter().map(|word| (*word).to_owned()).collect(),
            lacks: vec!["Latency".into()],
        };
        assert_eq!(
            codes(|_, proof| proof.search.passing = vec![plan(80.0, &["Analyse"])]),
            Vec::<&str>::new()
        );
        assert_eq!(codes(|_, proof| proof.search.passing = vec![plan(80.0, &[])]), ["passes-without-lesson"]);
        assert_eq!(
            codes(|_, proof| proof.search.passing = vec![plan(97.0, &["Analyse"])]),
            ["beats-solution"]
        );
    }
}
