//! Steps: all strategies compile to them, and the author of a canary writes them.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check_list::CheckList;
use super::{Analysis, Check, Experiment, Flagger, Rolling, SmokeTest, Wave};
use crate::engine::{Amount, Share, Span};
use crate::sim::{KindMatch, MatchRule};

/// One step. All strategies compile to these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Step {
    /// Scale the candidate to this number of instances, or to the number that can serve this share of the requests, and
    /// wait until they are ready; from then on its size does not follow its weight (`setCanaryScale` with `replicas`, or
    /// `weight`).
    Scale(Amount),
    /// Let the candidate's size follow its weight again, after `Scale` (`setCanaryScale` with `matchTrafficWeight`).
    FollowWeight,
    /// Send this share of requests to the candidate, after scaling it to match unless `Scale` has fixed its size (`setWeight`).
    Weight(Share),
    /// Send the requests that match to the candidate, whatever the weight, after scaling it to at least one instance
    /// (`setHeaderRoute`).
    Match(Vec<MatchRule>),
    /// Send the candidate copies of this share of requests, after scaling it to match unless `Scale` has fixed its size
    /// (`setMirrorRoute`).
    Mirror(Share),
    /// As `Mirror`, but of some kinds of requests alone (`setMirrorRoute` with a `match` on method and path).
    Copy(Copies),
    /// Replace the instances a few at a time, by a rolling update; requests then go to all instances alike.
    Roll(Rolling),
    /// Turn the release's flag on for this share of users.
    Flag(Share),
    /// Wait this long.
    Pause(Span),
    /// Wait for an approval.
    Approve,
    /// Send test requests to the candidate; too many failures abort the rollout.
    Test(SmokeTest),
    /// Run an analysis; a failure aborts the rollout, an inconclusive result pauses it.
    Analyse(Analysis),
    /// Replace the instances in some zones, by a rolling update that stays within them.
    Wave(Wave),
    /// Compare the candidate with a fresh group of the baseline of the same size, then take both down (`experiment`).
    Experiment(Experiment),
    /// Move requests to the candidate tick by tick, as long as checks pass, by Flagger's rules.
    Progress(Flagger),
    /// Promote the candidate: full size, all requests.
    Promote,
    /// Remove the stable pool after this time, and wait until it is gone.
    Retire(Span),
}

/// Copies of some kinds of requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Copies {
    /// The share of them that is copied.
    #[schemars(extend("x-range" = "0% to 100%"))]
    pub share: Share,
    /// The kinds; one of these has to hold.
    pub kinds: Vec<KindMatch>,
}

/// The properties of a step for code that does not run it. Each step is described once, in [`Step::traits`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct StepTraits<'a> {
    /// Whether it decides where the router sends requests.
    pub routes: bool,
    /// Whether it needs a router.
    pub takes_router: bool,
    /// Its rolling update, if it is one.
    pub rolling: Option<&'a Rolling>,
    /// Whether time passes during the step, so that a background analysis measures its split of the requests.
    pub waits: bool,
    /// The least time that it waits when all goes well. The start of instances and an approval take an unknown time and
    /// count as 0.
    pub least_time: Span,
    /// The analysis that runs during the step.
    pub analysis: Option<&'a Analysis>,
    /// Whether it finishes the release: all users or all instances change over. A full promotion does not skip it.
    pub finishes: bool,
}

