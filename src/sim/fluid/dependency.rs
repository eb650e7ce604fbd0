//! A service that is called: how it answers tries of each kind, by its load, its instances and the faults that strike it.

use super::caller::Chain;
use super::calls::{Answer, Answers, Says};
use super::lengths::{Lengths, PARTS};
use super::queue::Queue;
use super::trouble::Trouble;
use super::waiting::Models;
use super::way::Known;
use crate::engine::Span;
use crate::sim::Cause;
use crate::sim::compiled_world::CompiledWorld;

/// What the answers of a service are computed from besides how tries wait.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Look {
    pub trouble: Trouble,
    /// The share that is turned away before it is worked on, by cause.
    pub turned: Vec<(Cause, f64)>,
    pub overload: Cause,
}

/// A service that is called.
#[derive(Clone, Debug)]
pub(super) struct Dependency {
    pub service: u8,
    /// What each of its proxies knows.
    pub known: Vec<Known>,
    pub look: Option<Look>,
    pub work: Lengths,
    pub models: Models,
    pub queue: Queue,
    /// By kind: tries in a tick.
    pub tries: Vec<f64>,
    /// By kind: the share of tries that comes to its own calls.
    pub reaches: Vec<f64>,
    /// How many instances take tries, on average over its proxies.
    pub serving: f64,
}

impl Dependency {
    /// A service of which nothing is known yet.
    pub fn new(world: &CompiledWorld, service: u8) -> Self {
        let demand = &world.services[usize::from(service)].demand;
        let step = 1 << (64 - PARTS.trailing_zeros());
        let work: Vec<u64> = (0..PARTS as u64).map(|part| demand.at(part * step + step / 2).0).collect();
        let kinds = world.clients.kinds.len();
        Self {
            service,
            known: Vec::new(),
            look: None,
            models: Models::new(&work),
            work: Lengths::of(work),
            queue: Queue::default(),
            tries: vec![0.0; kinds],
            reaches: vec![0.0; kinds],
            serving: 0.0,
        }
    }
}

/// How a service answers tries whose work costs so much, and of which so many fail with every release.
pub(super) fn answers(
    of: &Dependency,
    look: &Look,
    (cost, fails): (f64, f64),
    chain: Option<&Chain>,
) -> Answers {
    let trouble = look.trouble;
    let mut all = Answers { delay: trouble.delay, ..Answers::default() };
    let mut add = |says, share, lengths: &Lengths, struck| {
        if share > 0.0 {
            all.ways.push(Answer { says, share, lengths: lengths.clone(), struck });
        }
    };
    let nothing = Lengths::default();
    add(Says::Nothing, trouble.loss, &nothing, true);
    let mut left = 1.0 - trouble.loss;
    let arrived = left;
    for (cause, share) in &look.turned {
        add(Says::TurnedAway(*cause), arrived * share, &nothing, false);
        left -= arrived * share;
    }
    add(Says::TurnedAway(look.overload), left * of.queue.full, &nothing, false);
    left *= 1.0 - of.queue.full;
    let wait = of.queue.wait();
    let alone = of.work.times(cost * trouble.latency);
    let waits = Lengths::of(wait.lengths().collect());
    let own = Lengths::mix([(1.0 - wait.chance, &alone), (wait.chance, &alone.plus(&waits))].into_iter());
    let own = own.and(trouble.delay + Span::from_secs_f64(wait.backlog_s));
    let struck = trouble.delays();
    add(Says::Failed(Cause::Fault), left * trouble.errors, &own, struck);
    left *= 1.0 - trouble.errors;
    add(Says::Failed(Cause::Background), left * fails, &own, struck);
    left *= 1.0 - fails;
    match chain {
        None => add(Says::Well, left, &own, struck),
        Some(chain) => {
            for end in &chain.ends {
                let says = end.cause.map_or(Says::Well, Says::Failed);
                add(says, left * end.share, &own.plus(&end.lengths), struck || end.struck);
            }
        }
    }
    let waits_long = wait.backlog_s + wait.mean_s() > of.work.mean() / 1e9;
    all.slow = waits_long.then_some(look.overload);
    all
}
