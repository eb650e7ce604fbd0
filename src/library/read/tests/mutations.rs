//! Good files changed at random: each is read, or refused with a place.

use proptest::prelude::*;

use super::{GOOD, Lesson};
use crate::library::read::{parse_options, read_ron};

/// How many mutations are tried at each run of the tests.
const CASES: u32 = 400;

/// Pieces that authors leave, drop or paste in the wrong place.
const PIECES: [&str; 30] = [
    "(", ")", "[", "]", "{", "}", ",", ":", "\"", "'", "//", "/*", "*/", "\\", "\n", " ", "1", "-", "1e999",
    "NaN", "Some(", "None", "name:", "\"5s\"", "é", "\u{0}", "r#\"", "#", "Canary(", "steps",
];

#[derive(Clone, Debug)]
enum Change {
    Insert(usize, usize),
    Delete(usize, usize),
    Copy(usize, usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let at = 0..GOOD.len();
    prop_oneof![
        (at.clone(), 0..PIECES.len()).prop_map(|(at, piece)| Change::Insert(at, piece)),
        (at.clone(), 1..12usize).prop_map(|(at, length)| Change::Delete(at, length)),
        (at.clone(), 1..40usize, at).prop_map(|(from, length, to)| Change::Copy(from, length, to)),
    ]
}

fn changed(changes: &[Change]) -> String {
    let mut text = GOOD.to_owned();
    for change in changes {
        let spot = |at: usize| text.floor_char_boundary(at.min(text.len()));
        match *change {
            Change::Insert(at, piece) => text.insert_str(spot(at), PIECES[piece]),
            Change::Delete(at, length) => {
                let (from, to) = (spot(at), spot(at + length));
                text.replace_range(from..to, "");
            }
            Change::Copy(from, length, to) => {
                let piece = text[spot(from)..spot(from + length)].to_owned();
                text.insert_str(spot(to), &piece);
            }
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_mutation_is_read_or_refused_with_a_place(changes in prop::collection::vec(change(), 1..6)) {
        let text = changed(&changes);
        match read_ron::<Lesson>("f.ron", &text) {
            Ok((_, outline)) => prop_assert!(outline.locate("services[0].name").is_some()),
            Err(problems) => {
                prop_assert!(!problems.is_empty());
                for problem in &problems {
                    prop_assert!(problem.line > 0 && problem.column > 0);
                    prop_assert!(problem.line as usize <= text.lines().count() + 1);
                    prop_assert!(!problem.message.is_empty());
                    prop_assert!(!problem.rendered().contains("Zz_") && !problem.message.contains("stand-in"));
                }
            }
        }
    }

    #[test]
    fn what_the_parser_takes_is_never_refused_for_its_brackets(changes in prop::collection::vec(change(), 1..3)) {
        let text = changed(&changes);
        let taken = parse_options().from_str::<Lesson>(&text).is_ok();
        if let (true, Err(problems)) = (taken, read_ron::<Lesson>("f.ron", &text)) {
            let stricter = ["not-finite", "duplicate-key", "control-character", "too-large"];
            prop_assert!(problems.iter().all(|problem| stricter.contains(&problem.code)), "{problems:?}\n{text}");
        }
    }

    #[test]
    fn any_text_at_all_gets_an_answer(text in "\\PC{0,200}") {
        if let Err(problems) = read_ron::<Lesson>("f.ron", &text) {
            prop_assert!(problems.iter().all(|problem| problem.line > 0));
            prop_assert!(!problems.is_empty());
        }
    }
}
