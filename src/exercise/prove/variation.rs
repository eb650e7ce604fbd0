//! Plans made at random from the parts of other plans: items added, taken out and exchanged, settings exchanged, numbers varied.
//! The parts are found in the plans' trees, so nothing that a plan can hold is left out.

use std::collections::BTreeMap;

use serde_json::{Number, Value, json};

use super::tree::{Path, Place, at, at_mut, plan_of, tree, visit, with, without};
use crate::control::Plan;
use crate::engine::{Rate, Share, Span, Stream};

/// The parts that plans are made of.
pub(super) struct Parts {
    plans: Vec<Value>,
    /// Items of lists, by the field that holds the list.
    items: BTreeMap<String, Vec<Value>>,
    /// Values of fields, by the field.
    values: BTreeMap<String, Vec<Value>>,
}

/// A sequence of draws.
pub(super) struct Dice {
    stream: Stream,
    next: u64,
}

impl Dice {
    /// The draws of a stream from the first on.
    pub const fn new(stream: Stream) -> Self {
        Self { stream, next: 0 }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.next += 1;
        self.stream.below(self.next, bound as u64) as usize
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let index = self.below(of.len());
        of.get(index)
    }
}

/// How numbers are varied.
const FACTORS: [f64; 6] = [0.25, 0.5, 0.8, 1.25, 2.0, 4.0];
/// How often a change is tried anew when it gives no plan that may be handed in.
const TRIES: usize = 30;
/// Most changes of one random plan.
const MOST_CHANGES: usize = 6;

impl Parts {
    /// The parts of these plans.
    pub fn of<'p>(plans: impl IntoIterator<Item = &'p Plan>) -> Self {
        let plans: Vec<Value> = plans.into_iter().map(tree).collect();
        let (mut items, mut values) = (BTreeMap::new(), BTreeMap::new());
        for plan in &plans {
            visit(plan, &Path::default(), &mut |path, value| {
                let kept: &mut BTreeMap<String, Vec<Value>> = match path.0.last() {
                    Some(Place::Item(_)) => &mut items,
                    Some(Place::Field(_)) => &mut values,
                    Some(Place::Choice(_)) | None => return,
                };
                let known = kept.entry(path.field().to_owned()).or_default();
                if !known.contains(value) {
                    known.push(value.clone());
                }
            });
        }
        Self { plans, items, values }
    }

    /// A plan made at random: one of the plans with up to six changes. `may` says whether a plan may be handed in.
    pub fn random(&self, dice: &mut Dice, may: &dyn Fn(&Plan) -> bool) -> Option<Plan> {
        let base = dice.one(&self.plans)?;
        let mut plan = plan_of(base)?;
        for _ in 0..=dice.below(MOST_CHANGES) {
            plan = self.changed(&plan, dice, may).unwrap_or(plan);
        }
        may(&plan).then_some(plan)
    }

    /// `plan` with one change; none when none was found that may be handed in.
    pub fn changed(&self, plan: &Plan, dice: &mut Dice, may: &dyn Fn(&Plan) -> bool) -> Option<Plan> {
        let whole = tree(plan);
        (0..TRIES).find_map(|_| {
            let changed = plan_of(&self.change(&whole, dice)?)?;
            (changed != *plan && may(&changed)).then_some(changed)
        })
    }

    fn change(&self, whole: &Value, dice: &mut Dice) -> Option<Value> {
        let paths = |wanted: fn(&Path, &Value) -> bool| {
            let mut found = Vec::new();
            visit(whole, &Path::default(), &mut |path, value| {
                if !matches!(path.field(), "" | "title" | "format" | "name") && wanted(path, value) {
                    found.push(path.clone());
                }
            });
            found
        };
        match dice.below(5) {
            0 => {
                let items = paths(|path, _| path.is_item());
                Some(without(whole, &[dice.one(&items)?.clone()]))
            }
            1 => {
                let lists = paths(|_, value| value.is_array());
                let path = dice.one(&lists)?;
                let item = dice.one(self.items.get(path.field())?)?.clone();
                let mut changed = whole.clone();
                let list = at_mut(&mut changed, &path.0)?.as_array_mut()?;
                list.insert(dice.below(list.len() + 1), item);
                Some(changed)
            }
            2 => {
                let items = paths(|path, _| path.is_item());
                let path = dice.one(&items)?;
                let item = dice.one(self.items.get(path.field())?)?.clone();
                Some(with(whole, path, item))
            }
            3 => {
                let fields = paths(|path, _| matches!(path.0.last(), Some(Place::Field(_))));
                let path = dice.one(&fields)?;
                let value = dice.one(self.values.get(path.field())?)?.clone();
                Some(with(whole, path, value))
            }
            _ => {
                let numbers = paths(|_, value| scaled(value, 1.0).is_some());
                let path = dice.one(&numbers)?;
                let factor = *dice.one(&FACTORS)?;
                Some(with(whole, path, scaled(at(whole, path)?, factor)?))
            }
        }
    }
}

/// A number or a quantity times `factor`; none for what is no quantity.
fn scaled(value: &Value, factor: f64) -> Option<Value> {
    match value {
        Value::Number(number) => match number.as_u64() {
            Some(whole) => Some(json!((whole as f64 * factor).round() as u64)),
            None => Number::from_f64(number.as_f64()? * factor).map(Value::Number),
        },
        Value::String(text) => {
            let share = text
                .parse::<Share>()
                .ok()
                .map(|share| json!(Share::percent(100.0 * share.fraction() * factor)));
            let span = || text.parse::<Span>().ok().map(|span| json!(span.scaled(factor)));
            let rate =
                || text.parse::<Rate>().ok().map(|rate| json!(Rate::per_second(rate.hertz() * factor)));
            share.or_else(span).or_else(rate)
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::sample;
    use super::*;
    use crate::engine::Chance;

    #[test]
    fn random_plans_differ_and_are_the_same_again() {
        let parts = Parts::of([&sample::plan()]);
        let sound = |plan: &Plan| plan.problems(None).is_empty();
        let draw = |number| parts.random(&mut Dice::new(Chance::new(1).stream("plans", number)), &sound);
        let plans: Vec<Plan> = (0..30).filter_map(draw).collect();
        assert!(plans.len() > 20, "{}", plans.len());
        let different = plans.iter().enumerate().filter(|(index, plan)| !plans[..*index].contains(plan));
        assert!(different.count() > 5);
        assert_eq!(plans, (0..30).filter_map(draw).collect::<Vec<_>>());
        assert!(plans.iter().all(sound));
    }

    #[test]
    fn quantities_are_scaled_in_their_unit() {
        assert_eq!(scaled(&json!("10%"), 0.5), Some(json!("5%")));
        assert_eq!(scaled(&json!("2m"), 2.0), Some(json!("4m")));
        assert_eq!(scaled(&json!("30/s"), 2.0), Some(json!("60/s")));
        assert_eq!(scaled(&json!(5), 0.5), Some(json!(3)));
        assert_eq!(scaled(&json!(1.5), 2.0), Some(json!(3.0)));
        assert_eq!(scaled(&json!("Candidate"), 2.0), None);
    }
}
