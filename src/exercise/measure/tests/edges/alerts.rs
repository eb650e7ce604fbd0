//! When an alert counts as raised with a reason, and when it is over.

use super::super::super::super::sample::{fact, record};
use super::super::super::alerting;
use super::{firing, harmed, resolved, with};
use crate::engine::Span;
use crate::sim::{Fact, What};

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
