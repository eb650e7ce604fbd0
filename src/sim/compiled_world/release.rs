//! Releases, compiled: their defects, and what they need of the data.

use super::{CallBook, CallPlan, position};
use crate::engine::{Share, Span, Time, draws_of};
use crate::scenario::{Issue, Release, Scenario};
use crate::sim::Case;
use crate::sim::defects::DefectPlans;

/// Timeout of a call that a defect adds to a service not called otherwise (Envoy route timeout).
const ADDED_CALL_TIMEOUT: Span = Span::from_secs(15);

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

/// What a call that a defect adds is compiled with.
pub(in crate::sim) struct AddedCalls<'a> {
    /// The target's own calls.
    pub calls: Vec<CallPlan>,
    /// What calls have in common.
    pub book: &'a mut CallBook,
}

impl AddedCalls<'_> {
    /// A call to `to`, made by every request: as the target makes it otherwise, or else with the default timeout.
    pub fn plan(&mut self, scenario: &Scenario, to: &str) -> CallPlan {
        let to = position(scenario, to);
        let known = self.calls.iter().find(|call| call.to == to).copied();
        let call = known.unwrap_or_else(|| self.book.plain(to, ADDED_CALL_TIMEOUT));
        CallPlan { made_by: draws_of(Share::ALL), ..call }
    }
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

/// The positions of `wanted` among `names`, as bits.
pub(in crate::sim) fn bits_of<'a>(names: impl Iterator<Item = &'a String>, wanted: &[String]) -> u64 {
    names.zip(0..64).filter(|(name, _)| wanted.contains(name)).fold(0, |all, (_, bit)| all | 1 << bit)
}
