//! The end of a second: what was drawn in it is counted where each request would have been.

use std::collections::BTreeMap;

use super::Fluid;
use super::class::{Class, Sent};
use super::end::{Counted, End, NO_LAW};
use super::law::{BEYOND, LATE, Law};
use super::way::Fate;
use crate::engine::{Span, Stream, counts};
use crate::sim::event::{Event, class};
use crate::sim::recorder::{Ending, Lot};
use crate::sim::simulation::Simulation;
use crate::sim::twin::Odds;
use crate::sim::{AlikeEnds, Cause, Outcome, Pool};

impl Fluid {
    /// Puts aside what was counted by the ways so far.
    pub(super) fn close_ways(&mut self) {
        for (class, ways) in self.ways.iter_mut().enumerate() {
            for way in ways {
                let counts =
                    [(false, std::mem::take(&mut way.count)), (true, std::mem::take(&mut way.again))];
                for (again, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
                    let Fate::Turned(cause) = way.fate else { continue };
                    self.closed.push(Counted {
                        pool: way.pool,
                        law: NO_LAW,
                        segment: BEYOND,
                        base: NO_LAW,
                        again,
                        copies: way.copy,
                        end: End::TurnedAway(cause),
                        class: class as u16,
                        count,
                    });
                }
            }
        }
    }

    /// Puts aside what was counted by the branches of a pool so far.
    pub(super) fn close_pool(&mut self, pool: usize) {
        let classes = self.classes.len();
        for (place, branches) in self.pools[pool].branches.iter_mut().enumerate() {
            for branch in branches {
                let [ended, copied] = std::mem::take(&mut branch.counts);
                let repeated = std::mem::take(&mut branch.repeated);
                let counts = [(ended, false, false), (copied, true, false), (repeated, false, true)];
                for (count, copies, again) in counts.into_iter().filter(|(count, ..)| *count > 0) {
                    self.closed.push(Counted {
                        pool: pool as u8,
                        law: branch.law,
                        segment: branch.segment,
                        base: branch.base,
                        again,
                        copies,
                        end: branch.end,
                        class: (place % classes) as u16,
                        count,
                    });
                }
            }
        }
    }

    /// Puts aside what was counted by all branches so far.
    pub(super) fn close_branches(&mut self) {
        (0..self.pools.len()).for_each(|pool| self.close_pool(pool));
    }

    /// Of the requests of a pool that would have been answered right, so many were dropped with their instance.
    fn drop_from(&mut self, pool: usize, cause: Cause, dropped: u64, draws: Stream) {
        let is_right = |of: &Counted| usize::from(of.pool) == pool && of.end == End::Right && !of.copies;
        let right: Vec<(usize, u64)> = self
            .closed
            .iter()
            .enumerate()
            .filter(|(_, of)| is_right(of))
            .map(|(at, of)| (at, of.count))
            .collect();
        let all: u64 = right.iter().map(|(_, count)| count).sum();
        let (mut left, mut among) = (dropped.min(all), all);
        for (place, (at, count)) in (0u64..).zip(right) {
            let share = left as f64 / among.max(1) as f64;
            let least = left.saturating_sub(among - count);
            let taken = counts::binomial(count, share, draws.bits(place)).clamp(least, left.min(count));
            (left, among) = (left - taken, among - count);
            self.closed[at].count -= taken;
            if taken > 0 {
                self.closed.push(Counted { end: End::Failed(cause), count: taken, ..self.closed[at] });
            }
        }
    }
}

