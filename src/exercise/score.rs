//! From values of many runs to points: how runs are taken together, and the straight line between the marks.

use super::{Criterion, Over};

impl Over {
    /// Takes the values of many runs together; infinite values are what never happened. Zero for no values.
    ///
    /// The median of an even number is the mean of the two in the middle; P90 is the value at the nearest rank from above,
    /// so it is one that occurred.
    pub fn together(self, values: &[f64]) -> f64 {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else { return 0.0 };
        let count = sorted.len();
        match self {
            Self::Mean => sorted.iter().sum::<f64>() / count as f64,
            Self::Median if count.is_multiple_of(2) => (sorted[count / 2 - 1] + sorted[count / 2]) / 2.0,
            Self::Median => sorted[count / 2],
            Self::P90 => sorted[(count * 9).div_ceil(10) - 1],
            Self::Max => *last,
            Self::Min => *first,
            Self::Share => sorted.iter().filter(|value| **value >= 0.5).count() as f64 / count as f64,
        }
    }
}

impl Criterion {
    /// Points for a value: all at `full` or better, none at `zero` or worse, on the straight line between. What never
    /// happened (an infinite value) earns none. In whole hundredths of a point.
    pub fn points_for(&self, value: f64) -> f64 {
        let (full, zero) = (self.full.value(), self.zero.value());
        if !value.is_finite() || full == zero {
            return 0.0;
        }
        let part = ((value - zero) / (full - zero)).clamp(0.0, 1.0);
        hundredths(part * self.points)
    }
}

/// What a criterion earned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Award {
    /// By its own value, whatever other criteria earned.
    pub own: f64,
    /// What counts: `own` times the share of the points that the criterion it needs earned.
    pub points: f64,
}

/// What each criterion of `rubric` earns for its value in `values`. A criterion that needs an unknown one, or itself in a
/// circle, earns none; [`Exercise::problems`](super::Exercise::problems) refuses both.
pub(super) fn awards(rubric: &[Criterion], values: &[f64]) -> Vec<Award> {
    awards_for(
        rubric,
        rubric.iter().zip(values).map(|(criterion, value)| criterion.points_for(*value)).collect(),
    )
}

/// The same where each criterion has earned `own` points by itself.
pub(super) fn awards_for(rubric: &[Criterion], own: Vec<f64>) -> Vec<Award> {
    let points = |index: usize| {
        let (mut points, mut at, mut steps) = (own[index], index, 0);
        while let Some(needed) = &rubric[at].needs {
            let found = rubric.iter().position(|criterion| criterion.id == *needed);
            let Some(found) = found.filter(|_| steps < rubric.len()) else { return 0.0 };
            points *= own[found] / rubric[found].points;
            (at, steps) = (found, steps + 1);
        }
        hundredths(points)
    };
    own.iter().enumerate().map(|(index, own)| Award { own: *own, points: points(index) }).collect()
}

