//! What can be asked of the world by strategies, triggers, simulated people and the learner.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::matching::{KindMatch, MatchRule};
use crate::engine::{Share, Span};
use crate::telemetry::{Condition, Subject};

/// A group of instances of the target service with one role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Pool {
    /// The baseline release that ran at the start (stable, blue).
    Stable,
    /// The candidate release (canary, green).
    Candidate,
    /// A fresh group of the baseline release, to compare the candidate with.
    Control,
}

impl Pool {
    /// All pools, in index order.
    pub const ALL: [Self; 3] = [Self::Stable, Self::Candidate, Self::Control];

    /// Position in tables by pool.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Name in files and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Candidate => "candidate",
            Self::Control => "control",
        }
    }
}

/// How the target's proxies choose a pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Share of each pool in basis points, the stable one first, then the candidate, then the control; they add up to 10,000.
    /// `None` sends requests to all ready instances alike, whatever their pool: exposure follows the instance counts.
    pub weights: Option<[u32; 3]>,
    /// Whether a user stays in one pool while the weights stay: by the user's hash instead of by luck.
    #[serde(default)]
    pub sticky: bool,
    /// Whether users who have come to the candidate stay on it, while the others are drawn at every request: more and more of them
    /// come to it though the weights stay (Flagger `sessionAffinity`).
    #[serde(default, skip_serializing_if = "is_false")]
    pub drifts: bool,
    /// The requests that the weights are about, one of the rules having to match; the others go to the stable pool. None are all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub within: Vec<MatchRule>,
    /// Rules that come before the weights.
    #[serde(default)]
    pub rules: Vec<MatchRule>,
    /// Pool that gets a copy of this share of the other requests; its answers are dropped.
    #[serde(default)]
    pub mirror: Option<(Pool, Share)>,
    /// The kinds of requests that are copied; none named are all.
    #[serde(default)]
    pub mirror_kinds: Vec<KindMatch>,
    /// Whether the control pool gets the same copies as well.
    #[serde(default)]
    pub mirror_control: bool,
}

impl Route {
    /// Everything to one pool.
    pub fn all_to(pool: Pool) -> Self {
        let mut weights = [0; 3];
        weights[pool.index()] = 10_000;
        Self { weights: Some(weights), ..Self::by_instances() }
    }

    /// `share` to the candidate, the rest to the stable pool.
    pub fn split(share: Share) -> Self {
        let candidate = share.basis_points().min(10_000);
        Self { weights: Some([10_000 - candidate, candidate, 0]), ..Self::by_instances() }
    }

    /// To all ready instances alike.
    pub fn by_instances() -> Self {
        Self {
            weights: None,
            sticky: false,
            drifts: false,
            within: Vec::new(),
            rules: Vec::new(),
            mirror: None,
            mirror_kinds: Vec::new(),
            mirror_control: false,
        }
    }
}

const fn is_false(value: &bool) -> bool {
    !*value
}

