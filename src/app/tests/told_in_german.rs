//! What the first four exercises show and the rest of the program says in English is told in German: the lines of the log, messages
//! about plans, and the explanations of fields. What stays is names and numbers.

use std::collections::BTreeSet;
use std::fmt::Debug;

use super::german::TOLD;
use crate::app::model::editor::{Editor, shape};
use crate::app::model::logbook::Logbook;
use crate::app::model::subject::Subject;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::told_with_gaps;
use crate::control::Plan;
use crate::engine::Time;
use crate::exercise::{HandAction, play};
use crate::library::knobs::Kind;
use crate::library::{read_ron, shipped};
use crate::sim::{ManualAction, Pool, RolloutCommand};

/// What stands in quotes where a value is written out: the names in it.
fn names(of: &dyn Debug) -> BTreeSet<String> {
    format!("{of:?}").split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// A number, maybe with a unit or a sign.
fn is_number(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit() || first == '-')
}

/// Words that only an English sentence has.
const ENGLISH: [&str; 20] = [
    "the", "of", "is", "a", "an", "to", "and", "in", "for", "none", "with", "when", "it", "by", "each",
    "not", "no", "default", "are", "or",
];

fn opened(id: &str) -> Lab {
    let mut lab = super::german::german();
    lab.apply(LabCommand::OpenExercise(id.to_owned()));
    lab
}

/// The plans of an exercise: the starter, the solution and those that are wrong on purpose.
fn plans(id: &str) -> Vec<Plan> {
    let files = shipped::exercise_files(id).unwrap();
    let plans = files.files.iter().filter(|file| {
        let name = file.file.rsplit('/').next().unwrap();
        ["starter", "solution", "wrong"].iter().any(|kind| name.starts_with(kind)) && name.ends_with(".ron")
    });
    plans.map(|file| read_ron::<Plan>("plan", &file.text).unwrap().0).collect()
}

/// What can be done by hand in the middle of a run.
fn by_hand() -> Vec<HandAction> {
    let command = ManualAction::Command;
    let actions = [
        command(RolloutCommand::Pause),
        command(RolloutCommand::Promote),
        ManualAction::Scale { pool: Pool::Candidate, to: 3 },
        command(RolloutCommand::Resume),
        ManualAction::Restart { pool: Pool::Stable },
        command(RolloutCommand::Abort),
        command(RolloutCommand::Retry),
        command(RolloutCommand::KillFlag),
        command(RolloutCommand::PromoteFull),
        command(RolloutCommand::Undo),
    ];
    let at = |index: usize| Time::from_secs(600 + 60 * index as u64);
    let done = |(index, action)| HandAction { at: at(index), action, because: String::new() };
    actions.into_iter().enumerate().map(done).collect()
}

#[test]
fn every_line_of_the_log_is_told_in_german_whatever_plan_is_played() {
    let mut untold = BTreeSet::new();
    let mut lines = 0;
    for id in TOLD {
        let lab = opened(id);
        let run = lab.run.as_ref().unwrap();
        let exercise = &run.entry().unwrap().exercise;
        let plans = plans(id);
        // Each plan and each case once at the least, with nothing done by hand and with all of it by turns.
        for round in 0..plans.len().max(exercise.cases.len()) {
            let plan = &plans[round % plans.len()];
            let known = names(&(&*run.scenario, plan));
            let seed = 3 + round as u64;
            let case = exercise.draw(&exercise.cases[round % exercise.cases.len()], &run.scenario, seed);
            let hands = if round % 2 == 0 { Vec::new() } else { by_hand() };
            let record = play(&run.scenario, &case, plan, &hands, seed).unwrap();
            let mut book = Logbook::default();
            book.read(&record.facts, Time::ZERO);
            for row in book.rows().iter() {
                for text in [&row.text, &row.because].into_iter().filter(|text| !text.is_empty()) {
                    lines += 1;
                    match told_with_gaps(text) {
                        None => drop(untold.insert(text.clone())),
                        Some((_, gaps)) => {
                            let is_name = |gap: &String| known.contains(gap) || is_number(gap);
                            let left = gaps.into_iter().filter(|gap| !is_name(gap));
                            untold.extend(left.map(|gap| format!("{gap:?} in {text}")));
                        }
                    }
                }
            }
        }
    }
    assert!(lines > 1_000, "{lines} lines");
    assert!(
        untold.is_empty(),
        "{} are not told:\n{}",
        untold.len(),
        untold.into_iter().collect::<Vec<_>>().join("\n")
    );
}

