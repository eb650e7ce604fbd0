//! When firing alerts become pages: groups, waits, repeats and inhibition.

use super::*;
use crate::engine::Level;
use crate::telemetry::{Metric, Query};

fn rules(names: &[&str]) -> Vec<AlertRule> {
    let query = Query {
        metric: Metric::QueueDepth,
        of: Subject::Target,
        over: Span::from_secs(60),
        zone: None,
        cohort: None,
        kind: None,
    };
    let rule = |name: &&str| AlertRule {
        name: (*name).to_owned(),
        when: Condition::Above(query.clone(), Level::Number(1.0)),
        hold: Span::ZERO,
        keep_firing_for: Span::ZERO,
        urgency: Urgency::Page,
    };
    names.iter().map(rule).collect()
}

fn at(seconds: u64) -> Time {
    Time::from_secs(seconds)
}

fn notifier(change: impl FnOnce(&mut Notifications)) -> Notifier {
    let mut how = Notifications::default();
    change(&mut how);
    Notifier::new(&rules(&["a", "b"]), how, Span::from_secs(30))
}

#[test]
fn the_first_notification_waits_for_the_group_and_holds_all_that_fires_by_then() {
    let mut all = notifier(|how| how.group_by.clear());
    assert_eq!(all.see(0, true, at(100)), Some((0, at(130))));
    assert_eq!(all.see(1, true, at(120)), None);
    let flush = all.flush(0, at(130));
    assert_eq!(flush.notice, Some(Notice { wakes: true, firing: vec![0, 1], resolved: vec![] }));
    assert_eq!(flush.again, Some(at(430)));
}

#[test]
fn what_is_over_within_the_group_wait_is_never_told() {
    let mut one = notifier(|_| ());
    assert_eq!(one.see(1, true, at(100)), Some((1, at(130))));
    assert_eq!(one.see(1, false, at(115)), None);
    assert_eq!(one.flush(1, at(130)), Flush::default());
    // It begins anew later.
    assert_eq!(one.see(1, true, at(200)), Some((1, at(230))));
    assert!(one.flush(1, at(230)).notice.is_some());
}

#[test]
fn what_changes_later_waits_for_the_group_interval() {
    let mut all = notifier(|how| how.group_by.clear());
    all.see(0, true, at(0));
    all.flush(0, at(30));
    all.see(1, true, at(40));
    assert_eq!(all.flush(0, at(330)).notice.unwrap().firing, [0, 1]);
    all.see(0, false, at(400));
    assert_eq!(
        all.flush(0, at(630)).notice,
        Some(Notice { wakes: false, firing: vec![1], resolved: vec![0] })
    );
    all.see(1, false, at(700));
    let last = all.flush(0, at(930));
    assert_eq!(
        last,
        Flush { notice: Some(Notice { wakes: false, firing: vec![], resolved: vec![1] }), again: None }
    );
}

#[test]
fn an_unchanged_group_is_told_again_after_the_repeat_interval_only() {
    let mut one = notifier(|_| ());
    one.see(0, true, at(0));
    let mut next = one.flush(0, at(30)).again;
    let mut told = Vec::new();
    while let Some(now) = next.filter(|now| *now < at(9 * 3600)) {
        let flush = one.flush(0, now);
        told.extend(flush.notice.map(|_| now));
        next = flush.again;
    }
    assert_eq!(told, [at(30 + 4 * 3600), at(30 + 8 * 3600)]);
}

#[test]
fn an_alert_that_says_enough_keeps_others_quiet_while_it_fires() {
    let quiet = Inhibition { source: "a".to_owned(), targets: vec!["b".to_owned()] };
    let mut two = notifier(|how| how.inhibit = vec![quiet]);
    two.see(0, true, at(0));
    two.see(1, true, at(0));
    assert_eq!(two.flush(1, at(30)).notice, None);
    two.see(0, false, at(60));
    assert_eq!(two.flush(1, at(330)).notice.unwrap().firing, [1]);
}

