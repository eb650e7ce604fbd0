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
    let charts = Charts::of(&playback.record(), &scenario);
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
    let able = at(Topic::Capacity, Of::Able, 200).unwrap();
    assert!((able - 2000.0).abs() < 1.0 && (load - 100.0).abs() < 10.0, "{able} {load}");
    let left = at(Topic::Budget, Of::Whole, 415).unwrap();
    assert!(left < 1.0 && left > 0.9, "{left}");
    assert!((at(Topic::Cost, Of::Whole, 200).unwrap() - 1.0).abs() < 1e-9);
}

#[test]
fn series_read_in_pieces_rewound_and_acted_upon_are_those_read_at_once() {
    let (scenario, mut playback) = playback();
    let mut validity = crate::app::model::validity::Validity::default();
    let mut charts = Charts::new(&scenario);
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
    assert_eq!(charts, Charts::of(&playback.record(), &scenario));
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
