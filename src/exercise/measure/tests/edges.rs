//! Single measures at the moments and numbers where their value changes.

use super::super::super::sample::{fact, record, roll_back, scenario};
use super::super::{alerting, attempt, deciding, experimenting, outage, responding, train};
use crate::engine::{Share, Span, Time};
use crate::sim::{
    Action, Conclusion, ExperimentFact, Fact, Leg, Pool, Record, RolloutCommand, RolloutPhase, Suspect, What,
    Who,
};
use crate::telemetry::{Row, SeriesId, Store, Subject};

fn at(seconds: u64) -> Time {
    Time::from_secs(seconds)
}

/// The sample run with these facts beside its own.
fn with(facts: impl IntoIterator<Item = Fact>) -> Record {
    let mut run = record();
    run.facts.extend(facts);
    run
}

fn asked(seconds: u64, who: Who, command: RolloutCommand) -> Fact {
    fact(seconds, What::Asked { who, action: Action::Command(command) })
}

fn firing(seconds: u64) -> Fact {
    fact(seconds, What::AlertFiring("errors".into()))
}

fn resolved(seconds: u64, name: &str) -> Fact {
    fact(seconds, What::AlertResolved(name.into()))
}

/// Harm from 400 s to 600 s to so many users.
fn harmed(users: u64, facts: impl IntoIterator<Item = Fact>) -> Record {
    let mut run = with(facts);
    run.truth.users_harmed = users;
    (run.truth.first_harm, run.truth.last_harm) = (Some(at(400)), Some(at(600)));
    run
}

#[test]
fn an_alert_counts_from_the_first_harm_until_five_minutes_after_the_last() {
    for (second, tells) in [(399, false), (400, true), (600, true), (900, true), (901, false)] {
        let told = f64::from(u8::from(tells));
        assert_eq!(alerting::recall(&harmed(20, [firing(second)])), told, "an alert at {second} s");
        let page = fact(second, What::Paged("errors".into()));
        let wanted = tells.then_some(second as f64 - 400.0);
        assert_eq!(alerting::time_to_page(&harmed(20, [page])), wanted, "a page at {second} s");
    }
    for (users, recall, page) in [(19, 1.0, Some(0.0)), (20, 0.0, None)] {
        assert_eq!(alerting::recall(&harmed(users, [])), recall);
        assert_eq!(alerting::time_to_page(&harmed(users, [])), page);
    }
    let mut calm = harmed(100, []);
    calm.truth.first_harm = None;
    assert_eq!((alerting::recall(&calm), alerting::time_to_page(&calm)), (1.0, Some(0.0)));
}

#[test]
fn alerts_without_a_reason_are_a_share_of_all_and_at_most_all() {
    for (alarms, precision) in [(0, 1.0), (1, 0.5), (2, 0.0), (3, 0.0)] {
        let mut run = with([firing(450), firing(700)]);
        run.truth.false_alarms = alarms;
        assert_eq!(alerting::precision(&run), precision);
    }
    let mut silent = record();
    silent.truth.false_alarms = 1;
    assert_eq!(alerting::precision(&silent), 1.0);
}

#[test]
fn the_reset_waits_for_the_last_of_the_alerts_that_fired_by_the_last_harm() {
    let reset = |facts: Vec<Fact>| alerting::time_to_reset(&harmed(45, facts));
    let other = |seconds| fact(seconds, What::AlertFiring("slow".into()));
    assert_eq!(reset(vec![firing(600), resolved(650, "errors")]), Some(50.0));
    assert_eq!(reset(vec![firing(601), resolved(650, "errors")]), Some(0.0));
    assert_eq!(reset(vec![firing(600)]), None);
    assert_eq!(
        reset(vec![firing(450), other(460), resolved(680, "errors"), resolved(690, "slow")]),
        Some(90.0)
    );
    assert_eq!(
        reset(vec![firing(450), other(460), resolved(690, "errors"), resolved(500, "slow")]),
        Some(90.0)
    );
    assert_eq!(
        reset(vec![firing(450), resolved(620, "errors"), resolved(900, "slow")]),
        Some(20.0),
        "another alert"
    );
    assert_eq!(
        reset(vec![firing(450), resolved(620, "errors"), resolved(900, "errors")]),
        Some(20.0),
        "it had stopped"
    );
    let mut calm = harmed(45, [firing(450)]);
    calm.truth.last_harm = None;
    assert_eq!(alerting::time_to_reset(&calm), Some(0.0));
    let mut brief = record();
    (brief.observed.pages, brief.simulated) = (3, Span::ZERO);
    assert_eq!(alerting::pages_per_hour(&brief), 0.0);
    brief.simulated = Span::from_secs(1800);
    assert_eq!(alerting::pages_per_hour(&brief), 6.0);
}

