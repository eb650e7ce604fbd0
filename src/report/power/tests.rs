//! Tests of the text, the JSON and the picture of a fixed result.

use super::*;
use crate::engine::Share;
use crate::exercise::power::{Power as Found, Volume};
use crate::report::golden;

fn level(regression: Regression, rolled_back: usize, seconds: Option<f64>, harmed: f64) -> Level {
    Level {
        regression,
        runs: 20,
        rolled_back,
        completed: 20 - rolled_back,
        seconds_to_roll_back: seconds,
        seconds_to_complete: None,
        cost: 0.0,
        harmed,
        harmed_p90: harmed * 2.0,
    }
}

fn found() -> Found {
    let errors = |percent| Regression::Errors(Share::percent(percent));
    let exact = |regression, one_look, all_looks, needed: Option<f64>| ExactLevel {
        regression,
        one_look,
        all_looks,
        needed_requests: needed,
        needed_s: needed.map(|needed| needed / 12.0),
    };
    Found {
        stopped: crate::exercise::power::Stopped::default(),
        levels: vec![
            level(Regression::None, 1, Some(95.0), 1.0),
            level(errors(0.5), 7, Some(210.0), 20.5),
            level(errors(5.0), 20, Some(75.0), 31.0),
            level(Regression::Slower(1.5), 3, Some(300.0), 0.0),
        ],
        times: Vec::new(),
        exact: vec![ExactCheck {
            check: "errors".to_owned(),
            place: "step 2".to_owned(),
            rule: Rule::TwoProportions,
            candidate_requests: 1440.0,
            baseline_requests: 12960.0,
            looks: Some(6),
            levels: vec![
                exact(Regression::None, 0.05, Some(0.264_9), None),
                exact(errors(0.5), 0.7, None, Some(1_630.0)),
                exact(errors(5.0), 1.0, Some(1.0), Some(60.0)),
            ],
        }],
        volume: Volume { requests_per_s: 120.0, error_ratio: 0.0023 },
        runs: 20,
        seed: 1,
    }
}

fn shown(power: &Found) -> Power<'_> {
    Power { scenario: "shop", plan: "mine.ron", release: "v2", power }
}

#[test]
fn the_power_of_a_plan_reads_as_written_down() {
    let found = found();
    let page = text(&shown(&found), TextStyle::PLAIN);
    golden("power.txt", &page);
    assert!(page.lines().all(|line| line.chars().count() <= 100), "{page}");
}

#[test]
fn what_is_rolled_back_anyway_is_not_praised_as_caught() {
    let mut found = found();
    found.levels[0].rolled_back = 18;
    let page = text(&shown(&found), TextStyle::PLAIN);
    assert!(
        page.contains(
            "! errors: from 5% more errors on, 80% of the runs roll back, and 90% of the sound ones"
        ),
        "{page}"
    );
}

#[test]
fn the_json_has_the_fields_of_its_schema() {
    let found = found();
    let json: serde_json::Value = serde_json::from_str(&json(&shown(&found))).unwrap();
    let names = |value: &serde_json::Value| {
        let mut names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        names.join(" ")
    };
    assert_eq!(
        names(&json),
        "checks confidence engine_version error_ratio false_alarm_share levels plan release requests_per_s runs \
         scenario seed smallest_caught"
    );
    assert_eq!(
        names(&json["levels"][0]),
        "added_error_share completed_share latency_factor median_time_to_roll_back_s regression rolled_back \
         rolled_back_high rolled_back_low rolled_back_share runs users_harmed_mean users_harmed_p90"
    );
    assert_eq!(json["false_alarm_share"], 0.05);
    assert_eq!(json["smallest_caught"]["added_error_share"], 0.05);
    assert_eq!(json["smallest_caught"]["latency_factor"], serde_json::Value::Null);
    assert_eq!(json["checks"][0]["levels"][1]["all_looks_share"], serde_json::Value::Null);
    assert_eq!(json["checks"][0]["levels"][1]["needed_requests"], 1630.0);
}

#[test]
fn the_picture_is_the_same_every_time_and_says_what_it_shows() {
    let found = found();
    let of = Power { plan: "<mine> & \"yours\".ron", ..shown(&found) };
    let svg = chart(&of).unwrap();
    assert_eq!(svg, chart(&of).unwrap());
    assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"));
    assert!(svg.contains("role=\"img\"><title>") && svg.contains("5% more errors: 100%;"), "{svg}");
    assert!(svg.contains("&lt;mine&gt; &amp; ") && !svg.contains("<mine>"));
}
