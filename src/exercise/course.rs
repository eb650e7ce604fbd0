//! A course as a whole: for each learner the best attempt at each exercise, late days, and the lesson's assessment criteria over
//! all exercises. Only what was graded counts; what a learner's own computer claims is shown beside it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Standard;
use super::score::hundredths;

/// How late hand-ins are treated. The defaults are common ones, of no particular school.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LatePolicy {
    /// Days that each learner may be late in the whole course without a loss. Default 0.
    pub free_days: u32,
    /// Percent of a hand-in's points that each further day costs, 0 to 100. Default 10.
    pub percent_each_day: f64,
    /// Days after which a hand-in counts nothing, free days or not. Default 7.
    pub last_day: u32,
}

impl Default for LatePolicy {
    fn default() -> Self {
        Self { free_days: 0, percent_each_day: 10.0, last_day: 7 }
    }
}

impl LatePolicy {
    /// The points of a hand-in that earned `points`, when it is this many days late, of which so many are free.
    fn points(&self, points: f64, days_late: u32, free: u32) -> f64 {
        if days_late > self.last_day {
            return 0.0;
        }
        let costs = f64::from(days_late - free.min(days_late)) * self.percent_each_day / 100.0;
        hundredths(points * (1.0 - costs).max(0.0))
    }
}

/// One graded hand-in.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// Id of the exercise.
    pub exercise: String,
    /// Which attempt it is: the name of the results that it stands in, and, where it is one of several files, `/` and the file's.
    pub name: String,
    /// The learner.
    pub learner: String,
    /// Points earned; none when it could not be graded.
    pub points: Option<f64>,
    /// Whether it passed.
    pub passed: bool,
    /// Points and most points by assessment criterion.
    pub standards: Vec<(Standard, f64, f64)>,
    /// Whole days after the deadline, begun ones included.
    pub days_late: u32,
}

impl Attempt {
    /// The name of the results that it stands in.
    pub fn results(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }
}

/// An exercise of the course.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CourseExercise {
    /// Its id.
    pub id: String,
    /// The most points.
    pub max_points: f64,
}

/// What a learner's own computer claims about an exercise. It counts nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Claim {
    /// Id of the exercise.
    pub exercise: String,
    /// Points that are claimed.
    pub points: f64,
}

/// A course.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// Its exercises, by their ids.
    pub exercises: Vec<CourseExercise>,
    /// How late hand-ins were treated.
    pub late: LatePolicy,
    /// The learners, by their names.
    pub learners: Vec<Learner>,
}

/// What one learner earned.
#[derive(Clone, Debug, PartialEq)]
pub struct Learner {
    /// The name.
    pub name: String,
    /// For each exercise of the course, in its order, the attempt that counts; none where nothing that could be graded was handed in.
    pub counted: Vec<Option<Counted>>,
    /// Points earned in all, after what lateness cost.
    pub points: f64,
    /// The most points of all exercises.
    pub max_points: f64,
    /// Points by assessment criterion over all exercises, before what lateness cost; criteria that no exercise has are left out.
    pub standards: Vec<StandardTotal>,
    /// What the learner's computer claims.
    pub claims: Vec<Claim>,
}

/// Points of one assessment criterion.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StandardTotal {
    /// The criterion.
    pub standard: Standard,
    /// Points earned.
    pub points: f64,
    /// The most points.
    pub max_points: f64,
}

/// The attempt that counts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Counted {
    /// Its name.
    pub attempt: String,
    /// Attempts that there were, those that could not be graded included.
    pub attempts: u32,
    /// Points that it earned.
    pub earned: f64,
    /// Points that count, after what lateness cost.
    pub points: f64,
    /// Whether it passed, whatever lateness cost.
    pub passed: bool,
    /// Days that it was late.
    pub days_late: u32,
    /// Free days that were used for it.
    pub free_days: u32,
}

