//! The grades of a class as a table, as CSV for a gradebook and as JSON. A new format is a file beside these, and its two lines here.

mod csv;
mod format;
mod json;
mod jsonl;
#[cfg(test)]
mod sample;
pub mod staff;
mod text;

pub use csv::csv;
pub use format::ClassFormat;
pub use text::text;

/// All formats of classes; the first is the default.
pub const FORMATS: [ClassFormat; 4] = [text::FORMAT, json::FORMAT, jsonl::FORMAT, csv::FORMAT];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::sample::class;
    use super::*;
    use crate::exercise::Total;
    use crate::exercise::class::Marks;
    use crate::report::TextStyle;
    use crate::report::verdict::sample;

    #[test]
    fn every_format_has_a_name_of_its_own_and_tells_every_student() {
        let names: BTreeSet<&str> = FORMATS.iter().map(|format| format.name).collect();
        assert_eq!(names.len(), FORMATS.len());
        for format in FORMATS {
            let written = (format.write)(&class(), TextStyle::PLAIN);
            for part in ["ada", "eva", "cmd()", "91"] {
                assert!(written.contains(part), "{}: {part}: {written}", format.name);
            }
            assert!(!format.about.is_empty() && written.ends_with('\n'), "{}", format.name);
        }
    }

    #[test]
    fn marks_are_the_same_after_writing_and_reading() {
        for verdict in [sample::verdict(), sample::gated()] {
            let marks = Marks::of(&verdict);
            let text = serde_json::to_string(&marks).unwrap();
            assert_eq!(serde_json::from_str::<Marks>(&text).unwrap(), marks);
            let points =
                |totals: Vec<Total>| -> Vec<f64> { totals.iter().map(|total| total.points).collect() };
            assert_eq!(points(marks.by_category()), points(verdict.by_category()));
            assert_eq!(points(marks.by_standard()), points(verdict.by_standard()));
        }
    }
}
