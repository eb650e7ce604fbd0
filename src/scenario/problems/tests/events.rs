//! What comes over time: load, releases and their defects, faults; and how it is watched.

use super::*;

#[test]
fn shapes_of_load_are_checked() {
    let rate = Rate::per_second;
    let trace = |points: &[(u64, f64)]| Shape::Trace {
        file: String::new(),
        points: points.iter().map(|(at, height)| (secs(*at), rate(*height))).collect(),
    };
    let cases = [
        (Shape::Constant(rate(0.0)), "error out-of-range traffic[0].shape"),
        (
            Shape::Ramp { from: rate(1.0), to: rate(2.0), at: secs(0), over: Span::ZERO },
            "error out-of-range traffic[0].shape.over",
        ),
        (
            Shape::Ramp { from: rate(0.0), to: rate(0.0), at: secs(0), over: secs(60) },
            "error empty traffic[0].shape",
        ),
        (
            Shape::Daily { mean: rate(5.0), peak_to_trough: 0.5, peak_at: secs(0), day: secs(86_400) },
            "error out-of-range traffic[0].shape.peak_to_trough",
        ),
        (
            Shape::Spike { base: rate(1.0), to: rate(9.0), at: secs(1800), lasts: secs(60) },
            "warning never traffic[0].shape.at",
        ),
        (
            Shape::FlashCrowd {
                base: rate(9.0),
                peak: rate(1.0),
                at: secs(60),
                rise: secs(60),
                half_life: secs(60),
            },
            "error out-of-range traffic[0].shape.peak",
        ),
        (trace(&[]), "error empty traffic[0].shape"),
        (trace(&[(0, 1.0), (10, 2.0), (10, 3.0)]), "error not-increasing traffic[0].shape.points[2].0"),
        (trace(&[(0, 0.0), (10, 0.0)]), "error empty traffic[0].shape.points"),
        (
            Shape::Closed { users: 0, think: Dist::Fixed(secs(1)) },
            "error out-of-range traffic[0].shape.users",
        ),
        (
            Shape::Closed { users: 5, think: Dist::Exponential(Span::ZERO) },
            "error bad-distribution traffic[0].shape.think",
        ),
    ];
    for (shape, wanted) in cases {
        let name = format!("{shape:?}");
        assert_eq!(places(|s| traffic(s, shape)), [wanted], "{name}");
    }
}

#[test]
fn a_defect_of_an_instance_cannot_depend_on_a_request() {
    let found = after(|s| defect(s).then = Effect::CrashLoop { after: secs(10) });
    assert_eq!(
        found,
        "error wrong-trigger releases[1].defects[0].when[0]: CrashLoop happens to an instance, whatever it is asked, so it cannot depend on Chance, which is asked of a request"
    );
    let fits = |s: &mut Scenario| {
        defect(s).when = vec![DefectTrigger::UptimeOver(secs(60)), DefectTrigger::BothVersions];
        defect(s).then = Effect::FailReadiness;
    };
    assert_eq!(all_after(fits), [] as [&str; 0]);
}

#[test]
fn what_never_happens_is_told() {
    let cases: [(Change, &str); 7] = [
        (
            |s| defect(s).when = vec![DefectTrigger::Chance(Share::ZERO)],
            "warning never releases[1].defects[0].when[0]",
        ),
        (
            |s| defect(s).when = vec![DefectTrigger::UptimeOver(secs(1800))],
            "warning never releases[1].defects[0].when[0]",
        ),
        (
            |s| {
                s.releases[0].defects = vec![Defect {
                    name: "x".to_owned(),
                    when: vec![DefectTrigger::BothVersions],
                    then: Effect::Errors,
                }]
            },
            "warning never releases[0].defects[0].when[0]",
        ),
        (|s| s.releases[0].data.migrates_to = Some(1), "warning never releases[0].data.migrates_to"),
        (|s| s.faults[0].when = When::At(secs(7200)), "warning never faults[0].when"),
        (|s| s.faults[0].lasts = None, ""),
        (
            |s| {
                s.faults[0].lasts = None;
                s.faults[0].when = When::Every(Dist::Fixed(secs(60)));
            },
            "warning never faults[0].lasts",
        ),
    ];
    for (change, wanted) in cases {
        assert_eq!(places(change).join(""), wanted);
    }
}

#[test]
fn data_that_a_release_cannot_use_itself_is_told() {
    let formats = |s: &mut Scenario| {
        s.releases[1].data = DataUse { writes: 2, migrates_to: Some(2), ..DataUse::default() }
    };
    assert_eq!(
        all_after(formats),
        [
            "warning unreadable releases[1].data.writes: it writes row format 2 and cannot read it again",
            "warning unreadable releases[1].data.migrates_to: it migrates to schema 2 and cannot work with it"
        ]
    );
}

#[test]
fn faults_are_checked() {
    let service = || "pay".to_owned();
    let cases = [
        (
            FaultKind::Brownout { service: service(), instances: None, latency: 1.0, errors: Share::ZERO },
            "warning no-effect faults[0].what",
        ),
        (
            FaultKind::Brownout { service: service(), instances: Some(0), latency: 2.0, errors: Share::ZERO },
            "error out-of-range faults[0].what.instances",
        ),
        (
            FaultKind::Network { service: service(), loss: Share::ZERO, delay: Span::ZERO },
            "warning no-effect faults[0].what",
        ),
        (
            FaultKind::Network { service: service(), loss: Share::percent(150.0), delay: Span::ZERO },
            "error out-of-range faults[0].what.loss",
        ),
        (FaultKind::Metrics(MetricsTrouble::Late(Span::ZERO)), "error out-of-range faults[0].what"),
        (
            FaultKind::Breakdowns {
                service: service(),
                up: Dist::Fixed(Span::ZERO),
                repair: Dist::Fixed(secs(1)),
                crews: 1,
            },
            "error out-of-range faults[0].what.up",
        ),
    ];
    for (what, wanted) in cases {
        let name = format!("{what:?}");
        assert_eq!(places(|s| hit(s, what)), [wanted], "{name}");
    }
    let crash = places(|s| hit(s, FaultKind::Crash { service: service(), instances: 3 }));
    assert_eq!(crash, ["warning no-effect faults[0].lasts", "warning out-of-range faults[0].what.instances"]);
    assert!(
        after(|s| s.faults[0].when = When::Between(secs(60), secs(30))).contains("the end, 30s, is before")
    );
    assert!(
        after(|s| s.faults[0].when = When::Every(Dist::Fixed(Span::from_millis(1))))
            .contains("its mean is 1ms; allowed is 1s or more")
    );
}

#[test]
fn bucket_bounds_increase() {
    let found = after(|s| s.monitoring.buckets = vec![secs(1), secs(3), secs(2)]);
    assert_eq!(found, "error not-increasing monitoring.buckets[2]: bounds must increase, but 2s follows 3s");
    let stale = after(|s| s.monitoring.staleness = secs(10));
    assert!(stale.starts_with("warning short-window monitoring.staleness"), "{stale}");
}
