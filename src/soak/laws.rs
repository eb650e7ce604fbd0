//! The laws that hold in every run, by the numbers of `ARCHITECTURE.md`. Each sees the facts and the record of a run and nothing else.

mod again;
mod alerts;
mod life;
mod requests;
mod rollout;
mod switches;
#[cfg(test)]
mod tests;

use super::seen::Seen;

/// A law.
#[derive(Clone, Copy, Debug)]
pub struct Law {
    /// Name, unique, as the command line shows it.
    pub name: &'static str,
    /// Number in `ARCHITECTURE.md`.
    pub number: u32,
    /// What it says.
    pub says: &'static str,
    /// Whether it takes further runs.
    pub runs_again: bool,
    /// Holds it against a run; what was found when it does not hold.
    pub holds: fn(&Seen<'_>) -> Result<(), String>,
}

const fn law(
    name: &'static str,
    number: u32,
    says: &'static str,
    holds: fn(&Seen<'_>) -> Result<(), String>,
) -> Law {
    Law { name, number, says, runs_again: false, holds }
}

const fn again(
    name: &'static str,
    number: u32,
    says: &'static str,
    holds: fn(&Seen<'_>) -> Result<(), String>,
) -> Law {
    Law { name, number, says, runs_again: true, holds }
}

/// All laws.
pub const LAWS: [Law; 22] = [
    law("requests", 1, "every request of a user ended once or is in flight", requests::conserved),
    law("causes", 1, "every failed request has one cause", requests::caused),
    law("latencies", 10, "every success has one latency, and it ended within the run", requests::timed),
    law("harm", 46, "harm is told in whole users, each in one cohort", requests::harmed),
    law("order", 42, "facts are in the order of time, within the run", requests::in_order),
    law(
        "instances",
        3,
        "instances change state only as allowed, and nothing follows the end of one",
        life::legal,
    ),
    law("existence", 3, "no more instances are gone than were launched", life::counted),
    law("weights", 4, "the weights of a route sum to the whole", rollout::weights),
    law(
        "phases",
        33,
        "phases of a rollout follow each other as allowed, and a pause has a reason",
        rollout::phases,
    ),
    law("returned", 30, "nobody is sent to the candidate once the rollout is back", rollout::returned),
    law("surge", 28, "a rolling update keeps to max_surge", rollout::surge),
    law(
        "no way back",
        32,
        "the way back is lost once, and only by a release that writes other data",
        rollout::lost_once,
    ),
    law(
        "alerts",
        38,
        "an alert is pending before it fires, for as long as it says, and resolved after",
        alerts::alternate,
    ),
    law(
        "pages",
        40,
        "somebody is paged after an alert, acknowledges after the page, and diagnoses after that",
        alerts::people,
    ),
    law("triggers", 40, "an automatic response follows an alert that fires", alerts::triggers),
    law("faults", 3, "no more strikes of a fault end than began", switches::faults),
    law("breakers", 25, "a breaker closes no oftener than it opened", switches::breakers),
    law(
        "ejections",
        24,
        "a ready host is taken back no oftener than it was left out; panic begins and ends in turn",
        switches::ejections,
    ),
    again("same again", 42, "the same run gives the same facts", again::same),
    again("cut", 42, "a run that is cut and rewound gives the same facts", again::cut),
    again("nothing", 46, "a plan that does nothing harms and helps nobody", again::nothing),
    again("no defect", 16, "a defect with probability 0 is no defect", again::no_defect),
];
