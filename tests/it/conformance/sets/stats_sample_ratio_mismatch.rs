//! Chi-square goodness of fit against the numbers of scipy.

use rollout_lab::engine::stats::chi_square::goodness_of_fit;
use serde_json::json;

use super::{Case, numbers, same};

pub fn drive(case: &Case) -> Result<(), String> {
    if case.op() != "chi_square_gof" {
        return case.unknown();
    }
    let fit = goodness_of_fit(&numbers(&case.input["observed"]), &numbers(&case.input["weights"]))
        .ok_or("cannot be compared")?;
    let got = json!({"chi2": fit.chi2, "df": fit.df, "p": fit.p, "mismatch_at_0.001": fit.p < 0.001});
    same(&case.expected, &got, 1e-8)
}
