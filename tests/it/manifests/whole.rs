//! Whole manifests in the shapes of public repositories: rendered by Helm and kustomize, fetched by kubectl, with anchors, of Windows'
//! editors, of many documents. The plan of each and all that is said of it are kept beside it, as for the manifests above.

use std::fs;

use super::{folder, imported, keep};

#[test]
fn every_whole_manifest_becomes_the_plan_kept_beside_it() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for entry in fs::read_dir(folder().join("whole")).unwrap() {
        let path = entry.unwrap().path();
        if !path.extension().is_some_and(|ending| ending == "yaml" || ending == "json") {
            continue;
        }
        count += 1;
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let read = imported(&name, &fs::read_to_string(&path).unwrap());
        assert_eq!(read.plan.problems(None), [], "{name}");
        keep(&path, &read.plan, &read.findings, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 44, "only {count} manifests");
}
