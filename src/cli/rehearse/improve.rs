//! The smallest change of a manifest that reaches a goal: values of the manifest are changed one by one, then in pairs; each
//! changed manifest is read again and run, and the change is proven on new seeds and printed as a patch.

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

/// Another value of one line.
#[derive(Clone, Debug, PartialEq)]
struct Edit {
    line: u32,
    from: String,
    to: String,
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
/// The most single edits, and the most pairs of them.
const MOST: (usize, usize) = (40, 60);

/// Searches, and prints the patch. The exit code is 1 when nothing reaches the goal.
pub(super) fn run(search: &Search<'_>, places: &Places, output: Output) -> Outcome {
    let mut single = additions(&search.files.text, places);
    single.extend(edits(places));
    single.truncate(MOST.0);
    let bar = bar(output, (single.len() + 1 + MOST.1) as u64, "trying changes");
    let mut tried = Vec::new();
    let mut attempt = |edits: Vec<Edit>| {
        bar.inc(1);
        tried.extend(search.attempt(edits, RUNS, search.seed));
    };
    attempt(Vec::new());
    single.iter().for_each(|edit| attempt(vec![edit.clone()]));
    let reached = tried.iter().any(|of| of.met);
    if !reached {
        // The edits that help most alone are tried together.
        let mut best: Vec<Edit> = Vec::new();
        let mut order: Vec<&Tried> = tried.iter().filter(|of| of.edits.len() == 1).collect();
        order.sort_by(|a, b| a.harmed.total_cmp(&b.harmed));
        best.extend(order.iter().take(11).map(|of| of.edits[0].clone()));
        let pairs: Vec<Vec<Edit>> = best
            .iter()
            .enumerate()
            .flat_map(|(at, first)| {
                best[at + 1..].iter().map(move |second| vec![first.clone(), second.clone()])
            })
            .filter(|pair| pair[0].line != pair[1].line)
            .take(MOST.1)
            .collect();
        for pair in pairs {
            bar.inc(1);
            tried.extend(search.attempt(pair, RUNS, search.seed));
        }
    }
    bar.finish_and_clear();
    told(search, &tried, output)
}

/// Proves the smallest change that reached the goal, and tells it.
fn told(search: &Search<'_>, tried: &[Tried], output: Output) -> Outcome {
    let mut reached: Vec<&Tried> = tried.iter().filter(|of| of.met).collect();
    reached.sort_by(|a, b| {
        (a.edits.len(), a.harmed).partial_cmp(&(b.edits.len(), b.harmed)).unwrap_or(std::cmp::Ordering::Equal)
    });
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
    for of in reached.iter().take(3) {
        let proof = search.attempt(of.edits.clone(), search.seeds, search.seed.wrapping_add(1_000_003));
        if !proof.as_ref().is_some_and(|proof| proof.met) {
            continue;
        }
        if of.edits.is_empty() {
            output.result(&format!("{text}\nthe manifest reaches the goal as it is, on new seeds too\n"));
        } else {
            let patch = search.patch(&of.edits);
            output.result(&format!(
                "{text}\nthe smallest change that reaches the goal, on new seeds too:\n\n{patch}"
            ));
        }
        return Ok(Ended::Passed);
    }
    output.result(&format!("{text}\nno change that was tried reaches the goal\n"));
    Ok(Ended::NotPassed)
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

    /// A unified diff, one hunk for each line.
    fn patch(&self, edits: &[Edit]) -> String {
        let lines: Vec<&str> = self.files.text.lines().collect();
        let mut sorted: Vec<&Edit> = edits.iter().collect();
        sorted.sort_by_key(|edit| edit.line);
        let mut out = String::new();
        let mut last = String::new();
        for edit in sorted {
            let (file, line) = self.files.place(edit.line);
            if file != last {
                out += &format!("--- a/{file}\n+++ b/{file}\n");
                last.clone_from(&file);
            }
            let old = lines[edit.line as usize - 1];
            let new = old.replacen(&edit.from, &edit.to, 1);
            let added: Vec<&str> = new.lines().collect();
            if let [only] = added.as_slice() {
                out += &format!("@@ -{line} +{line} @@\n-{old}\n+{only}\n");
                continue;
            }
            out += &format!("@@ -{line} +{line},{} @@\n", added.len());
            for of in added {
                out += &format!("{}{of}\n", if of == old { ' ' } else { '+' });
            }
        }
        out
    }
}

/// The text with other values on some lines; `None` when a value is not on its line as it was read.
fn changed(text: &str, edits: &[Edit]) -> Option<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for edit in edits {
        let line = lines.get_mut(edit.line as usize - 1)?;
        if !line.contains(&edit.from) {
            return None;
        }
        *line = line.replacen(&edit.from, &edit.to, 1);
    }
    Some(lines.join("\n") + "\n")
}

