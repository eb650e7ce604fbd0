//! Checks, plans and a scenario for the tests of controllers, as short as they can be.

use crate::control::{
    Analysis, Canary, Check, FORMAT, Gates, Limit, Plan, Rollback, Rolling, Step, Strategy,
};
use crate::engine::{Level, Share, Span};
use crate::scenario::Scenario;
use crate::telemetry::{Metric, Query, Subject};

/// A check of the candidate's error ratio with the defaults of a file.
pub fn check(pass: Limit) -> Check {
    Check::new("errors", Query::new(Metric::ErrorRatio, Subject::Candidate), pass)
}

/// Error ratio below 1 %, for so many seconds; the first measurement after a minute.
pub fn analysis(seconds: u64) -> Analysis {
    let check = check(Limit::Below(Level::Share(Share::percent(1.0))));
    let check = Check { initial_delay: Span::from_secs(60), ..check };
    Analysis { checks: vec![check], lasts: Some(Span::from_secs(seconds)), ..Analysis::default() }
}

/// A plan of this strategy and nothing else.
pub fn plan(strategy: Strategy) -> Plan {
    Plan {
        format: FORMAT,
        title: String::new(),
        checks: Vec::new(),
        strategy,
        analysis: None,
        alerts: Vec::new(),
        burn_alerts: Vec::new(),
        notifications: Default::default(),
        triggers: Vec::new(),
        on_call: None,
        probes: None,
        drain: None,
        balancer: None,
        upstream: None,
        shedding: None,
        calls: Vec::new(),
        flags: Vec::new(),
        flag_rules: Vec::new(),
        autoscaler: None,
        gates: Gates::default(),
        rollback: Rollback::default(),
    }
}

/// A canary with these steps and the defaults of a file.
pub fn canary(steps: Vec<Step>) -> Canary {
    let rolling = Rolling::default();
    Canary {
        steps,
        router: true,
        sticky: true,
        max_surge: rolling.max_surge,
        max_unavailable: rolling.max_unavailable,
        dynamic_stable_scale: false,
        abort_scale_down_delay: None,
        min_instances: 1,
        progress_deadline: Span::from_secs(600),
        abort_on_deadline: false,
        progress_threshold: None,
        anti_affinity: None,
        min_ready: Span::ZERO,
        scale_down_delay: Span::from_secs(30),
    }
}

/// A service `shop`, whose second release has the flag `new-shop`.
pub fn scenario() -> Scenario {
    let text = r#"(
        format: 1, id: "tiny", title: "Tiny", horizon: "30m", entry: "shop", target: "shop",
        services: [(name: "shop", instances: 10, workers: 4, demand: Fixed("10ms"))],
        clients: (users: 100, kinds: [(name: "buy", weight: 1.0, counts_as: "orders")]),
        traffic: [], releases: [(name: "v1"), (name: "v2", flag: "new-shop")],
    )"#;
    read(text)
}

/// What a text in the form of files says.
pub fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
    let options = ron::Options::default()
        .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME)
        .with_default_extension(ron::extensions::Extensions::UNWRAP_NEWTYPES)
        .with_default_extension(ron::extensions::Extensions::UNWRAP_VARIANT_NEWTYPES);
    options.from_str(text).expect("it is valid")
}
