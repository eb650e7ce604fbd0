//! Files that hold every field and every choice of a form, in `forms/FORM-COUNT.ron` of the folder of its version. What the form has
//! gained since is missing in them, and a test says so; `UPDATE=1` then adds a file that has it, and leaves the earlier ones alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use rollout_lab::control::Plan;
use rollout_lab::exercise::incident::{Incident, IncidentTexts};
use rollout_lab::exercise::prove::Proof;
use rollout_lab::exercise::{Duty, Exercise, ExerciseTexts, Playbook, Session};
use rollout_lab::library::schema::FileForm;
use rollout_lab::library::{Versioned, read_file, write_ron};
use rollout_lab::scenario::Scenario;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// How deep a value goes before what may be left out is left out.
const DEEP: usize = 24;
/// How deep a list may stand to have several items.
const SHALLOW: usize = 3;
/// Files of a form that are made, of which those are kept that have something new.
const MADE: usize = 60;
/// Choices that are never written: each is the default of its only field, which is then left out.
const LEFT_OUT: [&str; 3] = ["Both", "Plan", "Requests"];

/// The names of all fields and choices in a schema.
fn names(schema: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut left = vec![schema];
    while let Some(value) = left.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(Value::Object(properties)) = fields.get("properties") {
                    found.extend(properties.keys().cloned());
                }
                let choices = fields.get("enum").and_then(Value::as_array).into_iter().flatten();
                let choices = choices.chain(fields.get("const")).filter_map(Value::as_str);
                found.extend(choices.map(str::to_owned));
                // A default is a value, and no schema.
                left.extend(fields.iter().filter(|(key, _)| *key != "default").map(|(_, inner)| inner));
            }
            Value::Array(items) => left.extend(items),
            _ => {}
        }
    }
    found
}

/// The words of a RON file outside its texts.
fn words(text: &str) -> BTreeSet<String> {
    let outside = text.split('"').step_by(2);
    let words = outside.flat_map(|part| part.split(|c: char| !c.is_alphanumeric() && c != '_'));
    words.map(str::to_owned).collect()
}

/// Makes values that a schema allows: all fields, and of each choice another every time.
struct Maker<'a> {
    types: &'a Value,
    /// How often each alternative of each choice was met.
    met: BTreeMap<String, Vec<usize>>,
    /// Files made before this one.
    file: usize,
}

impl Maker<'_> {
    fn made(&mut self, schema: &Value, depth: usize) -> Value {
        if let Some(name) = schema["$ref"].as_str() {
            let named = self.types[name.rsplit('/').next().unwrap()].clone();
            return self.made(&named, depth + 1);
        }
        if let Some(only) = schema.get("const") {
            return only.clone();
        }
        if let Some(Value::Array(all)) = schema.get("enum") {
            return all[self.turn(schema, all.len())].clone();
        }
        if let Some(Value::Array(all)) = schema.get("oneOf").or_else(|| schema.get("anyOf")) {
            let is_nothing = |one: &Value| one["type"] == "null";
            if depth > DEEP && all.iter().any(is_nothing) {
                return Value::Null;
            }
            let all: Vec<&Value> = all.iter().filter(|one| !is_nothing(one)).collect();
            let one = all[self.turn(schema, all.len())];
            return self.made(one, depth + 1);
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds[0].as_str(),
            kind => kind.as_str(),
        };
        match kind.unwrap_or_else(|| panic!("a schema without a type: {schema}")) {
            "object" => self.object(schema, depth),
            "array" => self.list(schema, depth),
            "string" => json!(text_for(schema["pattern"].as_str().unwrap_or(""))),
            "integer" => json!(1 + self.turn(schema, 2)),
            "number" => json!(1.0),
            "boolean" => json!(self.turn(schema, 2) == 0),
            _ => Value::Null,
        }
    }

    /// Which of `count` alternatives comes now.
    fn turn(&mut self, schema: &Value, count: usize) -> usize {
        let met = self.met.entry(schema.to_string()).or_insert_with(|| vec![0; count]);
        // The one that was met least; of several not always the same in the same place of a file.
        let next = (0..count).min_by_key(|one| (met[*one], (one + self.file) % count)).unwrap();
        met[next] += 1;
        next
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let mut made = Map::new();
        for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
            let value = self.made(inner, depth + 1);
            made.insert(name.clone(), value);
        }
        if schema["additionalProperties"].is_object() {
            let value = self.made(&schema["additionalProperties"], depth + 1);
            made.insert("name".to_owned(), value);
        }
        Value::Object(made)
    }

    fn list(&mut self, schema: &Value, depth: usize) -> Value {
        if let Some(Value::Array(parts)) = schema.get("prefixItems") {
            return parts.iter().map(|part| self.made(part, depth + 1)).collect();
        }
        // Of names alone there are all, of anything else some near the top, and one within.
        let items =
            schema["items"]["$ref"].as_str().map(|name| &self.types[name.rsplit('/').next().unwrap()]);
        let items = items.unwrap_or(&schema["items"]);
        let count = match items.get("enum").or_else(|| items.get("oneOf")) {
            Some(Value::Array(all)) if all.iter().all(|one| one.is_string() || one["const"].is_string()) => {
                all.len()
            }
            _ if depth <= SHALLOW => 4,
            _ => usize::from(depth <= DEEP),
        };
        let count = schema["minItems"].as_u64().map_or(count, |least| count.max(least as usize));
        (0..count).map(|_| self.made(&schema["items"], depth + 1)).collect()
    }
}

