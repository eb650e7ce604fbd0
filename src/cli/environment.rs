//! Environment variables by which a school's system tells what it knows.

/// The value of a variable that is set to something.
pub(super) fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name).and_then(|value| value.into_string().ok());
    value.filter(|value| !value.trim().is_empty())
}