impl Step {
    /// The properties of the step.
    pub(super) fn traits(&self) -> StepTraits<'_> {
        let none = StepTraits::default();
        match self {
            Self::Scale(_) | Self::FollowWeight | Self::Match(_) | Self::Mirror(_) | Self::Copy(_) => {
                StepTraits { routes: true, takes_router: true, ..none }
            }
            Self::Weight(_) => StepTraits { routes: true, ..none },
            Self::Roll(rolling) | Self::Wave(Wave { deploy: rolling, .. }) => {
                StepTraits { rolling: Some(rolling), waits: true, finishes: true, ..none }
            }
            Self::Flag(_) | Self::Approve => StepTraits { waits: true, ..none },
            Self::Pause(lasts) => StepTraits { waits: true, least_time: *lasts, ..none },
            Self::Test(test) => StepTraits { waits: true, least_time: test.over, ..none },
            Self::Analyse(of) => {
                StepTraits { waits: true, least_time: of.expected(), analysis: Some(of), ..none }
            }
            Self::Experiment(of) => StepTraits {
                routes: true,
                takes_router: of.share > Share::ZERO || of.mirror > Share::ZERO,
                waits: true,
                least_time: of.lasts,
                analysis: of.analysis.as_ref(),
                ..none
            },
            Self::Progress(of) => {
                StepTraits { routes: true, takes_router: true, waits: true, least_time: of.lasts(), ..none }
            }
            Self::Promote => StepTraits { finishes: true, ..none },
            Self::Retire(delay) => StepTraits { finishes: true, least_time: *delay, ..none },
        }
    }

    /// The checks that it measures.
    pub fn checks(&self) -> &[Check] {
        match self {
            Self::Progress(of) => &of.checks,
            _ => self.traits().analysis.map_or(&[], |analysis| &analysis.checks),
        }
    }

    /// The list of checks that its author writes, of a step that stands at `path`; none for a step that measures nothing.
    pub(super) fn check_list(&mut self, path: &str) -> Option<CheckList<'_>> {
        match self {
            Self::Analyse(of) => Some(of.check_list(path)),
            Self::Experiment(of) => {
                of.analysis.as_mut().map(|analysis| analysis.check_list(&format!("{path}.analysis")))
            }
            Self::Progress(of) => Some(of.check_list(path)),
            Self::Scale(_)
            | Self::FollowWeight
            | Self::Weight(_)
            | Self::Match(_)
            | Self::Mirror(_)
            | Self::Copy(_)
            | Self::Roll(_)
            | Self::Flag(_)
            | Self::Pause(_)
            | Self::Approve
            | Self::Test(_)
            | Self::Wave(_)
            | Self::Promote
            | Self::Retire(_) => None,
        }
    }

    /// The step without its checks: a test or an analysis becomes a pause of its length.
    fn without_analysis(&self) -> Self {
        match self {
            Self::Analyse(analysis) => Self::Pause(analysis.expected()),
            Self::Test(test) => Self::Pause(test.over),
            Self::Experiment(of) => Self::Experiment(Experiment { analysis: None, ..of.clone() }),
            Self::Progress(of) => Self::Progress(of.unchecked()),
            Self::Scale(_)
            | Self::FollowWeight
            | Self::Weight(_)
            | Self::Match(_)
            | Self::Mirror(_)
            | Self::Copy(_)
            | Self::Roll(_)
            | Self::Flag(_)
            | Self::Pause(_)
            | Self::Approve
            | Self::Wave(_)
            | Self::Promote
            | Self::Retire(_) => self.clone(),
        }
    }

    /// The step with half of its share of users. Copies reach no users and stay, and so do Flagger's weights, which are
    /// whole percents.
    fn at_half_weight(&self) -> Self {
        match self {
            Self::Weight(share) => Self::Weight(half(*share)),
            Self::Flag(share) => Self::Flag(half(*share)),
            Self::Experiment(of) => Self::Experiment(Experiment { share: half(of.share), ..of.clone() }),
            Self::Scale(_)
            | Self::FollowWeight
            | Self::Match(_)
            | Self::Mirror(_)
            | Self::Copy(_)
            | Self::Roll(_)
            | Self::Pause(_)
            | Self::Approve
            | Self::Test(_)
            | Self::Analyse(_)
            | Self::Wave(_)
            | Self::Progress(_)
            | Self::Promote
            | Self::Retire(_) => self.clone(),
        }
    }
}

impl<'p> CheckList<'p> {
    /// The lists in steps that stand in the list at `path`.
    pub fn of_steps(steps: &'p mut [Step], path: &str) -> Vec<Self> {
        let steps = steps.iter_mut().enumerate();
        steps.filter_map(|(index, step)| step.check_list(&format!("{path}[{index}]"))).collect()
    }
}

/// Half of a share.
pub(super) fn half(share: Share) -> Share {
    Share::percent(50.0 * share.fraction())
}

/// The same steps at the same pace without tests and analyses.
pub(super) fn without_analyses(steps: &[Step]) -> Vec<Step> {
    steps.iter().map(Step::without_analysis).collect()
}

/// The same steps with half of every share of users.
pub(super) fn at_half_weight(steps: &[Step]) -> Vec<Step> {
    steps.iter().map(Step::at_half_weight).collect()
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scale(amount) => write!(f, "scale the candidate to {amount}"),
            Self::FollowWeight => f.write_str("let the candidate's size follow its weight"),
            Self::Weight(share) => write!(f, "send {share} to the candidate"),
            Self::Match(rules) => write!(f, "send what matches {} rules to the candidate", rules.len()),
            Self::Mirror(share) => write!(f, "mirror {share} to the candidate"),
            Self::Copy(of) => write!(f, "mirror {} of some requests to the candidate", of.share),
            Self::Roll(_) => f.write_str("roll the instances over"),
            Self::Flag(share) => write!(f, "turn the flag on for {share}"),
            Self::Pause(span) => write!(f, "wait {span}"),
            Self::Approve => f.write_str("wait for approval"),
            Self::Test(test) => write!(f, "test the candidate with {} requests", test.requests),
            Self::Analyse(_) => f.write_str("analyse"),
            Self::Wave(of) if of.zones.is_empty() => f.write_str("replace the instances in all zones"),
            Self::Wave(of) => write!(f, "replace the instances in {}", of.zones.join(" and ")),
            Self::Experiment(of) => write!(f, "compare the candidate with a fresh baseline for {}", of.lasts),
            Self::Progress(of) if of.iterations > 0 => {
                write!(f, "check the candidate {} times", of.iterations)
            }
            Self::Progress(of) => write!(f, "lead requests to the candidate up to {}", of.max_weight),
            Self::Promote => f.write_str("give the candidate everything"),
            Self::Retire(delay) if delay.is_zero() => f.write_str("let the stable pool go"),
            Self::Retire(delay) => write!(f, "let the stable pool go after {delay}"),
        }
    }
}
