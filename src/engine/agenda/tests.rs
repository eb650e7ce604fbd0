//! The agenda against a binary heap that cannot be wrong.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use proptest::prelude::*;

use super::*;
use crate::engine::Span;

/// The same promises, kept in the plainest way.
#[derive(Clone, Default)]
struct Oracle {
    heap: BinaryHeap<Reverse<(Time, u8, u64)>>,
    booked: u64,
}

impl Oracle {
    fn book(&mut self, at: Time, class: u8) -> u64 {
        self.booked += 1;
        self.heap.push(Reverse((at, class, self.booked)));
        self.booked
    }

    fn pop(&mut self) -> Option<(Time, u64)> {
        self.heap.pop().map(|Reverse((at, _, number))| (at, number))
    }
}

/// An agenda and its oracle, worked in step; every difference is a failure.
#[derive(Clone, Default)]
struct Pair {
    agenda: Agenda<u64>,
    oracle: Oracle,
    now: Time,
}

impl Pair {
    fn book(&mut self, at: Time, class: u8) {
        let number = self.oracle.book(at, class);
        self.agenda.book(at, class, number);
        self.check();
    }

    /// What the parts of an agenda promise each other.
    fn check(&self) {
        let Agenda { run, wheel, horizon, soonest, waiting, .. } = &self.agenda;
        assert_eq!(*waiting, self.oracle.heap.len());
        assert_eq!(run.len() + wheel.len(), *waiting);
        assert_eq!(run.is_empty(), *waiting == 0);
        assert_eq!((*soonest, self.agenda.next_time()), (run.first_time(), Time(run.first_time())));
        assert!(*horizon == u64::MAX || wheel.len() <= wheel.crowd(), "too many in too few buckets");
        assert!(*horizon != u64::MAX || wheel.len() == 0, "what is due later than the end of time");
    }

    fn pop(&mut self) -> Option<Time> {
        let expected = self.oracle.pop();
        assert_eq!(self.agenda.next_time(), expected.map_or(Time::NEVER, |(at, _)| at));
        assert_eq!(self.agenda.pop(), expected);
        self.check();
        self.now = expected.map_or(self.now, |(at, _)| at);
        expected.map(|(at, _)| at)
    }

    fn retain(&mut self, but: u64) {
        self.oracle.heap.retain(|Reverse((.., number))| !number.is_multiple_of(but));
        self.agenda.retain(|number| !number.is_multiple_of(but));
        self.check();
    }

    fn drain(&mut self) {
        while self.pop().is_some() {}
        assert_eq!(self.agenda.waiting, 0);
    }
}

/// One operation on an agenda.
#[derive(Clone, Debug)]
enum Operation {
    Book { ahead: u64, class: u8 },
    Burst { many: usize, ahead: u64, step: u64 },
    Past { back: u64, class: u8 },
    Absolute { at: u64, class: u8 },
    Pop { many: usize },
    Hold { many: usize, spread: u64 },
    Retain { but: u64 },
    Fork,
}

fn ahead() -> impl Strategy<Value = u64> {
    prop_oneof![
        3 => Just(0_u64),
        2 => 0..4_u64,
        3 => 0..1_000_u64,
        3 => 0..10_000_000_u64,
        1 => (0..64_u32).prop_map(|bits| 1 << bits),
        2 => (0..20_u64).prop_map(|ticks| ticks * 1_000_000),
    ]
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        6 => (ahead(), 0..16_u8).prop_map(|(ahead, class)| Operation::Book { ahead, class }),
        2 => (1..300_usize, ahead(), 0..5_000_u64)
            .prop_map(|(many, ahead, step)| Operation::Burst { many, ahead, step }),
        1 => (ahead(), 0..16_u8).prop_map(|(back, class)| Operation::Past { back, class }),
        1 => (u64::MAX - 3.., 0..16_u8).prop_map(|(at, class)| Operation::Absolute { at, class }),
        4 => (1..60_usize).prop_map(|many| Operation::Pop { many }),
        2 => (1..400_usize, ahead()).prop_map(|(many, spread)| Operation::Hold { many, spread }),
        1 => (1..5_u64).prop_map(|but| Operation::Retain { but }),
        1 => Just(Operation::Fork),
    ]
}

