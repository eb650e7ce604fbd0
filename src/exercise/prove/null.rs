//! Null policies: hand-ins that need nothing of what an exercise teaches. Each is written with every strategy that the exercise
//! allows, and is handed in like any other: what is not allowed is refused.

use serde_json::json;
use strum::VariantArray;

use super::super::allow::not_allowed;
use super::super::{HandAction, HandIn, Lesson};
use super::Role;
use super::entrants::{Entrant, adapted};
use crate::control::{AlertTrigger, Analysis, Plan, Response, Strategy, StrategyName, fails_after};
use crate::engine::{Amount, Level, Rate, Share, Span, Time};
use crate::sim::{ManualAction, RolloutCommand};
use crate::telemetry::{AlertRule, Condition, Metric, Query, Subject, Urgency};

/// What a policy does with the users, in order; at the end they all have the release.
#[derive(Clone, Debug, PartialEq)]
enum Act {
    /// The candidate stands and nobody is sent to it.
    Unseen,
    /// So many users get the release.
    Expose(Share),
    /// Time passes.
    Wait(Span),
    /// After this time it goes back, whatever was seen.
    Back(Span),
}

/// Before the end of a run: what ships then is seen by few.
const LAST_MINUTE: Span = Span::from_secs(90);
/// How long the flash lasts: less than a scrape and a page take.
const FLASH: Span = Span::from_secs(14);

/// All null policies for a lesson, those that cannot be handed in with the reason.
pub(super) fn policies(lesson: &Lesson<'_>) -> Vec<Entrant> {
    let latest = latest(lesson);
    let most = latest.scaled(0.6);
    let percent = |percent: f64| Act::Expose(Share::percent(percent));
    let scripts = [
        ("always back", vec![Act::Back(Span::ZERO)]),
        ("at once", vec![]),
        ("wait longest", vec![Act::Unseen, Act::Wait(most)]),
        ("last minute", vec![Act::Unseen, Act::Wait(latest - LAST_MINUTE)]),
        ("flash", vec![percent(100.0), Act::Back(FLASH)]),
        ("one step", vec![percent(10.0), Act::Wait(Span::from_secs(300))]),
        ("1 % then back by the clock", vec![percent(1.0), Act::Back(Span::from_secs(600))]),
    ];
    let mut all =
        of(lesson, "do nothing", |name| (name == StrategyName::Nothing).then_some(Strategy::Nothing));
    for (name, acts) in &scripts {
        all.extend(of(lesson, name, |strategy| led(strategy, acts)));
    }
    let at_once = plans(lesson, |strategy| led(strategy, &[]));
    all.extend(by_hand(lesson, &at_once));
    all.extend(second_fleets(lesson, &at_once));
    all.push(forged(lesson));
    all
}

/// How long after its begin a release may be out at the latest.
fn latest(lesson: &Lesson<'_>) -> Span {
    let rest = lesson.scenario.horizon - lesson.scenario.release_at;
    lesson.exercise.deadline.map_or(rest, |deadline| deadline.min(rest))
}

/// The policy in every strategy that may be handed in; one row with the reason when there is none.
fn of(lesson: &Lesson<'_>, name: &str, led: impl Fn(StrategyName) -> Option<Strategy>) -> Vec<Entrant> {
    let plans = plans(lesson, led);
    if plans.is_empty() {
        return vec![refused(name, "the exercise allows no strategy that does this")];
    }
    plans.iter().map(|(how, plan)| Entrant::new(format!("{name} ({how:?})"), Role::Null, plan)).collect()
}

fn refused(name: &str, why: &str) -> Entrant {
    Entrant { name: name.to_owned(), role: Role::Null, hand_in: Err(why.to_owned()) }
}

/// The model solution's settings with each strategy that `led` gives and the exercise allows, and nothing that watches.
fn plans(lesson: &Lesson<'_>, led: impl Fn(StrategyName) -> Option<Strategy>) -> Vec<(StrategyName, Plan)> {
    let plan = |name: &StrategyName| {
        let strategy = led(*name)?;
        let blind = Plan {
            strategy: strategy.clone(),
            analysis: None,
            alerts: Vec::new(),
            burn_alerts: Vec::new(),
            notifications: Default::default(),
            triggers: Vec::new(),
            on_call: None,
            ..lesson.solution.clone()
        };
        let plan = adapted(lesson, &blind);
        (plan.strategy == strategy).then_some((*name, plan))
    };
    StrategyName::VARIANTS.iter().filter_map(plan).collect()
}

