//! A small world, a plan, an exercise and a record, for the tests of this room and those below it.

use crate::control::Plan;
use crate::engine::{Share, Span, Tally, Time};
use crate::exercise::predict::Forecast;
use crate::exercise::{ENGINE_VERSION, Exercise, SESSION_FORMAT, Session};
use crate::scenario::{Issue, Scenario};
use crate::sim::{Case, Cause, Fact, Observed, Record, Requests, RolloutPhase, Truth, TruthPoint, What};
use crate::telemetry::Store;

fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
    use ron::extensions::Extensions;
    let extensions =
        Extensions::IMPLICIT_SOME | Extensions::UNWRAP_NEWTYPES | Extensions::UNWRAP_VARIANT_NEWTYPES;
    ron::Options::default().with_default_extension(extensions).from_str(text).expect("the sample is valid")
}

/// Ten instances, three releases (`v1`, a good `v2`, a failing `v2-errors`), one fault.
pub(crate) fn scenario() -> Scenario {
    read(
        r#"(
            format: 1, id: "shop", title: "A small shop", horizon: "20m", release_at: "5m",
            entry: "shop", target: "shop",
            services: [(name: "shop", instances: 10, workers: 4, demand: Exponential("20ms"))],
            clients: (users: 1000),
            traffic: [(name: "steady", shape: Constant("100/s")), (name: "busy", shape: Constant("200/s"))],
            releases: [
                (name: "v1"),
                (name: "v2"),
                (name: "v2-errors", defects: [(name: "fails", when: [Chance("10%")], then: Errors)]),
            ],
            faults: [(name: "outage", when: At("10m"), lasts: "1m", what: Brownout(service: "shop", errors: "5%"))],
            slos: [(name: "success", objective: "99.9%")],
        )"#,
    )
}

/// A canary in two steps.
pub(crate) fn plan() -> Plan {
    read(
        r#"(
            format: 1, title: "Two steps",
            strategy: Canary(steps: [Weight("10%"), Pause("2m")]),
        )"#,
    )
}

/// Two criteria over two cases.
pub(crate) fn exercise() -> Exercise {
    read(
        r#"(
            format: 1, id: "first", title: "The first", part: 1, minutes: 10, objectives: ["Ship carefully"],
            scenario: "shop", allow: [Strategy([Canary]), Analysis],
            cases: [(name: "healthy", release: "v2", weight: 2), (name: "errors", release: "v2-errors")],
            seeds: 5, pass: 70,
            rubric: [
                (id: "caught", points: 60, objectives: [1], category: RiskManagement, on: ["errors"], measure: UsersHarmed, over: P90,
                 full: 150, zero: 1500, say: "Fewer users should have met the defect."),
                (id: "in-time", points: 40, category: TechnicalImplementation, on: ["healthy"],
                 measure: TimeToComplete, over: Median, full: "10m", zero: "15m", say: "A good release should not wait."),
            ],
            hints: [(say: "Start small."), (say: "Let something watch the errors.", cost: 5)],
        )"#,
    )
}

/// The problems of the sample exercise after `change`: field path and code of each.
pub(crate) fn found(change: impl FnOnce(&mut Exercise)) -> Vec<(String, &'static str)> {
    let mut exercise = exercise();
    change(&mut exercise);
    exercise.problems(Some(&scenario())).into_iter().map(|issue| (issue.path, issue.code)).collect()
}

/// The only problem of the sample exercise after `change`.
pub(crate) fn only_issue(change: impl FnOnce(&mut Exercise)) -> Issue {
    let mut exercise = exercise();
    change(&mut exercise);
    only_issue_of(&exercise)
}

/// The only problem of `exercise` in the sample scenario.
pub(crate) fn only_issue_of(exercise: &Exercise) -> Issue {
    let mut issues = exercise.problems(Some(&scenario()));
    assert_eq!(issues.len(), 1, "{issues:?}");
    issues.remove(0)
}

