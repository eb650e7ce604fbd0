//! A sweep: one plan in one scenario with some of their values varied, over a grid or a Latin hypercube.

use serde::Deserialize;

use super::seeds::paired_seeds;
use crate::engine::Chance;

/// The newest format version of sweeps that this build reads.
pub const FORMAT: u32 = 1;
/// The most points of a sweep.
pub const MOST_POINTS: usize = 100_000;
/// The most runs of a point.
pub const MOST_RUNS: u32 = 1_000;

/// A sweep, as its author writes it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sweep {
    /// Version of the file format; 1 is the newest.
    pub format: u32,
    /// The scenario: a shipped one's id, or a path.
    pub scenario: String,
    /// The plan: a file, or one of an exercise such as `canary/solution`.
    pub plan: String,
    /// The release that goes out. Default the scenario's second.
    #[serde(default)]
    pub release: Option<String>,
    /// Faults that strike. Default none.
    #[serde(default)]
    pub faults: Vec<String>,
    /// What is varied.
    pub vary: Vec<Axis>,
    /// How the points are chosen. Default `Grid`.
    #[serde(default)]
    pub design: Design,
    /// Runs of each point, with the same seeds at every point. Default 1.
    #[serde(default = "one")]
    pub runs: u32,
    /// The number from which all seeds, and the points of a Latin hypercube, are derived. Default 1.
    #[serde(default = "first")]
    pub seed: u64,
}

const fn one() -> u32 {
    1
}

const fn first() -> u64 {
    1
}

/// One value that is varied.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Axis {
    /// Its name, which titles its column.
    pub name: String,
    /// Path of the field in the plan, such as `strategy.steps[0]`; or else of one in the scenario.
    #[serde(default)]
    pub plan: Option<String>,
    /// Path of the field in the scenario.
    #[serde(default)]
    pub scenario: Option<String>,
    /// The values.
    pub values: Values,
    /// What is written into the file, `{}` standing for the value. Default `{}`.
    #[serde(default = "as_it_is")]
    pub write: String,
}

fn as_it_is() -> String {
    "{}".to_owned()
}

/// The values of an axis.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub enum Values {
    /// These.
    List(Vec<String>),
    /// Whole numbers from the first to the second, both included; in a grid as many as the third says, at equal distances.
    Between(i64, i64, u32),
}

/// The type of an axis' values, which is that of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers of 64 bits.
    Whole,
    /// Numbers.
    Number,
    /// Anything else.
    Text,
}

/// How the points are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Design {
    /// Every combination of all values.
    #[default]
    Grid,
    /// So many points; each axis is divided into as many equal parts, and each part has one point (McKay, Beckman and Conover,
    /// Technometrics 21(2), 1979).
    LatinHypercube(u32),
}

impl Values {
    fn count(&self) -> usize {
        match self {
            Self::List(values) => values.len(),
            Self::Between(_, _, steps) => *steps as usize,
        }
    }

    /// What all of the values are, whichever of them a part of the sweep has.
    pub fn kind(&self) -> Kind {
        let Self::List(values) = self else { return Kind::Whole };
        // A number that is written in a way of its own, such as 007, is kept as it is.
        let is_whole = |value: &String| value.parse::<i64>().is_ok_and(|number| number.to_string() == *value);
        let is_number = |value: &String| value.parse::<f64>().is_ok_and(f64::is_finite);
        if values.iter().all(is_whole) {
            Kind::Whole
        } else if values.iter().all(is_number) {
            Kind::Number
        } else {
            Kind::Text
        }
    }

    /// The value at `share` of the way, from 0 to less than 1.
    fn at(&self, share: f64) -> String {
        match self {
            Self::List(values) => {
                values[((share * values.len() as f64) as usize).min(values.len() - 1)].clone()
            }
            Self::Between(from, to, _) => {
                let width = to.saturating_sub(*from).saturating_add(1) as f64;
                from.saturating_add((share * width) as i64).min(*to).to_string()
            }
        }
    }

    /// Value number `index` of a grid.
    fn nth(&self, index: usize) -> String {
        match self {
            Self::List(values) => values[index].clone(),
            Self::Between(from, to, steps) => {
                let part = index as f64 / f64::from(steps.saturating_sub(1).max(1));
                let number = *from as f64 + part * (to.saturating_sub(*from)) as f64;
                (number.round() as i64).to_string()
            }
        }
    }
}

