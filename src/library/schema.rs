//! The form of every kind of file as JSON Schema, made from the types that the files are read into. Names, order, defaults and
//! descriptions come from those types.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{Schema, SchemaGenerator};
use serde_json::Value;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::progress::Kept;
use crate::control::Plan;
use crate::exercise::incident::{Incident, IncidentTexts};
use crate::exercise::prove::Proof;
use crate::exercise::{Duty, Exercise, ExerciseTexts, Playbook, Session};
use crate::scenario::Scenario;

/// A kind of RON file that the lab reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum FileForm {
    /// The world as given.
    Scenario,
    /// What a learner hands in.
    Plan,
    /// A task with its scoring.
    Exercise,
    /// The words of an exercise in another language (`texts.LANGUAGE.ron`).
    Translation,
    /// A plan with what was done by hand.
    Session,
    /// What a learner did in the cases of an Operate exercise.
    Duty,
    /// What somebody would do in them, as rules: the solution of an Operate exercise and its wrong ones.
    Playbook,
    /// What `check --prove` showed about an exercise (`proof.ron`).
    Proof,
    /// An incident of the museum, and what its retelling must meet.
    Incident,
    /// The words of an incident in another language (`texts.LANGUAGE.ron`).
    IncidentTranslation,
    /// The best scores on this computer (`progress.ron`).
    Progress,
}

impl FileForm {
    /// All kinds. A type that stands in several kinds of files is described with the first of them.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Its name in lower case, such as `plan`.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Its JSON Schema, draft 2020-12. A choice with content is an object whose one field is named after the choice: what
    /// RON writes as `Weight("5%")` is `{"Weight": "5%"}` in JSON.
    pub fn schema(self) -> Schema {
        let mut generator = generator();
        let mut schema = self.define(&mut generator);
        let types = generator.take_definitions(true);
        schema.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
        schema.insert("title".to_owned(), self.name().into());
        schema.insert("$defs".to_owned(), Value::Object(types));
        schema
    }

    /// Adds the types of such a file to those that `generator` holds, and returns a reference to the outermost.
    pub(super) fn define(self, generator: &mut SchemaGenerator) -> Schema {
        match self {
            Self::Scenario => generator.subschema_for::<Scenario>(),
            Self::Plan => generator.subschema_for::<Plan>(),
            Self::Exercise => generator.subschema_for::<Exercise>(),
            Self::Translation => generator.subschema_for::<ExerciseTexts>(),
            Self::Session => generator.subschema_for::<Session>(),
            Self::Duty => generator.subschema_for::<Duty>(),
            Self::Playbook => generator.subschema_for::<Playbook>(),
            Self::Proof => generator.subschema_for::<Proof>(),
            Self::Incident => generator.subschema_for::<Incident>(),
            Self::IncidentTranslation => generator.subschema_for::<IncidentTexts>(),
            Self::Progress => generator.subschema_for::<Kept>(),
        }
    }
}

/// Makes schemas whose descriptions are plain paragraphs.
pub(super) fn generator() -> SchemaGenerator {
    let plain = |schema: &mut Schema| {
        if let Some(Value::String(text)) = schema.get_mut("description") {
            *text = paragraph(text);
        }
    };
    SchemaSettings::draft2020_12().with_transform(RecursiveTransform(plain)).into_generator()
}

/// A doc comment as one paragraph, without the targets and brackets of links to code: ``[`Plan`](super::Plan)`` is `` `Plan` ``, and
/// ``[`Step::Weight`]`` is `` `Step.Weight` ``, as `explain` takes it.
fn paragraph(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, link)) = rest.split_once("[`") {
        plain.push_str(before);
        let Some((code, after)) = link.split_once("`]") else {
            plain.push_str("[`");
            rest = link;
            continue;
        };
        plain.push_str(&format!("`{}`", code.replace("::", ".")));
        rest = match after.strip_prefix('(').and_then(|target| target.split_once(')')) {
            Some((_, after)) => after,
            None => after,
        };
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::{Autoscaler, BlueGreen, Check, Rollback, Rolling};
    use crate::library::read_ron;
    use crate::scenario::{Call, Monitoring, Probe, Retries, Service, Upstream};
    use crate::sim::Case;
    use crate::telemetry::Notifications;
    use schemars::JsonSchema;
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    #[test]
    fn a_doc_comment_is_told_without_its_links() {
        let text = "A plan,\nsee [`Plan`](super::Plan) and [`FORMAT`]. `flags: [(\"a\", \"5%\")]`, [`open.";
        let plain = "A plan, see `Plan` and `FORMAT`. `flags: [(\"a\", \"5%\")]`, [`open.";
        assert_eq!(paragraph(text), plain);
    }

    /// The fields of `T` with a default must read as that default when a file leaves them out.
    fn keeps_its_defaults<T: DeserializeOwned + Serialize + JsonSchema + Send>(text: &str) {
        let (value, _) = read_ron::<T>("f", text).unwrap_or_else(|problems| panic!("{problems:?}"));
        let value = serde_json::to_value(value).unwrap();
        let schema = generator().into_root_schema_for::<T>();
        let fields = schema.as_value()["properties"].as_object().unwrap();
        let left_out = fields.iter().filter(|(name, _)| !text.contains(&format!("{name}:")));
        for (name, field) in left_out {
            let (stated, kept) = (field.get("default"), value.get(name));
            // A field that is not written while it has its default: then writing the default out changes nothing.
            if let (Some(stated), None) = (stated, kept) {
                let inside = text.strip_suffix(')').unwrap();
                let written = format!("{inside}{}{name}: {stated})", if inside == "(" { "" } else { ", " });
                let (again, _) =
                    read_ron::<T>("f", &written).unwrap_or_else(|problems| panic!("{problems:?}"));
                assert_eq!(serde_json::to_value(again).unwrap(), value, "{}.{name}", T::schema_name());
            } else {
                assert_eq!(stated, kept, "{}.{name}", T::schema_name());
            }
        }
    }

    #[test]
    fn a_default_in_the_schema_is_what_a_file_gets_that_leaves_the_field_out() {
        keeps_its_defaults::<Plan>("(format: 1, strategy: Nothing)");
        keeps_its_defaults::<Check>("(name: \"a\", query: (metric: ErrorRatio), pass: Below(1))");
        keeps_its_defaults::<Rolling>("()");
        keeps_its_defaults::<BlueGreen>("()");
        keeps_its_defaults::<Autoscaler>("(min: 1, max: 2, target: \"50%\")");
        keeps_its_defaults::<Rollback>("()");
        keeps_its_defaults::<Notifications>("()");
        keeps_its_defaults::<Service>("(name: \"a\", instances: 1, workers: 1, demand: Fixed(\"1ms\"))");
        keeps_its_defaults::<Call>("(to: \"a\")");
        keeps_its_defaults::<Probe>("()");
        keeps_its_defaults::<Upstream>("()");
        keeps_its_defaults::<Retries>("()");
        keeps_its_defaults::<Monitoring>("()");
        keeps_its_defaults::<Case>("()");
    }
}