/// The changes of single values that may help: longer pauses, more measurements, sooner measurements, fewer failures allowed, limits
/// nearer to what is usual, longer windows.
fn edits(places: &Places) -> Vec<Edit> {
    let mut found = Vec::new();
    for (path, line, text) in places.scalars() {
        let key = path.rsplit('.').next().unwrap_or(path);
        let mut add = |from: String, to: String| {
            if from != to {
                found.push(Edit { line, from, to });
            }
        };
        let pair = |value: &str| format!("{key}: {value}");
        match key {
            "duration" if path.contains(".pause") => {
                for times in [2, 4] {
                    if let Some(longer) = times_as_long(text, times) {
                        add(pair(text), pair(&longer));
                    }
                }
            }
            "interval" if path.contains(".metrics[") || path.ends_with(".analysis.interval") => {
                for shorter in ["15s", "30s"] {
                    add(pair(text), pair(shorter));
                }
            }
            "count" | "iterations" => {
                if let Ok(count) = text.parse::<u32>() {
                    add(pair(text), pair(&(count * 2).to_string()));
                }
            }
            "failureLimit" | "threshold" => {
                for fewer in ["0", "1", "2"] {
                    if text.parse::<i64>().is_ok_and(|now| now > fewer.parse().unwrap_or(0)) {
                        add(pair(text), pair(fewer));
                    }
                }
            }
            "successCondition" | "failureCondition" => {
                for share in [0.5, 0.25] {
                    if let Some((number, nearer)) = nearer(text, share) {
                        add(number, nearer);
                    }
                }
            }
            "setWeight" | "stepWeight" => {
                if let Ok(weight) = text.parse::<u32>()
                    && (4..100).contains(&weight)
                {
                    add(pair(text), pair(&(weight / 2).to_string()));
                }
            }
            _ => {}
        }
    }
    found
}

/// Lines that may help where they are missing: a pause behind a weight, a small first step with its pause, a readiness probe, a hook
/// that waits until nobody sends any more. They stand between lines that are written one item a line.
fn additions(text: &str, places: &Places) -> Vec<Edit> {
    let lines: Vec<&str> = text.lines().collect();
    let item = |line: &str, key: &str| {
        line.trim_start().strip_prefix("- ").is_some_and(|rest| rest.starts_with(key))
    };
    let indent = |line: &str| " ".repeat(line.len() - line.trim_start().len());
    let mut found = Vec::new();
    let mut add = |line: u32, from: &str, to: String| found.push(Edit { line, from: from.to_owned(), to });
    let mut first = true;
    for (path, number, value) in places.scalars() {
        let Some(line) = lines.get(number as usize - 1) else { continue };
        let begin = indent(line);
        if path.ends_with(".setWeight") && item(line, "setWeight:") {
            let next = lines[number as usize..].iter().find(|line| !line.trim().is_empty());
            let holds = next
                .is_some_and(|next| ["pause", "analysis", "experiment"].iter().any(|key| item(next, key)));
            for pause in ["2m", "5m"].iter().filter(|_| !holds) {
                add(number, line, format!("{line}\n{begin}- pause: {{duration: {pause}}}"));
            }
            if std::mem::take(&mut first) && value.parse::<u32>().is_ok_and(|weight| weight > 10) {
                let small = format!("{begin}- setWeight: 5\n{begin}- pause: {{duration: 5m}}\n{line}");
                add(number, line, small);
            }
        }
        let container = path.strip_suffix(".name").filter(|of| of.ends_with(".containers[0]"));
        if let Some(container) = container.filter(|_| item(line, "name:")) {
            let has = |key: &str| {
                places.scalars().any(|(path, ..)| path.starts_with(&format!("{container}.{key}")))
            };
            if !has("readinessProbe") {
                let probe = "readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 5}";
                add(number, line, format!("{line}\n{begin}  {probe}"));
            }
            if !has("lifecycle") {
                add(
                    number,
                    line,
                    format!("{line}\n{begin}  lifecycle: {{preStop: {{sleep: {{seconds: 10}}}}}}"),
                );
            }
        }
    }
    found
}