/// To the nearest hundredth, so that sums of points read as they add up.
pub(super) fn hundredths(points: f64) -> f64 {
    // The sum with zero makes 0 of -0, which a straight line from 0 to 1 can give.
    (points * 100.0).round() / 100.0 + 0.0
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::engine::Level;

    const NEVER: f64 = f64::INFINITY;

    #[test]
    fn points_fall_in_a_straight_line_between_the_marks() {
        let criterion = sample::exercise().rubric[0].clone();
        for (value, points) in [(0.0, 60.0), (150.0, 60.0), (825.0, 30.0), (1500.0, 0.0), (9000.0, 0.0)] {
            assert_eq!(criterion.points_for(value), points, "{value}");
        }
    }

    #[test]
    fn the_line_may_rise_as_well() {
        let mut criterion = sample::exercise().rubric[0].clone();
        (criterion.full, criterion.zero) = (Level::Number(1.0), Level::Number(0.5));
        for (value, points) in [(1.0, 60.0), (0.75, 30.0), (0.5, 0.0), (0.0, 0.0)] {
            assert_eq!(criterion.points_for(value), points, "{value}");
        }
        assert_eq!(
            criterion.points_for(NEVER),
            0.0,
            "never is worse than any value, though it is a large number"
        );
    }

    #[test]
    fn points_shrink_with_those_of_the_criterion_that_is_needed() {
        let mut rubric = sample::exercise().rubric;
        let mut third = rubric[1].clone();
        (third.id, third.needs) = ("third".to_owned(), Some("in-time".to_owned()));
        rubric[1].needs = Some("caught".to_owned());
        rubric.push(third);
        let points = |rubric: &[Criterion], values: [f64; 3]| {
            awards(rubric, &values).iter().map(|award| (award.own, award.points)).collect::<Vec<_>>()
        };
        // Half of `caught` leaves half of `in-time`; half of that leaves a quarter of the third.
        assert_eq!(points(&rubric, [825.0, 750.0, 600.0]), [(30.0, 30.0), (20.0, 10.0), (40.0, 10.0)]);
        assert_eq!(points(&rubric, [9000.0, 600.0, 600.0]), [(0.0, 0.0), (40.0, 0.0), (40.0, 0.0)]);
        rubric[0].needs = Some("third".to_owned());
        assert_eq!(points(&rubric, [0.0, 600.0, 600.0])[0], (60.0, 0.0), "a circle ends");
    }

    #[test]
    fn points_are_whole_at_full_none_at_zero_and_hundredths_between() {
        let mut criterion = sample::exercise().rubric[0].clone();
        (criterion.points, criterion.full, criterion.zero) = (10.0, Level::Number(2.0), Level::Number(5.0));
        for (value, points) in
            [(1.999, 10.0), (2.0, 10.0), (2.001, 10.0), (2.003, 9.99), (3.0, 6.67), (4.0, 3.33), (5.0, 0.0)]
        {
            assert_eq!(criterion.points_for(value), points, "{value}");
        }
        criterion.full = Level::Number(5.0);
        assert_eq!(criterion.points_for(5.0), 0.0, "one mark is no line");
        assert_eq!(
            [hundredths(-0.001), hundredths(0.005), hundredths(0.004)].map(f64::to_bits),
            [0.0_f64.to_bits(), 0.01_f64.to_bits(), 0.0_f64.to_bits()]
        );
        let mut rubric = sample::exercise().rubric;
        rubric[1].needs = Some("nobody".to_owned());
        assert_eq!(awards(&rubric, &[0.0, 600.0])[1], Award { own: 40.0, points: 0.0 });
    }

    #[test]
    fn runs_are_taken_together_as_named() {
        let values = [4.0, 1.0, 3.0, 2.0];
        assert_eq!(Over::Mean.together(&values), 2.5);
        assert_eq!(Over::Median.together(&values), 2.5);
        assert_eq!(Over::Median.together(&[9.0, 1.0, 5.0]), 5.0);
        assert_eq!(Over::Max.together(&values), 4.0);
        assert_eq!(Over::Min.together(&values), 1.0);
        assert_eq!(Over::Share.together(&[1.0, 0.0, 0.0, 1.0]), 0.5);
        assert_eq!(Over::Share.together(&[0.5, 0.49, 0.0]), 1.0 / 3.0, "half of a yes is one");
        assert_eq!(Over::Mean.together(&[]), 0.0);
    }

    #[test]
    fn nine_in_ten_runs_do_not_exceed_the_p90() {
        let ten: Vec<f64> = (1..=10).map(f64::from).collect();
        assert_eq!(Over::P90.together(&ten), 9.0);
        let twenty: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(Over::P90.together(&twenty), 18.0);
        assert_eq!(Over::P90.together(&[7.0]), 7.0);
    }

    #[test]
    fn one_run_that_never_came_to_it_spoils_the_mean_but_not_the_median() {
        let values = [1.0, 2.0, NEVER];
        assert_eq!(Over::Mean.together(&values), NEVER);
        assert_eq!(Over::Median.together(&values), 2.0);
        assert_eq!(Over::Median.together(&[1.0, NEVER]), NEVER);
    }
}
