//! The recorder: facts, counts and the digest. It listens; it never changes what happens.

use crate::engine::{Share, Span, Tally, Time};
use crate::sim::fact::{Fact, RolloutPhase, What};
use crate::sim::record::{Requests, TruthPoint};
use crate::sim::request::{Hop, mark};
use crate::sim::view::TraceSampler;
use crate::sim::{Cause, Who};

/// How a user's request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Succeeded,
    Failed,
    Rejected,
    TimedOut,
}

/// What the proxies count of one service in one release.
#[derive(Clone, Debug, Default)]
pub(super) struct SeriesCounts {
    pub errors: u64,
    /// Of all answers, errors too.
    pub latency: Tally,
    pub business: Vec<u64>,
}

/// Scrapes and their lag let an alert fire this much later than what it judges.
const LATE: Span = Span::from_secs(60);

/// A set of users.
#[derive(Clone, Debug)]
pub(super) struct Users {
    bits: Vec<u64>,
    pub count: u64,
}

impl Users {
    pub fn new(users: u32) -> Self {
        Self { bits: vec![0; users.div_ceil(64) as usize], count: 0 }
    }

    /// Puts a user in; false when they were in.
    pub fn add(&mut self, user: u32) -> bool {
        let bit = 1 << (user & 63);
        if let Some(word) = self.bits.get_mut((user >> 6) as usize)
            && *word & bit == 0
        {
            *word |= bit;
            self.count += 1;
            return true;
        }
        false
    }
}

/// Everything that is kept of a run.
#[derive(Clone, Debug)]
pub(super) struct Recorder {
    pub facts: Vec<Fact>,
    digest: [u64; 2],
    pub series_counts: Vec<SeriesCounts>,
    requests: Requests,
    pub causes: [u64; Cause::ALL.len()],
    pub slow: u64,
    pub wrong_answers: u64,
    pub doubled_writes: u64,
    /// Copies of slow calls.
    pub hedges: u64,
    /// Of the users' requests that succeeded; so it also counts these.
    pub latency: Tally,
    pub waits: Tally,
    pub value: f64,
    harmed: Users,
    /// Of the harmed, those of each cohort.
    pub harmed_by_cohort: Vec<u64>,
    failed: Users,
    pub first_harm: Option<Time>,
    pub last_harm: Option<Time>,
    pub points: Vec<TruthPoint>,
    point: TruthPoint,
    /// Users' requests that had ended when the present ten seconds began.
    point_ended: u64,
    point_latency: Tally,
    pub max_exposure: f64,
    pub worst_p99: Span,
    pub fewest_ready: u32,
    pub detected: Option<Time>,
    pub pages: u32,
    /// When a request last failed for more than an ordinary error, or a user was harmed.
    last_trouble: Option<Time>,
    pub false_alarms: u32,
    pub started: Option<Time>,
    pub completed: Option<Time>,
    pub aborted: Option<Time>,
    pub rolled_back: Option<Time>,
    pub phase: RolloutPhase,
    /// What is remembered for screens, when it is on.
    pub trace_sampler: Option<Box<TraceSampler>>,
}

