//! The changes of a manifest that may help: other values of its lines, and lines that are missing. The rest of each line, comments
//! among it, stays as it is.

use std::ops::Range;

use crate::engine::Span;
use crate::manifest::Places;

/// All changes that are tried, each with its lines.
pub(super) fn all(text: &str, places: &Places) -> Vec<Vec<Edit>> {
    let mut found = additions(text, places);
    found.extend(edits(text, places));
    found
}

/// Another value of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub line: u32,
    pub from: String,
    pub to: String,
}

/// The text with other values on some lines; `None` when a value is not on its line as it was read.
pub(super) fn changed(text: &str, edits: &[Edit]) -> Option<String> {
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
fn edits(text_of_file: &str, places: &Places) -> Vec<Vec<Edit>> {
    let mut found = Vec::new();
    for (path, line, text) in places.scalars() {
        let key = path.rsplit('.').next().unwrap_or(path);
        let mut add = |from: String, to: String| {
            if from != to {
                found.push(vec![Edit { line, from, to }]);
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
                // Flagger: the interval of a metric is its window.
                for longer in ["2m", "5m"].iter().filter(|_| path.contains(".analysis.metrics[")) {
                    add(pair(text), pair(longer));
                }
            }
            "query" => {
                for longer in ["2m", "5m"] {
                    found.push(windows(text_of_file, line, text, longer));
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
                for share in [0.7, 0.5, 0.35, 0.25] {
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
    found.retain(|change| !change.is_empty());
    found
}

/// The lines of a query, which begins on the line `first`, with windows of this length in place of shorter ones.
fn windows(text_of_file: &str, first: u32, query: &str, length: &str) -> Vec<Edit> {
    let wanted: Span = length.parse().unwrap_or(Span::ZERO);
    let longer = |line: &str| {
        let mut parts = line.split('[');
        let begin = parts.next().unwrap_or_default().to_owned();
        parts.fold(begin, |done, part| match part.split_once(']') {
            Some((inside, rest)) if inside.parse::<Span>().is_ok_and(|now| now < wanted) => {
                format!("{done}[{length}]{rest}")
            }
            _ => format!("{done}[{part}"),
        })
    };
    // The value stands on its own line, or on those after the sign of a block.
    let of_file = text_of_file.lines().enumerate().skip(first as usize - 1).take(query.lines().count() + 1);
    let of_query = of_file.filter(|(_, line)| {
        let written = line.trim();
        !written.is_empty() && (query.contains(written) || query.lines().any(|part| line.contains(part)))
    });
    let edits =
        of_query.map(|(at, line)| Edit { line: at as u32 + 1, from: line.to_owned(), to: longer(line) });
    edits.filter(|edit| edit.from != edit.to).collect()
}

/// Lines that may help where they are missing: a pause behind a weight, a small first step with its pause, a readiness probe, a hook
/// that waits until nobody sends any more. They stand between lines that are written one item a line.
fn additions(text: &str, places: &Places) -> Vec<Vec<Edit>> {
    let lines: Vec<&str> = text.lines().collect();
    let item = |line: &str, key: &str| {
        line.trim_start().strip_prefix("- ").is_some_and(|rest| rest.starts_with(key))
    };
    let indent = |line: &str| " ".repeat(line.len() - line.trim_start().len());
    let mut found = Vec::new();
    let mut add =
        |line: u32, from: &str, to: String| found.push(vec![Edit { line, from: from.to_owned(), to }]);
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

/// Lines around a change that a patch shows.
const AROUND: u32 = 3;

/// The changes as a unified diff of these files, each with its name and its lines in the whole.
pub(super) fn patch<'f>(
    text: &str,
    files: impl Iterator<Item = (&'f str, Range<u32>)>,
    edits: &[Edit],
) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::new();
    for (name, range) in files {
        let (first, end) = (range.start, range.end.min(lines.len() as u32 + 1));
        let of_file = |line: &u32| (first..end).contains(line);
        let mut changed: Vec<&Edit> = edits.iter().filter(|edit| of_file(&edit.line)).collect();
        changed.sort_by_key(|edit| edit.line);
        if !changed.is_empty() {
            out += &format!("--- a/{name}\n+++ b/{name}\n");
        }
        let mut grown = 0_u32;
        for hunk in changed.chunk_by(|one, next| next.line - one.line <= 2 * AROUND) {
            let [from, to] = [hunk.first(), hunk.last()].map(|edit| edit.map_or(first, |edit| edit.line));
            let (from, to) = (from.saturating_sub(AROUND).max(first), (to + AROUND).min(end - 1));
            let mut shown = String::new();
            let mut new = 0;
            for number in from..=to {
                let old = lines[number as usize - 1];
                let Some(edit) = hunk.iter().find(|edit| edit.line == number) else {
                    shown += &format!(" {old}\n");
                    new += 1;
                    continue;
                };
                let written = old.replacen(&edit.from, &edit.to, 1);
                if !written.lines().any(|line| line == old) {
                    shown += &format!("-{old}\n");
                }
                for line in written.lines() {
                    shown += &format!("{}{line}\n", if line == old { ' ' } else { '+' });
                    new += 1;
                }
            }
            let (begin, old) = (from - first + 1, to - from + 1);
            out += &format!("@@ -{begin},{old} +{},{new} @@\n{shown}", begin + grown);
            grown += new - old;
        }
    }
    out
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
    use crate::manifest::{Table, import};

    #[test]
    fn lines_are_added_where_they_are_missing_and_nowhere_else() {
        let text = "kind: Rollout\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n  strategy:\n    canary:\n      steps:\n\
                    \x20     - setWeight: 20\n      - setWeight: 60\n      - pause: {duration: 1m} # long enough\n";
        let places = import("f.yaml", text, &Table::default()).unwrap().places;
        let found = additions(text, &places);
        let added = |line: u32, part: &str| {
            found.iter().flatten().any(|edit| edit.line == line && edit.to.contains(part))
        };
        assert!(added(10, "- pause: {duration: 2m}") && added(10, "- setWeight: 5"), "{found:?}");
        assert!(added(6, "  readinessProbe:") && added(6, "  lifecycle:"), "{found:?}");
        assert!(!found.iter().flatten().any(|edit| edit.line == 11), "a pause is there: {found:?}");
        for change in &found {
            let text = changed(text, change).unwrap();
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

    #[test]
    fn windows_grow_on_every_line_of_a_query_and_nowhere_else() {
        let text = "spec:\n- query: |\n    sum(rate(a[1m]))\n    / # all\n    sum(rate(b[1m])) + c[10m]\n- other: a[1m]\n";
        let query = "sum(rate(a[1m]))\n/ # all\nsum(rate(b[1m])) + c[10m]\n";
        let found = windows(text, 2, query, "2m");
        let changed = changed(text, &found).unwrap();
        assert_eq!(changed, text.replacen("[1m]", "[2m]", 2));
        let short = "- query: sum(rate(a[1m])) / sum(rate(b[1m])) # both\n";
        let found = windows(short, 1, "sum(rate(a[1m])) / sum(rate(b[1m]))", "5m");
        assert_eq!(super::changed(short, &found).unwrap(), short.replace("[1m]", "[5m]"));
        assert!(windows(short, 1, "sum(rate(a[1m])) / sum(rate(b[1m]))", "1m").is_empty());
    }

    #[test]
    fn a_patch_has_the_lines_around_and_counts_added_ones() {
        let text = "a: 1\nb: 2 # two\nc: 3\n\n---\nx: 1\ny: 2\n";
        let edit = |line: u32, from: &str, to: &str| Edit { line, from: from.to_owned(), to: to.to_owned() };
        let edits = [edit(7, "y: 2", "y: 3"), edit(2, "2 #", "4 #"), edit(1, "a: 1", "z: 0\na: 1")];
        assert_eq!(
            patch(text, [("one.yaml", 1..4), ("two.yaml", 6..u32::MAX)].into_iter(), &edits),
            "--- a/one.yaml\n+++ b/one.yaml\n@@ -1,3 +1,4 @@\n+z: 0\n a: 1\n-b: 2 # two\n+b: 4 # two\n c: 3\n\
             --- a/two.yaml\n+++ b/two.yaml\n@@ -1,2 +1,2 @@\n x: 1\n-y: 2\n+y: 3\n"
        );
    }
}