/// A course of these exercises, each with its most points, these attempts and claims. Of several attempts at an exercise the one
/// with the most points after lateness counts, the first among equals; then each free day goes where it saves the most points.
pub fn course(
    most: &BTreeMap<String, f64>,
    attempts: &[Attempt],
    claims: &[(String, Claim)],
    late: LatePolicy,
) -> Course {
    let exercises: Vec<CourseExercise> = most
        .iter()
        .map(|(id, max_points)| CourseExercise { id: id.clone(), max_points: *max_points })
        .collect();
    let names: BTreeSet<&str> = attempts
        .iter()
        .map(|one| one.learner.as_str())
        .chain(claims.iter().map(|(name, _)| name.as_str()))
        .collect();
    let possible = standards_of(&exercises, attempts);
    let learner = |name: &str| {
        let own: Vec<&Attempt> = attempts.iter().filter(|one| one.learner == name).collect();
        let chosen: Vec<Option<&Attempt>> =
            exercises.iter().map(|exercise| best(&own, &exercise.id, late)).collect();
        let mut counted: Vec<Option<Counted>> = chosen
            .iter()
            .map(|one| {
                one.map(|one| {
                    counted(one, own.iter().filter(|other| other.exercise == one.exercise).count(), late)
                })
            })
            .collect();
        spend_free_days(&mut counted, late);
        let earned = |standard: Standard| -> f64 {
            let of = chosen.iter().flatten().flat_map(|one| &one.standards);
            of.filter(|(found, _, _)| *found == standard).map(|(_, points, _)| points).sum()
        };
        let standards = possible.iter().map(|(standard, max_points)| StandardTotal {
            standard: *standard,
            points: hundredths(earned(*standard)),
            max_points: *max_points,
        });
        Learner {
            name: name.to_owned(),
            points: hundredths(counted.iter().flatten().map(|one| one.points).sum()),
            max_points: hundredths(exercises.iter().map(|exercise| exercise.max_points).sum()),
            standards: standards.collect(),
            counted,
            claims: claims.iter().filter(|(of, _)| of == name).map(|(_, claim)| claim.clone()).collect(),
        }
    };
    let learners = names.iter().map(|name| learner(name)).collect();
    Course { exercises, late, learners }
}

/// The most points of each assessment criterion over all exercises, in the lesson's order, as the first graded attempt at each
/// exercise tells them.
fn standards_of(exercises: &[CourseExercise], attempts: &[Attempt]) -> Vec<(Standard, f64)> {
    let graded = exercises.iter().filter_map(|exercise| {
        attempts.iter().find(|one| one.exercise == exercise.id && one.points.is_some())
    });
    let all: Vec<(Standard, f64)> =
        graded.flat_map(|one| one.standards.iter().map(|(standard, _, most)| (*standard, *most))).collect();
    let sum = |standard: Standard| -> f64 {
        hundredths(all.iter().filter(|(found, _)| *found == standard).map(|(_, most)| most).sum())
    };
    Standard::ALL.iter().map(|standard| (*standard, sum(*standard))).filter(|(_, most)| *most > 0.0).collect()
}

fn best<'a>(own: &[&'a Attempt], exercise: &str, late: LatePolicy) -> Option<&'a Attempt> {
    let worth = |one: &&Attempt| one.points.map(|points| late.points(points, one.days_late, 0));
    let graded = own.iter().copied().filter(|one| one.exercise == exercise && one.points.is_some());
    // Among equals the first counts: `max_by` takes the last, so the list is reversed.
    let graded: Vec<&Attempt> = graded.collect();
    graded.into_iter().rev().max_by(|a, b| worth(a).unwrap_or(0.0).total_cmp(&worth(b).unwrap_or(0.0)))
}

fn counted(one: &Attempt, attempts: usize, late: LatePolicy) -> Counted {
    let earned = one.points.unwrap_or(0.0);
    Counted {
        attempt: one.name.clone(),
        attempts: attempts as u32,
        earned,
        points: late.points(earned, one.days_late, 0),
        passed: one.passed,
        days_late: one.days_late,
        free_days: 0,
    }
}

/// Uses a learner's free days so that they save the most points in all; among equals the fewest days, and those at the first exercises.
///
/// A day that saves nothing by itself may save with others: where lateness has cost everything, the last of several does. So all ways to
/// divide the days are compared, exercise by exercise (the knapsack problem; Bellman, "Dynamic Programming", 1957).
fn spend_free_days(counted: &mut [Option<Counted>], late: LatePolicy) {
    let mut ones: Vec<&mut Counted> =
        counted.iter_mut().flatten().filter(|one| (1..=late.last_day).contains(&one.days_late)).collect();
    let needed = ones.iter().fold(0u32, |sum, one| sum.saturating_add(one.days_late));
    let days = late.free_days.min(needed);
    // By the days that are left for an exercise and those after it: the best way, from the last exercise to the first.
    let mut ways: Vec<Vec<Way>> = vec![vec![Way::default(); days as usize + 1]];
    for one in ones.iter().rev() {
        let after = &ways[ways.len() - 1];
        let way = |left: u32, here: u32| {
            let rest = after[(left - here) as usize];
            let points = late.points(one.earned, one.days_late, here);
            Way {
                hundredths: rest.hundredths + (100.0 * points).round() as u64,
                days: rest.days + here,
                here,
            }
        };
        let best =
            |left: u32| (0..=one.days_late.min(left)).map(|here| way(left, here)).max_by_key(Way::rank);
        ways.push((0..=days).map(|left| best(left).unwrap_or_default()).collect());
    }
    let mut left = days;
    for (one, ways) in ones.iter_mut().zip(ways.iter().rev()) {
        one.free_days = ways[left as usize].here;
        one.points = late.points(one.earned, one.days_late, one.free_days);
        left -= one.free_days;
    }
}

