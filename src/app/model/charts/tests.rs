//! The series of runs whose numbers are known.

use crate::app::model::charts::*;
use crate::control::Plan;
use crate::exercise::{Playback, sample};
use crate::sim::{Case, ManualAction, RolloutCommand};

fn playback() -> (Scenario, Playback) {
    let scenario = sample::scenario();
    let case = Case { release: Some("v2-errors".to_owned()), ..Case::default() };
    let playback = Playback::new(&scenario, &case, &sample::plan(), &[], 3).unwrap();
    (scenario, playback.rewindable())
}

fn values(charts: &Charts, topic: Topic, of: Of) -> &[Option<f64>] {
    let line = charts.of_topic(topic, Quantile::P99).find(|line| line.of == of);
    &line.unwrap_or_else(|| panic!("no line of {of:?} in {topic:?}")).values
}

#[test]
fn the_series_of_a_failing_canary_show_it_and_are_gaps_before_it_is_there() {
    let (scenario, mut playback) = playback();
    playback.seek(Time::from_secs(420));
    let charts = Charts::of(&playback.record(), &scenario, "v2-errors");
    let at = |topic, of, seconds: usize| values(&charts, topic, of)[seconds / 5];
    assert_eq!(at(Topic::Errors, Of::Candidate, 200), None, "no candidate is no data, and not zero");
    assert_eq!(at(Topic::Requests, Of::Stable, 0), None, "nothing is known at the start");
    let errors = at(Topic::Errors, Of::Candidate, 415).unwrap();
    assert!((0.05..0.15).contains(&errors), "{errors}");
    assert!(at(Topic::Errors, Of::Stable, 415).unwrap() < 0.01);
    let exposure = at(Topic::Exposure, Of::Candidate, 415).unwrap();
    assert!((0.07..0.13).contains(&exposure), "{exposure}");
    let rate = at(Topic::Requests, Of::Stable, 200).unwrap();
    assert!((90.0..110.0).contains(&rate), "{rate}");
    let load = at(Topic::Capacity, Of::Whole, 200).unwrap();
    let able = at(Topic::Capacity, Of::Stable, 200).unwrap();
    assert!((able - 2000.0).abs() < 1.0 && (load - 100.0).abs() < 10.0, "{able} {load}");
    assert_eq!(at(Topic::Capacity, Of::Candidate, 200), Some(0.0), "there is no candidate yet");
    assert!(at(Topic::Capacity, Of::Candidate, 415).unwrap() > 0.0, "each version has its own");
    let burn = |seconds| at(Topic::Budget, Of::Whole, seconds).unwrap();
    assert!(burn(415) > burn(200) && burn(415) > 1.0, "{} {}", burn(200), burn(415));
    assert!((at(Topic::Cost, Of::Whole, 200).unwrap() - 1.0).abs() < 1e-9);
}

#[test]
fn series_read_in_pieces_rewound_and_acted_upon_are_those_read_at_once() {
    let (scenario, mut playback) = playback();
    let mut validity = crate::app::model::validity::Validity::default();
    let mut charts = Charts::new(&scenario, "v2-errors");
    let mut follow = |playback: &Playback, charts: &mut Charts| {
        if let Some(holds) = validity.follow(playback)
            && charts.is_due(holds, playback.now())
        {
            charts.read(&playback.record(), holds);
        }
    };
    for seconds in [0, 3, 60, 61, 400, 500, 380, 390] {
        playback.seek(Time::from_secs(seconds));
        follow(&playback, &mut charts);
    }
    playback.act(ManualAction::Command(RolloutCommand::Abort), "");
    for seconds in [390, 391, 640, 900, 640] {
        playback.seek(Time::from_secs(seconds));
        follow(&playback, &mut charts);
    }
    playback.seek(Time::from_secs(1000));
    follow(&playback, &mut charts);
    assert_eq!(charts, Charts::of(&playback.record(), &scenario, "v2-errors"));
}

