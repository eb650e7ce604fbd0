//! Experiments, trains of releases, and the causes that a case names.

use super::super::super::super::sample::{fact, record, roll_back, scenario};
use super::super::super::{deciding, experimenting, outage, responding, train};
use super::{at, with};
use crate::engine::{Share, Span, Time};
use crate::sim::{
    Action, Conclusion, ExperimentFact, Fact, Leg, Record, RolloutCommand, RolloutPhase, Suspect, What, Who,
};

#[test]
fn the_winner_is_right_where_it_serves_users_no_worse() {
    for (helped, harmed, candidate, baseline) in
        [(10, 10, true, true), (11, 10, true, false), (10, 11, false, true)]
    {
        let mut out = record();
        (out.truth.users_helped, out.truth.users_harmed) = (helped, harmed);
        let mut back = out.clone();
        roll_back(&mut back, 452);
        let mut hangs = out.clone();
        hangs.observed.phase = RolloutPhase::Paused;
        assert_eq!(
            [&out, &back, &hangs].map(deciding::is_right_winner),
            [candidate, baseline, false],
            "{helped} {harmed}"
        );
    }
}

#[test]
fn an_experiment_that_loses_users_is_stopped_by_a_person_or_a_trigger() {
    use RolloutCommand::{Abort, KillFlag, Pause, Promote, PromoteFull, Resume, Retry, Undo};
    let noticed = |what: What| {
        let mut run = record();
        roll_back(&mut run, 800);
        run.facts.clear();
        run.truth.loses_users = true;
        run.facts.push(fact(700, what));
        deciding::is_mismatch_noticed(&run)
    };
    let command = |who, command| What::Asked { who, action: Action::Command(command) };
    for stops in [Pause, Abort, KillFlag] {
        assert_eq!(
            [Who::Learner, Who::Trigger, Who::Strategy].map(|who| noticed(command(who, stops))),
            [true, true, false],
            "{stops:?}"
        );
    }
    for other in [Promote, PromoteFull, Resume, Retry, Undo] {
        assert!(!noticed(command(Who::Learner, other)), "{other:?}");
    }
    assert!(noticed(What::Phase(RolloutPhase::Paused)) && !noticed(What::Phase(RolloutPhase::InProgress)));
}

fn happens(seconds: u64, what: ExperimentFact) -> Fact {
    fact(seconds, What::Experiment(what))
}

#[test]
fn a_hypothesis_holds_when_the_experiment_begins_and_is_broken_after_it() {
    let fits = |harmed: u64, looks: &[(u64, bool)]| {
        let mut run =
            with(looks.iter().map(|(second, holds)| happens(*second, ExperimentFact::Holds(*holds))));
        run.facts.push(happens(400, ExperimentFact::Began("one".to_owned())));
        run.truth.users_harmed = harmed;
        experimenting::hypothesis_fits(&run)
    };
    assert!(fits(19, &[(400, true)]) && !fits(20, &[(400, true)]));
    assert!(!fits(19, &[(401, true)]), "it was written down too late");
    assert!(!fits(19, &[(300, true), (400, false)]), "it did not hold any more");
    assert!(fits(19, &[(300, false), (400, true)]), "it held again");
    assert!(fits(20, &[(300, true), (401, false)]) && !fits(19, &[(300, true), (401, false)]));
    assert!(!fits(20, &[(300, true), (401, true)]));
}

#[test]
fn a_conclusion_is_drawn_from_an_experiment_that_has_begun_and_is_over() {
    let right = |harmed: u64, ended: u64, stopped: bool, second: u64, conclusion: Conclusion| {
        let mut run = with([
            happens(400, ExperimentFact::Began("one".to_owned())),
            happens(ended, ExperimentFact::Ended { fault: "one".to_owned(), stopped }),
        ]);
        run.truth.users_harmed = harmed;
        run.facts.push(fact(second, What::Asked { who: Who::Learner, action: Action::Conclude(conclusion) }));
        experimenting::concluded_right(&run, &scenario())
    };
    assert!(right(19, 700, false, 700, Conclusion::Keep) && !right(19, 701, false, 700, Conclusion::Keep));
    assert!(!right(20, 700, false, 700, Conclusion::Keep) && !right(19, 700, true, 700, Conclusion::Keep));
    assert!(right(20, 700, true, 400, Conclusion::Drop) && !right(20, 700, true, 399, Conclusion::Drop));
    assert!(!right(19, 700, true, 450, Conclusion::Drop));
    assert!(!right(19, 700, false, 720, Conclusion::Postpone), "it was begun");
}

