//! What the examples say over their knobs.

use super::*;

#[test]
fn every_example_computes_over_its_whole_knob_and_something_moves() {
    for example in Example::ALL {
        let knob = example.knob();
        let values = knob.values();
        assert!(values.len() > 3 && knob.range.contains(&knob.start), "{example:?}");
        assert!((knob.fitted(knob.start) - knob.start).abs() < 1e-9, "{example:?}");
        let outcomes: Vec<Vec<String>> = values.iter().map(|value| example.outcome(*value)).collect();
        let first = &outcomes[0];
        for outcome in &outcomes {
            assert_eq!(outcome.len(), first.len(), "{example:?}");
            assert!(
                outcome.iter().all(|text| !text.is_empty() && !text.contains("NaN") && !text.contains("inf")),
                "{example:?}: {outcome:?}"
            );
        }
        assert!(outcomes.iter().any(|outcome| outcome != first), "{example:?} never changes");
    }
}

#[test]
fn what_the_examples_say_is_what_the_field_knows() {
    // 2 % of a month's budget in an hour is 14.4 (SRE workbook); a quarter of twelve is three; 99.9 % allows 43 minutes.
    assert_eq!(Example::BurnRate.outcome(2.0)[0], "14.4");
    assert_eq!(Example::Surge.outcome(25.0), ["3", "15"]);
    assert_eq!(Example::Unavailable.outcome(25.0), ["3", "9"]);
    assert!(Example::Allowed.outcome(99.9)[0].starts_with("43m"), "{:?}", Example::Allowed.outcome(99.9));
    assert_eq!([3.0, 12.0].map(|surge| Example::Rounds.outcome(surge)[0].clone()), ["4", "1"]);
    assert_eq!(Example::Looks.outcome(1.0), ["5%"]);
    // Below a hundredth of slow requests p99 does not see them.
    assert_ne!(Example::Quantile.outcome(0.5)[0], Example::Quantile.outcome(2.0)[0]);
}
