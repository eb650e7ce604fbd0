//! A new exercise, from nothing, by clicks and keys: what is said of it, the files that are made, what is wrong beside its field, taking it
//! back, and the ways from the checklist to what it speaks of.

use std::fs;
use std::path::Path;
use std::time::Duration;

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT, Queryable};
use egui_kittest::{Harness, Node};

use crate::app::model::Lab;
use crate::app::model::author::{AuthorCommand, AuthorTools};
use crate::app::model::lab::Start;
use crate::app::model::screen::Screen;
use crate::app::model::{LabCommand, author, welcome};
use crate::app::tests::typing::write;
use crate::app::tests::{is_control, press, tab_to, window};
use crate::app::texts::t;
use crate::exercise::Exercise;
use crate::library::{Outline, Problem, Severity, load, read_ron};

/// A checker that says one thing of each kind: of fields, of files, of what passes, of what is missing, of the proof.
const TOOLS: AuthorTools = AuthorTools {
    check: |folder| {
        let text = fs::read_to_string(format!("{folder}/exercise.ron")).unwrap();
        let Ok(outline) = Outline::of(&format!("{folder}/exercise.ron"), &text) else {
            return read_ron::<Exercise>(&format!("{folder}/exercise.ron"), &text).err().unwrap_or_default();
        };
        let field = |path: &str, message: &str| outline.problem(path, "test", message, Severity::Error);
        let file =
            |name: &str, code, message: &str| Problem::of_file(format!("{folder}/{name}"), code, message);
        vec![
            field("rubric[1].full", "of a field"),
            field("cases[2].faults[0]", "of an item"),
            field("minutes", "of a field in the first group"),
            field("rubric[3]", "of a criterion"),
            field("subject", "of what is left out"),
            field("hints[1].say", "of a hint"),
            file("exercise.ron", "null-policy-passes", "of what passes"),
            file("solution.ron", "solution-fails", "of a plan"),
            file("brief.md", "no-brief", "of the brief"),
            file("exercise.ron", "no-wrong-solution", "of a wrong plan"),
            Problem { line: 3, column: 5, ..file("wrong-no-eyes.ron", "unknown-field", "of a place") },
            file("proof.ron", "no-proof", "of the proof"),
        ]
    },
    calibrate: |_| Ok(String::new()),
    preview: |_, _| Ok(String::new()),
    prove: |folder| {
        fs::write(format!("{folder}/proof.ron"), "()").unwrap();
        Vec::new()
    },
};

/// A window on the screen of authors, with its own exercises in the data folder `data`.
fn opened(data: &Path, size: [f32; 2]) -> Harness<'static, Lab> {
    opened_with(TOOLS, data, size)
}

fn opened_with(tools: AuthorTools, data: &Path, size: [f32; 2]) -> Harness<'static, Lab> {
    let start = Start { data: Some(data.to_owned()), author: Some(tools), ..Start::default() };
    let mut lab = Lab::new(start);
    lab.settings.welcome = welcome::STEPS;
    lab.overlay = None;
    lab.apply(LabCommand::Go(Screen::Author));
    window(lab, size, 1.0)
}

/// The control of this name; a text beside it may say the same.
fn control<'h>(harness: &'h Harness<'static, Lab>, name: &'h str) -> Node<'h> {
    let found = harness.query_all_by_label(name).find(|node| is_control(node.accesskit_node().role()));
    found.unwrap_or_else(|| panic!("there is no {name:?}"))
}

fn click(harness: &mut Harness<'static, Lab>, name: &str) {
    control(harness, name).click();
    harness.run_steps(4);
}

fn say(harness: &mut Harness<'static, Lab>, field: &str, text: &str) {
    click(harness, field);
    harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    harness.run_steps(1);
    write(harness, text);
}

/// Opens a box and chooses what begins so.
fn choose(harness: &mut Harness<'static, Lab>, name: &str, begins: &str) {
    control(harness, name).click_accesskit();
    harness.run_steps(4);
    let found = harness.query_all_by_label_contains(begins).last();
    found.unwrap_or_else(|| panic!("there is no {begins:?}")).click_accesskit();
    harness.run_steps(2);
    press(harness, Key::Escape);
}

/// Says what a new exercise is, and makes it.
fn made(harness: &mut Harness<'static, Lab>) {
    click(harness, "New exercise");
    say(harness, "Id", "late-bread");
    say(harness, "Title", "It answers, but late");
    say(harness, "What is learned, a line each", "Look at how long it takes");
    click(harness, "Make it");
}

fn said_at(harness: &Harness<'static, Lab>, field: &str) -> String {
    control(harness, field).accesskit_node().data().description().unwrap_or_default().to_owned()
}