#[test]
fn a_minute_is_bad_from_a_twentieth_on_and_an_outage_lasts_from_failure_to_failure() {
    let run = |failed: [u32; 12]| {
        let mut run = record();
        run.truth.points.truncate(12);
        run.truth.points.iter_mut().zip(failed).for_each(|(point, failed)| point.failed = failed);
        outage::outage(&run, outage::USUAL)
    };
    // Six points of 100 requests, one every ten seconds, are a minute: 30 of them are a twentieth.
    assert_eq!(run([0, 0, 0, 29, 0, 0, 0, 0, 0, 0, 0, 0]), None);
    assert_eq!(run([0, 0, 0, 30, 0, 0, 0, 0, 0, 0, 0, 0]), Some((at(30), at(40))));
    assert_eq!(run([0, 20, 0, 10, 0, 0, 0, 0, 15, 15, 0, 0]), Some((at(10), at(100))));
    assert_eq!(run([0, 20, 0, 10, 0, 0, 0, 0, 15, 14, 0, 0]), Some((at(10), at(40))));
    assert_eq!(run([30, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), Some((at(0), at(10))));
    let mut silent = record().truth.points[..6].to_vec();
    silent.iter_mut().for_each(|point| (point.ended, point.failed) = (0, 0));
    assert_eq!(outage::failed_share(&silent), 0.0);
    (silent[0].ended, silent[0].failed) = (8, 2);
    assert_eq!(outage::failed_share(&silent), 0.25);
}

fn leg(is_sound: bool, delivered: Option<u64>, rolled_back: Option<u64>) -> Leg {
    Leg {
        release: "v".to_owned(),
        is_sound,
        at: Time::ZERO,
        started: None,
        delivered: delivered.map(at),
        rolled_back: rolled_back.map(at),
        superseded: false,
        users_harmed: 0,
    }
}

#[test]
fn of_a_train_the_last_release_is_told_by_who_serves_and_the_others_by_what_was_noted() {
    let shares = |mut run: Record, legs: Vec<Leg>, never: [u32; 2]| {
        (run.truth.legs, run.truth.never_came) = (legs, never);
        (train::sound_delivered(&run), train::defective_stopped(&run))
    };
    let back = || {
        let mut run = record();
        roll_back(&mut run, 452);
        run
    };
    assert_eq!(shares(record(), Vec::new(), [0, 0]), (1.0, 1.0), "there is none of either");
    assert_eq!(shares(record(), Vec::new(), [1, 2]), (0.0, 0.0));
    let last = || leg(true, None, None);
    assert_eq!(shares(record(), vec![last()], [0, 0]), (1.0, 1.0), "it serves everybody");
    assert_eq!(shares(back(), vec![leg(true, Some(800), None)], [0, 0]), (0.0, 1.0), "it went back");
    assert_eq!(shares(back(), vec![leg(false, None, None)], [0, 0]), (1.0, 1.0));
    assert_eq!(shares(record(), vec![leg(false, None, Some(500))], [0, 0]), (1.0, 0.0));
    // The deadline is at 1200 s.
    for (delivered, share) in [(Some(1200), 1.0), (Some(1201), 0.5), (None, 0.5)] {
        assert_eq!(shares(record(), vec![leg(true, delivered, None), last()], [0, 0]), (share, 1.0));
    }
    for (rolled_back, share) in [(Some(500), 1.0), (None, 0.0)] {
        assert_eq!(shares(record(), vec![leg(false, None, rolled_back), last()], [0, 0]), (1.0, share));
    }
    let many =
        vec![leg(true, Some(500), None), leg(false, None, Some(600)), leg(false, Some(700), None), last()];
    assert_eq!(shares(record(), many, [2, 1]), (0.5, 1.0 / 3.0));
}

#[test]
fn a_cause_that_the_case_names_is_right_once_users_failed() {
    let right = |second: u64, suspect: Suspect, causes: &[Suspect]| {
        let mut run = record();
        run.truth.points.iter_mut().for_each(|point| point.failed = 0);
        // From 400 s to 460 s.
        run.truth.points[40..46].iter_mut().for_each(|point| point.failed = 50);
        run.facts.push(fact(second, What::Asked { who: Who::Learner, action: Action::Localise(suspect) }));
        responding::localised_right(&run, &scenario(), causes)
    };
    let network = [Suspect::Network];
    assert!(right(400, Suspect::Network, &network) && !right(399, Suspect::Network, &network));
    assert!(!right(450, Suspect::Monitoring, &network) && !right(450, Suspect::Network, &[]));
    assert!(!right(450, Suspect::Nothing, &network) && right(450, Suspect::Nothing, &[]));
}

#[test]
fn what_is_asked_after_a_page_counts_from_the_page_on() {
    let told = |seconds: u64| {
        let run = with([
            fact(400, What::Paged("errors".into())),
            fact(seconds, What::Asked { who: Who::Learner, action: Action::Tell("we look".into()) }),
        ]);
        responding::time_to_tell(&run)
    };
    assert_eq!([told(399), told(400), told(401)], [None, Some(0.0), Some(1.0)]);
    let by_trigger = with([
        fact(400, What::Paged("errors".into())),
        fact(410, What::Asked { who: Who::Trigger, action: Action::Tell("by itself".into()) }),
    ]);
    assert_eq!(responding::time_to_tell(&by_trigger), None);
}

#[test]
fn what_is_wrong_is_what_shows_what_lasts_and_what_was_shortly_before() {
    let five = Span::from_secs(300);
    let wrong = |change: &dyn Fn(&mut Record), second: u64| {
        let mut run = record();
        run.truth.points.iter_mut().for_each(|point| point.ended = 100);
        change(&mut run);
        responding::culprits(&run, &scenario(), at(second), five)
    };
    let began = |run: &mut Record| run.facts.push(fact(600, What::FaultBegan("outage".into())));
    let ended = |run: &mut Record| {
        began(run);
        run.facts.push(fact(660, What::FaultEnded("outage".into())));
    };
    let shop = vec![Suspect::Service("shop".to_owned())];
    assert_eq!([wrong(&began, 599), wrong(&began, 1200)], [vec![], shop.clone()]);
    assert_eq!([wrong(&ended, 960), wrong(&ended, 961)], [shop.clone(), vec![]]);
    let of_another = |run: &mut Record| {
        run.facts.push(fact(599, What::FaultEnded("outage".into())));
        began(run);
        run.facts.push(fact(610, What::FaultEnded("other".into())));
    };
    assert_eq!(wrong(&of_another, 1200), shop, "it had ended before, and another one ended");
    let unknown = |run: &mut Record| run.facts.push(fact(600, What::FaultBegan("nothing".into())));
    assert_eq!(wrong(&unknown, 700), []);
    let flagged = |second: u64, share: f64| {
        move |run: &mut Record| {
            run.truth.defect_shown = Some(at(400));
            let share = Share::percent(share);
            run.facts.push(fact(second, What::Flagged { name: "new".to_owned(), share }));
        }
    };
    assert_eq!(wrong(&flagged(400, 10.0), 400), [Suspect::Release, Suspect::Flag]);
    assert_eq!(wrong(&flagged(401, 10.0), 400), [Suspect::Release]);
    assert_eq!(wrong(&flagged(400, 0.0), 400), [Suspect::Release]);
    assert_eq!(wrong(&flagged(300, 10.0), 399), []);
}

#[test]
fn traffic_is_a_cause_from_a_quarter_more_on_and_for_as_long_as_it_is_remembered() {
    let five = Span::from_secs(300);
    // 100 requests each ten seconds, and `more` from 600 s to 720 s.
    let surge = |more: u32, second: u64, remembered: Span| {
        let mut run = record();
        for point in &mut run.truth.points {
            point.ended = if point.at > at(600) && point.at <= at(720) { more } else { 100 };
        }
        responding::culprits(&run, &scenario(), at(second), remembered) == [Suspect::Load]
    };
    // Two minutes of 100 are 1200 requests: six deviations are 208, a quarter 300.
    assert!(surge(126, 720, five) && !surge(125, 720, five));
    assert!(!surge(126, 719, five) && surge(126, 1020, five) && !surge(126, 1021, five));
    assert!(surge(126, 720, Span::ZERO) && !surge(126, 730, Span::ZERO));
    // Few: of 8 each ten seconds, 96 in two minutes, six deviations are 59, more than half of them.
    let few = |more: u32| {
        let mut run = record();
        for point in &mut run.truth.points {
            point.ended = if point.at > at(600) { more } else { 8 };
        }
        responding::culprits(&run, &scenario(), at(720), five) == [Suspect::Load]
    };
    assert!(few(13) && !few(12));
    let mut silent = record();
    silent.truth.points.iter_mut().for_each(|point| point.ended = u32::from(point.at > at(600)) * 100);
    assert_eq!(
        responding::culprits(&silent, &scenario(), at(720), five),
        [],
        "there was none to compare with"
    );
}
