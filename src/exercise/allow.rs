//! The fields of the starter that a hand-in may change, and the check for others that it changed.

use super::{Allow, Exercise};
use crate::control::{Plan, Response, ResponseName, Step, StepName, StrategyName};
use crate::scenario::{Issue, Scenario};

/// An issue for each field of `plan` that differs from the starter although the exercise does not allow it. The title is free,
/// and the starter's own strategy is always allowed. `scenario` is the one that the exercise names.
pub fn not_allowed(exercise: &Exercise, scenario: &Scenario, starter: &Plan, plan: &Plan) -> Vec<Issue> {
    let may = |what: &Allow| exercise.allow.contains(what);
    // Every field of a plan stands here, so that a new one cannot be changed without an `Allow`.
    // Checks that are used by name are judged where they are used.
    let (starter, plan) = (&*starter.written_out(), &*plan.written_out());
    let Plan {
        format: _,
        title: _,
        checks: _,
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
        shedding,
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
        ("shedding", starter.shedding == *shedding || may(&Allow::Shedding)),
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
    if issues.is_empty() {
        issues.extend(steps_not_allowed(exercise, starter, plan));
        issues.extend(responses_not_allowed(exercise, starter, plan));
        issues.extend(calls_not_allowed(exercise, scenario, starter, plan));
    }
    issues
}

/// An issue for each thing about a call that is the program's and not its mesh's: how many requests make it, whether they can do without
/// its answer, and what is answered from memory. A plan that takes the call out of the program is no answer to its trouble.
fn calls_not_allowed(exercise: &Exercise, scenario: &Scenario, starter: &Plan, plan: &Plan) -> Vec<Issue> {
    let of_scenario = scenario.service(&scenario.target).map(|target| target.calls.as_slice());
    let own = |to: &str| {
        let all = starter.calls.iter().chain(of_scenario.unwrap_or_default());
        all.into_iter().find(|call| call.to == to)
    };
    let mut issues = Vec::new();
    for (index, call) in plan.calls.iter().enumerate() {
        let Some(own) = own(&call.to) else { continue };
        let fixed = [
            ("share", call.share == own.share),
            ("required", call.required == own.required),
            ("cache", call.cache == own.cache),
        ];
        issues.extend(fixed.iter().filter(|(_, same)| !same).map(|(field, _)| {
            let message = format!(
                "exercise \"{}\" does not let you change the \"{field}\" of a call, which the program decides; put it back as it is in the \
                 starter or in the scenario (you may change: timeout, retries, breaker, limits, cancels, carries_deadline, hedge)",
                exercise.id
            );
            Issue::error(format!("calls[{index}].{field}"), "not-allowed", message)
        }));
    }
    issues
}

/// An issue for each step that is not among those allowed and not one of the starter's.
fn steps_not_allowed(exercise: &Exercise, starter: &Plan, plan: &Plan) -> Vec<Issue> {
    let of_starter = starter.written_steps();
    let fine =
        |step: &Step| exercise.allows_step(step.name()) || of_starter.iter().any(|(_, other)| *other == step);
    let wrong = plan.written_steps().into_iter().filter(|(_, step)| !fine(step));
    let allowed = StepName::ALL.iter().filter(|name| exercise.allows_step(**name));
    let allowed = names(allowed);
    let issue = |(path, step): (String, &Step)| {
        let message =
            format!("exercise \"{}\" does not allow the step {:?}; use {allowed}", exercise.id, step.name());
        Issue::error(path, "not-allowed", message)
    };
    wrong.map(issue).collect()
}

/// An issue for each response that is not among those allowed and not one of the starter's.
fn responses_not_allowed(exercise: &Exercise, starter: &Plan, plan: &Plan) -> Vec<Issue> {
    let of_starter = starter.responses();
    let fine = |response: &Response| {
        exercise.allows_response(response.name()) || of_starter.iter().any(|(_, other)| *other == response)
    };
    let wrong = plan.responses().into_iter().filter(|(_, response)| !fine(response));
    let allowed = names(ResponseName::ALL.iter().filter(|name| exercise.allows_response(**name)));
    let issue = |(path, response): (String, &Response)| {
        let message = format!(
            "exercise \"{}\" does not allow the response {:?}; use {allowed}",
            exercise.id,
            response.name()
        );
        Issue::error(path, "not-allowed", message)
    };
    wrong.map(issue).collect()
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
            names(allowed.iter())
        ),
    };
    Some(Issue::error("strategy", "not-allowed", message))
}

/// The strategies that may be chosen.
pub(super) fn strategies(exercise: &Exercise) -> Vec<StrategyName> {
    let lists = exercise.allow.iter().filter_map(|allow| match allow {
        Allow::Strategy(names) => Some(names),
        _ => None,
    });
    lists.flatten().copied().collect()
}

fn names(names: impl Iterator<Item = impl std::fmt::Debug>) -> String {
    let names: Vec<String> = names.map(|name| format!("{name:?}")).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(" or ") }
}

/// The fields that may be changed, as a list.
fn listed(exercise: &Exercise) -> String {
    let fields: Vec<&str> = exercise.allow.iter().filter_map(Allow::field).collect();
    if fields.is_empty() { "nothing".to_owned() } else { fields.join(", ") }
}