/// A way to use free days for an exercise and those after it.
#[derive(Clone, Copy, Default)]
struct Way {
    /// Points of all of them, in hundredths.
    hundredths: u64,
    /// Free days used for all of them.
    days: u32,
    /// Free days used for the first.
    here: u32,
}

impl Way {
    /// What makes one way better than another.
    fn rank(&self) -> (u64, Reverse<u32>, u32) {
        (self.hundredths, Reverse(self.days), self.here)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(exercise: &str, name: &str, points: Option<f64>, days_late: u32) -> Attempt {
        Attempt {
            exercise: exercise.to_owned(),
            name: name.to_owned(),
            learner: "eva".to_owned(),
            points,
            passed: points.is_some_and(|points| points >= 70.0),
            standards: points
                .map(|points| (Standard::DesignRollback, points / 2.0, 50.0))
                .into_iter()
                .collect(),
            days_late,
        }
    }

    fn of(attempts: &[Attempt], late: LatePolicy) -> Learner {
        let most = BTreeMap::from([("a".to_owned(), 100.0), ("b".to_owned(), 100.0)]);
        course(&most, attempts, &[], late).learners.remove(0)
    }

    #[test]
    fn the_best_attempt_counts_after_what_lateness_cost() {
        let attempts = [
            attempt("a", "a-1", Some(60.0), 0),
            attempt("a", "a-2", Some(90.0), 4),
            attempt("a", "a-3", None, 0),
            attempt("b", "b-1", Some(80.0), 9),
        ];
        let eva = of(&attempts, LatePolicy::default());
        let a = eva.counted[0].as_ref().unwrap();
        assert_eq!((a.attempt.as_str(), a.points, a.attempts), ("a-1", 60.0, 3), "90 less 40 % is 54");
        let b = eva.counted[1].as_ref().unwrap();
        assert_eq!((b.points, b.earned, b.passed), (0.0, 80.0, true), "nine days are more than seven");
        assert_eq!((eva.points, eva.max_points), (60.0, 200.0));
        assert_eq!((eva.standards[0].points, eva.standards[0].max_points), (70.0, 100.0));
    }

    #[test]
    fn free_days_go_where_they_save_the_most_and_no_further() {
        let attempts = [attempt("a", "a", Some(50.0), 2), attempt("b", "b", Some(100.0), 2)];
        for (free_days, points, used) in
            [(0, 120.0, [0, 0]), (1, 130.0, [0, 1]), (3, 145.0, [1, 2]), (9, 150.0, [2, 2])]
        {
            let eva = of(&attempts, LatePolicy { free_days, ..LatePolicy::default() });
            let free: Vec<u32> = eva.counted.iter().flatten().map(|one| one.free_days).collect();
            assert_eq!((eva.points, free.as_slice()), (points, &used[..]), "{free_days}");
        }
    }

    #[test]
    fn free_days_that_save_only_together_are_used_together() {
        // 40 % a day: four days cost everything, three free ones leave one, and two days cost 80 %.
        let late = LatePolicy { percent_each_day: 40.0, ..LatePolicy::default() };
        let attempts = [attempt("a", "a", Some(100.0), 4), attempt("b", "b", Some(40.0), 2)];
        for (free_days, points, used) in
            [(1, 24.0, [0, 1]), (2, 40.0, [0, 2]), (3, 68.0, [3, 0]), (4, 108.0, [4, 0]), (9, 140.0, [4, 2])]
        {
            let eva = of(&attempts, LatePolicy { free_days, ..late });
            let free: Vec<u32> = eva.counted.iter().flatten().map(|one| one.free_days).collect();
            assert_eq!((eva.points, free.as_slice()), (points, &used[..]), "{free_days}");
        }
        let equal = [attempt("a", "a", Some(50.0), 1), attempt("b", "b", Some(50.0), 1)];
        let eva = of(&equal, LatePolicy { free_days: 1, ..late });
        assert_eq!(eva.counted[0].as_ref().unwrap().free_days, 1, "the first of equals");
    }

    #[test]
    fn a_claim_alone_makes_a_learner_without_points() {
        let most = BTreeMap::from([("a".to_owned(), 100.0)]);
        let claim = Claim { exercise: "a".to_owned(), points: 99.0 };
        let course = course(&most, &[], &[("bob".to_owned(), claim)], LatePolicy::default());
        assert_eq!((course.learners[0].points, course.learners[0].counted[0].is_none()), (0.0, true));
    }
}
