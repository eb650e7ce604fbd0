//! Two proportions against the numbers of scipy and published tables.

use rollout_lab::engine::stats::fisher::fisher;
use rollout_lab::engine::stats::proportions::{TwoProportions, wilson};
use serde_json::json;

use super::super::upstream::statistics;
use super::{Case, same};

pub fn drive(case: &Case) -> Result<(), String> {
    if case.op() != "two_proportions" {
        return case.unknown();
    }
    let count = |key: &str| case.input[key].as_u64().ok_or_else(|| format!("{key} is no count"));
    let seen = TwoProportions {
        of_first: count("successes1")?,
        n_first: count("n1")?,
        of_second: count("successes2")?,
        n_second: count("n2")?,
    };
    let exact = fisher(seen.of_first, seen.n_first, seen.of_second, seen.n_second);
    let mut got = json!({
        "p1": seen.first(),
        "p2": seen.second(),
        "z_pooled": seen.z_pooled(),
        "z_p_two_sided": statistics::p_two_sided(&seen),
        "z_p_first_greater": seen.p_first_greater(),
        "diff": seen.difference(),
        "wald_ci95": statistics::wald(&seen, 0.95),
        "fisher_p_two_sided": exact.two_sided,
        "fisher_p_first_greater": exact.first_greater,
        "fisher_p_first_less": exact.first_less,
        "wilson1_ci95": wilson(seen.of_first, seen.n_first, 0.95),
        "wilson2_ci95": wilson(seen.of_second, seen.n_second, 0.95),
    });
    for (key, p_key, yates) in [("chi2", "chi2_p", false), ("chi2_yates", "chi2_yates_p", true)] {
        if let Some((chi2, p)) = statistics::chi_square_of_table(&seen, yates) {
            got[key] = json!(chi2);
            got[p_key] = json!(p);
        }
    }
    same(&case.expected, &got, 1e-8)
}