impl Simulation {
    /// A second is over.
    pub(in crate::sim) fn settle(&mut self) {
        self.agenda.book(self.now + Span::from_secs(1), class::WORK, Event::Settle);
        let Some(mut fluid) = self.fluid.take() else { return };
        let second = fluid.second();
        let draws = fluid.draws.child(u64::MAX).child(second);
        self.draw_held(&mut fluid);
        fluid.close_ways();
        fluid.close_branches();
        for pool in 0..fluid.pools.len() {
            let dropped = std::mem::take(&mut fluid.pools[pool].dropped);
            let expected: f64 = fluid.sent.iter().map(|sent| sent[pool].expected[0]).sum();
            for (at, (cause, count, likely)) in (0u64..).zip(dropped) {
                fluid.drop_from(pool, cause, count, draws.child(1).child(pool as u64).child(at));
                let share = if expected > 0.0 { (likely / expected).min(1.0) } else { 0.0 };
                for sent in &mut fluid.sent {
                    let here = &mut sent[pool];
                    here.expected[if cause.is_of_release() { 1 } else { 2 }] += here.expected[0] * share;
                }
            }
        }
        let odds = odds_of(&fluid);
        let alike = self.counted_alike(&fluid);
        fluid.closed.sort_by_key(|of| {
            let first = (of.pool, of.law, of.segment, of.base, of.again, of.copies);
            (first, alike[usize::from(of.class)], of.end, of.class, of.count)
        });
        if self.recorder.silent {
            self.recorder.harm.note_odds(second, &odds);
        } else {
            self.count_all(&fluid, &alike, draws.child(2));
            self.count_harm(&fluid, second, draws.child(3));
            self.count_calls(&fluid, draws.child(4));
        }
        fluid.closed.clear();
        fluid.calling.seen.clear();
        fluid.sent.iter_mut().for_each(|sent| *sent = Default::default());
        fluid.in_flight = 0;
        fluid.forget_laws();
        self.fluid = Some(fluid);
    }

    /// For each class the first of those that the same parts count, so that their answers can be drawn together.
    fn counted_alike(&self, fluid: &Fluid) -> Vec<u16> {
        let mut firsts = BTreeMap::new();
        let parts = |class: &Class| self.parts_with(class.cohort, class.kind, 0);
        (0..).zip(&fluid.classes).map(|(at, class)| *firsts.entry(parts(class)).or_insert(at)).collect()
    }

    /// Counts everything that ended in a second into the series, the tallies and the causes.
    fn count_all(&mut self, fluid: &Fluid, alike: &[u16], draws: Stream) {
        let counted_in = |of: &Counted| alike[usize::from(of.class)];
        let mut rest = fluid.closed.as_slice();
        let mut number = 0;
        while let Some(first) = rest.first() {
            // Answers of one law that the same parts count are drawn together.
            let is_alike = |of: &Counted| {
                let same = (of.pool, of.law, of.segment, of.again, of.copies)
                    == (first.pool, first.law, first.segment, first.again, first.copies);
                same && of.end.cause().is_some() == first.end.cause().is_some()
                    && lasts_as_long(of.end, first.end)
                    && counted_in(of) == counted_in(first)
            };
            let together = rest.iter().take_while(|of| is_alike(of)).count();
            let (these, others) = rest.split_at(together);
            rest = others;
            self.count_answers(fluid, these, draws.child(number));
            number += 1;
        }
    }

    /// Counts requests of one pool whose answers take equally long.
    fn count_answers(&mut self, fluid: &Fluid, these: &[Counted], draws: Stream) {
        let Some(first) = these.first() else { return };
        let count: u64 = these.iter().map(|of| of.count).sum();
        let target = usize::from(self.world.target);
        let series = self.scraper.first_series[target] + u16::from(first.pool);
        let failed = first.end.cause().is_some();
        let counts_for_users = !failed && !first.copies;
        let class = fluid.classes[usize::from(first.class)];
        let parts = self.parts_with(class.cohort, class.kind, first.pool);
        let law = fluid.laws.all.get(first.law as usize);
        let timeout = self.world.clients.timeout.unwrap_or(Span::ZERO);
        let recorder = &mut self.recorder;
        let mut add = |at_instance: Span, count: u64| {
            recorder.count_many(series, at_instance, failed, count);
            for part in &parts {
                recorder.count_many(*part, at_instance, failed, count);
            }
        };
        match (first.end, law) {
            (End::TurnedAway(_), _) | (End::Right | End::Wrong | End::Failed(_), None) => {
                add(Span::ZERO, count);
            }
            (End::GivenUp(_), law) => {
                // What was lost on the way came to no instance.
                let delay = law.map_or(0, |law| law.delay.0);
                add(Span(timeout.0.saturating_sub(delay)), count);
            }
            (End::Right | End::Wrong | End::Failed(_), Some(law)) => {
                let at_instance = |whole: Span| Span(whole.0.saturating_sub(law.delay.0));
                let mut users = Vec::new();
                law.draw(first.segment, count, draws.child(0), |whole, count| users.push((whole, count)));
                match fluid.laws.all.get(first.base as usize).filter(|_| first.base != first.law) {
                    // The last of several tries: an instance sees nothing of those before it.
                    Some(base) => base.draw_answered(count, draws.child(2), |whole, count| {
                        add(at_instance(whole), count);
                    }),
                    None => users.iter().for_each(|(whole, count)| add(at_instance(*whole), *count)),
                }
                if counts_for_users {
                    users.iter().for_each(|(whole, count)| recorder.latency.record_many(*whole, *count));
                }
            }
        }
        if let Some(law) = law.filter(|_| !matches!(first.end, End::TurnedAway(_))) {
            self.count_waits(law, count, draws.child(1));
        }
        for of in these {
            self.count_ends(fluid, of, series, &parts);
        }
    }

