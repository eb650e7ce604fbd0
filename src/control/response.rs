//! Responses to trouble: of a trigger, of the on-call, and of an analysis that failed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::{Amount, Share};
use crate::sim::RolloutCommand;

/// An immediate, automatic response to an alert that fires while the rollout runs. Plan files call it `Trigger`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename = "Trigger")]
pub struct AlertTrigger {
    /// Name of the alert rule.
    pub alert: String,
    /// The response.
    pub then: Response,
}

/// What a trigger, the on-call, or a failed analysis does (the response).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Response {
    /// Abort: stop and roll back.
    #[default]
    Abort,
    /// Pause the rollout at its step.
    Pause,
    /// Turn the release's flag off for everybody.
    KillFlag,
    /// Page the on-call.
    Page,
    /// Scale the target to this number of instances, or to this share of its desired size, such as "150%".
    Scale(Amount),
    /// Force the circuit breaker of the target's calls to this service open. It stays open until a person closes it.
    OpenBreaker(String),
    /// Let the target's proxies reject this share of its requests, the kinds of the lowest priority first, until another
    /// share is set; "0%" ends it.
    Shed(Share),
}

impl Response {
    /// The command to the rollout, if the response is one.
    pub const fn command(&self) -> Option<RolloutCommand> {
        match self {
            Self::Abort => Some(RolloutCommand::Abort),
            Self::Pause => Some(RolloutCommand::Pause),
            Self::KillFlag => Some(RolloutCommand::KillFlag),
            Self::Page | Self::Scale(_) | Self::OpenBreaker(_) | Self::Shed(_) => None,
        }
    }
}

/// The on-call, who answers pages by a runbook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OnCall {
    /// The entries of the runbook, one for each alert.
    pub runbook: Vec<Runbook>,
}

/// One entry of a runbook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Runbook {
    /// Name of the alert rule.
    pub alert: String,
    /// The response, once the cause of the page is found.
    pub then: Response,
}
