//! All of a random run: its world, its plan, and what is done by hand.

use std::fmt;
use std::str::FromStr;

use super::dice::Dice;
use super::plan::{self, STRATEGIES};
use super::world::{RandomWorld, feature};
use crate::control::Plan;
use crate::engine::{Chance, Dist, Share, Span, Time};
use crate::exercise::HandAction;
use crate::library::Problem;
use crate::library::load::read;
use crate::library::shipped::Loaded;
use crate::scenario::{
    Fault, FaultKind, FlagService, Issue, People, Propagation, Scenario, Severity, Slo, When,
};
use crate::sim::Case;

/// How long a run lasts at most before it settles, in seconds.
const HORIZON_S: u64 = 200;

/// All of a random run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Soaked {
    /// The world.
    pub world: RandomWorld,
    /// Which strategy the plan has, a position in the list of strategies.
    pub strategy: usize,
    /// What else the plan has, one bit each of [`plan::part`].
    pub parts: u64,
    /// What is done by hand: in which second, and what.
    pub hands: Vec<(u64, u64)>,
}

impl Soaked {
    /// The run of this number, of all runs that follow from `seed`.
    pub fn drawn(seed: u64, number: u64) -> Self {
        let mut dice = Dice::new(Chance::new(seed).stream("soak", number));
        // In a quiet world the few things that it has meet nothing else; in a full one everything meets.
        let usual = [15, 35, 60][dice.below(3) as usize];
        let mut bits =
            |count: u32| (0..count).fold(0, |all, bit| all | u64::from(dice.below(100) < usual) << bit);
        let (features, parts) = (bits(feature::COUNT), bits(plan::part::COUNT));
        let world =
            RandomWorld { seed: dice.below(1 << 32), services: dice.between(1, 4) as usize, features };
        let strategy = dice.below(STRATEGIES.len() as u64) as usize;
        let count = if dice.below(2) == 0 { 0 } else { dice.between(1, 8) };
        let hands = (0..count).map(|_| (dice.between(1, HORIZON_S - 20), dice.below(1 << 16))).collect();
        Self { world, strategy, parts, hands }
    }

    pub(super) const fn has(&self, part: u64) -> bool {
        self.parts & part != 0
    }

    pub(super) fn dice(&self, what: &str, which: u64) -> Dice {
        Dice::new(Chance::new(self.world.seed).stream(what, which))
    }

    /// The scenario.
    pub fn scenario(&self) -> Scenario {
        let mut scenario = self.world.scenario();
        let mut dice = self.dice("around the plan", 0);
        scenario.horizon = Span::from_secs(HORIZON_S);
        scenario.slos = vec![Slo {
            name: "availability".to_owned(),
            objective: Share::percent(99.0),
            window: Span::from_secs(86_400),
        }];
        scenario.people = People {
            acknowledge: Dist::Fixed(dice.millis(1_000, 20_000)),
            diagnose: Dist::Fixed(dice.millis(1_000, 20_000)),
            escalate_after: dice.millis(5_000, 30_000),
            act: Dist::Fixed(dice.millis(0, 4_000)),
        };
        scenario.releases[1].flag = Some("new".to_owned()).filter(|_| STRATEGIES[self.strategy] == "Flag");
        if self.has(plan::part::FLAG_TROUBLE) {
            scenario.flag_service = Some(FlagService {
                propagation: Propagation::Poll {
                    every: dice.millis(1_000, 15_000),
                    fetch: dice.millis(10, 500),
                },
                clients: 8,
                disconnected: dice.percent(40),
                ..FlagService::default()
            });
            let (at, lasts) = (dice.millis(10_000, 60_000), Some(dice.millis(5_000, 40_000)));
            let what = FaultKind::FlagService;
            scenario.faults.push(Fault { name: "flags".to_owned(), when: When::At(at), lasts, what });
        }
        if self.has(plan::part::STRUCK) {
            let (at, lasts) = (dice.millis(5_000, 90_000), Some(dice.millis(5_000, 40_000)));
            let what = FaultKind::Brownout {
                service: scenario.target.clone(),
                instances: None,
                latency: 1.0,
                errors: dice.percent(60),
            };
            let fault = Fault { name: "by hand".to_owned(), when: When::At(at), lasts, what };
            scenario.faults.push(fault);
        }
        scenario
    }

    /// The case: the new release with every fault of the world.
    pub fn case(&self, scenario: &Scenario) -> Case {
        let faults = scenario.faults.iter().map(|fault| fault.name.clone()).collect();
        Case { release: Some(scenario.releases[1].name.clone()), faults, ..Case::default() }
    }

