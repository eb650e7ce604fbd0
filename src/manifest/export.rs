//! A plan written back as manifests, with everything that the format cannot say.
//!
//! What is written is read again at once, and whatever differs from the plan is listed: so the list is whole by
//! construction, also for what a plan learns to say later.

mod argo;
mod autoscaler;
mod differences;
mod flagger;
mod kubernetes;
mod query;
mod unleash;
mod write;

use crate::control::Plan;
use crate::manifest::{Table, import};

pub use differences::differences;

/// A format that plans are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A Rollout and its AnalysisTemplates.
    Argo,
    /// A Canary and its MetricTemplates.
    Flagger,
    /// A Deployment.
    Kubernetes,
    /// Feature flags as Unleash hands them to its clients.
    Unleash,
}

/// A plan as manifests.
#[derive(Clone, Debug, PartialEq)]
pub struct Exported {
    /// The file.
    pub text: String,
    /// What it cannot say, one sentence each.
    pub unsaid: Vec<String>,
}

/// Writes `plan` for `target`.
///
/// # Errors
/// Why nothing of it can be said there, and what can.
pub fn export(plan: &Plan, target: Target) -> Result<Exported, String> {
    let mut unsaid = Vec::new();
    let text = match target {
        Target::Argo => argo::export(plan, &mut unsaid)?,
        Target::Kubernetes => kubernetes::export(plan)?,
        Target::Unleash => unleash::export(plan)?,
        Target::Flagger => flagger::export(plan, &mut unsaid)?,
    };
    let again = import("export", &text, &Table::default()).map_err(|problems| {
        let said = problems.first().map(|problem| problem.message.clone()).unwrap_or_default();
        format!("what would be written cannot be read again: {said}")
    })?;
    unsaid.extend(differences(plan, &again.plan));
    Ok(Exported { text, unsaid })
}

/// The name for a plan's manifest: what its title names, or `rollout`.
fn name_of(plan: &Plan) -> String {
    let last = plan.title.rsplit(' ').next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_name = !last.is_empty() && last.len() <= 50 && last.chars().all(plain) && !last.starts_with('-');
    if is_name && plan.title.split(' ').count() == 2 { last.to_owned() } else { "rollout".to_owned() }
}
