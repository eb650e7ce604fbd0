//! The flag service: how flags reach its clients, and how each flag is evaluated.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::{Dist, Share, Span};

/// The service that hands out flags, and the clients (SDKs) that keep a copy. A request comes to one client, and is
/// evaluated there, once, when it enters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FlagService {
    /// How changes reach the clients. Default polls every 15 s (Unleash SDKs, refresh interval).
    pub propagation: Propagation,
    /// How many clients there are. Default 8 (assumed).
    #[schemars(range(min = 1, max = 10000))]
    pub clients: u16,
    /// Share of clients that never learn of a change; rounded. Default none.
    #[schemars(extend("x-range" = "0% to 100%"))]
    pub disconnected: Share,
    /// What a client goes by after its instance restarted, until its first fetch.
    pub after_restart: AfterRestart,
}

impl Default for FlagService {
    fn default() -> Self {
        Self {
            propagation: Propagation::default(),
            clients: 8,
            disconnected: Share::ZERO,
            after_restart: AfterRestart::default(),
        }
    }
}

impl FlagService {
    /// Number of clients that never learn of a change.
    pub fn deaf(&self) -> u16 {
        (f64::from(self.clients) * self.disconnected.fraction()).round() as u16
    }
}

/// How changes of flags reach the clients.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Propagation {
    /// Each client polls at its own times: it learns of a change after at most `every` and `fetch`.
    Poll {
        /// Between polls. Default 15 s (Unleash SDKs).
        #[serde(default = "fifteen_seconds")]
        every: Span,
        /// How long one fetch takes. Default 0.2 s (assumed).
        #[serde(default = "fetch")]
        fetch: Span,
    },
    /// Changes are pushed.
    Stream {
        /// From the change to the client. Default lognormal, median 0.2 s and p99 1 s (assumed, after reports of
        /// streaming SDKs: about 200 ms).
        #[serde(default = "push")]
        lag: Dist,
    },
}

impl Default for Propagation {
    fn default() -> Self {
        Self::Poll { every: fifteen_seconds(), fetch: fetch() }
    }
}

fn fifteen_seconds() -> Span {
    Span::from_secs(15)
}

fn fetch() -> Span {
    Span::from_millis(200)
}

fn push() -> Dist {
    Dist::Lognormal { p50: Span::from_millis(200), p99: Span::from_secs(1) }
}

/// What a client goes by after a restart, until its first fetch; with the flag service down, that is for long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AfterRestart {
    /// What the code says: off (Unleash SDKs without a bootstrap).
    #[default]
    CodeDefault,
    /// A file shipped with the code, which holds the flags as the plan started with them (Unleash SDKs, `bootstrap`).
    Bootstrap,
}

/// How a flag is evaluated, beside the share of users it is on for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FlagRule {
    /// The flag.
    pub name: String,
    /// Group of its buckets: flags of one group are on for the same users first. Default the flag's name (Unleash
    /// `groupId`).
    #[serde(default)]
    pub group: Option<String>,
    /// What the buckets go by.
    #[serde(default)]
    pub stickiness: Stickiness,
    /// Cohorts that it is for; default all (Unleash constraint `IN`).
    #[serde(default)]
    pub cohorts: Vec<String>,
    /// Flags that must be on for it to be on (Unleash dependent features). Default none.
    #[serde(default)]
    pub requires: Vec<String>,
    /// What it is for; says how long it should live.
    #[serde(default)]
    pub kind: FlagKind,
    /// How old it is. Default new.
    #[serde(default)]
    pub age: Span,
}

/// What the buckets of a flag go by (Unleash `stickiness`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Stickiness {
    /// The user: always the same answer at the same share.
    #[default]
    User,
    /// The session, half an hour of one user (assumed): the answer may change with the next.
    Session,
    /// Each request by itself.
    Random,
}

/// What a flag is for (Unleash flag types).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum FlagKind {
    /// Brings a feature out.
    #[default]
    Release,
    /// Tests which variant is better.
    Experiment,
    /// Controls how the system works.
    Operational,
    /// Turns something off in need.
    KillSwitch,
    /// Gives some users a permission.
    Permission,
}

impl FlagKind {
    /// How long it should live; none for ever. Unleash: release and experiment 40 d, operational 7 d, kill switch and
    /// permission for ever.
    pub const fn lifetime(self) -> Option<Span> {
        match self {
            Self::Release | Self::Experiment => Some(Span::from_secs(40 * 86_400)),
            Self::Operational => Some(Span::from_secs(7 * 86_400)),
            Self::KillSwitch | Self::Permission => None,
        }
    }
}
