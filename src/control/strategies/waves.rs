//! Staged waves, as a learner writes them: zone after zone, with a bake time between.

use serde::{Deserialize, Serialize};

use crate::control::{Analysis, Rolling, Step};
use crate::engine::Span;

/// A release that goes out zone after zone, so that a bad one is held to the zones it has reached, and the others can take
/// the users (Azure safe deployment practices, AWS one zone at a time). Going back is one rolling update over all zones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Waves {
    /// Names of the zones of each wave, in order; a region is the list of its zones. Default each zone of the scenario is
    /// a wave of its own, in the scenario's order.
    pub waves: Vec<Vec<String>>,
    /// How the instances of a wave are replaced; shares are of the wave's instances. Default a rolling update.
    pub deploy: Rolling,
    /// How long each wave is left alone before the next. Default 10 m (assumed; upstream leaves it to the author).
    pub bake: Span,
    /// Judges the candidate while each wave bakes; failing aborts. Default nothing.
    pub analysis: Option<Analysis>,
    /// Whether somebody must approve each next wave. Default no.
    pub approve: bool,
}

impl Default for Waves {
    fn default() -> Self {
        Self {
            waves: Vec::new(),
            deploy: Rolling::default(),
            bake: Span::from_secs(600),
            analysis: None,
            approve: false,
        }
    }
}

/// One wave: the instances of some zones.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wave {
    /// Names of the zones. Default all.
    pub zones: Vec<String>,
    /// How the instances are replaced; shares are of the instances in these zones. Default a rolling update.
    pub deploy: Rolling,
}

impl Waves {
    /// The steps, in a world of these zones: each wave, and after it the bake. After the last there is nothing to wait for
    /// but an analysis.
    pub fn written_out(&self, zones: &[String]) -> Vec<Step> {
        let each = || zones.iter().map(|zone| vec![zone.clone()]).collect::<Vec<_>>();
        let mut waves = if self.waves.is_empty() { each() } else { self.waves.clone() };
        if waves.is_empty() {
            waves.push(Vec::new());
        }
        let count = waves.len();
        let mut steps = Vec::new();
        for (index, zones) in waves.into_iter().enumerate() {
            steps.push(Step::Wave(Wave { zones, deploy: self.deploy.clone() }));
            let is_last = index + 1 == count;
            match &self.analysis {
                Some(analysis) => {
                    steps.push(Step::Analyse(Analysis { lasts: Some(self.bake), ..analysis.clone() }));
                }
                None if !is_last => steps.push(Step::Pause(self.bake)),
                None => {}
            }
            if self.approve && !is_last {
                steps.push(Step::Approve);
            }
        }
        steps
    }
}
