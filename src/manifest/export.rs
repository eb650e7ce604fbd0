//! Writes a plan as manifests, with a list of everything that the format cannot express.
//!
//! The text is read back at once, and every difference from the plan goes into the list. So the list is complete by
//! construction, also for fields that plans gain later.

pub(super) mod autoscaler;
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
}

/// Writes `plan` in `format`.
///
/// # Errors
/// Why the format cannot express any of it, and which format can.
pub fn export(plan: &Plan, format: &Format) -> Result<Exported, String> {
    let mut unsaid = Vec::new();
    let text = (format.write)(plan, &mut unsaid)?;
    let again = import("export", &text, &Table::default()).map_err(|problems| {
        let said = problems.first().map(|problem| problem.message.clone()).unwrap_or_default();
        format!("what would be written cannot be read again: {said}")
    })?;
    unsaid.extend(differences(plan, &again.plan));
    Ok(Exported { text, unsaid })
}
