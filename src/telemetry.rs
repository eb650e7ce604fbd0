//! What can be seen of the world: scraped samples, windows over them, and alert rules.
//!
//! Pure functions of what was scraped, after Prometheus. Nothing here knows the truth, and nothing here draws.

mod alert;
mod query;
mod store;

pub use alert::{AlertRule, AlertState, Alerts, Condition, Urgency};
pub use query::{Metric, Query, Subject};
pub use store::{Row, SeriesId, Store};
