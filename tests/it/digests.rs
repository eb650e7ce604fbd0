//! The digests of five hundred runs, in `tests/digests.txt`. They change only with the version of the model (`sim::MODEL`): another digest of the
//! same texts under the same version is a mistake, or a change of the simulation that has to be said by raising it. `UPDATE=1` writes them anew
//! where that is so, and where an exercise has changed. `.ci/digests` runs all of them, on several numbers of threads.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rollout_lab::sim::MODEL;

use crate::lab::lab;

/// In a usual run of the tests every so many-th run is run.
const EVERY: usize = 16;

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/digests.txt")
}

/// What the program makes of every `every`-th line, on this many threads.
fn made(file: &Path, every: usize, threads: &str) -> (i32, String) {
    let file = file.display().to_string();
    let every = every.to_string();
    let call = lab(Path::new(".")).args(["soak", "--digests", &file, "--every", &every]);
    let answer = call.env("RAYON_NUM_THREADS", threads).answer();
    assert_ne!(answer.code, 2, "{}", answer.stderr);
    (answer.code, answer.stdout)
}

/// The runs of a file: the hash of the texts and the digest by the name; lines without a digest are left out.
fn runs(text: &str) -> BTreeMap<&str, (&str, &str)> {
    let parts = text.lines().filter_map(|line| line.split_once(" = "));
    parts.filter_map(|(name, rest)| Some((name, rest.split_once(' ')?))).collect()
}

/// Runs whose digest changed although neither their texts nor the version of the model did.
fn changed<'a>(before: &'a str, now: &str) -> Vec<&'a str> {
    if before.lines().next() != now.lines().next() {
        return Vec::new();
    }
    let now = runs(now);
    let is_other = |(name, (texts, digest)): (&'a str, (&str, &str))| {
        let (texts_now, digest_now) = now.get(name)?;
        (*texts_now == texts && *digest_now != digest).then_some(name)
    };
    runs(before).into_iter().filter_map(is_other).collect()
}

#[test]
fn digests_change_only_with_the_version_of_the_model() {
    let path = path();
    let before = fs::read_to_string(&path).unwrap();
    let is_update = std::env::var_os("UPDATE").is_some();
    let (code, now) = made(&path, if is_update { 1 } else { EVERY }, "2");
    let changed = changed(&before, &now);
    assert!(
        changed.is_empty(),
        "the simulation changed: {} of {} runs are others, such as {:?}; if that is meant, raise MODEL in src/sim.rs, now {MODEL}, say why, and use UPDATE=1",
        changed.len(),
        runs(&now).len(),
        changed.first()
    );
    if is_update {
        fs::write(&path, now).unwrap();
    } else {
        assert_eq!(code, 0, "MODEL was raised; UPDATE=1 writes the digests");
        let (kept, now) = (runs(&before), runs(&now));
        let old = now.iter().filter(|(name, now)| kept.get(*name).is_none_or(|kept| kept.0 != now.0)).count();
        assert!(
            4 * old <= now.len(),
            "{old} of {} exercises changed since; UPDATE=1 writes their digests",
            now.len()
        );
    }
}

#[test]
fn the_number_of_threads_changes_no_digest() {
    let path = path();
    let one = made(&path, 5 * EVERY, "1");
    assert_eq!(one, made(&path, 5 * EVERY, "16"));
}

#[test]
fn another_digest_of_the_same_texts_is_a_changed_simulation() {
    let before = "model 1\nrandom a = - 12\nshipped b 0 1 = abc 34\nrandom new\n";
    assert_eq!(changed(before, before), Vec::<&str>::new());
    assert_eq!(changed(before, &before.replace("- 12", "- 13")), ["random a"]);
    assert_eq!(changed(before, &before.replace("abc 34", "abc 35")), ["shipped b 0 1"]);
    assert_eq!(
        changed(before, &before.replace("abc 34", "abd 35")),
        Vec::<&str>::new(),
        "the exercise changed"
    );
    assert_eq!(
        changed(before, &before.replace("- 12", "- 13").replace("model 1", "model 2")),
        Vec::<&str>::new()
    );
}
