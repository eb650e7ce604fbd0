//! Monitoring: scrapes, what instances and experiments count, and the status of a rollout's checks.

mod check_status;
mod exposures;
mod instance_metrics;
mod part_metrics;
mod scraper;
mod series;

pub use check_status::{CheckProgress, CheckState, CheckStatus, TriggerState};

pub(super) use scraper::Scraper;
