//! Each law is broken on purpose: a record that was tampered with is found.

use super::*;
use crate::control::Plan;
use crate::engine::{Level, Share, Span, Time};
use crate::exercise::play;
use crate::sim::{Action, Fact, Pool, Record, RolloutPhase, What, Who};
use crate::soak::soaked::Soaked;
use crate::telemetry::{AlertRule, Condition, Metric, Query, Subject, Urgency};

/// What is done to a record so that the law of this name no longer holds.
const TAMPERED: [(&str, fn(&mut Record)); 21] = [
    ("requests", |record| record.truth.requests.arrived += 1),
    ("causes", |record| record.truth.causes[0] += 1),
    ("latencies", |record| record.truth.requests.succeeded -= 1),
    ("harm", |record| record.truth.users_harmed += 1),
    ("order", |record| add(record, &[(900, What::Judged("late".to_owned()))])),
    ("instances", |record| add(record, &[(1, gone()), (2, ready())])),
    ("instances", |record| add(record, &[(1, ready()), (2, ready())])),
    ("existence", |record| add(record, &[1; 9].map(|second| (second, gone())))),
    ("weights", |record| add(record, &[(1, routed([9_000, 999, 0]))])),
    ("phases", |record| add(record, &[(1, What::Phase(RolloutPhase::RolledBack))])),
    ("phases", |record| add(record, &[(1, What::Phase(RolloutPhase::Paused))])),
    ("returned", |record| {
        add(record, &[(1, routed([9_000, 1_000, 0])), (2, What::Phase(RolloutPhase::RolledBack))]);
    }),
    ("surge", |record| {
        add(record, &[(1, What::Launched { service: "s0".to_owned(), pool: Pool::Candidate, count: 99 })]);
    }),
    ("no way back", |record| add(record, &[(1, What::NoWayBack(String::new()))])),
    ("alerts", |record| add(record, &[(1, What::AlertFiring("errors".to_owned()))])),
    ("pages", |record| add(record, &[(1, What::Acknowledged(String::new()))])),
    ("triggers", |record| {
        add(record, &[(1, What::Asked { who: Who::Trigger, action: Action::Shed { share: Share::ALL } })]);
    }),
    ("faults", |record| add(record, &[(1, What::FaultEnded("zone".to_owned()))])),
    ("breakers", |record| {
        let (service, to) = ("s0".to_owned(), "s1".to_owned());
        add(record, &[(1, What::BreakerMoved { service, instance: 0, to, open: false })]);
    }),
    ("ejections", |record| {
        add(record, &[(1, What::Panic { service: "s0".to_owned(), pool: None, proxy: 0, begins: false })]);
    }),
    ("same again", |record| record.digest.push('0')),
];

/// In place of all facts.
fn add(record: &mut Record, facts: &[(u64, What)]) {
    let fact = |(second, what): &(u64, What)| Fact {
        at: Time::from_secs(*second),
        what: what.clone(),
        because: String::new(),
    };
    record.facts = facts.iter().map(fact).collect();
}

fn gone() -> What {
    What::Gone { service: "s0".to_owned(), instance: 0, pool: Pool::Stable, dropped: 0 }
}

fn ready() -> What {
    What::Ready { service: "s0".to_owned(), instance: 0, pool: Pool::Stable }
}

fn routed(weights: [u32; 3]) -> What {
    What::Routed { weights: Some(weights), mirrored: Share::ZERO }
}

#[test]
fn a_law_finds_a_record_that_was_tampered_with() {
    let run: Soaked = "5-1-0-Rolling-0".parse().unwrap();
    let scenario = run.scenario();
    let query = Query { over: Span::from_secs(20), ..Query::new(Metric::ErrorRatio, Subject::Target) };
    let when = Condition::Above(query, Level::Share(Share::percent(5.0)));
    let rule = AlertRule {
        name: "errors".to_owned(),
        when,
        hold: Span::from_secs(5),
        keep_firing_for: Span::ZERO,
        urgency: Urgency::default(),
    };
    let plan = Plan { alerts: vec![rule], ..run.plan(&scenario).unwrap() };
    let record = play(&scenario, &run.case(&scenario), &plan, &[], run.world.seed).unwrap();
    let holds = |name: &str, record: &Record| {
        let law = LAWS.iter().find(|law| law.name == name).unwrap();
        (law.holds)(&Seen { of: &run, scenario: &scenario, plan: &plan, actions: &[], record })
    };
    for law in &LAWS {
        assert_eq!(holds(law.name, &record), Ok(()), "{}", law.name);
        let tried = TAMPERED.iter().any(|(name, _)| *name == law.name);
        assert!(tried || law.runs_again, "{} is broken by nothing", law.name);
    }
    for (name, tamper) in TAMPERED {
        let mut record = record.clone();
        tamper(&mut record);
        assert!(holds(name, &record).is_err(), "{name}");
    }
}

#[test]
fn every_law_has_a_name_of_its_own_and_is_of_the_list() {
    let text = include_str!("../../../ARCHITECTURE.md");
    let mut names: Vec<&str> = LAWS.iter().map(|law| law.name).collect();
    for law in &LAWS {
        assert!(text.contains(&format!("\n| {} |", law.number)), "{} is law {}", law.name, law.number);
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), LAWS.len());
}
