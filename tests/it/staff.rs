//! What course staff do: results in the form that a school's system takes, packages for its autograders.

mod classes;
mod contracts;
mod corpus;
mod courses;
mod documents;
mod hostile;
mod packages;

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The project's own folder.
fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Fails unless `value` is as the contract `name` in `tests/contracts/schemas` says.
fn keeps(name: &str, value: &Value) {
    let path = here().join(format!("tests/contracts/schemas/{name}.json"));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{name}: {errors:?} in {value:#}");
}

/// A plan that fails, one that passes, and a file that is none, in `folder`.
fn hand_ins(folder: &Path) -> [PathBuf; 3] {
    let file =
        |name: &str| std::fs::read_to_string(here().join("exercises/01-all-at-once").join(name)).unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    [
        write("starter.ron", &file("starter.ron")),
        write("solution.ron", &file("solution.ron")),
        write("broken.ron", "(format: 1, stepz: \"<script>alert(1)</script>\u{1b}[31m\")"),
    ]
}
