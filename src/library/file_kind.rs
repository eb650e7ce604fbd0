//! What a file is, by the ending of its name and the fields at its top. The command line, the window and comparisons all ask
//! here, before anything is read as a value.

use std::path::Path;

use super::outline::Outline;
use super::translations::TEXTS_PREFIX;

/// The field that only saved progress has.
pub const PROGRESS_FIELD: &str = "rollout_lab_progress";

/// The kinds of files that the lab reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A plan.
    Plan,
    /// A plan with what was done by hand.
    Session,
    /// What a learner did in the cases of an Operate exercise.
    Duty,
    /// What somebody would do in them, as rules.
    Playbook,
    /// A scenario.
    Scenario,
    /// An exercise.
    Exercise,
    /// The words of an exercise in another language.
    Translation,
    /// The proof of an exercise, as `check --prove` makes it.
    Proof,
    /// An incident of the museum.
    Incident,
    /// The words of an incident in another language.
    IncidentTranslation,
    /// All progress of a learner, as the lab saves it.
    Progress,
    /// A manifest of another system, YAML or JSON.
    Manifest,
}

impl FileKind {
    /// What `text`, the content of `file`, is. A file that could be anything is taken for a plan: reading it says what is wrong.
    pub fn of(file: &str, text: &str) -> Self {
        if matches!(ending(file).as_str(), "yaml" | "yml" | "json") {
            return Self::Manifest;
        }
        let fields = top_fields(text);
        let has = |field: &str| fields.iter().any(|found| found == field);
        match () {
            () if is_texts(file) && OF_INCIDENT.iter().any(|field| has(field)) => Self::IncidentTranslation,
            () if is_texts(file) => Self::Translation,
            () if has(PROGRESS_FIELD) => Self::Progress,
            () if has("rests_on") => Self::Proof,
            () if has("happened") => Self::Incident,
            () if has("criteria") => Self::Translation,
            () if has("strategy") => Self::Plan,
            () if has("rubric") => Self::Exercise,
            () if has("services") || has("releases") => Self::Scenario,
            () if has("sessions") => Self::Duty,
            () if has("rules") => Self::Playbook,
            () if has("plan") => Self::Session,
            () => Self::Plan,
        }
    }

    /// Whether the ending of a file's name is one that the lab opens.
    pub fn has_known_ending(path: &Path) -> bool {
        matches!(ending(&path.display().to_string()).as_str(), "ron" | "yaml" | "yml" | "json")
    }

    /// With its article, for messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plan => "a plan",
            Self::Session => "a session",
            Self::Duty => "a duty",
            Self::Playbook => "a playbook",
            Self::Scenario => "a scenario",
            Self::Exercise => "an exercise",
            Self::Translation => "a translation of an exercise",
            Self::Proof => "a proof",
            Self::Incident => "an incident",
            Self::IncidentTranslation => "a translation of an incident",
            Self::Progress => "saved progress",
            Self::Manifest => "a manifest",
        }
    }
}

/// The fields that only an incident's translation has.
const OF_INCIDENT: [&str; 7] =
    ["happened", "lesson", "source", "simplified", "to_try", "by_hand", "scenario"];

/// Whether a file is called as translations are: `texts.LANGUAGE.ron`.
fn is_texts(file: &str) -> bool {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let language = name.strip_prefix(TEXTS_PREFIX).and_then(|rest| rest.strip_suffix(".ron"));
    language.is_some_and(|language| !language.is_empty() && !language.contains('.'))
}

fn ending(file: &str) -> String {
    Path::new(file).extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// The names of the fields at the top of a RON file, as far as it can be read.
fn top_fields(text: &str) -> Vec<String> {
    let (outline, _) = Outline::read("", text);
    let Some(top) = outline.nodes.first() else { return Vec::new() };
    top.items.iter().filter_map(|item| item.key.as_ref()).map(|key| key.text.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_file_is_told_apart() {
        for (path, text) in crate::library::shipped::files() {
            let expected = match *path {
                path if path.ends_with("exercise.ron") => FileKind::Exercise,
                path if path.ends_with("/proof.ron") => FileKind::Proof,
                path if path.starts_with("scenarios/") && path.contains("/texts.") => {
                    FileKind::IncidentTranslation
                }
                path if path.contains("/texts.") => FileKind::Translation,
                path if path.ends_with("incident.ron") => FileKind::Incident,
                path if path.ends_with("naive.ron") || path.ends_with("recommended.ron") => FileKind::Plan,
                path if path.starts_with("scenarios/") && path.ends_with(".ron") => FileKind::Scenario,
                path if path.ends_with(".ron") && text.contains("rules: [") => FileKind::Playbook,
                path if path.ends_with(".ron") => FileKind::Plan,
                _ => continue,
            };
            assert_eq!(FileKind::of(path, text), expected, "{path}");
        }
    }

    #[test]
    fn only_the_fields_at_the_top_count() {
        let session = "(format: 1, scenario: \"a\", plan: (strategy: Nothing), seed: 1)";
        assert_eq!(FileKind::of("a.ron", session), FileKind::Session);
        assert_eq!(FileKind::of("a.ron", "(strategy: Nothing, // plan: rubric:\n)"), FileKind::Plan);
        assert_eq!(FileKind::of("a.ron", &format!("({PROGRESS_FIELD}: 1)")), FileKind::Progress);
        assert_eq!(FileKind::of("a.YAML", session), FileKind::Manifest);
        // A file that is called as translations are is one, even with nothing in it but a title.
        assert_eq!(FileKind::of("a/texts.de.ron", "(format: 1, title: \"x\")"), FileKind::Translation);
        let incident = "(format: 1, lesson: \"x\")";
        assert_eq!(FileKind::of("texts.de.ron", incident), FileKind::IncidentTranslation);
        // The last field is broken; those before it tell.
        assert_eq!(FileKind::of("a.ron", "(rubric: [], cases: [("), FileKind::Exercise);
    }
}
