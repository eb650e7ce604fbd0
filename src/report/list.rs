//! The list of shipped exercises, with the best score on this computer, of shipped scenarios, and of incidents.

use serde::Serialize;

use crate::exercise::format::decimal;

use super::json::pretty;
use super::style::{TextStyle, harmless, page};
use super::table::{Side, Table};

/// The shipped exercises, scenarios and incidents.
#[derive(Clone, Debug, Default, Serialize)]
pub struct List {
    /// The exercises, in the order of the lesson.
    pub exercises: Vec<ExerciseLine>,
    /// The scenarios.
    pub scenarios: Vec<ScenarioLine>,
    /// The incidents of the museum, by their dates.
    pub incidents: Vec<IncidentLine>,
}

/// One exercise.
#[derive(Clone, Debug, Serialize)]
pub struct ExerciseLine {
    /// Its name on the command line.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Part of the lesson.
    pub part: u32,
    /// The minutes that a learner needs, roughly.
    pub minutes: u32,
    /// Id of its scenario.
    pub scenario: String,
    /// The most points.
    pub max_score: f64,
    /// Points needed to pass.
    pub pass_score: f64,
    /// The best score on this computer; `None` before the first grading.
    pub best_score: Option<f64>,
}

/// One scenario.
#[derive(Clone, Debug, Serialize)]
pub struct ScenarioLine {
    /// Its name on the command line.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its releases, the baseline first.
    pub releases: Vec<String>,
    /// Its faults.
    pub faults: Vec<String>,
    /// Its traffic shapes, the default first.
    pub traffic: Vec<String>,
}

/// One incident of the museum.
#[derive(Clone, Debug, Serialize)]
pub struct IncidentLine {
    /// Its name on the command line, which is its scenario's as well.
    pub id: String,
    /// Whose outage it was.
    pub title: String,
    /// The day on which it began, as `2012-08-01`.
    pub date: String,
}

/// The list as JSON. Its fields are a contract: they are only ever added.
pub fn json(list: &List) -> String {
    pretty(list)
}

/// The list as text.
pub fn text(list: &List, style: TextStyle) -> String {
    let mut lines = vec![style.heading("Exercises")];
    let mut exercises = Table::new(&[
        ("name", Side::Left),
        ("part", Side::Right),
        ("minutes", Side::Right),
        ("to pass", Side::Right),
        ("best", Side::Right),
        ("scenario", Side::Left),
        ("title", Side::Left),
    ]);
    for line in &list.exercises {
        exercises.row([
            harmless(&line.id).into_owned(),
            line.part.to_string(),
            line.minutes.to_string(),
            format!("{} of {}", decimal(line.pass_score, 2), decimal(line.max_score, 2)),
            line.best_score.map_or_else(|| "-".to_owned(), |best| decimal(best, 2)),
            harmless(&line.scenario).into_owned(),
            harmless(&line.title).into_owned(),
        ]);
    }
    lines.extend(or_none(&list.exercises, exercises, style));
    lines.push(String::new());
    lines.push(style.heading("Scenarios"));
    let mut scenarios = Table::new(&[("name", Side::Left), ("title", Side::Left), ("releases", Side::Left)]);
    for line in &list.scenarios {
        scenarios
            .row([&line.id, &line.title, &line.releases.join(", ")].map(|text| harmless(text).into_owned()));
    }
    lines.extend(or_none(&list.scenarios, scenarios, style));
    lines.push(String::new());
    lines.push(style.heading("Incidents"));
    let mut incidents = Table::new(&[("name", Side::Left), ("date", Side::Left), ("whose", Side::Left)]);
    for line in &list.incidents {
        incidents.row([&line.id, &line.date, &line.title].map(|text| harmless(text).into_owned()));
    }
    lines.extend(or_none(&list.incidents, incidents, style));
    page(&lines)
}

fn or_none<T>(all: &[T], table: Table, style: TextStyle) -> Vec<String> {
    if all.is_empty() { vec!["  none".to_owned()] } else { table.lines(style) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::golden;

    fn list() -> List {
        let exercise = |id: &str, best_score| ExerciseLine {
            id: id.to_owned(),
            title: "Ship it to a few first".to_owned(),
            part: 2,
            minutes: 25,
            scenario: "checkout".to_owned(),
            max_score: 100.0,
            pass_score: 70.0,
            best_score,
        };
        let scenario = ScenarioLine {
            id: "checkout".to_owned(),
            title: "A shop's checkout".to_owned(),
            releases: vec!["v1".to_owned(), "v2".to_owned()],
            faults: vec![],
            traffic: vec!["steady".to_owned()],
        };
        List {
            exercises: vec![exercise("blue-green", None), exercise("canary", Some(83.5))],
            scenarios: vec![scenario],
            incidents: vec![IncidentLine {
                id: "flood-2020".to_owned(),
                title: "A flood".to_owned(),
                date: "2020-02-02".to_owned(),
            }],
        }
    }

    #[test]
    fn the_list_reads_as_written_down() {
        golden("list.txt", &text(&list(), TextStyle::PLAIN));
    }

    #[test]
    fn the_json_has_the_promised_fields() {
        let json: serde_json::Value = serde_json::from_str(&json(&list())).unwrap();
        for field in ["id", "title", "part", "minutes", "scenario", "max_score", "pass_score"] {
            assert!(json["exercises"][0].get(field).is_some(), "{field}");
        }
        assert_eq!(json["scenarios"][0]["id"], "checkout");
        for field in ["id", "title", "date"] {
            assert!(json["incidents"][0].get(field).is_some(), "{field}");
        }
    }
}
