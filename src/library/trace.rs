//! Traffic traces: CSV files with the request rate over time, `at_s,per_s`.

use csv::{ReaderBuilder, StringRecord, Trim};

use super::MAX_ITEMS;
use super::excerpt::shortened;
use super::problem::{Problem, Source};
use crate::engine::{Rate, Span};
use crate::scenario::Severity;

/// Reads `text`, the content of `file`: the header `at_s,per_s`, then rows of seconds since the start (from 0, each later
/// than the one before, at most 10 years) and requests per second (from 0 to a billion), at most 10 000 of them.
///
/// # Errors
/// The first thing wrong, with its line.
pub fn read_trace(file: &str, text: &str) -> Result<Vec<(Span, Rate)>, Problem> {
    let source = Source::new(file, text);
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    let mut rows: Vec<(Span, Rate)> = Vec::new();
    let mut has_header = false;
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let offset = error.position().map_or(0, |position| position.byte() as usize);
                return Err(wrong(
                    &source,
                    offset,
                    0,
                    "syntax",
                    "cannot be read as CSV; write rows such as 60,120",
                ));
            }
        };
        let offset = start_of(text, &record);
        if !has_header {
            check_header(&source, offset, &record)?;
            has_header = true;
            continue;
        }
        if rows.len() == MAX_ITEMS {
            let message = format!("more than {MAX_ITEMS} rows; leave some out");
            return Err(wrong(&source, offset, 0, "too-large", &message));
        }
        let row = read_row(&source, offset, &record)?;
        if let Some((before, _)) = rows.last()
            && row.0 <= *before
        {
            let message = format!(
                "at_s is {}, not later than the {} before it; put the rows in order of time",
                &record[0],
                before.as_secs_f64()
            );
            return Err(wrong(&source, offset, 0, "bad-value", &message));
        }
        rows.push(row);
    }
    if rows.is_empty() {
        let message = "the trace has no rows; write the header at_s,per_s and rows such as 60,120 below it";
        return Err(wrong(&source, text.len(), 0, "bad-value", message));
    }
    Ok(rows)
}

/// The reader gives where it began to look; blank lines may stand before the row itself.
fn start_of(text: &str, record: &StringRecord) -> usize {
    let from = record.position().map_or(0, |position| position.byte() as usize).min(text.len());
    from + text[from..].bytes().take_while(|b| matches!(b, b'\n' | b'\r')).count()
}

fn check_header(source: &Source, offset: usize, record: &StringRecord) -> Result<(), Problem> {
    if record.iter().map(|name| name.trim_start_matches('\u{feff}')).eq(["at_s", "per_s"]) {
        return Ok(());
    }
    let found: Vec<&str> = record.iter().collect();
    let found = found.join(",");
    let message = format!("found the header \"{}\"; write at_s,per_s", shortened(&found));
    Err(wrong(source, offset, 0, "unknown-field", &message))
}

fn read_row(source: &Source, offset: usize, record: &StringRecord) -> Result<(Span, Rate), Problem> {
    if record.len() != 2 {
        let message = format!("a row of {} values; write two, such as 60,120", record.len());
        return Err(wrong(source, offset, 0, "wrong-type", &message));
    }
    let number = |column: usize, name: &str, most: f64| {
        let text = &record[column];
        let value = text.parse::<f64>().ok().filter(|value| (0.0..=most).contains(value));
        value.ok_or_else(|| {
            let message = format!(
                "{name} is \"{}\"; write a number from 0 to {most}, such as 60 or 0.5",
                shortened(text)
            );
            wrong(source, offset, column, "bad-value", &message)
        })
    };
    let at = number(0, "at_s", 315_360_000.0)?;
    let rate = number(1, "per_s", 1e9)?;
    Ok((Span::from_secs_f64(at), Rate::per_second(rate)))
}

/// A problem with value `column` of the row that begins at `offset`.
fn wrong(source: &Source, offset: usize, column: usize, code: &'static str, message: &str) -> Problem {
    let row = source.text().get(offset..).unwrap_or("");
    let skipped: usize = row.split_inclusive(',').take(column).map(str::len).sum();
    let field = ["at_s", "per_s"].get(column).copied().unwrap_or("");
    source.problem(offset + skipped, field, code, message, Severity::Error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(text: &str) -> String {
        read_trace("t.csv", text).unwrap_err().to_string()
    }

    #[test]
    fn a_trace_is_read() {
        let rows = read_trace("t.csv", "at_s,per_s\n0,10\n\n 0.5 , 20.5\r\n60,0\n").unwrap();
        let expected = [(0, 10.0), (500, 20.5), (60_000, 0.0)];
        assert_eq!(rows, expected.map(|(ms, rate)| (Span::from_millis(ms), Rate::per_second(rate))));
    }

    #[test]
    fn a_wrong_trace_says_where() {
        let cases = [
            ("", "1:1: the trace has no rows; write the header at_s,per_s and rows such as 60,120 below it"),
            ("time,rate\n", "1:1: found the header \"time,rate\"; write at_s,per_s"),
            (
                "at_s,per_s\n0,1\n\n0,2\n",
                "4:1: at_s is 0, not later than the 0 before it; put the rows in order of time",
            ),
            (
                "at_s,per_s\n0,-1\n",
                "2:3: per_s is \"-1\"; write a number from 0 to 1000000000, such as 60 or 0.5",
            ),
            (
                "at_s,per_s\n0,NaN\n",
                "2:3: per_s is \"NaN\"; write a number from 0 to 1000000000, such as 60 or 0.5",
            ),
            (
                "at_s,per_s\ninf,1\n",
                "2:1: at_s is \"inf\"; write a number from 0 to 315360000, such as 60 or 0.5",
            ),
            ("at_s,per_s\n0,1\n5\n", "3:1: a row of 1 values; write two, such as 60,120"),
        ];
        for (text, expected) in cases {
            assert_eq!(complaint(text), format!("t.csv:{expected}"));
        }
        let many: String = (0..10_001).map(|second| format!("{second},1\n")).collect();
        assert_eq!(
            complaint(&format!("at_s,per_s\n{many}")),
            "t.csv:10002:1: more than 10000 rows; leave some out"
        );
    }
}