impl Sweep {
    /// What is wrong with it, as a sentence.
    pub fn problem(&self) -> Option<String> {
        if self.format != FORMAT {
            return Some(format!("format {} is not known; write {FORMAT}", self.format));
        }
        if !(1..=MOST_RUNS).contains(&self.runs) {
            return Some(format!("runs: {}; write 1 to {MOST_RUNS}", self.runs));
        }
        for (index, axis) in self.vary.iter().enumerate() {
            if axis.plan.is_some() == axis.scenario.is_some() {
                return Some(format!(
                    "vary[{index}]: name a field of the plan or one of the scenario, and not both"
                ));
            }
            if axis.values.count() == 0 || matches!(axis.values, Values::Between(from, to, _) if from > to) {
                return Some(format!(
                    "vary[{index}].values: there is no value; write some, from small to large"
                ));
            }
        }
        let points = self.vary.iter().fold(1usize, |all, axis| all.saturating_mul(axis.values.count()));
        let points = match self.design {
            Design::Grid => points,
            Design::LatinHypercube(points) => points as usize,
        };
        if !(1..=MOST_POINTS).contains(&points) {
            return Some(format!("{points} points; choose 1 to {MOST_POINTS}"));
        }
        None
    }

    /// The points: for each the value of every axis. The last axis varies fastest.
    pub fn points(&self) -> Vec<Vec<String>> {
        match self.design {
            Design::Grid => self.vary.iter().fold(vec![Vec::new()], |points, axis| {
                let further = |point: &Vec<String>| {
                    let point = point.clone();
                    (0..axis.values.count())
                        .map(move |index| point.iter().cloned().chain([axis.values.nth(index)]).collect())
                };
                points.iter().flat_map(further).collect()
            }),
            Design::LatinHypercube(count) => {
                let columns = self.vary.iter().map(|axis| self.column(axis, count));
                let columns: Vec<Vec<String>> = columns.collect();
                (0..count as usize)
                    .map(|point| columns.iter().map(|column| column[point].clone()).collect())
                    .collect()
            }
        }
    }

    /// The values of one axis at `count` points: one in each equal part, in an order of its own.
    fn column(&self, axis: &Axis, count: u32) -> Vec<String> {
        let draws = Chance::new(self.seed).stream(&format!("sweep {}", axis.name), 0);
        let mut parts: Vec<u64> = (0..u64::from(count)).collect();
        for index in (1..parts.len()).rev() {
            parts.swap(index, draws.below(index as u64, index as u64 + 1) as usize);
        }
        let within = draws.child(u64::from(count));
        let share = |part: u64| (part as f64 + within.unit(part)) / f64::from(count);
        parts.into_iter().map(|part| axis.values.at(share(part))).collect()
    }

    /// The seeds of a point's runs.
    pub fn seeds(&self) -> Vec<u64> {
        paired_seeds(self.seed, self.runs as usize)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn sweep(design: Design) -> Sweep {
        let axis = |name: &str, values| Axis {
            name: name.to_owned(),
            plan: Some("x".to_owned()),
            scenario: None,
            values,
            write: as_it_is(),
        };
        Sweep {
            format: 1,
            scenario: String::new(),
            plan: String::new(),
            release: None,
            faults: Vec::new(),
            vary: vec![
                axis("letters", Values::List(["a", "b"].map(str::to_owned).to_vec())),
                axis("numbers", Values::Between(1, 100, 3)),
            ],
            design,
            runs: 2,
            seed: 1,
        }
    }

    #[test]
    fn a_grid_has_every_combination() {
        let points: Vec<String> = sweep(Design::Grid).points().iter().map(|point| point.join(" ")).collect();
        assert_eq!(points, ["a 1", "a 51", "a 100", "b 1", "b 51", "b 100"]);
    }

    #[test]
    fn a_latin_hypercube_has_one_point_in_each_part_of_every_axis() {
        for count in [1, 10, 100] {
            let points = sweep(Design::LatinHypercube(count)).points();
            let parts: BTreeSet<u32> =
                points.iter().map(|point| (point[1].parse::<u32>().unwrap() - 1) * count / 100).collect();
            assert_eq!(parts.len(), count as usize, "{points:?}");
            if count > 1 {
                assert_eq!(points.iter().filter(|point| point[0] == "a").count(), count as usize / 2);
            }
        }
    }

    #[test]
    fn what_makes_no_sweep_is_said() {
        assert_eq!(sweep(Design::Grid).problem(), None);
        let wrong = [
            Sweep { format: 2, ..sweep(Design::Grid) },
            Sweep { runs: 0, ..sweep(Design::Grid) },
            sweep(Design::LatinHypercube(0)),
            sweep(Design::LatinHypercube(u32::MAX)),
        ];
        assert!(wrong.iter().all(|sweep| sweep.problem().is_some()));
        let mut both = sweep(Design::Grid);
        both.vary[0].scenario = Some("y".to_owned());
        assert!(both.problem().unwrap().starts_with("vary[0]: name a field"));
        both = sweep(Design::Grid);
        both.vary[1].values = Values::Between(2, 1, 3);
        assert!(both.problem().unwrap().starts_with("vary[1].values"));
    }
}
