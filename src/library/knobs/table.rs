//! The table of all knobs, read from the JSON Schemas of the files.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::kind::Kind;
use super::{Knob, Type, range, value};
use crate::library::schema::{FileForm, generator};

type Types = Map<String, Value>;

/// All types of files with their knobs: by kind of file, each type where it is first used.
pub(super) fn types() -> Vec<Type> {
    let mut generator = generator();
    let mut ends = Vec::new();
    for form in FileForm::ALL {
        form.define(&mut generator);
        ends.push((generator.definitions().len(), form.name()));
    }
    let types = generator.take_definitions(true);
    let mut table: Vec<Type> = types
        .iter()
        .enumerate()
        .map(|(at, (name, schema))| {
            let file = ends.iter().find(|(end, _)| at < *end).map_or("", |(_, file)| file);
            Type { file, name: name.clone(), about: text(schema), knobs: knobs(file, name, schema, &types) }
        })
        .collect();
    tell_what_names_stand_for(&mut table);
    let usual = usual_choices(&table);
    for knob in table.iter_mut().flat_map(|of| &mut of.knobs).filter(|knob| knob.is_choice()) {
        if usual.contains(&(knob.of.clone(), knob.name.clone())) {
            knob.default = Some("this one".to_owned());
        }
    }
    table
}

/// A choice that is only the name of another one, such as a step without its settings, says what that one says.
fn tell_what_names_stand_for(table: &mut [Type]) {
    let told: BTreeMap<String, String> = table
        .iter()
        .flat_map(|of| &of.knobs)
        .filter(|knob| knob.is_choice())
        .map(|knob| (format!("`{}`.", knob.path()), knob.about.clone()))
        .collect();
    for knob in table.iter_mut().flat_map(|of| &mut of.knobs) {
        if let Some(about) = told.get(&knob.about) {
            knob.about = format!("The name of {} {about}", knob.about.replacen("`.", "`:", 1));
        }
    }
}

/// The fields and choices of one type.
fn knobs(file: &'static str, of: &str, schema: &Value, types: &Types) -> Vec<Knob> {
    let Some(choices) = schema["oneOf"].as_array() else { return fields(file, of, schema, types) };
    let mut found = Vec::new();
    for choice in choices {
        let inside = choice["properties"].as_object().and_then(|only| only.iter().next());
        let name = inside.map(|(name, _)| name.as_str()).or_else(|| choice["const"].as_str());
        let Some(name) = name else { continue };
        let content = inside.map(|(_, content)| content);
        let own = content.filter(|content| content["properties"].is_object());
        found.push(Knob {
            file,
            of: of.to_owned(),
            name: name.to_owned(),
            kind: None,
            holds: content.filter(|_| own.is_none()).map(|content| Kind::of(content, types)),
            about: text(choice),
            default: None,
            range: content.and_then(range::of),
        });
        let own = own.map(|own| fields(file, &format!("{of}::{name}"), own, types));
        found.extend(own.into_iter().flatten());
    }
    found
}

fn fields(file: &'static str, of: &str, schema: &Value, types: &Types) -> Vec<Knob> {
    let needed = |name: &str| {
        schema["required"].as_array().is_some_and(|required| required.iter().any(|field| field == name))
    };
    let fields = schema["properties"].as_object().into_iter().flatten();
    fields
        .map(|(name, field)| {
            let kind = Kind::of(field, types);
            let default = field.get("default").map(|default| value::shown(default, &kind, types));
            Knob {
                file,
                of: of.to_owned(),
                name: name.clone(),
                holds: None,
                about: text(field),
                default: default.or_else(|| (!needed(name)).then(|| "none".to_owned())),
                range: range::of(field),
                kind: Some(kind),
            }
        })
        .collect()
}

fn text(schema: &Value) -> String {
    schema["description"].as_str().unwrap_or_default().to_owned()
}

/// Of each type that is a choice, the one that all fields of that type have as their default, if they agree.
fn usual_choices(table: &[Type]) -> Vec<(String, String)> {
    let mut usual: Vec<(String, Option<String>)> = Vec::new();
    for knob in table.iter().flat_map(|of| &of.knobs) {
        let (Some(Kind::Choice(of)), Some(default)) = (&knob.kind, &knob.default) else { continue };
        let name = default.split('(').next().unwrap_or_default().to_owned();
        match usual.iter_mut().find(|(known, _)| known == of) {
            Some((_, agreed)) => *agreed = agreed.take().filter(|agreed| *agreed == name),
            None => usual.push((of.clone(), Some(name))),
        }
    }
    usual.into_iter().filter_map(|(of, agreed)| Some((of, agreed?))).collect()
}
