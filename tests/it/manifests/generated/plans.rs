//! Plans that a format can say in full, drawn at random.

use proptest::prelude::*;
use proptest::strategy::Strategy as _;

use rollout_lab::control::{
    Analysis, Autoscaler, Behaviour, BlueGreen, Canary, Check, Copies, Experiment, Flagger, Limit, NoData,
    Plan, Policy, Rolling, Select, Sides, Step, Strategy, Window,
};
use rollout_lab::engine::{Amount, Level, Rate, Share, Span, is_hidden};
use rollout_lab::library::parse_options;
use rollout_lab::manifest::template::unrendered;
use rollout_lab::scenario::{DisruptionBudget, Drain, Probe, Probes};
use rollout_lab::sim::{KindMatch, MatchRule, PathMatch, Pool};
use rollout_lab::telemetry::{Metric, Query, Subject};

pub fn blank() -> Plan {
    parse_options().from_str("(format: 1, strategy: Nothing)").unwrap()
}

fn name() -> impl proptest::strategy::Strategy<Value = String> {
    "[a-z][a-z0-9]{0,8}"
}

/// Whole and broken seconds, for what the formats write as a length of time.
fn span() -> impl proptest::strategy::Strategy<Value = Span> {
    prop_oneof![(1_u64..4_000).prop_map(Span::from_secs), (1_u64..90_000).prop_map(Span::from_millis)]
}

/// At least a second, for what the formats write as whole seconds.
fn some_secs() -> impl proptest::strategy::Strategy<Value = Span> {
    (1_u64..4_000).prop_map(Span::from_secs)
}

fn secs() -> impl proptest::strategy::Strategy<Value = Span> {
    (0_u64..4_000).prop_map(Span::from_secs)
}

fn whole_percent() -> impl proptest::strategy::Strategy<Value = Share> {
    (1_u32..=100).prop_map(|percent| Share::percent(f64::from(percent)))
}

fn amount() -> impl proptest::strategy::Strategy<Value = Amount> {
    prop_oneof![(0_u32..50).prop_map(Amount::Count), whole_percent().prop_map(Amount::Share)]
}

fn probe() -> impl proptest::strategy::Strategy<Value = Probe> {
    (some_secs(), some_secs(), some_secs(), 1_u32..9, 1_u32..9).prop_map(
        |(initial_delay, period, timeout, success_threshold, failure_threshold)| Probe {
            initial_delay,
            period,
            timeout,
            success_threshold,
            failure_threshold,
            ..Probe::default()
        },
    )
}

fn behaviour() -> impl proptest::strategy::Strategy<Value = Behaviour> {
    let policy = prop_oneof![
        (0_u32..50, secs()).prop_map(|(by, over)| Policy::Count { by, over }),
        (1_u32..400, secs()).prop_map(|(by, over)| Policy::Share { by: Share::percent(f64::from(by)), over }),
    ];
    let select = prop_oneof![Just(Select::Max), Just(Select::Min), Just(Select::Disabled)];
    (secs(), select, prop::collection::vec(policy, 1..4))
        .prop_map(|(stabilisation, select, policies)| Behaviour { stabilisation, select, policies })
}

/// What all formats with pods can say beside the strategy.
fn pods() -> impl proptest::strategy::Strategy<Value = Plan> {
    let one = || prop::option::of(probe());
    let probes = (one(), one(), one()).prop_map(|(startup, readiness, liveness)| Probes {
        startup,
        readiness,
        liveness,
    });
    let amount = || {
        prop_oneof![
            (0_u32..9).prop_map(Amount::Count),
            (0_u32..=100).prop_map(|of| Amount::Share(Share::percent(of.into())))
        ]
    };
    let budget = prop::option::of(prop_oneof![
        amount().prop_map(DisruptionBudget::MinAvailable),
        amount().prop_map(DisruptionBudget::MaxUnavailable)
    ]);
    let drain = (some_secs(), some_secs(), budget).prop_map(|(pre_stop, grace, budget)| Drain {
        pre_stop,
        grace,
        finishes_work: true,
        budget,
    });
    let scaler = (whole_percent(), 1_u32..9, 9_u32..99, behaviour(), behaviour()).prop_map(
        |(target, min, max, up, down)| {
            let (sync, tolerance) = (Span::from_secs(15), Share::percent(10.0));
            Autoscaler { target, min, max, sync, tolerance, up, down }
        },
    );
    // A title that looks like a template stays out of what is written, and hidden characters out of what is read.
    let title = "\\PC{0,30}".prop_filter("a template, or hidden characters", |title| {
        unrendered(title).is_none() && !title.chars().any(is_hidden)
    });
    (title, prop::option::of(probes), prop::option::of(drain), prop::option::of(scaler))
        .prop_map(|(title, probes, drain, autoscaler)| Plan { title, probes, drain, autoscaler, ..blank() })
}

