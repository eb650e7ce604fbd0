//! The smallest change of a manifest that reaches a goal: values of the manifest are changed one by one, then in pairs; each
//! changed manifest is read again and run, and the change is proven on new seeds and printed as a patch.

mod changes;

use super::Files;
use crate::cli::output::Output;
use crate::cli::progress::bar;
use crate::cli::{Ended, Outcome};
use crate::engine::Span;
use crate::exercise::format::{decimal, lasting};
use crate::exercise::power::{Power, Regression, power};
use crate::exercise::rehearsal::{Goal, with_approvals};
use crate::library::load::Read;
use crate::manifest::{Places, Table, import};
use crate::scenario::{Scenario, Severity};
use crate::sim::Case;
use changes::{Edit, changed, patch};

/// What is searched in.
pub(super) struct Search<'a> {
    pub files: &'a Files,
    pub table: &'a Table,
    pub scenario: &'a Read<Scenario>,
    pub goal: Goal,
    pub approve: Span,
    pub seeds: usize,
    pub seed: u64,
}

/// A changed manifest and what its runs gave.
struct Tried {
    edits: Vec<Edit>,
    harmed: f64,
    out_after: f64,
    met: bool,
}

/// Runs of each level while searching; the proof has as many as the rehearsal.
const RUNS: usize = 6;
/// The most single changes, the most pairs of them, and the most that are proven.
const MOST: (usize, usize, usize) = (60, 60, 8);
/// How many of the changes that help most alone are tried together.
const BEST: usize = 11;

/// Searches, and prints the patch. The exit code is 1 when nothing reaches the goal.
pub(super) fn run(search: &Search<'_>, places: &Places, output: Output) -> Outcome {
    let mut single = changes::all(&search.files.text, places);
    single.truncate(MOST.0);
    let bar = bar(output, (single.len() + 1 + MOST.1) as u64, "trying changes");
    let mut tried = Vec::new();
    let attempt = |edits: Vec<Edit>, tried: &mut Vec<Tried>| {
        bar.inc(1);
        tried.extend(search.attempt(edits, RUNS, search.seed));
    };
    attempt(Vec::new(), &mut tried);
    single.into_iter().for_each(|change| attempt(change, &mut tried));
    let mut proven = search.proven(&tried);
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
        proven = search.proven(&tried[alone..]);
    }
    bar.finish_and_clear();
    Ok(told(search, &tried, proven.as_deref(), output))
}

/// Tells the best of what was tried, and the change that was proven.
fn told(search: &Search<'_>, tried: &[Tried], proven: Option<&[Edit]>, output: Output) -> Ended {
    let mut text = String::from("plans that none of the tried ones beats in harm and in time:\n");
    for of in tried.iter().filter(|of| !tried.iter().any(|other| other.beats(of))) {
        let out = if of.out_after.is_finite() { lasting(of.out_after) } else { "never".to_owned() };
        text += &format!(
            "  {} users harmed by the regression, a good release is out after {out}{}: {}\n",
            decimal(of.harmed, 1),
            if of.met { ", meets the goal" } else { "" },
            of.name()
        );
    }
    text += &match proven {
        None if tried.iter().any(|of| of.met) => {
            "\nwhat reached the goal in the search did not on new seeds; more runs (--seeds) tell the changes better apart\n".to_owned()
        }
        None => "\nno change that was tried reaches the goal\n".to_owned(),
        Some([]) => "\nthe manifest reaches the goal as it is, on new seeds too\n".to_owned(),
        Some(edits) => {
            format!("\nthe smallest change that reaches the goal, on new seeds too:\n\n{}", search.patch(edits))
        }
    };
    output.result(&text);
    if proven.is_some() { Ended::Passed } else { Ended::NotPassed }
}

impl Tried {
    fn beats(&self, other: &Self) -> bool {
        self.harmed <= other.harmed
            && self.out_after <= other.out_after
            && (self.harmed < other.harmed || self.out_after < other.out_after)
    }

    fn name(&self) -> String {
        let one = |edit: &Edit| {
            let added: Vec<&str> = edit.to.lines().filter(|line| *line != edit.from).map(str::trim).collect();
            match edit.to.contains('\n') {
                true => format!("line {}: add {}", edit.line, added.join(", ")),
                false => format!("line {}: {} -> {}", edit.line, edit.from, edit.to),
            }
        };
        match self.edits.as_slice() {
            [] => "as it is".to_owned(),
            edits => edits.iter().map(one).collect::<Vec<_>>().join("; "),
        }
    }
}

impl Search<'_> {
    /// The smallest change of these that reaches the goal on new seeds as well; of equally small ones the one that harms least.
    fn proven(&self, tried: &[Tried]) -> Option<Vec<Edit>> {
        let mut reached: Vec<&Tried> = tried.iter().filter(|of| of.met).collect();
        reached.sort_by(|a, b| a.edits.len().cmp(&b.edits.len()).then(a.harmed.total_cmp(&b.harmed)));
        let holds = |of: &&&Tried| {
            let proof = self.attempt(of.edits.clone(), self.seeds, self.seed.wrapping_add(1_000_003));
            proof.is_some_and(|proof| proof.met)
        };
        reached.iter().take(MOST.2).find(holds).map(|of| of.edits.clone())
    }

    /// The changed manifest, run with the regression of the goal and without any; `None` when it cannot be run.
    fn attempt(&self, edits: Vec<Edit>, runs: usize, seed: u64) -> Option<Tried> {
        let imported = import("changed", &changed(&self.files.text, &edits)?, self.table).ok()?;
        let (plan, _) = with_approvals(&imported.plan, self.approve);
        let wrong = plan.problems(Some(&self.scenario.value));
        if wrong.iter().any(|issue| issue.severity == Severity::Error) {
            return None;
        }
        let levels = [Regression::None, self.goal.catch?];
        let case = Case { release: Some("next".to_owned()), ..Case::default() };
        let found: Power = power(&self.scenario.value, &case, &plan, &levels, (runs, seed), &|| ()).ok()?;
        let met = self.goal.met_by(&found).iter().all(|goal| goal.met);
        let out_after = found.levels[0].seconds_to_complete.unwrap_or(f64::INFINITY);
        Some(Tried { edits, harmed: found.levels[1].harmed, out_after, met })
    }

    /// A unified diff.
    fn patch(&self, edits: &[Edit]) -> String {
        let files =
            self.files.names.iter().zip(&self.files.starts).enumerate().map(|(index, (name, start))| {
                // Between two files stand an empty line and a line of `---`.
                let end = self.files.starts.get(index + 1).map_or(u32::MAX, |next| next.saturating_sub(2));
                (name.as_str(), *start..end)
            });
        patch(&self.files.text, &files.collect::<Vec<_>>(), edits)
    }
}
