//! Timelines of canaries, with a router and without.

use super::*;

#[test]
fn a_good_canary_gets_everything() {
    told(
        good(Strategy::Canary(two_steps())).run(300),
        "
        5:00 report in_progress
        5:00 scale candidate to 1
        5:10 route stable 90%, candidate 10%
        7:12 analysis passed: 3 of 3 measurements were good
        7:12 scale candidate to 5
        7:22 route stable 50%, candidate 50%
        7:24 scale candidate to 10
        7:34 route stable 0%, candidate 100%
        7:36 report completed
        8:06 scale stable to 0
        ",
    );
}

#[test]
fn a_bad_canary_is_routed_away_from_at_once_and_stands_for_a_while() {
    told(
        bad(Strategy::Canary(two_steps())).run(300),
        "
        5:00 report in_progress
        5:00 scale candidate to 1
        5:10 route stable 90%, candidate 10%
        6:12 check errors: error ratio of candidate over 1m is 5% (limit below 1%), failure 1 of 0 allowed
        6:12 analysis failed at check errors
        6:12 report rolling_back
        6:12 route stable 100%, candidate 0%
        6:14 report rolled_back
        6:42 scale candidate to 0
        ",
    );
}

#[test]
fn a_canary_without_a_router_goes_by_instance_counts() {
    told(
        good(by_instances()).run(300),
        "
        5:00 report in_progress
        5:00 route to all instances alike
        5:00 scale candidate to 1
        5:00 scale stable to 9
        7:10 analysis passed: 3 of 3 measurements were good
        7:10 scale candidate to 4
        7:10 scale stable to 7
        7:11 scale candidate to 5
        7:20 scale stable to 5
        7:21 scale candidate to 8
        7:21 scale stable to 3
        7:22 scale candidate to 10
        7:31 scale stable to 0
        7:32 report completed
        ",
    );
}

#[test]
fn a_bad_canary_without_a_router_is_exchanged_again() {
    told(
        bad(by_instances()).run(300),
        "
        5:00 report in_progress
        5:00 route to all instances alike
        5:00 scale candidate to 1
        5:00 scale stable to 9
        6:10 check errors: error ratio of candidate over 1m is 5% (limit below 1%), failure 1 of 0 allowed
        6:10 analysis failed at check errors
        6:10 report rolling_back
        6:10 scale candidate to 0
        6:10 scale stable to 10
        6:20 report rolled_back
        ",
    );
}

#[test]
fn a_shrunken_stable_pool_takes_the_users_back_as_it_grows() {
    let mut steps = two_steps();
    steps.dynamic_stable_scale = true;
    steps.steps = vec![Step::Weight(percent(60.0)), Step::Approve];
    told(
        good(Strategy::Canary(steps)).run(60).command(RolloutCommand::Abort).run(100),
        "
        5:00 report in_progress
        5:00 scale candidate to 6
        5:10 route stable 40%, candidate 60%
        5:12 scale stable to 4
        5:12 report paused
        6:00 report rolling_back
        6:00 scale stable to 10
        6:10 route stable 100%, candidate 0%
        6:12 report rolled_back
        6:13 scale candidate to 0
        ",
    );
}