fn text_for(pattern: &str) -> &'static str {
    match pattern {
        pattern if pattern.contains("(d|h|m|s") => "90s",
        pattern if pattern.ends_with("%\\s*$") => "5%",
        pattern if pattern.contains("/[smh]") => "2/s",
        _ => "name",
    }
}

/// The files of a form in all versions.
fn files_of(form: FileForm) -> Vec<PathBuf> {
    let folders = super::folders().into_iter().map(|folder| folder.join("forms"));
    let files = folders.flat_map(|folder| fs::read_dir(folder).into_iter().flatten());
    let is_of = |path: &PathBuf| {
        let stem = path.file_stem().unwrap().to_string_lossy();
        stem.rsplit_once('-').is_some_and(|(name, _)| name == form.name())
    };
    let mut files: Vec<PathBuf> = files.map(|entry| entry.unwrap().path()).filter(is_of).collect();
    files.sort();
    files
}

/// Reads every file of a form, and gives what of the form is in no file, after adding files that have it where that is asked for. `seen` is what
/// was in files of the forms before it: a type that stands in several forms is the same in all.
fn missing<T>(form: FileForm, seen: &mut BTreeSet<String>) -> Vec<String>
where
    T: Versioned + Serialize + DeserializeOwned + PartialEq + Send,
{
    let schema = serde_json::to_value(form.schema()).unwrap();
    let files = files_of(form);
    for path in &files {
        let text = fs::read_to_string(path).unwrap();
        if let Err(problems) = read_file::<T>(&path.display().to_string(), &text) {
            let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
            panic!("a file of an earlier release no longer opens: {told:#?}");
        }
        seen.extend(words(&text));
    }
    let wanted = names(&schema);
    if std::env::var_os("UPDATE").is_some() && !wanted.is_subset(seen) {
        let mut maker = Maker { types: &schema["$defs"], met: BTreeMap::new(), file: 0 };
        let made: Vec<(String, BTreeSet<String>)> = (0..MADE)
            .map(|_| {
                let mut made = maker.made(&schema, 0);
                maker.file += 1;
                made["format"] = T::NEWEST.into();
                let value: T =
                    serde_json::from_value(made.clone()).unwrap_or_else(|error| panic!("{error}: {made:#}"));
                let text = write_ron(&value).unwrap();
                let has = words(&text).intersection(&wanted).cloned().collect();
                (text, has)
            })
            .collect();
        let folder = super::folders().pop().unwrap().join("forms");
        fs::create_dir_all(&folder).unwrap();
        for number in files.len() + 1.. {
            let news = |(_, has): &&(String, BTreeSet<String>)| has.difference(seen).count();
            let Some((text, has)) = made.iter().max_by_key(news).filter(|most| news(most) > 0) else { break };
            seen.extend(has.iter().cloned());
            fs::write(folder.join(format!("{}-{number:02}.ron", form.name())), text).unwrap();
        }
    }
    wanted.difference(seen).filter(|name| !LEFT_OUT.contains(&name.as_str())).cloned().collect()
}

#[test]
fn every_field_and_every_choice_of_every_form_is_in_a_file_that_opens() {
    let mut new: Vec<(&str, Vec<String>)> = Vec::new();
    let mut seen = BTreeSet::new();
    for form in FileForm::ALL {
        let missing = match form {
            FileForm::Scenario => missing::<Scenario>(*form, &mut seen),
            FileForm::Plan => missing::<Plan>(*form, &mut seen),
            FileForm::Exercise => missing::<Exercise>(*form, &mut seen),
            FileForm::Translation => missing::<ExerciseTexts>(*form, &mut seen),
            FileForm::Session => missing::<Session>(*form, &mut seen),
            FileForm::Duty => missing::<Duty>(*form, &mut seen),
            FileForm::Playbook => missing::<Playbook>(*form, &mut seen),
            FileForm::Proof => missing::<Proof>(*form, &mut seen),
            FileForm::Incident => missing::<Incident>(*form, &mut seen),
            FileForm::IncidentTranslation => missing::<IncidentTexts>(*form, &mut seen),
            // A learner's own progress is read by `list`, in the test beside this one.
            FileForm::Progress => continue,
        };
        if !missing.is_empty() {
            new.push((form.name(), missing));
        }
    }
    assert_eq!(new, Vec::new(), "new in these forms; UPDATE=1 adds files with it");
}