    /// Counts how long requests waited for a worker.
    fn count_waits(&mut self, law: &Law, count: u64, draws: Stream) {
        let backlog = Span::from_secs_f64(law.wait.backlog_s);
        let waited = counts::binomial(count, law.wait.chance, draws.bits(0));
        self.recorder.waits.record_many(backlog, count - waited);
        let lengths: Vec<u64> = law.wait.lengths().collect();
        let each = vec![1.0; lengths.len()];
        let waits = &mut self.recorder.waits;
        counts::deal(
            waited,
            each,
            lengths.len() as f64,
            |place| draws.bits(place + 1),
            |place, count| {
                waits.record_many(Span(lengths[place]) + backlog, count);
            },
        );
    }

    /// Counts what the ends of requests of one class mean: failures and their causes, wrong and late answers, value, business.
    fn count_ends(&mut self, fluid: &Fluid, of: &Counted, series: u16, parts: &[u16]) {
        let class = fluid.classes[usize::from(of.class)];
        let kind = self.world.clients.kinds[usize::from(class.kind)].clone();
        let taken = of.law != NO_LAW && !matches!(of.end, End::TurnedAway(_));
        if of.end == End::Right
            && let Some(counter) = kind.counter
        {
            for series in parts.iter().chain([&series]) {
                let counts = &mut self.recorder.series_counts[usize::from(*series)];
                counts.business[usize::from(counter)] += of.count;
            }
        }
        let ending = match of.end {
            End::Right | End::Wrong => Ending::Succeeded,
            End::GivenUp(_) => Ending::TimedOut,
            End::TurnedAway(_) => Ending::Rejected,
            End::Failed(_) => Ending::Failed,
        };
        if let Some(sampler) = &mut self.recorder.trace_sampler {
            let ends = AlikeEnds {
                second: fluid.second(),
                pool: Pool::ALL[usize::from(of.pool)],
                kind: class.kind,
                outcome: Outcome::of(ending),
                count: of.count,
            };
            sampler.count_many(ends, of.copies);
        }
        if of.copies {
            if of.end.cause().is_none() && kind.writes && !kind.idempotent {
                self.recorder.doubled_writes += of.count;
                self.tell_of_side_effects(class.kind);
            }
            return;
        }
        let recorder = &mut self.recorder;
        let by_candidate = usize::from(of.pool) == Pool::Candidate.index();
        if taken {
            recorder.points.count_tries(of.count, by_candidate);
        }
        if of.again {
            // The work of a try that was given up goes on beside that of the next.
            let twice = taken && matches!(of.end, End::GivenUp(_)) && kind.writes && !kind.idempotent;
            recorder.doubled_writes += if twice { of.count } else { 0 };
            return;
        }
        let code = u64::from(of.class) << 32 | u64::from(of.pool) << 24 | (of.segment as u64) << 20;
        match of.end.cause() {
            None => {
                recorder.end_many(ending, None, (of.count, code));
                recorder.value += kind.value * of.count as f64;
                if of.end == End::Wrong {
                    recorder.wrong_answers += of.count;
                    recorder.value -= kind.value * of.count as f64;
                }
                recorder.slow += if of.segment == LATE { of.count } else { 0 };
            }
            Some(cause) => {
                recorder.end_many(ending, Some(cause), (of.count, code));
                let users = fluid.sent[usize::from(of.class)][usize::from(of.pool)].users;
                recorder.harm.crowd.add(usize::from(class.cohort), Lot::Failed, of.count, users);
                if cause != Cause::Background {
                    recorder.harm.note_trouble(self.now);
                }
            }
        }
        if taken && by_candidate {
            recorder.points.expose(of.count);
        }
    }

