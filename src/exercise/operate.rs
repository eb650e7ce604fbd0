//! Grading an Operate exercise: each case that came on the learner's watch is run with what they did in it, and scored on its own.

use rayon::prelude::*;

use super::marking::{Run, of_criteria, said, scored};
use super::score::{awards_for, hundredths};
use super::secret::exercise_hash;
use super::{
    CaseResult, CaseSession, CriterionResult, Duty, Exercise, RunResult, SessionResult, Turn, Verdict, play,
};
use crate::control::Plan;
use crate::scenario::{Issue, Scenario};
use crate::sim::Record;

/// A turn as it was played; without a run nothing was handed in for it.
pub(super) struct TurnRun {
    pub turn: Turn,
    pub run: Option<Run>,
}

/// Grades what was done on duty, under the `plan` that the exercise has on duty. A case without a complete session earns nothing,
/// and the remarks say so.
///
/// # Errors
/// What is wrong with the duty ([`Duty::problems`]), with paths of its file.
pub fn grade_duty(
    exercise: &Exercise,
    scenario: &Scenario,
    plan: &Plan,
    name: &str,
    duty: &Duty,
) -> Result<Verdict, Vec<Issue>> {
    let wrong = duty.problems(exercise, scenario, plan);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let turns = duty.turns(exercise);
    let played: Vec<(TurnRun, Option<String>)> = turns
        .par_iter()
        .map(|turn| {
            let Some(session) = duty.counts(turn.number) else {
                return Ok((TurnRun { turn: *turn, run: None }, None));
            };
            let case = exercise.met(*turn, scenario);
            let record = play(scenario, &case, plan, &session.actions, turn.seed)?;
            let remark = false_digest(session, &record);
            Ok((TurnRun { turn: *turn, run: Some(run_of(exercise, scenario, *turn, &record)) }, remark))
        })
        .collect::<Result<_, Vec<Issue>>>()?;
    let mut remarks: Vec<String> = duty.told_of_watches().into_iter().collect();
    let missing: Vec<String> = turns
        .iter()
        .filter(|turn| duty.counts(turn.number).is_none())
        .map(|turn| turn.number.to_string())
        .collect();
    if !missing.is_empty() {
        let (cases, earn) = if missing.len() == 1 { ("Case", "earns") } else { ("Cases", "earn") };
        remarks.push(format!(
            "{cases} {} of {} {earn} nothing: no complete session was handed in.",
            missing.join(", "),
            turns.len()
        ));
    }
    let (runs, false_ones): (Vec<TurnRun>, Vec<Option<String>>) = played.into_iter().unzip();
    remarks.extend(false_ones.into_iter().flatten());
    let verdict = verdict_on(exercise, &scenario.cost.currency, name, runs);
    Ok(Verdict { exercise_hash: exercise_hash(exercise, scenario), remarks, ..verdict })
}

/// The verdict on all turns: a criterion earns the mean of what it earns in each of the cases that it looks at.
pub(super) fn verdict_on(exercise: &Exercise, currency: &str, name: &str, turns: Vec<TurnRun>) -> Verdict {
    let looks_at =
        |index: usize, turn: &TurnRun| exercise.rubric[index].looks_at(&exercise.cases[turn.turn.case].name);
    let earned = |index: usize, turn: &TurnRun| {
        turn.run.as_ref().map_or(0.0, |run| exercise.rubric[index].points_for(run.values[index]))
    };
    let looked_at: Vec<Vec<&TurnRun>> = (0..exercise.rubric.len())
        .map(|index| turns.iter().filter(|turn| looks_at(index, turn)).collect())
        .collect();
    let own = looked_at.iter().enumerate().map(|(index, of_it)| {
        let sum: f64 = of_it.iter().map(|turn| earned(index, turn)).sum();
        hundredths(sum / of_it.len().max(1) as f64)
    });
    let awards = awards_for(&exercise.rubric, own.collect());
    let lines: Vec<CriterionResult> = looked_at
        .iter()
        .enumerate()
        .map(|(index, of_it)| {
            let values = of_it.iter().filter_map(|turn| Some(turn.run.as_ref()?.values[index]));
            let values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
            let mean = match values.len() {
                0 => f64::INFINITY,
                count => values.iter().sum::<f64>() / count as f64,
            };
            let line = scored(exercise, index, mean, awards[index], currency);
            let without = of_it.len() - values.len();
            let measured = match (values.is_empty(), without) {
                (true, _) | (_, 0) => line.measured,
                (false, without) => format!("{}; never in {without} of {} cases", line.measured, of_it.len()),
            };
            CriterionResult { measured, ..line }
        })
        .collect();
    let session = |turn: &TurnRun| {
        let part = |index: usize, points: f64| points / looked_at[index].len() as f64;
        let its = (0..exercise.rubric.len()).filter(|index| looks_at(*index, turn));
        SessionResult {
            number: turn.turn.number,
            case: exercise.cases[turn.turn.case].name.clone(),
            is_complete: turn.run.is_some(),
            points: hundredths(its.clone().map(|index| part(index, earned(index, turn))).sum()),
            max_points: hundredths(its.map(|index| part(index, exercise.rubric[index].points)).sum()),
        }
    };
    let sessions = turns.iter().map(session).collect();
    let runs: Vec<Run> = turns.into_iter().filter_map(|turn| turn.run).collect();
    let criteria = lines
        .into_iter()
        .enumerate()
        .map(|(index, line)| CriterionResult { say: said(exercise, index, &runs), ..line })
        .collect();
    let mut cases: Vec<CaseResult> = exercise.cases.iter().map(CaseResult::empty).collect();
    for run in runs {
        cases[run.case].runs.push(run.result);
    }
    Verdict { sessions, ..of_criteria(exercise, name, criteria, cases) }
}

