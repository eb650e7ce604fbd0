//! Whose a hand-in is, as the system that received it says in a file.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::disk::load_text;
use super::problem::Problem;

/// What Gradescope writes into `submission_metadata.json` and PrairieLearn into `data.json`, as far as it is needed.
#[derive(Deserialize)]
struct Received {
    users: Option<Vec<User>>,
    variant_seed: Option<Value>,
}

#[derive(Deserialize)]
struct User {
    id: Value,
}

/// Who handed in, by Gradescope's `submission_metadata.json` (the ids of its users, joined by `+` in a group) or PrairieLearn's
/// `data.json` (the seed of the variant, since it names no student).
///
/// # Errors
/// A file that cannot be read, is no JSON, or names nobody.
pub fn student_in(path: &Path) -> Result<String, Problem> {
    let text = load_text(path)?;
    let problem = |code, message: String| Problem::of_file(path.display().to_string(), code, message);
    let received: Received = serde_json::from_str(&text)
        .map_err(|error| problem("syntax", format!("this is no such file: {error}")))?;
    let mut ids: Vec<String> =
        received.users.unwrap_or_default().iter().filter_map(|user| plain(&user.id)).collect();
    ids.sort();
    ids.extend(received.variant_seed.as_ref().and_then(plain).filter(|_| ids.is_empty()));
    if ids.is_empty() {
        let message = "it names nobody; a submission_metadata.json of Gradescope has users with an id, a data.json of PrairieLearn \
                       has a variant_seed";
        return Err(problem("missing-field", message.to_owned()));
    }
    Ok(ids.join("+"))
}

/// A text or a whole number, as text.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data.json");
        std::fs::write(&path, text).unwrap();
        student_in(&path).map_err(|problem| problem.message)
    }

    #[test]
    fn the_student_is_whom_the_system_names() {
        assert_eq!(
            read(r#"{"users": [{"email": "b@x", "id": 1235, "name": "B"}, {"id": 1234}]}"#).unwrap(),
            "1234+1235"
        );
        assert_eq!(
            read(r#"{"variant_seed": "7fx", "submitted_answers": {"users": [{"id": 1}]}}"#).unwrap(),
            "7fx"
        );
        for nobody in [r#"{"users": []}"#, "{}", r#"{"users": [{"id": ""}]}"#] {
            assert!(read(nobody).unwrap_err().starts_with("it names nobody"), "{nobody}");
        }
        assert!(read("{").unwrap_err().starts_with("this is no such file"));
    }
}
