//! Validation of distributions: all mistakes are found together.

use super::Dist;
use crate::engine::Span;

/// How deep mixtures may stand in mixtures.
const DEEPEST: u32 = 4;
/// How many laws a mixture may have, those of the mixtures in it counted too.
const MOST_LAWS: usize = 100;
/// How many spans an empirical law may list.
const MOST_SPANS: usize = 10_000;

impl Dist {
    /// Everything that is wrong with the law: what was found and what is allowed. Empty when all is well.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        self.find_problems(1, &mut problems);
        if self.laws() > MOST_LAWS {
            problems.push(format!("Mixture holds {} laws; {MOST_LAWS} is the most", self.laws()));
        }
        problems
    }

    fn laws(&self) -> usize {
        match self {
            Self::Mixture(parts) => parts.iter().map(|(_, part)| part.laws()).sum(),
            _ => 1,
        }
    }

    fn find_problems(&self, depth: u32, problems: &mut Vec<String>) {
        let mut wrong = |is_wrong: bool, say: String| {
            if is_wrong {
                problems.push(say);
            }
        };
        let in_order =
            |min: &Span, max: &Span| format!("min is {min} and max is {max}; max must not be below min");
        match self {
            Self::Fixed(_) => {}
            Self::Uniform { min, max } => wrong(min > max, format!("Uniform {}", in_order(min, max))),
            Self::Exponential(mean) => {
                wrong(mean.is_zero(), "Exponential is 0s; the mean must be above zero".into())
            }
            Self::Lognormal { p50, p99 } => {
                wrong(p50.is_zero(), "Lognormal p50 is 0s; it must be above zero".into());
                wrong(p99 <= p50, format!("Lognormal p50 is {p50} and p99 is {p99}; p99 must be above p50"));
            }
            Self::Erlang { mean, k } => {
                wrong(mean.is_zero(), "Erlang mean is 0s; it must be above zero".into());
                wrong(!(1..=64).contains(k), format!("Erlang k is {k}; it must be 1 to 64"));
            }
            Self::Pareto { min, max, alpha } => {
                wrong(min.is_zero(), "Pareto min is 0s; it must be above zero".into());
                wrong(min > max, format!("Pareto {}", in_order(min, max)));
                let sound = (0.001..=1000.0).contains(alpha);
                wrong(!sound, format!("Pareto alpha is {alpha}; it must be 0.001 to 1000"));
            }
            Self::Empirical(spans) => {
                wrong(spans.is_empty(), "Empirical lists no spans; it needs at least one".into());
                let many = spans.len();
                wrong(many > MOST_SPANS, format!("Empirical lists {many} spans; {MOST_SPANS} is the most"));
            }
            Self::Mixture(parts) => mixture_problems(parts, depth, problems),
        }
    }
}

fn mixture_problems(parts: &[(f64, Dist)], depth: u32, problems: &mut Vec<String>) {
    if depth > DEEPEST {
        problems.push(format!("Mixture stands in {} others; {} is the most", depth - 1, DEEPEST - 1));
        return;
    }
    if parts.is_empty() {
        problems.push("Mixture lists no laws; it needs at least one".into());
    }
    for (place, (weight, part)) in parts.iter().enumerate() {
        let which = format!("law {} of the Mixture", place + 1);
        if !(1e-9..=1e9).contains(weight) {
            problems.push(format!("the weight of {which} is {weight}; it must be 0.000000001 to 1000000000"));
        }
        let mut inner = Vec::new();
        part.find_problems(depth + 1, &mut inner);
        problems.extend(inner.into_iter().map(|problem| format!("in {which}: {problem}")));
    }
}
