//! Gradebooks as CSV: all cells of all of them are written here.

use crate::report::escape::cell;

/// A cell.
pub(super) enum Cell {
    /// Text of anybody.
    Text(String),
    /// A number of points, with at most two digits after the point.
    Points(f64),
    /// Nothing.
    Empty,
}

impl Cell {
    /// Text.
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// Points, or nothing where there are none.
    pub fn points(points: Option<f64>) -> Self {
        points.map_or(Self::Empty, Self::Points)
    }
}

/// Rows of cells as CSV, with the head as it is.
pub(super) fn sheet(head: &[&str], rows: impl Iterator<Item = Vec<Cell>>) -> String {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let mut write = |cells: Vec<String>| writer.write_record(cells).expect("CSV is written to memory");
    write(head.iter().map(|title| (*title).to_owned()).collect());
    for row in rows {
        let text = |written: Cell| match written {
            Cell::Text(text) => cell(&text),
            Cell::Points(points) => points.to_string(),
            Cell::Empty => String::new(),
        };
        write(row.into_iter().map(text).collect());
    }
    let bytes = writer.into_inner().expect("CSV is written to memory");
    String::from_utf8(bytes).expect("all cells are text")
}
