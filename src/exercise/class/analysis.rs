//! What a class shows as a whole: how scores are spread, which criteria tell hand-ins apart, which mistakes are common, and who needs a
//! look.

use std::collections::BTreeMap;

use super::super::format::{decimal, lasting};
use super::super::score::hundredths;
use super::alike::{Alike, alike};
use super::{Class, Mark, Marks, RefusalKind, Row};

/// Bars of the distribution of scores.
const BARS: usize = 10;
/// A hand-in resembles a wrong plan when the shares of points differ by at most this, as the mean over the criteria.
const RESEMBLES: f64 = 0.15;
/// Discrimination below this is low (Ebel, "Essentials of Educational Measurement", 1979).
pub const LOW_DISCRIMINATION: f64 = 0.2;

/// A class as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// Number of hand-ins by score, in ten equal parts from 0 to the most points; the last includes the most.
    pub scores: [u64; BARS],
    /// The lines of the rubric.
    pub items: Vec<ItemAnalysis>,
    /// The true cause of most failed requests, and for how many hand-ins it is that; the most common first.
    pub causes: Vec<(String, usize)>,
    /// Number of hand-ins by strategy, the most common first.
    pub strategies: Vec<(String, usize)>,
    /// The groups of hand-ins that are alike.
    pub alike: Vec<Alike>,
    /// Positions of rows that lose their points as a wrong plan of the exercise does, with its name.
    pub resembles: Vec<(usize, String)>,
    /// Positions of rows that somebody should look at, with the reasons.
    pub look: Vec<(usize, Vec<String>)>,
}

/// How hand-ins did on one line of the rubric.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemAnalysis {
    /// Id of the criterion.
    pub id: String,
    /// What it measures, for people.
    pub title: String,
    /// Mean share of its points, 0 to 1; 0 without a hand-in.
    pub mean_share: f64,
    /// Number of hand-ins that lost points.
    pub lost_some: usize,
    /// Number of hand-ins that lost all.
    pub lost_all: usize,
    /// Correlation of its points with the points on all other lines; `None` where one of them is the same for all.
    pub discrimination: Option<f64>,
}

impl Class {
    /// The class as a whole.
    pub fn analysis(&self) -> Analysis {
        let marks: Vec<&Marks> = self.marks().collect();
        let mut scores = [0; BARS];
        for one in &marks {
            let part = (one.score / self.max_score.max(f64::MIN_POSITIVE) * BARS as f64) as usize;
            scores[part.min(BARS - 1)] += 1;
        }
        let most = |one: &&&Marks| {
            one.causes.iter().rev().max_by_key(|(_, count)| **count).map(|(cause, _)| cause.clone())
        };
        let alike = alike(self);
        Analysis {
            scores,
            items: self.rubric.iter().map(|line| item(&line.id, &line.title, &marks)).collect(),
            causes: counted(marks.iter().filter_map(|one| most(&one))),
            strategies: counted(marks.iter().map(|one| one.strategy.clone()).filter(|name| !name.is_empty())),
            resembles: self.resembles(),
            look: self.look(&alike),
            alike,
        }
    }

    /// The wrong plan that each hand-in which does not pass resembles most, if one is near.
    fn resembles(&self) -> Vec<(usize, String)> {
        let near = |(index, row): (usize, &Row)| {
            let marks = row.outcome.as_ref().ok().filter(|marks| !marks.passed)?;
            let apart = self.wrong.iter().map(|(name, wrong)| (difference(marks, wrong), name));
            let (apart, name) = apart.min_by(|a, b| a.0.total_cmp(&b.0))?;
            (apart <= RESEMBLES).then(|| (index, name.clone()))
        };
        self.rows.iter().enumerate().filter_map(near).collect()
    }

    fn look(&self, alike: &[Alike]) -> Vec<(usize, Vec<String>)> {
        let mut look: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for (index, row) in self.rows.iter().enumerate() {
            let mut reasons = reasons(row);
            if self.has_list && row.listed.is_none() {
                reasons.push("is not on the list of the class".to_owned());
            }
            if !reasons.is_empty() {
                look.insert(index, reasons);
            }
        }
        for group in alike {
            let share = decimal(100.0 * group.share, 0);
            for (of, others) in group.others(self) {
                look.entry(of).or_default().push(format!(
                    "{share} % of what was added to the starter is as in the hand-in of {others}"
                ));
            }
        }
        look.into_iter().collect()
    }
}

