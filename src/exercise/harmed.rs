//! Whom a run harmed: the users of each cohort, and of each region, plan and device where the cohorts tell them apart.

use crate::scenario::{Cohort, Scenario};
use crate::sim::Truth;

/// The definition of harm, shown beside every number of harmed users.
pub const MEANING: &str = "Harmed users fared worse, helped users better, than in the same world with nothing released; \
                           what would have gone wrong anyway is neither.";

/// A trait by which users are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    /// Their cohort.
    Cohort,
    /// Where they are.
    Region,
    /// What they pay for.
    Plan,
    /// What they use.
    Device,
}

/// The users harmed, by one trait.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// The trait.
    pub by: Trait,
    /// The groups, the one hit hardest first.
    pub groups: Vec<Hit>,
}

/// A group of users, and how many of them were harmed.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Its name; empty for users whose trait the scenario does not give.
    pub name: String,
    /// How many of its users were harmed.
    pub harmed: u64,
    /// How many users it has.
    pub users: u64,
}

impl Hit {
    /// Share of its users that was harmed, 0 to 1.
    pub fn share(&self) -> f64 {
        self.harmed as f64 / self.users.max(1) as f64
    }
}

/// The users harmed by each trait that tells them apart in another way than those before it; nothing where there are fewer than
/// two cohorts or nobody was harmed.
pub fn splits(truth: &Truth, scenario: &Scenario) -> Vec<Split> {
    let (harmed, users) = (&truth.harmed_by_cohort, &truth.users_by_cohort);
    let clients = &scenario.clients;
    if clients.cohorts.len() < 2 || harmed.iter().all(|count| *count == 0) {
        return Vec::new();
    }
    let of = |name: fn(&Cohort) -> &str| {
        let mut groups: Vec<Hit> = Vec::new();
        for ((cohort, users), harmed) in clients.cohorts.iter().zip(users).zip(harmed) {
            match groups.iter_mut().find(|group| group.name == name(cohort)) {
                Some(group) => (group.harmed, group.users) = (group.harmed + harmed, group.users + users),
                None => groups.push(Hit { name: name(cohort).to_owned(), harmed: *harmed, users: *users }),
            }
        }
        groups.sort_by(|a, b| b.share().total_cmp(&a.share()));
        groups
    };
    let mut all = vec![Split { by: Trait::Cohort, groups: of(|cohort| &cohort.name) }];
    let traits: [(Trait, fn(&Cohort) -> &str); 3] = [
        (Trait::Region, |cohort| &cohort.region),
        (Trait::Plan, |cohort| &cohort.plan),
        (Trait::Device, |cohort| &cohort.device),
    ];
    for (by, name) in traits {
        let groups = of(name);
        // A trait with one value makes one group, and a trait that differs in every cohort repeats the cohorts.
        if (2..clients.cohorts.len()).contains(&groups.len()) {
            all.push(Split { by, groups });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn shop(cohorts: &[(&str, f64, &str, &str)]) -> Scenario {
        let mut scenario = sample::scenario();
        let cohort = |(name, weight, region, device): &(&str, f64, &str, &str)| Cohort {
            name: (*name).to_owned(),
            weight: *weight,
            region: (*region).to_owned(),
            plan: String::new(),
            device: (*device).to_owned(),
            headers: Vec::new(),
        };
        scenario.clients.cohorts = cohorts.iter().map(cohort).collect();
        scenario
    }

    fn said(split: &Split) -> Vec<(&str, u64, u64)> {
        split.groups.iter().map(|group| (group.name.as_str(), group.harmed, group.users)).collect()
    }

    fn truth(harmed: &[u64], users: &[u64]) -> Truth {
        let mut truth = sample::record().truth;
        (truth.harmed_by_cohort, truth.users_by_cohort) = (harmed.to_vec(), users.to_vec());
        truth
    }

    #[test]
    fn the_group_hit_hardest_comes_first_whatever_its_size() {
        let scenario = shop(&[
            ("eu-web", 60.0, "eu", "web"),
            ("eu-app", 30.0, "eu", "app"),
            ("us-app", 10.0, "us", "app"),
        ]);
        let all = splits(&truth(&[60, 3, 80], &[598, 301, 101]), &scenario);
        assert_eq!(said(&all[0]), [("us-app", 80, 101), ("eu-web", 60, 598), ("eu-app", 3, 301)]);
        assert_eq!((all[1].by, said(&all[1])), (Trait::Region, vec![("us", 80, 101), ("eu", 63, 899)]));
        assert_eq!((all[2].by, said(&all[2])), (Trait::Device, vec![("app", 83, 402), ("web", 60, 598)]));
        assert_eq!(all.len(), 3, "no cohort has a plan");
        assert!((all[0].groups[0].share() - 80.0 / 101.0).abs() < 1e-9);
    }

    #[test]
    fn where_nobody_is_told_apart_or_harmed_there_is_nothing_to_say() {
        assert_eq!(splits(&truth(&[45], &[1000]), &sample::scenario()), []);
        let two = shop(&[("eu", 50.0, "eu", ""), ("us", 50.0, "us", "")]);
        assert_eq!(splits(&truth(&[0, 0], &[490, 510]), &two), []);
        assert_eq!(splits(&truth(&[1, 0], &[490, 510]), &two).len(), 1, "the region is the cohort");
    }
}
