//! Telemetry: scraped samples, windows over them, and alert rules.
//!
//! Pure functions of what was scraped, after Prometheus. Nothing here knows the truth, and nothing here draws.

mod alert;
mod burn;
mod burn_alerts;
mod exposures;
mod notify;
mod problems;
mod quantile;
mod query;
mod rate;
mod rows;
mod store;
mod windows;
mod words;

pub use alert::{AlertRule, AlertState, Alerts, Condition, Urgency, Watch};
pub use burn::{budget_spent, burn_factor};
pub use burn_alerts::{BurnAlerts, BurnRows};
pub use exposures::Exposures;
pub use notify::{Flush, Inhibition, Label, Notice, Notifications, Notifier};
pub use query::{Metric, Part, Query, Subject};
pub use rate::{Sample, Stretch, increase};
pub use store::{Row, Seen, SeriesId, Store};
pub use windows::{BurnRow, PyrraRow, pyrra_rows, workbook_rows};
