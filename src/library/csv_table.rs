//! CSV files that people bring from spreadsheets and from schools' systems: which character parts their cells.

/// The characters that may part cells. A spreadsheet writes semicolons where the comma is the decimal sign, and Canvas reads both
/// (`lib/gradebook_importer.rb`).
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// A reader for `text`, set to the character that parts its titles, and the text without the mark of its byte order. That character is the
/// most frequent one in the first line outside of quotation marks, a comma where there is none.
pub(super) fn csv_table(text: &str) -> (csv::ReaderBuilder, &str) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let head = text.lines().next().unwrap_or_default();
    let outside: String = head.split('"').step_by(2).collect();
    let count = |separator: u8| outside.bytes().filter(|byte| *byte == separator).count();
    let mut separator = SEPARATORS[0];
    for other in &SEPARATORS[1..] {
        if count(*other) > count(separator) {
            separator = *other;
        }
    }
    let mut table = csv::ReaderBuilder::new();
    table.delimiter(separator);
    (table, text)
}
