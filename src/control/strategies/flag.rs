//! A flag ramp: the code goes out switched off, then the flag goes up.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::definition::{Definition, Exposure, StepList};
use crate::control::check_list::CheckList;
use crate::control::compiled_plan::CompiledPlan;
use crate::control::problems::limits::MOST_STEPS;
use crate::control::problems::responses::flagged;
use crate::control::problems::steps;
use crate::control::step::{self, Step, half};
use crate::control::{Analysis, Rolling};
use crate::engine::{Share, Span};
use crate::scenario::{Notes, Scenario};

/// The code goes out switched off, then the flag goes up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FlagRamp {
    /// How the code goes out, with the flag off. Default a rolling update.
    #[serde(default)]
    pub deploy: Rolling,
    /// A schedule of growing shares, before `steps`. Default none.
    #[serde(default)]
    pub schedule: Option<RampSchedule>,
    /// The steps of the flag, in order: `Flag`, `Pause`, `Analyse`, `Approve`. At the end the flag is on for all.
    #[serde(default)]
    pub steps: Vec<Step>,
}

impl FlagRamp {
    /// The steps of the schedule.
    fn scheduled(&self) -> Vec<Step> {
        let mut all = Vec::new();
        if let Some(schedule) = &self.schedule {
            for (index, share) in schedule.shares.iter().enumerate() {
                all.push(Step::Flag(*share));
                let is_last = index + 1 == schedule.shares.len();
                if !is_last || *share != Share::ALL {
                    all.push(Step::Pause(schedule.hold));
                    if schedule.approve {
                        all.push(Step::Approve);
                    }
                }
            }
        }
        all
    }
}

/// A schedule by which a flag goes up, with a pause after each share. The rollback is the kill switch: the flag is
/// turned off for everybody at once, and the code stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RampSchedule {
    /// The shares, growing. Default 1, 5, 10, 25, 50 and 100 % (GrowthBook ramp schedules).
    pub shares: Vec<Share>,
    /// Time from one share to the next. Default 5 m (assumed; GrowthBook leaves it to the author).
    pub hold: Span,
    /// Whether each next share needs an approval. Default no.
    pub approve: bool,
}

impl Default for RampSchedule {
    fn default() -> Self {
        let shares = [1.0, 5.0, 10.0, 25.0, 50.0, 100.0].map(Share::percent).to_vec();
        Self { shares, hold: Span::from_secs(300), approve: false }
    }
}

impl Definition for FlagRamp {
    fn compile(&self, _zones: &[String]) -> CompiledPlan {
        let mut steps = vec![Step::Roll(self.deploy.clone())];
        steps.extend(self.scheduled());
        steps.extend(self.steps.iter().cloned());
        if steps.last() != Some(&Step::Flag(Share::ALL)) {
            steps.push(Step::Flag(Share::ALL));
        }
        CompiledPlan::of_steps(steps)
    }

    fn problems(&self, notes: &mut Notes, at: &str, _beside: Option<&Analysis>, scenario: Option<&Scenario>) {
        self.deploy.check(notes, &format!("{at}.deploy"));
        flagged(notes, at, scenario);
        let list = format!("{at}.steps");
        if let Some(schedule) = &self.schedule {
            schedule.check(notes, &format!("{at}.schedule"));
        }
        if self.schedule.is_none() || !self.steps.is_empty() {
            steps::check(notes, &list, &self.steps, scenario);
        }
        for (index, step) in self.steps.iter().enumerate() {
            if !matches!(step, Step::Flag(_) | Step::Pause(_) | Step::Analyse(_) | Step::Approve) {
                let message = "allowed are Flag, Pause, Analyse and Approve: the code is out already";
                notes.error(format!("{list}[{index}]"), "wrong-step", message);
            }
        }
    }

    fn drop_analyses(&mut self) {
        self.steps = step::without_analyses(&self.steps);
    }

    fn halve_weights(&mut self) {
        let shares = self.schedule.iter_mut().flat_map(|schedule| &mut schedule.shares);
        shares.filter(|share| **share != Share::ALL).for_each(|share| *share = half(*share));
        self.steps = step::at_half_weight(&self.steps);
    }

    fn exposure(&self) -> Exposure {
        Exposure::Flag
    }

    /// The code goes out, and the schedule is run, before the steps.
    fn step_list(&self) -> Option<StepList<'_>> {
        Some(StepList { path: "strategy.steps", steps: &self.steps, before: 1 + self.scheduled().len() })
    }

    fn analyses(&self) -> Vec<(&'static str, &Analysis)> {
        Vec::new()
    }

    fn check_lists(&mut self) -> Vec<CheckList<'_>> {
        CheckList::of_steps(&mut self.steps, "strategy.steps")
    }
}

impl RampSchedule {
    fn check(&self, notes: &mut Notes, at: &str) {
        notes.length(&format!("{at}.shares"), "share", self.shares.len(), 1..=MOST_STEPS / 3);
        for (index, share) in self.shares.iter().enumerate() {
            notes.share(format!("{at}.shares[{index}]"), *share);
            if index > 0 && *share <= self.shares[index - 1] {
                let message =
                    format!("{share} is not above {} before it; a ramp only goes up", self.shares[index - 1]);
                notes.error(format!("{at}.shares[{index}]"), "out-of-range", message);
            }
        }
        if self.hold.is_zero() && !self.approve {
            let message = "nothing is held and nobody approves: the flag is on for all at once";
            notes.warning(format!("{at}.hold"), "no-effect", message);
        }
    }
}
