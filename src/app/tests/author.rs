//! The author's mode.

use std::fs;
use std::path::Path;
use std::time::Duration;

use egui_kittest::kittest::Queryable;

use crate::app::model::author::{Addition, AuthorCommand, AuthorTools};
use crate::app::model::editor::EditorCommand;
use crate::app::model::lab::Start;
use crate::app::model::screen::Screen;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::window;
use crate::exercise::Exercise;
use crate::library::shipped::exercise_files;
use crate::library::{Problem, read_ron};

/// A checker that wants two hints, and pages that say what they are of.
pub(super) const TOOLS: AuthorTools = AuthorTools {
    check: |folder| {
        let text = fs::read_to_string(format!("{folder}/exercise.ron")).unwrap();
        let hints = read_ron::<Exercise>("exercise.ron", &text).map(|(exercise, _)| exercise.hints.len());
        match hints {
            Ok(hints) if hints < 6 => vec![Problem::of_file("exercise.ron", "few", format!("{hints} hints"))],
            Ok(_) => Vec::new(),
            Err(problems) => problems,
        }
    },
    calibrate: |folder| Err(format!("no solution in {}", folder.len() > 3)),
    preview: |_, case| Ok(format!("page of {case}")),
    prove: |_| Vec::new(),
};

/// A lab with an exercise of one's own, open in the author's mode.
pub(super) fn lab_in(folder: &Path, start: Start) -> Lab {
    let own = folder.join("11-mine");
    if !own.is_dir() {
        fs::create_dir(&own).unwrap();
        for file in exercise_files("all-at-once").unwrap().files {
            let name = file.file.rsplit('/').next().unwrap();
            let text = file.text.replace("id: \"all-at-once\"", "id: \"mine\"");
            fs::write(own.join(name), text).unwrap();
        }
    }
    let start = Start { exercises: Some(folder.to_owned()), author: Some(TOOLS), ..start };
    let mut lab = Lab::new(start);
    author(&mut lab, AuthorCommand::Open("mine".to_owned()));
    assert_eq!(lab.screen, Screen::Author);
    lab
}

fn author(lab: &mut Lab, command: AuthorCommand) {
    lab.apply(LabCommand::Author(command));
    lab.tick(Duration::from_millis(1));
}

/// Lets the last letter rest, and what follows from it come in.
fn rest(lab: &mut Lab) {
    lab.tick(Duration::from_millis(600));
    lab.tick(Duration::from_millis(1));
}

fn on_disk(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join("11-mine").join(file)).unwrap()
}

fn messages(lab: &Lab) -> Vec<String> {
    let checked = lab.author.as_ref().unwrap().checked.as_ref().unwrap();
    checked.iter().map(|problem| problem.message.clone()).collect()
}

#[test]
fn what_is_added_is_saved_with_all_comments_checked_and_undone() {
    let folder = tempfile::tempdir().unwrap();
    let mut lab = lab_in(folder.path(), Start::default());
    let before = on_disk(folder.path(), "exercise.ron");
    assert_eq!(messages(&lab).len(), 1);
    for _ in 0..6 {
        author(&mut lab, AuthorCommand::Add(Addition::Hint));
    }
    assert_eq!(on_disk(folder.path(), "exercise.ron"), before, "it rests first");
    rest(&mut lab);
    let after = on_disk(folder.path(), "exercise.ron");
    let comments = |text: &str| text.lines().filter(|line| line.trim_start().starts_with("//")).count();
    assert!(comments(&before) > 2);
    assert_eq!(comments(&after), comments(&before));
    let exercise = read_ron::<Exercise>("f", &after).unwrap().0;
    assert!(exercise.hints.len() >= 6 && exercise.hints.last().unwrap().say.is_empty());
    assert_eq!(messages(&lab), Vec::<String>::new());
    for addition in Addition::ALL {
        author(&mut lab, AuthorCommand::Add(addition));
        rest(&mut lab);
        assert!(read_ron::<Exercise>("f", &on_disk(folder.path(), "exercise.ron")).is_ok(), "{addition:?}");
    }
    for _ in 0..20 {
        author(&mut lab, AuthorCommand::Undo);
    }
    rest(&mut lab);
    assert_eq!(on_disk(folder.path(), "exercise.ron"), before);
    assert_eq!(messages(&lab).len(), 1);
    author(&mut lab, AuthorCommand::Redo);
    rest(&mut lab);
    assert_ne!(on_disk(folder.path(), "exercise.ron"), before);
}

