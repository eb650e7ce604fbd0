//! The figures of pools on the stage: load, traffic and failures, averaged so that they do not flicker.

use std::collections::BTreeMap;

use crate::app::model::world::{CALM_S, Harm, PoolNow, World, shown_name};
use crate::engine::Span;
use crate::scenario::Scenario;
use crate::sim::{InstanceSnapshot, InstanceState, Outcome, Pool, RouteSnapshot, Simulation};

/// How far back failures count as recent.
const RECENT: Span = Span::from_secs(15);

/// A pool in which more than this share of the recent tries failed says so.
const HARM_FROM: f64 = 0.01;

/// A look at the pools of the target.
pub(super) struct Pools<'a> {
    pub simulation: &'a Simulation,
    pub scenario: &'a Scenario,
    pub route: &'a RouteSnapshot,
    /// Simulated seconds that pass in one of the wall's.
    pub pace: f64,
    /// How much of a gauge is new, 0 to 1; the rest is what was seen last.
    pub fresh: f64,
    /// What was seen last.
    pub before: Option<&'a World>,
}

impl Pools<'_> {
    /// Those that have instances or a share.
    pub fn all(&self) -> Vec<PoolNow> {
        let mut by_pool: [Vec<InstanceSnapshot>; 3] = Default::default();
        for figure in self.simulation.instances(&self.scenario.target) {
            by_pool[figure.pool.index()].push(figure);
        }
        let (rates, over_s) = self.rates();
        let ready = |figures: &Vec<InstanceSnapshot>| {
            figures
                .iter()
                .filter(|figure| matches!(figure.state, InstanceState::Ready | InstanceState::Warming))
                .count() as f64
        };
        let all_ready: f64 = by_pool.iter().map(ready).sum();
        let sum = rates.iter().map(|rate| f64::from(rate[0])).sum::<f64>();
        let (stable, candidate) = self.simulation.release_names();
        let mut pools = Vec::new();
        for (pool, figures) in Pool::ALL.into_iter().zip(by_pool) {
            let [ended, failed, retries, mirrored] = rates[pool.index()].map(f64::from);
            let share = match self.route.weights {
                Some(weights) if self.route.rules.is_empty() => f64::from(weights[pool.index()]) / 10_000.0,
                _ if sum > 0.0 => ended / sum,
                _ => ready(&figures) / all_ready.max(1.0),
            };
            if figures.is_empty() && share == 0.0 && ended == 0.0 {
                continue;
            }
            let release = if pool == Pool::Candidate { &candidate } else { &stable };
            let was = self.before.and_then(|before| before.pool(pool));
            pools.push(PoolNow {
                pool,
                release: shown_name(self.scenario, release),
                busy: averaged(busy(&figures), was.map(|was| was.busy), self.fresh),
                figures,
                rate: ended / over_s,
                retries: retries / over_s,
                failing: failed / over_s,
                mirrored: mirrored / over_s,
                share,
                harm: self.harm(pool).or_else(|| self.lasting(was)),
            });
        }
        pools
    }

    /// Ended, failed, retried and mirrored tries of each pool, and over how many seconds they were counted.
    fn rates(&self) -> ([[u32; 4]; 3], f64) {
        let now = self.simulation.now().0 / Span::from_secs(1).0;
        let over = ((CALM_S * self.pace) as u64).clamp(5, 60).min(now.max(1));
        let mut rates = [[0; 4]; 3];
        let recent = self.simulation.seconds().filter(|one| one.second < now && one.second + over >= now);
        for one in recent {
            for (pool, rate) in rates.iter_mut().enumerate() {
                let counts = [one.ended, one.failed, one.retries, one.mirrored];
                rate.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count[pool]);
            }
        }
        (rates, over as f64)
    }

    fn harm(&self, pool: Pool) -> Option<Harm> {
        let now = self.simulation.now();
        let calm = Span::from_secs_f64((CALM_S * self.pace).min(60.0));
        let reach = RECENT.max(calm);
        let from = (now - reach).0 / Span::from_secs(1).0;
        let recent = || self.simulation.seconds().filter(move |one| one.second > from);
        let count: u32 = recent().map(|one| one.failed[pool.index()]).sum();
        let ended: u32 = recent().map(|one| one.ended[pool.index()]).sum();
        if count < 2 || f64::from(count) < HARM_FROM * f64::from(ended) {
            return None;
        }
        let mine = self.simulation.failures().rev();
        let mine = mine.take_while(|one| one.at + reach >= now).filter(|one| one.pool == pool);
        let mut sorts: BTreeMap<(u8, u8), u64> = BTreeMap::new();
        mine.for_each(|one| *sorts.entry((one.outcome as u8, one.kind)).or_default() += 1);
        let counted = self.simulation.failed_alike().rev().take_while(|ends| ends.second > from);
        for ends in counted.filter(|ends| ends.pool == pool) {
            *sorts.entry((ends.outcome as u8, ends.kind)).or_default() += ends.count;
        }
        let ((outcome, kind), _) = sorts.into_iter().max_by_key(|(_, count)| *count)?;
        let outcomes = [Outcome::Failed, Outcome::Rejected, Outcome::TimedOut];
        let kinds = &self.scenario.clients.kinds;
        let name = kinds.get(usize::from(kind)).map(|kind| kind.name.clone());
        Some(Harm {
            count,
            within_s: (reach.as_secs_f64() + 0.5) as u32,
            outcome: outcomes.into_iter().find(|one| *one as u8 == outcome)?,
            kind: name.unwrap_or_default(),
            at: now,
        })
    }

    /// Failures stay for a moment, so that they can be read.
    fn lasting(&self, was: Option<&PoolNow>) -> Option<Harm> {
        let harm = was?.harm.clone()?;
        let age = self.simulation.now().since(harm.at).as_secs_f64();
        (age < CALM_S * self.pace.max(1.0)).then_some(harm)
    }
}

/// Share of the workers of serving instances that are busy.
pub(super) fn busy(figures: &[InstanceSnapshot]) -> f64 {
    let serving =
        || figures.iter().filter(|one| matches!(one.state, InstanceState::Ready | InstanceState::Warming));
    let workers: u32 = serving().map(|one| one.workers).sum();
    let busy: u32 = serving().map(|one| one.busy).sum();
    if workers == 0 { 0.0 } else { (f64::from(busy) / f64::from(workers)).min(1.0) }
}

/// A gauge of which `fresh` is new.
pub(super) fn averaged(now: f64, was: Option<f64>, fresh: f64) -> f64 {
    was.map_or(now, |was| was + (now - was) * fresh)
}
