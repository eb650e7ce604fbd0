//! The name of the manifest of a plan.

use crate::control::Plan;

/// The name for a plan's manifest: the name in its title, or `rollout`.
pub(in crate::manifest) fn name_of(plan: &Plan) -> String {
    let last = plan.title.rsplit(' ').next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_name = !last.is_empty()
        && last.len() <= 50
        && last.chars().all(plain)
        && !last.starts_with('-')
        && !last.ends_with('-');
    if is_name && plan.title.split(' ').count() == 2 { last.to_owned() } else { "rollout".to_owned() }
}