#[test]
fn what_is_typed_is_saved_and_what_is_wrong_with_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut lab = lab_in(folder.path(), Start::default());
    author(&mut lab, AuthorCommand::Show("brief.md".to_owned()));
    author(&mut lab, AuthorCommand::Type("# Mine\n".to_owned()));
    rest(&mut lab);
    assert_eq!(on_disk(folder.path(), "brief.md"), "# Mine\n");
    author(&mut lab, AuthorCommand::Show("exercise.ron".to_owned()));
    author(&mut lab, AuthorCommand::Type("(format: 1, cases: [".to_owned()));
    rest(&mut lab);
    assert!(!messages(&lab).is_empty());
    author(&mut lab, AuthorCommand::Add(Addition::Case));
    assert!(!lab.notices.is_empty(), "it says why nothing can be added");
}

#[test]
fn the_plan_that_is_played_becomes_the_solution_and_a_wrong_plan() {
    let folder = tempfile::tempdir().unwrap();
    let mut lab = lab_in(folder.path(), Start::default());
    author(&mut lab, AuthorCommand::KeepAs("solution".to_owned()));
    assert!(lab.notices.pop().unwrap().text.contains("not being played"));
    lab.apply(LabCommand::OpenExercise("mine".to_owned()));
    let text = "(format: 1, title: \"Recorded\", strategy: Recreate) // by me\n";
    lab.apply(LabCommand::Plan(EditorCommand::SetText(text.to_owned())));
    for name in ["solution", "wrong-by-hand"] {
        author(&mut lab, AuthorCommand::KeepAs(name.to_owned()));
        rest(&mut lab);
        assert_eq!(on_disk(folder.path(), &format!("{name}.ron")), text);
    }
    author(&mut lab, AuthorCommand::KeepAs("../solution".to_owned()));
    assert!(lab.notices.pop().unwrap().text.contains("cannot be the name"));
    author(&mut lab, AuthorCommand::Show("solution.ron".to_owned()));
    author(&mut lab, AuthorCommand::Undo);
    rest(&mut lab);
    assert_ne!(on_disk(folder.path(), "solution.ron"), text);
}

#[test]
fn checklist_preview_and_calibration_stand_beside_the_text_at_every_size() {
    let folder = tempfile::tempdir().unwrap();
    for (size, zoom) in [([1024.0, 640.0], 1.0), ([1600.0, 900.0], 1.0), ([1280.0, 2400.0], 2.0)] {
        let mut harness = window(lab_in(folder.path(), Start::default()), size, zoom);
        harness.run_steps(3);
        assert!(harness.query_by_label_contains("exercise.ron: ").is_some(), "{size:?}: the checklist");
        harness.get_by_label("Preview: errors").click_accesskit();
        harness.run_steps(3);
        harness.get_by_label("page of errors");
        harness.get_by_label("Calibrate the marks").click_accesskit();
        harness.run_steps(3);
        harness.get_by_label_contains("no solution in ");
        harness.get_by_label("Add a hint").click_accesskit();
        harness.run_steps(2);
        assert!(harness.state().author.as_ref().unwrap().file().unwrap().can()[0]);
    }
}

