//! A workflow of GitHub Actions and what it runs, for the root of a student's repository.

use super::parcel::Parcel;
use crate::library::archive::Packed;

const WORKFLOW: &str = include_str!("../../../assets/package/github/rollout-lab.yml");
const GRADE: &str = include_str!("../../../assets/package/github/grade.sh");

pub(super) fn files(parcel: &Parcel) -> Vec<Packed> {
    let own = [
        Packed::text(".github/workflows/rollout-lab.yml", WORKFLOW),
        Packed::program(".rollout-lab/grade.sh", parcel.script(GRADE).as_bytes()),
        Packed::program(".rollout-lab/rollout-lab", &parcel.binary),
        Packed::text("plan.ron", &parcel.starter),
    ];
    own.into_iter().chain(parcel.exercise_in(".rollout-lab/")).collect()
}
