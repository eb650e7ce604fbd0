//! How the requests of a world ended: two bits for each.

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) enum Ended {
    /// Well.
    Well,
    /// It failed, or its answer was wrong or late.
    Badly {
        /// Whether the world was to blame, and luck decided whom it struck.
        by_luck: bool,
    },
}

/// How likely a request of some class goes badly.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::sim) struct Odds {
    /// By the release or by how it is shipped, 0 to 1.
    pub by_release: f64,
    /// By what happens anyway, 0 to 1.
    pub by_luck: f64,
}

/// How the requests of a world ended, by their numbers.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Outcomes {
    /// Of an open loop.
    open: Row,
    /// Of each user of a closed loop; empty in an open one.
    closed: Vec<Row>,
    /// Where requests are drawn as counts: the odds of each class in each second, and how many classes there are.
    odds: Vec<Odds>,
    classes: usize,
}

/// The outcomes of requests with consecutive numbers.
#[derive(Clone, Debug, Default)]
struct Row(Vec<u64>);

/// Requests in a word.
const PER_WORD: u32 = 32;

const WELL: u64 = 1;
const BADLY: u64 = 2;
const BY_LUCK: u64 = 3;

impl Outcomes {
    /// No request has ended; `users` is how many a closed loop has, 0 in an open one.
    pub fn new(users: usize) -> Self {
        Self { open: Row::default(), closed: vec![Row::default(); users], odds: Vec::new(), classes: 0 }
    }

    /// The odds of all classes in a second.
    pub fn note_odds(&mut self, second: u64, odds: &[Odds]) {
        self.classes = odds.len();
        self.odds.resize(second as usize * odds.len(), Odds::default());
        self.odds.extend_from_slice(odds);
    }

    /// The odds of a class in a second; `None` when they were not noted.
    pub fn odds(&self, second: u64, class: usize) -> Option<Odds> {
        self.odds.get(second as usize * self.classes + class).copied()
    }

    /// A request has ended.
    pub fn note(&mut self, user: u32, number: u32, ended: Ended) {
        let row = self.closed.get_mut(user as usize).unwrap_or(&mut self.open);
        let outcome = match ended {
            Ended::Well => WELL,
            Ended::Badly { by_luck: false } => BADLY,
            Ended::Badly { by_luck: true } => BY_LUCK,
        };
        row.set(number, outcome);
    }

    /// How a request ended; `None` when it has not ended.
    #[inline]
    pub fn of(&self, user: u32, number: u32) -> Option<Ended> {
        let row = self.closed.get(user as usize).unwrap_or(&self.open);
        match row.get(number) {
            WELL => Some(Ended::Well),
            BADLY => Some(Ended::Badly { by_luck: false }),
            BY_LUCK => Some(Ended::Badly { by_luck: true }),
            _ => None,
        }
    }
}

impl Row {
    fn set(&mut self, number: u32, outcome: u64) {
        let word = (number / PER_WORD) as usize;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= outcome << (number % PER_WORD * 2);
    }

    fn get(&self, number: u32) -> u64 {
        let word = self.0.get((number / PER_WORD) as usize).copied().unwrap_or(0);
        word >> (number % PER_WORD * 2) & 3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_request_keeps_its_own_outcome() {
        let all = [Ended::Well, Ended::Badly { by_luck: false }, Ended::Badly { by_luck: true }];
        for users in [0, 3] {
            let mut outcomes = Outcomes::new(users);
            for number in 0..200 {
                if let Some(ended) = all.get(number % 4) {
                    outcomes.note(1, number as u32, *ended);
                }
            }
            for number in 0..300 {
                let expected = all.get(number % 4).copied().filter(|_| number < 200);
                assert_eq!(outcomes.of(1, number as u32), expected, "request {number} of {users} users");
            }
            let other = if users == 0 { Some(Ended::Well) } else { None };
            assert_eq!(outcomes.of(2, 0), other, "numbers are a user's own only in a closed loop");
        }
    }
}
