//! An instructor's own exercises, from a folder.

use std::fs;

use crate::app::catalog::Catalog;
use crate::library::shipped::exercise_files;

#[test]
fn an_instructors_own_come_first_and_a_broken_one_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let files = exercise_files("canary").unwrap();
    for name in ["01-canary", "02-mine", "03-broken"] {
        let own = folder.path().join(name);
        fs::create_dir(&own).unwrap();
        for file in &files.files {
            let text = match name {
                "02-mine" => file.text.replace("id: \"canary\"", "id: \"mine\""),
                "03-broken" => file.text.replace("pass: 70", "pass: 700"),
                _ => file.text.clone(),
            };
            fs::write(own.join(file.file.rsplit('/').next().unwrap()), text).unwrap();
        }
    }
    let catalog = Catalog::load(Some(folder.path()));
    let ids: Vec<&str> = catalog.exercises.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids[..2], ["canary", "mine"]);
    assert_eq!(ids.iter().filter(|id| **id == "canary").count(), 1);
    assert_eq!(catalog.broken.len(), 1);
    assert!(catalog.broken[0].1[0].line > 0, "{:?}", catalog.broken);
}
