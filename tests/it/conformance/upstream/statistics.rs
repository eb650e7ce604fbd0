//! Statistics that the cases state beside what the simulator decides by: two-sided tests, intervals, effect sizes, and a
//! sequential test that is fed pair by pair. They rest on the simulator's own distributions where it has them.

use rollout_lab::control::analysis::judge::{Classifier, Direction, Label};
use rollout_lab::engine::stats::describe::{mean, mean_ratio, variance};
use rollout_lab::engine::stats::proportions::TwoProportions;
use rollout_lab::engine::stats::sequential::log_ratio;
use rollout_lab::engine::stats::welch::Welch;
use rollout_lab::engine::stats::{chi_square, normal};

/// A sample in five numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// How many values.
    pub count: usize,
    /// Least; NaN for none.
    pub min: f64,
    /// Greatest; NaN for none.
    pub max: f64,
    /// Mean; NaN for none.
    pub mean: f64,
    /// Standard deviation of the sample (n - 1); 0 for one value, NaN for none.
    pub std: f64,
}

/// The sample in five numbers.
pub fn summary(data: &[f64]) -> Summary {
    let extreme = |of: fn(f64, f64) -> f64| data.iter().copied().reduce(of).unwrap_or(f64::NAN);
    Summary {
        count: data.len(),
        min: extreme(f64::min),
        max: extreme(f64::max),
        mean: mean(data),
        std: variance(data).sqrt(),
    }
}

/// Which values lie more than `k` standard deviations of the population (n) from the mean.
pub fn ksigma_outliers(data: &[f64], k: f64) -> Vec<bool> {
    let centre = mean(data);
    let sigma = (squares(data) / data.len() as f64).sqrt();
    data.iter().map(|value| (value - centre).abs() > k * sigma).collect()
}

/// Cohen's d: the difference of the means in pooled standard deviations.
pub fn cohens_d(experiment: &[f64], control: &[f64]) -> f64 {
    let freedom = (experiment.len() + control.len()) as f64 - 2.0;
    let pooled = ((squares(experiment) + squares(control)) / freedom).sqrt();
    (mean(experiment) - mean(control)) / pooled
}

/// Sum of squared distances from the mean.
fn squares(data: &[f64]) -> f64 {
    let centre = mean(data);
    data.iter().map(|value| (value - centre) * (value - centre)).sum()
}

/// The chance of a difference of two proportions that is so large either way.
pub fn p_two_sided(seen: &TwoProportions) -> f64 {
    2.0 * normal::above(seen.z_pooled().abs())
}

/// The interval of a difference of two proportions at `confidence`, by Wald: each side with its own variance.
pub fn wald(seen: &TwoProportions, confidence: f64) -> [f64; 2] {
    let of = |p: f64, n: u64| p * (1.0 - p) / n as f64;
    let variance = of(seen.first(), seen.n_first) + of(seen.second(), seen.n_second);
    let margin = normal::quantile_above(0.5 * (1.0 - confidence)) * variance.sqrt();
    [seen.difference() - margin, seen.difference() + margin]
}

/// Chi-square and its p-value, with Yates' correction for continuity or without; `None` when a whole row or column of
/// the table is empty.
pub fn chi_square_of_table(seen: &TwoProportions, yates: bool) -> Option<(f64, f64)> {
    let (n, m) = (seen.n_first as f64, seen.n_second as f64);
    let hits = (seen.of_first + seen.of_second) as f64;
    let rows = [(seen.of_first as f64, n), (seen.of_second as f64, m)];
    let all = n + m;
    if n == 0.0 || m == 0.0 || hits == 0.0 || hits == all {
        return None;
    }
    let mut chi2 = 0.0;
    for (hit, of) in rows {
        for (seen, expected) in [(hit, of * hits / all), (of - hit, of * (all - hits) / all)] {
            let off = (seen - expected).abs();
            let off = if yates { off - off.min(0.5) } else { off };
            chi2 += off * off / expected;
        }
    }
    Some((chi2, chi_square::above(chi2, 1.0)))
}

/// The chance of a difference of two means that is so large either way, by Welch's test.
pub fn welch_two_sided(test: &Welch) -> f64 {
    2.0 * Welch { t: test.t.abs(), ..*test }.p_greater()
}

