//! The lab's own CSV, with all columns of `class`.

use super::format::{Form, VerdictFormat};
use crate::report::class::csv;

/// The format `csv`.
pub(super) const FORMAT: VerdictFormat = VerdictFormat {
    name: "csv",
    about: "CSV with a column for each criterion, as `class` writes it",
    ending: "csv",
    omits: "what was measured and what was wanted; the runs",
    needs: &[],
    form: Form::Book(|class, _| csv(class)),
};
