//! Judging a case: enough replications for a narrow interval, and whether what theory says lies in it.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rollout_lab::engine::{Span, Tally};
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::measure::{Measure, Taken};
use super::model::Model;
use super::run;
use super::worlds::{World, build, many};

/// One model and what theory says of it.
#[derive(Clone, Debug)]
pub struct Part {
    pub model: Model,
    pub quantities: Vec<Quantity>,
}

/// A quantity and its true value.
#[derive(Clone, Debug)]
pub struct Quantity {
    pub name: String,
    pub measure: Measure,
    pub expected: f64,
}

/// What came of a case.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Every quantity with its interval.
    pub lines: Vec<String>,
    /// Those that the interval does not hold, or whose interval is too wide.
    pub misses: Vec<String>,
}

impl Verdict {
    pub fn passed(&self) -> bool {
        self.misses.is_empty()
    }
}

/// Replications at first.
const FIRST: usize = 20;
/// Replications at most in one look.
const MOST: usize = 1600;
/// A 99 % interval misses the truth once in a hundred times by luck alone. So a quantity that is missed is looked at
/// again, with other seeds and more replications; what is really wrong is then missed more clearly.
const LOOKS: usize = 3;

/// Judges all parts of a case.
pub fn judge(parts: &[Part]) -> Verdict {
    let mut verdict = Verdict::default();
    for part in parts {
        judge_part(part, &mut verdict);
    }
    verdict
}

fn judge_part(part: &Part, verdict: &mut Verdict) {
    let world = build(&part.model);
    let mut open: Vec<&Quantity> = part.quantities.iter().collect();
    let mut count = FIRST;
    for look in 0..LOOKS {
        let estimates = estimate(part, &world, &open, look, count);
        count = (estimates.replications * 3).min(MOST);
        let mut missed = Vec::new();
        for (quantity, estimate) in open.iter().zip(&estimates.of) {
            let line = format!(
                "{}: expected {:.6}, measured {:.6} +- {:.2} % ({} runs)",
                quantity.name,
                quantity.expected,
                estimate.value,
                estimate.relative * 100.0,
                estimates.replications
            );
            if estimate.holds && estimate.narrow {
                verdict.lines.push(line);
            } else {
                missed.push((*quantity, line));
            }
        }
        if missed.is_empty() {
            return;
        }
        if look + 1 == LOOKS {
            verdict.lines.extend(missed.iter().map(|(_, line)| line.clone()));
            verdict.misses.extend(missed.into_iter().map(|(_, line)| line));
            return;
        }
        open = missed.into_iter().map(|(quantity, _)| quantity).collect();
    }
}

/// What was measured of one quantity.
struct Estimate {
    value: f64,
    /// Half the interval's width, relative to the expected value.
    relative: f64,
    holds: bool,
    narrow: bool,
    /// How many times more replications would make it narrow enough.
    short_of: f64,
}

struct Estimates {
    of: Vec<Estimate>,
    replications: usize,
}

/// Replicates until every interval is narrow enough.
fn estimate(part: &Part, world: &World, open: &[&Quantity], look: usize, first: usize) -> Estimates {
    let looks = open.iter().any(|quantity| quantity.measure.needs_looks());
    let mut runs: Vec<Taken> = Vec::new();
    let mut wanted = first;
    loop {
        let seeds = runs.len()..wanted;
        runs.extend(
            seeds
                .into_par_iter()
                .map(|index| run::replicate(world, looks, seed_of(part, look, index)))
                .collect::<Vec<_>>(),
        );
        let of: Vec<Estimate> = open.iter().map(|quantity| weigh(part, quantity, &runs)).collect();
        let short_of = of.iter().map(|estimate| estimate.short_of).fold(0.0, f64::max);
        if short_of <= 1.0 || runs.len() >= MOST {
            return Estimates { of, replications: runs.len() };
        }
        // The first guess of how many it takes is rough.
        let most = if runs.len() <= FIRST { 2.5 } else { 4.0 };
        let more = (runs.len() as f64 * (short_of * 1.03).clamp(1.05, most)) as usize + 1;
        wanted = more.min(MOST);
    }
}

