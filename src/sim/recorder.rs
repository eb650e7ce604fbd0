//! The recorder: facts, counts and the digest. It listens; it never changes what happens.

mod crowd;
mod ending;
mod harm;
mod in_bulk;
mod points;
mod rollout_times;

pub(super) use crowd::{Crowd, Lot};
pub(super) use ending::Ending;
pub(super) use harm::Users;
pub(super) use rollout_times::Rest;

use harm::Harm;
use points::Points;
use rollout_times::RolloutTimes;

use super::Cause;
use super::action::Sight;
use super::fact::{Fact, What};
use super::record::Requests;
use super::request::{Hop, mark};
use super::view::TraceSampler;
use crate::engine::{Span, Tally, Time};

/// What the proxies count of one service in one release.
#[derive(Clone, Debug, Default)]
pub(super) struct SeriesCounts {
    pub errors: u64,
    /// Of all answers, errors too.
    pub latency: Tally,
    pub business: Vec<u64>,
}

/// Everything that is kept of a run.
#[derive(Clone, Debug)]
pub(super) struct Recorder {
    pub facts: Vec<Fact>,
    /// Whether it only notes how requests end, as a twin's does: nobody reads the rest.
    pub silent: bool,
    digest: [u64; 2],
    pub series_counts: Vec<SeriesCounts>,
    /// Users' requests; those that succeeded are counted by `latency`.
    requests: Requests,
    pub causes: [u64; Cause::ALL.len()],
    pub slow: u64,
    pub wrong_answers: u64,
    pub doubled_writes: u64,
    /// Copies of slow calls.
    pub hedges: u64,
    /// Of the users' requests that succeeded.
    pub latency: Tally,
    /// Time in queue of the target's requests.
    pub waits: Tally,
    pub value: f64,
    pub harm: Harm,
    /// When a defect of the candidate first showed.
    pub defect_shown: Option<Time>,
    pub points: Points,
    pub rollout: RolloutTimes,
    /// Samples of users' tries for screens, when it is on.
    pub trace_sampler: Option<Box<TraceSampler>>,
}

impl Recorder {
    /// Nothing is recorded of so many users, in so many cohorts, series and business counters.
    pub fn new(users: u32, cohorts: usize, series: usize, counters: usize) -> Self {
        let counts = SeriesCounts { business: vec![0; counters], ..SeriesCounts::default() };
        Self {
            facts: Vec::new(),
            silent: false,
            digest: [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344],
            series_counts: vec![counts; series],
            requests: Requests::default(),
            causes: [0; Cause::ALL.len()],
            slow: 0,
            wrong_answers: 0,
            doubled_writes: 0,
            hedges: 0,
            latency: Tally::default(),
            waits: Tally::default(),
            value: 0.0,
            harm: Harm::new(users, cohorts),
            defect_shown: None,
            points: Points::new(),
            rollout: RolloutTimes::new(),
            trace_sampler: None,
        }
    }

    /// Counts an answer as the proxies see it.
    #[inline(always)]
    pub fn count(&mut self, series: u16, latency: Span, failed: bool) {
        let counts = &mut self.series_counts[usize::from(series)];
        counts.errors = counts.errors.wrapping_add(u64::from(failed));
        counts.latency.record(latency);
    }

    /// Counts how long a request of the target waited before an instance began to work on it.
    #[inline(always)]
    pub fn wait(&mut self, span: Span) {
        if !self.silent {
            self.waits.record(span);
        }
    }

    /// Counts the end of a user's request, however it ends.
    #[inline(always)]
    fn end(&mut self, now: Time, hop: &Hop, ending: Ending) {
        self.absorb(hop.luck ^ now.0.rotate_left(20) ^ ending as u64);
        self.points.open.exposed = self.points.open.exposed.wrapping_add(u32::from(hop.is(mark::EXPOSED)));
        if let Some(sampler) = &mut self.trace_sampler {
            sampler.sample(now, hop, ending, false);
        }
    }

    /// Counts a user's request that was answered well.
    /// `badly` says that the answer is wrong or late.
    #[inline(always)]
    pub fn succeed(&mut self, now: Time, hop: &Hop, value: f64, badly: bool) {
        self.harm.answered(now, hop, badly);
        if self.silent {
            return;
        }
        self.end(now, hop, Ending::Succeeded);
        self.latency.record(now.since(hop.first));
        self.value += value;
    }

    /// Counts a user's request that ended in any other way.
    pub fn fail(&mut self, now: Time, hop: &Hop, ending: Ending) {
        let cause = Cause::ALL[usize::from(hop.cause)];
        if self.silent {
            return self.harm.gave_up(now, hop, cause);
        }
        self.end(now, hop, ending);
        self.points.open.failed += 1;
        self.causes[usize::from(hop.cause)] += 1;
        match ending {
            Ending::Rejected => self.requests.rejected += 1,
            Ending::TimedOut => self.requests.timed_out += 1,
            Ending::Failed | Ending::Succeeded => self.requests.failed += 1,
        }
        self.harm.failed(now, hop.user, cause == Cause::Background);
        self.harm.gave_up(now, hop, cause);
    }

    /// An answer that was counted as good is wrong.
    pub const fn wrong(&mut self, value: f64) {
        self.wrong_answers += 1;
        self.value -= value;
    }

    /// An alert fires, a judgement fails, or a test does. `sight` is what was looked at; without, it saw nothing of requests.
    pub fn sign(&mut self, at: Time, sight: Option<&Sight>) {
        let founded = sight.is_some_and(|sight| self.harm.is_seen_by(sight, at));
        self.rollout.sign(at, founded);
    }

    /// Counts a user who asks.
    #[inline(always)]
    pub fn arrive(&mut self) {
        self.requests.arrived = self.requests.arrived.wrapping_add(1);
    }

    /// Users' requests by how they ended; those in flight are not known here.
    pub fn requests(&self) -> Requests {
        Requests { succeeded: self.latency.count(), ..self.requests }
    }

    /// Another release begins: what the rollout of the one before it did is told by its own record.
    pub fn begin_release(&mut self) {
        self.rollout.begin_release();
        self.harm.begin_attempt();
    }

    /// Writes down a fact.
    pub fn fact(&mut self, at: Time, what: What, because: &str) {
        if self.silent {
            return;
        }
        if self.rollout.read(at, &what) {
            self.harm.begin_attempt();
        }
        for byte in what.to_string().bytes().chain(because.bytes()) {
            self.absorb(u64::from(byte));
        }
        self.absorb(at.0);
        self.facts.push(Fact { at, what, because: because.to_owned() });
    }

    /// Closes ten seconds of truth.
    pub fn close_point(&mut self, now: Time, since_release: bool) {
        let ended = self.ended();
        self.points.close(now, ended, &self.latency, since_release);
    }

    /// Users' requests counted as ended.
    pub fn ended(&self) -> u64 {
        let requests = self.requests();
        requests.succeeded + requests.failed + requests.rejected + requests.timed_out
    }

    #[inline]
    fn absorb(&mut self, word: u64) {
        let [left, right] = self.digest;
        self.digest = [
            (left.rotate_left(29) ^ word).wrapping_mul(0xbf58_476d_1ce4_e5b9),
            right.rotate_left(5).wrapping_add(word).wrapping_mul(0x9e37_79b9_7f4a_7c15),
        ];
    }

    /// The hash over everything so far, as 32 hexadecimal digits.
    pub fn digest(&self) -> String {
        format!("{:016x}{:016x}", self.digest[0], self.digest[1])
    }
}
