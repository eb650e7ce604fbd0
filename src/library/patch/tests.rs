//! Changes in place: by hand, and against a list in memory.

use proptest::prelude::*;

use super::*;
use crate::control::{Plan, Step, Strategy};
use crate::library::read_ron;

const FILE: &str = r#"// My plan.
(
    format: 1, // never changes
    title: "A",
    strategy: Canary(
        // small first
        steps: [
            Weight("5%"), // a few
            Pause("3m"),
            // look again
            Weight("50%") // many
        ],
    ),
    alerts: [(name: "a", when: Absent(metric: ErrorRatio))],
    rollback: (window: (revisions: 3)), /* enough */
)
"#;

#[test]
fn a_value_is_changed_where_it_stands() {
    let changed = set(FILE, "strategy.steps[1]", "Pause(\"10m\")").unwrap();
    assert_eq!(changed, FILE.replace("Pause(\"3m\")", "Pause(\"10m\")"));
    let changed = set(FILE, "strategy.steps[0][0]", "\"7%\"").unwrap();
    assert_eq!(changed, FILE.replace("5%", "7%"));
}

#[test]
fn a_field_that_is_left_out_is_added_where_it_belongs() {
    let changed = set(FILE, "strategy.sticky", "false").unwrap();
    assert_eq!(changed, FILE.replace("        ],\n    ),", "        ],\n        sticky: false,\n    ),"));
    let changed = set(FILE, "rollback.gradual.step", "\"5%\"").unwrap();
    assert_eq!(
        changed,
        FILE.replace("(window: (revisions: 3))", "(window: (revisions: 3), gradual: (step: \"5%\"))")
    );
    let changed = set(FILE, "drain.pre_stop", "\"5s\"").unwrap();
    assert_eq!(changed, FILE.replace("/* enough */\n", "/* enough */\n    drain: (pre_stop: \"5s\"),\n"));
    assert_eq!(set("()", "a", "1").unwrap(), "(a: 1)");
    assert_eq!(set("(a: ())", "a.b", "1").unwrap(), "(a: (b: 1))");
}

#[test]
fn steps_are_inserted_removed_moved_and_repeated_with_their_comments() {
    let steps = "strategy.steps";
    let changed = insert(FILE, steps, 3, "Approve").unwrap();
    assert_eq!(
        changed,
        FILE.replace("Weight(\"50%\") // many\n", "Weight(\"50%\"), // many\n            Approve,\n")
    );
    let changed = insert(FILE, steps, 0, "Approve").unwrap();
    assert_eq!(changed, FILE.replace("steps: [\n", "steps: [\n            Approve,\n"));
    let changed = remove(FILE, "strategy.steps[0]").unwrap();
    assert_eq!(changed, FILE.replace("            Weight(\"5%\"), // a few\n", ""));
    let changed = shift(FILE, steps, 2, 0).unwrap();
    let (last, first) = ("            // look again\n            Weight(\"50%\"), // many\n", "steps: [\n");
    let without = FILE.replace("            // look again\n            Weight(\"50%\") // many\n", "");
    assert_eq!(changed, without.replace(first, &format!("{first}{last}")));
    let changed = duplicate(FILE, steps, 1).unwrap();
    let pause = "            Pause(\"3m\"),\n";
    assert_eq!(changed, FILE.replace(pause, &pause.repeat(2)));
}

#[test]
fn a_list_on_one_line_stays_on_it() {
    let text = "(a: [1, 2, 3])";
    assert_eq!(insert(text, "a", 1, "9").unwrap(), "(a: [1, 9, 2, 3])");
    assert_eq!(insert(text, "a", 99, "9").unwrap(), "(a: [1, 2, 3, 9])");
    assert_eq!(insert("(a: [1,])", "a", 1, "9").unwrap(), "(a: [1, 9])");
    assert_eq!(insert("(a: [])", "a", 0, "9").unwrap(), "(a: [9])");
    assert_eq!(insert("(a: [ // none\n])", "a", 0, "9").unwrap(), "(a: [9, // none\n])");
    assert_eq!(remove(text, "a[0]").unwrap(), "(a: [2, 3])");
    assert_eq!(remove(text, "a[2]").unwrap(), "(a: [1, 2])");
    assert_eq!(remove("(a: [1])", "a[0]").unwrap(), "(a: [])");
    assert_eq!(shift(text, "a", 0, 2).unwrap(), "(a: [2, 3, 1])");
}

