//! What an item of a list may begin as: the checks, alerts and triggers that most plans have. Their limits are round figures to think
//! about, not what suits an exercise.

use crate::app::model::editor::Editor;
use crate::app::texts::{t, tf};
use crate::library::knobs::Kind;
use crate::library::patch;

/// One thing that an item may begin as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// What is said of it.
    pub title: String,
    /// The item, as RON.
    pub value: String,
}

/// What an item of a list of this kind may begin as, in the plan that `editor` holds, beside items that are called `taken`. None
/// where every item begins alike.
pub fn beginnings(kind: &Kind, editor: &Editor, taken: &[String]) -> Vec<Beginning> {
    let Kind::Group(of) = kind else { return Vec::new() };
    match of.as_str() {
        "Check" => checks(editor, taken),
        "AlertRule" => alerts(taken),
        "Trigger" => triggers(editor),
        _ => Vec::new(),
    }
}

/// The name, with a number behind it when it is taken.
fn free(name: &str, taken: &[String]) -> String {
    let numbered = (2u32..).map(|number| format!("{name} {number}"));
    let mut all = std::iter::once(name.to_owned()).chain(numbered);
    patch::quoted(&all.find(|name| !taken.contains(name)).unwrap_or_default())
}

fn checks(editor: &Editor, taken: &[String]) -> Vec<Beginning> {
    let compared = |name: &str, metric: &str, pass: &str| {
        format!(
            "(name: {}, query: (metric: {metric}, of: Candidate, over: \"2m\"), pass: {pass}, failure_limit: 1, min_requests: 100)",
            free(name, taken)
        )
    };
    let mut all = vec![
        Beginning {
            title: t("plan.begin.errors_below").to_owned(),
            value: format!(
                "(name: {}, query: (metric: ErrorRatio, of: Candidate), pass: Below(\"2%\"))",
                free("errors", taken)
            ),
        },
        Beginning {
            title: t("plan.begin.errors_compared").to_owned(),
            value: compared("errors", "ErrorRatio", "AtMostBaseline(factor: 2.0, plus: \"0.5%\")"),
        },
        Beginning {
            title: t("plan.begin.p99_compared").to_owned(),
            value: compared("p99", "Latency(0.99)", "AtMostBaseline(factor: 1.5)"),
        },
    ];
    let mut counters: Vec<&str> =
        editor.scenario().clients.kinds.iter().filter_map(|kind| kind.counts_as.as_deref()).collect();
    counters.dedup();
    all.extend(counters.into_iter().map(|counter| Beginning {
        title: tf("plan.begin.counter_compared {}", &[&counter]),
        value: compared(
            counter,
            &format!("Business({})", patch::quoted(counter)),
            "AtLeastBaseline(factor: 0.8)",
        ),
    }));
    all
}

fn alerts(taken: &[String]) -> Vec<Beginning> {
    let above = |name: &str, metric: &str, of: &str, level: &str| {
        let name = free(name, taken);
        format!(
            "(name: {name}, when: Above((metric: {metric}, of: {of}, over: \"1m\"), \"{level}\"), for: \"30s\")"
        )
    };
    [
        (t("plan.begin.alert_errors"), above("errors of the new version", "ErrorRatio", "Candidate", "5%")),
        (t("plan.begin.alert_slow"), above("slow new version", "Latency(0.99)", "Candidate", "1s")),
        (t("plan.begin.alert_all"), above("errors of the service", "ErrorRatio", "Target", "5%")),
    ]
    .map(|(title, value)| Beginning { title: title.to_owned(), value })
    .into()
}

/// One for each alert that has none yet: it goes back.
fn triggers(editor: &Editor) -> Vec<Beginning> {
    let Some(plan) = editor.plan() else { return Vec::new() };
    let has_one = |name: &str| plan.triggers.iter().any(|trigger| trigger.alert == name);
    let rules = plan.alert_rules();
    let free = rules.iter().filter(|rule| !has_one(&rule.name));
    free.map(|rule| Beginning {
        title: tf("plan.begin.roll_back {}", &[&rule.name]),
        value: format!("(alert: {}, then: Abort)", patch::quoted(&rule.name)),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::model::catalog::Catalog;
    use crate::app::model::subject::Subject;
    use crate::control::{AlertTrigger, Check};
    use crate::library::read_ron;
    use crate::telemetry::AlertRule;

    fn group(of: &str) -> Kind {
        Kind::Group(of.to_owned())
    }

    #[test]
    fn everything_that_is_offered_can_be_read_in_every_exercise_and_no_name_is_there_twice() {
        let catalog = Catalog::load(None);
        assert!(catalog.exercises.len() > 10);
        for entry in &catalog.exercises {
            let text = "(format: 1, strategy: Nothing, alerts: [(name: \"a\", when: Above((metric: ErrorRatio), 1.0))])";
            let editor = Editor::new(Subject::Exercise(entry.clone()), text);
            let taken = ["errors".to_owned(), "errors 2".to_owned()];
            let checks = beginnings(&group("Check"), &editor, &taken);
            assert!(checks.len() >= 3, "{}", entry.id);
            for one in checks {
                let check: Check = read_ron("f", &one.value).unwrap().0;
                assert!(!taken.contains(&check.name), "{}", one.value);
            }
            for one in beginnings(&group("AlertRule"), &editor, &[]) {
                assert!(read_ron::<AlertRule>("f", &one.value).is_ok(), "{}", one.value);
            }
            let triggers = beginnings(&group("Trigger"), &editor, &[]);
            let read: Vec<AlertTrigger> =
                triggers.iter().map(|one| read_ron("f", &one.value).unwrap().0).collect();
            assert_eq!(read.iter().map(|one| one.alert.as_str()).collect::<Vec<_>>(), ["a"]);
            assert!(beginnings(&group("Probe"), &editor, &[]).is_empty());
        }
    }
}
