//! Welch's t-test against the numbers of scipy and R.

use rollout_lab::engine::stats::welch::welch;
use serde_json::json;

use super::super::upstream::statistics::{welch_interval, welch_two_sided};
use super::{Case, numbers, same};

pub fn drive(case: &Case) -> Result<(), String> {
    if case.op() != "welch_t" {
        return case.unknown();
    }
    let test = welch(&numbers(&case.input["x"]), &numbers(&case.input["y"])).ok_or("too few values")?;
    let got = json!({
        "t": test.t,
        "df": test.df,
        "p_two_sided": welch_two_sided(&test),
        "p_x_greater": test.p_greater(),
        "mean_diff": test.mean_diff,
        "ci95": welch_interval(&test, 0.95),
    });
    same(&case.expected, &got, 1e-8)
}