#[test]
fn a_plans_levels_stand_in_the_charts_of_their_metrics() {
    let plan: Plan = crate::library::read_ron(
        "plan.ron",
        r#"(
            format: 1, title: "", strategy: Nothing,
            analysis: (checks: [
                (name: "errors", query: (metric: ErrorRatio), pass: Below("2%")),
                (name: "slow", query: (metric: Latency(0.95)), pass: Below("300ms")),
            ]),
            alerts: [(name: "many errors", when: Above((metric: ErrorRatio, of: Target), "2%"))],
        )"#,
    )
    .expect("a plan")
    .0;
    let found = thresholds(&plan);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!((found[0].topic, found[0].level), (Topic::Errors, 0.02));
    assert_eq!(
        (found[1].topic, found[1].quantile, found[1].level),
        (Topic::Latency, Some(Quantile::P95), 0.3)
    );
}

#[test]
fn every_topic_is_charted_once_and_quantiles_rise() {
    let topics: std::collections::BTreeSet<usize> = Topic::ALL.iter().map(|topic| *topic as usize).collect();
    assert_eq!(topics.len(), Topic::ALL.len());
    let shares = Quantile::ALL.map(Quantile::share);
    assert!(shares.windows(2).all(|pair| pair[0] < pair[1]), "{shares:?}");
}

#[test]
fn exposure_is_that_to_the_flag_where_a_flag_guards_the_release() {
    let scenario = crate::library::load::scenario("checkout").unwrap().value;
    let text = r#"(format: 1, title: "", strategy: Flag(steps: [Flag("10%"), Pause("5m"), Flag("50%"), Pause("5m")]))"#;
    let plan: Plan = crate::library::read_ron("plan.ron", text).unwrap().0;
    for (release, is_guarded) in [("v2-flag", true), ("v2", false)] {
        let case = Case { release: Some(release.to_owned()), ..Case::default() };
        let Ok(mut playback) = Playback::new(&scenario, &case, &plan, &[], 1) else {
            assert!(!is_guarded);
            continue;
        };
        playback.finish();
        let record = playback.record();
        let charts = Charts::of(&record, &scenario, release);
        assert_eq!(charts.is_behind_flag(), is_guarded);
        if !is_guarded {
            continue;
        }
        let flag = values(&charts, Topic::Flag, Of::Candidate);
        let (seen, truth) =
            (values(&charts, Topic::Exposure, Of::Candidate), values(&charts, Topic::Exposure, Of::Truth));
        // In the middle of the first step, when every instance runs the new code.
        let at = (0..flag.len()).filter(|at| flag[*at] == Some(0.1)).nth(40).unwrap();
        let (seen, truth) = (seen[at].unwrap(), truth[at].unwrap());
        assert!((seen - 0.1).abs() < 0.02 && (truth - 0.1).abs() < 0.05, "{seen} {truth}");
        let mut pieces = Charts::new(&scenario, release);
        let mut half = Playback::new(&scenario, &case, &plan, &[], 1).unwrap();
        half.seek(Time::from_secs(900));
        pieces.read(&half.record(), Time::ZERO);
        pieces.read(&record, Time::from_secs(700));
        assert_eq!(pieces, charts);
    }
}

#[test]
fn the_capacity_of_a_fleet_that_is_away_is_nothing() {
    let scenario = sample::scenario();
    let case = Case { release: Some("v2-errors".to_owned()), ..Case::default() };
    let text = r#"(format: 1, title: "", strategy: Recreate)"#;
    let plan: Plan = crate::library::read_ron("plan.ron", text).unwrap().0;
    let mut playback = Playback::new(&scenario, &case, &plan, &[], 3).unwrap();
    playback.finish();
    let charts = Charts::of(&playback.record(), &scenario, "v2-errors");
    let sum = |at: usize| {
        let of = |of| values(&charts, Topic::Capacity, of)[at];
        Some(of(Of::Stable)? + of(Of::Candidate)?)
    };
    assert!((0..values(&charts, Topic::Capacity, Of::Stable).len()).any(|at| sum(at) == Some(0.0)));
}
