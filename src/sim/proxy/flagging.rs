//! Flags: how each is evaluated for a request, and how a change reaches the clients that evaluate it.
//!
//! With a flag service in the scenario its clients evaluate flags; without one, the proxies of the target do, and they learn
//! of flags as they learn of routes.

mod evaluating;

use crate::engine::{Span, Time};
use crate::flags::hash::{BASIS_POINTS, STRATEGY_SEED, bucket};
use crate::scenario::{Scenario, Stickiness};
use crate::sim::compiled_world::bits_of;
use crate::sim::setup::Setup;

/// How long a session lasts (assumed; web analytics count half an hour).
const SESSION: Span = Span::from_secs(1800);

/// The most bytes of a group that are hashed.
const GROUP_BYTES: usize = 80;

/// How a flag is evaluated, compiled.
#[derive(Clone, Debug)]
pub(in crate::sim) struct FlagPlan {
    /// The group and a colon.
    prefix: Vec<u8>,
    stickiness: Stickiness,
    cohorts: u64,
    /// Flags that must be on, one bit each.
    pub requires: u8,
}

/// One client of the flag service.
#[derive(Clone, Debug)]
pub(in crate::sim) struct FlagClient {
    /// Buckets of each flag that are on, as far as it knows.
    known: [u16; 8],
    /// Which state of the flag service it knows.
    version: u32,
    /// Its first poll.
    beat: Span,
    /// Never hears of a change.
    deaf: bool,
}

/// The flag service and its clients.
#[derive(Clone, Debug, Default)]
pub(in crate::sim) struct Flagging {
    clients: Vec<FlagClient>,
    /// Numbers of the clients that never hear of a change.
    pub deaf: Vec<u16>,
    /// Buckets of each flag that are on, as the service has it.
    pub state: [u16; 8],
    /// What the code ships with.
    shipped: [u16; 8],
    version: u32,
    pub down: bool,
    /// Whether some flag has been on for somebody; until then no request is asked about.
    pub ever_on: bool,
}

/// Compiles how each flag of a run is evaluated: by the plan's rule, or by user in a group of its own.
pub(in crate::sim) fn plan_flags(scenario: &Scenario, setup: &Setup, flags: &[String]) -> Vec<FlagPlan> {
    let cohorts = || scenario.clients.cohorts.iter().map(|cohort| &cohort.name);
    let plan = |name: &String| {
        let rule = setup.flag_rules.iter().find(|rule| rule.name == *name);
        let group = rule.and_then(|rule| rule.group.as_deref()).unwrap_or(name);
        let wanted = rule.map_or(&[][..], |rule| &rule.cohorts);
        let requires = rule.map_or(&[][..], |rule| &rule.requires);
        let mut prefix: Vec<u8> = group.bytes().take(GROUP_BYTES).collect();
        prefix.push(b':');
        FlagPlan {
            prefix,
            stickiness: rule.map_or(Stickiness::User, |rule| rule.stickiness),
            cohorts: if wanted.is_empty() { u64::MAX } else { bits_of(cohorts(), wanted) },
            requires: bits_of(flags.iter(), requires) as u8,
        }
    };
    flags.iter().map(plan).collect()
}

impl FlagPlan {
    /// The bucket, from 1 to 10,000: Unleash's hash of the group and what the flag sticks to.
    fn bucket(&self, user: u32, luck: u64, now: Time) -> u32 {
        let mut text = [0u8; GROUP_BYTES + 64];
        text[..self.prefix.len()].copy_from_slice(&self.prefix);
        let mut end = self.prefix.len();
        match self.stickiness {
            Stickiness::User => end = write_number(&mut text, end, u64::from(user)),
            Stickiness::Session => {
                end = write_number(&mut text, end, u64::from(user));
                text[end] = b'-';
                end = write_number(&mut text, end + 1, now.0 / SESSION.0);
            }
            Stickiness::Random => end = write_number(&mut text, end, luck),
        }
        bucket(&text[..end], BASIS_POINTS, STRATEGY_SEED)
    }
}

/// Writes a number in decimal at `from`; answers with where it ends.
fn write_number(text: &mut [u8], from: usize, number: u64) -> usize {
    let digits = number.checked_ilog10().unwrap_or(0) as usize + 1;
    let mut left = number;
    for place in (from..from + digits).rev() {
        text[place] = b'0' + (left % 10) as u8;
        left /= 10;
    }
    from + digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_that_of_the_group_and_the_user() {
        let plan = FlagPlan {
            prefix: b"new-shop:".to_vec(),
            stickiness: Stickiness::User,
            cohorts: u64::MAX,
            requires: 0,
        };
        for user in [0, 7, 10, 999, 123_456, u32::MAX] {
            let expected = bucket(format!("new-shop:{user}").as_bytes(), BASIS_POINTS, STRATEGY_SEED);
            assert_eq!(plan.bucket(user, 5, Time::ZERO), expected, "user {user}");
        }
    }
}
