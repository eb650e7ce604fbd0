//! Tables of text: columns as wide as their cells, the last one broken into lines where the page ends.

use super::style::{TextStyle, Tone, WIDTH, columns, padded, right, wrapped};

/// Where a column's cells stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// A table under construction. Cells may carry colours, except those of the last column when it is broken.
#[derive(Clone, Debug)]
pub struct Table {
    sides: Vec<Side>,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    indent: usize,
}

impl Table {
    /// A table with these columns; empty titles give no head line when all are.
    pub fn new(titles: &[(&str, Side)]) -> Self {
        Self {
            sides: titles.iter().map(|(_, side)| *side).collect(),
            head: titles.iter().map(|(title, _)| (*title).to_owned()).collect(),
            rows: Vec::new(),
            indent: 2,
        }
    }

    /// Adds a row with one cell for each column.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// The lines of the table.
    pub fn lines(&self, style: TextStyle) -> Vec<String> {
        let widths = self.widths();
        let mut lines = Vec::new();
        if self.head.iter().any(|title| !title.is_empty()) {
            let titles: Vec<String> = self.head.iter().map(|title| style.paint(Tone::Mute, title)).collect();
            lines.extend(self.row_lines(&titles, &widths));
        }
        for row in &self.rows {
            lines.extend(self.row_lines(row, &widths));
        }
        lines
    }

    fn widths(&self) -> Vec<usize> {
        let width = |index: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(index)).map(|cell| columns(cell));
            cells.chain([columns(&self.head[index])]).max().unwrap_or(0)
        };
        (0..self.sides.len()).map(width).collect()
    }

    fn row_lines(&self, cells: &[String], widths: &[usize]) -> Vec<String> {
        let mut line = " ".repeat(self.indent);
        let last = self.sides.len() - 1;
        for (index, cell) in cells.iter().enumerate().take(last) {
            let cell = match self.sides[index] {
                Side::Left => padded(cell, widths[index]),
                Side::Right => right(cell, widths[index]),
            };
            line.push_str(&cell);
            line.push_str("  ");
        }
        let Some(cell) = cells.get(last) else { return vec![line] };
        let start = columns(&line);
        let room = WIDTH.saturating_sub(start).max(20);
        if columns(cell) <= room {
            let cell = if self.sides[last] == Side::Right {
                right(cell, widths[last].min(room))
            } else {
                cell.clone()
            };
            return vec![line + &cell];
        }
        let mut parts = wrapped(cell, room).into_iter();
        let mut lines = vec![line + &parts.next().unwrap_or_default()];
        lines.extend(parts.map(|part| format!("{}{part}", " ".repeat(start))));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_the_last_one_breaks() {
        let mut table = Table::new(&[("name", Side::Left), ("n", Side::Right), ("what", Side::Left)]);
        table.row(["a", "1", "short"]);
        table.row(["long", "1,000", &"word ".repeat(25)]);
        let lines = table.lines(TextStyle::PLAIN);
        assert_eq!(lines[0], "  name      n  what");
        assert_eq!(lines[1], "  a         1  short");
        assert!(lines[2].starts_with("  long  1,000  word word"));
        assert!(lines[3].starts_with("               word"));
        assert!(lines.iter().all(|line| columns(line) <= WIDTH));
    }
}
