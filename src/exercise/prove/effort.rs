//! How much a proof tries.

/// How much is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Sets of secret seeds at most, 1 or more.
    pub sets: u32,
    /// Number of seeds for a case of weight 1; default the exercise's own number.
    pub seeds: Option<u32>,
    /// Random plans.
    pub random: u32,
    /// Steps of the climb from the starter.
    pub climb: u32,
}

impl Default for Effort {
    /// Twenty sets, 200 random plans, 40 steps.
    fn default() -> Self {
        Self { sets: 20, seeds: None, random: 200, climb: 40 }
    }
}
