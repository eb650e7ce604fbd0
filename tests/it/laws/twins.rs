//! Law 46: harm and help are told by comparison with the same world in which nothing is released.

use rollout_lab::control::Plan;
use rollout_lab::engine::{Dist, Rate, Share, Span, Time};
use rollout_lab::exercise::{HandAction, Playback, play};
use rollout_lab::library::{read_ron, shipped};
use rollout_lab::scenario::{
    Clients, Defect, DefectTrigger, Effect, Fault, FaultKind, Scenario, Shape, When,
};
use rollout_lab::sim::{Case, Cause, ManualAction, Record, Truth, What};

use super::chaos;
use crate::world;

pub(super) const NOTHING: &str = "Nothing";
pub(super) const CANARY: &str = r#"Canary(steps: [Weight("30%"), Pause("2m")])"#;

pub(super) fn plan(strategy: &str) -> Plan {
    let text = format!(r#"(format: 1, title: "A plan", strategy: {strategy})"#);
    read_ron("plan.ron", &text).unwrap_or_else(|problems| panic!("{problems:?}")).0
}

/// A run of a scenario with all its faults.
pub(super) fn run(scenario: &Scenario, strategy: &str, seed: u64) -> Record {
    let faults = scenario.faults.iter().map(|fault| fault.name.clone()).collect();
    let case = Case { faults, ..Case::default() };
    play(scenario, &case, &plan(strategy), &[], seed).unwrap_or_else(|issues| panic!("{issues:?}"))
}

pub(super) fn errors(percent: f64) -> Vec<Defect> {
    let when = vec![DefectTrigger::Chance(Share::percent(percent))];
    vec![Defect { name: "errors".to_owned(), when, then: Effect::Errors }]
}

/// A shop of ten instances with room to spare, 400 users and 40 requests a second for ten minutes.
pub(super) fn shop() -> Scenario {
    let service = world::service("shop", 10, 4, Dist::Exponential(Span::from_millis(40)));
    let mut scenario = world::scenario(vec![service], Rate::per_second(40.0), Span::from_secs(600));
    scenario.release_at = Span::from_secs(60);
    scenario.clients = Clients { users: 400, slow_after: Some(Span::from_secs(2)), ..scenario.clients };
    scenario
}

pub(super) fn outage(percent: f64) -> Fault {
    Fault {
        name: "outage".to_owned(),
        when: When::At(Span::from_secs(200)),
        lasts: Some(Span::from_secs(60)),
        what: FaultKind::Brownout {
            service: "shop".to_owned(),
            instances: None,
            latency: 1.0,
            errors: Share::percent(percent),
        },
    }
}

pub(super) fn affected(truth: &Truth) -> (u64, u64, Option<Time>) {
    (truth.users_harmed, truth.users_helped, truth.first_harm)
}

#[test]
fn nothing_released_harms_and_helps_nobody() {
    let failed = std::cell::Cell::new(0);
    chaos::in_random_worlds(40, |chaos| {
        let truth = run(&chaos.scenario(), NOTHING, chaos.seed).truth;
        assert_eq!(affected(&truth), (0, 0, None), "{} users met a failure", truth.users_failed);
        assert_eq!(truth.harmed_by_cohort.iter().sum::<u64>(), 0);
        failed.set(failed.get() + truth.users_failed);
    });
    assert!(failed.get() > 100, "much goes wrong in these worlds: {}", failed.get());
}

/// The finding that began this: 7,906 of 8,000 users were "harmed by the release" on the stall's market day.
#[test]
fn nothing_released_harms_nobody_on_the_market_day() {
    let loaded = shipped::find_scenario_text("stall").expect("it is shipped");
    let mut scenario: Scenario = read_ron(&loaded.file, &loaded.text).unwrap().0;
    // The crowd comes in the seventh minute.
    scenario.horizon = Span::from_secs(540);
    let case = Case { traffic: Some("market day".to_owned()), ..Case::default() };
    let truth = play(&scenario, &case, &plan(NOTHING), &[], 1).unwrap().truth;
    assert!(truth.users_failed > 1000, "{} users met a failure", truth.users_failed);
    assert_eq!(affected(&truth), (0, 0, None));
}

#[test]
fn what_would_have_failed_anyway_is_neither_harm_nor_help() {
    let mut scenario = shop();
    scenario.faults = vec![outage(50.0)];
    for seed in 1..4 {
        let truth = run(&scenario, CANARY, seed).truth;
        assert!(truth.causes[Cause::Fault as usize] > 500, "the fault strikes");
        assert_eq!(affected(&truth), (0, 0, None), "seed {seed}");
    }
    // A defect of today's version is not the new one's, and the new one's is not a fault's.
    let mut both = scenario.clone();
    both.releases[0].defects = errors(5.0);
    both.releases[1].defects = errors(5.0);
    let truth = run(&both, CANARY, 1).truth;
    assert!(truth.causes[Cause::Defect as usize] > 500);
    assert_eq!(affected(&truth), (0, 0, None), "both versions fail the same requests");
}

#[test]
fn a_release_that_mends_a_defect_helps_and_one_that_brings_it_harms() {
    for seed in 1..4 {
        let mut mending = shop();
        mending.releases[0].defects = errors(10.0);
        let mended = run(&mending, CANARY, seed).truth;
        assert_eq!((mended.users_harmed, mended.first_harm), (0, None), "seed {seed}");
        assert!(mended.users_helped > 200, "{} users helped", mended.users_helped);
        let mut breaking = shop();
        breaking.releases[1].defects = errors(10.0);
        let broken = run(&breaking, CANARY, seed).truth;
        assert_eq!(broken.users_helped, 0);
        assert!(broken.users_harmed > 200, "{} users harmed", broken.users_harmed);
        assert_eq!(broken.users_harmed, broken.users_failed, "nothing else goes wrong here");
    }
}

#[test]
fn wrong_and_late_answers_are_harm_as_failures_are() {
    for then in [Effect::WrongAnswers, Effect::Latency(60.0)] {
        let mut scenario = shop();
        let when = vec![DefectTrigger::Chance(Share::percent(2.0))];
        scenario.releases[1].defects = vec![Defect { name: "bad".to_owned(), when, then: then.clone() }];
        let truth = run(&scenario, CANARY, 3).truth;
        assert_eq!(truth.users_failed, 0);
        assert!(truth.users_harmed > 50, "{then:?}: {} users harmed", truth.users_harmed);
    }
}

#[test]
fn a_user_is_harmed_when_more_went_worse_than_better() {
    let mut scenario = shop();
    scenario.releases[0].defects = errors(5.0);
    let other = DefectTrigger::Chance(Share::percent(5.0));
    // Of the candidate's two triggers the second is drawn anew: it fails others than the baseline does.
    let when = vec![DefectTrigger::Chance(Share::ALL), other];
    scenario.releases[1].defects = vec![Defect { name: "others".to_owned(), when, then: Effect::Errors }];
    let truth = run(&scenario, CANARY, 5).truth;
    assert!(truth.users_harmed > 30 && truth.users_helped > 30, "{:?}", affected(&truth));
    assert!(truth.users_harmed + truth.users_helped < 400, "some fare as well as before");
}

#[test]
fn exchanging_two_releases_of_equal_behaviour_changes_nobodys_harm() {
    for seed in 1..4 {
        let mut scenario = shop();
        scenario.faults = vec![outage(20.0)];
        scenario.releases[1].defects = errors(4.0);
        let mut twin = scenario.releases[1].clone();
        twin.name = "another".to_owned();
        scenario.releases.push(twin);
        let with = |release: &str| {
            let case = Case {
                release: Some(release.to_owned()),
                faults: vec!["outage".to_owned()],
                ..Case::default()
            };
            let truth = play(&scenario, &case, &plan(CANARY), &[], seed).unwrap().truth;
            (
                truth.users_harmed,
                truth.users_helped,
                truth.harmed_by_cohort,
                truth.first_harm,
                truth.last_harm,
            )
        };
        let name = scenario.releases[1].name.clone();
        assert_eq!(with(&name), with("another"), "seed {seed}");
        assert!(with("another").0 > 50);
    }
}

#[test]
fn a_worse_defect_never_harms_fewer_in_the_mean() {
    let mean = |percent: f64| {
        let harmed = (1..9).map(|seed| {
            let mut scenario = shop();
            scenario.releases[1].defects = errors(percent);
            run(&scenario, CANARY, seed).truth.users_harmed as f64
        });
        harmed.sum::<f64>() / 8.0
    };
    let means = [0.0, 0.2, 1.0, 4.0, 20.0].map(mean);
    assert!(means.windows(2).all(|pair| pair[0] < pair[1]), "{means:?}");
}

/// Instances of the two worlds stand in other zones. Who is struck when a zone is lost differs, and how many are does not.
#[test]
fn users_with_whom_luck_changed_places_are_neither_harmed_nor_helped() {
    for seed in 1..6 {
        let mut scenario = shop();
        scenario.zones = ["a", "b", "c"].map(str::to_owned).to_vec();
        // For eight seconds proxies send requests to instances that are gone.
        scenario.services[0].endpoints.lag = Dist::Fixed(Span::from_secs(8));
        scenario.faults = vec![Fault {
            name: "zone".to_owned(),
            when: When::At(Span::from_secs(200)),
            lasts: Some(Span::from_secs(60)),
            what: FaultKind::ZoneLoss { zone: "c".to_owned() },
        }];
        let sound = run(&scenario, CANARY, seed).truth;
        let (harmed, helped, _) = affected(&sound);
        assert!(sound.users_failed > 40, "seed {seed}: {} users", sound.users_failed);
        assert!(harmed == 0 || helped == 0, "seed {seed}: {harmed} harmed, {helped} helped");
        assert!(4 * harmed.max(helped) < sound.users_failed, "seed {seed}: {harmed} harmed, {helped} helped");
        assert_eq!(sound.harmed_by_cohort.iter().sum::<u64>(), harmed);
        scenario.releases[1].defects = errors(10.0);
        let broken = run(&scenario, CANARY, seed).truth;
        assert!(broken.users_harmed > 150, "seed {seed}: {} harmed", broken.users_harmed);
    }
}

#[test]
fn in_a_closed_loop_a_users_nth_request_is_compared_with_their_nth() {
    for seed in 1..4 {
        let mut scenario = shop();
        scenario.traffic[0].shape = Shape::Closed { users: 60, think: Dist::Exponential(Span::from_secs(2)) };
        scenario.faults = vec![outage(30.0)];
        let calm = run(&scenario, NOTHING, seed).truth;
        assert_eq!(affected(&calm), (0, 0, None));
        assert!(calm.users_failed > 50);
        // Slower answers move every later request; none of them goes badly.
        scenario.releases[1].defects =
            vec![Defect { name: "slow".to_owned(), when: Vec::new(), then: Effect::Latency(3.0) }];
        scenario.faults = Vec::new();
        assert_eq!(affected(&run(&scenario, CANARY, seed).truth), (0, 0, None), "seed {seed}");
        scenario.releases[1].defects = errors(50.0);
        assert!(run(&scenario, CANARY, seed).truth.users_harmed > 50);
    }
}

#[test]
fn a_fault_let_loose_by_hand_would_have_struck_anyway() {
    let mut scenario = shop();
    scenario.faults = vec![outage(50.0)];
    let inject = |at: u64| HandAction {
        at: Time::from_secs(at),
        action: ManualAction::Inject { fault: "outage".to_owned() },
        because: String::new(),
    };
    let case = Case::default();
    let record = play(&scenario, &case, &plan(CANARY), &[inject(100), inject(400)], 2).unwrap();
    assert!(record.truth.causes[Cause::Fault as usize] > 1000, "{:?}", record.truth.causes);
    assert_eq!(affected(&record.truth), (0, 0, None));
    // Beside a defect, only the defect harms; and a run that is rewound and acted upon tells the same.
    scenario.releases[1].defects = errors(10.0);
    let alone = play(&scenario, &case, &plan(CANARY), &[], 2).unwrap().truth;
    let mut live = Playback::new(&scenario, &case, &plan(CANARY), &[], 2).unwrap().rewindable();
    live.seek(Time::from_secs(400));
    live.seek(Time::from_secs(100));
    live.act(inject(100).action, "");
    live.seek(Time::from_secs(300));
    live.seek(Time::from_secs(90));
    live.seek(live.end());
    let whole = play(&scenario, &case, &plan(CANARY), &[inject(100)], 2).unwrap().truth;
    assert_eq!(affected(&live.record().truth), affected(&whole));
    assert!(whole.users_harmed <= alone.users_harmed && whole.users_harmed > 200);
}

#[test]
fn harm_is_known_at_every_moment_and_the_same_after_going_back() {
    let mut scenario = shop();
    scenario.releases[1].defects = errors(10.0);
    let mut playback =
        Playback::new(&scenario, &Case::default(), &plan(CANARY), &[], 4).unwrap().rewindable();
    let moments = [59, 61, 120, 180, 300, 599].map(Time::from_secs);
    let seen = moments.map(|moment| {
        playback.seek(moment);
        affected(&playback.record().truth)
    });
    assert_eq!(seen[0], (0, 0, None), "nothing is out yet");
    assert!(seen.windows(2).all(|pair| pair[0].0 <= pair[1].0), "{seen:?}");
    for (moment, seen) in moments.iter().zip(seen).rev() {
        playback.seek(*moment);
        assert_eq!(affected(&playback.record().truth), seen, "{moment:?}");
    }
}

/// Until something is different nothing is done differently, and what is different is not known before it has been scraped.
#[test]
fn two_worlds_equal_until_a_time_have_equal_actions_until_it_can_be_seen() {
    const CHECKED: &str = r#"Canary(steps: [Weight("50%"), Analyse(for: "6m", checks: [
        (name: "errors", query: (metric: ErrorRatio, over: "30s"), pass: Below("5%"), interval: "5s"),
    ])])"#;
    let mut differing = 0;
    for seed in 1..9 {
        let at = Span::from_secs(100 + 17 * seed);
        let mut scenario = shop();
        scenario.monitoring.lag = Dist::Fixed(Span::from_secs(4));
        let mut struck = scenario.clone();
        struck.faults = vec![Fault { when: When::At(at), ..outage(60.0) }];
        let asked = |scenario: &Scenario| -> Vec<(Time, String)> {
            let asks = run(scenario, CHECKED, seed).facts.into_iter();
            let asks = asks.filter(|fact| matches!(fact.what, What::Asked { .. }));
            asks.map(|fact| (fact.at, fact.what.to_string())).collect()
        };
        let (calm, struck) = (asked(&scenario), asked(&struck));
        let seen = Time::ZERO + at + Span::from_secs(4);
        let before = |asks: &[(Time, String)]| asks.iter().filter(|(at, _)| *at < seen).count();
        let both = before(&calm).max(before(&struck));
        assert_eq!(calm[..both.min(calm.len())], struck[..both.min(struck.len())], "seed {seed}");
        differing += usize::from(calm != struck);
    }
    assert!(differing >= 6, "the fault is noticed: {differing} of 8");
}
