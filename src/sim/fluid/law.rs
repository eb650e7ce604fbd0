//! Laws: how long an answer takes, as cells of equal work and a waiting time.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::lengths::{Lengths, together};
use super::waiting::Wait;
use crate::engine::{Sampler, Span, Stream, counts};

/// How many parts of equal chance the work is cut into; nothing rarer is told apart.
const PARTS: usize = 1 << 14;

/// How many parts of a wait on the next length of work meets; odd, so that it goes through all of a power of two.
const TURN: usize = 19;

/// Cells of a law to each doubling of the length; a power of two.
const FINE: u64 = 64;

/// A third of a law: answers that are in time, late, or waited for no longer.
pub(super) type Segment = usize;
pub(super) const IN_TIME: Segment = 0;
pub(super) const LATE: Segment = 1;
pub(super) const BEYOND: Segment = 2;

/// Answers of about one length.
#[derive(Clone, Copy, Debug)]
struct Cell {
    nanos: u64,
    weight: f64,
    /// The weight of its segment up to and with it.
    up_to: f64,
}

/// How long an answer takes, waiting included.
#[derive(Clone, Debug)]
pub(super) struct Law {
    segments: [Vec<Cell>; 3],
    /// What its requests wait.
    pub wait: Wait,
    /// What the way to the instance takes before.
    pub delay: Span,
}

impl Law {
    /// The chance of a segment.
    pub fn chance(&self, segment: Segment) -> f64 {
        self.segments[segment].last().map_or(0.0, |cell| cell.up_to)
    }

    /// How long answers take that are not given up; zero where all are.
    pub fn answered(&self) -> Lengths {
        let cells = self.segments[..BEYOND].iter().flatten();
        Lengths::weighted(cells.map(|cell| (cell.nanos, cell.weight)).collect())
    }

    /// Draws `count` answers that are not given up, see [`Self::draw`].
    pub fn draw_answered(&self, count: u64, draws: Stream, mut each: impl FnMut(Span, u64)) {
        let [in_time, late] = [IN_TIME, LATE].map(|segment| self.chance(segment));
        let slow = counts::binomial(count, late / (in_time + late).max(f64::MIN_POSITIVE), draws.bits(0));
        self.draw(IN_TIME, count - slow, draws.child(1), &mut each);
        self.draw(LATE, slow, draws.child(2), each);
    }

    /// Draws `count` answers of a segment: `each` gets lengths, and how many have them.
    pub fn draw(&self, segment: Segment, count: u64, draws: Stream, mut each: impl FnMut(Span, u64)) {
        let cells = &self.segments[segment];
        let Some(all) = cells.last().map(|cell| cell.up_to) else { return };
        if count < cells.len() as u64 {
            for index in 0..count {
                let at = draws.unit(index) * all;
                let place = cells.partition_point(|cell| cell.up_to <= at).min(cells.len() - 1);
                each(Span(cells[place].nanos), 1);
            }
            return;
        }
        let weights = cells.iter().map(|cell| cell.weight);
        let bits = |place| draws.bits(place);
        counts::deal(count, weights, all, bits, |place, count| each(Span(cells[place].nanos), count));
    }
}

/// What a law is computed from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timing<'a> {
    /// Factor on the work.
    pub factor: f64,
    /// What the way to the instance takes.
    pub delay: Span,
    /// How requests wait for a worker.
    pub wait: &'a Wait,
    /// What calls take after the work.
    pub after: &'a Lengths,
    /// What was tried before.
    pub before: &'a Lengths,
}

/// That as bits: the factor, the delay, the wait, the calls, and what was before.
type Key = (u64, u64, [u64; 3], u32, [u64; 2]);

/// The laws of one service's answers so far.
#[derive(Clone, Debug)]
pub(super) struct Laws {
    /// The work at full speed in nanoseconds, ascending, each part as likely.
    pub work: Arc<[u64]>,
    /// Mean of the work at full speed, in seconds.
    pub mean_s: f64,
    slow_after: Span,
    timeout: Span,
    known: BTreeMap<Key, u32>,
    pub all: Vec<Arc<Law>>,
}