/// Why somebody should look at a row.
fn reasons(row: &Row) -> Vec<String> {
    let mut reasons = Vec::new();
    match &row.outcome {
        Err(refusal) => reasons.push(match refusal.kind {
            RefusalKind::Missing => refusal.why.clone(),
            RefusalKind::HandIn | RefusalKind::Broke | RefusalKind::Stopped => {
                format!("could not be graded: {}", refusal.why)
            }
        }),
        Ok(marks) => {
            reasons.extend(marks.remarks.iter().cloned());
            let apart = (marks.score - marks.pass_score).abs();
            if marks.luck.is_some_and(|luck| apart < luck) {
                reasons.push(format!(
                    "is {} points from the {} needed, which other seeds alone could change",
                    decimal(apart, 2),
                    decimal(marks.pass_score, 2)
                ));
            }
            if marks.is_solution {
                reasons.push("is the model solution".to_owned());
            }
        }
    }
    if let Some(late) = row.listed.as_ref().and_then(super::Listed::late_s).filter(|late| *late > 0) {
        reasons.push(format!("came late by {}", lasting(late as f64)));
    }
    reasons
}

/// The mean difference of the shares of points, 0 to 1.
fn difference(one: &Marks, other: &Marks) -> f64 {
    let sum: f64 = one.criteria.iter().zip(&other.criteria).map(|(a, b)| (share(a) - share(b)).abs()).sum();
    sum / one.criteria.len().max(1) as f64
}

fn share(mark: &Mark) -> f64 {
    if mark.max_points > 0.0 { mark.points / mark.max_points } else { 1.0 }
}

fn item(id: &str, title: &str, marks: &[&Marks]) -> ItemAnalysis {
    let all: Vec<(&Mark, f64)> = marks
        .iter()
        .filter_map(|marks| {
            let mark = marks.criteria.iter().find(|mark| mark.id == id)?;
            Some((mark, marks.score - mark.points))
        })
        .collect();
    let count = all.len().max(1) as f64;
    ItemAnalysis {
        id: id.to_owned(),
        title: title.to_owned(),
        mean_share: all.iter().map(|(mark, _)| share(mark)).sum::<f64>() / count,
        lost_some: all.iter().filter(|(mark, _)| mark.lost() > 0.0).count(),
        lost_all: all.iter().filter(|(mark, _)| mark.points <= 0.0).count(),
        discrimination: correlation(&all.iter().map(|(mark, rest)| (mark.points, *rest)).collect::<Vec<_>>()),
    }
}

/// Pearson's correlation, in hundredths; `None` where one side does not vary.
fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    let count = pairs.len() as f64;
    let mean = |side: fn(&(f64, f64)) -> f64| pairs.iter().map(side).sum::<f64>() / count;
    let (x, y) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>();
    let both = sum(&|pair| (pair.0 - x) * (pair.1 - y));
    let spread = sum(&|pair| (pair.0 - x) * (pair.0 - x)) * sum(&|pair| (pair.1 - y) * (pair.1 - y));
    (spread > 1e-12).then(|| hundredths(both / spread.sqrt()))
}

/// How often each name occurs, the most common first.
fn counted(names: impl Iterator<Item = String>) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_criterion_that_goes_with_the_rest_tells_hand_ins_apart() {
        let goes_with = [(0.0, 1.0), (10.0, 21.0), (20.0, 41.0)];
        assert_eq!(correlation(&goes_with), Some(1.0));
        let against = goes_with.map(|(x, y)| (x, -y));
        assert_eq!(correlation(&against), Some(-1.0));
        // The expected number is that of Python's statistics.correlation([0, 10, 20, 20], [5, 1, 9, 7]).
        assert_eq!(correlation(&[(0.0, 5.0), (10.0, 1.0), (20.0, 9.0), (20.0, 7.0)]), Some(0.56));
        assert_eq!(correlation(&[(1.0, 1.0), (1.0, 2.0)]), None);
        assert_eq!(correlation(&[]), None);
    }

    #[test]
    fn the_most_common_comes_first() {
        let names = ["b", "a", "b", "c"].into_iter().map(str::to_owned);
        assert_eq!(counted(names), [("b".to_owned(), 2), ("a".to_owned(), 1), ("c".to_owned(), 1)]);
    }
}
