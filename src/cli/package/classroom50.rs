//! The folder of an autograder of Classroom 50, `CLASSROOM/autograders/ASSIGNMENT/` (github.com/foundation50/classroom50, wiki,
//! "Advanced Autograding"): `autograder.py`, and what it uses beside it.

use serde_json::json;

use super::parcel::Parcel;
use crate::library::archive::Packed;

const AUTOGRADER: &str = include_str!("../../../assets/package/classroom50/autograder.py");

pub(super) fn files(parcel: &Parcel) -> Vec<Packed> {
    // A text and a list of texts are written in JSON as in Python.
    let seeds = parcel.seeds.map_or_else(|| json!([]), |seeds| json!(["--seeds", seeds.to_string()]));
    let course = json!(parcel.course);
    let script = AUTOGRADER.replace("@SEEDS@", &seeds.to_string()).replace("@COURSE@", &course.to_string());
    let own =
        [Packed::program("autograder.py", script.as_bytes()), Packed::program("rollout-lab", &parcel.binary)];
    own.into_iter().chain(parcel.exercise_in("")).collect()
}
