//! A rolling update keeps to Kubernetes' two bounds, end to end.

use rollout_lab::control::Plan;
use rollout_lab::engine::{Dist, Rate, Span};
use rollout_lab::library::read_ron;
use rollout_lab::sim::{Case, RolloutPhase, Simulation};

use crate::world;

/// The rolling update never itself leaves fewer than the fleet less `max_unavailable` ready, nor keeps more than the fleet
/// and `max_surge` that are not going (Kubernetes' two bounds), whatever the fleet, the bounds and the boot times.
#[test]
fn a_rolling_update_keeps_to_its_two_bounds() {
    for (fleet, surge, unavailable) in [(4, 1, 0), (7, 2, 1), (10, 0, 3), (12, 3, 3)] {
        for seed in 1..=3 {
            let mut service = world::service("web", fleet, 4, Dist::Exponential(Span::from_millis(50)));
            service.boot.start = Dist::Lognormal { p50: Span::from_secs(8), p99: Span::from_secs(40) };
            service.drain.pre_stop = Span::from_secs(5);
            let scenario = world::scenario(vec![service], Rate::per_second(20.0), Span::from_secs(900));
            let text = format!(
                "(format: 1, strategy: Rolling(max_surge: {surge}, max_unavailable: {unavailable}, min_ready: \"7s\"))"
            );
            let plan: Plan = read_ron("plan", &text).expect("it is sound").0;
            let case = Case::default();
            let controllers = plan.controllers(&scenario, &case);
            let mut simulation =
                Simulation::new(&scenario, &case, plan.setup(), controllers, seed).expect("it is sound");
            while simulation.step() {
                let ready: u32 = simulation.ready().iter().sum();
                let standing =
                    simulation.instances("web").iter().filter(|instance| !instance.going).count() as u32;
                let told = format!("{fleet} {surge} {unavailable}, seed {seed}, at {}", simulation.now());
                assert!(ready >= fleet - unavailable, "{ready} ready: {told}");
                assert!(standing <= fleet + surge, "{standing} standing: {told}");
            }
            assert_eq!(simulation.record().observed.phase, RolloutPhase::Completed);
        }
    }
}