fn metric() -> impl proptest::strategy::Strategy<Value = Metric> {
    prop_oneof![
        Just(Metric::RequestRate),
        Just(Metric::ErrorRatio),
        (1_u32..1_000).prop_map(|q| Metric::Latency(f64::from(q) / 1_000.0)),
        Just(Metric::Saturation),
        Just(Metric::QueueDepth),
        Just(Metric::Memory),
        Just(Metric::ReadyInstances),
        Just(Metric::Restarts),
        "carts_[a-z]{1,5}".prop_map(Metric::Business),
    ]
}

/// A level of a metric, in the unit that is its own; `n` is 1 to 1,000.
fn level(metric: &Metric, n: u32) -> Level {
    match metric {
        Metric::ErrorRatio | Metric::Saturation | Metric::Memory => {
            Level::Share(Share::percent(f64::from(n) / 20.0))
        }
        Metric::Latency(_) => Level::Span(Span::from_millis(u64::from(n))),
        Metric::RequestRate | Metric::Business(_) => Level::Rate(Rate::per_second(f64::from(n) / 8.0)),
        _ => Level::Number(f64::from(n)),
    }
}

fn subject() -> impl proptest::strategy::Strategy<Value = Subject> {
    prop_oneof![
        3 => Just(Subject::Candidate),
        1 => Just(Subject::Baseline),
        1 => Just(Subject::Target),
        1 => name().prop_map(Subject::Service),
    ]
}

/// A check whose limits can be said by a condition on one query.
fn check() -> impl proptest::strategy::Strategy<Value = Check> {
    let limits = (0_u8..4, 1_u32..1_000, 1_u32..40);
    (metric(), subject(), 1_u64..9_000, limits, any::<bool>()).prop_map(
        |(metric, of, over, (kind, n, factor), passes)| {
            let counts = matches!(metric, Metric::RequestRate | Metric::Business(_));
            let relative = of == Subject::Candidate && !counts;
            let factor = f64::from(factor) / 8.0;
            let pass = match kind {
                0 if relative => Limit::AtMostBaseline { factor, plus: level(&metric, n) },
                1 if relative => Limit::AtLeastBaseline { factor },
                2 => Limit::Above(level(&metric, n)),
                _ => Limit::Below(level(&metric, n)),
            };
            let absolute = matches!(pass, Limit::Below(_) | Limit::Above(_));
            let query = Query {
                metric,
                of,
                over: Span::from_millis(over * 100),
                zone: None,
                cohort: None,
                kind: None,
            };
            let text = "(name: \"c\", query: (metric: ErrorRatio), pass: Below(\"1%\"))";
            let no_data = if passes && absolute { NoData::Pass } else { NoData::Error };
            Check { query, pass, no_data, ..parse_options().from_str(text).unwrap() }
        },
    )
}

/// Checks with names of their own.
fn checks() -> impl proptest::strategy::Strategy<Value = Vec<Check>> {
    let named = |checks: Vec<Check>| {
        let mut checks = checks;
        for (index, check) in checks.iter_mut().enumerate() {
            check.name = format!("check-{index}");
        }
        checks
    };
    prop::collection::vec(check(), 1..4).prop_map(named)
}

/// Checks as Argo Rollouts measures them.
fn analysis() -> impl proptest::strategy::Strategy<Value = Analysis> {
    let limits = (-1_i32..5, 0_u32..5, 0_u32..9, 0_u32..3);
    (checks(), span(), span(), prop::option::of(1_u32..30), limits).prop_map(
        |(mut checks, interval, initial_delay, count, (failures, inconclusive, errors, successes))| {
            for check in &mut checks {
                (check.interval, check.initial_delay, check.count) = (interval, initial_delay, count);
                check.dry_run = failures == 3;
                (check.failure_limit, check.inconclusive_limit) = (failures, inconclusive);
                (check.consecutive_error_limit, check.consecutive_success_limit) = (errors, successes);
                if let (Limit::Below(level), 1..) = (&check.pass, inconclusive) {
                    check.fail = Some(Limit::Above(match level {
                        // In twentieths of a percent, as `level` draws them: a percentage that a person would write.
                        Level::Share(share) => {
                            let twentieths = (share.fraction() * 2_000.0).round() + 1_000.0;
                            Level::Share(Share::percent(twentieths / 20.0))
                        }
                        Level::Span(span) => Level::Span(*span + Span::from_secs(1)),
                        Level::Rate(rate) => Level::Rate(Rate::per_second(rate.hertz() + 1.0)),
                        Level::Number(number) => Level::Number(number + 1.0),
                    }));
                    check.no_data = NoData::Error;
                }
            }
            Analysis { checks, ..Analysis::default() }
        },
    )
}

