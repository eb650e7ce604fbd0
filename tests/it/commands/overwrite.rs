//! Files that the user names: none of theirs is lost to a command that writes.

use std::fs;
use std::path::Path;

use super::call;

/// A file of the user's own, and a manifest to read.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let export = call(folder.path(), "export canary/solution --to argo --out rollout.yaml");
    assert_eq!(export.code, 0, "{}", export.stderr);
    for name in ["mine.ron", "mine.txt"] {
        fs::write(folder.path().join(name), "mine").unwrap();
    }
    folder
}

fn content(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn a_file_of_work_is_replaced_only_when_told_to() {
    let folder = folder();
    for line in [
        "import rollout.yaml --out mine.ron",
        "export canary/solution --to argo --out mine.ron",
        "run checkout --plan canary/starter --record mine.ron",
    ] {
        fs::write(folder.path().join("mine.ron"), "mine").unwrap();
        let refused = call(folder.path(), line);
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{line}");
        assert!(refused.stderr.contains("mine.ron: ") && refused.stderr.contains("--force"), "{line}");
        assert_eq!(content(folder.path(), "mine.ron"), "mine", "{line}");
        let told = call(folder.path(), &format!("{line} --force"));
        assert_eq!(told.code, 0, "{line}: {}", told.stderr);
        assert_ne!(content(folder.path(), "mine.ron"), "mine", "{line}");
    }
}

#[test]
fn a_result_replaces_an_earlier_result_and_no_other_file() {
    let folder = folder();
    fs::create_dir(folder.path().join("hand-ins")).unwrap();
    fs::write(folder.path().join("hand-ins/eve.ron"), "").unwrap();
    for (line, ending, code) in [
        ("power canary/solution --scenario checkout --errors 5% --slower 2 --seeds 2 --svg", "svg", 0),
        ("grade canary canary/solution --seeds 1 --html", "html", 0),
        ("class canary hand-ins --seeds 1 --csv", "csv", 1),
    ] {
        let refused = call(folder.path(), &format!("{line} mine.txt"));
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{line}");
        assert!(refused.stderr.contains(&format!(".{ending}")), "{line}: {}", refused.stderr);
        assert_eq!(content(folder.path(), "mine.txt"), "mine", "{line}");
        let earlier = format!("earlier.{ending}");
        fs::write(folder.path().join(&earlier), "earlier").unwrap();
        let again = call(folder.path(), &format!("{line} {earlier}"));
        assert_eq!(again.code, code, "{line}: {}", again.stderr);
        assert_ne!(content(folder.path(), &earlier), "earlier", "{line}");
    }
}
