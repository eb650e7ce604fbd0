//! The templates, metrics and names outside a Rollout that its parts refer to.

use std::cell::RefCell;

use crate::control::{Check, NamedCheck};
use crate::manifest::parts::{Document, Templates};
use crate::manifest::promql::Names;
use crate::manifest::table::Table;

/// The templates, metrics and service names that the parts of a Rollout refer to.
pub(in crate::manifest) struct Around<'t, 'a> {
    pub templates: &'t Templates<'a>,
    pub table: &'t Table,
    pub names: Names,
    /// The names once the services have been switched.
    pub switched: Names,
    /// The Rollout itself.
    pub document: &'t Document<'a>,
    /// The metrics of templates that were used so far, which the plan has by their names.
    pub named: NamedMetrics,
}

/// Metrics of templates as checks of the plan, each with the names of its template and of itself there.
#[derive(Debug, Default)]
pub(in crate::manifest) struct NamedMetrics(RefCell<Vec<(String, String, Check)>>);

impl NamedMetrics {
    /// The use of a template's metric that gives `wanted`; at its first use the metric becomes `own`, a check of the plan. None
    /// where no use can give it.
    pub fn used(&self, template: &str, own: Check, wanted: &Check) -> Option<NamedCheck> {
        let mut known = self.0.borrow_mut();
        let metric = own.name.clone();
        let is_this = |of: &(String, String, Check)| (&*of.0, &of.1) == (template, &metric);
        if let Some((.., own)) = known.iter().find(|of| is_this(of)) {
            return NamedCheck::between(own, wanted);
        }
        let mut own = own;
        while known.iter().any(|(.., other)| other.name == own.name) {
            own.name = format!("{template}-{}", own.name);
        }
        let used = NamedCheck::between(&own, wanted)?;
        known.push((template.to_owned(), metric, own));
        Some(used)
    }

    /// The checks of the plan so far.
    pub fn checks(&self) -> Vec<Check> {
        self.0.borrow().iter().map(|(.., check)| check.clone()).collect()
    }

    /// The checks of the plan, in the order of their first use.
    pub fn into_checks(self) -> Vec<Check> {
        self.0.into_inner().into_iter().map(|(.., check)| check).collect()
    }
}
