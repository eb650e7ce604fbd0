//! The smallest change of a manifest that reaches a goal: values of the manifest are changed one by one, then in pairs; each
//! changed manifest is read again and run, and the change is proven on new seeds and printed as a patch.

mod changes;

use super::subject::as_rehearsed;
use super::{Ready, release};
use crate::exercise::power::{Regression, power_until};
use crate::manifest::import;
use crate::scenario::Severity;
use changes::{Edit, changed, patch};

/// A changed manifest and what its runs gave.
#[derive(Clone, Debug)]
pub struct Tried {
    edits: Vec<Edit>,
    /// The change in a line, such as `line 7: count: 3 -> count: 6`.
    pub change: String,
    /// Users harmed by the regression of the goal, on average.
    pub harmed: f64,
    /// Median seconds until a good release is out; infinite where it never is.
    pub out_after: f64,
    /// Whether the goal was reached.
    pub met: bool,
}

/// The change that reaches the goal on new seeds too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proven {
    /// None is needed.
    AsItIs,
    /// A unified diff of the manifests.
    Patch(String),
}

/// What the search came to.
#[derive(Clone, Debug)]
pub struct Improvement {
    tried: Vec<Tried>,
    /// The smallest change that reaches the goal; none where no change was proven.
    pub proven: Option<Proven>,
}

/// Runs of each level while searching, where requests are drawn as counts and where they are not; the proof has as many as the rehearsal.
const RUNS: (usize, usize) = (3, 6);
/// The most single changes, the most pairs of them, and the most that are proven.
const MOST: (usize, usize, usize) = (60, 60, 8);
/// How many of the changes that help most alone are tried together.
const BEST: usize = 11;

impl Improvement {
    /// What was tried and none of the others beats in harm and in time; of those that are alike the first, which changes least. One that never
    /// lets a good release out is among them only where none does.
    pub fn unbeaten(&self) -> impl Iterator<Item = &Tried> {
        let any_out = self.tried.iter().any(|of| of.out_after.is_finite());
        self.tried.iter().enumerate().filter_map(move |(at, of)| {
            let is_out = of.out_after.is_finite() || !any_out;
            let is_first = !self.tried[..at].iter().any(|other| other.is_like(of));
            (is_out && is_first && !self.tried.iter().any(|other| other.beats(of))).then_some(of)
        })
    }

    /// Whether a change reached the goal in the search, on new seeds or not.
    pub fn is_met_in_the_search(&self) -> bool {
        self.tried.iter().any(|of| of.met)
    }
}

impl Ready {
    /// How many changes a search tries at most.
    pub fn attempts(&self) -> usize {
        self.singles().len() + 1 + MOST.1
    }

    fn singles(&self) -> Vec<Vec<Edit>> {
        let mut single = changes::all(self.files().text(), self.places());
        single.truncate(MOST.0);
        single
    }

