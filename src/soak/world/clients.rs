//! Who asks in a random world, and how often.

use super::{RandomWorld, Rate, Scenario, Span, on};
use crate::scenario::{Cohort, Kind, Shape, Spacing};
use crate::soak::dice::some_retries;

impl RandomWorld {
    pub(super) fn clients(&self, scenario: &mut Scenario) {
        let mut dice = self.dice("clients", 0);
        let clients = &mut scenario.clients;
        if self.has(on::TIMEOUT) || self.has(on::LOSS) {
            clients.timeout = Some(dice.millis(100, 3_000));
        }
        if self.has(on::RETRIES) {
            clients.retries = some_retries(&mut dice);
        }
        if self.has(on::PATIENCE) {
            let mean = dice.millis(20, 600);
            clients.patience = Some(dice.law(mean));
        }
        for (name, priority) in [("read", 0), ("write", 1), ("pay", 2)] {
            clients.kinds.push(Kind {
                name: name.to_owned(),
                weight: dice.between(1, 5) as f64,
                cost: if dice.below(2) == 0 { 1.0 } else { 1.5 },
                value: 1.0,
                priority,
                writes: priority > 0,
                idempotent: priority < 2,
                counts_as: (priority == 2).then(|| "orders".to_owned()),
            });
        }
        if self.has(on::COHORTS) {
            for name in ["eu", "us"] {
                clients.cohorts.push(Cohort {
                    name: name.to_owned(),
                    weight: dice.between(1, 5) as f64,
                    region: String::new(),
                    plan: String::new(),
                    device: String::new(),
                    headers: Vec::new(),
                });
            }
        }
    }

    pub(super) fn traffic(&self, scenario: &mut Scenario) {
        let mut dice = self.dice("traffic", 0);
        let rate = self.rate();
        let shape = &mut scenario.traffic[0].shape;
        if self.has(on::CLOSED) {
            let think = dice.law(Span::from_millis(800));
            *shape = Shape::Closed { users: dice.between(1, 60) as u32, think };
        } else if self.has(on::SPIKE) {
            *shape = Shape::Spike {
                base: rate,
                to: Rate::per_second(rate.hertz() * 4.0),
                at: dice.millis(10_000, 40_000),
                lasts: dice.millis(1_000, 15_000),
            };
        }
        if dice.below(3) == 0 {
            scenario.traffic[0].spacing = Spacing::Even;
        }
    }
}
