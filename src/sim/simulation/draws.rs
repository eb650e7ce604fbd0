//! The random streams of a run. Every draw belongs to a thing: an instance's life, a request, a page, a fault's strike.
//!
//! A thing is found by its name and by which of its kind it is, never by a count over all things. So what is added
//! elsewhere (a service, a fault, an alert, an action) changes no other thing's draws.

use crate::engine::{Chance, Stream};

/// The random streams of a run; each is a pure function of the seed.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Draws {
    pub seed: u64,
    /// Salt of the hash that keeps a user in one pool.
    pub salt: u64,
    /// All that is drawn for a request, by its number; in a closed loop by its user and that user's count.
    pub request: Stream,
    /// Which cohort a user is in, by the user.
    pub cohort: Stream,
    /// Whether a user is missing from an experiment's count, by the user.
    pub exposure: Stream,
    /// Requests of tests: by the test's pool, when it began, and the request's number.
    pub test: Stream,
    /// What instances draw: by service, pool, and which of the pool's it is in order of launch.
    pub instance: Stream,
    /// How late proxies learn what is sent to all of them: by what it is, when, and the proxy.
    pub update: Stream,
    /// When faults strike, and whom: by the fault's name.
    pub fault: Stream,
    /// How long people take for pages: by the alerts that a page names, and which page of these it is.
    pub page: Stream,
    /// How long people take to act: by the person, when they were asked, and which order of that moment it is.
    pub order: Stream,
    /// How late scrapes become visible: by service, pool or part, and when.
    pub scrape: Stream,
    /// How old the answers in a shared cache are at the start: by calling service, call and key.
    pub cache: Stream,
    /// How long users of a closed loop think: by the user and that user's count.
    pub think: Stream,
    /// When clients of the flag service poll, and which are disconnected: by the client.
    pub flag: Stream,
    /// Requests that are drawn as counts: by tick, class and pool.
    pub fluid: Stream,
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
            exposure: stream("exposures"),
            test: stream("tests"),
            instance: stream("instances"),
            update: stream("updates"),
            fault: stream("faults"),
            page: stream("pages"),
            order: stream("orders"),
            scrape: stream("scrapes"),
            cache: stream("caches"),
            think: stream("thinking"),
            flag: stream("flags"),
            fluid: stream("fluid"),
        }
    }

    /// The stream of the times at which an open loop's users ask.
    pub fn arrivals(&self) -> Stream {
        Chance::new(self.seed).stream("arrivals", 0)
    }
}

/// The low bits of a [`key_of`] that are zero: a purpose of up to so many bits may be added to it.
const PURPOSE_BITS: u32 = 24;

/// The number by which draws know a thing that has a name: a hash of the name whose low 24 bits are zero, so that the number
/// of a purpose can be added. The same in every run.
pub(in crate::sim) const fn key_of(name: &str) -> u64 {
    Chance::new(0).stream(name, 0).bits(0) >> PURPOSE_BITS << PURPOSE_BITS
}