    /// Searches the smallest change that reaches the goal; `on_attempt` is called before each attempt. `None` when `is_cancelled` said
    /// so before the end.
    pub fn improve(
        &self,
        on_attempt: &dyn Fn(),
        is_cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Option<Improvement> {
        let (seed, runs) = (self.asked().seed, if self.is_fluid() { RUNS.0 } else { RUNS.1 });
        let mut tried: Vec<Tried> = Vec::new();
        let attempt = |edits: Vec<Edit>, tried: &mut Vec<Tried>| {
            on_attempt();
            tried.extend(self.attempt(edits, runs, seed, is_cancelled));
        };
        attempt(Vec::new(), &mut tried);
        self.singles().into_iter().for_each(|change| attempt(change, &mut tried));
        let mut proven = self.proven(&tried, is_cancelled);
        if proven.is_none() {
            // The changes that help most alone are tried together.
            let alone = tried.len();
            let mut order: Vec<&Tried> = tried.iter().filter(|of| !of.edits.is_empty()).collect();
            order.sort_by(|a, b| a.harmed.total_cmp(&b.harmed));
            let best: Vec<Vec<Edit>> = order.iter().take(BEST).map(|of| of.edits.clone()).collect();
            let apart =
                |a: &[Edit], b: &[Edit]| !a.iter().any(|edit| b.iter().any(|other| other.line == edit.line));
            let pairs = best.iter().enumerate().flat_map(|(at, first)| {
                best[at + 1..]
                    .iter()
                    .filter(move |second| apart(first, second))
                    .map(move |second| [first.as_slice(), second].concat())
            });
            pairs.take(MOST.1).collect::<Vec<_>>().into_iter().for_each(|pair| attempt(pair, &mut tried));
            proven = self.proven(&tried[alone..], is_cancelled);
        }
        let proven = proven.map(|edits| match edits.as_slice() {
            [] => Proven::AsItIs,
            edits => Proven::Patch(patch(self.files().text(), self.files().ranges(), edits)),
        });
        (!is_cancelled()).then_some(Improvement { tried, proven })
    }

    /// The smallest change of these that reaches the goal on new seeds as well; of equally small ones the one that harms least.
    fn proven(&self, tried: &[Tried], is_cancelled: &(dyn Fn() -> bool + Sync)) -> Option<Vec<Edit>> {
        let mut reached: Vec<&Tried> = tried.iter().filter(|of| of.met).collect();
        reached.sort_by(|a, b| a.edits.len().cmp(&b.edits.len()).then(a.harmed.total_cmp(&b.harmed)));
        let (seeds, seed) = (self.seeds(), self.asked().seed.wrapping_add(1_000_003));
        let holds = |of: &&&Tried| {
            let proof = self.attempt(of.edits.clone(), seeds, seed, is_cancelled);
            proof.is_some_and(|proof| proof.met)
        };
        reached.iter().take(MOST.2).find(holds).map(|of| of.edits.clone())
    }

    /// The changed manifest, run with the regression of the goal and without any; `None` when it cannot be run, or no run is wanted any more.
    fn attempt(
        &self,
        edits: Vec<Edit>,
        runs: usize,
        seed: u64,
        is_cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Option<Tried> {
        let (asked, scenario) = (self.asked(), self.scenario());
        let imported = import("changed", &changed(self.files().text(), &edits)?, self.table()).ok()?;
        let made = release::of(imported.plan, asked.flag.as_deref()).ok()?;
        let instances = self.numbers().instances.unwrap_or(1);
        let (plan, ..) =
            as_rehearsed(&made.plan, asked.approve, (instances, self.is_fluid()), imported.zones);
        let wrong = plan.problems(Some(scenario));
        if is_cancelled() || wrong.iter().any(|issue| issue.severity == Severity::Error) {
            return None;
        }
        let levels = [Regression::None, asked.goal.catch?];
        let found = power_until(scenario, &self.case(), &plan, &levels, (runs, seed), &|| (), is_cancelled)
            .ok()??;
        let met = asked.goal.met_by(&found).iter().all(|goal| goal.met);
        let out_after = found.levels[0].seconds_to_complete.unwrap_or(f64::INFINITY);
        Some(Tried { change: self.change(&edits), edits, harmed: found.levels[1].harmed, out_after, met })
    }

    /// A change in a line.
    fn change(&self, edits: &[Edit]) -> String {
        let files = self.files();
        let line = |line: u32| match (files.names().len(), files.place(line)) {
            (1, (_, line)) => format!("line {line}"),
            (_, (name, line)) => format!("{name}:{line}"),
        };
        let one = |edit: &Edit| {
            let added: Vec<&str> = edit.to.lines().filter(|line| *line != edit.from).map(str::trim).collect();
            match edit.to.contains('\n') {
                true => format!("{}: add {}", line(edit.line), added.join(", ")),
                false => format!("{}: {} -> {}", line(edit.line), edit.from, edit.to),
            }
        };
        match edits {
            [] => "as it is".to_owned(),
            edits => edits.iter().map(one).collect::<Vec<_>>().join("; "),
        }
    }
}

impl Tried {
    /// Whether both harm as much, are out as soon, and meet the goal or miss it.
    fn is_like(&self, other: &Self) -> bool {
        let key = |of: &Self| (of.harmed.to_bits(), of.out_after.to_bits(), of.met);
        key(self) == key(other)
    }

    fn beats(&self, other: &Self) -> bool {
        self.harmed <= other.harmed
            && self.out_after <= other.out_after
            && (self.harmed < other.harmed || self.out_after < other.out_after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A change that harms so many, and after which a good release is out so late.
    fn tried(change: &str, harmed: f64, out_after: f64) -> Tried {
        Tried { edits: Vec::new(), change: change.to_owned(), harmed, out_after, met: false }
    }

    fn unbeaten(tried: Vec<Tried>) -> Vec<String> {
        let of = Improvement { tried, proven: None };
        of.unbeaten().map(|of| of.change.clone()).collect()
    }

    #[test]
    fn alike_changes_are_told_once_and_none_that_lets_nothing_out() {
        let never = f64::INFINITY;
        let all =
            vec![tried("a", 5.0, 60.0), tried("b", 5.0, 60.0), tried("c", 1.0, never), tried("d", 9.0, 80.0)];
        assert_eq!(unbeaten(all), ["a"]);
        assert_eq!(unbeaten(vec![tried("a", 5.0, never), tried("b", 1.0, never)]), ["b"]);
    }
}
