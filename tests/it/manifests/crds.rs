//! Exports as a cluster takes them: each document is what the schema of its kind allows (`tests/manifests/crds`), and nothing in it is
//! what its controller refuses, or that is said.

use std::collections::BTreeMap;
use std::fs;

use jsonschema::Validator;
use rollout_lab::control::Plan;
use rollout_lab::manifest::{FORMATS, Table, differences, export, import};
use serde_json::Value;

fn schemas() -> BTreeMap<String, Validator> {
    let folder = super::folder().join("crds");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|path| {
            let schema: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let kind = schema["properties"]["kind"]["const"].as_str().unwrap().to_owned();
            (kind, jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("{path:?}: {error}")))
        })
        .collect()
}

/// The plans of all manifests that can be read, and the shipped ones.
fn plans() -> Vec<(String, Plan)> {
    let shapes = fs::read_dir(super::folder().join("shapes")).unwrap().filter_map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let plan = import(&name, &fs::read_to_string(path).unwrap(), &Table::default()).ok()?.plan;
        Some((name, plan))
    });
    shapes.chain(super::plans()).collect()
}

#[test]
fn what_is_written_is_what_the_schema_of_its_kind_allows() {
    let schemas = schemas();
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for (name, plan) in plans() {
        for format in FORMATS.iter().filter(|format| format.name != "unleash") {
            let Ok(exported) = export(&plan, format) else { continue };
            for text in exported.text.split("\n---\n") {
                let document: Value = serde_saphyr::from_str(text).unwrap();
                let kind = document["kind"].as_str().unwrap_or_default();
                let Some(schema) = schemas.get(kind) else {
                    wrong.push(format!("{name} as {}: no schema of {kind}", format.name));
                    continue;
                };
                checked += 1;
                for error in schema.iter_errors(&document).take(2) {
                    let shown: String = error.to_string().chars().take(200).collect();
                    wrong.push(format!(
                        "{name} as {}: {kind}: {}: {shown}",
                        format.name,
                        error.instance_path()
                    ));
                }
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{} of {checked}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(checked > 100, "only {checked} documents");
}

/// Import, export, import gives the same plan, or each difference was said.
#[test]
fn what_a_shape_says_is_written_and_read_again_or_said() {
    let mut whole = 0;
    for (name, plan) in plans() {
        for format in FORMATS {
            let Ok(exported) = export(&plan, format) else { continue };
            let again = import(&name, &exported.text, &Table::default()).unwrap().plan;
            for line in differences(&plan, &again) {
                assert!(
                    exported.unsaid.contains(&line),
                    "{name} as {}: {line}\n{}",
                    format.name,
                    exported.text
                );
            }
            whole += usize::from(exported.unsaid.is_empty());
        }
    }
    assert!(whole > 60, "only {whole} exports say all of their plan");
}
