//! Types into every kind of field of the plan, letter by letter, in the whole window: all letters arrive in the field, none of
//! them acts as a shortcut, and the plan has them when the field is left.

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::app::model::editor::EditorCommand;
use crate::app::model::run::Run;
use crate::app::model::screen::Screen;
use crate::app::model::settings::Setting;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::{lab, window};

/// A field, what is typed into it, and what the plan's text says then.
struct Field {
    /// Headers of the form to open before.
    open: &'static [&'static str],
    /// The field's name, and which of those of this name it is.
    name: (&'static str, usize),
    typed: &'static str,
    /// What stands in the text before and after.
    change: (&'static str, &'static str),
}

pub(super) const ROLLING: &str = "(
    format: 1,
    title: \"Mine\",
    strategy: Rolling(max_surge: \"25%\"),
    drain: (pre_stop: \"15s\", finishes_work: true),
    flags: [(\"new-pay\", \"10%\")],
)
";

pub(super) const JUDGED: &str = "(
    format: 1,
    title: \"Mine\",
    strategy: Canary(steps: [Weight(\"10%\"), Pause(\"10m\")]),
    analysis: (checks: [(
        name: \"judge\",
        query: (metric: ErrorRatio, over: \"2m\"),
        pass: NotWorse(Kayenta(
            metrics: [(metric: ErrorRatio, groups: [\"errors\"]), (metric: RequestRate, groups: [\"speed\"])],
            weights: {\"errors\": 60.0, \"speed\": 40.0}, // of 100
            every: \"30s\",
        )),
        failure_limit: 3,
    ), (
        name: \"limit\",
        query: (metric: ErrorRatio),
        pass: Below(\"2%\"),
    )]),
)
";

pub(super) fn run<'h>(harness: &'h Harness<'static, Lab>) -> &'h Run {
    harness.state().run.as_ref().unwrap()
}

/// The whole window with this plan in a sandbox, where every field may be changed. It is high enough for the form.
pub(super) fn opened(plan: &str) -> Harness<'static, Lab> {
    let mut lab = lab();
    lab.apply(LabCommand::Set(Setting::AllPanels(true)));
    lab.apply(LabCommand::OpenScenario("checkout".to_owned()));
    lab.apply(LabCommand::Plan(EditorCommand::SetText(plan.to_owned())));
    let harness = window(lab, [1600.0, 3000.0], 1.0);
    assert_eq!(run(&harness).editor.errors(), 0, "{:?}", run(&harness).editor.problems());
    harness
}

/// Gives the field the keyboard, and chooses all that stands in it.
pub(super) fn focus(harness: &mut Harness<'static, Lab>, (name, nth): (&str, usize)) {
    let is_field = |node: &egui_kittest::Node<'_>| {
        matches!(
            node.accesskit_node().role(),
            Role::TextInput | Role::MultilineTextInput | Role::SpinButton | Role::CheckBox
        )
    };
    let field = harness.query_all_by_label(name).filter(is_field).nth(nth);
    field.unwrap_or_else(|| panic!("there is no field {name:?}")).focus();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run_steps(2);
}

/// Presses the keys of a text one by one, as a keyboard does: each key goes down, gives its letter, and comes up.
pub(super) fn write(harness: &mut Harness<'static, Lab>, text: &str) {
    for letter in text.chars() {
        let key = match letter {
            ' ' => Some(Key::Space),
            letter => Key::from_name(&letter.to_uppercase().to_string()),
        };
        let event = |pressed| {
            key.map(|key| Event::Key {
                key,
                physical_key: None,
                pressed,
                repeat: false,
                modifiers: Modifiers::NONE,
            })
        };
        let events = [event(true), Some(Event::Text(letter.to_string())), event(false)];
        harness.input_mut().events.extend(events.into_iter().flatten());
        harness.run_steps(2);
    }
}

/// Types into a field and looks at the plan's text; nothing else has happened to the lab.
fn check(plan: &str, field: &Field) {
    let mut harness = opened(plan);
    for header in field.open {
        // Other panes come after the plan's, and have headers of the same name.
        let first = harness.query_all_by_label(header).next();
        first.unwrap_or_else(|| panic!("there is no header {header:?}")).click_accesskit();
        harness.run_steps(3);
    }
    focus(&mut harness, field.name);
    write(&mut harness, field.typed);
    let (before, after) = field.change;
    if !field.typed.trim().is_empty() {
        let editor = &run(&harness).editor;
        assert_eq!((editor.text(), editor.errors()), (plan, 0), "{:?}: judged too early", field.name);
        harness.key_press(Key::Enter);
        harness.run_steps(3);
    }
    let lab = harness.state();
    assert_eq!(run(&harness).editor.text(), plan.replacen(before, after, 1), "{:?}", field.name);
    assert_eq!((lab.screen, lab.overlay), (Screen::Run, None), "{:?}", field.name);
    assert!(lab.notices.is_empty(), "{:?}: {:?}", field.name, lab.notices);
    let view = run(&harness).player.snapshot();
    assert_eq!((view.now.as_secs_f64(), view.is_playing), (0.0, false), "{:?}", field.name);
    assert!(view.actions.is_empty() && view.futures.len() <= 1, "{:?}", field.name);
}

#[test]
fn every_kind_of_field_takes_all_letters_that_are_typed() {
    let rolling = [
        // Text, with letters that are keys of the lab, and some that files escape.
        (&[][..], ("Title", 0), "Fans 90 B? \"x\"", ("Mine", "Fans 90 B? \\\"x\\\"")),
        // A length of time that is not given yet; `3` and `30` are none.
        (&[], ("Min ready", 0), "30s", ("\"25%\")", "\"25%\", min_ready: \"30s\")")),
        // One that is there.
        (&["Health checks and drain"], ("Pre stop", 0), "45s", ("15s", "45s")),
        // An amount: a number of instances until the sign of a share comes.
        (&[], ("Max surge", 0), "35%", ("25%", "35%")),
        // Both parts of a pair in a list: a name and a share.
        (&["Flags", "1 Flags"], ("Flags", 0), "dark r", ("\"new-pay\"", "\"dark r\"")),
        (&["Flags", "1 Flags"], ("Flags", 1), "7.5%", ("\"10%\"", "\"7.5%\"")),
        // Yes or no.
        (&["Health checks and drain"], ("Finishes work", 0), " ", ("true", "false")),
    ];
    for (open, name, typed, change) in rolling {
        check(ROLLING, &Field { open, name, typed, change });
    }
    let first = &["Analysis", "1 judge"][..];
    let judged = [
        // Whole numbers: one that is there, and one that may be left out.
        (first, ("Failure limit", 0), "12", ("failure_limit: 3", "failure_limit: 12")),
        (first, ("Count", 0), "10", ("failure_limit: 3,", "failure_limit: 3,\n        count: 10,")),
        // Numbers by names.
        (first, ("Weights: errors", 0), "62.5", ("60.0", "62.5")),
        // A level in whatever unit: `1.` is half a number.
        (&["Analysis", "2 limit"], ("Pass", 0), "1.5%", ("\"2%\"", "\"1.5%\"")),
        (&["Step 1: Send 10%"], ("What the step does", 0), "33.5%", ("\"10%\"", "\"33.5%\"")),
        (&["Step 2: Wait, watch 10:00"], ("What the step does", 0), "2h30m", ("10m", "2h30m")),
    ];
    for (open, name, typed, change) in judged {
        check(JUDGED, &Field { open, name, typed, change });
    }
}

#[test]
fn a_name_in_a_map_takes_all_letters_that_are_typed() {
    let mut harness = opened(JUDGED);
    for header in ["Analysis", "1 judge"] {
        harness.get_by_label(header).click_accesskit();
        harness.run_steps(3);
    }
    focus(&mut harness, ("Weights, name of errors", 0));
    // On the way it is the name of another row, which is told above the field.
    write(&mut harness, "speed r");
    assert_eq!(run(&harness).editor.text(), JUDGED);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let renamed = JUDGED.replace("{\"errors\"", "{\"speed r\"");
    assert_eq!(run(&harness).editor.text(), renamed);
}

#[test]
fn the_text_takes_all_letters_that_are_typed() {
    let mut harness = opened(ROLLING);
    harness.get_by_label("text").click_accesskit();
    harness.run_steps(3);
    focus(&mut harness, ("The plan as text", 0));
    write(&mut harness, &ROLLING.replace('\n', " "));
    assert_eq!(run(&harness).editor.text(), ROLLING.replace('\n', " "));
    assert!(run(&harness).editor.problems().is_empty(), "{:?}", run(&harness).editor.problems());
    assert_eq!(run(&harness).player.snapshot().now.as_secs_f64(), 0.0);
}
