//! Trains of releases: when one release has settled, the next begins from what it left.

use std::sync::Arc;

use super::Simulation;
use crate::engine::Span;
use crate::sim::action::{Pool, Route};
use crate::sim::event::DECIDE_EVERY;
use crate::sim::fact::What;
use crate::sim::fleet::EVERYWHERE;
use crate::sim::observation::{Meeting, Newer};
use crate::sim::record::Leg;
use crate::sim::recorder::Rest;

impl Simulation {
    /// Begins the next release of the train when it is due and the one before it has settled.
    pub(super) fn follow_train(&mut self) {
        let place = self.train.place();
        let Some(next) = self.world.train.get(place) else { return };
        // The controllers look at a newer revision before it may begin.
        let looked = if next.supersedes { DECIDE_EVERY } else { Span::ZERO };
        if self.now < next.at + looked {
            return;
        }
        let meeting = self.controllers.iter().map(|of| of.meeting()).find(|of| *of != Meeting::Waits);
        if meeting == Some(Meeting::GoesBack) {
            self.train.undone += 1;
            return;
        }
        let gives_way = meeting == Some(Meeting::GivesWay);
        let settled = matches!(self.recorder.rollout.rest(), Rest::Since(_));
        if !(settled || gives_way) || !self.is_routed() {
            return;
        }
        let serving = self.serves_alone().filter(|pool| !gives_way || *pool == Pool::Stable);
        let Some(serving) = serving else { return };
        let left = next.supersedes && serving == Pool::Stable;
        if !self.is_alone(serving, gives_way || left) {
            return;
        }
        let leg = Leg { superseded: gives_way, ..self.present_leg() };
        self.train.past.push(leg);
        self.train.harmed_before = self.recorder.harm.users_harmed();
        let promoted = serving == Pool::Candidate;
        if promoted {
            self.rename_candidate();
            self.data.no_way_back = None;
        }
        Arc::make_mut(&mut self.world).begin_next(place, promoted, self.now);
        for number in 0..self.cluster.instances.len() as u32 {
            self.refresh_plain(number);
        }
        self.reset_exposures();
        self.forget_fluid();
        self.recorder.begin_release();
        self.orders.commands.clear();
        self.tests.reports.clear();
        self.controllers = self.train.controllers.clone();
        let (number, of) = (place as u32 + 2, self.world.train.len() as u32 + 1);
        if gives_way {
            self.controllers.iter_mut().for_each(|controller| controller.takes_over());
        }
        let because = if gives_way {
            "it takes the place of the one before it, which was still going out"
        } else {
            "it is due, and the one before it has settled"
        };
        self.note(What::NextRelease { number, of }, because);
    }

    /// The newer revision that has come while one goes out.
    pub(super) fn newer(&self) -> Option<Newer> {
        let next = self.world.train.get(self.train.place())?;
        let is_baseline = next.name == self.world.baseline;
        let comes = next.supersedes && self.now >= next.at;
        comes.then_some(if is_baseline { Newer::Baseline } else { Newer::Release })
    }

    /// The pool that serves all users, if one does.
    fn serves_alone(&self) -> Option<Pool> {
        let of_all = |pool: Pool| match self.routing.weights {
            Some(weights) => weights[pool.index()] == 10_000,
            None => Pool::ALL.iter().all(|other| *other == pool || self.cluster.desired[other.index()] == 0),
        };
        [Pool::Stable, Pool::Candidate].into_iter().find(|pool| of_all(*pool))
    }

    /// Whether all other pools are empty; what still stands in them is drained. With `idle` what is left may still be on its way out, as
    /// far as no request has to do with it.
    fn is_alone(&mut self, serving: Pool, idle: bool) -> bool {
        let mut alone = true;
        for pool in Pool::ALL.into_iter().filter(|pool| *pool != serving) {
            let view = &self.views()[pool.index()];
            if view.existing > 0 {
                self.clear_pool(pool, idle);
            }
            alone &= view.existing == 0
                && (view.terminating == 0 || idle && self.fluid.is_none() && self.is_idle(pool));
        }
        alone
    }

    /// Tells what still stands in a pool to stop; what an aborted release left may stand beside the newer one until its delay is over.
    fn clear_pool(&mut self, pool: Pool, beside: bool) {
        let until = self.controllers.iter().filter_map(|of| of.leaves_until(self.now)).max();
        match until.filter(|until| beside && self.fluid.is_none() && *until > self.now) {
            Some(until) => {
                let because = "a newer revision takes its place, and it stands until its delay is over";
                self.retire(pool, until.since(self.now), because);
            }
            None => self.scale(pool, 0, EVERYWHERE, "the next release is due"),
        }
    }

    /// Whether no request is at an instance of this pool of the target, and no proxy could send one there. Argo Rollouts
    /// (`scaleDownOldReplicaSetsForCanary`, "intermediate RS") scales the old revision down while the new one comes up.
    fn is_idle(&self, pool: Pool) -> bool {
        let target = self.world.target;
        let is_of_pool = |number: u32| {
            let at = number as usize;
            self.cluster.instances.get(at).is_some_and(|of| of.service == target)
                && self.cluster.status[at].pool == pool
        };
        let proxies = &self.routing.proxies[usize::from(target)];
        let known =
            proxies.iter().any(|proxy| proxy.all.instances().iter().any(|number| is_of_pool(*number)));
        !known && !self.hops.iter().any(|(_, hop)| hop.service == target && is_of_pool(hop.instance))
    }

    /// The candidate has become what runs: its instances are the stable pool from now on. For users nothing changes.
    fn rename_candidate(&mut self) {
        let (stable, candidate) = (Pool::Stable.index(), Pool::Candidate.index());
        let target = self.world.target;
        let series = self.scraper.first_series[usize::from(target)];
        let cluster = &mut self.cluster;
        for (instance, status) in cluster.instances.iter_mut().zip(&mut cluster.status) {
            if instance.service == target && usize::from(instance.pool) == candidate {
                (instance.pool, instance.series, status.pool) = (stable as u8, series, Pool::Stable);
            }
        }
        let service = usize::from(target);
        cluster.zone_counts[service].swap(stable, candidate);
        cluster.ready[service].swap(stable, candidate);
        cluster.running.swap(stable, candidate);
        cluster.desired.swap(stable, candidate);
        // What is launched from now on is told apart from what was launched before, in either pool.
        let launched = &mut cluster.launched[service];
        launched[stable] = launched[stable].max(launched[candidate]);
        self.hops.rename_candidate(target);
        self.rename_candidate_in_proxies(&Route::all_to(Pool::Stable));
    }

    /// The release that is going out, as things stand.
    fn present_leg(&self) -> Leg {
        let rollout = &self.recorder.rollout;
        Leg {
            release: self.world.candidate.clone(),
            is_sound: self.world.is_sound,
            at: self.world.release_at,
            started: rollout.attempt.began,
            delivered: rollout.attempt.completed,
            rolled_back: rollout.attempt.rolled_back,
            superseded: false,
            users_harmed: self.recorder.harm.users_harmed() as i64 - self.train.harmed_before as i64,
        }
    }

    /// The releases that have come so far.
    pub(in crate::sim) fn legs(&self) -> Vec<Leg> {
        self.train.past.iter().cloned().chain([self.present_leg()]).collect()
    }

    /// How many releases are still to come, without a defect and with one.
    pub(in crate::sim) fn never_came(&self) -> [u32; 2] {
        let left = &self.world.train[self.train.place()..];
        let sound = left.iter().filter(|next| next.is_sound).count() as u32;
        [sound, left.len() as u32 - sound]
    }
}
