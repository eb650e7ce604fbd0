//! How much load retries add, in closed form: each try fails with the same probability, independently of the others.

/// Tries of one request on average, at most `max_attempts` of them: the sum of `p^k` for `k` below `max_attempts`.
pub fn mean_attempts(max_attempts: u32, failure: f64) -> f64 {
    let mut power = 1.0;
    let mut sum = 0.0;
    for _ in 0..max_attempts {
        sum += power;
        power *= failure;
    }
    sum
}

/// Probability that all tries fail.
pub fn final_failure(max_attempts: u32, failure: f64) -> f64 {
    (0..max_attempts).fold(1.0, |power, _| power * failure)
}

/// Calls at the bottom for one request at the top, where every layer above the bottom tries up to
/// `attempts_per_layer` times: 3 layers of 4 tries make 64 when all fails (SRE book, chapter 22).
pub fn layered(layers: u32, attempts_per_layer: u32, failure_at_bottom: f64) -> f64 {
    let mut failure = failure_at_bottom;
    let mut calls = 1.0;
    for _ in 0..layers {
        calls *= mean_attempts(attempts_per_layer, failure);
        failure = final_failure(attempts_per_layer, failure);
    }
    calls
}

/// Tries for each request in the long run, where retries are at most `retry_ratio` of the requests
/// (SRE book, chapter 21: 10 % bounds the load at 1.1).
pub fn budgeted(retry_ratio: f64, max_attempts: u32, failure: f64) -> f64 {
    mean_attempts(max_attempts, failure).min(1.0 + retry_ratio)
}
