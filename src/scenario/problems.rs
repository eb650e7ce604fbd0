//! Validation of scenarios: all mistakes are found together.

mod clients;
mod cost;
mod faults;
mod flagging;
mod fluid;
mod graph;
mod instances;
mod load;
mod notes;
mod releases;
mod resilience;
mod services;
mod traffic;
mod upstream;
mod watching;

#[cfg(test)]
mod tests;

pub use cost::RunCost;
pub use instances::MOST_INSTANCES;
pub(crate) use notes::Notes;

use super::{FORMAT, Issue, Scenario};
use crate::engine::Span;

/// The longest run, 30 days.
const LONGEST_RUN: Span = Span::from_secs(30 * 86_400);

impl Scenario {
    /// Requests a second that reach the target at the peak of a traffic shape, the first one unless another is named; retries
    /// are not among them. Expects a scenario without problems.
    pub fn target_peak(&self, traffic: Option<&str>) -> f64 {
        let named = traffic.and_then(|name| self.traffic.iter().find(|traffic| traffic.name == name));
        named.or(self.traffic.first()).map_or(0.0, |traffic| load::target_peak(self, &traffic.shape))
    }

    /// Everything wrong with this scenario; empty when it can be simulated.
    pub fn problems(&self) -> Vec<Issue> {
        let mut notes = Notes::default();
        the_whole(&mut notes, self);
        services::check(&mut notes, self);
        graph::check(&mut notes, self);
        clients::check(&mut notes, self);
        traffic::check(&mut notes, self);
        releases::check(&mut notes, self);
        faults::check(&mut notes, self);
        flagging::check(&mut notes, self);
        watching::check(&mut notes, self);
        // The cost of a run can be computed only for a valid scenario.
        if !notes.has_errors() {
            fluid::check(&mut notes, self);
            load::check(&mut notes, self);
        }
        notes.into_issues()
    }
}

/// The fields at the file's top.
fn the_whole(notes: &mut Notes, scenario: &Scenario) {
    if scenario.format != FORMAT {
        let message = format!("found format {}; this build reads format {FORMAT}", scenario.format);
        notes.error("format", "wrong-format", message);
    }
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    if scenario.id.is_empty() || scenario.id.len() > 64 || !scenario.id.chars().all(plain) {
        let found: String = scenario.id.chars().take(64).collect();
        let message = format!("found \"{found}\"; an id has 1 to 64 characters of a-z, 0-9, _ and -");
        notes.error("id", "bad-name", message);
    }
    if scenario.title.trim().is_empty() {
        notes.error("title", "empty", "a scenario needs a title: one line that says what it is");
    }
    if scenario.horizon.is_zero() || scenario.horizon > LONGEST_RUN {
        let message = format!("found {}; a run lasts more than 0s, up to {LONGEST_RUN}", scenario.horizon);
        notes.error("horizon", "out-of-range", message);
    }
    if scenario.release_at >= scenario.horizon {
        let message = format!(
            "the release may begin at {}, but the run ends at {}; begin earlier or run longer",
            scenario.release_at, scenario.horizon
        );
        notes.error("release_at", "out-of-range", message);
    }
    notes.length("zones", "zone", scenario.zones.len(), 1..=32);
    notes.names("zones", "", "zone", scenario.zones.iter().map(String::as_str));
}