/// What has the keyboard: its name, and its text where it has one.
fn focused(harness: &Harness<'static, Lab>) -> (String, String) {
    let node = harness.root().children_recursive().find(|node| node.accesskit_node().is_focused());
    let node = node.expect("something has the keyboard").accesskit_node();
    (node.label().unwrap_or_default(), node.value().unwrap_or_default())
}

fn file(harness: &Harness<'static, Lab>) -> String {
    harness.state().author.as_ref().unwrap().file().unwrap().name.clone()
}

#[test]
fn a_new_exercise_is_made_of_what_is_said_about_any_scenario() {
    let data = tempfile::tempdir().unwrap();
    let mut harness = opened(data.path(), [1280.0, 900.0]);
    click(&mut harness, "New exercise");
    say(&mut harness, "Id", "late-bread");
    say(&mut harness, "Title", "It answers, \"but\" late");
    say(&mut harness, "What is learned, a line each", "Look at how long it takes");
    choose(&mut harness, "Scenario", "clinic: ");
    choose(&mut harness, "Part of the course", t("part.production"));
    click(&mut harness, "Make it");
    let folder = data.path().join("exercises/01-late-bread");
    let author = harness.state().author.as_ref().expect("it is open");
    assert_eq!((author.folder.as_path(), author.id.as_str()), (folder.as_path(), "late-bread"));
    assert_eq!(file(&harness), "exercise.ron");
    let ready = load::exercise(&folder.display().to_string()).unwrap();
    let exercise = ready.exercise;
    assert_eq!(exercise.title, "It answers, \"but\" late");
    assert_eq!((exercise.part, exercise.scenario.as_str()), (4, "clinic"));
    assert_eq!(exercise.objectives, ["Look at how long it takes"]);
    assert_eq!(exercise.problems(Some(&ready.scenario)), []);
    assert!(fs::read_to_string(folder.join("brief.md")).unwrap().contains(ready.scenario.about.trim()));
    for name in ["starter.ron", "solution.ron"] {
        assert!(folder.join(name).is_file(), "{name}");
    }
    // It is there when the lab is opened again.
    let again = opened(data.path(), [1280.0, 900.0]);
    assert!(again.query_by_label("Edit \"It answers, \"but\" late\"").is_some());
}

#[test]
fn what_is_wrong_with_a_new_exercise_is_said_beside_its_field_and_nothing_is_made() {
    let data = tempfile::tempdir().unwrap();
    fs::create_dir_all(data.path().join("exercises/03-there")).unwrap();
    let mut harness = opened(data.path(), [1280.0, 900.0]);
    click(&mut harness, "New exercise");
    click(&mut harness, "Make it");
    let named = ["Id", "Title", "What is learned, a line each"];
    let told = named.map(|field| said_at(&harness, field));
    assert!(told[0].contains("a-z") && told[1].contains("title") && told[2].contains("learned"), "{told:?}");
    for (id, wanted) in [
        ("Late Bread", "a-z"),
        ("../out", "a-z"),
        ("canary", "taken"),
        ("there", "taken"),
        ("museum-knight-2012", "taken"),
    ] {
        say(&mut harness, "Id", id);
        press(&mut harness, Key::Tab);
        assert!(said_at(&harness, "Id").contains(wanted), "{id}: {:?}", said_at(&harness, "Id"));
        click(&mut harness, "Make it");
        assert!(harness.state().author.is_none(), "{id}");
    }
    let there: Vec<_> = fs::read_dir(data.path().join("exercises")).unwrap().collect();
    assert_eq!(there.len(), 1);
    say(&mut harness, "Id", "bread");
    say(&mut harness, "Title", "Bread");
    say(&mut harness, "What is learned, a line each", "Bake");
    assert_eq!(named.map(|field| said_at(&harness, field)), [""; 3]);
    click(&mut harness, "Make it");
    assert!(data.path().join("exercises/04-bread").is_dir());
}

#[test]
fn a_new_exercise_is_taken_back_as_long_as_it_is_as_it_was_made() {
    let data = tempfile::tempdir().unwrap();
    let mut harness = opened(data.path(), [1280.0, 900.0]);
    made(&mut harness);
    let folder = data.path().join("exercises/01-late-bread");
    harness.state_mut().apply(LabCommand::Author(AuthorCommand::Add(author::Addition::Hint)));
    harness.run_steps(2);
    let button = harness.get_by_label("Take the new exercise back").accesskit_node().is_disabled();
    assert!(button, "it was changed");
    click(&mut harness, "Undo");
    click(&mut harness, "Take the new exercise back");
    assert!(!folder.exists());
    assert!(harness.state().author.is_none() && harness.state().notices.is_empty());
    // What was said is still there.
    click(&mut harness, "Make it");
    assert!(folder.join("exercise.ron").is_file());
}

