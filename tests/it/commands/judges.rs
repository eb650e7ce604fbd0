//! `judges`: one run seen by every judge.

use std::path::Path;

use super::{ask, json};

const HOME: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn every_judge_has_a_line_and_a_loud_defect_is_missed_by_none() {
    let found = json(
        Path::new(HOME),
        "judges checkout --errors 40% --weight 20% --hold 8m --seeds 2 --format json",
        0,
    );
    let lines = found["judges"].as_array().unwrap();
    assert_eq!(lines.len(), 9, "{found}");
    for line in lines {
        assert_eq!(line["misses"], 0, "{line}");
        assert!(line["fired_s"].as_f64().unwrap() > 0.0, "{line}");
    }
    let text = ask("judges checkout --errors 1% --hold 5m --seeds 2").stdout;
    for word in ["fixed limit", "Kayenta", "sequential", "burn rate", "false alarms", "misses"] {
        assert!(text.contains(word), "{word}: {text}");
    }
}

#[test]
fn a_weight_without_a_baseline_and_a_time_too_short_are_refused() {
    for (arguments, said) in
        [("--weight 100%", "leaves no baseline"), ("--hold 1m", "from 2m to 2h"), ("--errors 0%", "above 0%")]
    {
        let answer = ask(&format!("judges checkout {arguments}"));
        assert!(answer.code == 2 && answer.stderr.contains(said), "{arguments}: {}", answer.stderr);
    }
}
