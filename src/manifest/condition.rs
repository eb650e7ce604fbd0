//! Reads the conditions of an analysis, such as `result[0] >= 0.95`: a comparison with one number, and whether the condition
//! holds without data.

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `==`
    Equal,
}

impl Compare {
    /// The operator with its sides swapped: `a < b` is `b > a`.
    pub const fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::AtMost => Self::AtLeast,
            Self::Greater => Self::Less,
            Self::AtLeast => Self::AtMost,
            Self::Equal => Self::Equal,
        }
    }

    /// The operator that holds where this one does not; none for `==`.
    const fn opposite(self) -> Option<Self> {
        match self {
            Self::Less => Some(Self::AtLeast),
            Self::AtMost => Some(Self::Greater),
            Self::Greater => Some(Self::AtMost),
            Self::AtLeast => Some(Self::Less),
            Self::Equal => None,
        }
    }

    /// Whether the comparison holds for `left` and `right`.
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::Greater => left > right,
            Self::AtLeast => left >= right,
            Self::Equal => left == right,
        }
    }
}

/// A condition that can be expressed as a limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Condition {
    /// The operator.
    pub compare: Compare,
    /// The number that the result is compared with.
    pub number: f64,
    /// Whether the condition holds without data; `None` when it leaves that open.
    pub without_data: Option<bool>,
    /// Whether it takes the answer for a list of numbers (`result[0]`, `len(result)`), not for one number (`result`).
    pub of_list: bool,
    /// Whether a comparison beside it was left out that every result of 0 or more passes (`result[0] >= 0`).
    pub needs_no_sign: bool,
}

/// A part of a condition.
enum Term {
    Comparison {
        compare: Compare,
        number: f64,
        default: Option<f64>,
        of_list: bool,
    },
    /// A test for data, or for missing data.
    Data(bool),
    /// A test that always holds, or never: no result here is infinite, and Prometheus answers with a list, never with nil.
    Always(bool),
}

/// Reads a condition: `result[0] >= 0.95`, `len(result) == 0 || result[0] < 5`, `isNaN(result[0]) || result[0] <= 0.01`,
/// `default(result[0], 0) < 1`, `all(result, # < 0.05)`.
///
/// # Errors
/// Why it cannot be expressed as one limit.
pub fn condition(text: &str) -> Result<Condition, String> {
    if text.len() > 1_000 {
        return Err("the condition is longer than 1,000 bytes".to_owned());
    }
    // The words of the language that conditions are written in (expr-lang.org): `and`, `or`, `not`.
    let text = &text.replace(" and ", " && ").replace(" or ", " || ");
    let either: Vec<&str> = text.split("||").collect();
    let both: Vec<&str> = text.split("&&").collect();
    let (parts, joined_by_or) = match (either.len(), both.len()) {
        (_, 1) => (either, true),
        (1, _) => (both, false),
        _ => return Err("`&&` and `||` together cannot be one limit".to_owned()),
    };
    let (mut found, mut without_data, mut needs_no_sign) = (None, None, false);
    for part in parts {
        match term(part)? {
            Term::Data(present) if present != joined_by_or => without_data = Some(!present),
            Term::Always(holds) if holds != joined_by_or => {}
            Term::Comparison { compare: Compare::AtLeast, number, .. } if !joined_by_or && number <= 0.0 => {
                needs_no_sign = true;
            }
            Term::Data(_) | Term::Always(_) => {
                return Err(format!("`{}` makes the rest of no effect", part.trim()));
            }
            Term::Comparison { compare, number, default, of_list } => {
                if found.replace((compare, number, of_list)).is_some() {
                    return Err("two comparisons cannot be one limit; make them two metrics".to_owned());
                }
                without_data = default.map(|value| compare.holds(value, number)).or(without_data);
            }
        }
    }
    let (compare, number, of_list) = found.ok_or("it compares no result with a number")?;
    Ok(Condition { compare, number, without_data, of_list, needs_no_sign })
}

fn term(text: &str) -> Result<Term, String> {
    let text = outer(text.trim());
    if let Some(rest) = text.strip_prefix('!').or_else(|| text.strip_prefix("not ")) {
        return Ok(match term(rest)? {
            Term::Data(present) => Term::Data(!present),
            Term::Always(holds) => Term::Always(!holds),
            Term::Comparison { compare, number, default, of_list } => {
                let compare = compare.opposite().ok_or_else(|| {
                    format!("`{}` is no comparison of the result with a number", shortened(text))
                })?;
                Term::Comparison { compare, number, default, of_list }
            }
        });
    }
    if let Some(present) = about_data(text) {
        return Ok(Term::Data(present));
    }
    let is_test = |name: &str| {
        let inside = text.strip_prefix(name)?.trim().strip_prefix('(')?.strip_suffix(')')?;
        Some(is_result(inside.trim()))
    };
    if [is_test("isInf"), is_test("isNil")].contains(&Some(true)) {
        return Ok(Term::Always(false));
    }
    let inside = ["all(", "any("].iter().find_map(|open| text.strip_prefix(open)?.strip_suffix(')'));
    match inside.and_then(|inside| inside.split_once(',')) {
        Some((result, rest)) if is_result(result.trim()) => {
            comparison(rest.trim().trim_start_matches('{').trim_end_matches('}').trim())
        }
        _ => comparison(text),
    }
}

/// Removes brackets around the whole text.
fn outer(text: &str) -> &str {
    let Some(inside) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return text };
    let mut depth = 0_i32;
    for c in inside.chars() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if depth < 0 {
            return text;
        }
    }
    inside.trim()
}

