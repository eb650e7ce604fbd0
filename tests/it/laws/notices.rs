//! Notifications, counters and burn rates: laws over random histories, and the people who are woken.

use proptest::prelude::*;
use rollout_lab::engine::{Dist, Level, Rate, Share, Span, Time};
use rollout_lab::scenario::{Fault, FaultKind, When};
use rollout_lab::sim::{Setup, What};
use rollout_lab::telemetry::{
    AlertRule, Condition, Metric, Notifications, Notifier, Query, Sample, Subject, Urgency,
};

use crate::conformance::upstream::burn::firing_minutes;
use crate::conformance::upstream::prometheus::increase_of;
use crate::laws::simulate_with;
use crate::world;

fn secs(seconds: u64) -> Span {
    Span::from_secs(seconds)
}

fn rule(name: &str) -> AlertRule {
    let query = Query::new(Metric::ErrorRatio, Subject::Target);
    AlertRule {
        name: name.to_owned(),
        when: Condition::Above(query, Level::Share(Share::percent(5.0))),
        hold: Span::ZERO,
        keep_firing_for: Span::ZERO,
        urgency: Urgency::Page,
    }
}

/// What Prometheus' `increase()` does, step by step on floats (`promql/functions.go`, `extrapolatedRate`).
fn increase_step_by_step(samples: &[Sample], end: f64, over: f64) -> Option<f64> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    for (at, count) in samples {
        let at = at.0 as f64 / 1e9;
        if let Some(count) = count
            && at > end - over
            && at <= end
        {
            points.push((at, *count as f64));
        }
    }
    if points.len() < 2 {
        return None;
    }
    let mut result = points[points.len() - 1].1 - points[0].1;
    let mut before = 0.0;
    for (_, count) in &points {
        if *count < before {
            result += before;
        }
        before = *count;
    }
    let mut to_start = points[0].0 - (end - over);
    let mut to_end = end - points[points.len() - 1].0;
    let sampled = points[points.len() - 1].0 - points[0].0;
    let mean = sampled / (points.len() - 1) as f64;
    if to_start >= mean * 1.1 {
        to_start = mean / 2.0;
    }
    if result > 0.0 && points[0].1 >= 0.0 {
        to_start = to_start.min(sampled * (points[0].1 / result));
    }
    if to_end >= mean * 1.1 {
        to_end = mean / 2.0;
    }
    Some(result * ((sampled + to_start + to_end) / sampled))
}