/// The explanations of all fields that lie below a value of this kind.
fn abouts(
    kind: &Kind,
    met: &mut BTreeSet<String>,
    into: &mut BTreeSet<String>,
    may: &dyn Fn(&str, &str) -> bool,
) {
    match kind {
        Kind::Maybe(inner) | Kind::List(inner) | Kind::Map(inner) => abouts(inner, met, into, may),
        Kind::Tuple(parts) => parts.iter().for_each(|part| abouts(part, met, into, may)),
        Kind::Group(of) | Kind::Choice(of) => {
            if !met.insert(of.clone()) {
                return;
            }
            for knob in shape::choices(of).into_iter().filter(|knob| may(of, &knob.name)) {
                into.insert(knob.about.clone());
                for field in shape::fields_of_choice(knob) {
                    into.insert(field.about.clone());
                    field.kind.iter().for_each(|kind| abouts(kind, met, into, may));
                }
                knob.holds.iter().for_each(|kind| abouts(kind, met, into, may));
            }
            for field in shape::fields(of) {
                into.insert(field.about.clone());
                field.kind.iter().for_each(|kind| abouts(kind, met, into, may));
            }
        }
        Kind::Switch
        | Kind::Whole(_)
        | Kind::Number
        | Kind::Span
        | Kind::Time
        | Kind::Share
        | Kind::Rate
        | Kind::Amount
        | Kind::Level
        | Kind::Text
        | Kind::Other => {}
    }
}

#[test]
fn every_field_that_may_be_changed_is_explained_in_german() {
    let mut all = BTreeSet::new();
    for id in TOLD {
        let lab = opened(id);
        let editor: &Editor = &lab.run.as_ref().unwrap().editor;
        let strategies = editor.strategies().unwrap();
        let may = |of: &str, name: &str| of != "Strategy" || strategies.iter().any(|one| one == name);
        let mut met = BTreeSet::new();
        for knob in shape::fields("Plan").into_iter().filter(|knob| editor.may_change(&knob.name)) {
            all.insert(knob.about.clone());
            knob.kind.iter().for_each(|kind| abouts(kind, &mut met, &mut all, &may));
        }
    }
    assert!(all.len() > 200, "{} explanations", all.len());
    let mut untold = Vec::new();
    for about in &all {
        match told_with_gaps(about) {
            None => untold.push(about.clone()),
            Some((_, gaps)) => {
                let is_english = |gap: &&String| gap.split(' ').any(|word| ENGLISH.contains(&word));
                untold.extend(gaps.iter().filter(is_english).map(|gap| format!("{gap:?} in {about}")));
            }
        }
    }
    assert!(untold.is_empty(), "{} are not told:\n{}", untold.len(), untold.join("\n"));
}

#[test]
fn every_message_about_a_broken_plan_is_told_in_german() {
    // Each with the gaps that have no words of their own: names, numbers and what is written in files.
    opened("canary");
    let mut untold = Vec::new();
    let mut messages = 0;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bad");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for path in files {
        let name = path.file_name().unwrap().to_str().unwrap();
        if !(name.starts_with("plan-") && name.ends_with(".txt")) {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let first = text.lines().next().unwrap();
        // After the file, the line and the column.
        let message = first.splitn(4, ':').nth(3).unwrap().trim().trim_start_matches("warning: ");
        messages += 1;
        if told_with_gaps(message).is_none() {
            untold.push(format!("{name}: {message}"));
        }
    }
    assert!(messages > 80, "{messages} messages");
    assert!(untold.is_empty(), "{} are not told:\n{}", untold.len(), untold.join("\n"));
}

#[test]
fn a_value_that_is_not_right_and_a_choice_that_is_not_allowed_are_told_in_german() {
    let lab = opened("canary");
    let run = lab.run.as_ref().unwrap();
    let subject: &Subject = &run.subject;
    let starter = run.editor.text();
    let other = "(format: 1, title: \"x\", strategy: Rolling())".to_owned();
    for (text, said) in [
        (starter.replacen("\"50%\"", "\"250%\"", 1), "erlaubt ist"),
        (starter.replacen("Pause(\"", "Pause(\"x", 1), "ist keine Zeitspanne"),
        (starter.replacen("steps:", "stepz:", 1), "ist in Canary nicht bekannt"),
        (other.clone(), "erlaubt die Strategie Rolling nicht"),
        (other, "darfst du \"drain\" nicht ändern"),
    ] {
        assert_ne!(text, starter, "{said}");
        let editor = Editor::new(subject.clone(), text);
        let messages: Vec<String> = editor
            .problems()
            .iter()
            .map(|problem| {
                told_with_gaps(&problem.message)
                    .map_or_else(|| format!("ENGLISH {}", problem.message), |told| told.0)
            })
            .collect();
        assert!(messages.iter().any(|message| message.contains(said)), "{said}: {messages:?}");
        assert!(messages.iter().all(|message| !message.starts_with("ENGLISH")), "{said}: {messages:?}");
    }
}
