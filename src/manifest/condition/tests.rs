//! What conditions keep of an answer that is a list of one number, 0 or more.

use super::*;

fn list(number: f64) -> Value {
    Value::List(vec![Value::Number(number)])
}

fn of(text: &str) -> Result<Kept, String> {
    kept(&Condition::read(text)?, (0.0, f64::INFINITY), &[], &|number| number, &list)
}

const fn below(bound: f64, with: bool) -> Kept {
    Kept::Below { bound, with }
}

const fn above(bound: f64, with: bool) -> Kept {
    Kept::Above { bound, with }
}

#[test]
fn what_a_condition_keeps_is_found() {
    for (text, expected) in [
        ("result[0] >= 0.95", above(0.95, true)),
        ("0.05 > result[0]", below(0.05, false)),
        ("(result[0] < 500)", below(500.0, false)),
        ("len(result) == 0 || result[0] < 0.05", below(0.05, false)),
        ("isNaN(result[0]) or result[0] <= 1", below(1.0, true)),
        ("len(result) > 0 and result[0] < 2", below(2.0, false)),
        ("all(result, # < 0.05)", below(0.05, false)),
        ("all(result, {# >= 3})", above(3.0, true)),
        ("none(result, # >= 3)", below(3.0, false)),
        ("count(result, # > 3) == 0", below(3.0, true)),
        ("asFloat(result[0]) == 0", below(0.0, true)),
        ("not (result[0] >= 0.05)", below(0.05, false)),
        ("!(result[0] > 2)", below(2.0, true)),
        ("result[0] < 0.05 && result[0] >= 0", below(0.05, false)),
        ("isInf(result[0]) || isNil(result) || result[0] < 1", below(1.0, false)),
        ("result[0] < 5.0 / 100", below(0.05, false)),
        ("result[0] * 100 < 5", below(0.05, false)),
        ("1 - result[0] > 0.95", below(0.05, false)),
        ("result[0] > 2 ? false : true", below(2.0, true)),
        ("max(result) < 3 && sum(result) < 2 || first(result) < 1", below(2.0, false)),
        ("result[0] > 1 && result[0] < 2", Kept::Between([(1.0, false), (2.0, false)])),
        ("result[0] in [3]", Kept::Between([(3.0, true), (3.0, true)])),
        ("result[0] != 3", Kept::Outside([(3.0, false), (3.0, false)])),
        ("result[0] < 1 || result[0] >= 2", Kept::Outside([(1.0, false), (2.0, true)])),
        ("true", Kept::All),
        ("result[0] < 0", Kept::Nothing),
        ("len(result) > 0 || result[0] < 2", Kept::All),
    ] {
        let found = of(text);
        let near = |found: Kept| match (found, expected) {
            (Kept::Below { bound, with }, Kept::Below { bound: wanted, with: too })
            | (Kept::Above { bound, with }, Kept::Above { bound: wanted, with: too }) => {
                (bound - wanted).abs() < 1e-12 && with == too
            }
            (found, expected) => found == expected,
        };
        assert!(found.clone().is_ok_and(near), "{text}: {found:?}");
        assert_eq!(expected.rest().rest(), expected);
    }
}

#[test]
fn what_no_two_bounds_can_tell_or_what_is_no_condition_is_refused() {
    for text in [
        "",
        "result",
        "result < 5",
        "results[0] < 5",
        "result[1] > 1",
        "result[0] ** 2 < 4",
        "result[0] == \"ok\"",
        "result[0] in [1, 3]",
        "result[0] < 1 || result[0] > 2 && result[0] < 3",
        "not result[0] > 1",
        "result.Name() == 'x'",
        "result[0] < 1 ; true",
        "((((",
        "result[0] <",
        "default(result[0], 0) < 1",
    ] {
        assert!(of(text).is_err(), "{text}: {:?}", of(text));
    }
    assert!(
        of(&"(".repeat(900)).is_err() && of(&"!".repeat(900)).is_err() && of(&"-".repeat(1_001)).is_err()
    );
}
