//! The fields of the starter that a hand-in may change, and the check for others that it changed.

use super::{Allow, Exercise, HandAction};
use crate::control::{Plan, StrategyName};
use crate::scenario::Issue;
use crate::sim::ManualAction;

/// An issue for each field of `plan` that differs from the starter although the exercise does not allow it. The title is free,
/// and the starter's own strategy is always allowed.
pub fn not_allowed(exercise: &Exercise, starter: &Plan, plan: &Plan) -> Vec<Issue> {
    let may = |what: &Allow| exercise.allow.contains(what);
    // Every field of a plan stands here, so that a new one cannot be changed without an `Allow`.
    let Plan {
        format: _,
        title: _,
        strategy: _,
        analysis,
        alerts,
        burn_alerts,
        notifications,
        triggers,
        on_call,
        probes,
        drain,
        balancer,
        upstream,
        calls,
        flags,
        flag_rules,
        autoscaler,
        gates,
        rollback,
    } = plan;
    let fields = [
        ("analysis", starter.analysis == *analysis || may(&Allow::Analysis)),
        ("alerts", starter.alerts == *alerts || may(&Allow::Alerts)),
        ("burn_alerts", starter.burn_alerts == *burn_alerts || may(&Allow::Alerts)),
        ("notifications", starter.notifications == *notifications || may(&Allow::Alerts)),
        ("triggers", starter.triggers == *triggers || may(&Allow::Triggers)),
        ("on_call", starter.on_call == *on_call || may(&Allow::OnCall)),
        ("probes", starter.probes == *probes || may(&Allow::Probes)),
        ("drain", starter.drain == *drain || may(&Allow::Drain)),
        ("balancer", starter.balancer == *balancer || may(&Allow::Balancer)),
        ("upstream", starter.upstream == *upstream || may(&Allow::Upstream)),
        ("calls", starter.calls == *calls || may(&Allow::Calls)),
        ("flags", starter.flags == *flags || may(&Allow::Flags)),
        ("flag_rules", starter.flag_rules == *flag_rules || may(&Allow::Flags)),
        ("autoscaler", starter.autoscaler == *autoscaler || may(&Allow::Autoscaler)),
        ("gates", starter.gates == *gates || may(&Allow::Gates)),
        ("rollback", starter.rollback == *rollback || may(&Allow::Rollback)),
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

/// An issue for each fault that a session injects. A graded run must keep the faults of its case.
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

/// The fields that may be changed, as a list.
fn listed(exercise: &Exercise) -> String {
    let fields: Vec<&str> = exercise.allow.iter().map(Allow::field).collect();
    if fields.is_empty() { "nothing".to_owned() } else { fields.join(", ") }
}

impl Allow {
    /// The field of a plan that it allows to change.
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
