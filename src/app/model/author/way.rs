//! Where a line of the checklist leads: the file, the field or the line that it speaks of.

use crate::app::model::author::Author;
use crate::exercise::prove::PROOF_FILE;
use crate::library::Problem;

/// Where to mend what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// A field of the exercise, by its path.
    Field(String),
    /// A line and a column of a file, both from 1; the beginning of a file that is as a whole not as it should be.
    Place(String, u32, u32),
    /// The button that makes the proof.
    Proof,
    /// The name of a wrong plan that is to come.
    WrongPlan,
}

impl Author {
    /// Where a problem leads.
    pub fn way(&self, problem: &Problem) -> Way {
        let file = problem.file.rsplit(['/', '\\']).next().unwrap_or_default();
        let place = || Way::Place(file.to_owned(), problem.line.max(1), problem.column.max(1));
        if file == PROOF_FILE {
            return Way::Proof;
        }
        let is_needed = matches!(file, "brief.md" | "starter.ron" | "solution.ron");
        let known = self.files.iter().find(|known| known.name == file);
        let Some(known) = known else {
            // A file that is missing is begun; one elsewhere is a scenario that the exercise names.
            return if is_needed { place() } else { Way::Field("scenario".to_owned()) };
        };
        if file != "exercise.ron" {
            return place();
        }
        match (problem.field.as_str(), problem.code) {
            ("", "no-wrong-solution") => Way::WrongPlan,
            // What passes and should not, and the other way round, is for the rubric to tell apart.
            ("", _) if problem.line == 0 => Way::Field("rubric".to_owned()),
            _ if known.outline.is_err() => place(),
            ("", code) if is_of_plans(code) => Way::Field("rubric".to_owned()),
            ("", _) => place(),
            (field, _) => Way::Field(field.to_owned()),
        }
    }
}

/// Whether a problem of this code is that a plan passes or fails and should not.
fn is_of_plans(code: &str) -> bool {
    code.ends_with("-passes") || matches!(code, "solution-fails" | "beats-solution" | "passes-without-lesson")
}