/// A header of Argo Rollouts picks by one thing.
fn header() -> impl proptest::strategy::Strategy<Value = MatchRule> {
    (prop::collection::vec("[a-z]{1,6}", 1..3), any::<bool>()).prop_map(|(names, of_cohort)| {
        let (cohorts, kinds) = if of_cohort { (names, vec![]) } else { (vec![], names) };
        MatchRule { cohorts, kinds, headers: vec![], to: Pool::Candidate }
    })
}

fn rule() -> impl proptest::strategy::Strategy<Value = MatchRule> {
    let names = || prop::collection::vec("[a-z]{1,6}", 0..3);
    (names(), names())
        .prop_map(|(cohorts, kinds)| MatchRule { cohorts, kinds, headers: vec![], to: Pool::Candidate })
        .prop_filter("a rule of nothing", |rule| !(rule.cohorts.is_empty() && rule.kinds.is_empty()))
}

fn step() -> impl proptest::strategy::Strategy<Value = Step> {
    prop_oneof![
        3 => whole_percent().prop_map(Step::Weight),
        3 => span().prop_map(Step::Pause),
        1 => Just(Step::Approve),
        1 => amount().prop_map(Step::Scale),
        1 => whole_percent().prop_map(Step::Mirror),
        1 => (whole_percent(), prop::option::of(Just("GET".to_owned())), "/[a-z]{1,5}", any::<bool>()).prop_map(
            |(share, method, path, exact)| {
                let path = if exact { PathMatch::Exact(path) } else { PathMatch::Prefix(path) };
                Step::Copy(Copies { share, kinds: vec![KindMatch { method, path }] })
            }
        ),
        1 => prop::collection::vec(header(), 0..4).prop_map(Step::Match),
        1 => analysis().prop_map(Step::Analyse),
        1 => experiment().prop_map(Step::Experiment),
    ]
}

fn experiment() -> impl proptest::strategy::Strategy<Value = Experiment> {
    let size = (1_u32..9).prop_map(Amount::Count);
    let share = prop_oneof![Just(Share::ZERO), whole_percent()];
    (size, share, span(), prop::option::of(analysis())).prop_map(|(size, share, lasts, analysis)| {
        Experiment { size, sides: Sides::Both, share, mirror: Share::ZERO, lasts, analysis }
    })
}

fn rolling() -> impl proptest::strategy::Strategy<Value = Rolling> {
    (amount(), amount(), some_secs(), some_secs()).prop_map(
        |(max_surge, max_unavailable, min_ready, progress_deadline)| Rolling {
            max_surge,
            max_unavailable,
            min_ready,
            progress_deadline,
            abort_on_deadline: false,
            proportional: true,
        },
    )
}

fn canary() -> impl proptest::strategy::Strategy<Value = Canary> {
    (prop::collection::vec(step(), 1..8), any::<bool>(), amount(), amount(), any::<bool>(), secs()).prop_map(
        |(steps, router, max_surge, max_unavailable, dynamic_stable_scale, abort_scale_down_delay)| Canary {
            steps,
            router,
            sticky: false,
            max_surge,
            max_unavailable,
            dynamic_stable_scale,
            abort_scale_down_delay: Some(abort_scale_down_delay),
            min_instances: 1,
            progress_deadline: Span::from_secs(600),
            abort_on_deadline: dynamic_stable_scale,
            progress_threshold: None,
            min_ready: abort_scale_down_delay,
            scale_down_delay: abort_scale_down_delay,
            anti_affinity: None,
        },
    )
}

