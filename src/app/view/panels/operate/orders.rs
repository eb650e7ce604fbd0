//! The state of the rollout in words, and the lines of a runbook as actions.

use crate::app::model::run::Run;
use crate::app::model::snapshot::Snapshot;
use crate::app::texts::{t, tf};
use crate::control::Response;
use crate::engine::{Amount, Time};
use crate::sim::{ManualAction, RolloutPhase};

/// The state of the rollout, and what can be done in it.
pub fn stands(view: &Snapshot, run: &Run) -> String {
    if view.is_over() {
        return t("operate.over").to_owned();
    }
    match view.phase {
        RolloutPhase::NotStarted => {
            tf("operate.not_started", &[&Time(run.case.1.world(&run.scenario).release_at.0)])
        }
        RolloutPhase::InProgress => t("operate.in_progress").to_owned(),
        RolloutPhase::Paused => t("operate.paused").to_owned(),
        RolloutPhase::RollingBack => t("operate.rolling_back").to_owned(),
        RolloutPhase::Completed => t("operate.completed").to_owned(),
        RolloutPhase::RolledBack => t("operate.rolled_back").to_owned(),
        RolloutPhase::Failed => t("operate.failed").to_owned(),
    }
}

/// A line of a runbook as an action by hand in a fleet of `replicas`; `None` when only the pager does it.
pub fn by_hand(response: &Response, replicas: u32) -> Option<ManualAction> {
    Some(match response {
        Response::Abort | Response::Pause | Response::KillFlag => ManualAction::Command(response.command()?),
        Response::Page => return None,
        Response::Scale(Amount::Count(count)) => ManualAction::Resize { to: *count },
        Response::Scale(Amount::Share(share)) => {
            ManualAction::Resize { to: (f64::from(replicas) * share.fraction()).ceil() as u32 }
        }
        Response::OpenBreaker(to) => ManualAction::OpenBreaker { to: to.clone(), open: true },
        Response::Shed(share) => ManualAction::Shed { share: *share },
    })
}
