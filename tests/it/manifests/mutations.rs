//! Good manifests changed at random: each is read, or refused with a reason; and what was read can be written.

use proptest::prelude::*;

use rollout_lab::control::Plan;
use rollout_lab::library::parse_options;
use rollout_lab::manifest::{FORMATS, Table, export, import};

use super::manifests;

/// How many mutations are tried at each run of the tests.
const CASES: u32 = 250;

/// Pieces that people, editors and templates leave behind.
const PIECES: [&str; 44] = [
    "\t",
    "\r\n",
    "\u{feff}",
    "- ",
    ": ",
    ":",
    "&a ",
    "*a",
    "<<: *a",
    "{{",
    "}}",
    "{{ .Values.x }}",
    "!!binary ",
    "!!int ",
    "!x ",
    "? ",
    "|",
    ">-\n",
    "%YAML 1.1\n",
    "---\n",
    "...\n",
    "1e999",
    "-1",
    "99999999999999999999",
    ".nan",
    ".inf",
    "0x10",
    "1_000",
    "null",
    "~",
    "\"",
    "'",
    "\u{0}",
    "é",
    "[",
    "]",
    "{",
    "}",
    ",",
    "#",
    "\n",
    "  ",
    "on",
    "🦀",
];

#[derive(Clone, Debug)]
enum Change {
    Insert(usize, usize),
    Delete(usize, usize),
    Copy(usize, usize, usize),
    /// Puts a piece in the place of all that follows a colon on one line.
    Value(usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let at = 0..4_000_usize;
    prop_oneof![
        (at.clone(), 0..PIECES.len()).prop_map(|(at, piece)| Change::Insert(at, piece)),
        (at.clone(), 1..60_usize).prop_map(|(at, length)| Change::Delete(at, length)),
        (at.clone(), 1..200_usize, at).prop_map(|(from, length, to)| Change::Copy(from, length, to)),
        (0..200_usize, 0..PIECES.len()).prop_map(|(line, piece)| Change::Value(line, piece)),
    ]
}

fn changed(text: &str, changes: &[Change]) -> String {
    let mut text = text.to_owned();
    for change in changes {
        let spot = |at: usize| text.floor_char_boundary(at % (text.len() + 1));
        match *change {
            Change::Insert(at, piece) => text.insert_str(spot(at), PIECES[piece]),
            Change::Delete(at, length) => {
                let from = spot(at);
                let to = text.floor_char_boundary((from + length).min(text.len()));
                text.replace_range(from..to, "");
            }
            Change::Copy(from, length, to) => {
                let from = spot(from);
                let end = text.floor_char_boundary((from + length).min(text.len()));
                let piece = text[from..end].to_owned();
                text.insert_str(spot(to), &piece);
            }
            Change::Value(line, piece) => {
                let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
                let at = line % lines.len();
                if let Some((key, _)) = lines[at].split_once(':') {
                    lines[at] = format!("{key}: {}", PIECES[piece]);
                }
                text = lines.join("\n");
            }
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_mutation_of_a_manifest_is_read_or_refused_with_a_reason(
        which in 0..5_usize,
        changes in prop::collection::vec(change(), 1..6),
    ) {
        let all = manifests();
        let (name, text) = &all[which % all.len()];
        let text = changed(text, &changes);
        match import(name, &text, &Table::default()) {
            Ok(found) => {
                let lines = text.lines().count() as u32 + 1;
                for finding in &found.findings {
                    prop_assert!((1..=lines).contains(&finding.line), "{finding:?}");
                    prop_assert!(!finding.path.is_empty() && !finding.message.is_empty(), "{finding:?}");
                }
                let _ = found.plan.problems(None);
                let ron = parse_options().to_string(&found.plan).unwrap();
                let again = parse_options().from_str::<Plan>(&ron);
                prop_assert_eq!(again.as_ref(), Ok(&found.plan), "{}", ron);
                for format in FORMATS {
                    let _ = export(&found.plan, format);
                }
            }
            Err(problems) => {
                prop_assert!(!problems.is_empty());
                for problem in &problems {
                    prop_assert!(!problem.message.is_empty());
                    prop_assert!(problem.line as usize <= text.lines().count() + 1, "{problem:?}");
                }
            }
        }
    }

    #[test]
    fn any_text_at_all_is_no_panic(text in "(\\PC|[-:{}\\[\\]&*!|>\n \t]){0,120}") {
        if let Err(problems) = import("f", &text, &Table::default()) {
            prop_assert!(!problems.is_empty());
        }
    }
}
