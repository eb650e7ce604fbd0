//! Conformance: what queueing theory and real systems answer, and what the simulation measures end to end.
//!
//! Cases come from the JSON files of the folder named by `CONFORMANCE_DIR`, else of `../shared/conformance`, and always
//! from the project's own share in `tests/conformance`. A line for each set says how many passed; a set or an operation
//! that nothing answers fails.
//!
//! A queueing case is built as an ordinary scenario and run; every quantity it states must lie in the 99 % confidence
//! interval of what was measured. All other sets are answered by the drivers in [`sets`].

mod fidelity;
mod judge;
mod measure;
mod model;
mod read;
mod run;
mod sets;
pub mod upstream;
mod worlds;

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use judge::Verdict;
use read::Set;
use sets::Score;

/// The project's own share, and the folder of all others if there is one.
fn folders() -> (PathBuf, Option<PathBuf>) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder =
        std::env::var_os("CONFORMANCE_DIR").map_or_else(|| here.join("../shared/conformance"), PathBuf::from);
    if !folder.is_dir() {
        println!("{} is missing: only the project's own share is proved", folder.display());
    }
    (here.join("tests/conformance"), Some(folder).filter(|folder| folder.is_dir()))
}

#[test]
fn every_queueing_case_lies_in_its_interval() {
    let (own, folder) = folders();
    let mut sets = read::own_share(&own);
    sets.extend(folder.iter().flat_map(|folder| read::shared(folder)));
    all_pass(&sets.iter().map(prove).collect::<Vec<_>>(), folder.is_some());
}

#[test]
fn every_other_set_is_answered_as_upstream_answers_it() {
    let (own, folder) = folders();
    let mut scores = Vec::new();
    let paths = read::files(&own).into_iter().chain(folder.iter().flat_map(|folder| read::files(folder)));
    for path in paths.filter(|path| is_set(path)) {
        match sets::read(&path) {
            Err(why) => scores.push(Score {
                name: why.clone(),
                passed: 0,
                total: 1,
                by_reference: 0,
                failures: vec![why],
            }),
            Ok(set) => {
                let score = sets::prove(&set);
                let origin = if path.starts_with(&own) { ", own share" } else { "" };
                println!("{}: {}/{} cases{origin}", score.name, score.passed, score.total);
                scores.push(score);
            }
        }
    }
    all_pass(&scores, folder.is_some());
}

/// Fails on any miss; then the table in `docs/fidelity.md` is checked or written.
fn all_pass(scores: &[Score], of_both_shares: bool) {
    let failures: Vec<&str> = scores.iter().flat_map(|score| &score.failures).map(String::as_str).collect();
    assert!(failures.is_empty(), "{} misses:\n{}", failures.len(), failures.join("\n"));
    fidelity::tell(scores, of_both_shares);
}

/// Whether a file holds cases that are not queueing's.
fn is_set(path: &Path) -> bool {
    let is_queueing = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("queueing"));
    !is_queueing && path.extension().is_some_and(|ending| ending == "json" || ending == "ron")
}

/// Judges all cases of a queueing set and prints how many passed.
fn prove(set: &Set) -> Score {
    let verdicts: Vec<(String, Result<Verdict, String>)> = set
        .cases
        .par_iter()
        .map(|case| {
            (case.name.clone(), case.parts.as_ref().map_err(Clone::clone).map(|parts| judge::judge(parts)))
        })
        .collect();
    let mut failures = Vec::new();
    let mut quantities = 0;
    for (name, verdict) in &verdicts {
        match verdict {
            Err(why) => failures.push(format!("{}: {name}: {why}", set.name)),
            Ok(verdict) => {
                quantities += verdict.lines.len();
                if std::env::var_os("VERBOSE").is_some() {
                    println!("  {name}\n    {}", verdict.lines.join("\n    "));
                }
                failures.extend(verdict.misses.iter().map(|miss| format!("{}: {name}: {miss}", set.name)));
            }
        }
    }
    let passed = verdicts.iter().filter(|(_, verdict)| verdict.as_ref().is_ok_and(Verdict::passed)).count();
    println!("{}: {passed}/{} cases, {quantities} quantities", set.name, verdicts.len());
    Score { name: set.name.clone(), passed, total: verdicts.len(), by_reference: 0, failures }
}

#[test]
fn an_unknown_group_or_quantity_is_refused() {
    let case = |group: &str, quantity: &str| {
        let text = format!(
            r#"{{"name": "n", "group": "{group}", "input": {{"model": "M/M/1", "lambda": 0.5, "mu": 1.0}},
               "expected": {{"{quantity}": 1.0}}}}"#
        );
        read::shared_case(&serde_json::from_str(&text).expect("valid JSON")).parts
    };
    assert!(case("mm1", "W").is_ok());
    assert!(case("mm7", "W").is_err_and(|why| why.contains("mm7")));
    assert!(case("mm1", "wibble").is_err_and(|why| why.contains("wibble")));
}

#[test]
fn a_wrong_expectation_is_found_out() {
    let text = |wait: f64| {
        format!(
            r#"{{"name": "n", "group": "mm1", "input": {{"model": "M/M/1", "lambda": 0.5, "mu": 1.0}},
               "expected": {{"Wq": {wait}}}}}"#
        )
    };
    let judged = |wait: f64| {
        let case: serde_json::Value = serde_json::from_str(&text(wait)).expect("valid JSON");
        judge::judge(&read::shared_case(&case).parts.expect("a known case")).passed()
    };
    assert!(judged(1.0));
    assert!(!judged(1.05));
    assert!(!judged(0.95));
}
