//! Draining or restarting one instance of the target, by its number.

use super::instance::State;
use super::lifecycle::EVERYWHERE;
use crate::sim::fact::What;
use crate::sim::simulation::Simulation;
use crate::sim::{Cause, Pool};

impl Simulation {
    /// Drains one instance. Its pool launches another when it then has fewer than were asked for, as a ReplicaSet does: an
    /// instance that is going no longer counts.
    pub(in crate::sim) fn drain_one(&mut self, instance: u32, because: &str) {
        let number = match self.standing_one(instance) {
            Ok(number) => number,
            Err(why) => {
                return self.note(What::Refused(format!("drain instance {instance}: {why}")), because);
            }
        };
        let target = self.world.target;
        let service = self.world.services[usize::from(target)].name.clone();
        let pool = self.cluster.status[number as usize].pool;
        self.note(What::Draining { service, pool, count: 1 }, because);
        self.drain(number);
        self.keep_number(target, pool, instance);
    }

    /// Launches an instance in the place of the one called `gone`, where its pool has fewer than were asked for. Other services than the
    /// target always keep their number.
    pub(in crate::sim) fn keep_number(&mut self, service: u8, pool: Pool, gone: u32) {
        let stands = self.cluster.status.iter().zip(&self.cluster.instances).filter(|(status, instance)| {
            instance.service == service && status.pool == pool && status.stays()
        });
        let is_full = stands.count() as u32 >= self.cluster.desired[pool.index()];
        if service == self.world.target && is_full {
            return;
        }
        let why = format!("instance {gone} goes, and its pool keeps its number");
        let name = self.world.services[usize::from(service)].name.clone();
        self.note(What::Launched { service: name, pool, count: 1 }, &why);
        self.launch(service, pool, EVERYWHERE);
    }

    /// Kills the process of one instance, which then starts again.
    pub(in crate::sim) fn restart_this(&mut self, instance: u32, because: &str) {
        let answer = self.standing_one(instance).and_then(|number| {
            let why = match self.cluster.status[number as usize].state {
                State::Starting | State::Running => return Ok(number),
                State::BackOff => "it crashed and starts again by itself",
                State::Broken => "it is broken, and waits for repair or for its zone",
                State::Pulling | State::Draining | State::Stopping | State::Gone => {
                    "its process has not started yet"
                }
            };
            Err(why.to_owned())
        });
        match answer {
            Ok(number) => self.crash(number, Cause::Drained),
            Err(why) => self.note(What::Refused(format!("restart instance {instance}: {why}")), because),
        }
    }

    /// The instance of the target with this number, if it is there and does not go; else why not.
    fn standing_one(&self, instance: u32) -> Result<u32, String> {
        let target = self.world.target;
        let mut all = (0u32..).zip(&self.cluster.status);
        let found = all.find(|(number, status)| {
            self.cluster.instances[*number as usize].service == target && status.number == instance
        });
        let name = &self.world.services[usize::from(target)].name;
        match found {
            None => {
                let most: u32 = self.cluster.launched[usize::from(target)].iter().sum();
                Err(format!("{name} has had instances 1 to {most}, and none of that number"))
            }
            Some((_, status)) if status.state == State::Gone => Err("it is gone".to_owned()),
            Some((_, status)) if status.goes() => Err("it is going already".to_owned()),
            Some((number, _)) => Ok(number),
        }
    }
}
