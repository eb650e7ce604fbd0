//! The words of an incident in another language. They stand in a file of their own beside the incident and change nothing that is measured.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::translation::{other_format, other_number, replace};
use super::Incident;
use crate::scenario::{Issue, Scenario};

/// The newest format version of an incident's translations that this build reads.
pub const TEXTS_FORMAT: u32 = 1;

/// The words of an incident in another language, `texts.LANGUAGE.ron` in its folder, such as `texts.de.ron`. What is left out stays as
/// the incident has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IncidentTexts {
    /// Version of the file format; [`TEXTS_FORMAT`] is the newest.
    pub format: u32,
    /// Whose outage it was. Default the incident's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What happened. Default the incident's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub happened: String,
    /// What it teaches. Default the incident's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lesson: String,
    /// The report that the figures come from. Default the incident's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// What the scenario leaves out or does otherwise. Default the incident's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub simplified: String,
    /// What to try in the scenario, as many as the incident has. Default the incident's.
    #[serde(default)]
    pub to_try: Vec<String>,
    /// Why people did what they did by hand, as many as the incident has. Default the incident's.
    #[serde(default)]
    pub by_hand: Vec<String>,
    /// The words of its scenario. Default the scenario's.
    #[serde(default)]
    pub scenario: ScenarioTexts,
}

/// The words of an incident's scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ScenarioTexts {
    /// The title. Default the scenario's.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What it is about. Default the scenario's.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// The notes of the releases, by their names. Default the scenario's.
    pub notes: BTreeMap<String, String>,
}

impl IncidentTexts {
    /// Everything that does not fit the incident and its scenario.
    pub fn problems(&self, incident: &Incident, scenario: &Scenario) -> Vec<Issue> {
        let mut found = Vec::new();
        found.extend(other_format(self.format, TEXTS_FORMAT));
        found.extend(other_number("to_try", self.to_try.len(), ("incident", incident.to_try.len())));
        found.extend(other_number("by_hand", self.by_hand.len(), ("incident", incident.by_hand.len())));
        let releases = || scenario.releases.iter().map(|release| release.name.as_str());
        for name in self.scenario.notes.keys().filter(|name| releases().all(|release| release != *name)) {
            found.push(Issue::unknown(format!("scenario.notes.{name}"), "release", name, releases()));
        }
        found
    }

    /// The incident with these words. Its figures, actions and dates are as before.
    #[must_use]
    pub fn applied(&self, incident: &Incident) -> Incident {
        let mut told = incident.clone();
        replace(&mut told.title, &self.title);
        replace(&mut told.happened, &self.happened);
        replace(&mut told.lesson, &self.lesson);
        replace(&mut told.source, &self.source);
        replace(&mut told.simplified, &self.simplified);
        told.to_try.iter_mut().zip(&self.to_try).for_each(|(text, by)| replace(text, by));
        told.by_hand.iter_mut().zip(&self.by_hand).for_each(|(hand, by)| replace(&mut hand.because, by));
        told
    }

    /// The incident's scenario with these words. Its names and numbers are as before.
    #[must_use]
    pub fn applied_to(&self, scenario: &Scenario) -> Scenario {
        let mut told = scenario.clone();
        replace(&mut told.title, &self.scenario.title);
        replace(&mut told.about, &self.scenario.about);
        for release in &mut told.releases {
            if let Some(notes) = self.scenario.notes.get(&release.name) {
                replace(&mut release.notes, notes);
            }
        }
        told
    }
}
