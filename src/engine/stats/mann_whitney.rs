//! The Mann-Whitney U test: whether one sample tends to be greater than the other.
//!
//! Source: the formulas of `scipy.stats.mannwhitneyu`, against which the conformance set `stats_mann_whitney` holds it.

use super::{Alternative, normal};

/// The most pairs for which the exact distribution is counted; beyond, the normal one is as good.
const MOST_PAIRS: usize = 4_000;

/// The ranks of two samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MannWhitney {
    /// Size of the first sample.
    pub n_x: usize,
    /// Size of the second.
    pub n_y: usize,
    /// Pairs in which the first is greater, ties counting one half.
    pub u_x: f64,
    /// Pairs in which the second is greater.
    pub u_y: f64,
    /// Whether any two values are equal.
    pub ties: bool,
    /// Sum of t³ - t over the groups of t equal values.
    tie_sum: f64,
}

impl MannWhitney {
    /// Ranks the samples, in n log n. An empty sample gives U of 0 and p-values of 1.
    pub fn new(x: &[f64], y: &[f64]) -> Self {
        let all = x.iter().map(|value| (*value, true)).chain(y.iter().map(|value| (*value, false)));
        let mut all: Vec<(f64, bool)> = all.collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut u_x, mut below, mut ties, mut tie_sum) = (0.0, 0.0, false, 0.0);
        for group in all.chunk_by(|a, b| a.0 == b.0) {
            let of_x = group.iter().filter(|(_, is_x)| *is_x).count() as f64;
            let size = group.len() as f64;
            u_x += of_x * (below + 0.5 * (size - of_x));
            below += size - of_x;
            ties |= group.len() > 1;
            tie_sum += size * size * size - size;
        }
        let u_y = x.len() as f64 * y.len() as f64 - u_x;
        Self { n_x: x.len(), n_y: y.len(), u_x, u_y, ties, tie_sum }
    }

    /// The share of pairs in which the first is greater, ties counting one half (common language effect size).
    pub fn cles(&self) -> f64 {
        self.u_x / self.pairs()
    }

    /// The standard deviation of U when there is no difference, corrected for ties.
    pub fn sigma(&self) -> f64 {
        let all = (self.n_x + self.n_y) as f64;
        let spread = all + 1.0 - if all > 1.0 { self.tie_sum / (all * (all - 1.0)) } else { 0.0 };
        (self.pairs() / 12.0 * spread.max(0.0)).sqrt()
    }

    /// The p-value by the normal approximation, corrected for ties and by `continuity` (0.5, or 0 for none). When all
    /// values are equal it is 1: nothing differs.
    pub fn p(&self, alternative: Alternative, continuity: f64) -> f64 {
        let sigma = self.sigma();
        if sigma == 0.0 || sigma.is_nan() {
            return 1.0;
        }
        let tail = |u: f64| normal::above((u - 0.5 * self.pairs() - continuity) / sigma);
        match alternative {
            Alternative::TwoSided => (2.0 * tail(self.u_x.max(self.u_y))).min(1.0),
            Alternative::Greater => tail(self.u_x),
        }
    }

    /// The exact p-value; `None` with ties, of an empty sample, and where the samples are so large that the normal
    /// approximation is as good (over 4,000 pairs).
    pub fn p_exact(&self, alternative: Alternative) -> Option<f64> {
        let pairs = self.n_x * self.n_y;
        if self.ties || pairs == 0 || pairs > MOST_PAIRS {
            return None;
        }
        let chances = distribution(self.n_x, self.n_y);
        let tail = |u: f64| chances.iter().skip(libm::ceil(u) as usize).sum::<f64>();
        Some(match alternative {
            Alternative::TwoSided => (2.0 * tail(self.u_x.max(self.u_y))).min(1.0),
            Alternative::Greater => tail(self.u_x),
        })
    }

    fn pairs(&self) -> f64 {
        self.n_x as f64 * self.n_y as f64
    }
}

/// The chance of each U from 0 to n·m when there is no difference: the greatest value belongs to either sample by its
/// share, so P(n, m, u) = n/(n+m) P(n-1, m, u-m) + m/(n+m) P(n, m-1, u) (Mann and Whitney 1947). Sums of positive terms
/// only, so nothing cancels and nothing overflows.
fn distribution(n: usize, m: usize) -> Vec<f64> {
    let mut row: Vec<Vec<f64>> = (0..=m).map(|_| vec![1.0]).collect();
    for i in 1..=n {
        let mut next: Vec<Vec<f64>> = vec![vec![1.0]];
        for j in 1..=m {
            let (of_x, of_y) = (i as f64 / (i + j) as f64, j as f64 / (i + j) as f64);
            let mut chances = vec![0.0; i * j + 1];
            for (u, chance) in row[j].iter().enumerate() {
                chances[u + j] += of_x * chance;
            }
            for (u, chance) in next[j - 1].iter().enumerate() {
                chances[u] += of_y * chance;
            }
            next.push(chances);
        }
        row = next;
    }
    row.swap_remove(m)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exact_distribution_counts_orderings() {
        // Of two and two: U = 0, 1, 2, 2, 3, 4 in the six orderings.
        let chances = distribution(2, 2);
        for (chance, count) in chances.iter().zip([1.0, 1.0, 2.0, 1.0, 1.0]) {
            assert!((chance - count / 6.0).abs() < 1e-15);
        }
    }

    #[test]
    fn large_samples_neither_overflow_nor_hang() {
        let x: Vec<f64> = (0..100_000).map(f64::from).collect();
        let y: Vec<f64> = x.iter().map(|value| value + 0.5).collect();
        let test = MannWhitney::new(&x, &y);
        assert_eq!(test.u_x + test.u_y, 1e10);
        assert!(test.p(Alternative::TwoSided, 0.5) > 0.99);
        assert_eq!(test.p_exact(Alternative::TwoSided), None);
    }

    #[test]
    fn what_is_all_equal_or_empty_differs_in_nothing() {
        for (x, y) in [(vec![1.0; 5], vec![1.0; 7]), (vec![], vec![1.0]), (vec![], vec![])] {
            assert_eq!(MannWhitney::new(&x, &y).p(Alternative::TwoSided, 0.5), 1.0);
        }
    }
}
