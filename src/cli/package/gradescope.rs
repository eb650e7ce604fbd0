//! The autograder of Gradescope: `setup.sh` and `run_autograder` at the root of the zip file, and what they use beside them
//! (gradescope-autograders.readthedocs.io, "Autograder Specifications").

use super::parcel::Parcel;
use crate::library::archive::Packed;

const SETUP: &str = include_str!("../../../assets/package/gradescope/setup.sh");
const RUN: &str = include_str!("../../../assets/package/gradescope/run_autograder");

pub(super) fn files(parcel: &Parcel) -> Vec<Packed> {
    let own = [
        Packed::program("setup.sh", SETUP.as_bytes()),
        Packed::program("run_autograder", parcel.script(RUN).as_bytes()),
        Packed::program("rollout-lab", &parcel.binary),
    ];
    own.into_iter().chain(parcel.exercise_in("")).collect()
}