fn carry_out(operations: Vec<Operation>) {
    let mut pair = Pair::default();
    let mut mixed = 1_u64;
    for operation in operations {
        let now = pair.now.0;
        match operation {
            Operation::Book { ahead, class } => pair.book(Time(now.saturating_add(ahead)), class),
            Operation::Burst { many, ahead, step } => {
                for count in 0..many as u64 {
                    pair.book(
                        Time(now.saturating_add(ahead).saturating_add(count % 7 * step)),
                        count as u8 % 3,
                    );
                }
            }
            Operation::Past { back, class } => pair.book(Time(now.saturating_sub(back)), class),
            Operation::Absolute { at, class } => pair.book(Time(at), class),
            Operation::Pop { many } => (0..many).for_each(|_| {
                pair.pop();
            }),
            Operation::Hold { many, spread } => {
                for _ in 0..many {
                    mixed =
                        mixed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let Some(at) = pair.pop() else { break };
                    let step = ((u128::from(mixed) * u128::from(spread)) >> 64) as u64;
                    pair.book(Time(at.0.saturating_add(step)), (mixed >> 60) as u8);
                }
            }
            Operation::Retain { but } => pair.retain(but),
            Operation::Fork => {
                let mut fork = pair.clone();
                fork.drain();
            }
        }
    }
    pair.drain();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_the_order_is_the_oracles(operations in prop::collection::vec(operation(), 1..60)) {
        carry_out(operations);
    }
}

#[test]
fn ties_leave_by_class_and_then_in_booking_order() {
    let mut agenda = Agenda::default();
    for (class, name) in [(2, "c"), (1, "a"), (2, "d"), (1, "b")] {
        agenda.book(Time(5), class, name);
    }
    agenda.book(Time(4), 15, "first");
    let order: Vec<_> = std::iter::from_fn(|| agenda.pop().map(|(_, name)| name)).collect();
    assert_eq!(order, ["first", "a", "b", "c", "d"]);
}

#[test]
fn a_lower_class_booked_now_leaves_before_what_was_left_of_now() {
    let mut agenda = Agenda::default();
    for name in 0..100 {
        agenda.book(Time(5), 3, name);
    }
    assert_eq!(agenda.pop(), Some((Time(5), 0)));
    agenda.book(Time(5), 2, 1000);
    agenda.book(Time(1), 15, 1001);
    assert_eq!(agenda.pop(), Some((Time(1), 1001)));
    assert_eq!(agenda.pop(), Some((Time(5), 1000)));
    assert_eq!(agenda.pop(), Some((Time(5), 1)));
}

#[test]
fn a_crowd_that_left_leaves_a_small_wheel() {
    let mut pair = Pair::default();
    for count in 0..5_000_u64 {
        pair.book(Time(count * count % 999_983 * 1000), (count % 16) as u8);
    }
    for _ in 0..4_900 {
        pair.pop();
    }
    for count in 0..5_000_u64 {
        let at = pair.pop().unwrap();
        pair.book(Time(at.0 + 1 + count * 77 % 100_000), 0);
    }
    pair.drain();
}

/// Turns a random number into a delay in nanoseconds.
type Delay = fn(u64) -> u64;

/// The regimes a wheel of fixed width fails in: each must stay right, and touch few entries and buckets for each event.
#[test]
fn the_wheel_fits_itself_to_what_happens() {
    let laws: [(&str, Delay); 6] = [
        ("even", |draw| draw % 1_000_000),
        ("ties", |draw| draw % 3 * 1_000_000),
        ("now", |_| 0),
        ("two scales", |draw| if draw.is_multiple_of(10) { 10_000_000_000 } else { draw % 1000 }),
        ("clusters", |draw| if draw.is_multiple_of(1000) { 1 << 50 } else { 1 }),
        ("all scales", |draw| 1 << (draw % 40)),
    ];
    for (name, law) in laws {
        let mut pair = Pair::default();
        for count in 0..3_000 {
            pair.book(Time(count % 50), 0);
        }
        let mut draw = 1_u64;
        for _ in 0..60_000 {
            let at = pair.pop().unwrap();
            draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            pair.book(at + Span(law(draw >> 20)), 0);
        }
        let touched = pair.agenda.wheel.all_effort();
        assert!(touched < 60_000 * 4, "{name}: {touched} entries and buckets touched");
        pair.drain();
    }
}