    /// Counts the requests of a second that went worse or better than with nothing released.
    ///
    /// Requests meet the same luck in both worlds, so of those that went badly here as many would have gone badly there as odds there are.
    fn count_harm(&mut self, fluid: &Fluid, second: u64, draws: Stream) {
        let all_bad = bad_of(fluid);
        for (index, class) in fluid.classes.iter().enumerate() {
            let Some(twin) = self.recorder.harm.odds_in_twin(self.now, second, index) else { continue };
            let draws = draws.child(index as u64);
            for (pool, sent) in fluid.sent[index].iter().enumerate() {
                let [all, by_release, by_luck] = sent.expected;
                if all <= 0.0 || sent.requests == 0 {
                    continue;
                }
                let counted = all_bad[index][pool];
                let good = sent.requests.saturating_sub(counted[0] + counted[1]);
                let well = (1.0 - (by_release + by_luck) / all).max(1e-9);
                let spared = 1.0 - twin.by_luck;
                // Luck strikes among those that the release has spared, here as there.
                let left = (1.0 - by_release / all) / (1.0 - twin.by_release).max(1e-9);
                let sides = [
                    (Lot::Harmed, Lot::Helped, by_release / all, twin.by_release, spared),
                    (Lot::Unlucky, Lot::Lucky, by_luck / all, twin.by_luck * left, 1.0),
                ];
                let by_candidate = pool == Pool::Candidate.index();
                for ((harmed, helped, here, there, spared), bad) in sides.into_iter().zip(counted) {
                    let draws = draws.child(pool as u64 * 2 + u64::from(helped == Lot::Lucky));
                    let worse = if here > 0.0 { (1.0 - there / here).max(0.0) * spared } else { 0.0 };
                    let worse = counts::binomial(bad, worse, draws.bits(0));
                    let better = counts::binomial(good, (there - here).max(0.0) / well, draws.bits(1));
                    let crowd = &mut self.recorder.harm.crowd;
                    crowd.add(usize::from(class.cohort), harmed, worse, sent.users);
                    crowd.add(usize::from(class.cohort), helped, better, sent.users);
                    if worse > 0 {
                        self.recorder.harm.note_harm(self.now, by_candidate);
                    }
                }
            }
        }
    }
}

/// How likely a request of each class went badly in the open second.
fn odds_of(fluid: &Fluid) -> Vec<Odds> {
    let of = |sent: &[Sent; 3]| {
        let [all, by_release, by_luck] =
            [0, 1, 2].map(|what: usize| sent.iter().map(|of| of.expected[what]).sum::<f64>());
        let share = |part: f64| if all > 0.0 { part / all } else { 0.0 };
        Odds { by_release: share(by_release), by_luck: share(by_luck) }
    };
    fluid.sent.iter().map(of).collect()
}

/// How many requests of each class and pool went badly in the open second, by the release and by luck.
fn bad_of(fluid: &Fluid) -> Vec<[[u64; 2]; 3]> {
    let mut bad = vec![[[0; 2]; 3]; fluid.classes.len()];
    for of in fluid.closed.iter().filter(|of| !of.copies && !of.again) {
        if let Some(by_luck) = of.end.is_bad(of.segment == LATE) {
            bad[usize::from(of.class)][usize::from(of.pool)][usize::from(by_luck)] += of.count;
        }
    }
    bad
}

/// Whether two ends come after equally long a time, where the law and its segment are the same.
fn lasts_as_long(one: End, other: End) -> bool {
    let sort = |end: End| match end {
        End::Right | End::Wrong | End::Failed(_) => 0,
        End::GivenUp(_) => 1,
        End::TurnedAway(_) => 2,
    };
    sort(one) == sort(other)
}
