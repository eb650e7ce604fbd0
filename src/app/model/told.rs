//! What is wrong with files and plans, as the window tells it.

use crate::app::texts::{t, translated};
use crate::library::Problem;
use crate::scenario::Issue;

/// A problem with a file as the window tells it: its place, what is wrong in the language that is spoken, and the line. What the language
/// has no words for stays English.
pub(in crate::app) fn told(problem: &Problem) -> String {
    in_language(problem).rendered()
}

/// The same without the line.
pub(in crate::app) fn told_in_a_line(problem: &Problem) -> String {
    in_language(problem).to_string()
}

fn in_language(problem: &Problem) -> Problem {
    Problem { message: translated(&problem.message).into_owned(), ..problem.clone() }
}

/// Problems, one after the other.
pub(in crate::app) fn all_told(problems: &[Problem]) -> String {
    if problems.is_empty() {
        return t("files.no_reason").to_owned();
    }
    problems.iter().map(told).collect::<Vec<_>>().join("\n")
}

/// What is wrong with a plan or with what was done by hand, a line each.
pub(in crate::app) fn issues_told(issues: &[Issue]) -> String {
    let told = |issue: &Issue| match issue.path.as_str() {
        "" => translated(&issue.message).into_owned(),
        path => format!("{path}: {}", translated(&issue.message)),
    };
    issues.iter().map(told).collect::<Vec<_>>().join("\n")
}
