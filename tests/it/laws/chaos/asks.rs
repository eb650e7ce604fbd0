//! What is asked for while a random world runs.

use rollout_lab::engine::{Share, Time};
use rollout_lab::sim::{Action, KindMatch, MatchRule, PathMatch, Pool, Route};

use super::{Chaos, Dice, on};

impl Chaos {
    /// What is asked for, in order of time.
    pub fn asks(&self) -> Vec<(Time, Action)> {
        let mut asks: Vec<(Time, Action)> = self
            .actions
            .iter()
            .zip(0..)
            .map(|((second, what), which)| (Time::from_secs(*second), self.action(*what, which)))
            .collect();
        asks.sort_by_key(|(at, _)| *at);
        asks
    }

    fn action(&self, what: u64, which: u64) -> Action {
        let mut dice = self.dice("action", which ^ what);
        let pool = Pool::ALL[dice.below(3) as usize];
        match what % 6 {
            0 if what & 128 != 0 => Action::Resize { to: dice.below(6) as u32 },
            0 | 1 => Action::Scale { pool, to: dice.below(6) as u32 },
            2 | 3 => Action::Route(self.route(&mut dice)),
            4 if self.has(on::SHEDDING) && what & 32 != 0 => Action::Shed { share: dice.percent(50) },
            4 if self.has(on::GUARDS) && what & 16 != 0 => {
                Action::OpenBreaker { to: format!("s{}", dice.below(4)), open: dice.below(2) == 0 }
            }
            4 if what & 8 != 0 => Action::DrainInstance { instance: dice.below(12) as u32 },
            4 if what & 256 != 0 => Action::RestartInstance { instance: dice.below(12) as u32 },
            4 => Action::Restart { pool },
            _ if what & 64 == 0 => Action::Test {
                pool,
                requests: dice.between(1, 50) as u32,
                over: dice.millis(0, 5_000),
                id: 1,
            },
            _ => Action::Flag { name: "new".to_owned(), share: dice.percent(100) },
        }
    }

    fn route(&self, dice: &mut Dice) -> Route {
        let candidate = dice.below(10_001) as u32;
        let mut route = Route::split(Share::percent(f64::from(candidate) / 100.0));
        match dice.below(7) {
            0 => route = Route::by_instances(),
            1 => route.sticky = true,
            2 => route.mirror = Some((Pool::Candidate, dice.percent(100))),
            3 => {
                route.mirror = Some((Pool::Candidate, dice.percent(100)));
                route.mirror_kinds =
                    vec![KindMatch { method: None, path: PathMatch::Exact("/pay".to_owned()) }];
            }
            4 => route.rules.push(MatchRule {
                cohorts: Vec::new(),
                kinds: vec!["pay".to_owned()],
                headers: vec![],
                to: Pool::Candidate,
            }),
            _ => {}
        }
        route
    }
}
