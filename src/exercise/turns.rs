//! The cases of a watch: which comes as which number, and the world that it plays in, drawn when it begins.

use super::{Exercise, HandAction, Playback};
use crate::control::Plan;
use crate::engine::Chance;
use crate::scenario::{Issue, Scenario};
use crate::sim::Case;

/// Seeds of cases are below this, so that they are short enough to be typed again.
const BOUND: u64 = 1_000_000_000;

/// Draws are below this, so that every program reads them exactly from JSON (RFC 8259, section 6).
pub(super) const DRAWS: u64 = 1 << 53;

/// A case that comes on a learner's watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Its number in the learner's order, from 1.
    pub number: u32,
    /// Position of the case in the exercise.
    pub case: usize,
    /// Seed of its world; 0 while the case has not begun.
    pub seed: u64,
}

impl Exercise {
    /// How many cases come on a watch: each as many times as its weight says.
    pub fn watch_length(&self) -> u32 {
        self.cases.iter().map(|case| case.weight).sum()
    }

    /// The cases that come on `learner`'s watch, in their order. The first ones have begun, with these numbers drawn for them; they
    /// depend on the exercise's id and revision, on the name and on the draws alone. The others follow in the exercise's order: which of
    /// them comes next is not known before it begins.
    pub fn turns(&self, learner: &str, draws: &[u64]) -> Vec<Turn> {
        let of = format!("duty {}\n{}\n{}", self.id, self.revision, learner.trim());
        let cases = self.cases.iter().enumerate();
        let mut left: Vec<usize> =
            cases.flat_map(|(index, case)| (0..case.weight).map(move |_| index)).collect();
        let mut turns = Vec::new();
        for (number, draw) in (1..).zip(draws.iter().take(left.len())) {
            let dice = Chance::new(*draw);
            let place = dice.stream(&format!("case {of}"), 0).below(u64::from(number), left.len() as u64);
            let case = left.remove(place as usize);
            let world = dice.stream(&format!("world {of}\n{}", self.cases[case].name), 0);
            turns.push(Turn { number, case, seed: world.below(u64::from(number), BOUND) });
        }
        let rest = (turns.len() as u32 + 1..).zip(left);
        turns.extend(rest.map(|(number, case)| Turn { number, case, seed: 0 }));
        turns
    }

    /// A whole watch that follows from a name alone, for trying playbooks; what learners do comes in other worlds.
    pub fn watch_of(&self, name: &str) -> Vec<Turn> {
        let dice = Chance::new(0);
        let of = format!("duty {}\n{}\n{}", self.id, self.revision, name.trim());
        let order = dice.stream(&format!("order {of}"), 0);
        let mut drawn: Vec<(u64, usize, u64)> = Vec::new();
        for (index, case) in self.cases.iter().enumerate() {
            let worlds = dice.stream(&format!("worlds {of}\n{}", case.name), 0);
            for time in 0..u64::from(case.weight) {
                drawn.push((order.bits(drawn.len() as u64), index, worlds.below(time, BOUND)));
            }
        }
        drawn.sort_unstable();
        (1..).zip(drawn).map(|(number, (_, case, seed))| Turn { number, case, seed }).collect()
    }

    /// Numbers for all cases of a watch that follow from a name alone, as if they had been drawn.
    pub fn known_draws(&self, name: &str) -> Vec<u64> {
        let dice = Chance::new(0).stream(&format!("known watch {}\n{name}", self.id), 0);
        (0..u64::from(self.watch_length())).map(|number| dice.below(number, DRAWS)).collect()
    }

    /// The case of a turn as the simulation takes it.
    pub fn met(&self, turn: Turn, scenario: &Scenario) -> Case {
        self.draw(&self.cases[turn.case], scenario, turn.seed)
    }
}

impl Turn {
    /// The case at its start under the exercise's `plan`, in which `actions` will be done by hand.
    ///
    /// # Errors
    /// What is wrong with the scenario or the plan, when they cannot be simulated.
    pub fn playback(
        self,
        exercise: &Exercise,
        scenario: &Scenario,
        plan: &Plan,
        actions: &[HandAction],
    ) -> Result<Playback, Vec<Issue>> {
        Playback::new(scenario, &exercise.met(self, scenario), plan, actions, self.seed)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::{ExerciseKind, sample};
    use super::*;

    #[test]
    fn each_watch_has_every_case_by_its_weight_in_an_order_of_its_own() {
        let exercise = Exercise { kind: ExerciseKind::Operate, ..sample::exercise() };
        let mut seeds = BTreeSet::new();
        let orders: Vec<Vec<usize>> = (0..20)
            .map(|watch| {
                let turns = exercise.turns("ada", &[watch, watch + 100, watch + 200]);
                let numbers: Vec<u32> = turns.iter().map(|turn| turn.number).collect();
                assert_eq!(numbers, [1, 2, 3]);
                assert!(turns.iter().all(|turn| seeds.insert(turn.seed)), "no world comes twice");
                let mut cases: Vec<usize> = turns.iter().map(|turn| turn.case).collect();
                let order = cases.clone();
                cases.sort_unstable();
                assert_eq!(cases, [0, 0, 1]);
                order
            })
            .collect();
        for order in [[0, 0, 1], [0, 1, 0], [1, 0, 0]] {
            assert!(orders.iter().any(|found| *found == order), "{order:?} never comes");
        }
        let draws = exercise.known_draws("ada");
        let ada = exercise.turns("ada", &draws);
        assert_eq!(ada, exercise.turns(" ada ", &draws));
        let next = Exercise { revision: 2, ..exercise.clone() }.turns("ada", &draws);
        let bob = exercise.turns("bob", &draws);
        assert!(ada.iter().all(|turn| next.iter().chain(&bob).all(|other| other.seed != turn.seed)));
        // What comes after a case does not show before it begins.
        let begun = exercise.turns("ada", &draws[..1]);
        assert_eq!((begun[0], begun.len()), (ada[0], 3));
        assert_eq!((begun[1].seed, begun[2].seed), (0, 0));
    }
}