#[test]
fn each_line_of_the_checklist_leads_to_what_it_speaks_of_by_click_and_by_key() {
    let data = tempfile::tempdir().unwrap();
    let mut harness = opened(data.path(), [1600.0, 900.0]);
    made(&mut harness);
    let ways = [
        ("of a field", "exercise.ron", ("Full", "1.0")),
        ("of an item", "exercise.ron", ("Faults", "payments-brownout")),
        ("of a field in the first group", "exercise.ron", ("Minutes", "20")),
        ("of a criterion", "exercise.ron", ("4 done-in-time \u{d7}", "")),
        ("of what is left out", "exercise.ron", ("Subject", "")),
        ("of a hint", "exercise.ron", ("Say", "An analysis can compare")),
        ("of what passes", "exercise.ron", ("Rubric", "")),
        ("of a plan", "solution.ron", ("solution.ron", "")),
        ("of the brief", "brief.md", ("brief.md", "")),
        ("of a wrong plan", "brief.md", ("Name of the wrong plan", "")),
        ("of a place", "wrong-no-eyes.ron", ("wrong-no-eyes.ron", "")),
        ("of the proof", "wrong-no-eyes.ron", ("Prove it", "")),
    ];
    for by_key in [false, true] {
        for (message, name, (field, value)) in ways {
            let ends = |label: &str| label.ends_with(&format!(": {message}"));
            if by_key {
                let line = harness
                    .root()
                    .children_recursive()
                    .find(|node| node.accesskit_node().label().is_some_and(|label| ends(&label)));
                line.unwrap_or_else(|| panic!("{message}")).focus();
                harness.run_steps(2);
                harness.key_press(Key::Enter);
            } else {
                let line = harness
                    .root()
                    .children_recursive()
                    .find(|node| node.accesskit_node().label().is_some_and(|label| ends(&label)));
                line.unwrap_or_else(|| panic!("{message}")).click_accesskit();
            }
            // What it is in unfolds.
            for _ in 0..30 {
                harness.step();
            }
            assert_eq!(file(&harness), name, "{message}");
            let (label, text) = focused(&harness);
            assert!(label.trim_end_matches('?').trim().contains(field), "{message}: {label:?}");
            assert!(text.starts_with(value), "{message}: {text:?}");
            let place = harness.root().children_recursive().find(|node| node.accesskit_node().is_focused());
            let place = place.unwrap().rect();
            assert!(place.top() >= 0.0 && place.top() < 900.0, "{message}: it is in sight at {place}");
        }
    }
    // The checklist is walked by Tab alone.
    tab_to(&mut harness, ": of the proof");
    // The last of them makes the proof, and can be asked again.
    harness.key_press(Key::Enter);
    harness.run_steps(4);
    assert_eq!(focused(&harness).0, "Prove it");
    press(&mut harness, Key::Enter);
    assert!(data.path().join("exercises/01-late-bread/proof.ron").is_file());
    assert!(!harness.state().author.as_ref().unwrap().is_proven);
}

#[test]
fn a_text_that_cannot_be_read_is_mended_where_the_checklist_leads_and_after_the_window_was_closed() {
    let data = tempfile::tempdir().unwrap();
    let mut harness = opened(data.path(), [1600.0, 900.0]);
    made(&mut harness);
    let whole = harness.state().author.as_ref().unwrap().file().unwrap().text.clone();
    let broken = whole.replacen("minutes: 20,", "minutes: ,", 1);
    harness.state_mut().apply(LabCommand::Author(AuthorCommand::Type(broken.clone())));
    harness.state_mut().tick(Duration::from_secs(1));
    harness.run_steps(3);
    let line = 1 + broken.split("minutes: ,").next().unwrap().matches('\n').count();
    let start = format!("exercise.ron:{line}: ");
    harness.query_all_by_label_contains(&start).next().unwrap().click_accesskit();
    harness.run_steps(6);
    assert_eq!(focused(&harness).0, "exercise.ron");
    // The cursor is at the place, and what is typed goes there.
    write(&mut harness, "5");
    let text = harness.state().author.as_ref().unwrap().file().unwrap().text.clone();
    let [before, now] = [&broken, &text].map(|text| text.lines().nth(line - 1).unwrap());
    assert_eq!((text.len(), now.replacen('5', "", 1)), (broken.len() + 1, before.to_owned()));
    // Closed while it cannot be read: it is still there to be mended.
    harness.state_mut().apply(LabCommand::Author(AuthorCommand::Type(broken)));
    harness.state_mut().apply(LabCommand::Quit);
    let mut again = opened(data.path(), [1600.0, 900.0]);
    again.query_all_by_label_contains("01-late-bread").next().unwrap().click_accesskit();
    again.run_steps(3);
    assert_eq!(again.state().author.as_ref().expect("it is open").id, "late-bread");
}

