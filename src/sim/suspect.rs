//! What a person can name as the cause of trouble.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What somebody names as the cause of trouble. It changes nothing in the world; it is judged against the truth afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Suspect {
    /// The new release.
    Release,
    /// A service of the scenario, by its name: it is slow, it fails, or its instances crash.
    Service(String),
    /// The network, or a zone that is lost.
    Network,
    /// More traffic than before.
    Load,
    /// A feature flag, or the service that serves the flags.
    Flag,
    /// The monitoring: it shows what is not so, or nothing.
    Monitoring,
    /// The deploy tool: it does not do what it is asked.
    DeployTool,
    /// Nothing is wrong beyond what is wrong on every day.
    Nothing,
}

impl Suspect {
    /// All that can be named where there are these services.
    pub fn all<'a>(services: impl IntoIterator<Item = &'a str>) -> Vec<Self> {
        let services = services.into_iter().map(|name| Self::Service(name.to_owned()));
        let others =
            [Self::Network, Self::Load, Self::Flag, Self::Monitoring, Self::DeployTool, Self::Nothing];
        std::iter::once(Self::Release).chain(services).chain(others).collect()
    }
}

/// `the release`, `the service payments`.
impl fmt::Display for Suspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Release => f.write_str("the release"),
            Self::Service(name) => write!(f, "the service {name}"),
            Self::Network => f.write_str("the network or a zone"),
            Self::Load => f.write_str("the load"),
            Self::Flag => f.write_str("a flag"),
            Self::Monitoring => f.write_str("the monitoring"),
            Self::DeployTool => f.write_str("the deploy tool"),
            Self::Nothing => f.write_str("nothing out of the ordinary"),
        }
    }
}