#[test]
fn what_cannot_be_changed_is_refused() {
    assert_eq!(set(FILE, "strategy.steps[9]", "Approve").unwrap_err().code, "no-such-place");
    assert_eq!(set(FILE, "strategy.steps[0]", "1) // out").unwrap_err().line, 1);
    assert_eq!(set(FILE, "title", "\"a\" // b").unwrap_err().code, "syntax");
    assert_eq!(set("(a: 1", "a", "2").unwrap_err().code, "syntax");
    assert_eq!(remove(FILE, "").unwrap_err().code, "no-such-place");
    assert_eq!(insert(FILE, "title", 0, "1").unwrap_err().code, "no-such-place");
}

/// A plan with these pauses as its steps, laid out in one of several ways, comments among them.
fn plan(pauses: &[u32], layout: usize) -> String {
    let step = |seconds: &u32| format!("Pause(\"{seconds}s\")");
    let steps: Vec<String> = pauses.iter().map(step).collect();
    let comment = |index: usize| format!("/* c{index} */");
    let list = match layout {
        0 => steps.join(", "),
        1 => steps.iter().map(|step| format!("\n        {step},")).collect::<String>() + "\n    ",
        2 => {
            let line = |(index, step): (usize, &String)| {
                format!("        // about {index}\n        {step}, // on {index}\n")
            };
            format!("\n{}    ", steps.iter().enumerate().map(line).collect::<String>())
        }
        3 => {
            let piece = |(index, step): (usize, &String)| format!("{} {step}", comment(index));
            steps.iter().enumerate().map(piece).collect::<Vec<_>>().join(",\n")
        }
        _ => steps.join("\n , "),
    };
    format!("// head\n(format: 1, strategy: Steps([{list}]), // tail\n title: \"t\")\n// foot\n")
}

fn pauses(text: &str) -> Vec<u32> {
    let (plan, _) = read_ron::<Plan>("f", text).unwrap();
    let Strategy::Steps(steps) = plan.strategy else { return vec![] };
    let seconds = |step: &Step| match step {
        Step::Pause(span) => span.as_secs_f64() as u32,
        _ => 0,
    };
    steps.iter().map(seconds).collect()
}

/// The comments of a text, in any order.
fn comments(text: &str) -> Vec<String> {
    let mut found: Vec<String> = text
        .lines()
        .flat_map(|line| line.split("//").skip(1).chain(line.split("/*").skip(1)))
        .map(|comment| comment.split("*/").next().unwrap_or_default().trim().to_owned())
        .collect();
    found.sort();
    found
}

proptest! {
    #[test]
    fn a_list_changes_as_a_list_in_memory_does(
        start in prop::collection::vec(1_u32..999, 0..6),
        layout in 0_usize..5,
        changes in prop::collection::vec((0_usize..5, 0_usize..6, 0_usize..6, 1_u32..999), 1..8),
    ) {
        let mut model = start.clone();
        let mut text = plan(&start, layout);
        for (kind, at, to, seconds) in changes {
            let value = format!("Pause(\"{seconds}s\")");
            let before = comments(&text);
            let mut loses = false;
            match kind {
                0 => {
                    text = insert(&text, "strategy", at, &value).unwrap();
                    model.insert(at.min(model.len()), seconds);
                }
                1 if at < model.len() => {
                    text = remove(&text, &format!("strategy[{at}]")).unwrap();
                    model.remove(at);
                    loses = true;
                }
                2 if at < model.len() && to < model.len() => {
                    text = shift(&text, "strategy", at, to).unwrap();
                    let moved = model.remove(at);
                    model.insert(to, moved);
                }
                3 if at < model.len() => {
                    text = duplicate(&text, "strategy", at).unwrap();
                    model.insert(at + 1, model[at]);
                }
                4 if at < model.len() => {
                    let path = format!("strategy[{at}]");
                    let place = Outline::of("f", &text).unwrap().bytes(&path).unwrap();
                    let changed = set(&text, &path, &value).unwrap();
                    prop_assert_eq!(&changed[..place.start], &text[..place.start]);
                    prop_assert_eq!(&changed[place.start + value.len()..], &text[place.end..]);
                    text = changed;
                    model[at] = seconds;
                }
                _ => {}
            }
            prop_assert_eq!(pauses(&text), model.clone(), "{}", text);
            let now = comments(&text);
            prop_assert!(loses || now == before, "{:?} {:?}", before, now);
            prop_assert!(now.iter().all(|comment| before.contains(comment)));
        }
    }

    #[test]
    fn any_text_that_can_be_seen_is_a_value_that_reads_back(title in "[^\\p{C}\\p{Zl}\\p{Zp}]{0,60}") {
        let changed = set(FILE, "title", &quoted(&title)).unwrap();
        let (plan, _) = read_ron::<Plan>("f", &changed).unwrap();
        prop_assert_eq!(plan.title, title);
    }
}
