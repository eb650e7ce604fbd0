//! What a hand-in may change of the starter, and what it changed though it may not.

use super::{Allow, Exercise, HandAction};
use crate::control::{Plan, StrategyName};
use crate::scenario::Issue;
use crate::sim::ManualAction;

/// Each field of `plan` that differs from the starter though the exercise does not allow it. The title is free, and a
/// strategy that is the starter's, letter by letter, is always allowed.
pub fn not_allowed(exercise: &Exercise, starter: &Plan, plan: &Plan) -> Vec<Issue> {
    let may = |what: &Allow| exercise.allow.contains(what);
    let fields = [
        ("analysis", starter.analysis == plan.analysis || may(&Allow::Analysis)),
        ("alerts", starter.alerts == plan.alerts || may(&Allow::Alerts)),
        ("burn_alerts", starter.burn_alerts == plan.burn_alerts || may(&Allow::Alerts)),
        ("notifications", starter.notifications == plan.notifications || may(&Allow::Alerts)),
        ("triggers", starter.triggers == plan.triggers || may(&Allow::Triggers)),
        ("on_call", starter.on_call == plan.on_call || may(&Allow::OnCall)),
        ("probes", starter.probes == plan.probes || may(&Allow::Probes)),
        ("drain", starter.drain == plan.drain || may(&Allow::Drain)),
        ("balancer", starter.balancer == plan.balancer || may(&Allow::Balancer)),
        ("upstream", starter.upstream == plan.upstream || may(&Allow::Upstream)),
        ("calls", starter.calls == plan.calls || may(&Allow::Calls)),
        ("flags", starter.flags == plan.flags || may(&Allow::Flags)),
        ("flag_rules", starter.flag_rules == plan.flag_rules || may(&Allow::Flags)),
        ("autoscaler", starter.autoscaler == plan.autoscaler || may(&Allow::Autoscaler)),
        ("gates", starter.gates == plan.gates || may(&Allow::Gates)),
        ("rollback", starter.rollback == plan.rollback || may(&Allow::Rollback)),
    ];
    let mut issues = Vec::new();
    issues.extend(strategy_not_allowed(exercise, starter, plan));
    let wrong = fields.iter().filter(|(_, fine)| !fine).map(|(field, _)| {
        let message = format!(
            "exercise \"{}\" does not let you change \"{field}\"; put it back as it is in the starter (you may change: {})",
            exercise.id,
            listed(exercise)
        );
        Issue::error(*field, "not-allowed", message)
    });
    issues.extend(wrong);
    issues
}

/// Faults that a session lets loose: a world is met as it is, so what they come to is no decision about a release.
pub(super) fn injected(actions: &[HandAction]) -> Vec<Issue> {
    let faults = actions.iter().enumerate().filter_map(|(index, hand)| match &hand.action {
        ManualAction::Inject { fault } => Some((index, fault)),
        _ => None,
    });
    let wrong = faults.map(|(index, fault)| {
        let message =
            format!("lets fault \"{fault}\" strike; a session with faults let loose by hand is not graded");
        Issue::error(format!("actions[{index}].action"), "not-allowed", message)
    });
    wrong.collect()
}

fn strategy_not_allowed(exercise: &Exercise, starter: &Plan, plan: &Plan) -> Option<Issue> {
    let allowed = strategies(exercise);
    if starter.strategy == plan.strategy || allowed.contains(&plan.strategy.name()) {
        return None;
    }
    let message = match allowed.is_empty() {
        true => format!(
            "exercise \"{}\" does not let you change \"strategy\"; put it back as it is in the starter (you may change: {})",
            exercise.id,
            listed(exercise)
        ),
        false => format!(
            "exercise \"{}\" does not allow the strategy {:?}; use {}",
            exercise.id,
            plan.strategy.name(),
            names(&allowed)
        ),
    };
    Some(Issue::error("strategy", "not-allowed", message))
}

fn strategies(exercise: &Exercise) -> Vec<StrategyName> {
    let lists = exercise.allow.iter().filter_map(|allow| match allow {
        Allow::Strategy(names) => Some(names),
        _ => None,
    });
    lists.flatten().copied().collect()
}

fn names(strategies: &[StrategyName]) -> String {
    let names: Vec<String> = strategies.iter().map(|name| format!("{name:?}")).collect();
    names.join(" or ")
}

/// What may be changed, as the fields of a plan.
fn listed(exercise: &Exercise) -> String {
    let fields: Vec<&str> = exercise.allow.iter().map(Allow::field).collect();
    if fields.is_empty() { "nothing".to_owned() } else { fields.join(", ") }
}

impl Allow {
    /// The field of a plan that it is about.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Strategy(_) => "strategy",
            Self::Analysis => "analysis",
            Self::Alerts => "alerts",
            Self::Triggers => "triggers",
            Self::OnCall => "on_call",
            Self::Probes => "probes",
            Self::Drain => "drain",
            Self::Balancer => "balancer",
            Self::Upstream => "upstream",
            Self::Calls => "calls",
            Self::Flags => "flags",
            Self::Autoscaler => "autoscaler",
            Self::Gates => "gates",
            Self::Rollback => "rollback",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::control::Strategy;
    use crate::scenario::{Balancer, Drain};

    fn refused(change: impl FnOnce(&mut Plan)) -> Vec<(String, String)> {
        let mut plan = sample::plan();
        change(&mut plan);
        let issues = not_allowed(&sample::exercise(), &sample::plan(), &plan);
        issues.into_iter().map(|issue| (issue.path, issue.message)).collect()
    }

    #[test]
    fn the_starter_itself_and_a_new_title_are_allowed() {
        assert_eq!(refused(|plan| plan.title = "mine".to_owned()), []);
    }

    #[test]
    fn every_field_that_may_not_change_is_named() {
        let refused = refused(|plan| {
            plan.drain = Some(Drain::default());
            plan.balancer = Some(Balancer::Random);
        });
        let paths: Vec<&str> = refused.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["drain", "balancer"]);
        assert_eq!(
            refused[0].1,
            "exercise \"first\" does not let you change \"drain\"; put it back as it is in the starter \
             (you may change: strategy, analysis)"
        );
    }

    #[test]
    fn a_strategy_outside_the_list_is_refused_by_name() {
        let refused = refused(|plan| plan.strategy = Strategy::Recreate);
        assert_eq!(refused.len(), 1);
        assert_eq!(refused[0].1, "exercise \"first\" does not allow the strategy Recreate; use Canary");
    }
}