    /// The plan as it is written.
    pub fn plan_text(&self, scenario: &Scenario) -> String {
        plan::text(self, scenario)
    }

    /// The plan.
    ///
    /// # Errors
    /// Why it cannot be read or is not for this scenario.
    pub fn plan(&self, scenario: &Scenario) -> Result<Plan, String> {
        let loaded = Loaded { file: "plan.ron".to_owned(), text: self.plan_text(scenario) };
        let told = |problems: Vec<Problem>| {
            problems
                .first()
                .map_or_else(String::new, |problem| format!("{}: {}", problem.field, problem.message))
        };
        let plan: Plan = read(&loaded).map_err(told)?.value;
        first_error(&plan.problems(Some(scenario)))?;
        Ok(plan)
    }

    /// What is done by hand, in order of time.
    pub fn actions(&self, scenario: &Scenario) -> Vec<HandAction> {
        let mut actions: Vec<HandAction> = self
            .hands
            .iter()
            .zip(0..)
            .map(|((second, what), which)| {
                let action = plan::by_hand(&mut self.dice("hand", which ^ what), *what, scenario);
                HandAction::new(Time::from_secs(*second), action)
            })
            .collect();
        actions.sort_by_key(|hand| hand.at);
        actions
    }
}

/// The first error among issues, as a sentence.
pub(super) fn first_error(issues: &[Issue]) -> Result<(), String> {
    let error = issues.iter().find(|issue| issue.severity == Severity::Error);
    error.map_or(Ok(()), |issue| Err(format!("{}: {}", issue.path, issue.message)))
}

/// In a line, as [`FromStr`] reads it.
impl fmt::Display for Soaked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { world, strategy, parts, hands } = self;
        write!(
            f,
            "{}-{}-{:x}-{}-{parts:x}",
            world.seed, world.services, world.features, STRATEGIES[*strategy]
        )?;
        for (second, what) in hands {
            write!(f, "-{second}:{what}")?;
        }
        Ok(())
    }
}

impl FromStr for Soaked {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "{text:?} names no run; expected SEED-SERVICES-FEATURES-STRATEGY-PARTS and SECOND:ACTION for each hand"
            )
        };
        let mut parts = text.split('-');
        let mut next = || parts.next().ok_or_else(wrong);
        let seed = next()?.parse().map_err(|_| wrong())?;
        let services =
            next()?.parse().ok().filter(|services| (1..=8).contains(services)).ok_or_else(wrong)?;
        let features = u64::from_str_radix(next()?, 16).map_err(|_| wrong())?;
        let name = next()?;
        let strategy = STRATEGIES.iter().position(|strategy| *strategy == name);
        let strategy =
            strategy.ok_or_else(|| format!("no strategy {name:?}; there are {}", STRATEGIES.join(", ")))?;
        let bits = u64::from_str_radix(next()?, 16).map_err(|_| wrong())?;
        let hands = parts.map(|hand| {
            let (second, what) = hand.split_once(':').ok_or_else(wrong)?;
            let second =
                second.parse().ok().filter(|second| (1..HORIZON_S).contains(second)).ok_or_else(wrong)?;
            Ok((second, what.parse().map_err(|_| wrong())?))
        });
        let hands = hands.collect::<Result<Vec<_>, String>>()?;
        Ok(Self { world: RandomWorld { seed, services, features }, strategy, parts: bits, hands })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_named_in_a_line_and_read_from_it() {
        for number in 0..200 {
            let run = Soaked::drawn(9, number);
            assert_eq!(run.to_string().parse::<Soaked>().unwrap(), run);
        }
        for wrong in
            ["", "1-2", "1-9-0-Rolling-0", "1-2-0-Rollin-0", "1-2-0-Rolling-0-5", "1-2-0-Rolling-0-0:1"]
        {
            assert!(wrong.parse::<Soaked>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn nearly_every_world_and_plan_is_sound() {
        let mut refused: Vec<String> = Vec::new();
        for number in 0..2_000 {
            let run = Soaked::drawn(3, number);
            let scenario = run.scenario();
            let sound = first_error(&scenario.problems()).and_then(|()| run.plan(&scenario).map(drop));
            refused.extend(sound.err().map(|why| format!("{run}: {why}\n{}", run.plan_text(&scenario))));
        }
        assert!(refused.len() < 40, "{} of 2,000 refused, as {}", refused.len(), refused[..3].join("\n"));
    }
}
