//! What the engine's parts cost: `cargo bench --bench engine`. Times are for [`BATCH`] operations.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::hint::black_box;

use divan::Bencher;
use rollout_lab::engine::{Agenda, Chance, Dist, Lane, Share, Span, Stream, Tally, Time, exponential};

/// Operations in each measured call; divan then also prints millions of them per second.
const BATCH: u64 = 10_000;

/// What is booked.
type Event = (usize, u64);

fn main() {
    divan::main();
}

fn lognormal() -> Dist {
    Dist::Lognormal { p50: Span::from_millis(10), p99: Span::from_millis(80) }
}

fn stream() -> Stream {
    Chance::new(1).stream("bench", 0)
}

/// The laws by which events of the hold model are booked ahead.
fn delay(law: &str) -> Dist {
    let fixed = |ticks| Dist::Fixed(Span::from_millis(ticks));
    match law {
        "exponential" => Dist::Exponential(Span::from_millis(10)),
        "two scales" => {
            Dist::Mixture(vec![(9.0, Dist::Exponential(Span::from_millis(1))), (1.0, fixed(1000))])
        }
        _ => Dist::Mixture((1..=10).map(|ticks| (1.0, fixed(ticks))).collect()),
    }
}

/// What the hold model asks of an agenda, and of the alternatives it is compared with.
trait Waiting: Default {
    fn book(&mut self, at: Time, event: Event);
    fn pop(&mut self) -> Option<(Time, Event)>;
}

impl Waiting for Agenda<Event> {
    fn book(&mut self, at: Time, event: Event) {
        Agenda::book(self, at, 1, event);
    }

    fn pop(&mut self) -> Option<(Time, Event)> {
        black_box(self.next_time());
        Agenda::pop(self)
    }
}

/// The standard library's heap, with class and booking number in the key and the event beside it.
#[derive(Default)]
struct StdHeap {
    heap: BinaryHeap<Reverse<(Time, u8, u64, Event)>>,
    booked: u64,
}

impl Waiting for StdHeap {
    fn book(&mut self, at: Time, event: Event) {
        self.booked += 1;
        self.heap.push(Reverse((at, 1, self.booked, event)));
    }

    fn pop(&mut self) -> Option<(Time, Event)> {
        self.heap.pop().map(|Reverse((at, _, _, event))| (at, event))
    }
}

/// The standard library's ordered map.
#[derive(Default)]
struct StdMap {
    map: BTreeMap<(Time, u8, u64), Event>,
    booked: u64,
}

impl Waiting for StdMap {
    fn book(&mut self, at: Time, event: Event) {
        self.booked += 1;
        self.map.insert((at, 1, self.booked), event);
    }

    fn pop(&mut self) -> Option<(Time, Event)> {
        self.map.pop_first().map(|((at, _, _), event)| (at, event))
    }
}

/// The hold model: so many events wait; the next is taken and booked again, ahead by a delay drawn before.
fn hold<W: Waiting>(bencher: Bencher, law: &str, pending: usize) {
    let (sampler, stream) = (delay(law).sampler(), stream());
    let delays: Vec<Span> = (0..1024).map(|at| sampler.at(stream.bits(at))).collect();
    let mut waiting = W::default();
    for event in 0..pending {
        waiting.book(Time::ZERO + sampler.at(stream.bits(1024 + event as u64)), (event, 0));
    }
    let mut turn = 0;
    let mut go = |many: u64| {
        for _ in 0..many {
            if let Some((at, event)) = waiting.pop() {
                waiting.book(at + delays[turn % 1024], event);
                turn += 1;
            }
        }
    };
    go(4 * pending as u64);
    bencher.counter(divan::counter::ItemsCount::new(BATCH)).bench_local(|| go(BATCH));
}

#[divan::bench(args = [1, 2, 10, 100, 1_000, 10_000, 100_000], types = [Agenda<Event>, StdHeap, StdMap])]
fn hold_exponential<W: Waiting>(bencher: Bencher, pending: usize) {
    hold::<W>(bencher, "exponential", pending);
}