#[test]
fn alerts_share_a_group_by_the_labels_that_are_named_and_tickets_tell_nobody() {
    let of = |labels: &[Label], subject: fn(usize) -> Subject| {
        let mut alerts = rules(&["a", "b", "c"]);
        for (place, alert) in alerts.iter_mut().enumerate() {
            if let Condition::Above(query, _) = &mut alert.when {
                query.of = subject(place);
            }
        }
        alerts[2].urgency = Urgency::Ticket;
        let how = Notifications { group_by: labels.to_vec(), ..Notifications::default() };
        let mut notifier = Notifier::new(&alerts, how, Span::from_secs(30));
        let opened: Vec<_> = (0..3).map(|alert| notifier.see(alert, true, at(10))).collect();
        opened.into_iter().map(|opened| opened.map(|(group, _)| group)).collect::<Vec<_>>()
    };
    let same = |_: usize| Subject::Target;
    let apart = |place: usize| if place == 0 { Subject::Target } else { Subject::Candidate };
    assert_eq!(of(&[Label::Alert], same), [Some(0), Some(1), None]);
    assert_eq!(of(&[Label::Subject], same), [Some(0), None, None]);
    assert_eq!(of(&[Label::Subject], apart), [Some(0), Some(1), None]);
    assert_eq!(of(&[], apart), [Some(0), None, None]);
    assert_eq!(of(&[Label::Alert, Label::Subject], apart), [Some(0), Some(1), None]);
}

#[test]
fn the_rules_wait_comes_before_the_scenarios_and_what_never_fired_opens_no_group() {
    let mut own = notifier(|how| how.group_wait = Some(Span::from_secs(5)));
    assert_eq!(own.see(0, false, at(90)), None);
    assert_eq!(own.see(0, true, at(100)), Some((0, at(105))));
    assert_eq!(own.see(0, true, at(101)), None, "it is open");
    assert_eq!(own.see(0, false, at(102)), None);
    assert_eq!(own.see(0, true, at(103)), None, "it fires again within the wait");
    let flush = own.flush(0, at(105));
    assert_eq!(flush.notice, Some(Notice { wakes: true, firing: vec![0], resolved: vec![] }));
    own.see(0, false, at(110));
    let last = own.flush(0, at(405));
    assert_eq!(last.notice, Some(Notice { wakes: false, firing: vec![], resolved: vec![0] }));
    assert_eq!(last.again, None);
    // The group is closed: the next alert opens it anew, and wakes again.
    assert_eq!(own.see(0, true, at(500)), Some((0, at(505))));
    assert!(own.flush(0, at(505)).notice.is_some_and(|notice| notice.wakes));
}

#[test]
fn a_group_is_told_of_what_is_new_what_stopped_and_again_after_the_interval_itself() {
    let told = |firing: &[usize], resolved: &[usize]| Notice {
        wakes: true,
        firing: firing.to_vec(),
        resolved: resolved.to_vec(),
    };
    let repeat = Span::from_secs(100);
    let need = |before: Option<&Notice>, now: &Notice, second: u64| {
        let before = before.map(|notice| (at(0), notice.clone()));
        needs_telling(before.as_ref(), now, repeat, at(second))
    };
    assert_eq!(need(None, &told(&[0], &[]), 1), Some(true));
    assert_eq!(need(None, &told(&[], &[0]), 1), None, "it stopped before it was told");
    let one = told(&[0], &[]);
    assert_eq!([need(Some(&one), &one, 99), need(Some(&one), &one, 100)], [None, Some(true)]);
    assert_eq!(need(Some(&one), &told(&[0, 1], &[]), 1), Some(true), "one more");
    assert_eq!(need(Some(&told(&[0, 1], &[])), &told(&[0], &[1]), 1), Some(false), "one less");
    assert_eq!(need(Some(&told(&[0], &[1])), &told(&[0], &[1]), 1), None, "that was told");
    assert_eq!(need(Some(&one), &told(&[], &[0]), 1), Some(false), "all stopped");
    assert_eq!(need(Some(&told(&[], &[0])), &told(&[], &[0]), 200), None, "nothing fired before");
    assert_eq!(need(Some(&one), &told(&[], &[]), 200), None, "it is kept quiet");
}

#[test]
fn only_what_a_rule_names_is_kept_quiet_and_only_by_what_it_names() {
    let quiet = Inhibition { source: "b".to_owned(), targets: vec!["a".to_owned(), "b".to_owned()] };
    let mut two = notifier(|how| {
        how.group_by.clear();
        how.inhibit = vec![quiet];
    });
    two.see(0, true, at(0));
    two.see(1, true, at(0));
    // An alert does not keep itself quiet.
    assert_eq!(two.flush(0, at(30)).notice.unwrap().firing, [1]);
    two.see(1, false, at(60));
    let later = two.flush(0, at(330)).notice.unwrap();
    assert_eq!((later.firing, later.resolved, later.wakes), (vec![0], vec![1], true));
}
