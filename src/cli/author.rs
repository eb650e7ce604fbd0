//! What the window's author mode asks of the commands: what `check`, `calibrate`, `preview` and `check --prove` say, as values.

use crate::app::model::author::AuthorTools;
use crate::library::Problem;

use super::calibrate::Calibrate;
use super::check::{problems_of, proof_problems_of};
use super::output::{Output, Trouble};
use super::preview::Preview;
use crate::report::TextStyle;

/// The functions.
pub(super) const TOOLS: AuthorTools = AuthorTools { check, calibrate, preview, prove };

fn check(folder: &str) -> Vec<Problem> {
    problems_of(folder, Output { style: TextStyle::PLAIN })
}

fn calibrate(folder: &str) -> Result<String, String> {
    Calibrate::first_look(folder, Output { style: TextStyle::PLAIN }).map_err(said)
}

fn preview(folder: &str, case: &str) -> Result<String, String> {
    Preview::of_case(folder, case, TextStyle::PLAIN).map_err(said)
}

fn prove(folder: &str) -> Vec<Problem> {
    proof_problems_of(folder, Output { style: TextStyle::PLAIN })
}

/// Trouble as a text.
fn said(trouble: Trouble) -> String {
    match trouble {
        Trouble::Problems(problems) => {
            problems.iter().map(|problem| problem.rendered()).collect::<Vec<_>>().join("\n")
        }
        Trouble::Said(why) => why,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::app::tests::new_exercise::walked;
    use crate::library::disk::save_atomic;

    #[test]
    fn an_instructor_gets_from_nothing_to_all_but_the_proof_by_clicks_and_typing() {
        // A proof takes minutes: here it is only asked for.
        let prove = |folder: &str| {
            save_atomic(Path::new(&format!("{folder}/proof.ron")), b"()").expect("it can be written");
            Vec::new()
        };
        let interactions = walked(AuthorTools { prove, ..TOOLS });
        assert_eq!(interactions, [16, 18]);
    }

    #[test]
    fn the_checker_and_the_preview_answer_for_a_folder() {
        let missing = "no-such-folder";
        let problems = (TOOLS.check)(missing);
        assert!(problems.iter().any(|problem| problem.file.contains(missing)), "{problems:?}");
        assert!((TOOLS.prove)(missing).iter().any(|problem| problem.file.contains(missing)));
        assert!((TOOLS.preview)(missing, "sound").is_err() && (TOOLS.calibrate)(missing).is_err());
        let page = (TOOLS.preview)("all-at-once", "errors").unwrap();
        assert!(page.starts_with("What is wrong: "), "{page}");
    }
}