#[test]
fn an_exercise_is_edited_in_forms_and_what_is_wrong_stands_at_its_field() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(lab_in(folder.path(), Start::default()), [1600.0, 3000.0], 1.0);
    let before = on_disk(folder.path(), "exercise.ron");
    let comments = |text: &str| text.lines().filter(|line| line.trim_start().starts_with("//")).count();
    let open = |harness: &mut egui_kittest::Harness<'static, Lab>, title: &str| {
        let found = harness.query_all_by_label_contains(title).next();
        found.unwrap_or_else(|| panic!("there is no {title:?}")).click_accesskit();
        harness.run_steps(4);
    };
    let write = |harness: &mut egui_kittest::Harness<'static, Lab>, field: &str, text: &str| {
        harness.query_all_by_label(field).next().unwrap_or_else(|| panic!("there is no {field:?}")).focus();
        harness.run_steps(2);
        harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        harness.query_all_by_label(field).next().unwrap().type_text(text);
        harness.run_steps(2);
        harness.key_press(egui::Key::Tab);
        harness.run_steps(3);
        rest(harness.state_mut());
        harness.run_steps(3);
    };
    let exercise = || read_ron::<Exercise>("f", &on_disk(folder.path(), "exercise.ron")).unwrap().0;
    // A case.
    open(&mut harness, "2 errors");
    write(&mut harness, "Weight", "3");
    assert_eq!(exercise().cases[1].weight, 3);
    open(&mut harness, "2 errors");
    // A criterion.
    let first = exercise().rubric[0].clone();
    open(&mut harness, &format!("1 {}", first.id));
    write(&mut harness, "Points", "13");
    assert_eq!(exercise().rubric[0].points, 13.0);
    assert_eq!(comments(&on_disk(folder.path(), "exercise.ron")), comments(&before));
    // What is wrong stands at its field, and in the checklist.
    write(&mut harness, "Points", "many");
    let said = harness.query_all_by_label_contains("found the text \"many\"").count();
    assert!(said >= 2, "{said} places");
    write(&mut harness, "Points", "13");
    open(&mut harness, &format!("1 {}", first.id));
    // A hint, and the variants of the worlds.
    open(&mut harness, "1 Hints");
    write(&mut harness, "Say", "Look at the errors.");
    assert_eq!(exercise().hints[0].say, "Look at the errors.");
    for _ in 0..40 {
        author(harness.state_mut(), AuthorCommand::Undo);
    }
    rest(harness.state_mut());
    assert_eq!(on_disk(folder.path(), "exercise.ron"), before);
}

#[test]
fn the_forms_of_an_exercise_fit_at_every_size() {
    let folder = tempfile::tempdir().unwrap();
    super::clipping::measure("forms", lab_in(folder.path(), Start::default()), |harness| {
        for title in ["1 sound", "1 ", "Cases and variants", "Hints and questions", "What it is"] {
            let found =
                harness.query_all_by_label_contains(title).next().map(|found| found.click_accesskit());
            if found.is_some() {
                harness.run_steps(3);
            }
        }
    });
}

#[test]
fn a_page_of_a_hundred_letters_a_line_is_seen_whole_and_a_run_leads_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut lab = lab_in(folder.path(), Start::default());
    author(&mut lab, AuthorCommand::Preview("errors".to_owned()));
    let line = "x".repeat(100);
    lab.author.as_mut().unwrap().shown.as_mut().unwrap().page = Some(Ok(line.clone()));
    let mut harness = window(lab, [1600.0, 900.0], 1.0);
    let texts = crate::app::tests::clipping::texts(&harness);
    let (text, clip) = texts.iter().find(|(text, _)| text.galley.text() == line).expect("the page");
    let place = text.visual_bounding_rect();
    assert!(place.right() <= clip.right() && place.left() >= clip.left(), "{place} in {clip}");
    harness.get_by_label("Play it").click();
    harness.run_steps(3);
    assert_eq!(harness.state().screen, Screen::Run);
    harness.get_by_label("Write exercises").click();
    harness.run_steps(3);
    assert_eq!(harness.state().screen, Screen::Author);
}
