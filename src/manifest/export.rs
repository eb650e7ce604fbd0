//! Writes a plan as manifests, with a list of everything that the format cannot express.
//!
//! The text is read back at once, and every difference from the plan goes into the list. So the list is complete by
//! construction, also for fields that plans gain later.

pub(super) mod autoscaler;
pub(super) mod budget;
mod differences;
pub(super) mod name;
pub(super) mod pod;
pub(super) mod query;
pub(super) mod write;

use super::format::Format;
use super::{Table, import};
use crate::control::Plan;

pub use differences::differences;

/// A plan as manifests.
#[derive(Clone, Debug, PartialEq)]
pub struct Exported {
    /// The file.
    pub text: String,
    /// The fields that the format cannot express, one sentence each.
    pub unsaid: Vec<String>,
    /// What a cluster needs and a plan does not know, one sentence each: the placeholders to be replaced.
    pub fill_in: Vec<String>,
}

/// Writes `plan` in `format`.
///
/// # Errors
/// Why the format cannot express any of it, and which format can.
pub fn export(plan: &Plan, format: &Format) -> Result<Exported, String> {
    let mut unsaid = Vec::new();
    let text = (format.write)(plan, &mut unsaid)?;
    let fill_in = fill_in(plan, &text);
    let again = import("export", &text, &Table::default()).map_err(|problems| {
        let said = problems.first().map(|problem| problem.message.clone()).unwrap_or_default();
        format!("what would be written cannot be read again: {said}")
    })?;
    unsaid.extend(differences(plan, &again.plan));
    unsaid.extend(again.findings.into_iter().filter_map(|finding| {
        let refused = super::finding::says_refused(&finding.message);
        refused.then(|| format!("{}: {}", finding.path, finding.message))
    }));
    Ok(Exported { text, unsaid, fill_in })
}

/// The placeholders in a file.
fn fill_in(plan: &Plan, text: &str) -> Vec<String> {
    let all: [(&str, &str); 6] = [
        (pod::IMAGE, "the image is a placeholder; write yours"),
        (
            "activeService:",
            "activeService and previewService are placeholders; write the names of your two Services",
        ),
        (
            "canaryService:",
            "canaryService and stableService are placeholders; write the names of your two Services",
        ),
        (
            pod::ROUTER,
            "trafficRouting names no real router; write yours, such as `nginx` or `istio`, with its settings",
        ),
        (pod::PROMETHEUS, "the address of Prometheus and the labels `role` are placeholders; write yours"),
        (pod::APPROVAL, "the address of the approval gate is a placeholder; write yours"),
    ];
    let mut found: Vec<String> =
        all.iter().filter(|(sign, _)| text.contains(sign)).map(|(_, what)| (*what).to_owned()).collect();
    if text.contains("matchLabels:") {
        found.push(
            "the selector and the labels are made of the plan's name; write those of your Services"
                .to_owned(),
        );
    }
    for (left, what) in
        [(plan.probes.is_none(), "probes"), (plan.drain.is_none(), "grace period and preStop hook")]
    {
        if left && text.contains(pod::IMAGE) {
            found.push(format!("the plan leaves {what} to its scenario; write those of your containers"));
        }
    }
    found
}
