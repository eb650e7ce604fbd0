use rollout_lab::{control::Plan, engine::*, library::*, scenario::Scenario, sim::*};
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let st = std::fs::read_to_string(&a[1]).unwrap();
    let pt = std::fs::read_to_string(&a[2]).unwrap();
    let show = |ps: Vec<Problem>| -> ! {
        for p in ps {
            println!("{}", p.rendered());
        }
        std::process::exit(2)
    };
    let (sc, so) = read_ron::<Scenario>(&a[1], &st).unwrap_or_else(|e| show(e));
    for i in sc.problems() {
        println!("{}", so.problem_of(&i).rendered());
    }
    let (plan, _) = read_ron::<Plan>(&a[2], &pt).unwrap_or_else(|e| show(e));
    let case = Case {
        name: "x".into(),
        release: a.get(3).cloned(),
        faults: a.iter().skip(5).cloned().collect(),
        traffic: None,
    };
    let seed = a.get(4).map_or(1, |s| s.parse().unwrap());
    let mut sim = Simulation::new(&sc, &case, plan.setup(), plan.controllers(&sc, &case), seed).unwrap();
    let t = std::time::Instant::now();
    while sim.now() < sim.horizon() {
        let n = sim.now() + Span::from_secs(15);
        sim.run_until(n);
        let r = sim.requests();
        assert_eq!(
            r.arrived,
            r.succeeded + r.failed + r.rejected + r.timed_out + r.in_flight,
            "{r:?} at {}",
            sim.now()
        );
    }
    let e = t.elapsed();
    let r = sim.record();
    for f in &r.facts {
        println!(
            "{:>8}  {}{}{}",
            f.at.to_string(),
            f.what,
            if f.because.is_empty() { "" } else { " -- " },
            f.because
        );
    }
    println!(
        "{:?} causes {:?}",
        r.truth.requests,
        Cause::ALL
            .iter()
            .zip(r.truth.causes)
            .filter(|(_, n)| *n > 0)
            .map(|(c, n)| format!("{} {n}", c.name()))
            .collect::<Vec<_>>()
    );
    println!(
        "harmed {} failed users {} exposure {} p50 {} p99 {} worst {} wait {} cost {:.3} budget {:.4} fewest {} events {} in {:?} ({:.0} ns/event)",
        r.truth.users_harmed,
        r.truth.users_failed,
        r.truth.max_exposure,
        r.truth.latency.quantile(0.5),
        r.truth.latency.quantile(0.99),
        r.truth.worst_p99,
        r.truth.waits.mean(),
        r.truth.cost,
        r.truth.budget_spent,
        r.truth.fewest_ready,
        r.events,
        e,
        e.as_nanos() as f64 / r.events as f64
    );
    println!(
        "{:?}",
        (
            r.observed.phase,
            r.observed.started,
            r.observed.completed,
            r.observed.detected,
            r.observed.aborted,
            r.observed.rolled_back,
            r.observed.pages,
            r.digest
        )
    );
}
