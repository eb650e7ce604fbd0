//! Timelines of blue-green releases.

use super::*;

#[test]
fn green_is_tested_switched_to_and_watched() {
    told(
        good(Strategy::BlueGreen(tested_green())).run(300),
        "
        5:00 report in_progress
        5:00 scale candidate to 2
        5:10 test candidate with 20 requests over 10s
        5:20 0 of 20 test requests failed, 0 may
        5:20 scale candidate to 10
        5:30 route stable 0%, candidate 100%
        7:32 analysis passed: 3 of 3 measurements were good
        7:32 report completed
        8:02 scale stable to 0
        ",
    );
}

#[test]
fn a_failed_test_keeps_users_on_blue() {
    let mut cluster = good(Strategy::BlueGreen(tested_green()));
    cluster.test_failures = 0.5;
    told(
        cluster.run(100),
        "
        5:00 report in_progress
        5:00 scale candidate to 2
        5:10 test candidate with 20 requests over 10s
        5:20 10 of 20 test requests failed, 0 may
        5:20 report rolling_back
        5:20 route stable 100%, candidate 0%
        5:22 report rolled_back
        5:50 scale candidate to 0
        ",
    );
}

#[test]
fn a_bad_green_is_switched_back_from_while_blue_stands() {
    told(
        bad(Strategy::BlueGreen(tested_green())).run(300),
        "
        5:00 report in_progress
        5:00 scale candidate to 2
        5:10 test candidate with 20 requests over 10s
        5:20 0 of 20 test requests failed, 0 may
        5:20 scale candidate to 10
        5:30 route stable 0%, candidate 100%
        6:32 check errors: error ratio of candidate over 1m is 5% (limit below 1%), failure 1 of 0 allowed
        6:32 analysis failed at check errors
        6:32 report rolling_back
        6:32 route stable 100%, candidate 0%
        6:34 report rolled_back
        7:02 scale candidate to 0
        ",
    );
}

#[test]
fn undoing_a_switch_after_blue_has_gone_takes_a_redeployment() {
    let mut cluster = good(Strategy::BlueGreen(BlueGreen::default()));
    told(
        cluster.run(100).command(RolloutCommand::Undo).run(100),
        "
        5:00 report in_progress
        5:00 scale candidate to 10
        5:10 route stable 0%, candidate 100%
        5:12 report completed
        5:42 scale stable to 0
        6:40 report rolling_back
        6:40 scale stable to 10
        6:50 route stable 100%, candidate 0%
        6:52 report rolled_back
        7:10 scale candidate to 0
        ",
    );
}

#[test]
fn undoing_a_switch_while_blue_stands_is_fast() {
    let mut cluster = good(Strategy::BlueGreen(BlueGreen::default()));
    told(
        cluster.run(30).command(RolloutCommand::Undo).run(100),
        "
        5:00 report in_progress
        5:00 scale candidate to 10
        5:10 route stable 0%, candidate 100%
        5:12 report completed
        5:30 report rolling_back
        5:30 route stable 100%, candidate 0%
        5:32 report rolled_back
        6:00 scale candidate to 0
        ",
    );
}
