//! Mann-Whitney U against the numbers of scipy.

use rollout_lab::engine::stats::Alternative::{Greater, TwoSided};
use rollout_lab::engine::stats::mann_whitney::MannWhitney;
use serde_json::{Value, json};

use super::super::upstream::statistics::hodges_lehmann;
use super::{Case, numbers, same};

pub fn drive(case: &Case) -> Result<(), String> {
    if case.op() != "mann_whitney_u" {
        return case.unknown();
    }
    let (x, y) = (numbers(&case.input["x"]), numbers(&case.input["y"]));
    let test = MannWhitney::new(&x, &y);
    // The first is less where the second is greater.
    let swapped = MannWhitney::new(&y, &x);
    let mut got = json!({
        "ties": test.ties,
        "u_x": test.u_x,
        "u_y": test.u_y,
        "p_two_sided": test.p(TwoSided, 0.5),
        "p_x_greater": test.p(Greater, 0.5),
        "p_x_less": swapped.p(Greater, 0.5),
        "p_two_sided_no_continuity": test.p(TwoSided, 0.0),
        "cles_x_over_y": test.cles(),
        "hodges_lehmann": hodges_lehmann(&x, &y),
    });
    let exact = [
        ("p_two_sided_exact", test.p_exact(TwoSided)),
        ("p_x_greater_exact", test.p_exact(Greater)),
        ("p_x_less_exact", swapped.p_exact(Greater)),
    ];
    for (key, p) in exact {
        got[key] = p.map_or(Value::Null, Value::from);
    }
    same(&case.expected, &got, 1e-8)
}