#[test]
fn only_commands_that_stop_it_within_the_attempt_are_a_hand_on_the_way_back() {
    use RolloutCommand::{Abort, KillFlag, Pause, Promote, PromoteFull, Resume, Retry, Undo};
    // The attempt began at 300 s, and it was decided to go back at 445 s.
    let stopped = |seconds, who, command| {
        let mut run = record();
        roll_back(&mut run, 452);
        run.facts.push(asked(seconds, who, command));
        attempt::stopped_itself(&run)
    };
    for command in [Abort, Undo, KillFlag, Pause] {
        let by_learner = [299, 300, 445, 446].map(|second| stopped(second, Who::Learner, command));
        assert_eq!(by_learner, [true, false, false, true], "{command:?}");
        assert!(stopped(440, Who::Trigger, command), "{command:?}");
    }
    for command in [Promote, PromoteFull, Resume, Retry] {
        assert!(stopped(440, Who::Learner, command), "{command:?}");
    }
    assert!(!attempt::stopped_itself(&record()), "it is out");
    let mut blind = record();
    roll_back(&mut blind, 452);
    blind.observed.first_sign = None;
    assert!(!attempt::stopped_itself(&blind) && !attempt::is_rolled_back(&blind));
}

#[test]
fn times_of_a_way_back_begin_with_the_harm_the_detection_and_the_decision() {
    let mut run = record();
    roll_back(&mut run, 452);
    run.truth.detected = None;
    assert_eq!(attempt::time_to_decide(&run), Some(0.0), "nobody was harmed before");
    run.truth.detected = Some(at(445));
    assert_eq!(attempt::time_to_decide(&run), Some(0.0));
    run.truth.detected = Some(at(460));
    assert_eq!(attempt::time_to_decide(&run), Some(0.0), "detected after the decision");
    assert_eq!(attempt::time_to_detect(&run), Some(140.0));
    run.truth.detected = None;
    assert_eq!(attempt::time_to_detect(&run), None);
    assert_eq!(attempt::time_to_recover(&run), Some(7.0));
    run.observed.rolled_back = None;
    assert_eq!(attempt::time_to_recover(&run), None);
    run.observed.aborted = None;
    for (harm, value) in [(Some(at(400)), None), (None, Some(0.0))] {
        run.truth.attempt_harm = harm;
        assert_eq!([attempt::time_to_decide(&run), attempt::time_to_recover(&run)], [value; 2]);
    }
    for (phase, hangs) in [
        (RolloutPhase::NotStarted, true),
        (RolloutPhase::Failed, true),
        (RolloutPhase::Paused, true),
        (RolloutPhase::RollingBack, true),
        (RolloutPhase::RolledBack, false),
    ] {
        run.observed.phase = phase;
        assert_eq!(attempt::is_left_hanging(&run), hangs, "{phase:?}");
    }
}

