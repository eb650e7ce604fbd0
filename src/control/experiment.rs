//! An experiment as a step: compares the candidate with a fresh group of the baseline of the same size.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Analysis;
use crate::control::problems::amounts::{amount, is_none};
use crate::control::problems::analysis;
use crate::control::problems::requests::doubling;
use crate::engine::{Amount, Share, Span};
use crate::scenario::{Notes, Scenario};
use crate::sim::Pool;
use crate::telemetry::Subject;

/// The largest share of each side: the two together cannot get more than all requests.
const HALF: Share = Share::percent(50.0);

/// The groups that an experiment starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Sides {
    /// The candidate and a fresh group of the baseline beside it (Argo Rollouts: templates with `specRef` canary and stable).
    #[default]
    Both,
    /// The candidate alone; checks that compare do so with the baseline.
    Candidate,
    /// A fresh group of the baseline alone.
    Baseline,
}

impl Sides {
    /// Its pools.
    pub(in crate::control) const fn pools(self) -> &'static [Pool] {
        match self {
            Self::Both => &[Pool::Control, Pool::Candidate],
            Self::Candidate => &[Pool::Candidate],
            Self::Baseline => &[Pool::Control],
        }
    }

    // Proofs rest on plans as they are written: a field that came later is not written where it stands at its default.
    fn is_both(&self) -> bool {
        *self == Self::Both
    }
}

/// A comparison on equal terms: a fresh group of the baseline, the control, is started beside the candidate, as large as
/// the candidate, and gets as many requests. Both sides are equally young, cold and busy; the stable pool is not (Argo
/// Rollouts `experiment` with templates of the specs `stable` and `canary`). Then both are taken down, back
/// to where the step before left the candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Experiment {
    /// Number of instances of each side; the number that the candidate already has, if that is larger. Argo Rollouts
    /// `replicas` of a template, 1.
    #[serde(default = "one")]
    pub size: Amount,
    /// The groups that are started. Default both, so that they can be compared.
    #[serde(default, skip_serializing_if = "Sides::is_both")]
    pub sides: Sides,
    /// Share of requests that each side gets, by the router. Argo Rollouts `weight` of a template, none. Without a router
    /// each side gets the share of its instances.
    #[serde(default)]
    #[schemars(extend("x-range" = "0% to 50%"))]
    pub share: Share,
    /// Share of the other requests that both sides get copies of. Default none.
    #[serde(default)]
    pub mirror: Share,
    /// Length of the comparison, from the moment when both sides are ready and have their requests; a promotion by hand ends it sooner.
    /// Argo Rollouts `duration`.
    #[serde(rename = "for")]
    #[schemars(extend("x-range" = "more than 0s"))]
    pub lasts: Span,
    /// Checks that compare the two sides meanwhile; a failure aborts the rollout. They compare with the control unless
    /// `against` names another. Default nothing.
    #[serde(default)]
    pub analysis: Option<Analysis>,
}

fn one() -> Amount {
    Amount::Count(1)
}

impl Experiment {
    /// The length of an experiment that stands until somebody ends it, by a promotion (Argo Rollouts, an experiment without a
    /// `duration`).
    pub const UNTIL_ENDED: Span = Span::from_secs(365 * 86_400);

    /// Sets the default of `against` in each check, and the length of the analysis.
    pub(in crate::control) fn settle(&mut self) {
        let Some(analysis) = &mut self.analysis else { return };
        analysis.lasts = Some(self.lasts);
        if self.sides == Sides::Candidate {
            return;
        }
        for check in &mut analysis.checks {
            check.against.get_or_insert(Subject::Control);
        }
    }

    /// Notes what is wrong with settings that stand at `at`.
    pub(in crate::control) fn check(&self, notes: &mut Notes, at: &str, scenario: Option<&Scenario>) {
        amount(notes, format!("{at}.size"), self.size);
        if is_none(self.size) {
            notes.error(
                format!("{at}.size"),
                "out-of-range",
                "found 0; each side needs one instance at least",
            );
        }
        notes.within(format!("{at}.share"), self.share, Share::ZERO..=HALF);
        notes.share(format!("{at}.mirror"), self.mirror);
        notes.some_time(format!("{at}.for"), self.lasts);
        if self.mirror > Share::ZERO {
            doubling(notes, &format!("{at}.mirror"), &[], scenario);
        }
        let Some(analysis) = &self.analysis else { return };
        let at = format!("{at}.analysis");
        analysis::checks(notes, &at, analysis, scenario);
        if analysis.lasts.is_some() {
            let message = "it runs as long as the experiment; leave `for` out";
            notes.warning(format!("{at}.for"), "no-effect", message);
        }
        let mut settled = self.clone();
        settled.settle();
        for (index, check) in settled.analysis.iter().flat_map(|analysis| &analysis.checks).enumerate() {
            analysis::in_time(notes, &format!("{at}.checks[{index}]"), check, self.lasts);
        }
    }
}
