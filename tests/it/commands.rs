//! Every command, as its users call it: what it prints where, and how it ends.

mod check;
mod class;
mod class_kept;
mod class_memory;
mod class_parts;
mod class_trust;
mod compare;
mod explain;
mod full;
mod grade;
mod judges;
mod list;
mod manifests;
mod manners;
mod new;
mod overwrite;
mod play;
mod power;
mod prove;
mod rehearse;
mod run;
mod session;
mod sweep;
mod welcome;

use std::path::Path;

use serde_json::Value;

use crate::lab::{Answer, lab};

/// The answer to `rollout-lab LINE` in `folder`; the line is split at spaces, but for what stands between single quotes, as a
/// shell does.
pub fn call(folder: &Path, line: &str) -> Answer {
    lab(folder).args(words(line).iter().map(String::as_str)).answer()
}

fn words(line: &str) -> Vec<String> {
    let pieces = line.split('\'').enumerate();
    let mut words = vec![String::new()];
    for (place, piece) in pieces {
        if place % 2 == 1 {
            words.last_mut().unwrap().push_str(piece);
            continue;
        }
        let mut parts = piece.split(char::is_whitespace);
        words.last_mut().unwrap().push_str(parts.next().unwrap_or(""));
        words.extend(parts.map(str::to_owned));
    }
    words.retain(|word| !word.is_empty());
    words
}

/// As [`call`], in the project's own folder, for what writes nothing.
fn ask(line: &str) -> Answer {
    call(Path::new(env!("CARGO_MANIFEST_DIR")), line)
}

/// The JSON that a call prints, which must end with `code`.
fn json(folder: &Path, line: &str, code: i32) -> Value {
    let answer = call(folder, line);
    assert_eq!(answer.code, code, "{line}: {}{}", answer.stdout, answer.stderr);
    serde_json::from_str(&answer.stdout).unwrap_or_else(|error| panic!("{line}: {error}: {}", answer.stdout))
}

/// All numbers in a JSON value, with the names of their fields.
fn numbers<'v>(value: &'v Value, name: &'v str, found: &mut Vec<(&'v str, f64)>) {
    match value {
        Value::Number(number) => found.push((name, number.as_f64().unwrap_or(f64::NAN))),
        Value::Array(items) => items.iter().for_each(|item| numbers(item, name, found)),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| numbers(value, name, found)),
        _ => {}
    }
}

/// Names of all fields in a JSON value.
fn fields<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| fields(item, found)),
        Value::Object(all) => {
            for (name, value) in all {
                found.push(name);
                fields(value, found);
            }
        }
        _ => {}
    }
}