proptest! {
    /// Law 6: gaps, counts, resets and markers of one counter.
    #[test]
    fn the_growth_of_a_counter_is_prometheus_own(
        steps in prop::collection::vec((1_u64..40, 0_u64..500, 0_u8..10), 0..60),
        end in 0_u64..1500,
        over in 1_u64..600,
    ) {
        let (mut at, mut count) = (0, 0);
        let samples: Vec<Sample> = steps
            .iter()
            .map(|(gap, growth, kind)| {
                at += gap;
                count = if *kind == 0 { growth / 2 } else { count + growth };
                (Time::from_secs(at), (*kind != 1).then_some(count))
            })
            .collect();
        let answer = increase_of(&samples, Time::from_secs(end), secs(over));
        let wanted = increase_step_by_step(&samples, end as f64, over as f64);
        match (answer, wanted) {
            (Some(answer), Some(wanted)) => {
                prop_assert!((answer - wanted).abs() <= 1e-9 * wanted.abs().max(1.0), "{answer} {wanted}");
                prop_assert!(answer >= 0.0);
            }
            (answer, wanted) => prop_assert_eq!(answer, wanted),
        }
    }

    /// Law 38: a group's first word waits for `group_wait`, later ones for `group_interval`, the same again for
    /// `repeat_interval`; what was over before anybody was told is never told.
    #[test]
    fn nobody_is_told_too_soon_or_of_nothing(
        toggles in prop::collection::vec((0_usize..3, 1_u64..200), 1..80),
        together in any::<bool>(),
    ) {
        let mut how = Notifications { repeat_interval: secs(900), ..Notifications::default() };
        if together {
            how.group_by.clear();
        }
        let rules = [rule("a"), rule("b"), rule("c")];
        let mut notifier = Notifier::new(&rules, how, secs(30));
        let mut fires = [false; 3];
        let mut since = [Time::NEVER; 3];
        let mut due: Vec<(usize, Time)> = Vec::new();
        let mut told: Vec<Option<(Time, Vec<usize>)>> = vec![None; 3];
        let mut now = Time::ZERO;
        for (alert, gap) in toggles {
            let next = now + secs(gap);
            while let Some(place) = (0..due.len()).min_by_key(|place| due[*place].1).filter(|p| due[*p].1 <= next) {
                let (group, at) = due.remove(place);
                let flush = notifier.flush(group, at);
                due.extend(flush.again.map(|again| (group, again)));
                let Some(notice) = flush.notice else { continue };
                for alert in &notice.firing {
                    prop_assert!(fires[*alert] && since[*alert] <= at);
                }
                match &told[group] {
                    Some((before, firing)) => {
                        prop_assert!(at.since(*before) >= secs(30));
                        let same = notice.firing.iter().all(|alert| firing.contains(alert));
                        prop_assert!(!(notice.wakes && same) || at.since(*before) >= secs(900));
                    }
                    None => {
                        prop_assert!(notice.wakes && !notice.firing.is_empty());
                        prop_assert!(at >= Time::ZERO + secs(30));
                    }
                }
                prop_assert!(notice.wakes || !notice.resolved.is_empty());
                told[group] = Some((at, notice.firing));
            }
            now = next;
            fires[alert] = !fires[alert];
            if fires[alert] {
                since[alert] = now;
            }
            if let Some((group, at)) = notifier.see(alert, fires[alert], now) {
                prop_assert_eq!(at, now + secs(30));
                due.push((group, at));
            }
        }
    }

    /// Law 39: an alert over two windows fires exactly where an alert over each of them does, and its windows are only lost by
    /// what leaves them.
    #[test]
    fn a_burn_rate_alert_needs_both_windows(
        ratios in prop::collection::vec(prop_oneof![Just(0.0), 0.0..0.1_f64], 1..200),
        long in 1_usize..60,
    ) {
        let short = (long / 12).max(1);
        let fires = |long, short| {
            let mut minutes = vec![false; ratios.len() + 1];
            for (from, until) in firing_minutes(&ratios, 0.001, 14.4, long, short) {
                minutes[from..until.unwrap_or(ratios.len() + 1)].fill(true);
            }
            minutes
        };
        let (both, slow, fast) = (fires(long, short), fires(long, long), fires(short, short));
        for minute in 0..both.len() {
            prop_assert_eq!(both[minute], slow[minute] && fast[minute], "minute {}", minute);
        }
    }
}

/// Law 40: people.
#[test]
fn people_are_woken_then_answer_then_understand() {
    let service = world::service("shop", 2, 8, Dist::Exponential(Span::from_millis(20)));
    let mut scenario = world::scenario(vec![service], Rate::per_second(40.0), secs(4 * 3600));
    scenario.faults = vec![Fault {
        name: "brownout".to_owned(),
        when: When::Every(Dist::Exponential(secs(1800))),
        lasts: Some(secs(400)),
        what: FaultKind::Brownout {
            service: "shop".to_owned(),
            instances: None,
            latency: 1.0,
            errors: Share::percent(30.0),
        },
    }];
    let run = |runbook: Option<Vec<String>>, seed| {
        let setup = Setup { alerts: vec![rule("errors")], runbook, ..Setup::default() };
        let mut simulation = simulate_with(&scenario, setup, seed);
        simulation.run();
        let mut times: [Vec<Time>; 4] = Default::default();
        for fact in simulation.facts() {
            let stage = match &fact.what {
                What::AlertFiring(_) => 0,
                What::Paged(_) => 1,
                What::Acknowledged(_) => 2,
                What::Diagnosed(_) => 3,
                _ => continue,
            };
            times[stage].push(fact.at);
            // A page may go to a second person, so that there may be two for one alert.
            assert!(stage < 2 || times[stage].len() <= times[stage - 1].len(), "each after the one before");
            assert!(stage != 1 || fact.at.since(times[0][0]) >= secs(30));
        }
        let waits = times[2].iter().zip(&times[3]).map(|(from, to)| to.since(*from).as_secs_f64());
        (times[3].len(), waits.sum::<f64>())
    };
    let sum = |runbook: Option<Vec<String>>| {
        (0..6)
            .map(|seed| run(runbook.clone(), seed))
            .fold((0, 0.0), |all, one| (all.0 + one.0, all.1 + one.1))
    };
    let (described, quick) = sum(Some(vec!["errors".to_owned()]));
    let (other, slow) = sum(Some(Vec::new()));
    assert!(described >= 20 && other > 10, "{described} and {other} causes were found");
    assert!(quick / (described as f64) < slow / other as f64, "a runbook makes it quicker");
    assert_eq!(sum(None).0, 0, "nobody is on call");
}
