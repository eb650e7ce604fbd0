//! The templates, metrics and names outside a Rollout that its parts refer to.

use crate::manifest::parts::{Document, Templates};
use crate::manifest::promql::Names;
use crate::manifest::table::Table;

/// The templates, metrics and service names that the parts of a Rollout refer to.
pub(in crate::manifest) struct Around<'t, 'a> {
    pub templates: &'t Templates<'a>,
    pub table: &'t Table,
    pub names: Names,
    pub document: &'t Document<'a>,
}

impl Around<'_, '_> {
    /// The same with other names.
    pub fn with(&self, names: Names) -> Self {
        Self { names, ..*self }
    }
}
