//! A crowd: users of whom only it is known how many requests were harmed, and which part of the users sent them.
//!
//! A part of a cohort is a stretch of its users between 0 and 1, in the order in which a route takes them in: whoever comes to the
//! candidate at a small weight stays there at a larger one. Within the part of a count each request comes from any user alike, so that of
//! `n` users who together had `k` such requests, a user has had none with chance `(1 - 1/n)^k`, which is `exp(-k/n)` (occupancy; Feller,
//! An Introduction to Probability Theory, volume 1, IV.2). So users are expected numbers here, rounded.

use crate::engine::stats::normal;

/// What is counted of a user's requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) enum Lot {
    /// Harmed by the release.
    Harmed,
    /// Harmed by luck.
    Unlucky,
    /// Helped by the release.
    Helped,
    /// Helped by luck.
    Lucky,
    /// Failed, for any cause.
    Failed,
}

/// How many lots there are.
const LOTS: usize = 5;

/// The users of one cohort.
#[derive(Clone, Debug)]
struct Cohort {
    users: f64,
    /// Upper ends of stretches of users, the last one 1, and how many requests of each lot a user in it had on average.
    stretches: Vec<(f64, [f64; LOTS])>,
}

/// The users of a run whose requests are drawn as counts; none where each request is simulated.
#[derive(Clone, Debug, Default)]
pub(in crate::sim) struct Crowd {
    cohorts: Vec<Cohort>,
}

impl Crowd {
    /// Cohorts of so many users to whom nothing has happened.
    pub fn new(users_by_cohort: &[u64]) -> Self {
        let cohort = |users: &u64| Cohort { users: *users as f64, stretches: vec![(1.0, [0.0; LOTS])] };
        Self { cohorts: users_by_cohort.iter().map(cohort).collect() }
    }

    /// Requests of users of a cohort, those between two places, had this lot.
    pub fn add(&mut self, cohort: usize, lot: Lot, count: u64, (from, to): (f64, f64)) {
        let Some(cohort) = self.cohorts.get_mut(cohort) else { return };
        let (from, to) = (from.clamp(0.0, 1.0), to.clamp(0.0, 1.0));
        let among = cohort.users * (to - from);
        if count == 0 || among <= 0.0 {
            return;
        }
        cohort.cut(from);
        cohort.cut(to);
        let each = count as f64 / among;
        let mut begins = 0.0;
        for (ends, lots) in &mut cohort.stretches {
            if begins >= from && *ends <= to {
                lots[lot as usize] += each;
            }
            begins = *ends;
        }
    }

    /// Of each cohort the users who were harmed, and those who were helped, in requests harmed less requests helped; those who changed
    /// places with others by luck are neither.
    pub fn harmed_and_helped(&self) -> Vec<(u64, u64)> {
        let of = |cohort: &Cohort| {
            let [harmed, all_harmed, helped, all_helped] = cohort.sums(|lots| {
                let [bad, unlucky, good, lucky, _] = *lots;
                [
                    more(bad, good),
                    more(bad + unlucky, good + lucky),
                    more(good, bad),
                    more(good + lucky, bad + unlucky),
                ]
            });
            let by_luck = [all_harmed - harmed, all_helped - helped].map(|users| users.max(0.0));
            let [unlucky, lucky] = by_luck;
            let rounded = |users: f64| (users + 0.5) as u64;
            (rounded(harmed + (unlucky - lucky).max(0.0)), rounded(helped + (lucky - unlucky).max(0.0)))
        };
        self.cohorts.iter().map(of).collect()
    }

    /// How many users had a failed request.
    pub fn failed(&self) -> u64 {
        let of = |cohort: &Cohort| cohort.sums(|lots| [more(lots[Lot::Failed as usize], 0.0)])[0];
        self.cohorts.iter().map(|cohort| (of(cohort) + 0.5) as u64).sum()
    }
}