/// A strategy of this name that does `acts` and then gives the release to everybody; none where it cannot.
fn led(name: StrategyName, acts: &[Act]) -> Option<Strategy> {
    match name {
        StrategyName::Recreate => acts.is_empty().then_some(Strategy::Recreate),
        StrategyName::Rolling if acts.is_empty() => written(json!({"Rolling": {"max_surge": "100%"}})),
        StrategyName::BlueGreen => switched(acts),
        StrategyName::Canary => written(json!({"Canary": {"steps": steps(acts, "Weight")}})),
        StrategyName::Steps => written(json!({"Steps": steps(acts, "Weight")})),
        StrategyName::Flag => written(json!({"Flag": {"steps": steps(acts, "Flag")}})),
        // These either ship nothing, or lead the release by rules of their own, which no script replaces.
        StrategyName::Nothing
        | StrategyName::Rolling
        | StrategyName::Ab
        | StrategyName::Shadow
        | StrategyName::Flagger
        | StrategyName::Waves => None,
    }
}

fn written(strategy: serde_json::Value) -> Option<Strategy> {
    serde_json::from_value(strategy).ok()
}

/// The acts as steps, one at least; with a flag the code is out before the first of them, unseen.
fn steps(acts: &[Act], expose: &str) -> Vec<serde_json::Value> {
    if acts.is_empty() {
        return vec![json!({expose: Share::ALL})];
    }
    let step = |act: &Act| match act {
        Act::Unseen => (expose == "Weight").then(|| json!({"Scale": 1})),
        Act::Expose(share) => Some(json!({expose: share})),
        Act::Wait(span) => Some(json!({"Pause": span})),
        Act::Back(wait) => Some(json!({"Analyse": fails_after(*wait)})),
    };
    acts.iter().filter_map(step).collect()
}

/// The acts as a switch: everybody at once, after a wait, and back after another.
fn switched(acts: &[Act]) -> Option<Strategy> {
    let green: Option<(Span, Option<Analysis>, Option<Analysis>)> = match acts {
        [] => Some((Span::ZERO, None, None)),
        [Act::Back(wait)] => Some((Span::ZERO, Some(fails_after(*wait)), None)),
        [Act::Unseen, Act::Wait(wait)] => Some((*wait, None, None)),
        [Act::Expose(share), Act::Back(wait)] if *share == Share::ALL => {
            Some((Span::ZERO, None, Some(fails_after(*wait))))
        }
        _ => None,
    };
    let (wait, before, after) = green?;
    written(json!({"BlueGreen": {"auto_promote_after": wait, "before": before, "after": after}}))
}

/// Back at once by hand, again, and then to everybody; and everything to everybody by hand.
fn by_hand(lesson: &Lesson<'_>, at_once: &[(StrategyName, Plan)]) -> Vec<Entrant> {
    let begin = Time::ZERO + lesson.scenario.release_at;
    let command = |after: u64, command| HandAction {
        at: begin + Span::from_secs(after),
        action: ManualAction::Command(command),
        because: String::new(),
    };
    let scripts = [
        ("abort and retry", vec![command(5, RolloutCommand::Abort), command(60, RolloutCommand::Retry)]),
        (
            "approve everything",
            (1..20).map(|minute| command(60 * minute, RolloutCommand::PromoteFull)).collect(),
        ),
    ];
    let mut all = Vec::new();
    for (name, actions) in scripts {
        if at_once.is_empty() {
            all.push(refused(name, "the exercise allows no strategy that does this"));
        }
        for (how, plan) in at_once {
            let name = format!("{name} ({how:?})");
            let hand_in = HandIn { actions: actions.clone(), ..HandIn::of_plan(name.clone(), plan.clone()) };
            all.push(Entrant { name, role: Role::Null, hand_in: Ok(hand_in) });
        }
    }
    all
}

