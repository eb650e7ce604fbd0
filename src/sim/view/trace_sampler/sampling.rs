//! The trace sampler is turned on, fed and read.

use super::{AlikeEnds, KEPT, LEVELS, SampledTry, Second, TraceSampler};
use crate::engine::{Stream, Time};
use crate::sim::proxy::draw;
use crate::sim::recorder::Ending;
use crate::sim::request::{Hop, NONE};
use crate::sim::simulation::Simulation;
use crate::sim::view::RouteReason;
use std::collections::VecDeque;

impl Simulation {
    /// Turns the trace sampler on: from now on it keeps a sample of users' tries. The run itself does not change.
    pub fn sample_traces(&mut self) {
        self.recorder.trace_sampler.get_or_insert_with(|| Box::new(TraceSampler::new()));
    }

    /// Tries that ended after `since`, oldest first, and of how many each is one: the largest sample that reaches back
    /// as far. Empty while the sampler is off.
    pub fn sampled_tries(&self, since: Time) -> (u32, Vec<SampledTry>) {
        let Some(sampler) = &self.recorder.trace_sampler else { return (1, Vec::new()) };
        let reaches = |sample: &VecDeque<SampledTry>| {
            sample.len() < KEPT || sample.front().is_some_and(|first| first.at <= since)
        };
        let level = sampler.samples.iter().position(reaches).unwrap_or(LEVELS - 1);
        let sample = &sampler.samples[level];
        let from = sample.partition_point(|sampled| sampled.at <= since);
        (1 << level, sample.range(from..).copied().collect())
    }

    /// The tries that failed last, oldest first. Empty while the sampler is off.
    pub fn failures(&self) -> impl DoubleEndedIterator<Item = &SampledTry> {
        self.recorder.trace_sampler.iter().flat_map(|sampler| &sampler.failures)
    }

    /// What ended in each of the last seconds in which anything did, oldest first. Empty while the sampler is off.
    pub fn seconds(&self) -> impl DoubleEndedIterator<Item = &Second> {
        self.recorder.trace_sampler.iter().flat_map(|sampler| &sampler.seconds)
    }

    /// Failures that were drawn as counts, oldest first. Empty while the sampler is off, and where each request is simulated.
    pub fn failed_alike(&self) -> impl DoubleEndedIterator<Item = &AlikeEnds> {
        self.recorder.trace_sampler.iter().flat_map(|sampler| &sampler.failed_alike)
    }

    /// Number of the instance that a try came to, within its service and from 1, as facts say it; `None` when it came to none.
    pub fn instance_of(&self, sampled: &SampledTry) -> Option<u32> {
        (sampled.instance != NONE).then(|| self.cluster.status[sampled.instance as usize].number)
    }

    /// Remembers the end of a try that is followed by another, or that nobody waited for.
    pub(in crate::sim) fn sample_try(&mut self, hop: &Hop, ending: Ending, goes_on: bool) {
        if let Some(sampler) = &mut self.recorder.trace_sampler {
            sampler.sample(self.now, hop, ending, goes_on);
        }
    }

    /// Why the routes of today send a try where it went: the rule that matches it, from 0, or its place among 10,000
    /// that the weights are dealt over. `None` when they would send it elsewhere, or to all alike.
    pub fn route_reason(&self, sampled: &SampledTry) -> Option<RouteReason> {
        let here = usize::from(self.world.target);
        let proxies = &self.routing.proxies[here];
        let which = Stream::from_key(sampled.luck).below(draw::PROXY, proxies.len() as u64);
        let route = &self.routing.routes[usize::from(proxies[which as usize].route)];
        let who = (sampled.user, sampled.cohort, sampled.kind);
        let kept = self.routing.kept.has(sampled.user);
        route.reason(who, (sampled.luck, self.draws.salt), kept, sampled.pool)
    }
}
