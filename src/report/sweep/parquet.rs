//! The runs of a sweep as a file of Apache Parquet, each column with its type: for data frames and data bases.

use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::Compression;
use ::parquet::file::properties::WriterProperties;
use arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::record_batch::RecordBatch;

use super::{COLUMNS, Column, ERROR, Of, POINT, SweepRow};
use crate::exercise::ENGINE_VERSION;
use crate::exercise::sweep::{Axis, Kind};

/// The rows as a file: the columns of [`csv`](super::csv), in the same order. An axis whose values are all whole numbers is a column of
/// such, and likewise of numbers; the others are text. Cells that are empty in CSV are null. Equal rows give equal bytes.
///
/// # Errors
/// What the library says, as a sentence.
pub fn parquet(axes: &[Axis], rows: &[SweepRow]) -> Result<Vec<u8>, String> {
    write(axes, rows).map_err(|error| format!("the rows cannot be written as Parquet: {error}"))
}

fn write(axes: &[Axis], rows: &[SweepRow]) -> ::parquet::errors::Result<Vec<u8>> {
    let (fields, columns): (Vec<Field>, Vec<ArrayRef>) = columns(axes, rows).into_iter().unzip();
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(format!("rollout-lab {ENGINE_VERSION}"))
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties))?;
    writer.write(&batch)?;
    writer.into_inner()
}

/// All columns: what each is called and of which type, and its cells.
fn columns(axes: &[Axis], rows: &[SweepRow]) -> Vec<(Field, ArrayRef)> {
    let points = UInt64Array::from_iter_values(rows.iter().map(|row| row.point as u64));
    let mut all = vec![column(POINT, false, Arc::new(points))];
    for (place, axis) in axes.iter().enumerate() {
        let values = rows.iter().map(|row| row.values[place].as_str());
        let cells: ArrayRef = match axis.values.kind() {
            Kind::Whole => Arc::new(values.map(|value| value.parse::<i64>().ok()).collect::<Int64Array>()),
            Kind::Number => Arc::new(values.map(|value| value.parse::<f64>().ok()).collect::<Float64Array>()),
            Kind::Text => Arc::new(StringArray::from_iter_values(values)),
        };
        all.push(column(&axis.name, false, cells));
    }
    let runs = || rows.iter().map(|row| row.run.as_ref().ok());
    for Column { name, cell } in &COLUMNS {
        let cells: ArrayRef = match cell {
            Of::Count(of) => Arc::new(runs().map(|run| run.map(of)).collect::<UInt64Array>()),
            Of::Number(of) => Arc::new(runs().map(|run| run.and_then(of)).collect::<Float64Array>()),
            Of::Text(of) => Arc::new(runs().map(|run| run.map(of)).collect::<StringArray>()),
        };
        all.push(column(name, true, cells));
    }
    let errors: StringArray = rows.iter().map(|row| row.run.as_ref().err()).collect();
    all.push(column(ERROR, true, Arc::new(errors)));
    all
}

fn column(name: &str, may_be_null: bool, cells: ArrayRef) -> (Field, ArrayRef) {
    let kind: DataType = cells.data_type().clone();
    (Field::new(name, kind, may_be_null), cells)
}
