//! The releases that follow one another in a case, compiled.

use super::CompiledWorld;
use super::release::{AddedCalls, ReleasePlan, plan_release};
use crate::engine::Time;
use crate::scenario::{Issue, Scenario};
use crate::sim::Case;

/// A release that follows others.
#[derive(Clone, Debug)]
pub(in crate::sim) struct NextRelease {
    pub name: String,
    /// From when on it may begin.
    pub at: Time,
    /// Whether it has no defect.
    pub is_sound: bool,
    plan: ReleasePlan,
}

/// The releases that follow in `case`.
///
/// # Errors
/// Every name that the scenario does not know, and a flag: a train has none.
pub(super) fn of_case(
    scenario: &Scenario,
    case: &Case,
    flags: &[String],
    added: &mut AddedCalls<'_>,
) -> Result<Vec<NextRelease>, Vec<Issue>> {
    let (mut train, mut issues) = (Vec::new(), Vec::new());
    for (index, following) in case.then.iter().enumerate() {
        let path = format!("then[{index}].release");
        match scenario.release(&following.release) {
            Some(release) if release.flag.is_none() => train.push(NextRelease {
                name: release.name.clone(),
                at: Time::ZERO + following.at,
                is_sound: release.defects.is_empty(),
                plan: plan_release(scenario, flags, release, added),
            }),
            Some(_) => {
                let message = "it is behind a flag; releases that follow others have none";
                issues.push(Issue::error(path, "flag-in-train", message));
            }
            None => {
                let known = scenario.releases.iter().map(|release| release.name.as_str());
                issues.push(Issue::unknown(path, "release", &following.release, known));
            }
        }
    }
    if issues.is_empty() { Ok(train) } else { Err(issues) }
}

impl CompiledWorld {
    /// Puts the release at `place` of the train into the candidate pool, from `now` on. `promoted` says that the candidate before it
    /// is the baseline now.
    pub fn begin_next(&mut self, place: usize, promoted: bool, now: Time) {
        if promoted {
            self.releases[0] = self.releases[1].clone();
            self.releases[2] = self.releases[1].clone();
            self.baseline = self.candidate.clone();
        }
        let next = &self.train[place];
        self.releases[1] = next.plan.clone();
        self.candidate = next.name.clone();
        self.is_sound = next.is_sound;
        self.release_at = now;
    }
}
