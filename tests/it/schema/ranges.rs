//! The ranges in the schemas are those that the checks of scenarios and plans keep to: a value outside of one is refused, and
//! its ends are not.

use std::collections::BTreeSet;

use rollout_lab::control::Plan;
use rollout_lab::engine::Span;
use rollout_lab::library::schema::FileForm;
use rollout_lab::library::{FileKind, shipped};
use rollout_lab::scenario::{Issue, Scenario};
use serde_json::{Map, Value, json};

use super::{as_json, schema};

/// A place in a file whose field states a range: its path for JSON, its path in problems, its type and name, and its schema.
struct Place {
    pointer: String,
    path: String,
    field: String,
    schema: Value,
}

/// The places of a file, and the groups that it leaves out.
#[derive(Default)]
struct Found {
    places: Vec<Place>,
    left_out: Vec<String>,
}

/// Finds the places in `value`, which `schema` describes, and writes fields that are missing with their defaults.
fn find(
    value: &mut Value,
    schema: &Value,
    types: &Map<String, Value>,
    at: (&str, &str, &str),
    found: &mut Found,
) {
    let (pointer, path, owner) = at;
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.strip_prefix("#/$defs/")) {
        return find(value, &types[name], types, (pointer, path, name), found);
    }
    if let Some([inner, null]) = schema["anyOf"].as_array().map(Vec::as_slice)
        && null["type"] == "null"
    {
        if value.is_null() {
            return found.left_out.push(pointer.to_owned());
        }
        return find(value, inner, types, at, found);
    }
    for choice in schema["oneOf"].as_array().into_iter().flatten() {
        let content = choice["properties"].as_object().and_then(|only| only.iter().next());
        if let Some((name, inner)) = content
            && let Some(value) = value.get_mut(name)
        {
            find(
                value,
                inner,
                types,
                (&format!("{pointer}/{name}"), path, &format!("{owner}::{name}")),
                found,
            );
        }
    }
    if let (Some(items), Some(of)) = (value.as_array_mut(), schema.get("items")) {
        for (index, item) in items.iter_mut().enumerate() {
            find(item, of, types, (&format!("{pointer}/{index}"), &format!("{path}[{index}]"), owner), found);
        }
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let Some(object) = value.as_object_mut() else { return };
        let default = field.get("default").cloned();
        let Some(inner) = object.get(name).cloned().or(default) else { continue };
        object.insert(name.clone(), inner);
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let pointer = format!("{pointer}/{name}");
        if field.get("x-range").is_some() || field.get("minimum").is_some() || field.get("maximum").is_some()
        {
            let field_name = format!("{owner}.{name}");
            found.places.push(Place {
                pointer: pointer.clone(),
                path: path.clone(),
                field: field_name,
                schema: field.clone(),
            });
        }
        find(&mut object[name], field, types, (&pointer, &path, owner), found);
    }
}

/// Values that a range excludes, and its ends.
fn outside_and_ends(schema: &Value) -> (Vec<Value>, Vec<Value>) {
    if let Some(range) = schema["x-range"].as_str() {
        return written_range(range);
    }
    if schema["type"] == "number" {
        let (least, most) = (schema["minimum"].as_f64(), schema["maximum"].as_f64());
        let outside = [least.map(|least| least - 0.01), most.map(|most| most * 1.01)];
        return (
            outside.into_iter().flatten().map(Value::from).collect(),
            [least, most].into_iter().flatten().map(Value::from).collect(),
        );
    }
    let (least, most) = (schema["minimum"].as_i64(), schema["maximum"].as_i64());
    let outside = [least.map(|least| least - 1), most.map(|most| most + 1)];
    (
        outside.into_iter().flatten().map(Value::from).collect(),
        [least, most].into_iter().flatten().map(Value::from).collect(),
    )
}

/// The same for a range in words: `more than A`, `A or more`, `A to B`, `more than A, up to B`.
fn written_range(range: &str) -> (Vec<Value>, Vec<Value>) {
    let (least, open, most) = match (range.strip_prefix("more than "), range.strip_suffix(" or more")) {
        (Some(rest), _) => match rest.split_once(", up to ") {
            Some((least, most)) => (least, true, Some(most)),
            None => (rest, true, None),
        },
        (None, Some(least)) => (least, false, None),
        (None, None) => {
            let (least, most) = range
                .split_once(" to ")
                .unwrap_or_else(|| panic!("a range that this test cannot read: {range}"));
            (least, false, Some(most))
        }
    };
    let (mut outside, mut ends) = (Vec::new(), Vec::new());
    match open {
        true => outside.push(value(least)),
        false => {
            outside.extend(beside(least, -1));
            ends.push(value(least));
        }
    }
    if let Some(most) = most {
        outside.extend(beside(most, 1));
        ends.push(value(most));
    } else if open && least == "0s" {
        ends.push(json!("1ns"));
    }
    (outside, ends)
}

/// A bound as a file has it.
fn value(bound: &str) -> Value {
    bound.parse::<f64>().map_or_else(|_| json!(bound), Value::from)
}