#[test]
fn few_events_are_one_list_and_one_more_brings_the_wheel_in_use() {
    let mut pair = Pair::default();
    for count in 0..SMALL as u64 {
        pair.book(Time(1000 * count), 0);
        assert_eq!((pair.agenda.horizon, pair.agenda.run.len()), (u64::MAX, count as usize + 1));
    }
    pair.book(Time(5), 0);
    assert!(pair.agenda.horizon < u64::MAX && pair.agenda.wheel.len() > 0);
    // It is one list again at the first empty run when a third of that waits, and not before.
    while pair.agenda.horizon != u64::MAX {
        let before = pair.agenda.waiting;
        pair.pop();
        let is_list = pair.agenda.horizon == u64::MAX;
        assert!(!is_list || before <= SMALL / 3 + 1, "at {before}");
        assert!(is_list || pair.agenda.waiting > SMALL / 3 || !pair.agenda.run.is_empty());
    }
    assert!(pair.agenda.waiting >= SMALL / 3 - 4, "{} wait", pair.agenda.waiting);
    pair.drain();
}

#[test]
fn a_bucket_that_is_far_too_wide_is_made_narrower_while_it_is_filled() {
    let mut pair = Pair::default();
    for count in 0..100_u64 {
        pair.book(Time(1_000_000_000 * count), 0);
    }
    let wide = pair.agenda.horizon;
    // All of these are due in the bucket that the clock is in.
    for count in 0..1_000_u64 {
        pair.book(Time(1_000_000 * (count % 900)), 0);
        let spilled = pair.agenda.run.spilled();
        assert!(spilled <= pair.agenda.waiting / 2 + 64, "{spilled} of {}", pair.agenda.waiting);
    }
    assert!(pair.agenda.horizon < wide / 2, "{} and {wide}", pair.agenda.horizon);
    pair.drain();
}

#[test]
fn the_slots_of_what_left_are_used_again_and_what_is_held_is_told() {
    let mut pair = Pair::default();
    assert_eq!(pair.agenda.footprint(), 0);
    let fill = |pair: &mut Pair| {
        let missing = 2_000 - pair.agenda.waiting as u64;
        (0..missing).for_each(|count| pair.book(Time(pair.now.0 + 1 + count * 7_919 % 1_000_003), 0));
    };
    fill(&mut pair);
    let held = pair.agenda.footprint();
    // A slot of 32 bytes each, room for as many again in the list of slots, an entry of 16 bytes each in one list, and buckets.
    assert!((2_000 * 32..2_000 * (64 + 40)).contains(&held), "{held} bytes for 2000 events");
    for _ in 0..20 {
        pair.retain(2);
        fill(&mut pair);
        for _ in 0..500 {
            pair.pop();
        }
        fill(&mut pair);
    }
    assert!(pair.agenda.footprint() <= held * 3 / 2, "{} after {held}", pair.agenda.footprint());
    assert!(!pair.agenda.is_full());
    pair.drain();
}

#[test]
fn a_lane_forgets_what_no_longer_matters_from_its_head_on() {
    let mut lane = Lane::default();
    assert!(lane.is_empty());
    (0..4).for_each(|item| lane.push(Time(10 + item), item));
    assert_eq!(lane.skip_while(|item| item < 2 || item == 3), Some((Time(12), 2)));
    assert_eq!((lane.len(), lane.is_empty()), (2, false));
    assert_eq!(lane.skip_while(|_| true), None);
    assert_eq!((lane.len(), lane.is_empty()), (0, true));
}

#[test]
fn a_lane_gives_what_is_due_in_the_order_it_came() {
    let mut lane = Lane::default();
    for item in 0..3 {
        lane.push(Time(10 + item / 2), item);
    }
    assert_eq!((lane.head(), lane.len()), (Some((Time(10), 0)), 3));
    assert_eq!(lane.pop_due(Time(9)), None);
    assert_eq!(lane.pop_due(Time(10)), Some((Time(10), 0)));
    assert_eq!(lane.pop_due(Time(20)), Some((Time(10), 1)));
    assert_eq!(lane.pop_due(Time(20)), Some((Time(11), 2)));
    assert_eq!((lane.pop_due(Time(20)), lane.head()), (None, None));
}

#[test]
#[should_panic(expected = "in order")]
fn a_lane_refuses_what_is_due_too_early() {
    let mut lane = Lane::default();
    lane.push(Time(10), ());
    lane.push(Time(9), ());
}
