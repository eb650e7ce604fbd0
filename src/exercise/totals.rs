//! Points added up by the lesson's categories and by its assessment criteria, for one hand-in and for a class.

use serde::Serialize;

use super::score::hundredths;
use super::{Category, CriterionResult, Standard, Verdict};

/// The points of one category or assessment criterion.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Total {
    /// Name in results: [`Category::key`] or [`Standard::key`].
    pub key: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// Points earned.
    pub points: f64,
    /// The most points that can be earned.
    pub max_points: f64,
}

impl Total {
    /// The sum of `lines`, each with its points and the most points.
    pub(super) fn of(
        key: &'static str,
        title: &'static str,
        lines: impl Iterator<Item = (f64, f64)> + Clone,
    ) -> Self {
        Self {
            key,
            title,
            points: hundredths(lines.clone().map(|(points, _)| points).sum()),
            max_points: hundredths(lines.map(|(_, most)| most).sum()),
        }
    }

    /// The mean points of several hand-ins to one exercise, entry by entry; `lists` holds one list of totals for each hand-in,
    /// all with the same entries in the same order. Empty without a hand-in.
    pub fn means(lists: &[Vec<Self>]) -> Vec<Self> {
        let count = lists.len() as f64;
        let mean = |index: usize, first: &Self| {
            let sum: f64 = lists.iter().filter_map(|list| list.get(index)).map(|total| total.points).sum();
            Self { points: hundredths(sum / count), ..first.clone() }
        };
        let first = lists.first().map(Vec::as_slice).unwrap_or_default();
        first.iter().enumerate().map(|(index, total)| mean(index, total)).collect()
    }
}

const fn points(line: &CriterionResult) -> (f64, f64) {
    (line.points, line.max_points)
}

impl Verdict {
    /// Points by category, in the lesson's order; both categories are named.
    pub fn by_category(&self) -> Vec<Total> {
        let total = |category: &Category| {
            let lines = self.criteria.iter().filter(|line| line.category == *category);
            Total::of(category.key(), category.title(), lines.map(points))
        };
        Category::ALL.iter().map(total).collect()
    }

    /// Points by assessment criterion, in the lesson's order; those that no criterion of the rubric belongs to are left out.
    pub fn by_standard(&self) -> Vec<Total> {
        let total = |standard: &Standard| {
            let lines = self.criteria.iter().filter(|line| line.standard == Some(*standard));
            Total::of(standard.key(), standard.title(), lines.map(points))
        };
        Standard::ALL.iter().map(total).filter(|total| total.max_points > 0.0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(points: f64) -> Total {
        Total { key: "a", title: "A", points, max_points: 60.0 }
    }

    #[test]
    fn the_mean_of_a_class_is_taken_entry_by_entry() {
        let means = Total::means(&[vec![total(20.0), total(60.0)], vec![total(40.0), total(0.0)]]);
        assert_eq!(means, [total(30.0), total(30.0)]);
        assert_eq!(Total::means(&[]), []);
    }

    #[test]
    fn points_are_added_by_category_and_by_the_criteria_that_are_marked() {
        use crate::exercise::{Grading, sample};
        let mut exercise = sample::exercise();
        exercise.rubric[0].standard = Some(Standard::ALL[1]);
        let one = |_: &crate::sim::Case, _: u64| Ok(sample::record());
        let how = Grading::default();
        let verdict =
            crate::exercise::grade::grade_runs(&exercise, &sample::scenario(), "x", &one, &how).unwrap();
        let told = |totals: Vec<Total>| {
            totals.iter().map(|total| (total.title, total.points, total.max_points)).collect::<Vec<_>>()
        };
        let of = |category: Category| {
            let lines = verdict.criteria.iter().filter(|line| line.category == category);
            lines.fold((0.0, 0.0), |sum, line| (sum.0 + line.points, sum.1 + line.max_points))
        };
        let line_of = |category: &Category| (category.title(), of(*category).0, of(*category).1);
        let wanted: Vec<_> = Category::ALL.iter().map(line_of).collect();
        assert_eq!(told(verdict.by_category()), wanted);
        assert_eq!(wanted.iter().map(|(.., most)| most).sum::<f64>(), 100.0);
        let line = &verdict.criteria[0];
        assert_eq!(told(verdict.by_standard()), [(Standard::ALL[1].title(), line.points, 60.0)]);
    }
}
