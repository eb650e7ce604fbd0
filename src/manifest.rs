//! Real manifests in and out: Kubernetes, Argo Rollouts, Flagger and Unleash files become plans, and plans such files.
//!
//! A file is read into a [`tree`] in which every value knows its line. What makes the plan marks what it reads; whatever is
//! left unmarked at the end is listed, so that nothing is dropped silently. Nothing here reads the disk, and nothing here
//! judges a plan: that is [`crate::control::Plan::problems`].

pub mod argo;
pub mod autoscaler;
pub mod condition;
pub mod cursor;
pub mod deployment;
pub mod export;
pub mod finding;
pub mod flagger;
pub mod import;
mod plan_file;
pub mod pod;
pub mod promql;
pub mod quantity;
pub mod table;
pub mod template;
pub mod tree;
pub mod unleash;

pub use export::{Exported, Target, differences, export};
pub use finding::{Finding, Kind};
pub use import::{Imported, import};
pub use plan_file::read_plan;
pub use table::Table;
