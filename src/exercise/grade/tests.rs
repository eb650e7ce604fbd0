//! Gradings at the sample exercise: how many runs they take, and what they come to.

use super::super::sample;
use super::*;

#[test]
fn the_number_of_runs_is_known_beforehand() {
    assert_eq!(Grading::default().runs(&sample::exercise()), 15);
    assert_eq!(Grading { seeds: Some(2), ..Grading::default() }.runs(&sample::exercise()), 6);
}

#[test]
fn a_sparing_grading_comes_to_the_same_points_with_fewer_runs() {
    let (mut exercise, scenario, plan) = (sample::exercise(), sample::scenario(), sample::plan());
    exercise.seeds = 1;
    exercise.rubric[0].needs = Some("in-time".to_owned());
    let never = crate::control::fails_after(crate::engine::Span::from_secs(30));
    let goes_back = Plan { analysis: Some(never), ..plan.clone() };
    let how = Grading::default();
    for (plan, runs) in [(&plan, 3), (&goes_back, 2)] {
        let hand_in = HandIn::of_plan("mine.ron", plan.clone());
        let mut known = Known::new();
        let full = grade(&exercise, &scenario, &sample::plan(), &hand_in, &how).unwrap();
        for _ in 0..2 {
            let sparing =
                grade_sparingly(&exercise, &scenario, &sample::plan(), &hand_in, &how, &mut known).unwrap();
            let points =
                |verdict: &Verdict| -> Vec<f64> { verdict.criteria.iter().map(|line| line.points).collect() };
            assert_eq!((sparing.score, points(&sparing)), (full.score, points(&full)));
            assert_eq!(known.len(), runs, "the case with errors is left out where nothing is delivered");
        }
    }
}

#[test]
fn a_session_that_lets_faults_loose_is_refused() {
    let inject = crate::sim::ManualAction::Inject { fault: "outage".into() };
    let hand = HandAction::new(crate::engine::Time::from_secs(60), inject);
    let hand_in = HandIn { actions: vec![hand], ..HandIn::of_plan("mine.ron", sample::plan()) };
    let refused =
        grade(&sample::exercise(), &sample::scenario(), &sample::plan(), &hand_in, &Grading::default());
    assert_eq!(refused.unwrap_err()[0].path, "actions[0].action");
}

#[test]
fn a_plan_under_another_title_is_still_that_plan() {
    let titled = Plan { title: "mine".to_owned(), ..sample::plan() };
    assert!(HandIn::of_plan("x", titled.clone()).is_plan(&sample::plan()));
    let other = Plan { strategy: crate::control::Strategy::Recreate, ..titled };
    assert!(!HandIn::of_plan("x", other).is_plan(&sample::plan()));
}

#[test]
fn a_hand_in_that_changes_what_it_may_not_is_refused_before_any_run() {
    let mut plan = sample::plan();
    plan.flags = vec![("new".to_owned(), crate::engine::Share::ALL)];
    let hand_in = HandIn::of_plan("mine.ron", plan);
    let refused =
        grade(&sample::exercise(), &sample::scenario(), &sample::plan(), &hand_in, &Grading::default());
    let issues = refused.unwrap_err();
    assert_eq!((issues[0].path.as_str(), issues[0].code), ("flags", "not-allowed"));
}

/// A verdict on runs that are not made, but answered by `one`.
fn graded(
    one: &(dyn Fn(&Case, u64) -> Result<Record, Vec<Issue>> + Sync),
    on_run: Option<&(dyn Fn() + Sync)>,
) -> Result<Verdict, Vec<Issue>> {
    let how = Grading { on_run, ..Grading::default() };
    grade_runs(&sample::exercise(), &sample::scenario(), "mine.ron", one, &how)
}

#[test]
fn each_run_is_told_of_once_and_stands_in_its_case() {
    let told = std::sync::atomic::AtomicU64::new(0);
    let count = || {
        told.fetch_add(1, Ordering::Relaxed);
    };
    let verdict = graded(&|_, seed| Ok(Record { seed, ..sample::record() }), Some(&count)).unwrap();
    assert_eq!(told.into_inner(), Grading::default().runs(&sample::exercise()));
    assert_eq!(verdict.cases.iter().map(|case| case.runs.len()).collect::<Vec<_>>(), [10, 5]);
    assert!(graded(&|_, _| Ok(sample::record()), None).is_ok());
}

#[test]
fn one_run_that_costs_too_much_refuses_the_hand_in_by_one_sentence_and_another_fault_by_its_own() {
    let fails = |code: &'static str| {
        move |case: &Case, _: u64| {
            let faulty = case.release.as_deref() == Some("v2-errors");
            if faulty {
                Err(vec![Issue::error("plan", code, "as it was said")])
            } else {
                Ok(sample::record())
            }
        }
    };
    let costly = graded(&fails(TOO_COSTLY), None).unwrap_err();
    assert_eq!((costly.len(), costly[0].code, costly[0].path.as_str()), (1, TOO_COSTLY, ""));
    assert!(costly[0].message.contains("million steps of work or 512 MiB"), "{}", costly[0].message);
    let other = graded(&fails("out-of-range"), None).unwrap_err();
    assert_eq!((other[0].code, other[0].message.as_str()), ("out-of-range", "as it was said"));
}

#[test]
fn errors_of_a_plan_refuse_it_warnings_do_not_and_those_of_a_session_stand_under_its_plan() {
    let (exercise, scenario, starter) = (sample::exercise(), sample::scenario(), sample::plan());
    let canary = |weights: &[f64]| -> Plan {
        let mut plan = sample::plan();
        let crate::control::Strategy::Canary(of) = &mut plan.strategy else { panic!("a canary") };
        let weight = |percent: &f64| crate::control::Step::Weight(crate::engine::Share::percent(*percent));
        of.steps = weights.iter().map(weight).collect();
        plan
    };
    let admitted = |hand_in: HandIn| match hand_in.admitted(&exercise, &scenario, &starter) {
        Ok(()) => String::new(),
        Err(issues) => issues[0].path.clone(),
    };
    let falls = canary(&[50.0, 10.0]);
    assert!(!falls.problems(Some(&scenario)).is_empty(), "it is warned of");
    assert_eq!(admitted(HandIn::of_plan("mine.ron", falls)), "");
    assert_eq!(admitted(HandIn::of_plan("mine.ron", canary(&[]))), "strategy.steps");
    let session = Session { plan: canary(&[]), ..sample::session() };
    assert_eq!(admitted(HandIn::of_session("mine.ron", session)), "plan.strategy.steps");
    assert_eq!(admitted(HandIn::of_session("mine.ron", sample::session())), "");
}