impl Allow {
    /// The field of a plan that it allows to change; `None` for what narrows down what may be done.
    pub const fn field(&self) -> Option<&'static str> {
        Some(match self {
            Self::Strategy(_) => "strategy",
            Self::Analysis => "analysis",
            Self::Alerts => "alerts",
            Self::Triggers => "triggers",
            Self::OnCall => "on_call",
            Self::Probes => "probes",
            Self::Drain => "drain",
            Self::Balancer => "balancer",
            Self::Upstream => "upstream",
            Self::Shedding => "shedding",
            Self::Calls => "calls",
            Self::Flags => "flags",
            Self::Autoscaler => "autoscaler",
            Self::Gates => "gates",
            Self::Rollback => "rollback",
            Self::Steps(_) | Self::Responses(_) | Self::ByHand(_) => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::control::{AlertTrigger, Strategy};
    use crate::engine::{Amount, Share, Span};
    use crate::scenario::{Balancer, Call, Drain};

    fn refused(change: impl FnOnce(&mut Plan)) -> Vec<(String, String)> {
        let mut plan = sample::plan();
        change(&mut plan);
        let issues = not_allowed(&sample::exercise(), &sample::scenario(), &sample::plan(), &plan);
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
    fn steps_and_responses_outside_their_lists_are_refused_where_they_stand() {
        let mut exercise = sample::exercise();
        exercise.allow.extend([
            Allow::Triggers,
            Allow::Steps(vec![StepName::Weight, StepName::Pause]),
            Allow::Responses(vec![ResponseName::Abort]),
        ]);
        let mut plan = sample::plan();
        let Strategy::Canary(canary) = &mut plan.strategy else { unreachable!("the sample is a canary") };
        canary.steps.push(Step::Approve);
        let then = |then| AlertTrigger { alert: "errors".to_owned(), then };
        plan.triggers = vec![then(Response::Abort), then(Response::Page)];
        let issues = not_allowed(&exercise, &sample::scenario(), &sample::plan(), &plan);
        let paths: Vec<&str> = issues.iter().map(|issue| issue.path.as_str()).collect();
        assert_eq!(paths, ["strategy.steps[2]", "triggers[1].then"]);
        assert!(issues[0].message.ends_with("does not allow the step Approve; use Weight or Pause"));
        assert!(
            not_allowed(&exercise, &sample::scenario(), &plan, &plan).is_empty(),
            "what the starter has is allowed"
        );
    }

    #[test]
    fn a_second_fleet_has_to_be_allowed() {
        let mut exercise = sample::exercise();
        exercise.allow.push(Allow::Triggers);
        let mut plan = sample::plan();
        let then = Response::Scale(Amount::Share(Share::percent(200.0)));
        plan.triggers = vec![AlertTrigger { alert: "errors".to_owned(), then }];
        assert_eq!(
            not_allowed(&exercise, &sample::scenario(), &sample::plan(), &plan)[0].path,
            "triggers[0].then"
        );
        exercise.allow.push(Allow::Responses(vec![ResponseName::Scale]));
        assert!(not_allowed(&exercise, &sample::scenario(), &sample::plan(), &plan).is_empty());
    }

    #[test]
    fn what_the_program_decides_about_a_call_is_not_for_a_plan_to_change() {
        let exercise = Exercise { allow: vec![Allow::Calls], ..sample::exercise() };
        let mut scenario = sample::scenario();
        let call: Call = serde_json::from_str(r#"{"to": "bank", "share": "15%"}"#).unwrap();
        let target = scenario.target.clone();
        scenario.services.iter_mut().filter(|service| service.name == target).for_each(|service| {
            service.calls = vec![call.clone()];
        });
        let wrong = |change: fn(&mut Call), starter: &Plan| {
            let mut mine = call.clone();
            change(&mut mine);
            let plan = Plan { calls: vec![mine], ..sample::plan() };
            let issues = not_allowed(&exercise, &scenario, starter, &plan);
            issues.into_iter().map(|issue| issue.path).collect::<Vec<_>>()
        };
        let as_it_is = sample::plan();
        assert_eq!(wrong(|mine| mine.timeout = Span::from_secs(2), &as_it_is), [""; 0]);
        assert_eq!(wrong(|mine| mine.share = Share::percent(0.0), &as_it_is), ["calls[0].share"]);
        let cached = |mine: &mut Call| {
            mine.required = false;
            mine.cache = serde_json::from_str(r#"{"keys": 1, "ttl": "1d"}"#).unwrap();
        };
        assert_eq!(wrong(cached, &as_it_is), ["calls[0].required", "calls[0].cache"]);
        let rare =
            Plan { calls: vec![Call { share: Share::percent(0.0), ..call.clone() }], ..sample::plan() };
        assert_eq!(
            wrong(|mine| mine.share = Share::percent(0.0), &rare),
            [""; 0],
            "the starter's own is no change"
        );
    }

    #[test]
    fn a_strategy_outside_the_list_is_refused_by_name() {
        let refused = refused(|plan| plan.strategy = Strategy::Recreate);
        assert_eq!(refused.len(), 1);
        assert_eq!(refused[0].1, "exercise \"first\" does not allow the strategy Recreate; use Canary");
    }
}