impl Recorder {
    pub fn new(users: u32, cohorts: usize, series: usize, counters: usize) -> Self {
        let counts = SeriesCounts { business: vec![0; counters], ..SeriesCounts::default() };
        Self {
            facts: Vec::new(),
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
            harmed: Users::new(users),
            harmed_by_cohort: vec![0; cohorts.max(1)],
            failed: Users::new(users),
            first_harm: None,
            last_harm: None,
            points: Vec::new(),
            point: TruthPoint::default(),
            point_ended: 0,
            point_latency: Tally::default(),
            max_exposure: 0.0,
            worst_p99: Span::ZERO,
            fewest_ready: u32::MAX,
            detected: None,
            pages: 0,
            last_trouble: None,
            false_alarms: 0,
            started: None,
            completed: None,
            aborted: None,
            rolled_back: None,
            phase: RolloutPhase::NotStarted,
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

    /// Counts the end of a user's request, however it ends.
    #[inline(always)]
    fn end(&mut self, now: Time, hop: &Hop, ending: Ending) {
        self.absorb(hop.luck ^ now.0.rotate_left(20) ^ ending as u64);
        self.point.exposed += u32::from(hop.is(mark::EXPOSED));
        if let Some(trace_sampler) = &mut self.trace_sampler {
            trace_sampler.see(now, hop, ending, false);
        }
    }

    /// Counts a user's request that was answered well.
    #[inline(always)]
    pub fn succeed(&mut self, now: Time, hop: &Hop, value: f64) {
        self.end(now, hop, Ending::Succeeded);
        self.latency.record(now.since(hop.first));
        self.value += value;
    }

    /// Counts a user's request that ended in any other way.
    pub fn fail(&mut self, now: Time, hop: &Hop, ending: Ending, since_release: bool) {
        self.end(now, hop, ending);
        self.point.failed += 1;
        let cause = Cause::ALL[usize::from(hop.cause)];
        self.causes[usize::from(hop.cause)] += 1;
        match ending {
            Ending::Rejected => self.requests.rejected += 1,
            Ending::TimedOut => self.requests.timed_out += 1,
            _ => self.requests.failed += 1,
        }
        if cause != Cause::Background {
            self.last_trouble = Some(now);
        }
        self.failed.add(hop.user);
        if since_release && cause.is_of_release() {
            self.harm(now, hop);
        }
    }

    /// An answer was right but late; `blamed` says whether the release is to blame for that.
    pub fn late(&mut self, now: Time, hop: &Hop, blamed: bool) {
        self.slow += 1;
        if blamed {
            self.harm(now, hop);
        }
    }

    /// An answer counted as good was wrong, though it looked right.
    pub fn wrong(&mut self, now: Time, hop: &Hop, value: f64, since_release: bool) {
        self.wrong_answers += 1;
        self.value -= value;
        if since_release {
            self.harm(now, hop);
        }
    }

    fn harm(&mut self, now: Time, hop: &Hop) {
        if self.harmed.add(hop.user)
            && let Some(count) = self.harmed_by_cohort.get_mut(usize::from(hop.cohort))
        {
            *count += 1;
        }
        self.last_trouble = Some(now);
        self.first_harm.get_or_insert(now);
        self.last_harm = Some(now);
    }

    /// An alert fires that judges the last `reach`: a false alarm when nothing was wrong in that time.
    pub fn alert(&mut self, now: Time, reach: Span) {
        let founded = self.last_trouble.is_some_and(|at| now.since(at) <= reach + LATE);
        self.false_alarms += u32::from(!founded);
    }

    /// Counts a user who asks.
    #[inline(always)]
    pub fn arrive(&mut self) {
        self.requests.arrived += 1;
    }

    /// Users' requests by how they ended; those in flight are not known here.
    pub fn requests(&self) -> Requests {
        Requests { succeeded: self.latency.count(), ..self.requests }
    }

    /// Users harmed, and users with a failed request.
    pub const fn users(&self) -> (u64, u64) {
        (self.harmed.count, self.failed.count)
    }

    /// Writes down a fact.
    pub fn fact(&mut self, at: Time, what: What, because: &str) {
        self.listen(at, &what);
        for byte in what.to_string().bytes().chain(because.bytes()) {
            self.absorb(u64::from(byte));
        }
        self.absorb(at.0);
        self.facts.push(Fact { at, what, because: because.to_owned() });
    }

    /// Keeps the times at which the rollout's standing changed, and when trouble was first spoken of.
    fn listen(&mut self, at: Time, what: &What) {
        let trouble = match what {
            What::AlertFiring(_) | What::Troubled(_) => true,
            What::Tested { failed, .. } => *failed > 0,
            What::Asked { who: Who::OnCall | Who::Learner, .. } => false,
            _ => false,
        };
        if trouble && self.started.is_some() {
            self.detected.get_or_insert(at);
        }
        match what {
            What::Paged(_) => self.pages += 1,
            What::Phase(phase) => self.stand(at, *phase),
            _ => {}
        }
    }

    fn stand(&mut self, at: Time, phase: RolloutPhase) {
        self.phase = phase;
        match phase {
            RolloutPhase::InProgress => {
                self.started.get_or_insert(at);
            }
            RolloutPhase::Completed => self.completed = Some(at),
            RolloutPhase::RollingBack => {
                self.aborted.get_or_insert(at);
            }
            RolloutPhase::RolledBack => {
                self.aborted.get_or_insert(at);
                self.completed = None;
                self.rolled_back = Some(at);
            }
            _ => {}
        }
    }

    /// Notes how many instances of the target are ready.
    pub fn note_ready(&mut self, ready: [u32; 3], since_release: bool) {
        self.point.ready = ready;
        if since_release {
            self.fewest_ready = self.fewest_ready.min(ready.iter().sum());
        }
    }

    /// Closes ten seconds of truth.
    pub fn close_point(&mut self, now: Time, since_release: bool) {
        let ended = self.ended();
        self.point.ended = (ended - self.point_ended) as u32;
        self.point_ended = ended;
        let ready = self.point.ready;
        let latency = self.latency.since(&self.point_latency);
        if since_release {
            if self.point.ended > 0 {
                let exposure = f64::from(self.point.exposed) / f64::from(self.point.ended);
                self.max_exposure = self.max_exposure.max(exposure);
            }
            if latency.count() > 0 {
                self.worst_p99 = self.worst_p99.max(latency.quantile(0.99));
            }
        }
        self.point_latency = self.latency.clone();
        self.points.push(TruthPoint { at: now, ..self.point });
        self.point = TruthPoint { ready, ..TruthPoint::default() };
    }

    /// Users' requests counted as ended.
    pub fn ended(&self) -> u64 {
        let requests = self.requests();
        requests.succeeded + requests.failed + requests.rejected + requests.timed_out
    }

    /// The highest exposure so far.
    pub fn exposure(&self) -> Share {
        Share::percent(self.max_exposure * 100.0)
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
