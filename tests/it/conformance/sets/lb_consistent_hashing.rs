//! Consistent hashing: Maglev tables, jump hash, and how few keys must move.

use rollout_lab::sim::dataplane::ring::maglev_table;
use serde_json::{Value, json};

use super::super::upstream::hashing::{extra_moves, jump_hash, least_moved, owned, permutation};
use super::lb_weighted_round_robin::count;
use super::{Case, number, same};

/// Keys that are hashed to see how many move.
const KEYS: u32 = 20_000;

pub fn drive(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let small = |name: &str| count(&input[name]) as u32;
    match case.op() {
        "maglev_table" => maglev(case),
        "jump_hash" => {
            let key = input["key"].as_str().and_then(|key| key.parse().ok()).or(input["key"].as_u64());
            let bucket = jump_hash(key.ok_or("no key")?, small("buckets"));
            same(&case.expected, &json!({ "bucket": bucket }), 0.0)
        }
        "disruption_bound" => disruption(case, small("nodes_before"), small("nodes_after")),
        _ => case.unknown(),
    }
}

fn maglev(case: &Case) -> Result<(), String> {
    let size = count(&case.input["table_size"]) as u32;
    let pairs = case.input["offset_skip"].as_array().ok_or("no offset_skip")?;
    let pairs: Vec<(u32, u32)> =
        pairs.iter().map(|pair| (count(&pair[0]) as u32, count(&pair[1]) as u32)).collect();
    let alive: Vec<u32> =
        case.input["alive"].as_array().into_iter().flatten().map(|backend| count(backend) as u32).collect();
    let table = maglev_table(size, &pairs, &alive);
    let counts = owned(&table, pairs.len());
    let taking_part = || alive.iter().map(|backend| counts[*backend as usize]);
    let spread = taking_part().max().unwrap_or(0) - taking_part().min().unwrap_or(0);
    let permutations: Vec<Vec<u32>> =
        pairs.iter().map(|(offset, skip)| permutation(*offset, *skip, size).collect()).collect();
    let mut got = json!({
        "table": table, "counts": counts, "max_minus_min": spread, "permutations": permutations,
    });
    if let Some(removed) = case.input["then_remove"].as_u64() {
        let removed = removed as u32;
        let rest: Vec<u32> = alive.iter().copied().filter(|backend| *backend != removed).collect();
        let after = maglev_table(size, &pairs, &rest);
        got["owned_by_removed"] = counts[removed as usize].into();
        got["extra_moves_when_removing"] = extra_moves(&table, &after, removed).into();
    }
    // The one that is missing has been removed from the table of all.
    let missing = (0..pairs.len() as u32).find(|backend| !alive.contains(backend));
    if let Some(removed) = missing {
        let all: Vec<u32> = (0..pairs.len() as u32).collect();
        let before = maglev_table(size, &pairs, &all);
        got["slots_changed_not_owned_by_removed"] = extra_moves(&before, &table, removed).into();
    }
    same(&case.expected, &got, 0.0)
}

fn disruption(case: &Case, before: u32, after: u32) -> Result<(), String> {
    let moves = (0..KEYS).map(|key| (jump_hash(u64::from(key), before), jump_hash(u64::from(key), after)));
    let moved: Vec<(u32, u32)> = moves.filter(|(old, new)| old != new).collect();
    let only_new = moved.iter().all(|(old, new)| *new >= before || *old >= after);
    let bound = least_moved(before, after);
    let got = json!({ "expected_fraction_moved": bound, "keys_that_move_go_only_to_new_nodes": only_new });
    let share = moved.len() as f64 / f64::from(KEYS);
    let four_errors = 4.0 * (bound * (1.0 - bound) / f64::from(KEYS)).sqrt();
    if (share - bound).abs() > four_errors {
        return Err(format!("{share} of the keys moved, expected {bound} to within {four_errors}"));
    }
    let mut exact = case.expected.clone();
    if let Some(measured) = take(&mut exact, "jump_hash_measured_20000_keys")
        && (share - measured).abs() > 2.0 * four_errors
    {
        return Err(format!("{share} of the keys moved, upstream {measured}"));
    }
    same(&exact, &got, 1e-9)
}

/// Takes a number out of what is expected.
fn take(expected: &mut Value, key: &str) -> Option<f64> {
    number(&expected.as_object_mut()?.remove(key)?)
}