/// What can be asked of the world by anybody. What a person can ask for is a smaller list, [`ManualAction`](super::ManualAction).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Action {
    /// Bring a pool to this many instances: launch what is missing, drain what is too many
    /// (those not ready first, then the youngest, as a ReplicaSet does).
    Scale {
        /// Which pool.
        pool: Pool,
        /// How many instances.
        to: u32,
    },
    /// Bring the instances that a pool has in some zones to this many, together; the rest of the pool stays as it is.
    ScaleIn {
        /// Which pool.
        pool: Pool,
        /// Names of the zones; none are all.
        zones: Vec<String>,
        /// How many instances.
        to: u32,
    },
    /// Change how many instances the target is meant to have (`spec.replicas`, what an autoscaler sets). A rollout under way
    /// follows with its own pools; without one, the pool that serves is brought to it.
    Resize {
        /// How many instances.
        to: u32,
    },
    /// Give the proxies a new route; each takes it up after its own lag.
    Route(Route),
    /// Turn a flag on for this share of users, by the user's hash; each proxy learns it after its own lag.
    Flag {
        /// Which flag.
        name: String,
        /// For how many.
        share: Share,
    },
    /// Send test requests to a pool without users; the [`crate::sim::TestReport`] comes with a later observation.
    Test {
        /// Which pool.
        pool: Pool,
        /// How many requests.
        requests: u32,
        /// Evenly over this long.
        over: Span,
        /// Number by which the report is known.
        id: u32,
    },
    /// Restart one instance of a pool that is not ready, or the oldest.
    Restart {
        /// Which pool.
        pool: Pool,
    },
    /// Let one instance of the target go, by its number, as `kubectl delete pod` does: its preStop begins and the proxies are
    /// told, and its pool launches another in its place at once, as a ReplicaSet does.
    DrainInstance {
        /// Number of the instance within the target, from 1.
        instance: u32,
    },
    /// Kill the process of one instance of the target, by its number. It starts again in its place, after the first wait of a
    /// crashed container (Kubernetes, 10 s) and its start; what it had is lost.
    RestartInstance {
        /// Number of the instance within the target, from 1.
        instance: u32,
    },
    /// Force the circuit breaker of the target's calls to a service open, or leave it to itself again.
    OpenBreaker {
        /// Name of the called service.
        to: String,
        /// Open, or back.
        open: bool,
    },
    /// Let the target's proxies turn this share of its requests away, kinds of the lowest priority first; each learns it
    /// after its own lag. Nothing ends it.
    Shed {
        /// How many.
        share: Share,
    },
    /// Report the phase of the rollout; the record's phases come from here.
    Report(crate::sim::RolloutPhase),
    /// Page somebody.
    Page {
        /// What they are told.
        text: String,
    },
    /// Ask a simulated person to approve the next step; after the time that they need to act they give their answer to the
    /// strategy, which looks at what they saw then.
    AskApproval {
        /// Whom.
        of: Who,
    },
    /// Acknowledge every unanswered page that names an alert: it does not escalate, and the simulated on-call neither
    /// diagnoses it nor applies the runbook (PagerDuty: the person who acknowledges works on it). It takes no time. Alertmanager does
    /// not know of it: it repeats an alert that goes on firing. By hand only.
    Acknowledge {
        /// Name of the alert.
        alert: String,
    },
    /// Say what is wrong. It takes no time and changes nothing; that it was said is a fact. By hand only.
    Localise(crate::sim::Suspect),
    /// Tell those who wait how things stand: a status update. It takes no time and changes nothing. By hand only.
    Tell(String),
    /// Note something for the log, such as a judgement that found nothing wrong; of a person, what they decided.
    Note(String),
    /// Note a judgement that something is wrong: a failed check, a passed deadline; with what was looked at, where that is known.
    /// It counts as a detection when what was looked at includes requests that the release or its rollout harmed.
    Trouble(String, Option<Sight>),
    /// Ask the strategy for something; it decides what follows.
    Command(RolloutCommand),
    /// Let a fault of the scenario strike now, once, besides its own times: for the person who leads a class. By hand only.
    Inject {
        /// Name of the fault.
        fault: String,
    },
    /// Write down what an experiment must leave as it is: the hypothesis about the steady state. It takes no time and changes nothing. By
    /// hand only.
    Hypothesise(Condition),
    /// Let a fault of the scenario strike now, until its time is over or the condition holds. By hand only.
    Experiment {
        /// Name of the fault.
        fault: String,
        /// The condition that ends it. Default none.
        #[serde(default)]
        stop: Option<Condition>,
    },
    /// Say what becomes of the hypothesis. It takes no time and changes nothing. By hand only.
    Conclude(crate::sim::Conclusion),
}

/// What a judgement or an alert looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sight {
    /// Whose requests.
    pub of: Subject,
    /// Over how long, up to the judgement.
    pub over: Span,
}

/// A command to the rollout, carried out by the plan's strategy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RolloutCommand {
    /// Go on to the next step now (also gives an approval that is waited for).
    Promote,
    /// Skip all steps and checks that are left.
    PromoteFull,
    /// Hold where it is.
    Pause,
    /// Go on from a pause.
    Resume,
    /// Stop and roll back.
    Abort,
    /// Start again after an abort.
    Retry,
    /// Go back to the baseline after completion.
    Undo,
    /// Turn the release's flag off for everybody.
    KillFlag,
}

/// Who asked for an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Who {
    /// The plan's strategy.
    Strategy,
    /// One of the plan's triggers.
    Trigger,
    /// The simulated on-call.
    OnCall,
    /// The learner, by hand.
    Learner,
    /// The plan's autoscaler.
    Autoscaler,
    /// A second simulated person, who is asked to approve.
    Approver,
}

impl Who {
    /// Whether it is a person, who takes time to act.
    pub(super) const fn is_person(self) -> bool {
        match self {
            Self::OnCall | Self::Learner | Self::Approver => true,
            Self::Strategy | Self::Trigger | Self::Autoscaler => false,
        }
    }

    /// As people say it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Strategy => "the strategy",
            Self::Trigger => "a trigger",
            Self::OnCall => "the on-call",
            Self::Learner => "the learner",
            Self::Autoscaler => "the autoscaler",
            Self::Approver => "the second approver",
        }
    }
}

/// An action asked for, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// What.
    pub action: Action,
    /// Who.
    pub who: Who,
    /// Why, as a sentence with the evidence.
    pub because: String,
}
