//! Single measures at the moments and numbers where their value changes.

mod alerts;
mod causes;
mod ways_back;

use super::super::super::sample::{fact, record};
use crate::engine::Time;
use crate::sim::{Action, Fact, Record, RolloutCommand, What, Who};

fn at(seconds: u64) -> Time {
    Time::from_secs(seconds)
}

/// The sample run with these facts beside its own.
fn with(facts: impl IntoIterator<Item = Fact>) -> Record {
    let mut run = record();
    run.facts.extend(facts);
    run
}

fn asked(seconds: u64, who: Who, command: RolloutCommand) -> Fact {
    fact(seconds, What::Asked { who, action: Action::Command(command) })
}

fn firing(seconds: u64) -> Fact {
    fact(seconds, What::AlertFiring("errors".into()))
}

fn resolved(seconds: u64, name: &str) -> Fact {
    fact(seconds, What::AlertResolved(name.into()))
}

/// Harm from 400 s to 600 s to so many users.
fn harmed(users: u64, facts: impl IntoIterator<Item = Fact>) -> Record {
    let mut run = with(facts);
    run.truth.users_harmed = users;
    (run.truth.first_harm, run.truth.last_harm) = (Some(at(400)), Some(at(600)));
    run
}
