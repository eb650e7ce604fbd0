//! Real manifests in and out: Kubernetes, Argo Rollouts, Flagger and Unleash files become plans, and plans become such files.
//!
//! A file is read into a [`tree`] in which every value knows its line. Reading marks the values that it uses; every value that
//! is left unmarked is listed, so nothing is dropped silently. Nothing here reads the disk, and nothing here judges a plan:
//! that is [`crate::control::Plan::problems`].
//!
//! A new format is a file beside these with its `FORMAT`, a file that writes it, and its two lines here.

pub mod argo;
pub mod condition;
pub mod cursor;
pub mod export;
mod fields;
pub mod finding;
pub mod flagger;
pub mod format;
mod header;
pub mod import;
pub mod kubernetes;
mod parts;
mod places;
mod plan_file;
pub mod pod;
pub mod promql;
pub mod quantity;
mod retries;
mod slo;
pub mod table;
pub mod template;
pub mod tree;
pub mod unleash;
mod zones;

pub use export::{Exported, differences, export};
pub use finding::{Finding, Kind};
pub use format::Format;
pub use import::{Imported, import};
pub use places::Places;
pub use plan_file::read_plan;
pub use table::Table;
pub use zones::Zones;

/// All formats, in the order in which people read of them.
pub const FORMATS: [&Format; 4] = [&argo::FORMAT, &flagger::FORMAT, &kubernetes::FORMAT, &unleash::FORMAT];
