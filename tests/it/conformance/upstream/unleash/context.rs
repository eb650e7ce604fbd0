//! The context of an evaluation: the user and what is known about them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::feature::{text, text_map};

/// Who asks for a flag, in Unleash's words; what is not known is left out.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Context {
    /// The user.
    #[serde(deserialize_with = "text")]
    pub user_id: Option<String>,
    /// The session.
    #[serde(deserialize_with = "text")]
    pub session_id: Option<String>,
    /// Address the request comes from, IPv4 or IPv6.
    #[serde(deserialize_with = "text")]
    pub remote_address: Option<String>,
    /// Where the application runs, such as `production`.
    #[serde(deserialize_with = "text")]
    pub environment: Option<String>,
    /// The application.
    #[serde(deserialize_with = "text")]
    pub app_name: Option<String>,
    /// Now, as RFC 3339; without it date constraints do not hold.
    #[serde(deserialize_with = "text")]
    pub current_time: Option<String>,
    /// The machine, for the strategy `applicationHostname`.
    #[serde(deserialize_with = "text")]
    pub hostname: Option<String>,
    /// Anything else.
    #[serde(deserialize_with = "text_map")]
    pub properties: BTreeMap<String, String>,
    /// The caller's draw, uniform over 64 bits: what the stickiness `random` and a missing identifier go by.
    pub luck: u64,
}

impl Context {
    /// The value of a field, by Unleash's name: a known one first, then one of the properties. Empty text counts as
    /// missing.
    pub fn field(&self, name: &str) -> Option<&str> {
        let known = match name {
            "userId" => &self.user_id,
            "sessionId" => &self.session_id,
            "remoteAddress" => &self.remote_address,
            "environment" => &self.environment,
            "appName" => &self.app_name,
            "currentTime" => &self.current_time,
            _ => &None,
        };
        let value = known.as_ref().or_else(|| self.properties.get(name));
        value.map(String::as_str).filter(|value| !value.is_empty())
    }

    /// What the buckets go by under a stickiness: `default` takes the user, then the session, then chance; `random`
    /// chance; any other name that field, if there is one.
    pub fn identifier(&self, stickiness: &str) -> Option<String> {
        match stickiness {
            "default" | "" => {
                let known = self.field("userId").or_else(|| self.field("sessionId"));
                Some(known.map_or_else(|| self.chance(), str::to_owned))
            }
            "random" => Some(self.chance()),
            field => self.field(field).map(str::to_owned),
        }
    }

    /// The draw as an identifier.
    pub(super) fn chance(&self) -> String {
        self.luck.to_string()
    }
}