impl Cohort {
    /// Makes `at` the end of a stretch.
    fn cut(&mut self, at: f64) {
        let place = self.stretches.partition_point(|(ends, _)| *ends < at);
        if at > 0.0 && self.stretches.get(place).is_some_and(|(ends, _)| *ends > at) {
            let lots = self.stretches[place].1;
            self.stretches.insert(place, (at, lots));
        }
    }

    /// The users for whom something holds, by its chances for a user with these lots.
    fn sums<const N: usize>(&self, chances: impl Fn(&[f64; LOTS]) -> [f64; N]) -> [f64; N] {
        let (mut sums, mut begins) = ([0.0; N], 0.0);
        for (ends, lots) in &self.stretches {
            let users = self.users * (ends - begins);
            for (sum, chance) in sums.iter_mut().zip(chances(lots)) {
                *sum += users * chance;
            }
            begins = *ends;
        }
        sums
    }
}

/// The chance that a Poisson count of mean `these` is greater than another of mean `those`.
fn more(these: f64, those: f64) -> f64 {
    if these <= 0.0 {
        return 0.0;
    }
    if those <= 0.0 {
        return -libm::expm1(-these);
    }
    if these + those > 100.0 {
        return normal::above((0.5 - (these - those)) / libm::sqrt(these + those));
    }
    // Sums the chances that the other count is some number, and this one is above it.
    let (mut other, mut own) = (libm::exp(-those), libm::exp(-these));
    let (mut above, mut sum) = (1.0 - own, 0.0);
    for count in 0..400 {
        sum += other * above.max(0.0);
        let next = f64::from(count) + 1.0;
        other *= those / next;
        own *= these / next;
        above -= own;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_those_who_sent_some_of_the_requests() {
        let mut crowd = Crowd::new(&[1_000, 500]);
        crowd.add(0, Lot::Harmed, 1_000, (0.0, 1.0));
        crowd.add(1, Lot::Failed, 10_000, (0.0, 0.1));
        // 1 - 1/e of a thousand; all of the tenth that was asked.
        assert_eq!(crowd.harmed_and_helped(), [(632, 0), (0, 0)]);
        assert_eq!(crowd.failed(), 50);
    }

    #[test]
    fn the_same_users_are_harmed_again_and_not_others() {
        let mut sticky = Crowd::new(&[1_000]);
        let mut any = Crowd::new(&[1_000]);
        for weight in [0.05, 0.05, 0.1] {
            sticky.add(0, Lot::Harmed, 500, (0.0, weight));
            any.add(0, Lot::Harmed, 500, (0.0, 1.0));
        }
        let [sticky, any] = [sticky, any].map(|crowd| crowd.harmed_and_helped()[0].0);
        assert!((99..=100).contains(&sticky) && any == 777, "{sticky} {any}");
    }

    #[test]
    fn who_changes_places_by_luck_is_neither_harmed_nor_helped() {
        let mut crowd = Crowd::new(&[10_000]);
        crowd.add(0, Lot::Unlucky, 300, (0.0, 1.0));
        crowd.add(0, Lot::Lucky, 300, (0.0, 1.0));
        assert_eq!(crowd.harmed_and_helped(), [(0, 0)]);
        crowd.add(0, Lot::Unlucky, 200, (0.0, 1.0));
        assert!((190..=200).contains(&crowd.harmed_and_helped()[0].0), "{:?}", crowd.harmed_and_helped());
    }

    #[test]
    fn a_difference_of_counts_is_the_same_summed_and_as_a_normal_one() {
        assert!((more(3.0, 0.0) - (1.0 - libm::exp(-3.0))).abs() < 1e-12);
        // Of two equal laws each is greater as often; both are equal in the rest.
        let equal: f64 = (0..60)
            .fold((libm::exp(-8.0), 0.0), |(chance, sum), count| {
                (chance * 16.0 / ((f64::from(count) + 1.0) * (f64::from(count) + 1.0)), sum + chance)
            })
            .1;
        assert!((more(4.0, 4.0) - (1.0 - equal) / 2.0).abs() < 1e-9);
        assert!((more(60.0, 39.9) - more(60.0, 40.1)).abs() < 0.01);
    }
}
