//! Conditions as people write them, and the limits that they are.

use super::*;
use crate::manifest::promql::{self, Names};

fn read(query: &str, success: &str, failure: &str) -> Result<Limits, NoLimits> {
    let parsed = |text: &str| (!text.is_empty()).then(|| Condition::read(text).unwrap());
    let (success, failure) = (parsed(success), parsed(failure));
    limits(&promql::mapped(query, &Names::default()).unwrap(), success.as_ref(), failure.as_ref())
}

/// The only limit to pass.
fn pass(query: &str, success: &str) -> Limit {
    let limits = read(query, success, "").unwrap_or_else(|why| panic!("{query} {success}: {why:?}"));
    assert_eq!(limits.pass.1, None);
    limits.pass.0
}

/// The share of failures of one side.
fn errors(role: &str) -> String {
    format!(
        "sum(rate(r_requests{{role=\"{role}\",code=~\"5..\"}}[1m])) / sum(rate(r_requests{{role=\"{role}\"}}[1m]))"
    )
}

const GOOD: &str = "sum(rate(r_requests{code!~\"5..\"}[1m])) / sum(rate(r_requests[1m]))";
const SLOW: &str = "histogram_quantile(0.99, sum(rate(d_milliseconds_bucket[1m])) by (le))";

fn share(percent: f64) -> Level {
    Level::Share(Share::percent(percent))
}

#[test]
fn a_success_ratio_of_95_percent_is_an_error_ratio_below_5() {
    let limits = read(GOOD, "result[0] >= 0.95", "").unwrap();
    assert_eq!((limits.pass.0, limits.fail, limits.no_data), (Limit::Below(share(5.0)), None, NoData::Error));
    let only_failure = read(GOOD, "", "result[0] < 0.95").unwrap();
    assert_eq!(only_failure.pass.0, Limit::Below(share(5.0)));
    let both = read(GOOD, "result[0] >= 0.95", "result[0] < 0.9").unwrap();
    assert_eq!(both.fail, Some(Limit::Above(share(10.0))));
    let complements = read(GOOD, "result[0] >= 0.95", "result[0] < 0.95").unwrap();
    assert_eq!(complements.fail, None);
    let nothing = read(GOOD, "result[0] >= 1", "").unwrap();
    assert_eq!(nothing.pass.0, Limit::Below(share(0.000_001)));
}

#[test]
fn a_difference_to_the_baseline_is_a_limit_by_it() {
    let of = |role: &str| {
        format!(
            "sum(rate(r_requests{{role=\"{role}\",code=~\"5..\"}}[1m])) / sum(rate(r_requests{{role=\"{role}\"}}[1m]))"
        )
    };
    let query = format!("({}) - 1.5 * ({})", of("candidate"), of("baseline"));
    let limits = read(&query, "result[0] <= 0.01", "").unwrap();
    assert_eq!(limits.pass.0, Limit::AtMostBaseline { factor: 1.5, plus: share(1.0) });
    assert_eq!(read(&query, "result[0] >= 0", "").unwrap().pass.0, Limit::AtLeastBaseline { factor: 1.5 });
    let failure = read(&query, "", "result[0] > 0.01").unwrap();
    assert_eq!(failure.pass, (Limit::AtMostBaseline { factor: 1.5, plus: share(1.0) }, None));
    assert!(read(&query, "result[0] > 0.01", "").is_err());
    let other_way = format!("({}) - ({})", of("baseline"), of("candidate"));
    assert!(promql::mapped(&other_way, &Names::default()).is_err());
}

#[test]
fn milliseconds_become_spans() {
    let limits = read(SLOW, "result[0] < 500", "").unwrap();
    assert_eq!(limits.pass.0, Limit::Below(Level::Span(Span::from_millis(500))));
}

#[test]
fn what_no_data_counts_as_follows_from_the_conditions() {
    for (success, failure, no_data) in [
        ("len(result) == 0 || result[0] > 0.9", "", NoData::Pass),
        ("len(result) > 0 && result[0] > 0.9", "", NoData::Fail),
        ("result[0] > 0.9", "isNaN(result[0]) || result[0] < 0.5", NoData::Fail),
    ] {
        assert_eq!(read(GOOD, success, failure).unwrap().no_data, no_data, "{success} {failure}");
    }
    assert_eq!(read(&format!("{GOOD} or vector(1)"), "result[0] > 0.9", "").unwrap().no_data, NoData::Pass);
}

#[test]
fn a_limit_that_is_none_is_refused() {
    assert!(read(GOOD, "", "").is_err());
    assert!(read(GOOD, "true", "").is_err() && read(GOOD, "result[0] > 0.9", "false").is_err());
    assert!(read(GOOD, "result[0] >= 95", "").is_err());
    assert!(read(SLOW, "result[0] == 5", "").is_err());
}