impl Laws {
    /// The laws of answers after this work; those that take longer than `slow_after` are late, and clients wait for `timeout`.
    pub fn new(work: &Sampler, slow_after: Span, timeout: Option<Span>) -> Self {
        let step = 1 << (64 - PARTS.trailing_zeros());
        let mut work: Vec<u64> = (0..PARTS as u64).map(|part| work.at(part * step + step / 2).0).collect();
        work.sort_unstable();
        let timeout = timeout.unwrap_or(Span(u64::MAX));
        let mean_s = work.iter().map(|nanos| *nanos as f64 / 1e9).sum::<f64>() / PARTS as f64;
        Self { work: work.into(), mean_s, slow_after, timeout, known: BTreeMap::new(), all: Vec::new() }
    }

    /// The number of the law of answers with this timing.
    pub fn of(&mut self, timing: Timing<'_>) -> u32 {
        let Timing { factor, delay, wait, after, before } = timing;
        let numbers = [wait.chance, wait.unit_s, wait.backlog_s].map(f64::to_bits);
        let key = (factor.to_bits(), delay.0, numbers, wait.model, [after.key(), before.key()]);
        if let Some(number) = self.known.get(&key) {
            return *number;
        }
        let number = self.all.len() as u32;
        self.all.push(Arc::new(self.make(timing)));
        self.known.insert(key, number);
        number
    }

    /// Forgets all laws, where there are so many that they take much room; nothing may refer to one.
    pub fn forget(&mut self) {
        self.known.clear();
        self.all.clear();
    }

    fn make(&self, timing: Timing<'_>) -> Law {
        let Timing { factor, delay, wait, after, before } = timing;
        let mut law = Law { segments: Default::default(), wait: wait.clone(), delay };
        let on_the_way = delay.0 + Span::from_secs_f64(wait.backlog_s).0;
        let takes = |nanos: &u64| (*nanos as f64 * factor + 0.5) as u64 + on_the_way;
        let mut alone: Vec<u64> = self.work.iter().map(takes).collect();
        if !after.is_zero() {
            alone.iter_mut().enumerate().for_each(|(place, nanos)| *nanos += after.met_at(place));
            alone.sort_unstable();
        }
        self.fill(&mut law, &alone, 1.0 - wait.chance, before);
        if wait.chance > 0.0 && !wait.parts.is_empty() {
            // Each length of work meets one part of the wait; among some thirty that are near each other every part is met.
            let waits: Vec<u64> = wait.lengths().collect();
            let meets = |(place, work): (usize, &u64)| work + waits[place * TURN % waits.len()];
            let mut sums: Vec<u64> = alone.iter().enumerate().map(meets).collect();
            sums.sort_unstable();
            self.fill(&mut law, &sums, wait.chance, before);
        }
        for cells in &mut law.segments {
            put_together(cells);
            let mut up_to = 0.0;
            for cell in cells {
                up_to += cell.weight;
                cell.up_to = up_to;
            }
        }
        law
    }

    /// Adds ascending lengths of tries, which together have this chance, each as likely as the others. A try that is given up is one by its
    /// own length; whether an answer is late is asked of all tries together.
    fn fill(&self, law: &mut Law, tries: &[u64], chance: f64, before: &Lengths) {
        let each = chance / tries.len() as f64;
        let given_up = tries.partition_point(|length| *length <= self.timeout.0);
        let mut wholes = Vec::new();
        if !before.is_zero() {
            wholes = tries.to_vec();
            let answered = &mut wholes[..given_up];
            answered.iter_mut().enumerate().for_each(|(place, nanos)| *nanos += before.met_at(place));
            answered.sort_unstable();
        }
        let lengths = if before.is_zero() { tries } else { &wholes };
        let late = lengths[..given_up].partition_point(|length| *length <= self.slow_after.0);
        for (segment, range) in [0..late, late..given_up, given_up..lengths.len()].into_iter().enumerate() {
            let mut from = range.start;
            while from < range.end {
                let to = (from + together(lengths.len() - from, lengths.len())).min(range.end);
                let cell = &lengths[from..to];
                let nanos =
                    (cell.iter().map(|length| u128::from(*length)).sum::<u128>() / cell.len() as u128) as u64;
                law.segments[segment].push(Cell { nanos, weight: each * cell.len() as f64, up_to: 0.0 });
                from = to;
            }
        }
    }
}

