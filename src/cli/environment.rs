//! Environment variables by which a school's system tells what it knows.

use super::output::Trouble;
use crate::report::verdict::VerdictFormat;

/// The value of a variable that is set to something.
pub(super) fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name).and_then(|value| value.into_string().ok());
    value.filter(|value| !value.trim().is_empty())
}

/// Fails where a format needs variables that are not set: it is meant for the system that sets them.
///
/// # Errors
/// The variables that are missing, as a sentence.
pub(super) fn has_what_it_needs(format: &VerdictFormat) -> Result<(), Trouble> {
    let missing: Vec<&str> = format.needs.iter().copied().filter(|name| variable(name).is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Trouble::Said(format!(
        "--format {} needs the environment variable{} {}, which the system that it is written for sets",
        format.name,
        if missing.len() == 1 { "" } else { "s" },
        missing.join(", ")
    )))
}