#[divan::bench(args = [100, 1_000, 10_000, 100_000])]
fn hold_two_scales(bencher: Bencher, pending: usize) {
    hold::<Agenda<_>>(bencher, "two scales", pending);
}

#[divan::bench(args = [100, 1_000, 10_000, 100_000])]
fn hold_ten_ticks(bencher: Bencher, pending: usize) {
    hold::<Agenda<_>>(bencher, "ticks", pending);
}

#[divan::bench]
fn lane_push_and_pop(bencher: Bencher) {
    let mut lane = Lane::default();
    let mut at = 0;
    bencher.counter(divan::counter::ItemsCount::new(BATCH)).bench_local(|| {
        for _ in 0..BATCH {
            at += 1_000;
            lane.push(Time(at + 1_000_000), at);
            black_box(lane.pop_due(Time(at)));
        }
    });
}

/// Measures `draw` over a run of indexes.
fn draws<T>(bencher: Bencher, mut draw: impl FnMut(u64) -> T) {
    let mut from = 0;
    bencher.counter(divan::counter::ItemsCount::new(BATCH)).bench_local(|| {
        for at in from..from + BATCH {
            black_box(draw(at));
        }
        from += BATCH;
    });
}

#[divan::bench]
fn draw_bits(bencher: Bencher) {
    let stream = stream();
    draws(bencher, |at| stream.bits(at));
}

#[divan::bench]
fn draw_bits_of_a_request(bencher: Bencher) {
    let stream = stream();
    draws(bencher, |at| Stream::from_key(stream.bits(at)).bits(3));
}

#[divan::bench]
fn draw_happens(bencher: Bencher) {
    let (stream, share) = (stream(), Share::percent(0.1));
    draws(bencher, |at| stream.happens(at, share));
}

#[divan::bench]
fn find_a_stream(bencher: Bencher) {
    let chance = Chance::new(1);
    draws(bencher, |at| chance.stream("arrivals", at));
}

#[divan::bench]
fn sample_unit_exponential(bencher: Bencher) {
    let stream = stream();
    draws(bencher, |at| exponential(stream.bits(at)));
}

#[divan::bench(args = ["fixed", "uniform", "exponential", "lognormal", "erlang", "pareto", "mixture", "empirical"])]
fn sample(bencher: Bencher, law: &str) {
    let ms = Span::from_millis;
    let dist = match law {
        "fixed" => Dist::Fixed(ms(10)),
        "uniform" => Dist::Uniform { min: ms(5), max: ms(15) },
        "exponential" => Dist::Exponential(ms(10)),
        "lognormal" => lognormal(),
        "erlang" => Dist::Erlang { mean: ms(10), k: 4 },
        "pareto" => Dist::Pareto { min: ms(2), max: ms(10_000), alpha: 1.5 },
        "mixture" => Dist::Mixture(vec![(0.9, lognormal()), (0.1, Dist::Fixed(ms(500)))]),
        _ => Dist::Empirical((0..1000).map(ms).collect()),
    };
    let (sampler, stream) = (dist.sampler(), stream());
    draws(bencher, |at| sampler.at(stream.bits(at)));
}

#[divan::bench]
fn make_a_lognormal_sampler() {
    black_box(lognormal().sampler());
}

#[divan::bench]
fn make_an_erlang_sampler() {
    black_box(Dist::Erlang { mean: Span::from_millis(10), k: 64 }.sampler());
}

#[divan::bench]
fn tally_record(bencher: Bencher) {
    let (sampler, stream) = (lognormal().sampler(), stream());
    let spans: Vec<Span> = (0..4096).map(|at| sampler.at(stream.bits(at))).collect();
    let mut tally = Tally::default();
    draws(bencher, |at| tally.record(spans[at as usize % 4096]));
}

#[divan::bench]
fn tally_quantile(bencher: Bencher) {
    let (sampler, stream) = (lognormal().sampler(), stream());
    let mut tally = Tally::default();
    (0..BATCH).for_each(|at| tally.record(sampler.at(stream.bits(at))));
    bencher.bench_local(|| tally.quantile(black_box(0.99)));
}
