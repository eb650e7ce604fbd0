//! Tables of text, laid out by `comfy-table`: columns as wide as their cells, the last one wrapped where the page ends.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement};

use super::style::{TextStyle, Tone, WIDTH};

/// How a column's cells are aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// To the left: text.
    Left,
    /// To the right: numbers.
    Right,
}

/// A cell: its text, and the tone in which the whole text is painted.
#[derive(Clone, Debug)]
pub struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    /// `text` in the colour of `tone`.
    pub fn toned(tone: Tone, text: impl Into<String>) -> Self {
        Self { text: text.into(), tone }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::toned(Tone::Plain, text)
    }
}

/// A table that is filled row by row.
#[derive(Clone, Debug)]
pub struct Table {
    sides: Vec<Side>,
    rows: Vec<Vec<Cell>>,
}

/// Marks the first line of a row. It stands in the indent of two columns and never reaches the page.
const ROW: &str = ">";
/// Columns between two cells.
const GAP: u16 = 2;
/// The last column is at least this wide, even if the line then passes the page's width.
const LEAST_LAST: usize = 20;

impl Table {
    /// A table with these columns. It has a line of titles unless all titles are empty.
    pub fn new(titles: &[(&str, Side)]) -> Self {
        let head: Vec<Cell> = titles.iter().map(|(title, _)| Cell::toned(Tone::Mute, *title)).collect();
        let has_head = titles.iter().any(|(title, _)| !title.is_empty());
        Self {
            sides: titles.iter().map(|(_, side)| *side).collect(),
            rows: has_head.then_some(head).into_iter().collect(),
        }
    }

    /// Adds a row with one cell for each column.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl Into<Cell>>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// The lines of the table.
    pub fn lines(&self, style: TextStyle) -> Vec<String> {
        let mut rows = self.rows.iter();
        let mut lines = Vec::new();
        for line in self.laid_out().lines() {
            // The mark gives way to a space. A line without it continues the last cell of the row above.
            lines.push(match line.strip_prefix(ROW) {
                Some(rest) => painted(&format!(" {rest}"), rows.next().map_or(&[], Vec::as_slice), style),
                None => line,
            });
        }
        lines
    }

    /// The table without colours: they would count as text.
    fn laid_out(&self) -> comfy_table::Table {
        let mut table = comfy_table::Table::new();
        table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        for row in &self.rows {
            table.add_row([ROW].into_iter().chain(row.iter().map(|cell| cell.text.as_str())));
        }
        for (index, column) in table.column_iter_mut().enumerate() {
            let is_right = index > 0 && self.sides.get(index - 1) == Some(&Side::Right);
            column.set_cell_alignment(if is_right { CellAlignment::Right } else { CellAlignment::Left });
            column.set_padding((
                if index == 1 {
                    1
                } else if index == 0 {
                    0
                } else {
                    GAP
                },
                0,
            ));
            if index < self.sides.len() {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        let widths = table.column_max_content_widths();
        let before_last: usize = widths.iter().rev().skip(1).map(|width| usize::from(width + GAP)).sum();
        let width = WIDTH.max(before_last + LEAST_LAST);
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
        table
    }
}

/// `line` with the cells of `row` painted. They stand in it in their order with nothing but spaces between them; the last
/// one is found only when it is not wrapped.
fn painted(line: &str, row: &[Cell], style: TextStyle) -> String {
    let mut rest = line;
    let mut painted = String::new();
    for cell in row {
        if let Some((before, after)) = rest.split_once(&cell.text) {
            painted += before;
            painted += &style.paint(cell.tone, &cell.text);
            rest = after;
        }
    }
    painted + rest
}

#[cfg(test)]
mod tests {
    use super::super::style::columns;
    use super::*;

    #[test]
    fn columns_line_up_and_the_last_one_breaks() {
        let mut table = Table::new(&[("name", Side::Left), ("n", Side::Right), ("what", Side::Left)]);
        table.row(["a", "1", "short"]);
        table.row(["long", "1,000", &"word ".repeat(25)]);
        let lines = table.lines(TextStyle::PLAIN);
        assert_eq!(lines[0].trim_end(), "  name      n  what");
        assert_eq!(lines[1].trim_end(), "  a         1  short");
        assert!(lines[2].starts_with("  long  1,000  word word"), "{lines:?}");
        assert!(lines[3].starts_with("               word"), "{lines:?}");
        assert!(lines.iter().all(|line| columns(line) <= WIDTH), "{lines:?}");
    }

    #[test]
    fn a_cell_is_painted_where_it_stands() {
        let mut table = Table::new(&[("", Side::Left), ("", Side::Right), ("", Side::Left)]);
        table.row([Cell::from("x"), Cell::toned(Tone::Harm, "x"), Cell::toned(Tone::Good, "fine")]);
        let line = &table.lines(TextStyle::FULL)[0];
        let (harm, good) =
            (TextStyle::FULL.paint(Tone::Harm, "x"), TextStyle::FULL.paint(Tone::Good, "fine"));
        assert_eq!(line.trim_end(), format!("  x  {harm}  {good}"));
    }

    #[test]
    fn wide_characters_take_two_columns() {
        let mut table = Table::new(&[("name", Side::Left), ("n", Side::Right)]);
        for name in ["王小明", "👩‍🔬 Ada", "Zoë", "x"] {
            table.row([name, "1"]);
        }
        for line in table.lines(TextStyle::PLAIN) {
            assert_eq!(columns(line.trim_end()), 11, "{line}");
        }
    }
}
