//! Feature flags of Unleash: each flag and the share of users it is on for.

use super::cursor::At;
use super::quantity::percent;
use crate::engine::Share;

/// The flags in a file of Unleash (`{"version": 2, "features": [...]}`), with the share of users each begins with.
pub fn flags(at: &At<'_>) -> Vec<(String, Share)> {
    if at.get("version").is_some() {
        at.number("version");
    }
    at.items("features").iter().filter_map(flag).collect()
}

fn flag(at: &At<'_>) -> Option<(String, Share)> {
    let Some(name) = at.text("name") else {
        at.wrong("a feature with a name");
        return None;
    };
    for key in ["type", "project", "stale", "impressionData", "createdAt", "lastSeenAt"] {
        if let Some(at) = at.get(key) {
            at.ignore("it is about the flag, not about who gets it");
        }
    }
    let enabled = at.flag("enabled").unwrap_or(true);
    let strategies = at.items("strategies");
    // An enabled flag without strategies is on for everybody; with several, one that is on is enough.
    let mut share = if strategies.is_empty() { Share::ALL } else { Share::ZERO };
    for strategy in &strategies {
        let own = self::strategy(strategy).unwrap_or(Share::ZERO);
        if own > share {
            share = own;
        }
    }
    if strategies.len() > 1 {
        at.note("of several strategies the one that reaches most users is taken");
    }
    Some((name, if enabled { share } else { Share::ZERO }))
}

fn strategy(at: &At<'_>) -> Option<Share> {
    let name = at.text("name")?;
    let parameters = at.get("parameters");
    if let Some(at) = at.get("constraints").filter(|_| !at.items("constraints").is_empty()) {
        at.refuse("who gets it is a share of all users here");
    }
    let key = match name.as_str() {
        "default" => {
            at.mark();
            return Some(Share::ALL);
        }
        "flexibleRollout" => "rollout",
        "gradualRolloutUserId" | "gradualRolloutSessionId" | "gradualRolloutRandom" => "percentage",
        _ => {
            at.refuse(format!("the strategy \"{name}\" picks users by name; a plan knows shares of users"));
            return None;
        }
    };
    let parameters = parameters?;
    for key in ["stickiness", "groupId"] {
        if let Some(at) = parameters.get(key) {
            at.ignore("users stay with what they were given, flag by flag");
        }
    }
    let value = parameters.get(key)?;
    let share = percent(value.as_number()?);
    if share.is_none() {
        value.wrong("a percentage, 0 to 100");
    }
    share
}