/// The interval of the difference of two means at `confidence` in (0, 1), by Welch's test.
pub fn welch_interval(test: &Welch, confidence: f64) -> [f64; 2] {
    let tail = |t: f64| Welch { t, ..*test }.p_greater();
    let wanted = 0.5 * (1.0 - confidence);
    let (mut low, mut high) = (0.0, 1.0);
    while tail(high) > wanted && high < 1e300 {
        high *= 2.0;
    }
    for _ in 0..120 {
        let middle = 0.5 * (low + high);
        if tail(middle) > wanted { low = middle } else { high = middle }
    }
    let margin = 0.5 * (low + high) * test.error;
    [test.mean_diff - margin, test.mean_diff + margin]
}

/// The label that Kayenta's `MeanInequalityClassifier` gives, and the deviation: it compares the means only.
pub fn mean_inequality(how: &Classifier, experiment: &[f64], control: &[f64]) -> (Label, f64) {
    let (mean_of, other) = (mean(experiment), mean(control));
    if how.direction != Direction::Decrease && mean_of > other {
        (Label::High, mean_ratio(experiment, control))
    } else if how.direction != Direction::Increase && mean_of < other {
        (Label::Low, mean_ratio(experiment, control))
    } else {
        (Label::Pass, 1.0)
    }
}

/// The density at `z`.
fn density(z: f64) -> f64 {
    libm::exp(-0.5 * z * z) / (2.0 * std::f64::consts::PI).sqrt()
}

/// The mixing variance that ends soonest for a test cut off after `truncation` pairs:
/// σ² Φ(-b) / (φ(b)/b - Φ(-b)), b = 2 ln(1/α) / √truncation.
pub fn mixing_variance(alpha: f64, sigma: f64, truncation: f64) -> f64 {
    let b = 2.0 * libm::log(1.0 / alpha) / truncation.sqrt();
    let tail = normal::above(b);
    sigma * sigma * tail / (density(b) / b - tail)
}

/// How the values are spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spread {
    /// Normal, of this known standard deviation.
    Normal(f64),
    /// Zeros and ones; their variance follows from the running means.
    Bernoulli,
}

/// A test of pairs under way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sequential {
    spread: Spread,
    tau2: f64,
    theta0: f64,
    pairs: u64,
    control: f64,
    treatment: f64,
    log_ratio: f64,
    p: f64,
}

impl Sequential {
    /// Begins, with mixing variance `tau2`, against a difference of `theta0` (mostly 0).
    pub const fn new(spread: Spread, tau2: f64, theta0: f64) -> Self {
        Self { spread, tau2, theta0, pairs: 0, control: 0.0, treatment: 0.0, log_ratio: 0.0, p: 1.0 }
    }

    /// Takes in one pair.
    pub fn add(&mut self, control: f64, treatment: f64) {
        self.pairs += 1;
        self.control += control;
        self.treatment += treatment;
        let n = self.pairs as f64;
        let (x, y) = (self.control / n, self.treatment / n);
        let of_pair = match self.spread {
            Spread::Normal(sigma) => 2.0 * sigma * sigma,
            Spread::Bernoulli => x * (1.0 - x) + y * (1.0 - y),
        };
        self.log_ratio = log_ratio(y - x - self.theta0, of_pair / n, self.tau2);
        self.p = self.p.min(libm::exp(-self.log_ratio));
    }

    /// Pairs so far.
    pub const fn pairs(&self) -> u64 {
        self.pairs
    }

    /// The likelihood ratio now.
    pub fn ratio(&self) -> f64 {
        libm::exp(self.log_ratio)
    }

    /// The always-valid p-value: the least of 1/Λ so far.
    pub const fn p(&self) -> f64 {
        self.p
    }
}

#[test]
fn the_p_value_of_a_sequential_test_never_rises() {
    let mut test = Sequential::new(Spread::Bernoulli, 0.01, 0.0);
    let mut last = 1.0;
    for pair in 0..2_000_u32 {
        test.add(f64::from(pair % 50 == 0), f64::from(pair % 9 == 0));
        assert!(test.p() <= last);
        last = test.p();
    }
    assert!(last < 0.05 && test.pairs() == 2_000);
}

/// The median of all differences `x - y` (Hodges and Lehmann); NaN for an empty sample.
pub fn hodges_lehmann(x: &[f64], y: &[f64]) -> f64 {
    let mut all: Vec<f64> = x.iter().flat_map(|x| y.iter().map(move |y| x - y)).collect();
    all.sort_by(f64::total_cmp);
    let middle = |at: usize| all.get(at).copied().unwrap_or(f64::NAN);
    0.5 * (middle(all.len().saturating_sub(1) / 2) + middle(all.len() / 2))
}
