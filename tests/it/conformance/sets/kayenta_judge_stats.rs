//! Descriptive statistics against Kayenta's own test cases.

use rollout_lab::engine::stats::describe;
use serde_json::json;

use super::super::upstream::statistics;
use super::{Case, expect, numbers, same};

pub fn drive(case: &Case) -> Result<(), String> {
    let data = numbers(&case.input["data"]);
    let number = |key: &str| case.input[key].as_f64().unwrap_or_default();
    let pair = || (numbers(&case.input["experiment"]), numbers(&case.input["control"]));
    let value = |got: f64| {
        let got = if got.is_nan() { json!("NaN") } else { json!(got) };
        expect(case, "value", &got, 1e-9)
    };
    match case.op() {
        "percentile_linear" => value(describe::percentile(&data, number("p"))),
        "summary" => {
            let seen = statistics::summary(&data);
            let got = json!({
                "min": seen.min, "max": seen.max, "mean": seen.mean, "std": seen.std, "count": seen.count,
            });
            same(&case.expected, &got, 1e-9)
        }
        "mean_ratio" => value(describe::mean_ratio(&pair().0, &pair().1)),
        "cles" => value(describe::cles(&pair().0, &pair().1)),
        "cohens_d" => value(statistics::cohens_d(&pair().0, &pair().1)),
        "ksigma_outliers" => {
            expect(case, "outlier", &json!(statistics::ksigma_outliers(&data, number("k"))), 0.0)
        }
        "iqr_outliers" => {
            expect(case, "outlier", &json!(describe::iqr_outliers(&data, number("factor"))), 0.0)
        }
        _ => case.unknown(),
    }
}