/// A session of the sample plan in the sample scenario, in which nothing was done by hand.
pub(crate) fn session() -> Session {
    Session {
        format: SESSION_FORMAT,
        scenario: "shop".to_owned(),
        case: Case::default(),
        seed: 7,
        plan: plan(),
        actions: Vec::new(),
        forecast: Forecast::Open,
        answers: Vec::new(),
        engine_version: Some(ENGINE_VERSION.to_owned()),
        digest: None,
        hash: None,
    }
}

/// A run of 1,000 requests of which 60 failed, that completed after ten minutes.
pub(crate) fn record() -> Record {
    let mut latency = Tally::default();
    for _ in 0..100 {
        latency.record(Span::from_millis(20));
    }
    let mut causes = [0; Cause::ALL.len()];
    causes[Cause::Defect as usize] = 48;
    causes[Cause::Background as usize] = 12;
    Record {
        seed: 7,
        digest: "00c0ffee00c0ffee".to_owned(),
        deadline: Time::from_secs(1200),
        simulated: Span::from_secs(1200),
        spent: None,
        events: 4321,
        facts: vec![
            fact(300, What::Phase(RolloutPhase::InProgress)),
            fact(900, What::Phase(RolloutPhase::Completed)),
        ],
        observed: Observed {
            metrics: Store::new(0, &[], &[], Span::from_secs(300)),
            pages: 0,
            attempts: 1,
            first_sign: None,
            started: Some(Time::from_secs(300)),
            completed: Some(Time::from_secs(900)),
            aborted: None,
            rolled_back: None,
            phase: RolloutPhase::Completed,
        },
        truth: truth(latency, causes),
    }
}

/// Lets `record` end rolled back at `seconds`, on a sign seen a little before: the baseline serves everybody from then on.
pub(crate) fn roll_back(record: &mut Record, seconds: u64) {
    let decided = Time::from_secs(seconds - 7);
    record.observed.phase = RolloutPhase::RolledBack;
    record.observed.completed = None;
    record.observed.first_sign = Some(decided);
    record.observed.aborted = Some(decided);
    record.observed.rolled_back = Some(Time::from_secs(seconds));
    for point in record.truth.points.iter_mut().filter(|point| point.at >= decided) {
        point.tries_of_candidate = 0;
    }
}

fn truth(latency: Tally, causes: [u64; Cause::ALL.len()]) -> Truth {
    let points = (1..=120).map(|index| {
        let exposed = if index <= 30 { 0 } else { (index - 30).min(50) * 2 };
        let failed = exposed / 10;
        TruthPoint {
            at: Time::from_secs(u64::from(index) * 10),
            ended: 100,
            failed,
            exposed,
            tries: 100,
            tries_of_candidate: exposed,
            ready: [10, 1, 0],
        }
    });
    Truth {
        requests: Requests {
            arrived: 1000,
            succeeded: 939,
            failed: 50,
            rejected: 4,
            timed_out: 6,
            in_flight: 1,
        },
        causes,
        slow: 0,
        wrong_answers: 0,
        doubled_writes: 0,
        hedges: 0,
        users_harmed: 45,
        users_helped: 0,
        harmed_by_cohort: vec![45],
        users_by_cohort: vec![1000],
        loses_users: false,
        regret: None,
        legs: Vec::new(),
        never_came: [0, 0],
        users_failed: 56,
        latency,
        waits: Tally::default(),
        max_exposure: Share::ALL,
        reachable: Share::ALL,
        first_harm: Some(Time::from_secs(320)),
        last_harm: Some(Time::from_secs(1190)),
        attempt_harm: Some(Time::from_secs(320)),
        defect_shown: None,
        detected: None,
        false_alarms: 0,
        instance_time: Span::from_secs(12_600),
        cost: 0.35,
        budget_spent: 0.02,
        worst_p99: Span::from_millis(120),
        fewest_ready: 10,
        value: 0.0,
        points: points.collect(),
    }
}

/// A fact at `seconds` that needs no reason.
pub(crate) fn fact(seconds: u64, what: What) -> Fact {
    Fact { at: Time::from_secs(seconds), what, because: String::new() }
}
