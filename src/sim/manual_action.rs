//! What a person can do to a run. The command line, the window and session files all use this one list.
//!
//! It is a type of its own, apart from [`Action`], because a controller may do more than a person: it also reports phases and
//! judgements, and a score rests on those. What is not in this list cannot be done by hand.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::{Action, Conclusion, Pool, RolloutCommand, Route, Suspect};
use crate::engine::Share;
use crate::telemetry::Condition;

/// An action by hand. Each means what the [`Action`] of the same name means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum ManualAction {
    /// Bring a pool to this many instances.
    Scale {
        /// Which pool.
        pool: Pool,
        /// How many instances.
        to: u32,
    },
    /// Change how many instances the target is meant to have.
    Resize {
        /// How many instances.
        to: u32,
    },
    /// Give the proxies a new route.
    Route(Route),
    /// Turn a flag on for a share of users.
    Flag {
        /// Which flag.
        name: String,
        /// For how many.
        share: Share,
    },
    /// Restart one instance of a pool: one that is not ready, or the oldest.
    Restart {
        /// Which pool.
        pool: Pool,
    },
    /// Let one instance of the target finish its work and leave; its pool replaces it.
    DrainInstance {
        /// Number of the instance within the target, from 1.
        instance: u32,
    },
    /// Kill the process of one instance of the target; it starts again in its place.
    RestartInstance {
        /// Number of the instance within the target, from 1.
        instance: u32,
    },
    /// Force the circuit breaker of the target's calls to a service open, or end that.
    OpenBreaker {
        /// Name of the called service.
        to: String,
        /// Whether it is forced open.
        open: bool,
    },
    /// Let the target's proxies turn away a share of its requests.
    Shed {
        /// How many.
        share: Share,
    },
    /// Take every unanswered page that names an alert.
    Acknowledge {
        /// Name of the alert.
        alert: String,
    },
    /// Say what is wrong; it takes no time and changes nothing. Where an exercise asks for it, it is judged against the truth.
    Localise(Suspect),
    /// Tell those who wait how things stand, in a status update; it takes no time and changes nothing.
    Tell(String),
    /// Write a remark into the log; it changes nothing.
    Note(String),
    /// Ask the strategy for something.
    Command(RolloutCommand),
    /// Let a fault of the scenario strike now: for the person who leads a class. A session with one is not graded.
    Inject {
        /// Name of the fault.
        fault: String,
    },
    /// Write down the hypothesis of an experiment: what must hold all the while. It changes nothing; the last one counts.
    Hypothesise(Condition),
    /// Let a fault of the scenario strike now, to try the hypothesis. Whom it harms counts as harmed.
    Experiment {
        /// Name of the fault; it is one that lasts for some time.
        fault: String,
        /// The condition that ends it before its time. Default none.
        #[serde(default)]
        stop: Option<Condition>,
    },
    /// Say what becomes of the hypothesis; it changes nothing. Where an exercise asks for it, it is judged against the truth.
    Conclude(Conclusion),
}

/// The names of the actions by hand, without their settings: what an exercise may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, VariantArray, JsonSchema)]
pub enum ManualActionName {
    /// [`ManualAction::Scale`].
    Scale,
    /// [`ManualAction::Resize`].
    Resize,
    /// [`ManualAction::Route`].
    Route,
    /// [`ManualAction::Flag`].
    Flag,
    /// [`ManualAction::Restart`].
    Restart,
    /// [`ManualAction::DrainInstance`].
    DrainInstance,
    /// [`ManualAction::RestartInstance`].
    RestartInstance,
    /// [`ManualAction::OpenBreaker`].
    OpenBreaker,
    /// [`ManualAction::Shed`].
    Shed,
    /// [`ManualAction::Acknowledge`].
    Acknowledge,
    /// [`ManualAction::Localise`].
    Localise,
    /// [`ManualAction::Tell`].
    Tell,
    /// [`ManualAction::Note`].
    Note,
    /// [`ManualAction::Command`].
    Command,
    /// [`ManualAction::Inject`].
    Inject,
    /// [`ManualAction::Hypothesise`].
    Hypothesise,
    /// [`ManualAction::Experiment`].
    Experiment,
    /// [`ManualAction::Conclude`].
    Conclude,
}

impl ManualActionName {
    /// All names, in the order of [`ManualAction`].
    pub const ALL: &'static [Self] = Self::VARIANTS;
}

impl ManualAction {
    /// The name without the settings.
    pub const fn name(&self) -> ManualActionName {
        match self {
            Self::Scale { .. } => ManualActionName::Scale,
            Self::Resize { .. } => ManualActionName::Resize,
            Self::Route(_) => ManualActionName::Route,
            Self::Flag { .. } => ManualActionName::Flag,
            Self::Restart { .. } => ManualActionName::Restart,
            Self::DrainInstance { .. } => ManualActionName::DrainInstance,
            Self::RestartInstance { .. } => ManualActionName::RestartInstance,
            Self::OpenBreaker { .. } => ManualActionName::OpenBreaker,
            Self::Shed { .. } => ManualActionName::Shed,
            Self::Acknowledge { .. } => ManualActionName::Acknowledge,
            Self::Localise(_) => ManualActionName::Localise,
            Self::Tell(_) => ManualActionName::Tell,
            Self::Note(_) => ManualActionName::Note,
            Self::Command(_) => ManualActionName::Command,
            Self::Inject { .. } => ManualActionName::Inject,
            Self::Hypothesise(_) => ManualActionName::Hypothesise,
            Self::Experiment { .. } => ManualActionName::Experiment,
            Self::Conclude(_) => ManualActionName::Conclude,
        }
    }
}

impl From<ManualAction> for Action {
    fn from(action: ManualAction) -> Self {
        match action {
            ManualAction::Scale { pool, to } => Self::Scale { pool, to },
            ManualAction::Resize { to } => Self::Resize { to },
            ManualAction::Route(route) => Self::Route(route),
            ManualAction::Flag { name, share } => Self::Flag { name, share },
            ManualAction::Restart { pool } => Self::Restart { pool },
            ManualAction::DrainInstance { instance } => Self::DrainInstance { instance },
            ManualAction::RestartInstance { instance } => Self::RestartInstance { instance },
            ManualAction::OpenBreaker { to, open } => Self::OpenBreaker { to, open },
            ManualAction::Shed { share } => Self::Shed { share },
            ManualAction::Acknowledge { alert } => Self::Acknowledge { alert },
            ManualAction::Localise(suspect) => Self::Localise(suspect),
            ManualAction::Tell(text) => Self::Tell(text),
            ManualAction::Note(text) => Self::Note(text),
            ManualAction::Command(command) => Self::Command(command),
            ManualAction::Inject { fault } => Self::Inject { fault },
            ManualAction::Hypothesise(statement) => Self::Hypothesise(statement),
            ManualAction::Experiment { fault, stop } => Self::Experiment { fault, stop },
            ManualAction::Conclude(conclusion) => Self::Conclude(conclusion),
        }
    }
}

impl fmt::Display for ManualAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Action::from(self.clone()).fmt(f)
    }
}
