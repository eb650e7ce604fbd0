//! Each balancer's choice among instances whose loads are given.

use super::*;
use crate::engine::Span;
use crate::scenario::Scenario;
use crate::sim::{Case, Setup, Simulation};

const WORLD: &str = r#"(
    format: 1, id: "x", title: "x", horizon: "20m", release_at: "1m", entry: "a", target: "a",
    services: [(name: "a", instances: 8, workers: 8, demand: Fixed("20ms"))],
    clients: (users: 100), traffic: [(name: "t", shape: Constant("1/s"))], releases: [(name: "v1"), (name: "v2")],
)"#;

/// Eight instances, each as busy as given.
fn cluster(loads: [u32; 8]) -> Cluster {
    let world: Scenario = ron::from_str(WORLD).unwrap();
    let mut simulation = Simulation::new(&world, &Case::default(), Setup::default(), Vec::new(), 1).unwrap();
    simulation.run_until(crate::engine::Time::from_secs(1));
    let mut cluster = simulation.cluster;
    cluster.instances.iter_mut().zip(loads).for_each(|(instance, load)| instance.busy = load);
    cluster
}

fn view(instances: &[u32]) -> View {
    let mut view = View::default();
    instances.iter().for_each(|instance| view.add(*instance));
    view
}

/// How often each of the eight is chosen for 4000 requests of as many users.
fn chosen(view: &mut View, balancer: Balancer, cluster: &Cluster) -> [usize; 8] {
    let mut counts = [0; 8];
    for user in 0..4000_u32 {
        let luck = Stream::from_key(9).bits(u64::from(user));
        counts[view.choose(balancer, cluster, luck, user, 0) as usize] += 1;
    }
    counts
}

fn least(choices: u32, with_replacement: bool) -> Balancer {
    Balancer::LeastRequest { choices, with_replacement }
}

#[test]
fn a_view_knows_each_instance_once_in_order_and_counts_its_changes() {
    let mut view = view(&[5, 2, 7]);
    assert_eq!((view.instances(), view.changes()), (&[2, 5, 7][..], 3));
    view.add(5);
    view.remove(4);
    view.set(vec![2, 5, 7]);
    assert_eq!(view.changes(), 3, "nothing changed");
    view.remove(5);
    assert_eq!((view.instances(), view.changes()), (&[2, 7][..], 4));
    view.set(vec![1]);
    assert_eq!((view.instances(), view.changes()), (&[1][..], 5));
}

#[test]
fn none_or_one_instance_needs_no_balancer() {
    let cluster = cluster([0; 8]);
    for balancer in [Balancer::RoundRobin, Balancer::Random, least(2, false), least(0, false), least(3, true)]
    {
        assert_eq!(View::default().choose(balancer, &cluster, 7, 7, 0), NONE);
        assert_eq!(view(&[3]).choose(balancer, &cluster, 7, 7, 0), 3);
    }
}

#[test]
fn turns_go_around_also_when_the_list_becomes_shorter() {
    let cluster = cluster([0; 8]);
    let mut view = view(&[1, 3, 5]);
    let turn = |view: &mut View| view.choose(Balancer::RoundRobin, &cluster, 7, 7, 0);
    let turns: Vec<u32> = (0..5).map(|_| turn(&mut view)).collect();
    assert_eq!(turns, [1, 3, 5, 1, 3]);
    view.remove(5);
    // It stood at the third place, of which there is none any more.
    assert_eq!([turn(&mut view), turn(&mut view), turn(&mut view)], [1, 1, 3]);
    view.set(vec![1, 3]);
    assert_eq!([turn(&mut view), turn(&mut view)], [1, 3]);
}

#[test]
fn two_choices_take_the_less_busy_and_differ_unless_they_are_put_back() {
    // One idle instance of eight is among two different ones for 1 - (7/8 · 6/7) = 1/4 of all requests, and with replacement for
    // 1 - (7/8)² = 15/64.
    let cluster = cluster([4, 4, 4, 4, 4, 0, 4, 4]);
    let all: Vec<u32> = (0..8).collect();
    for (with_replacement, share) in [(false, 0.25), (true, 15.0 / 64.0)] {
        for balancer in [least(2, with_replacement), Balancer::PeakEwma { decay: Span::from_secs(1) }] {
            let share = if balancer == least(2, true) { share } else { 0.25 };
            let counts = chosen(&mut view(&all), balancer, &cluster);
            let idle = counts[5] as f64 / 4000.0;
            assert!((idle - share).abs() < 0.02, "{balancer:?}: {counts:?}");
            assert!(counts.iter().all(|count| *count > 300), "{balancer:?}: {counts:?}");
        }
    }
    // Of two instances without replacement the idle one is always among them.
    let of_two = |with_replacement| chosen(&mut view(&[4, 5]), least(2, with_replacement), &cluster)[5];
    assert_eq!(of_two(false), 4000);
    assert!((of_two(true) as f64 / 4000.0 - 0.75).abs() < 0.03);
}

