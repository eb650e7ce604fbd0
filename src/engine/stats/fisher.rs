//! Fisher's exact test: the probability of such a difference in failures if both sides had the same failure rate.

/// The three p-values of the test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fisher {
    /// Two-sided: the sum over all tables that are no likelier than the one seen.
    pub two_sided: f64,
    /// The first side has this number or more.
    pub first_greater: f64,
    /// The first side has this number or fewer.
    pub first_less: f64,
}

/// How much likelier a table may be, through rounding, and still count as no likelier (R's `fisher.test`).
const ROUNDING: f64 = 1.0 + 1e-7;

/// Compares `of_first` out of `n_first` with `of_second` out of `n_second`.
///
/// The chances are walked outwards from the likeliest table, each from its neighbour, so that nothing overflows, and the
/// walk ends where they vanish: large counts take as many steps as the square root of them.
///
/// # Panics
/// When more are counted than there are.
pub fn fisher(of_first: u64, n_first: u64, of_second: u64, n_second: u64) -> Fisher {
    assert!(of_first <= n_first && of_second <= n_second, "a part of the whole");
    let hits = of_first + of_second;
    let (least, most) = (hits.saturating_sub(n_second), hits.min(n_first));
    // weight(k + 1) / weight(k) of the hypergeometric distribution.
    let ratio = |k: u64| {
        let up = (n_first - k) as f64 * (hits - k) as f64;
        up / ((k + 1) as f64 * (n_second + k + 1 - hits) as f64)
    };
    let mode = (n_first as f64 + 1.0) * (hits as f64 + 1.0) / ((n_first + n_second) as f64 + 2.0);
    let mode = (mode as u64).clamp(least, most);
    let (mut weights, mut weight, mut first) = (vec![1.0], 1.0, mode);
    while first > least && weight > 0.0 {
        first -= 1;
        weight /= ratio(first);
        weights.push(weight);
    }
    weights.reverse();
    let (mut last, mut weight) = (mode, 1.0);
    while last < most && weight > 0.0 {
        weight *= ratio(last);
        last += 1;
        weights.push(weight);
    }
    let total: f64 = weights.iter().sum();
    let seen = if of_first < first || of_first > last { 0.0 } else { weights[(of_first - first) as usize] };
    let sum = |holds: &dyn Fn(u64, f64) -> bool| {
        let kept = (first..).zip(&weights).filter(|(k, weight)| holds(*k, **weight));
        (kept.map(|(_, weight)| weight).sum::<f64>() / total).min(1.0)
    };
    Fisher {
        two_sided: sum(&|_, weight| weight <= seen * ROUNDING),
        first_greater: sum(&|k, _| k >= of_first),
        first_less: sum(&|k, _| k <= of_first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn millions_of_requests_are_no_trouble() {
        let alike = fisher(10_000, 1_000_000, 100_000, 10_000_000);
        assert!(alike.two_sided > 0.99);
        let apart = fisher(900_000, 1_000_000, 100_000, 10_000_000);
        assert_eq!(apart.first_greater, 0.0);
        assert_eq!(apart.first_less, 1.0);
    }

    #[test]
    fn nothing_seen_says_nothing() {
        assert_eq!(fisher(0, 0, 0, 0).two_sided, 1.0);
        assert_eq!(fisher(0, 10, 0, 10).two_sided, 1.0);
    }
}