/// A duration that many times as long, in its own notation.
fn times_as_long(text: &str, times: u64) -> Option<String> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let unit = &text[digits.len()..];
    let number: u64 = digits.parse().ok()?;
    ["", "s", "m", "h"].contains(&unit).then(|| format!("{}{unit}", number * times))
}

/// The number of a condition such as `result[0] < 0.05`, and one nearer to what is usual: of a share of errors nearer to 0, of a share
/// of successes nearer to 1.
fn nearer(text: &str, share: f64) -> Option<(String, String)> {
    let at = text.rfind(|c: char| !(c.is_ascii_digit() || c == '.')).map_or(0, |at| at + 1);
    let number = &text[at..];
    let value: f64 = number.parse().ok().filter(|value| *value > 0.0 && *value < 1.0)?;
    let nearer = if value > 0.5 { 1.0 - (1.0 - value) * share } else { value * share };
    let shown = format!("{nearer:.4}");
    let shown = shown.trim_end_matches('0').to_owned();
    let before = text[..at].chars().last().unwrap_or(' ');
    Some((format!("{before}{number}"), format!("{before}{shown}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_where_they_are_missing_and_nowhere_else() {
        let text = "kind: Rollout\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n  strategy:\n    canary:\n      steps:\n\
                    \x20     - setWeight: 20\n      - setWeight: 60\n      - pause: {duration: 1m} # long enough\n";
        let places = import("f.yaml", text, &Table::default()).unwrap().places;
        let found = additions(text, &places);
        let added =
            |line: u32, part: &str| found.iter().any(|edit| edit.line == line && edit.to.contains(part));
        assert!(added(10, "- pause: {duration: 2m}") && added(10, "- setWeight: 5"), "{found:?}");
        assert!(added(6, "  readinessProbe:") && added(6, "  lifecycle:"), "{found:?}");
        assert!(!found.iter().any(|edit| edit.line == 11), "a pause is there: {found:?}");
        for edit in &found {
            let text = changed(text, std::slice::from_ref(edit)).unwrap();
            assert!(
                import("g.yaml", &text, &Table::default()).is_ok() && text.contains("# long enough"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_value_is_changed_in_its_own_notation_and_the_rest_of_the_line_stays() {
        assert_eq!(times_as_long("2m", 4), Some("8m".to_owned()));
        assert_eq!(times_as_long("30", 2), Some("60".to_owned()));
        assert_eq!(times_as_long("1h30m", 2), None);
        assert_eq!(nearer("result[0] < 0.05", 0.5), Some((" 0.05".to_owned(), " 0.025".to_owned())));
        assert_eq!(nearer("result[0] >= 0.95", 0.5), Some((" 0.95".to_owned(), " 0.975".to_owned())));
        let edit = Edit { line: 2, from: "duration: 2m".to_owned(), to: "duration: 4m".to_owned() };
        let text = "steps:\n- pause: {duration: 2m} # by hand\n";
        assert_eq!(changed(text, &[edit]), Some("steps:\n- pause: {duration: 4m} # by hand\n".to_owned()));
    }
}
