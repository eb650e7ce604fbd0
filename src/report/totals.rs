//! Points by the lesson's categories and assessment criteria, as a section of a page of text.

use crate::exercise::Total;
use crate::exercise::format::decimal;

use super::style::TextStyle;
use super::table::{Side, Table};

/// The lines of a section with one row for each of `totals`, after an empty line and `heading`; no lines without a total.
pub(super) fn section(heading: &str, totals: &[Total], style: TextStyle) -> Vec<String> {
    if totals.is_empty() {
        return Vec::new();
    }
    let mut table = Table::new(&[("", Side::Left), ("", Side::Right), ("", Side::Left)]);
    for total in totals {
        let most = format!("of {}", decimal(total.max_points, 2));
        table.row([total.title.to_owned(), decimal(total.points, 2), most]);
    }
    let mut lines = vec![String::new(), style.heading(heading)];
    lines.extend(table.lines(style));
    lines
}
