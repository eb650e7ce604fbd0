//! Releases, compiled: their defects, and what they need of the data.

use super::AddedCalls;
use crate::engine::Time;
use crate::scenario::{Issue, Release, Scenario};
use crate::sim::Case;
use crate::sim::defects::DefectPlans;

/// A release, compiled.
#[derive(Clone, Debug)]
pub(in crate::sim) struct ReleasePlan {
    pub defects: DefectPlans,
    /// Row formats it reads, one bit each.
    pub reads: u64,
    /// Row format it writes.
    pub writes: u8,
    /// Schemas it works with, one bit each.
    pub schemas: u64,
    pub migrates_to: Option<u8>,
}

/// Compiles a release.
pub(super) fn plan_release(
    scenario: &Scenario,
    flags: &[String],
    release: &Release,
    added: &mut AddedCalls<'_>,
) -> ReleasePlan {
    let bits = |versions: &[u8]| versions.iter().fold(0u64, |all, version| all | 1 << (version & 63));
    ReleasePlan {
        defects: DefectPlans::new(scenario, flags, release, added),
        reads: bits(&release.data.reads),
        writes: release.data.writes,
        schemas: bits(&release.data.schemas),
        migrates_to: release.data.migrates_to,
    }
}

/// A release that follows others.
#[derive(Clone, Debug)]
pub(in crate::sim) struct NextRelease {
    pub name: String,
    /// From when on it may begin.
    pub at: Time,
    /// Whether it takes the place of the release before it, where that is still going out.
    pub supersedes: bool,
    /// Whether it has no defect.
    pub is_sound: bool,
    pub plan: ReleasePlan,
}

/// The releases that follow in `case`.
///
/// # Errors
/// Every name that the scenario does not know, and a flag: a train has none.
pub(super) fn following(
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
                supersedes: following.supersedes,
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