#[test]
fn the_first_drawn_of_equals_is_taken() {
    // Where all are equal each gets its eighth: a rule that took the second where they are equal would, too, but not the same.
    let cluster = cluster([3; 8]);
    let all: Vec<u32> = (0..8).collect();
    let view = view(&all);
    for request in 0..200_u64 {
        let bits = Stream::from_key(5).bits(request);
        let first = (((bits >> 32) * 8) >> 32) as u32;
        assert_eq!(view.better_of_two(&cluster.instances, bits, false), first);
        assert_eq!(view.better_of_two(&cluster.instances, bits, true), first);
        let draws = Stream::from_key(bits);
        assert_eq!(view.least_of(&cluster.instances, bits, 3, true), draws.below(0, 8) as u32);
    }
}

#[test]
fn more_choices_find_the_idle_more_often_and_all_of_them_always() {
    let cluster = cluster([1, 1, 1, 0, 1, 1, 1, 1]);
    let all: Vec<u32> = (0..8).collect();
    let idle = |choices, with_replacement| {
        chosen(&mut view(&all), least(choices, with_replacement), &cluster)[3] as f64 / 4000.0
    };
    assert!((idle(3, false) - 3.0 / 8.0).abs() < 0.025);
    assert!((idle(3, true) - (1.0 - 343.0 / 512.0)).abs() < 0.025);
    assert_eq!([idle(8, false), idle(100, false), idle(0, false)], [1.0; 3]);
    assert!(idle(100, true) > 0.99);
}

#[test]
fn the_least_busy_of_all_share_the_requests_equally() {
    let cluster = cluster([2, 0, 5, 0, 1, 1, 0, 9]);
    let counts = chosen(&mut view(&(0..8).collect::<Vec<_>>()), least(0, false), &cluster);
    for (instance, count) in counts.iter().enumerate() {
        let is_least = [1, 3, 6].contains(&instance);
        assert!(if is_least { (1200..1470).contains(count) } else { *count == 0 }, "{counts:?}");
    }
}

#[test]
fn chance_and_hashes_spread_users_and_hashes_keep_them() {
    let cluster = cluster([0; 8]);
    let all: Vec<u32> = (0..8).collect();
    for (balancer, spread) in [
        (Balancer::Random, 90),
        (Balancer::RingHash { ring_size: 1024 }, 150),
        (Balancer::Maglev { table_size: 1021 }, 90),
    ] {
        let mut known = view(&all);
        let counts = chosen(&mut known, balancer, &cluster);
        assert!(counts.iter().all(|count| count.abs_diff(500) < spread), "{balancer:?}: {counts:?}");
        if balancer == Balancer::Random {
            assert_eq!(known.built(), 0);
            continue;
        }
        let home =
            |view: &mut View, user: u32| view.choose(balancer, &cluster, u64::from(user) * 77, user, 0);
        let homes: Vec<u32> = (0..500).map(|user| home(&mut known, user)).collect();
        // Another luck and a new view of the same instances change nothing; without one instance its own users move alone.
        assert!((0..500).all(|user| home(&mut view(&all), user) == homes[user as usize]));
        known.remove(2);
        let moved = |user: &u32| home(&mut known, *user) != homes[*user as usize];
        let movers: Vec<u32> = (0..500).filter(moved).collect();
        let own = homes.iter().filter(|home| **home == 2).count();
        assert!(movers.iter().filter(|user| homes[**user as usize] == 2).count() == own);
        let is_ring = matches!(balancer, Balancer::RingHash { .. });
        assert!(movers.len() <= own + if is_ring { 0 } else { 60 }, "{} of {own}", movers.len());
    }
}

#[test]
fn tables_are_built_once_for_the_same_instances_and_what_they_take_is_told() {
    let cluster = cluster([0; 8]);
    let mut ring = view(&[0, 1, 2, 3]);
    assert!(ring.held() <= 4 * 8, "{}", ring.held());
    let balancer = Balancer::RingHash { ring_size: 1000 };
    for _ in 0..3 {
        ring.choose(balancer, &cluster, 7, 7, 0);
        // 250 points for each of the four, and half a step for each.
        assert_eq!(ring.built(), 500);
    }
    assert!((16_000..40_000).contains(&ring.held()), "{}", ring.held());
    ring.remove(0);
    ring.choose(balancer, &cluster, 7, 7, 0);
    assert_eq!(ring.built(), 875);
    let mut table = view(&[0, 1]);
    for _ in 0..3 {
        table.choose(Balancer::Maglev { table_size: 1021 }, &cluster, 7, 7, 0);
        assert_eq!(table.built(), 510);
    }
    assert!((4_084..9_000).contains(&table.held()), "{}", table.held());
}