#[test]
fn a_wrong_plan_begins_as_a_copy_of_the_solution_and_overwrites_none() {
    let data = tempfile::tempdir().unwrap();
    let mut harness = opened(data.path(), [1600.0, 900.0]);
    made(&mut harness);
    say(&mut harness, "Name of the wrong plan", "wrong-errors-only");
    click(&mut harness, "Begin it as a copy of the solution");
    assert_eq!(file(&harness), "wrong-errors-only.ron");
    harness.state_mut().tick(Duration::from_secs(1));
    let folder = data.path().join("exercises/01-late-bread");
    let [copy, solution] =
        ["wrong-errors-only.ron", "solution.ron"].map(|name| fs::read_to_string(folder.join(name)).unwrap());
    assert_eq!(copy, solution);
    click(&mut harness, "Begin it as a copy of the solution");
    assert!(harness.state_mut().notices.pop().unwrap().text.contains("is there already"));
}

/// Someone who knows what the guide for instructors says, in the window from nothing to the proof. Each click and each text is an interaction.
struct Walker {
    harness: Harness<'static, Lab>,
    interactions: usize,
}

impl Walker {
    fn click(&mut self, name: &str) {
        click(&mut self.harness, name);
        self.interactions += 1;
    }

    fn click_into(&mut self, file: &str) {
        let is_text = |node: &Node<'_>| {
            matches!(node.accesskit_node().role(), Role::TextInput | Role::MultilineTextInput)
        };
        self.harness.query_all_by_label(file).find(is_text).expect("its text").click();
        self.harness.run_steps(2);
        self.interactions += 1;
    }

    fn say(&mut self, field: &str, text: &str) {
        self.click(field);
        self.put(text);
    }

    /// Puts a text in the place of what the field with the keyboard holds.
    fn put(&mut self, text: &str) {
        self.harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
        self.harness.run_steps(1);
        self.harness.input_mut().events.push(egui::Event::Paste(text.to_owned()));
        self.harness.run_steps(3);
        self.interactions += 1;
    }

    /// What the checker wants when all that was written has rested.
    fn wanted(&mut self) -> Vec<String> {
        self.harness.state_mut().tick(Duration::from_secs(1));
        self.harness.run_steps(3);
        let checked = self.harness.state().author.as_ref().unwrap().checked.clone();
        let said =
            |problem: &Problem| format!("{}: {}", problem.file.rsplit('/').next().unwrap(), problem.code);
        checked.expect("it is checked").iter().map(said).collect()
    }

    /// Follows the only line of the checklist.
    fn follow(&mut self, file: &str) {
        let is_line = |node: &Node<'_>| {
            let label = node.accesskit_node().label().unwrap_or_default();
            label.starts_with(&format!("{file}: ")) && is_control(node.accesskit_node().role())
        };
        self.harness.root().children_recursive().find(is_line).expect("its line").click();
        self.interactions += 1;
        (0..20).for_each(|_| self.harness.step());
    }
}

/// Goes from nothing to the proof with these tools, of which the checker is the real one. Returns the number of interactions until only
/// the proof was missing, and until it was there.
pub(crate) fn walked(tools: AuthorTools) -> [usize; 2] {
    let data = tempfile::tempdir().unwrap();
    let harness = opened_with(tools, data.path(), [1600.0, 900.0]);
    let mut walker = Walker { harness, interactions: 0 };
    walker.click("New exercise");
    walker.say("Id", "late-bread");
    walker.say("Title", "It answers, but late");
    walker.say("What is learned, a line each", "Send a release to a few first");
    walker.click("Make it");
    assert_eq!(walker.wanted(), ["proof.ron: no-proof"]);
    // A wrong plan of one's own, and a brief. As a copy of the solution it passes, which is told and leads to it.
    walker.click("brief.md");
    walker.click_into("brief.md");
    walker.put("# It answers, but late\n\n**Let nobody wait.**\n");
    walker.say("Name of the wrong plan", "wrong-blind");
    walker.click("Begin it as a copy of the solution");
    assert_eq!(walker.wanted(), ["proof.ron: no-proof", "wrong-blind.ron: wrong-passes"]);
    walker.follow("wrong-blind.ron");
    walker.put("(format: 1, title: \"Blind\", strategy: Canary(steps: [Weight(\"5%\"), Pause(\"3m\")]))\n");
    assert_eq!(walker.wanted(), ["proof.ron: no-proof"]);
    let until_proof = walker.interactions;
    walker.follow("proof.ron");
    press(&mut walker.harness, Key::Enter);
    walker.interactions += 1;
    let folder = data.path().join("exercises/01-late-bread");
    assert!(folder.join("proof.ron").is_file());
    assert_eq!(
        fs::read_to_string(folder.join("brief.md")).unwrap(),
        "# It answers, but late\n\n**Let nobody wait.**\n"
    );
    [until_proof, walker.interactions]
}