fn blue_green() -> impl proptest::strategy::Strategy<Value = BlueGreen> {
    let one = || prop::option::of(analysis());
    (prop::option::of(0_u32..50), one(), one(), any::<bool>(), secs(), secs()).prop_map(
        |(preview, before, after, auto_promote, auto_promote_after, scale_down_delay)| BlueGreen {
            preview: preview.map(Amount::Count),
            smoke_test: None,
            before,
            auto_promote,
            auto_promote_after,
            // Without an analysis after the switch there is nothing to cut; without a cut the delay is upstream's.
            cuts_after: after.is_some() && auto_promote,
            scale_down_delay: if after.is_some() && !auto_promote {
                Span::from_secs(30)
            } else {
                scale_down_delay
            },
            after,
            ..BlueGreen::default()
        },
    )
}

pub fn for_argo() -> impl proptest::strategy::Strategy<Value = Plan> {
    let strategy = prop_oneof![
        3 => canary().prop_map(Strategy::Canary),
        1 => blue_green().prop_map(Strategy::BlueGreen),
        1 => (rolling(), any::<bool>())
            .prop_map(|(rolling, abort)| Strategy::Rolling(Rolling { abort_on_deadline: abort, proportional: false, ..rolling })),
    ];
    (pods(), strategy, prop::option::of((analysis(), 0_u32..4)), 0_u32..9).prop_map(
        |(mut plan, strategy, analysis, revisions)| {
            if !matches!(strategy, Strategy::BlueGreen(_)) {
                plan.analysis = analysis.map(|(analysis, from_step)| Analysis { from_step, ..analysis });
            }
            plan.strategy = strategy;
            plan.rollback.window = Some(Window { revisions: Some(revisions), within: None });
            plan
        },
    )
}

pub fn for_flagger() -> impl proptest::strategy::Strategy<Value = Plan> {
    let weights = (whole_percent(), prop::collection::btree_set(1_u32..=100, 0..5), whole_percent());
    let mirror = (any::<bool>(), whole_percent());
    let asks = (any::<bool>(), any::<bool>(), any::<bool>());
    let counts = (10_u64..4_000, 1_u32..20, 0_u32..20);
    let rules = prop::collection::vec(rule(), 0..3);
    (pods(), weights, mirror, asks, counts, rules, prop::option::of(checks())).prop_map(
        |(
            plan,
            (step_weight, listed, max_weight),
            (mirror, mirror_weight),
            asks,
            counts,
            matches,
            checks,
        )| {
            let step_weights: Vec<Share> =
                listed.into_iter().map(|percent| Share::percent(f64::from(percent))).collect();
            let by_step = step_weights.is_empty();
            let own = plan.autoscaler.clone().filter(|_| asks.1);
            let candidate_scaler = own.map(|of| Autoscaler { max: of.max + 3, ..of });
            let strategy = Strategy::Flagger(Flagger {
                step_weight_promotion: if asks.0 { mirror_weight } else { Share::ZERO },
                progress_deadline: Span::from_secs(counts.0 + 7),
                interval: Span::from_secs(counts.0),
                threshold: counts.1,
                step_weight: if by_step { step_weight } else { Flagger::default().step_weight },
                step_weights,
                max_weight,
                iterations: counts.2,
                // Flagger keeps nobody on a side where it matches requests.
                sticky: asks.0 && matches.is_empty(),
                drifts: !asks.0 && asks.1 && matches.is_empty(),
                // Nor does it mirror there.
                mirror: mirror && matches.is_empty(),
                matches,
                mirror_weight,
                confirm_traffic_increase: asks.1,
                pre_rollout: None,
                confirm_rollout: asks.1,
                confirm_promotion: asks.2,
                primary_ready: mirror_weight,
                candidate_ready: max_weight,
                candidate_size: match candidate_scaler {
                    Some(_) => Amount::Count(counts.1),
                    None => Amount::Share(Share::ALL),
                },
                candidate_scaler,
                load_test: Rate::per_second(f64::from(counts.1)),
                named: Vec::new(),
                checks: checks.unwrap_or_default(),
            });
            let mut plan = Plan { strategy, ..plan };
            plan.rollback.window = Some(Window { revisions: Some(0), within: None });
            plan
        },
    )
}

pub fn for_kubernetes() -> impl proptest::strategy::Strategy<Value = Plan> {
    let strategy = prop_oneof![Just(Strategy::Recreate), rolling().prop_map(Strategy::Rolling)];
    (pods(), strategy).prop_map(|(plan, strategy)| Plan { strategy, ..plan })
}
