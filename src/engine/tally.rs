//! Counts of latencies with bounded relative error.

#[cfg(test)]
mod tests;

use super::Span;

/// As a power of two, how many buckets there are to each doubling: 128, so a bucket is at most 1/128 wide.
const FINE: u32 = 7;
/// Buckets in one doubling.
const OCTAVE: usize = 1 << FINE;

/// A histogram of spans: log-linear, so that every quantile has a bounded relative error; merges exactly.
///
/// Spans below 256 ns are counted exactly, longer ones in 128 buckets to each doubling (the scheme of
/// HdrHistogram). Count, sum, least and greatest are exact; a quantile is off by less than 0.4 %. Room is taken only
/// for the doublings between the least and the greatest span seen: 1 KiB each.
#[derive(Clone, Debug)]
pub struct Tally {
    /// Buckets from number `first` on; whole octaves.
    counts: Vec<u64>,
    first: usize,
    count: u64,
    sum: u128,
    least: u64,
    greatest: u64,
}

impl Default for Tally {
    fn default() -> Self {
        Self { counts: Vec::new(), first: 0, count: 0, sum: 0, least: u64::MAX, greatest: 0 }
    }
}

impl Tally {
    /// Counts one span. It is always inlined: a request is counted three times or more.
    #[inline(always)]
    pub fn record(&mut self, span: Span) {
        let bucket = bucket_of(span.0);
        match self.counts.get_mut(bucket.wrapping_sub(self.first)) {
            Some(count) => *count = count.wrapping_add(1),
            None => self.record_beyond(bucket),
        }
        // These counts cannot wrap within the length of any run, and a check would cost more than the addition.
        self.count = self.count.wrapping_add(1);
        self.sum = self.sum.wrapping_add(u128::from(span.0));
        // Seldom true, and a branch that is foreseen costs less than a store each time.
        if span.0 < self.least {
            self.least = span.0;
        }
        if span.0 > self.greatest {
            self.greatest = span.0;
        }
    }

    /// Counts `times` spans of this length.
    pub fn record_many(&mut self, span: Span, times: u64) {
        if times == 0 {
            return;
        }
        let bucket = bucket_of(span.0);
        self.reach(bucket, bucket + 1);
        self.counts[bucket - self.first] += times;
        self.count += times;
        self.sum += u128::from(span.0) * u128::from(times);
        self.least = self.least.min(span.0);
        self.greatest = self.greatest.max(span.0);
    }

    #[cold]
    #[inline(never)]
    fn record_beyond(&mut self, bucket: usize) {
        self.reach(bucket, bucket + 1);
        self.counts[bucket - self.first] += 1;
    }

    /// Makes room for the buckets `from..to`.
    fn reach(&mut self, from: usize, to: usize) {
        let from = from / OCTAVE * OCTAVE;
        let to = to.next_multiple_of(OCTAVE);
        if self.counts.is_empty() {
            self.first = from;
        }
        if from < self.first {
            self.counts.splice(0..0, std::iter::repeat_n(0, self.first - from));
            self.first = from;
        }
        let wanted = to - self.first;
        if wanted > self.counts.len() {
            self.counts.reserve_exact(wanted - self.counts.len());
            self.counts.resize(wanted, 0);
        }
    }

    /// The counts since this tally was `earlier`. The least and the greatest are bounds of buckets, not exact.
    pub fn since(&self, earlier: &Self) -> Self {
        let mut counts = self.counts.clone();
        let offset = earlier.first.wrapping_sub(self.first);
        for (index, count) in earlier.counts.iter().enumerate() {
            if let Some(place) = counts.get_mut(index + offset) {
                *place -= count;
            }
        }
        Self {
            counts,
            first: self.first,
            count: self.count - earlier.count,
            sum: self.sum - earlier.sum,
            least: self.least,
            greatest: self.greatest,
        }
    }

    /// The [quantile](Self::quantile) of the counts [since](Self::since) this tally was `earlier`, without making these; `None` when there
    /// are none.
    pub fn quantile_since(&self, earlier: &Self, share: f64) -> Option<Span> {
        let all = self.count - earlier.count;
        let rank = rank_of(share, all);
        if all == 0 || rank == all {
            return (all > 0).then(|| self.greatest());
        }
        // What was there before begins no earlier and ends no later. A high quantile is found soonest from the top.
        let offset = earlier.first.wrapping_sub(self.first);
        let mut up_to = all;
        for (at, count) in self.counts.iter().enumerate().rev() {
            let before = earlier.counts.get(at.wrapping_sub(offset)).copied().unwrap_or(0);
            up_to -= count - before;
            if up_to < rank {
                return Some(self.middle_of(at, rank));
            }
        }
        Some(Span::ZERO)
    }

