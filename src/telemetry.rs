//! What can be seen of the world: scraped samples, windows over them, and alert rules.
//!
//! Pure functions of what was scraped, after Prometheus. Nothing here knows the truth, and nothing here draws.

mod alert;
mod burn;
mod problems;
mod quantile;
mod query;
mod rate;
mod rows;
mod store;
mod words;

pub use alert::{AlertRule, AlertState, Alerts, Condition, Urgency, Watch};
pub use burn::{burn_factor, seconds_to_detect, seconds_to_exhaust};
pub use query::{Metric, Query, Subject};
pub use store::{Row, Seen, SeriesId, Store};
