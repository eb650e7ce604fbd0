//! What each strategy asks for, from the first look to the last, with a good and with a bad release.
//!
//! Each story is text that a person can read. The cluster: ten stable instances, 10 s to start, 5 s to drain, 2 s until
//! all proxies have a route, scrapes every 15 s. The release may begin at 5:00.

use super::fake::{Cluster, analysis, canary, plan};
use super::{Ab, BlueGreen, Canary, FlagRamp, NullPolicy, Plan, Rolling, Shadow, SmokeTest, Step, Strategy};
use crate::engine::{Amount, Share, Span};
use crate::sim::{Case, Command, Phase, Pool};

fn percent(percent: f64) -> Share {
    Share::percent(percent)
}

fn seconds(seconds: u64) -> Span {
    Span::from_secs(seconds)
}

/// The story must be exactly this, line by line.
fn told(cluster: &Cluster, expected: &str) {
    let expected: Vec<&str> = expected.trim().lines().map(str::trim).collect();
    assert_eq!(cluster.log, expected, "\n{}\n", cluster.story());
}

fn two_steps() -> Canary {
    canary(vec![Step::Weight(percent(10.0)), Step::Analyse(analysis(120)), Step::Weight(percent(50.0))])
}

fn dump(name: &str, cluster: &Cluster) {
    println!("=== {name} {:?}", cluster.phase);
    for (line, why) in cluster.log.iter().zip(&cluster.reasons) {
        println!("{line}   <- {why}");
    }
}

#[test]
fn dump_all() {
    let mut c = Cluster::of(&plan(Strategy::Recreate));
    c.run(100);
    dump("recreate", &c);
    let mut c = Cluster::of(&plan(Strategy::Recreate));
    c.run(30).command(Command::Abort).run(100);
    dump("recreate abort", &c);
    let mut c = Cluster::of(&plan(Strategy::Rolling(Rolling::default())));
    c.run(100);
    dump("rolling", &c);
    let mut c = Cluster::of(&plan(Strategy::Rolling(Rolling::default())));
    c.run(20).command(Command::Abort).run(100);
    dump("rolling abort", &c);
    let mut c = Cluster::of(&plan(Strategy::Canary(two_steps())));
    c.run(300);
    dump("canary", &c);
    let mut c = Cluster::of(&plan(Strategy::Canary(two_steps())));
    c.errors = 0.05;
    c.run(300);
    dump("canary bad", &c);
    let mut c = Cluster::of(&plan(Strategy::Canary(Canary { router: false, ..two_steps() })));
    c.run(300);
    dump("canary instances", &c);
    let mut c = Cluster::of(&plan(Strategy::Canary(Canary { router: false, ..two_steps() })));
    c.errors = 0.05;
    c.run(300);
    dump("canary instances bad", &c);
    let mut c = Cluster::of(&plan(Strategy::Canary(Canary { dynamic_stable_scale: true, ..two_steps() })));
    c.run(160).command(Command::Abort).run(100);
    dump("canary dynamic abort", &c);
    let bg = BlueGreen {
        preview: Some(Amount::Count(2)),
        smoke_test: Some(SmokeTest { requests: 20, over: seconds(10), may_fail: 0 }),
        after: Some(analysis(120)),
        ..BlueGreen::default()
    };
    let mut c = Cluster::of(&plan(Strategy::BlueGreen(bg.clone())));
    c.run(300);
    dump("bg", &c);
    let mut c = Cluster::of(&plan(Strategy::BlueGreen(bg.clone())));
    c.errors = 0.05;
    c.run(300);
    dump("bg bad after", &c);
    let mut c = Cluster::of(&plan(Strategy::BlueGreen(bg.clone())));
    c.test_failures = 0.5;
    c.run(300);
    dump("bg bad test", &c);
    let mut c = Cluster::of(&plan(Strategy::BlueGreen(bg)));
    c.run(300).command(Command::Undo).run(100);
    dump("bg undo", &c);
    let ab = Ab { share: percent(50.0), lasts: seconds(120), guardrails: Some(analysis(60)), goal: None };
    let mut c = Cluster::of(&plan(Strategy::Ab(ab.clone())));
    c.run(300);
    dump("ab", &c);
    let shadow =
        Shadow { share: percent(20.0), lasts: seconds(60), size: None, analysis: None, then: Vec::new() };
    let mut c = Cluster::of(&plan(Strategy::Shadow(shadow)));
    c.run(300);
    dump("shadow", &c);
    let ramp = FlagRamp {
        deploy: Rolling::default(),
        steps: vec![Step::Flag(percent(5.0)), Step::Pause(seconds(60)), Step::Approve],
    };
    let mut c = Cluster::of(&plan(Strategy::Flag(ramp.clone())));
    c.run(200).command(Command::Promote).run(30);
    dump("flag", &c);
    let mut c = Cluster::of(&plan(Strategy::Flag(ramp)));
    c.run(100).command(Command::KillFlag).run(100);
    dump("flag kill", &c);
    let p = plan(Strategy::Canary(two_steps()));
    let mut c = Cluster::with(
        NullPolicy::AlwaysRollBack.controllers(&p, &super::fake::scenario(), &Case::default()),
        vec![],
    );
    c.run(100);
    dump("always roll back", &c);
    let _ = (Phase::Failed, Pool::Stable);
    let _: Option<Plan> = None;
}
