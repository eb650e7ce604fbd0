//! The random streams of a run. Each belongs to one kind of thing, so that a new draw in one place shifts none elsewhere.

use crate::engine::{Chance, Stream};

/// The random streams of a run; each is a pure function of the seed.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Draws {
    pub seed: u64,
    /// Salt of the hash that keeps a user in one pool.
    pub salt: u64,
    /// All that is drawn for a request, by its number.
    pub request: Stream,
    /// Which cohort a user is in.
    pub cohort: Stream,
    /// Requests of tests.
    pub test: Stream,
    /// How long instances take to pull and start.
    pub life: Stream,
    /// When probes begin.
    pub probe: Stream,
    /// How late proxies learn.
    pub lag: Stream,
    /// When faults strike, and what.
    pub fault: Stream,
    /// How long people take.
    pub people: Stream,
    /// How late scrapes become visible.
    pub scrape: Stream,
    /// How long users of a closed loop think.
    pub think: Stream,
    /// When clients of the flag service poll, and which are disconnected.
    pub flag: Stream,
}

impl Draws {
    /// The streams of `seed`.
    pub fn new(seed: u64) -> Self {
        let chance = Chance::new(seed);
        let stream = |name| chance.stream(name, 0);
        Self {
            seed,
            salt: stream("route salt").bits(0),
            request: stream("requests"),
            cohort: stream("cohorts"),
            test: stream("tests"),
            life: stream("lives"),
            probe: stream("probes"),
            lag: stream("lags"),
            fault: stream("faults"),
            people: stream("people"),
            scrape: stream("scrapes"),
            think: stream("thinking"),
            flag: stream("flags"),
        }
    }

    /// The stream of the times at which an open loop's users ask.
    pub fn arrivals(&self) -> Stream {
        Chance::new(self.seed).stream("arrivals", 0)
    }
}
