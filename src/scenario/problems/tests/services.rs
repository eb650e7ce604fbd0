//! Services, their calls, probes and drains.

use super::*;

#[test]
fn a_cycle_is_told_with_its_way_round() {
    let back = || Call { to: "shop".to_owned(), ..tiny().services[0].calls[0].clone() };
    assert_eq!(
        after(|s| s.services[1].calls.push(back())),
        "error cycle services[1].calls[0].to: calls must not form a cycle, but shop calls pay calls shop; remove one of them"
    );
    assert!(after(|s| s.services[0].calls.push(back())).contains("but shop calls shop;"));
    let extra = after(|s| {
        s.target = "pay".to_owned();
        defect(s).then = Effect::ExtraCalls { to: "shop".to_owned(), times: 2 };
    });
    assert!(extra.starts_with("error cycle releases[1].defects[0].then.to: "), "{extra}");
}

#[test]
fn what_no_request_reaches_is_told() {
    let cut = after(|s| s.services[0].calls.clear());
    assert_eq!(cut, "warning unreachable services[1]: no request reaches \"pay\" from the entry, \"shop\"");
    let target = after(|s| {
        s.services[0].calls.clear();
        s.target = "pay".to_owned();
    });
    assert!(target.starts_with("error unreachable target: "), "{target}");
    // An extra call of a defect reaches it, too.
    let extra = all_after(|s| {
        s.services[0].calls.clear();
        defect(s).then = Effect::ExtraCalls { to: "pay".to_owned(), times: 2 };
    });
    assert_eq!(extra, [] as [&str; 0]);
}

#[test]
fn probes_follow_kubernetes() {
    let probe = || Some(Probe { success_threshold: 2, ..Probe::default() });
    assert_eq!(all_after(|s| s.services[0].probes.readiness = probe()), [] as [&str; 0]);
    assert_eq!(
        after(|s| s.services[0].probes.liveness = probe()),
        "error out-of-range services[0].probes.liveness.success_threshold: found 2; it must be 1 for a liveness probe (Kubernetes): leave it out"
    );
    let zero = Probe {
        period: Span::ZERO,
        timeout: Span::ZERO,
        success_threshold: 0,
        failure_threshold: 0,
        ..Probe::default()
    };
    let issues = Probes { startup: Some(zero), ..Probes::default() }.problems("probes");
    let paths: Vec<&str> = issues.iter().map(|issue| issue.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "probes.startup.period",
            "probes.startup.timeout",
            "probes.startup.success_threshold",
            "probes.startup.failure_threshold"
        ]
    );
}

#[test]
fn a_grace_that_prestop_eats_up_is_told() {
    let found = after(|s| s.services[0].drain.pre_stop = secs(30));
    assert!(
        found.starts_with(
            "warning short-grace services[0].drain.grace: the grace of 30s includes the preStop of 30s"
        ),
        "{found}"
    );
}

#[test]
fn the_fleets_together_have_a_limit() {
    let found = after(|s| {
        s.services[0].instances = 15_000;
        s.services[1].instances = 15_000;
    });
    assert_eq!(
        found,
        "error out-of-range services: all services together have 30000 instances; allowed are up to 20000"
    );
}
