//! Exposures: how many distinct users each pool of a split has answered.

use super::Store;
use crate::engine::Time;

/// Distinct users that each pool of the target has answered since the split last changed, as a scrape found them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exposures {
    /// From when on it can be seen.
    pub visible: Time,
    /// Users, by pool: stable, candidate, control.
    pub users: [u64; 3],
}

impl Store {
    /// Takes in what a scrape found.
    pub fn push_exposures(&mut self, exposures: Exposures) {
        self.exposures.push(exposures);
    }

    /// The users of the last scrape that is visible by `now`; `None` when users are not counted, or were not yet.
    pub fn exposures(&self, now: Time) -> Option<[u64; 3]> {
        let seen = self.exposures.iter().rev().find(|exposures| exposures.visible <= now);
        seen.map(|exposures| exposures.users)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Span;

    #[test]
    fn users_are_unknown_until_the_scrape_is_visible() {
        let mut store = Store::new(0, &[], &[], Span::ZERO);
        assert_eq!(store.exposures(Time::from_secs(100)), None);
        for (visible, count) in [(12, 5), (27, 9)] {
            store.push_exposures(Exposures { visible: Time::from_secs(visible), users: [count, 1, 0] });
        }
        assert_eq!(store.exposures(Time::from_secs(11)), None);
        assert_eq!(store.exposures(Time::from_secs(26)), Some([5, 1, 0]));
        assert_eq!(store.exposures(Time::from_secs(27)), Some([9, 1, 0]));
    }
}
