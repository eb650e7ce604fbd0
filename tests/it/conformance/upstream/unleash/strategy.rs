//! Strategies: which users a strategy includes.

use super::constraint::in_networks;
use rollout_lab::flags::hash::STRATEGY_SEED;

use super::hash::{PERCENT, normalized_value};
use super::{Constraint, Context, FlagSet, Strategy};

impl Strategy {
    /// Whether it includes the user, for the flag `feature`: its rule, its constraints and those of its segments hold.
    pub fn holds(&self, feature: &str, context: &Context, flags: &FlagSet) -> bool {
        self.constraints.iter().all(|constraint| constraint.holds(context))
            && self.segments.iter().all(|id| segment_holds(*id, context, flags))
            && self.rule(feature, context)
    }

    /// Whether it goes by who asks, not only by buckets.
    pub(super) fn is_targeted(&self) -> bool {
        let listed = ["userWithId", "remoteAddress", "applicationHostname"];
        !self.constraints.is_empty() || !self.segments.is_empty() || listed.contains(&self.name.as_str())
    }

    /// Whether it includes only a share of the users that it could.
    pub(super) fn is_partial(&self) -> bool {
        self.name == "flexibleRollout" && self.percentage("rollout") < PERCENT
            || self.name.starts_with("gradualRollout") && self.percentage("percentage") < PERCENT
    }

    /// The group of the buckets: the one given, else the flag's name.
    pub(super) fn group<'a>(&'a self, feature: &'a str) -> &'a str {
        self.parameter("groupId").filter(|group| !group.is_empty()).unwrap_or(feature)
    }

    /// What the choice of its variants sticks to, unless they say so themselves.
    pub(super) fn stickiness(&self) -> &str {
        self.parameter("stickiness").unwrap_or("default")
    }

    fn rule(&self, feature: &str, context: &Context) -> bool {
        match self.name.as_str() {
            "default" => true,
            "userWithId" => self.lists("userIds", context.field("userId")),
            "gradualRolloutUserId" => self.in_first("percentage", feature, context.field("userId")),
            "gradualRolloutSessionId" => self.in_first("percentage", feature, context.field("sessionId")),
            "gradualRolloutRandom" => {
                context.luck % u64::from(PERCENT) < u64::from(self.percentage("percentage"))
            }
            "flexibleRollout" => {
                let identifier = context.identifier(self.stickiness());
                self.in_first("rollout", feature, identifier.as_deref())
            }
            "remoteAddress" => in_networks(context.field("remoteAddress"), self.list("IPs")),
            "applicationHostname" => {
                let host = context.hostname.as_deref().or_else(|| context.field("hostname"));
                host.is_some_and(|host| self.list("hostNames").any(|name| name.eq_ignore_ascii_case(host)))
            }
            _ => false,
        }
    }

    /// Whether the identifier's bucket is among the first `share` percent.
    fn in_first(&self, share: &str, feature: &str, identifier: Option<&str>) -> bool {
        let percentage = self.percentage(share);
        identifier.is_some_and(|identifier| {
            percentage > 0
                && normalized_value(self.group(feature), identifier, PERCENT, STRATEGY_SEED) <= percentage
        })
    }

    /// A parameter as whole percent, 0 where it is missing or cannot be read.
    fn percentage(&self, name: &str) -> u32 {
        let value = self.parameter(name).and_then(|text| text.trim().parse::<f64>().ok());
        value.map_or(0, |percent| percent.clamp(0.0, f64::from(PERCENT)) as u32)
    }

    fn lists(&self, name: &str, value: Option<&str>) -> bool {
        value.is_some_and(|value| self.list(name).any(|item| item == value))
    }

    /// A parameter that is a list with commas.
    fn list(&self, name: &str) -> impl Iterator<Item = &str> {
        self.parameter(name).unwrap_or_default().split(',').map(str::trim).filter(|item| !item.is_empty())
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }
}

/// Whether all constraints of a segment hold; one that is not there does not.
fn segment_holds(id: u64, context: &Context, flags: &FlagSet) -> bool {
    let all = |constraints: &[Constraint]| constraints.iter().all(|constraint| constraint.holds(context));
    flags.segments.iter().find(|segment| segment.id == id).is_some_and(|segment| all(&segment.constraints))
}
