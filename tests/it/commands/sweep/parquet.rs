//! `sweep --format parquet`, read again by the library: the columns of CSV with their types.

use std::fs::{self, File};
use std::path::Path;

use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use arrow::array::Array;
use arrow::datatypes::DataType;
use arrow::util::display::array_value_to_string;

use super::super::call;
use super::super::class_kept::class;
use super::{as_a_task, rows, spec, spec_with};

/// A file as it is read: what each column is called and of which type, and the rows, what is null as an empty text.
fn read(file: &Path) -> (Vec<(String, DataType)>, Vec<Vec<String>>) {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(file).unwrap()).unwrap();
    let fields = builder.schema().fields().iter();
    let head = fields.map(|field| (field.name().clone(), field.data_type().clone())).collect();
    let mut rows = Vec::new();
    for batch in builder.build().unwrap() {
        let batch = batch.unwrap();
        let cell = |column: &dyn Array, row| match column.is_null(row) {
            true => String::new(),
            false => array_value_to_string(column, row).unwrap(),
        };
        rows.extend(
            (0..batch.num_rows())
                .map(|row| batch.columns().iter().map(|column| cell(column, row)).collect::<Vec<String>>()),
        );
    }
    (head, rows)
}

const SHARES: &str = r#"(name: "share", plan: "strategy.steps[1].checks[0].pass", values: List(["8", "6.5"]), write: "AtMostBaseline(plus: \"{}%\")"),"#;

#[test]
fn parquet_has_the_columns_of_csv_with_their_types() {
    let folder = class();
    let here = folder.path();
    fs::write(here.join("grid.ron"), spec_with("Grid", SHARES)).unwrap();
    for _ in 0..2 {
        // An earlier result is replaced.
        let answer = call(here, "sweep grid.ron --format parquet --out rows.parquet");
        assert_eq!((answer.code, answer.stdout.as_str(), answer.stderr.as_str()), (0, "", ""));
    }
    let (head, found) = read(&here.join("rows.parquet"));
    let csv = call(here, "sweep grid.ron").stdout;
    let names: Vec<&str> = head.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.join(","), csv.lines().next().unwrap());
    for (name, kind) in &head {
        let expected = match name.as_str() {
            "first" | "rate" => DataType::Int64,
            "phase" | "error" => DataType::Utf8,
            "point" | "seed" | "users_harmed" | "users_helped" | "requests_failed" | "pages" => {
                DataType::UInt64
            }
            _ => DataType::Float64,
        };
        assert_eq!(*kind, expected, "{name}");
    }
    let expected = rows(&csv);
    assert_eq!(found.len(), expected.len());
    assert!(
        expected.iter().any(|row| row.last().unwrap().contains("900")),
        "a point that is refused has its reason"
    );
    for (found, expected) in found.iter().zip(&expected) {
        for ((found, expected), (name, kind)) in found.iter().zip(expected).zip(&head) {
            // The library writes 10 as 10.0.
            let is_same = match (kind, found.parse::<f64>(), expected.parse::<f64>()) {
                (DataType::Float64, Ok(found), Ok(expected)) => found.to_bits() == expected.to_bits(),
                _ => found == expected,
            };
            assert!(is_same, "{name}: {found} is not {expected}");
        }
    }
}

#[test]
fn each_part_is_a_file_with_the_same_columns() {
    let folder = class();
    let here = folder.path();
    fs::write(here.join("cube.ron"), spec("LatinHypercube(6)")).unwrap();
    assert_eq!(call(here, "sweep cube.ron --format parquet --out whole.parquet").code, 0);
    let (head, whole) = read(&here.join("whole.parquet"));
    let mut parts: Vec<Vec<String>> = Vec::new();
    for number in 0..7 {
        as_a_task(here, number, "--format parquet --out rows.parquet");
        // A part without a point, of which there is one among seven of six at least, has its columns all the same.
        let (its, rows) = read(&here.join(format!("rows-{}-of-7.parquet", number + 1)));
        assert_eq!(its, head);
        parts.extend(rows);
    }
    parts.sort_by_key(|row| row[0].parse::<u32>().unwrap());
    assert_eq!(parts, whole);
}

#[test]
fn parquet_needs_a_file_of_its_own() {
    let folder = class();
    let here = folder.path();
    fs::write(here.join("grid.ron"), spec("Grid")).unwrap();
    let answer = call(here, "sweep grid.ron --format parquet");
    assert!(answer.code == 2 && answer.stderr.contains("--out"), "{}", answer.stderr);
    let answer = call(here, "sweep grid.ron --format parquet --out grid.ron");
    assert!(answer.code == 2 && answer.stderr.contains(".parquet"), "{}", answer.stderr);
    assert_eq!(fs::read_to_string(here.join("grid.ron")).unwrap(), spec("Grid"));
}