/// What scoring needs of a record.
pub(super) fn run_of(exercise: &Exercise, scenario: &Scenario, turn: Turn, record: &Record) -> Run {
    let causes = &exercise.cases[turn.case].causes;
    let values = exercise.rubric.iter().map(|criterion| criterion.measure.of_case(record, scenario, causes));
    let variation = *exercise.met(turn, scenario).variation;
    Run {
        case: turn.case,
        result: RunResult { variation, ..RunResult::of(record, scenario) },
        values: values.map(|value| value.unwrap_or(f64::INFINITY)).collect(),
    }
}

fn false_digest(session: &CaseSession, record: &Record) -> Option<String> {
    let claimed = session.digest.as_ref().filter(|claimed| **claimed != record.digest)?;
    Some(format!(
        "The session of case {} claims the digest {claimed}, and its run has {}. The grade rests on the actions alone.",
        session.case, record.digest
    ))
}

#[cfg(test)]
mod tests {
    use super::super::{ExerciseKind, Measure, Over, sample};
    use super::*;
    use crate::engine::{Level, Time};
    use crate::exercise::HandAction;
    use crate::sim::{ManualAction, RolloutCommand, Suspect};

    /// One point for each session in which the right cause is named, over a sound release twice and a bad one once.
    fn exercise() -> Exercise {
        let mut exercise = Exercise { kind: ExerciseKind::Operate, ..sample::exercise() };
        exercise.rubric.truncate(1);
        let named = &mut exercise.rubric[0];
        (named.points, named.on, named.over) = (90.0, Vec::new(), Over::Mean);
        (named.measure, named.full, named.zero) =
            (Measure::LocalisedRight, Level::Number(1.0), Level::Number(0.0));
        exercise
    }

    fn duty(exercise: &Exercise, learner: &str, names: impl Fn(usize) -> Suspect) -> Duty {
        let mut duty = Duty::new(exercise, learner);
        let draws = exercise.known_draws(learner);
        for (turn, draw) in exercise.turns(learner, &draws).into_iter().zip(draws) {
            let action = ManualAction::Localise(names(turn.case));
            duty.keep(CaseSession {
                case: turn.number,
                draw,
                played: Time::from_secs(1200),
                complete: true,
                actions: vec![HandAction::new(Time::from_secs(900), action)],
                digest: None,
            });
        }
        duty
    }

    fn graded(duty: &Duty) -> Verdict {
        let (exercise, scenario) = (exercise(), sample::scenario());
        grade_duty(&exercise, &scenario, &sample::plan(), "mine.ron", duty).unwrap()
    }