#[test]
fn a_way_back_is_called_for_by_harm_or_a_warning_and_a_promotion_by_silence() {
    use RolloutCommand::{Abort, KillFlag, Pause, Promote, PromoteFull, Resume, Retry, Undo};
    let wrong = |facts: Vec<Fact>| {
        let mut run = with(facts);
        run.truth.first_harm = Some(at(400));
        deciding::wrong_actions(&run)
    };
    for command in [Abort, Undo, KillFlag] {
        for who in [Who::Learner, Who::Trigger] {
            assert_eq!(wrong(vec![asked(399, who, command)]), 1, "{command:?}");
            assert_eq!(wrong(vec![asked(400, who, command)]), 0, "{command:?}");
        }
        assert_eq!(wrong(vec![asked(399, Who::Strategy, command)]), 0);
        assert_eq!(wrong(vec![asked(310, Who::Learner, command), asked(320, Who::Learner, command)]), 2);
        for (what, warns) in [
            (What::AlertFiring("errors".into()), true),
            (What::Tested { pool: Pool::Candidate, passed: 9, failed: 1 }, true),
            (What::Tested { pool: Pool::Candidate, passed: 10, failed: 0 }, false),
            (What::Paged("errors".into()), false),
        ] {
            let facts = vec![fact(350, what.clone()), asked(360, Who::Learner, command)];
            assert_eq!(wrong(facts), usize::from(!warns), "{what:?}");
        }
    }
    for command in [Promote, PromoteFull] {
        let facts = |resolved_name: &str| {
            vec![firing(410), resolved(420, resolved_name), asked(430, Who::Learner, command)]
        };
        assert_eq!([wrong(facts("errors")), wrong(facts("slow"))], [0, 1]);
        assert_eq!(wrong(vec![asked(430, Who::Learner, command)]), 0);
    }
    for command in [Pause, Resume, Retry] {
        assert_eq!(wrong(vec![asked(310, Who::Learner, command)]), 0);
    }
}

/// A run whose monitoring shows, from `since` on, that the candidate fails a fifth of its requests.
fn shown(since: u64) -> Record {
    let mut store = Store::new(2, &[], &[], Span::from_secs(300));
    store.name(Subject::Candidate, &[SeriesId(0)]);
    store.name(Subject::Baseline, &[SeriesId(1)]);
    let mut errors = 0;
    for scrape in 0..=80_u64 {
        let now = at(15 * scrape);
        errors += if 15 * scrape > since { 200 } else { 10 };
        for (series, errors) in [(0, errors), (1, 10 * scrape)] {
            let row = Row { requests: 1000 * scrape, errors, ..Row::default() };
            store.push(SeriesId(series), now, now, row);
        }
    }
    let mut run = record();
    run.observed.metrics = store;
    run.observed.first_sign = None;
    run
}

#[test]
fn clear_evidence_calls_for_a_way_back_within_a_reaction() {
    let mut run = shown(600);
    let clear = (300..1200).find(|second| deciding::rests_on_evidence(&run, at(*second))).unwrap();
    assert!((601..=645).contains(&clear), "{clear}");
    // It is looked at every 15 s from the start at 300 s on.
    let look = 300 + (clear - 300_u64).div_ceil(15) * 15;
    for (end, fits) in [(look + 90, 1.0), (look + 91, 0.0), (look - 1, 1.0)] {
        run.simulated = Span::from_secs(end);
        assert_eq!(deciding::on_evidence(&run), fits, "a run of {end} s, clear at {look} s");
    }
    run.observed.aborted = Some(at(clear));
    assert_eq!(deciding::on_evidence(&run), 1.0);
    run.observed.aborted = Some(at(clear - 1));
    assert_eq!(deciding::on_evidence(&run), 0.0);
    run.observed.first_sign = Some(at(clear - 1));
    assert_eq!(deciding::on_evidence(&run), 1.0, "a sign at the same moment");
    run.observed.first_sign = Some(at(clear));
    assert_eq!(deciding::on_evidence(&run), 0.0, "a sign after it");
    let mut unshown = shown(5000);
    assert_eq!(deciding::on_evidence(&unshown), 1.0);
    (unshown.observed.started, unshown.simulated) = (None, Span::from_secs(1200));
    assert_eq!(deciding::on_evidence(&unshown), 1.0);
}

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
