//! A job summary of GitHub Actions, in its Markdown: for `$GITHUB_STEP_SUMMARY`.

use super::format::{Form, VerdictFormat};
use super::told::{above, score, told};
use crate::exercise::class::{Class, Row};
use crate::exercise::format::decimal;
use crate::report::escape::markdown;

/// The format `github`.
pub(super) const FORMAT: VerdictFormat = VerdictFormat {
    name: "github",
    about: "Markdown, for the job summary of GitHub Actions",
    ending: "md",
    omits: "the lesson's assessment criteria; the runs",
    needs: &[],
    form: Form::Each(|class, row, _| summary(class, row)),
};

fn summary(class: &Class, row: &Row) -> String {
    let mut lines = Vec::new();
    match &row.outcome {
        Ok(marks) => {
            lines.push(format!("## {}: {}", markdown(&class.title), score(marks)));
            lines.push(String::new());
            lines.extend(above(&class.exercise, marks).lines().skip(1).map(|line| markdown(line) + "  "));
            lines.push(String::new());
            lines.push("| | criterion | points | measured | wanted | |".to_owned());
            lines.push("|---|---|---|---|---|---|".to_owned());
            for mark in &marks.criteria {
                let lost = mark.lost() > 0.0;
                let cells = [
                    if lost { "✕" } else { "✓" }.to_owned(),
                    markdown(&mark.id),
                    format!("{} of {}", decimal(mark.points, 2), decimal(mark.max_points, 2)),
                    markdown(&format!("{}: {}", mark.title, mark.measured)),
                    markdown(&mark.wanted),
                    markdown(&if lost { told(mark).join(". ") } else { String::new() }),
                ];
                lines.push(format!("| {} |", cells.join(" | ")));
            }
        }
        Err(refusal) => {
            lines.push(format!("## {}: not graded", markdown(&class.title)));
            lines.push(String::new());
            lines.extend(refusal.problems.iter().map(|problem| format!("- {}", markdown(problem))));
        }
    }
    lines.join("\n") + "\n"
}