/// `Some(false)` for a test that holds without data, `Some(true)` for one that holds with data.
fn about_data(text: &str) -> Option<bool> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let of_result = |name: &str| {
        let inside = plain.strip_prefix(name)?.strip_prefix('(')?;
        inside.split_once(')').filter(|(result, _)| is_result(result)).map(|(_, rest)| rest.to_owned())
    };
    if of_result("isNaN").is_some_and(|rest| rest.is_empty()) {
        return Some(false);
    }
    match of_result("len")?.as_str() {
        "==0" | "<1" => Some(false),
        ">0" | "!=0" | ">=1" => Some(true),
        _ => None,
    }
}

fn is_result(text: &str) -> bool {
    let bare =
        ["asFloat(", "float(", "asInt("].iter().find_map(|open| text.strip_prefix(open)?.strip_suffix(')'));
    matches!(bare.unwrap_or(text).trim(), "result" | "result[0]" | "#" | "result.value" | "result[0].value")
}

fn comparison(text: &str) -> Result<Term, String> {
    const SIGNS: [(&str, Compare); 5] = [
        ("<=", Compare::AtMost),
        (">=", Compare::AtLeast),
        ("==", Compare::Equal),
        ("<", Compare::Less),
        (">", Compare::Greater),
    ];
    let cannot = || format!("`{}` is no comparison of the result with a number", shortened(text));
    if text.contains("!=") {
        return Err(cannot());
    }
    let split = |(sign, compare): &(&str, Compare)| {
        text.split_once(sign).map(|(left, right)| (outer(left.trim()), *compare, outer(right.trim())))
    };
    let (left, compare, right) = SIGNS.iter().find_map(split).ok_or_else(cannot)?;
    let (result, compare, number) = match (number(left), number(right)) {
        (None, Some(number)) => (left, compare, number),
        (Some(number), None) => (right, compare.mirrored(), number),
        _ => return Err(cannot()),
    };
    let default = result.strip_prefix("default(").and_then(|rest| rest.strip_suffix(')'));
    let (result, default) = match default.and_then(|inside| inside.split_once(',')) {
        Some((result, value)) => (result.trim(), Some(value.trim().parse::<f64>().map_err(|_| cannot())?)),
        None => (result, None),
    };
    if is_result(result) && number.is_finite() {
        let of_list = result.contains(['[', '#']);
        Ok(Term::Comparison { compare, number, default, of_list })
    } else {
        Err(cannot())
    }
}

/// A number, or a product or a quotient of two: `0.05`, `5.0 / 100`.
fn number(text: &str) -> Option<f64> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let of = |sign: char| {
        let (left, right) = text.split_once(sign)?;
        Some((left.trim().parse::<f64>().ok()?, right.trim().parse::<f64>().ok()?))
    };
    of('/').map(|(left, right)| left / right).or_else(|| of('*').map(|(left, right)| left * right))
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_comparisons_are_read() {
        for (text, compare, number, without_data) in [
            ("result[0] >= 0.95", Compare::AtLeast, 0.95, None),
            ("0.05 > result", Compare::Less, 0.05, None),
            ("(result[0] < 500)", Compare::Less, 500.0, None),
            ("len(result) == 0 || result[0] < 0.05", Compare::Less, 0.05, Some(true)),
            ("isNaN(result[0]) || result[0] <= 1", Compare::AtMost, 1.0, Some(true)),
            ("len(result) > 0 && result[0] < 2", Compare::Less, 2.0, Some(false)),
            ("!isNaN(result) && result < 2", Compare::Less, 2.0, Some(false)),
            ("default(result[0], 0) < 0.01", Compare::Less, 0.01, Some(true)),
            ("all(result, # < 0.05)", Compare::Less, 0.05, None),
            ("all(result, {# >= 3})", Compare::AtLeast, 3.0, None),
            ("asFloat(result) == 0", Compare::Equal, 0.0, None),
        ] {
            let of_list = text.contains(['[', '#']);
            let needs_no_sign = false;
            let expected = Condition { compare, number, without_data, of_list, needs_no_sign };
            assert_eq!(condition(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn words_negations_quotients_and_tests_that_never_hold_are_read() {
        for (text, compare, number, without_data, needs_no_sign) in [
            ("not (result[0] >= 0.05)", Compare::Less, 0.05, None, false),
            ("!(result[0] > 2)", Compare::AtMost, 2.0, None, false),
            ("len(result) == 0 or result[0] < 1", Compare::Less, 1.0, Some(true), false),
            ("result[0] < 0.05 and result[0] >= 0", Compare::Less, 0.05, None, true),
            ("isInf(result[0]) || isNil(result) || result[0] < 1", Compare::Less, 1.0, None, false),
            ("!isInf(result[0]) && result[0] < 1", Compare::Less, 1.0, None, false),
            ("result[0] < 5.0 / 100", Compare::Less, 0.05, None, false),
        ] {
            let expected = Condition { compare, number, without_data, of_list: true, needs_no_sign };
            assert_eq!(condition(text), Ok(expected), "{text}");
        }
        for text in ["isInf(result[0]) && result[0] < 1", "not (result[0] == 1)", "result[0] < 1 / 0"] {
            assert!(condition(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_single_limit_is_refused() {
        for text in [
            "",
            "result",
            "result[0] > 1 && result[0] < 2",
            "result[0] > 1 || result[0] < 2 && true",
            "result[1] > 1",
            "result[0] != 1",
            "result.status == \"ok\"",
            "len(result) > 0 || result[0] < 2",
            "result[0] < NaN",
            "((((",
        ] {
            assert!(condition(text).is_err(), "{text}");
        }
    }
}
