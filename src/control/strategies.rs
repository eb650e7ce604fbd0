//! Strategies: how a release goes out. Each has a file of its own, and is registered here.
//!
//! To add one: write its file with a [`Definition`], and name it in the two lists and the four matches below. All other code
//! asks the compiled plan.

mod ab;
mod blue_green;
mod canary;
mod definition;
mod flag;
pub mod flagger;
mod nothing;
mod recreate;
mod rolling;
mod shadow;
mod steps;
mod waves;

pub use ab::Ab;
pub use blue_green::BlueGreen;
pub use canary::Canary;
pub use definition::{Exposure, StepList};
pub use flag::{FlagRamp, RampSchedule};
pub use flagger::Flagger;
pub use rolling::Rolling;
pub use shadow::Shadow;
pub use waves::{Wave, Waves};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::check_list::CheckList;
use super::compiled_plan::CompiledPlan;
use super::{Analysis, Step};
use crate::scenario::{Notes, Scenario};
use definition::Definition;

/// How a release goes out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Strategy {
    /// No release goes out.
    Nothing,
    /// All old instances go before the first new one comes (Kubernetes `Recreate`).
    Recreate,
    /// Instances are replaced a few at a time (Kubernetes `RollingUpdate`).
    Rolling(Rolling),
    /// A second fleet starts, is tested, and gets all users at once.
    BlueGreen(BlueGreen),
    /// A growing share of requests, step by step.
    Canary(Canary),
    /// Two groups of users for a fixed time, then a decision.
    Ab(Ab),
    /// The candidate gets copies of requests; its answers are dropped.
    Shadow(Shadow),
    /// The code goes out switched off, then the flag goes up.
    Flag(FlagRamp),
    /// A growing share of requests, checked once an interval, as Flagger does it.
    Flagger(Flagger),
    /// Zone after zone, or region after region, with a bake time between.
    Waves(Waves),
    /// Steps written out. If there is no `Promote`, one is added at the end, followed by the retirement of the stable
    /// pool after 30 s, as a canary ends in Argo Rollouts.
    Steps(Vec<Step>),
}

/// The strategies' names without their settings, as an exercise allows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, VariantArray)]
pub enum StrategyName {
    /// [`Strategy::Nothing`].
    Nothing,
    /// [`Strategy::Recreate`].
    Recreate,
    /// [`Strategy::Rolling`].
    Rolling,
    /// [`Strategy::BlueGreen`].
    BlueGreen,
    /// [`Strategy::Canary`].
    Canary,
    /// [`Strategy::Ab`].
    Ab,
    /// [`Strategy::Shadow`].
    Shadow,
    /// [`Strategy::Flag`].
    Flag,
    /// [`Strategy::Flagger`].
    Flagger,
    /// [`Strategy::Waves`].
    Waves,
    /// [`Strategy::Steps`].
    Steps,
}

impl StrategyName {
    /// Whether a plan of this strategy chooses which share of requests goes to the candidate.
    pub const fn splits_requests(self) -> bool {
        match self {
            Self::BlueGreen | Self::Canary | Self::Ab | Self::Flagger | Self::Steps => true,
            Self::Nothing | Self::Recreate | Self::Rolling | Self::Shadow | Self::Flag | Self::Waves => false,
        }
    }
}

impl Strategy {
    /// The name without the settings.
    pub const fn name(&self) -> StrategyName {
        match self {
            Self::Nothing => StrategyName::Nothing,
            Self::Recreate => StrategyName::Recreate,
            Self::Rolling(_) => StrategyName::Rolling,
            Self::BlueGreen(_) => StrategyName::BlueGreen,
            Self::Canary(_) => StrategyName::Canary,
            Self::Ab(_) => StrategyName::Ab,
            Self::Shadow(_) => StrategyName::Shadow,
            Self::Flag(_) => StrategyName::Flag,
            Self::Flagger(_) => StrategyName::Flagger,
            Self::Waves(_) => StrategyName::Waves,
            Self::Steps(_) => StrategyName::Steps,
        }
    }

    fn definition(&self) -> &dyn Definition {
        match self {
            Self::Nothing => &nothing::Nothing,
            Self::Recreate => &recreate::Recreate,
            Self::Rolling(of) => of,
            Self::BlueGreen(of) => of,
            Self::Canary(of) => of,
            Self::Ab(of) => of,
            Self::Shadow(of) => of,
            Self::Flag(of) => of,
            Self::Flagger(of) => of,
            Self::Waves(of) => of,
            Self::Steps(of) => of,
        }
    }

    fn definition_mut(&mut self) -> Option<&mut dyn Definition> {
        Some(match self {
            Self::Nothing | Self::Recreate => return None,
            Self::Rolling(of) => of,
            Self::BlueGreen(of) => of,
            Self::Canary(of) => of,
            Self::Ab(of) => of,
            Self::Shadow(of) => of,
            Self::Flag(of) => of,
            Self::Flagger(of) => of,
            Self::Waves(of) => of,
            Self::Steps(of) => of,
        })
    }

    /// The lists of checks that its author writes.
    pub(super) fn check_lists(&mut self) -> Vec<CheckList<'_>> {
        self.definition_mut().map(Definition::check_lists).unwrap_or_default()
    }

    /// The steps, the analyses beside them and the rules, in a world of these zones.
    pub(super) fn compile(&self, zones: &[String]) -> CompiledPlan {
        self.definition().compile(zones)
    }

    /// Notes the mistakes in its settings.
    pub(super) fn problems(
        &self,
        notes: &mut Notes,
        at: &str,
        beside: Option<&Analysis>,
        scenario: Option<&Scenario>,
    ) {
        self.definition().problems(notes, at, beside, scenario);
    }

    /// The same without tests and analyses, at the same pace.
    pub(super) fn without_analyses(&self) -> Self {
        let mut other = self.clone();
        if let Some(definition) = other.definition_mut() {
            definition.drop_analyses();
        }
        other
    }

    /// The same strategy with half of every share of users that it names.
    pub(super) fn at_half_weight(&self) -> Self {
        let mut other = self.clone();
        if let Some(definition) = other.definition_mut() {
            definition.halve_weights();
        }
        other
    }

    /// How users move to the candidate.
    pub fn exposure(&self) -> Exposure {
        self.definition().exposure()
    }

    /// The steps that its author writes; `None` when there is no such list.
    pub fn step_list(&self) -> Option<StepList<'_>> {
        self.definition().step_list()
    }

    /// The analyses that its author writes outside of steps, each with the field that it stands in.
    pub(super) fn analyses(&self) -> Vec<(&'static str, &Analysis)> {
        self.definition().analyses()
    }
}

#[cfg(test)]
mod tests;
