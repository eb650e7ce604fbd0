//! The result of a statistical test, and how its numbers are written.

use super::assess::Verdict;

/// The result of a test.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::control) struct TestResult {
    pub verdict: Verdict,
    /// The evidence, with its numbers.
    pub sentence: String,
}

impl TestResult {
    /// The result that the candidate is worse, or is not.
    pub fn new(worse: bool, sentence: String) -> Self {
        Self { verdict: if worse { Verdict::Failed } else { Verdict::Successful }, sentence }
    }
}

/// A number with three significant digits.
pub(in crate::control) fn digits(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    if value.abs() < 1e-4 {
        return format!("{value:.1e}");
    }
    let mut places = 0;
    let mut scaled = value.abs();
    while scaled < 100.0 && places < 6 {
        scaled *= 10.0;
        places += 1;
    }
    let text = format!("{value:.places$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
