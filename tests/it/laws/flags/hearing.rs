//! What a client goes by after a restart, how soon a pushed change is heard, what answers stick to, and which flags are refused.

use std::collections::{BTreeMap, BTreeSet};

use rollout_lab::control::Plan;
use rollout_lab::engine::{Dist, Share, Span, Time};
use rollout_lab::library::parse_options;
use rollout_lab::scenario::{AfterRestart, Fault, FaultKind, FlagService, Propagation, Scenario, When};
use rollout_lab::sim::Setup;

use super::{bit, evaluations, flagged, rule, setup, turn, with_flag};
use crate::laws::simulate_with;

/// When all instances crash.
const CRASH: Time = Time::from_secs(20);

fn all_crash(after_restart: AfterRestart) -> Scenario {
    let mut scenario = flagged(Share::ZERO);
    scenario.flag_service = scenario.flag_service.map(|service| FlagService { after_restart, ..service });
    scenario.faults.push(Fault {
        name: "crash".to_owned(),
        when: When::At(CRASH.since(Time::ZERO)),
        lasts: None,
        what: FaultKind::Crash { service: "shop".to_owned(), instances: 3 },
    });
    scenario
}

/// Law 34: the answer a user gets is the same before and after a restart, whatever the client goes by in between.
#[test]
fn a_restart_changes_nobodys_answer() {
    for after_restart in [AfterRestart::CodeDefault, AfterRestart::Bootstrap] {
        let start = setup(&[("new", 30.0)], Vec::new());
        let mut simulation = simulate_with(&all_crash(after_restart), start, 5);
        let answers = |seen: Vec<(Time, u32, u8)>| -> BTreeMap<u32, bool> {
            seen.into_iter().map(|(_, user, flags)| (user, flags & bit("new") != 0)).collect()
        };
        let before = answers(evaluations(&mut simulation, CRASH));
        // They are back after some seconds, and fetch at once.
        simulation.run_until(CRASH + Span::from_secs(60));
        let after = answers(evaluations(&mut simulation, CRASH + Span::from_secs(90)));
        let both = after.iter().filter(|(user, _)| before.contains_key(user)).count();
        assert!(both > 300, "{both} users were seen before and after");
        let changed =
            after.iter().filter(|(user, on)| before.get(user).is_some_and(|was| was != *on)).count();
        assert_eq!(changed, 0, "{after_restart:?}");
    }
}

/// With the flag service down a client that restarts goes by its code, or by the file it was shipped with.
#[test]
fn without_the_service_a_restarted_client_does_as_its_code_says() {
    for (after_restart, most_are_on) in [(AfterRestart::CodeDefault, false), (AfterRestart::Bootstrap, true)]
    {
        let mut scenario = all_crash(after_restart);
        scenario.flag_service = scenario.flag_service.map(|service| FlagService { clients: 3, ..service });
        scenario.faults.push(Fault {
            name: "down".to_owned(),
            when: When::At(Span::from_secs(10)),
            lasts: None,
            what: FaultKind::FlagService,
        });
        let mut simulation = simulate_with(&scenario, setup(&[("new", 100.0)], Vec::new()), 5);
        simulation.run_until(CRASH + Span::from_secs(60));
        let seen = evaluations(&mut simulation, CRASH + Span::from_secs(80));
        let on =
            seen.iter().filter(|(_, _, flags)| flags & bit("new") != 0).count() as f64 / seen.len() as f64;
        assert_eq!(on > 0.5, most_are_on, "{after_restart:?}: {on}");
        assert!(on == 0.0 || on == 1.0, "{after_restart:?}: {on}");
    }
}

/// Law 36, for changes that are pushed: heard within the longest push, and much sooner than by polls.
#[test]
fn a_pushed_kill_switch_is_heard_within_the_longest_push() {
    for seed in 0..5 {
        let (least, most) = (Span::from_millis(100), Span::from_millis(900));
        let mut scenario = flagged(Share::ZERO);
        let propagation = Propagation::Stream { lag: Dist::Uniform { min: least, max: most } };
        scenario.flag_service = scenario.flag_service.map(|service| FlagService { propagation, ..service });
        let mut simulation = simulate_with(&scenario, setup(&[("new", 100.0)], Vec::new()), seed);
        simulation.run_until(Time::from_secs(40));
        let killed = simulation.now();
        turn(&mut simulation, "new", 0.0);
        let seen = evaluations(&mut simulation, killed + Span::from_secs(10));
        let on = |(_, _, flags): &&(Time, u32, u8)| flags & bit("new") != 0;
        let last = seen.iter().filter(on).map(|(at, ..)| *at).max().expect("nobody hears at once");
        assert!(last <= killed + most, "still on at {last}, killed at {killed}");
        assert!(last > killed + least, "off at {last}, before anybody could have heard");
    }
}

/// Law 34: what the buckets go by decides who keeps an answer.
#[test]
fn answers_stick_to_the_user_or_to_nothing() {
    for (stickiness, sticks) in [("User", true), ("Session", true), ("Random", false)] {
        let rules = vec![rule(&format!("(name: \"new\", stickiness: {stickiness})"))];
        let start = Setup { flag_rules: rules, ..setup(&[("new", 50.0)], Vec::new()) };
        let mut simulation = simulate_with(&flagged(Share::ZERO), start, 2);
        // All within half an hour, so that a user has one session.
        let mut answers: BTreeMap<u32, BTreeSet<bool>> = BTreeMap::new();
        for (_, user, flags) in evaluations(&mut simulation, Time::from_secs(30)) {
            answers.entry(user).or_default().insert(flags & bit("new") != 0);
        }
        let torn = answers.values().filter(|seen| seen.len() > 1).count();
        assert_eq!(torn == 0, sticks, "{stickiness}: {torn} of {} users got both answers", answers.len());
    }
}

/// Law 34: flags of one group are on for the same users first; those of groups of their own are not.
#[test]
fn within_a_group_the_smaller_share_lies_in_the_larger() {
    for (group, nested) in [(", group: Some(\"shop\")", true), ("", false)] {
        let rules = ["new", "second"].map(|name| rule(&format!("(name: \"{name}\"{group})")));
        let start = setup(&[("new", 10.0), ("second", 40.0)], rules.to_vec());
        let mut simulation = simulate_with(&flagged(Share::ZERO), start, 4);
        let seen = evaluations(&mut simulation, Time::from_secs(20));
        let (small, large) = (with_flag(&seen, "new"), with_flag(&seen, "second"));
        assert!(!small.is_empty() && small.len() < large.len());
        assert_eq!(small.is_subset(&large), nested, "{group}");
    }
}

/// Law 35: flags that require one another in a circle are refused when they are read.
#[test]
fn a_circle_of_requirements_is_refused() {
    let rules = |last: &str| {
        format!(
            "(format: 1, strategy: Nothing, flag_rules: [(name: \"a\", requires: [\"b\"]), (name: \"b\", requires: [\"c\"]), \
             (name: \"c\", requires: [{last}])])"
        )
    };
    for (last, refused) in [("\"a\"", true), ("\"b\"", true), ("\"d\"", false), ("", false)] {
        let plan: Plan = parse_options().from_str(&rules(last)).unwrap();
        let is_refused = plan.problems(None).iter().any(|issue| issue.code == "cycle");
        assert_eq!(is_refused, refused, "{last}");
    }
}