/// The value next to a bound, below it or above it; none below nothing.
fn beside(bound: &str, step: i64) -> Option<Value> {
    if let Ok(number) = bound.parse::<f64>() {
        return Some(json!(number + step as f64 * (number.abs() * 0.01).max(0.01)));
    }
    if let Some(percent) = bound.strip_suffix('%') {
        let next = percent.parse::<f64>().unwrap() + step as f64 * 0.001;
        return (next >= 0.0).then(|| json!(format!("{next}%")));
    }
    if let Some(rate) = bound.strip_suffix("/s") {
        let next = rate.parse::<f64>().unwrap() + step as f64;
        return (next >= 0.0).then(|| json!(format!("{next}/s")));
    }
    let nanoseconds = i128::from(bound.parse::<Span>().unwrap().0) + i128::from(step);
    (nanoseconds >= 0).then(|| json!(format!("{nanoseconds}ns")))
}

/// Whether the value is refused at `path`: it cannot be read, or its check says that it is out of range there.
fn is_refused(problems: Option<Vec<Issue>>, path: &str) -> bool {
    let of_range = |issue: &Issue| issue.code == "out-of-range" && issue.path == path;
    problems.is_none_or(|problems| problems.iter().any(of_range))
}

/// Probes all places of a file, and returns the fields whose range is not the one that is checked.
fn wrong_ranges(
    form: FileForm,
    mut file: Value,
    problems: impl Fn(Value) -> Option<Vec<Issue>>,
    probed: &mut BTreeSet<String>,
) -> BTreeSet<String> {
    let schema = schema(form);
    let types = schema["$defs"].as_object().unwrap();
    let mut tried = BTreeSet::new();
    let found = loop {
        let mut found = Found::default();
        find(&mut file, &schema, types, ("", "", ""), &mut found);
        let Some(left_out) = found.left_out.iter().find(|pointer| tried.insert((*pointer).clone())) else {
            break found;
        };
        // A group is written with its defaults, where it has no field that must be given.
        let mut with_group = file.clone();
        *with_group.pointer_mut(left_out).unwrap() = json!({});
        if problems(with_group.clone()).is_some() {
            file = with_group;
        }
    };
    let mut wrong = BTreeSet::new();
    for place in found.places {
        if file.pointer(&place.pointer).is_none_or(Value::is_null) {
            continue;
        }
        let with = |value: &Value| {
            let mut changed = file.clone();
            *changed.pointer_mut(&place.pointer).unwrap() = value.clone();
            is_refused(problems(changed), &place.path)
        };
        let (outside, ends) = outside_and_ends(&place.schema);
        // Kubernetes takes more than one success of readiness probes alone; the range is that of all probes.
        let is_one = ["startup", "liveness"]
            .iter()
            .any(|probe| place.pointer.ends_with(&format!("/{probe}/success_threshold")));
        let ends = if is_one { Vec::new() } else { ends };
        wrong.extend(
            outside.iter().filter(|value| !with(value)).map(|value| format!("{} takes {value}", place.field)),
        );
        wrong.extend(
            ends.iter().filter(|value| with(value)).map(|value| format!("{} refuses {value}", place.field)),
        );
        probed.insert(place.field);
    }
    wrong
}

#[test]
fn the_checks_keep_to_the_ranges_that_the_schemas_state() {
    let scenario = read("tests/good/scenario-flagged.ron");
    let world: Scenario = serde_json::from_value(scenario.clone()).unwrap();
    let of_world = |value| serde_json::from_value::<Scenario>(value).ok().map(|scenario| scenario.problems());
    let of_plan = |value| serde_json::from_value::<Plan>(value).ok().map(|plan| plan.problems(Some(&world)));
    let (mut probed, mut wrong) = (BTreeSet::new(), BTreeSet::new());
    wrong.extend(wrong_ranges(FileForm::Scenario, scenario, of_world, &mut probed));
    let mut seen = BTreeSet::new();
    for (path, text) in shipped::files().iter().filter(|(path, _)| path.ends_with(".ron")) {
        match FileKind::of(path, text) {
            FileKind::Scenario => {
                wrong.extend(wrong_ranges(
                    FileForm::Scenario,
                    as_json::<Scenario>(path, text),
                    of_world,
                    &mut probed,
                ));
            }
            // One plan of each strategy is enough. Those of the museum are written for their worlds, where fields hang together.
            FileKind::Plan if path.starts_with("scenarios/") => {}
            FileKind::Plan => {
                let plan = as_json::<Plan>(path, text);
                if seen.insert(plan["strategy"].to_string().split(':').next().map(str::to_owned)) {
                    wrong.extend(wrong_ranges(FileForm::Plan, plan, of_plan, &mut probed));
                }
            }
            FileKind::Exercise
            | FileKind::Translation
            | FileKind::Incident
            | FileKind::IncidentTranslation
            | FileKind::Proof
            | FileKind::Session
            | FileKind::Duty
            | FileKind::Playbook
            | FileKind::Progress
            | FileKind::Manifest => {}
        }
    }
    assert_eq!(wrong, BTreeSet::new());
    assert!(probed.len() >= 60, "only {} ranges were probed: {probed:?}", probed.len());
}

fn read(path: &str) -> Value {
    let text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    as_json::<Scenario>(path, &text)
}
