//! What callers and proxies do to survive, in a random world: outlier detection, breakers, limits, budgets, hedges, caches,
//! shedding.

use crate::engine::{Rate, Share, Span};
use crate::scenario::{
    Breaker, Cache, Call, Checks, Codel, FailurePercentage, HealthCheck, Hedge, Ignored, Limits,
    OutlierDetection, RetryBudget, Shedding, SuccessRate, Upstream, Window,
};

use super::Dice;

pub(super) fn some_upstream(dice: &mut Dice) -> Upstream {
    let rule = OutlierDetection {
        consecutive_5xx: dice.between(1, 5) as u32,
        interval: dice.millis(500, 5_000),
        base_ejection_time: dice.millis(500, 10_000),
        max_ejection_time: dice.millis(10_000, 30_000),
        max_ejection_percent: dice.percent(100),
        always_eject_one_host: true,
        success_rate: Some(SuccessRate { minimum_hosts: 2, request_volume: 5, ..SuccessRate::default() }),
        failure_percentage: (dice.below(2) == 0).then(|| FailurePercentage {
            minimum_hosts: 1,
            request_volume: 5,
            ..FailurePercentage::default()
        }),
    };
    let check = HealthCheck {
        interval: dice.millis(500, 3_000),
        timeout: dice.millis(100, 1_000),
        unhealthy_threshold: 2,
        healthy_threshold: 1,
        checks: Checks::Process,
    };
    Upstream {
        outlier_detection: (dice.below(4) > 0).then_some(rule),
        health_check: (dice.below(3) == 0).then_some(check),
        ..Upstream::default()
    }
}

pub(super) fn some_guards(dice: &mut Dice, call: &mut Call) {
    call.cancels = dice.below(2) == 0;
    call.carries_deadline = dice.below(2) == 0;
    if dice.below(2) == 0 {
        let size = dice.between(2, 20) as u32;
        call.breaker = Some(Breaker {
            window: if dice.below(2) == 0 { Window::Calls(size) } else { Window::Seconds(size) },
            minimum_calls: dice.between(1, 10) as u32,
            open_for: dice.millis(100, 10_000),
            half_open_calls: dice.between(1, 5) as u32,
            slow_after: dice.millis(50, 1_000),
            ignored_errors: Ignored { rejections: dice.below(2) == 0, ..Ignored::default() },
            ..Breaker::default()
        });
    }
    if dice.below(2) == 0 {
        let mut some = || dice.between(1, 12) as u32;
        call.limits =
            Some(Limits { connections: some(), pending: some(), requests: some(), retries: some() });
    }
    if dice.below(2) == 0 {
        call.hedge = Some(Hedge {
            delay: dice.millis(0, 300),
            attempts: dice.between(2, 5) as u32,
            extra_load: (dice.below(2) == 0).then(|| dice.percent(30)),
            rides_out_errors: dice.below(2) == 0,
            non_idempotent: dice.below(2) == 0,
        });
    }
    if dice.below(3) == 0 {
        let (keys, ttl) = (dice.between(1, 200) as u32, dice.millis(500, 20_000));
        call.cache = Some(Cache { keys, ttl, skew: 1.0, shared: dice.below(2) == 0 });
    }
    call.retries.budget = match dice.below(5) {
        0 => Some(RetryBudget::Ratio {
            share: dice.percent(30),
            reserve: Rate::per_second(1.0),
            ttl: Span::from_secs(10),
        }),
        1 => Some(RetryBudget::Concurrent { share: dice.percent(30), at_least: 1 }),
        2 => Some(RetryBudget::Throttle { tokens: 10, ratio: 0.1 }),
        3 => Some(RetryBudget::Quota { tokens: 50 }),
        _ => None,
    };
}

pub(super) fn some_shedding(dice: &mut Dice) -> Shedding {
    let from = dice.between(10, 80) as f64;
    Shedding {
        busy: (dice.below(2) == 0).then(|| (Share::percent(from), Share::ALL)),
        queue_wait: (dice.below(2) == 0).then(|| dice.millis(10, 500)),
        codel: (dice.below(2) == 0)
            .then(|| Codel { target: dice.millis(1, 50), interval: dice.millis(50, 500) }),
    }
}