/// Twice as many instances whatever is seen, so that no release is too slow: by a trigger, and by hand.
fn second_fleets(lesson: &Lesson<'_>, at_once: &[(StrategyName, Plan)]) -> Vec<Entrant> {
    let alert = AlertRule {
        name: "any request".to_owned(),
        when: Condition::Above(
            Query::new(Metric::RequestRate, Subject::Target),
            Level::Rate(Rate::per_second(0.0)),
        ),
        hold: Span::ZERO,
        keep_firing_for: Span::ZERO,
        urgency: Urgency::default(),
    };
    let trigger = AlertTrigger {
        alert: alert.name.clone(),
        then: Response::Scale(Amount::Share(Share::percent(200.0))),
    };
    let fleet = lesson.scenario.services.iter().find(|service| service.name == lesson.scenario.target);
    let twice = fleet.map_or(1, |service| service.instances.saturating_mul(2));
    let mut all = Vec::new();
    for (how, plan) in at_once {
        let triggered = Plan { alerts: vec![alert.clone()], triggers: vec![trigger.clone()], ..plan.clone() };
        let name = format!("a second fleet by a trigger ({how:?})");
        all.push(match not_allowed(lesson.exercise, lesson.scenario, lesson.starter, &triggered).first() {
            Some(issue) => refused(&name, &issue.message),
            None => Entrant::new(name, Role::Null, &triggered),
        });
        let name = format!("a second fleet by hand ({how:?})");
        let resize = HandAction {
            at: Time::ZERO + lesson.scenario.release_at,
            action: ManualAction::Resize { to: twice },
            because: String::new(),
        };
        let hand_in = HandIn { actions: vec![resize], ..HandIn::of_plan(name.clone(), plan.clone()) };
        all.push(Entrant { name, role: Role::Null, hand_in: Ok(hand_in) });
    }
    if at_once.is_empty() {
        all.push(refused("a second fleet", "the exercise allows no strategy that does this"));
    }
    all
}

/// A session that reports a phase, which only a controller can do. A session file that holds one is refused when it is read.
fn forged(lesson: &Lesson<'_>) -> Entrant {
    let name = "forged reports";
    let report = json!({"at": "6m", "action": {"Report": "RolledBack"}});
    match serde_json::from_value::<HandAction>(report) {
        Err(_) => refused(name, "a hand cannot report a phase: no session file may hold one"),
        Ok(action) => {
            let plan = lesson.starter.clone();
            let hand_in = HandIn { actions: vec![action], ..HandIn::of_plan(name, plan) };
            Entrant { name: name.to_owned(), role: Role::Null, hand_in: Ok(hand_in) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Allow, sample};
    use super::*;
    use crate::scenario::Severity;

    /// The policies where everything may be changed; those that nothing may be written of are left out.
    fn all() -> Vec<Entrant> {
        let mut exercise = sample::exercise();
        exercise.allow = vec![
            Allow::Strategy(StrategyName::VARIANTS.to_vec()),
            Allow::Analysis,
            Allow::Alerts,
            Allow::Triggers,
        ];
        let (scenario, plan) = (sample::scenario(), sample::plan());
        let lesson =
            Lesson { exercise: &exercise, scenario: &scenario, starter: &plan, solution: &plan, wrong: &[] };
        policies(&lesson)
    }

    #[test]
    fn every_policy_is_a_sound_plan_in_every_strategy_that_can_do_it() {
        let policies = all();
        for entrant in &policies {
            let Ok(hand_in) = &entrant.hand_in else { continue };
            // The sample's release has no flag.
            let no_flag = hand_in.plan.strategy.name() == StrategyName::Flag;
            let wrong = hand_in.plan.problems(Some(&sample::scenario()));
            let wrong: Vec<_> = wrong.iter().filter(|issue| issue.severity == Severity::Error).collect();
            assert!(wrong.is_empty() || no_flag, "{}: {wrong:?}", entrant.name);
        }
        for (name, ways) in [
            ("do nothing", 1),
            ("always back", 4),
            ("at once", 6),
            ("wait longest", 4),
            ("flash", 4),
            ("one step", 3),
            ("abort and retry", 6),
        ] {
            let found = policies.iter().filter(|entrant| entrant.name.starts_with(name)).count();
            assert_eq!(found, ways, "{name}");
        }
    }

    #[test]
    fn a_policy_that_no_allowed_strategy_can_do_is_refused_and_says_so() {
        let (exercise, scenario, plan) = (sample::exercise(), sample::scenario(), sample::plan());
        let lesson =
            Lesson { exercise: &exercise, scenario: &scenario, starter: &plan, solution: &plan, wrong: &[] };
        let policies = policies(&lesson);
        let nothing = policies.iter().find(|entrant| entrant.name == "do nothing").unwrap();
        assert!(nothing.hand_in.as_ref().is_err_and(|why| why.contains("allows no strategy")));
        let forged = policies.iter().find(|entrant| entrant.name == "forged reports").unwrap();
        assert!(forged.hand_in.is_err());
        assert!(policies.iter().any(|entrant| entrant.name == "at once (Canary)"));
    }
}