    #[test]
    fn each_case_is_scored_on_its_own_and_a_missing_one_earns_nothing() {
        let exercise = exercise();
        for learner in ["ada", "bob", "eve"] {
            let right = |case: usize| if case == 0 { Suspect::Nothing } else { Suspect::Release };
            let mut all = duty(&exercise, learner, right);
            let verdict = graded(&all);
            assert_eq!((verdict.score, verdict.remarks.len()), (90.0, 0), "{learner}");
            let points: Vec<f64> = verdict.sessions.iter().map(|session| session.points).collect();
            assert_eq!(points, [30.0, 30.0, 30.0]);
            assert_eq!(graded(&duty(&exercise, learner, |_| Suspect::Nothing)).score, 60.0);
            all.sessions.truncate(2);
            let verdict = graded(&all);
            assert_eq!(verdict.score, 60.0);
            assert!(verdict.remarks[0].starts_with("Case 3 of 3 earns nothing"), "{:?}", verdict.remarks);
            assert!(!verdict.sessions[2].is_complete);
            all.sessions[1].complete = false;
            assert_eq!(graded(&all).score, 30.0, "what was not played to its end does not count");
        }
    }

    #[test]
    fn a_case_that_was_played_twice_is_refused_and_a_part_of_one_run_is_not() {
        let exercise = exercise();
        let once = duty(&exercise, "ada", |_| Suspect::Network);
        let right = |case: usize| if case == 0 { Suspect::Nothing } else { Suspect::Release };
        let mut twice = once.clone();
        twice.sessions.extend(duty(&exercise, "ada", right).sessions);
        let refused = |duty: &Duty| {
            let (exercise, scenario) = (self::exercise(), sample::scenario());
            let graded = grade_duty(&exercise, &scenario, &sample::plan(), "x", duty);
            graded.err().map(|issues| issues[0].code)
        };
        assert_eq!(refused(&twice), Some("played-twice"));
        let mut other_watch = once.clone();
        other_watch.sessions.push(CaseSession { draw: 7, ..once.sessions[0].clone() });
        assert_eq!(refused(&other_watch), Some("played-twice"));
        let mut without_the_first = once.clone();
        without_the_first.sessions.remove(0);
        assert_eq!(refused(&without_the_first), Some("gap"), "a case that went badly is not left out");
        let mut parts = once.clone();
        let begun = CaseSession { complete: false, actions: Vec::new(), ..once.sessions[0].clone() };
        parts.sessions.insert(0, begun);
        assert_eq!(refused(&parts), None);
        assert_eq!(graded(&parts).score, graded(&once).score);
    }

    #[test]
    fn what_was_seen_in_one_watch_tells_nothing_of_another() {
        let exercise = exercise();
        let right = |case: usize| if case == 0 { Suspect::Nothing } else { Suspect::Release };
        let known = duty(&exercise, "ada", right);
        assert_eq!(graded(&known).score, 90.0);
        // The same answers by number, in watches of the same learner that were begun anew.
        let scores: Vec<f64> = (0..40)
            .map(|draw| {
                let mut again = known.clone();
                for session in &mut again.sessions {
                    session.draw = draw * 1000 + u64::from(session.case);
                }
                graded(&again).score
            })
            .collect();
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        assert!(mean < 70.0, "by luck the bad release comes at the same place in one of three: {mean}");
        let another = Duty { learner: "bob".to_owned(), ..known };
        assert_ne!(another.turns(&exercise), duty(&exercise, "ada", right).turns(&exercise));
    }

    #[test]
    fn a_false_digest_is_told_and_another_exercises_sessions_are_refused() {
        let exercise = exercise();
        let mut claims = duty(&exercise, "ada", |_| Suspect::Nothing);
        claims.sessions[0].digest = Some("00".to_owned());
        assert!(graded(&claims).remarks[0].contains("case 1 claims the digest 00"));
        claims.exercise = "another".to_owned();
        let refused = grade_duty(&exercise, &sample::scenario(), &sample::plan(), "x", &claims).unwrap_err();
        assert_eq!(refused[0].code, "other-exercise");
    }

    #[test]
    fn what_is_done_in_one_case_is_done_in_no_other() {
        let exercise = exercise();
        let mut one = duty(&exercise, "ada", |_| Suspect::Nothing);
        let abort = ManualAction::Command(RolloutCommand::Abort);
        one.sessions[0].actions.insert(0, HandAction::new(Time::from_secs(330), abort));
        let verdict = graded(&one);
        let back = verdict.cases.iter().flat_map(|case| &case.runs).filter(|run| run.phase == "rolled_back");
        assert_eq!(back.count(), 1);
    }
}