    /// Forgets everything, and keeps the room for more of the same.
    pub fn clear(&mut self) {
        self.counts.fill(0);
        (self.count, self.sum, self.least, self.greatest) = (0, 0, u64::MAX, 0);
    }

    /// How many spans were counted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// True when nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// All spans together, in nanoseconds, exact.
    pub fn sum_nanos(&self) -> u128 {
        self.sum
    }

    /// Mean of what was counted, exact to the nanosecond below; zero when empty.
    pub fn mean(&self) -> Span {
        Span((self.sum_nanos() / u128::from(self.count.max(1))) as u64)
    }

    /// The shortest span, exact; zero when empty.
    pub fn least(&self) -> Span {
        Span(if self.count == 0 { 0 } else { self.least })
    }

    /// The longest span, exact; zero when empty.
    pub fn greatest(&self) -> Span {
        Span(self.greatest)
    }

    /// The shortest span that at least `share` (0 to 1) of the counted are at or below, off by less than 0.4 % of
    /// itself, and never outside what was counted; zero when empty.
    ///
    /// `quantile(0.0)` is the shortest, `quantile(1.0)` the longest, both exact.
    pub fn quantile(&self, share: f64) -> Span {
        let rank = rank_of(share, self.count);
        if rank == self.count {
            return self.greatest();
        }
        let mut below = 0;
        for (at, &count) in self.counts.iter().enumerate() {
            below += count;
            if below >= rank {
                return self.middle_of(at, rank);
            }
        }
        Span::ZERO
    }

    /// The span that stands for the one of this rank, which is in the bucket at this place.
    fn middle_of(&self, at: usize, rank: u64) -> Span {
        let (low, width) = bounds_of(self.first + at);
        let middle = low + (width - 1) / 2;
        Span(if rank == 1 { self.least } else { middle.clamp(self.least, self.greatest) })
    }

    /// Makes this the same as `other`, in the room that it has.
    pub fn follow(&mut self, other: &Self) {
        self.counts.clone_from(&other.counts);
        (self.first, self.count, self.sum) = (other.first, other.count, other.sum);
        (self.least, self.greatest) = (other.least, other.greatest);
    }

    /// For each of `limits` the part of the counted spans, 0 to 1, that are no longer; 1 when empty. Within the one bucket that a
    /// limit falls in, the spans are taken as spread evenly. Limits that ascend are answered in one walk over the buckets.
    pub fn fractions_at_most(&self, limits: &[Span]) -> Vec<f64> {
        let (mut walked, mut below) = (0, 0);
        let fraction = |limit: &Span| {
            if limit.0 >= self.greatest {
                return 1.0;
            }
            if limit.0 < self.least {
                return 0.0;
            }
            let bucket = bucket_of(limit.0);
            let at = bucket - self.first;
            if at < walked {
                (walked, below) = (0, 0);
            }
            below += self.counts[walked..at].iter().sum::<u64>();
            walked = at;
            let (low, width) = bounds_of(bucket);
            let part = self.counts[at] as f64 * ((limit.0 - low + 1) as f64 / width as f64);
            (below as f64 + part) / self.count as f64
        };
        limits.iter().map(fraction).collect()
    }

    /// The buckets that hold something, shortest first: the shortest and the longest span of each, and how many.
    pub fn buckets(&self) -> impl Iterator<Item = (Span, Span, u64)> + '_ {
        self.counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(at, count)| {
            let (low, width) = bounds_of(self.first + at);
            (Span(low), Span(low + (width - 1)), *count)
        })
    }
}

/// Tallies are equal when they counted the same, whatever room they took.
impl PartialEq for Tally {
    fn eq(&self, other: &Self) -> bool {
        let exact = |tally: &Self| (tally.count, tally.sum, tally.least, tally.greatest);
        exact(self) == exact(other) && self.buckets().eq(other.buckets())
    }
}

/// The rank, from 1, of the quantile at `share` of so many.
fn rank_of(share: f64, count: u64) -> u64 {
    (libm::ceil(share * count as f64) as u64).clamp(1, count.max(1))
}

/// The bucket of a span: its leading bit and the seven bits after it.
#[inline]
fn bucket_of(nanos: u64) -> usize {
    let shift = u64::BITS - 1 - FINE - (nanos | OCTAVE as u64).leading_zeros();
    ((shift as usize) << FINE) + (nanos >> shift) as usize
}

/// The shortest span of a bucket, and how many nanoseconds wide the bucket is.
fn bounds_of(bucket: usize) -> (u64, u64) {
    let shift = (bucket >> FINE).saturating_sub(1);
    (((bucket - (shift << FINE)) as u64) << shift, 1 << shift)
}