/// Another seed for each case, look and replication, so that luck is not shared between cases.
fn seed_of(part: &Part, look: usize, index: usize) -> u64 {
    let text = format!("{:?}", part.model);
    let case = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    case.wrapping_add((look * MOST + index) as u64)
}

/// The 99 % interval of a quantity over replications (Student's t), and how it stands to the expected value.
fn weigh(part: &Part, quantity: &Quantity, runs: &[Taken]) -> Estimate {
    let values: Vec<f64> = runs.iter().map(|run| quantity.measure.of(run)).collect();
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (count - 1.0);
    let students = StudentsT::new(0.0, 1.0, count - 1.0).expect("more than one replication");
    let half = students.inverse_cdf(0.995) * (variance / count).sqrt();
    let limit = widest(part, quantity);
    let expected = quantity.expected;
    let (value, target, width) = match quantity.measure.percentile(&runs[0]) {
        None => (mean, expected, half),
        Some((share, _)) => {
            let of_runs = runs.iter().filter_map(|run| quantity.measure.percentile(run));
            let all = buckets(of_runs.map(|(_, tally)| tally));
            let at = |share: f64| quantile(&all, share) / runs[0].unit_s;
            // How far the percentile moves with its share, around it.
            let step = (1.0 - share) / 4.0;
            let slope = (at(share + step) - at(share - step)) / (2.0 * step);
            (at(share), share, half * slope)
        }
    };
    let off = (mean - target).abs() - slack(part, quantity.measure) * target;
    Estimate {
        value,
        relative: width / expected,
        holds: off <= half + 1e-9 * target.abs(),
        narrow: width <= limit,
        short_of: (width / limit) * (width / limit),
    }
}

/// How wide half an interval may be: 2 % of the value; 5 % from a load of 0.9 on, for percentiles, and for points of a
/// distribution, which are percentiles seen from the other side. A share may be off by 0.0002 in any case: 2 % of what
/// What several tallies counted together: for each bucket its middle in seconds, and how many.
fn buckets<'t>(tallies: impl Iterator<Item = &'t Tally>) -> BTreeMap<Span, (f64, u64)> {
    let mut all: BTreeMap<Span, (f64, u64)> = BTreeMap::new();
    for (low, high, count) in tallies.flat_map(Tally::buckets) {
        let middle = (low + (high - low) / 2).as_secs_f64();
        all.entry(low).or_insert((middle, 0)).1 += count;
    }
    all
}

/// The span in seconds that a share of the counted are at or below.
fn quantile(all: &BTreeMap<Span, (f64, u64)>, share: f64) -> f64 {
    let count: u64 = all.values().map(|(_, count)| count).sum();
    let rank = ((share.clamp(0.0, 1.0) * count as f64).ceil() as u64).max(1);
    let mut below = 0;
    let reached = all.values().find(|(_, count)| {
        below += count;
        below >= rank
    });
    reached.map_or(0.0, |(middle, _)| *middle)
}

/// happens once in a thousand times would take a hundred million requests.
fn widest(part: &Part, quantity: &Quantity) -> f64 {
    let coarse = part.model.load() >= 0.9 - 1e-9 || quantity.measure.is_of_a_distribution();
    let relative = quantity.expected * if coarse { 0.05 } else { 0.02 };
    if quantity.measure.is_share() { relative.max(0.0002) } else { relative }
}

/// What the answer for infinitely many servers may differ by from that for as many as are simulated: the cases grant
/// 2 % of the mean at 500, and the difference falls as one over their number (Mitzenmacher 1996, section 3.5). Far out in
/// the distribution it is larger, since each point is a power of the one before.
fn slack(part: &Part, measure: Measure) -> f64 {
    if !matches!(part.model, Model::Balanced { limit: true, .. }) {
        return 0.0;
    }
    let of_the_mean = 0.02 * 500.0 / f64::from(many(part.model.load()));
    if measure.is_of_a_distribution() { 5.0 * of_the_mean } else { of_the_mean }
}
