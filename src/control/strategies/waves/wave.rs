//! One wave, which is a step: a rolling update within some zones.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::control::Rolling;
use crate::scenario::{Notes, Scenario};

/// One wave: the instances of some zones.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Wave {
    /// Names of the zones. Default all.
    pub zones: Vec<String>,
    /// How the instances are replaced; shares are of the instances in these zones. Default a rolling update.
    pub deploy: Rolling,
}

impl Wave {
    /// Notes what is wrong with a wave that stands at `at`.
    pub(in crate::control) fn check(&self, notes: &mut Notes, at: &str, scenario: Option<&Scenario>) {
        self.deploy.check(notes, &format!("{at}.deploy"));
        known(notes, &format!("{at}.zones"), &self.zones, scenario);
    }
}

/// Notes zones that the scenario does not have, in the list at `at`.
pub(super) fn known(notes: &mut Notes, at: &str, zones: &[String], scenario: Option<&Scenario>) {
    let Some(scenario) = scenario else { return };
    for (place, zone) in zones.iter().enumerate() {
        let names = scenario.zones.iter().map(String::as_str);
        notes.known(format!("{at}[{place}]"), "zone", zone, names);
    }
}