/// Makes one cell of those whose lengths differ by less than about one part in [`FINE`]: each cell is a draw, and a quantile need not be
/// closer.
fn put_together(cells: &mut Vec<Cell>) {
    cells.sort_by_key(|cell| cell.nanos);
    let place = |nanos: u64| (nanos.max(1) as f64).to_bits() >> (52 - FINE.trailing_zeros());
    let mut from = 0;
    let mut all: Vec<Cell> = Vec::new();
    while let Some(first) = cells.get(from) {
        let same = cells[from..].iter().take_while(|cell| place(cell.nanos) == place(first.nanos)).count();
        let these = &cells[from..from + same];
        let weight: f64 = these.iter().map(|cell| cell.weight).sum();
        let nanos = these.iter().map(|cell| cell.nanos as f64 * cell.weight).sum::<f64>() / weight;
        all.push(Cell { nanos: (nanos + 0.5) as u64, weight, up_to: 0.0 });
        from += same;
    }
    *cells = all;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Chance, Dist, Tally};

    fn laws(slow_after: u64, timeout: u64) -> Laws {
        let work = Dist::Exponential(Span::from_millis(10)).sampler();
        Laws::new(&work, Span::from_millis(slow_after), Some(Span::from_millis(timeout)))
    }

    #[test]
    fn a_law_is_cut_where_answers_are_late_and_given_up() {
        let mut laws = laws(20, 40);
        let nothing = Lengths::default();
        let wait = Wait::none();
        let timing =
            Timing { factor: 2.0, delay: Span::ZERO, wait: &wait, after: &nothing, before: &nothing };
        let number = laws.of(timing);
        let law = &laws.all[number as usize];
        let above = |millis: f64| libm::exp(-millis / 20.0);
        for (segment, right) in
            [1.0 - above(20.0), above(20.0) - above(40.0), above(40.0)].into_iter().enumerate()
        {
            assert!((law.chance(segment) - right).abs() < 2e-4, "{segment}: {}", law.chance(segment));
        }
    }

    #[test]
    fn few_and_many_answers_have_the_same_law() {
        let mut laws = laws(100_000, 1_000_000);
        let wait = Wait { chance: 0.4, parts: vec![0.5, 1.5].into(), unit_s: 0.03, ..Wait::default() };
        let nothing = Lengths::default();
        let delay = Span::from_millis(5);
        let number = laws.of(Timing { factor: 1.0, delay, wait: &wait, after: &nothing, before: &nothing });
        let draws = Chance::new(9).stream("answers", 0);
        let (mut few, mut many) = (Tally::default(), Tally::default());
        (0..3_000).for_each(|round| {
            laws.all[number as usize]
                .draw(IN_TIME, 100, draws.child(round), |span, count| few.record_many(span, count));
        });
        laws.all[number as usize]
            .draw(IN_TIME, 10_000_000, draws, |span, count| many.record_many(span, count));
        // Work of 10 ms, a delay of 5 ms, and 30 ms for four of ten.
        for tally in [&few, &many] {
            assert!((tally.mean().as_millis_f64() / 27.0 - 1.0).abs() < 0.01, "{}", tally.mean());
        }
        for share in [0.1, 0.5, 0.9, 0.99] {
            let [few, many] = [&few, &many].map(|tally| tally.quantile(share).as_millis_f64());
            assert!((few / many - 1.0).abs() < 0.02, "{share}: {few} {many}");
        }
        assert_eq!((few.count(), many.count()), (300_000, 10_000_000));
    }
}