#[test]
fn a_comparison_in_the_query_decides_which_answers_are_left() {
    let bad = format!("({}) > 0.05", errors("candidate"));
    // An empty answer is a good one then, with data or without.
    let limits = read(&bad, "len(result) == 0", "").unwrap();
    assert_eq!((limits.pass.0, limits.no_data), (Limit::Below(share(5.0)), NoData::Pass));
    let limits = read(&bad, "", "len(result) > 0").unwrap();
    assert_eq!((limits.pass.0, limits.no_data), (Limit::Below(share(5.0)), NoData::Pass));
    let as_bool = format!("({}) > bool 0.05", errors("candidate"));
    let limits = read(&as_bool, "result[0] == 0", "").unwrap();
    assert_eq!((limits.pass.0, limits.no_data), (Limit::Below(share(5.0)), NoData::Error));
    assert_eq!(
        pass(&format!("0.05 <= bool ({})", errors("candidate")), "result[0] < 1"),
        Limit::Below(share(5.0))
    );
    assert_eq!(pass(&format!("({bad}) or vector(0)"), "result[0] == 0"), Limit::Below(share(5.0)));
    // What is left is above 5 %, so that 4 % is never seen.
    assert!(matches!(read(&bad, "result[0] < 0.04", ""), Err(NoLimits::Unlike(_))));
    assert!(promql::mapped(&format!("100 * (({}) > 0.05)", errors("candidate")), &Names::default()).is_err());
}

#[test]
fn a_quotient_of_the_sides_and_a_comparison_of_them_are_limits_by_the_baseline() {
    let (new, old) = (errors("candidate"), errors("baseline"));
    let none = Level::Number(0.0);
    assert_eq!(
        pass(&format!("({new}) / ({old})"), "result[0] <= 1.2"),
        Limit::AtMostBaseline { factor: 1.2, plus: none }
    );
    let worse = format!("({new}) > 1.5 * ({old})");
    assert_eq!(pass(&worse, "len(result) == 0"), Limit::AtMostBaseline { factor: 1.5, plus: none });
    assert!(read(&worse, "len(result) == 0 || result[0] < 0.5", "").is_err());
    let more = format!("({new}) - ({old}) > bool 0.01");
    assert_eq!(pass(&more, "result[0] == 0"), Limit::AtMostBaseline { factor: 1.0, plus: share(1.0) });
}

#[test]
fn failures_are_counted_and_two_limits_are_two() {
    let count = "sum(increase(http_requests_total{code=~\"5..\"}[2m]))";
    assert_eq!(
        pass(count, "result[0] <= 12"),
        Limit::Below(Level::Rate(crate::engine::Rate::per_second(0.1)))
    );
    let between = read(SLOW, "result[0] > 20 && result[0] < 500", "").unwrap();
    let span = |millis| Level::Span(Span::from_millis(millis));
    assert_eq!(between.pass, (Limit::Above(span(20)), Some(Limit::Below(span(500)))));
    let outside = read(SLOW, "", "result[0] < 20 || result[0] > 500").unwrap();
    assert_eq!(outside.pass, (Limit::Above(span(20)), Some(Limit::Below(span(500)))));
}

#[test]
fn a_condition_that_is_always_an_error_is_said_with_its_key() {
    for (success, failure, key, part) in [
        ("result > 0.9", "", "successCondition", "compare `result[0]`"),
        ("default(result, 0) < 1", "", "successCondition", "compare `result[0]`"),
        ("result[0] > 0.9", "result < 0.5", "failureCondition", "compare `result[0]`"),
        ("result[0] > \"0.9\"", "", "successCondition", "these types"),
        ("isNaN(result) || result[0] > 0.9", "", "successCondition", "these types"),
        ("result[0] > 0.9 || result.value > 1", "", "successCondition", "these types"),
    ] {
        let found = read(GOOD, success, failure);
        let Err(NoLimits::AlwaysError(at, why)) = &found else { panic!("{success}: {found:?}") };
        assert!(*at == key && why.contains(part), "{success}: {why}");
    }
    let scalar = format!("scalar({GOOD})");
    assert!(matches!(read(&scalar, "result[0] > 0.9", ""), Err(NoLimits::AlwaysError(..))));
    assert_eq!(pass(&scalar, "result > 0.9"), Limit::Below(share(10.0)));
}

#[test]
fn not_a_number_is_said_where_it_counts_as_something_else() {
    let notes = |success: &str| read(GOOD, success, "").unwrap().notes.join(" ");
    assert!(notes("result[0] > 0.9").contains("fails then; here it has no data, and is an error"));
    assert_eq!(notes("isNaN(result[0]) || result[0] > 0.9"), "");
    assert!(notes("len(result) == 0 || result[0] > 0.9").contains("and fails then"));
}
