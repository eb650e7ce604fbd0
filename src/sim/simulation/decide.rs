//! Decision times: what the controllers see, and what they ask for.

use super::Simulation;
use crate::sim::action::Pool;
use crate::sim::event::{DECIDE_EVERY, Event, class};
use crate::sim::observation::{Observation, PoolView, ZoneView};

impl Simulation {
    /// The controllers look, and what they ask for is taken in.
    pub(in crate::sim) fn decide(&mut self) {
        self.agenda.book(self.now + DECIDE_EVERY, class::DECIDE, Event::Decide);
        self.follow_train();
        // Each pool is counted over all instances that there ever were, and sorted: some 80 nanoseconds for each.
        self.meter.charge(self.cluster.instances.len() as u64 * 3 / 4);
        let looked = self.scraper.store.looked();
        let pools = self.views();
        let commands = std::mem::take(&mut self.orders.commands);
        let tests = std::mem::take(&mut self.tests.reports);
        let acknowledged = std::mem::take(&mut self.pager.acknowledged);
        let no_way_back = self.data.no_way_back.clone();
        let pages = self.open_pages();
        let mut asks = Vec::new();
        let seen = Observation {
            now: self.now,
            release_at: self.world.release_at,
            previous: self.train.previous(),
            newer: self.newer(),
            replicas: self.cluster.replicas,
            weights: self.routing.weights,
            no_way_back: no_way_back.as_deref(),
            zones: &self.world.scenario.zones,
            pools: &pools,
            routed: self.is_routed(),
            disconnected: &self.flagging.deaf,
            metrics: &self.scraper.store,
            alerts: &self.pager.alerts,
            pages: &pages,
            commands: &commands,
            tests: &tests,
            acknowledged: &acknowledged,
        };
        for controller in &mut self.controllers {
            controller.decide(&seen, &mut asks);
        }
        self.meter.charge(self.scraper.store.looked() - looked);
        for ask in asks {
            self.ask(ask);
        }
    }

    /// The pools of the target as the control plane reports them.
    pub(in crate::sim) fn views(&self) -> [PoolView; 3] {
        let target = usize::from(self.world.target);
        let mut views = Pool::ALL.map(|pool| PoolView {
            desired: self.cluster.desired[pool.index()],
            restarts: self.cluster.restarts[target][pool.index()],
            zones: vec![ZoneView::default(); self.world.scenario.zones.len().max(1)],
            ..PoolView::default()
        });
        for (status, instance) in self.cluster.status.iter().zip(&self.cluster.instances) {
            if usize::from(instance.service) != target {
                continue;
            }
            let view = &mut views[status.pool.index()];
            view.existing += u32::from(status.stays());
            view.terminating += u32::from(status.goes());
            view.ready_since.extend(status.ready_since);
            let zone = &mut view.zones[usize::from(status.zone)];
            zone.existing += u32::from(status.stays());
            zone.ready_since.extend(status.ready_since);
        }
        for view in &mut views {
            view.ready_since.sort();
            for zone in &mut view.zones {
                zone.ready_since.sort();
            }
        }
        views
    }
}
