//! How the requests of a world ended: two bits for each.

/// How the requests of a world ended, by their numbers.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Outcomes {
    /// Of an open loop.
    open: Row,
    /// Of each user of a closed loop; empty in an open one.
    closed: Vec<Row>,
}

/// The outcomes of requests with consecutive numbers.
#[derive(Clone, Debug, Default)]
struct Row(Vec<u64>);

/// Requests in a word.
const PER_WORD: u32 = 32;

const WELL: u64 = 1;
const BADLY: u64 = 2;

impl Outcomes {
    /// No request has ended; `users` is how many a closed loop has, 0 in an open one.
    pub fn new(users: usize) -> Self {
        Self { open: Row::default(), closed: vec![Row::default(); users] }
    }

    /// A request has ended.
    pub fn note(&mut self, user: u32, number: u32, badly: bool) {
        let row = self.closed.get_mut(user as usize).unwrap_or(&mut self.open);
        row.set(number, if badly { BADLY } else { WELL });
    }

    /// Whether a request ended badly; `None` when it has not ended.
    pub fn of(&self, user: u32, number: u32) -> Option<bool> {
        let row = self.closed.get(user as usize).unwrap_or(&self.open);
        match row.get(number) {
            WELL => Some(false),
            BADLY => Some(true),
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
        for users in [0, 3] {
            let mut outcomes = Outcomes::new(users);
            for number in 0..200 {
                if number % 3 != 2 {
                    outcomes.note(1, number, number % 3 == 1);
                }
            }
            for number in 0..300 {
                let expected = (number < 200 && number % 3 != 2).then_some(number % 3 == 1);
                assert_eq!(outcomes.of(1, number), expected, "request {number} of {users} users");
            }
            let other = if users == 0 { Some(false) } else { None };
            assert_eq!(outcomes.of(2, 0), other, "numbers are a user's own only in a closed loop");
        }
    }
}
