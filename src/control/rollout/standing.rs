//! How a rollout stands: how far the candidate has come, and what its checks have found.

use super::{BackgroundState, Rollout, Run};
use crate::control::analysis::results::{CheckResults, Place};
use crate::control::compiled_plan::RollbackMethod;
use crate::engine::Share;
use crate::sim::{CheckProgress, CheckState, Observation, Pool, PoolView};

impl Rollout {
    /// How far the candidate has come when the steps are done: not every plan ends with all users on it.
    pub(super) fn reached(&self, seen: &Observation<'_>) -> String {
        let rules = &self.spec.compiled.rules;
        if rules.back == RollbackMethod::Flag
            && let (Some(flag), Some(share)) = (&rules.flag, self.orders.flag)
        {
            let heard = if seen.disconnected.is_empty() { "" } else { ", where clients hear of it" };
            return format!("flag {flag} is on for {share} of users{heard}");
        }
        let candidate = Pool::Candidate.index();
        let (part, whole) = match seen.weights {
            Some(weights) => (weights[candidate], weights.iter().sum::<u32>()),
            None => (seen.pools[candidate].ready(), seen.pools.iter().map(PoolView::ready).sum()),
        };
        if part == whole {
            return "all requests go to the candidate".to_owned();
        }
        let share = Share::percent((f64::from(part) / f64::from(whole.max(1)) * 1_000.0).round() / 10.0);
        format!("its steps are done: {share} of the requests go to the candidate")
    }

    /// The state of the checks of the plan; while the rollout goes back by the steps no check is measured.
    pub(super) fn checks(&self) -> Vec<CheckProgress> {
        let runs = |place| match place {
            Place::Step(at) => matches!(&self.run, Run::Forward(run) if run.at() == at),
            Place::Background(index) => {
                matches!(self.background.get(index), Some(BackgroundState::Running(_)))
            }
        };
        if self.undoing {
            let left = CheckProgress { state: CheckState::Left, ..CheckProgress::default() };
            let of_plan = CheckResults::default().of(&self.spec.compiled, runs);
            return vec![left; of_plan.len()];
        }
        self.results.of(&self.spec.compiled, runs)
    }
}
