//! The form of the plan: a value is judged when its field is left, what is wrong is told once and in a place of its own, and
//! sensible values are a press away.

use egui::{Key, Modifiers, Rect};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::app::model::editor::EditorCommand;
use crate::app::model::panes::Pane;
use crate::app::model::run::RunCommand;
use crate::app::model::screen::Screen;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::clipping::texts;
use crate::app::tests::typing::{JUDGED, ROLLING, focus, opened, run, write};
use crate::app::tests::{lab, window};

const HEALTH: &str = "Health checks and drain";

const WRONG: &str = "is not a length of time";

/// The form with the group about drains unfolded.
fn drain() -> Harness<'static, Lab> {
    let mut harness = opened(ROLLING);
    harness.get_by_label(HEALTH).click_accesskit();
    harness.run_steps(3);
    harness
}

/// Where everything with a name stands, but for the field that is typed into.
fn places(harness: &Harness<'static, Lab>) -> Vec<(String, Rect)> {
    let nodes = harness.root().children_recursive();
    let named = nodes.filter_map(|node| {
        let name = node.accesskit_node().label()?;
        (name.starts_with("Add: ") || name.starts_with("About ")).then(|| (name, node.rect()))
    });
    named.collect()
}

fn told(harness: &Harness<'static, Lab>) -> usize {
    harness.query_all_by_label_contains(WRONG).count()
}

#[test]
fn a_value_is_judged_when_its_field_is_left_told_once_and_nothing_moves() {
    for leaves in [Key::Enter, Key::Tab] {
        let mut harness = drain();
        focus(&mut harness, ("Pre stop", 0));
        let before = places(&harness);
        assert!(before.len() > 10, "{before:?}");
        for letter in ["3", "0", "x"] {
            write(&mut harness, letter);
            assert_eq!((run(&harness).editor.errors(), told(&harness)), (0, 0), "after {letter}");
            assert_eq!(places(&harness), before, "after {letter}");
        }
        harness.key_press(leaves);
        harness.run_steps(3);
        assert_eq!((run(&harness).editor.errors(), told(&harness)), (1, 1), "{leaves:?}");
        assert_eq!(places(&harness), before, "{leaves:?}");
        // Typed anew, it is no longer told what is wrong with what stood there.
        focus(&mut harness, ("Pre stop", 0));
        write(&mut harness, "3");
        assert_eq!(told(&harness), 0);
        write(&mut harness, "0s");
        harness.key_press(leaves);
        harness.run_steps(3);
        assert_eq!((run(&harness).editor.errors(), told(&harness)), (0, 0));
        assert_eq!(run(&harness).editor.text(), ROLLING.replace("15s", "30s"));
        assert_eq!(places(&harness), before);
    }
}

#[test]
fn what_does_not_fit_into_the_line_under_a_field_is_shown_in_full_by_a_press() {
    let mut harness = drain();
    focus(&mut harness, ("Pre stop", 0));
    write(&mut harness, "soonish");
    harness.key_press(Key::Tab);
    harness.run_steps(3);
    let in_full = |harness: &Harness<'static, Lab>| {
        let mut texts = texts(harness).into_iter();
        texts.any(|(text, _)| text.galley.text().contains("2h30m") && !text.galley.elided)
    };
    assert!(!in_full(&harness), "it has more letters than a line");
    for is_shown in [true, false, true] {
        harness.query_all_by_label_contains(WRONG).next().unwrap().click();
        harness.run_steps(3);
        assert_eq!(in_full(&harness), is_shown);
    }
    // What is right has nothing to say, nor has what is wrong next.
    for typed in ["30s", "later"] {
        focus(&mut harness, ("Pre stop", 0));
        write(&mut harness, typed);
        harness.key_press(Key::Tab);
        harness.run_steps(3);
        assert!(!in_full(&harness), "{typed}");
    }
}

#[test]
fn what_no_field_shows_is_told_once_at_the_foot() {
    let mut harness = opened(ROLLING);
    harness.state_mut().apply(LabCommand::Plan(crate::app::model::editor::EditorCommand::SetText(
        ROLLING.replace("15s", "15"),
    )));
    harness.run_steps(3);
    // The group about drains is folded.
    assert_eq!(told(&harness), 1);
    harness.get_by_label_contains(&format!("{HEALTH}  \u{d7} 1")).click_accesskit();
    harness.run_steps(4);
    assert_eq!(told(&harness), 1);
}

#[test]
fn escape_and_undo_drop_what_is_being_typed_and_another_command_takes_it_in() {
    for dropped in [true, false] {
        let mut harness = drain();
        focus(&mut harness, ("Pre stop", 0));
        write(&mut harness, "45s");
        if dropped {
            harness.key_press(Key::Escape);
        } else {
            harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
        }
        harness.run_steps(3);
        assert_eq!(run(&harness).editor.text(), ROLLING, "{dropped}");
    }
    let settled: [LabCommand; 3] =
        [LabCommand::Run(RunCommand::Restart), LabCommand::Go(Screen::Course), LabCommand::Quit];
    for command in settled {
        let mut harness = drain();
        focus(&mut harness, ("Pre stop", 0));
        write(&mut harness, "45s");
        harness.state_mut().apply(command.clone());
        assert_eq!(run(&harness).editor.text(), ROLLING.replace("15s", "45s"), "{command:?}");
    }
}

#[test]
fn buttons_keys_and_a_menu_go_to_sensible_values() {
    let mut harness = drain();
    let press = |harness: &mut Harness<'static, Lab>, name: &str| {
        harness.get_by_label(name).click_accesskit();
        harness.run_steps(3);
    };
    let is = |harness: &Harness<'static, Lab>, value: &str| {
        assert_eq!(run(harness).editor.text(), ROLLING.replace("15s", value));
    };
    press(&mut harness, "Pre stop: more");
    is(&harness, "20s");
    press(&mut harness, "Pre stop: less");
    press(&mut harness, "Pre stop: less");
    is(&harness, "10s");
    focus(&mut harness, ("Pre stop", 0));
    for _ in 0..2 {
        harness.key_press(Key::ArrowUp);
        harness.run_steps(3);
    }
    is(&harness, "20s");
    harness.key_press(Key::ArrowDown);
    harness.run_steps(3);
    is(&harness, "15s");
    press(&mut harness, "Values for Pre stop");
    press(&mut harness, "2m");
    is(&harness, "2m");
    // A field that is not given steps from its default.
    press(&mut harness, "Max unavailable: more");
    assert!(
        run(&harness).editor.text().contains("max_unavailable: \"30%\""),
        "{}",
        run(&harness).editor.text()
    );
}

#[test]
fn a_name_stands_beside_its_field_when_there_is_room() {
    let harness = drain();
    let about = harness.get_by_label("About Pre stop").rect();
    let more = harness.get_by_label("Pre stop: more").rect();
    assert!(about.right() < more.left() && about.top() < more.bottom() && more.top() < about.bottom());
}

#[test]
fn a_check_that_is_written_once_is_edited_and_used_by_name() {
    let mut harness = opened(
        "(format: 1, // mine
    checks: [(name: \"errors\", query: (metric: ErrorRatio), pass: Below(\"2%\"), count: 4)],
    strategy: Canary(steps: [Weight(\"5%\"), Pause(\"3m\")]),
    analysis: (named: [(check: \"errors\")]))",
    );
    let wrong = |harness: &Harness<'static, Lab>| -> Vec<String> {
        run(harness).editor.problems().iter().map(|problem| problem.message.clone()).collect()
    };
    let set = |harness: &mut Harness<'static, Lab>, path: &str, value: &str| {
        let command = EditorCommand::SetField { path: path.to_owned(), value: value.to_owned() };
        harness.state_mut().apply(LabCommand::Plan(command));
        harness.run_steps(2);
    };
    set(&mut harness, "analysis.named[0].check", "\"erors\"");
    assert!(wrong(&harness).iter().any(|message| message.contains("did you mean \"errors\"?")));
    set(&mut harness, "analysis.named[0].check", "\"errors\"");
    set(&mut harness, "analysis.named[0].count", "9");
    assert_eq!(run(&harness).editor.errors(), 0, "{:?}", wrong(&harness));
    let editor = &run(&harness).editor;
    assert!(editor.text().contains("// mine"), "{}", editor.text());
    let used = editor.plan().unwrap().written_out().analysis.clone().unwrap();
    assert_eq!((used.checks[0].name.as_str(), used.checks[0].count), ("errors", Some(9)));
    harness.get_by_label("Analysis").click_accesskit();
    harness.run_steps(3);
    assert!(harness.query_all_by_label_contains("1 errors").count() >= 2, "the check, and its use");
}

#[test]
fn what_most_plans_have_is_offered_added_and_unfolded() {
    let mut harness = opened(ROLLING);
    let mut press = |name: &str| {
        harness.get_by_label(name).click_accesskit();
        harness.run_steps(4);
    };
    for name in ["Alerts and triggers", "Add: Alerts", "Errors of the new version"] {
        press(name);
    }
    // Its own fields are there at once.
    press("About Keep firing for");
    for name in ["Add: Triggers", "Roll back when \"errors of the new version\" fires"] {
        press(name);
    }
    let plan = run(&harness).editor.playable().expect("a plan that can be played").clone();
    assert_eq!(plan.alerts[0].name, "errors of the new version");
    assert_eq!(plan.triggers[0].alert, plan.alerts[0].name);
}

#[test]
fn every_kind_of_step_is_in_sight_when_the_list_opens() {
    let canary = "(format: 1, title: \"A\", strategy: Canary(steps: [Approve]))";
    for last in ["Analyse", "Retire"] {
        let mut lab = lab();
        lab.apply(LabCommand::OpenScenario("checkout".to_owned()));
        lab.apply(LabCommand::Plan(EditorCommand::SetText(canary.to_owned())));
        let mut harness = window(lab, [1600.0, 900.0], 1.0);
        harness.get_by_label("Add a step").click();
        harness.run_steps(4);
        // With the pointer, where it stands: a kind that the list hides is not met.
        harness.get_by_label(last).click();
        harness.run_steps(4);
        let plan = run(&harness).editor.text();
        assert!(plan.contains(&format!("{last}(")), "{last}: {plan}");
    }
}

#[test]
fn values_by_names_are_added_renamed_changed_and_removed_in_rows() {
    let mut lab = lab();
    lab.apply(LabCommand::OpenScenario("checkout".to_owned()));
    lab.apply(LabCommand::Only(Some(Pane::Plan)));
    let mut harness = window(lab, [1280.0, 2400.0], 1.0);
    harness.state_mut().apply(LabCommand::Plan(EditorCommand::SetText(JUDGED.to_owned())));
    harness.run_steps(3);
    let text = |harness: &Harness<'static, Lab>| run(harness).editor.text().to_owned();
    let editor = &harness.state().run.as_ref().unwrap().editor;
    assert!(editor.problems().is_empty(), "{:?}", editor.problems());
    for header in ["Analysis", "1 judge"] {
        harness.get_by_label(header).click_accesskit();
        harness.run_steps(3);
    }
    let rename = |harness: &mut Harness<'static, Lab>, name: &str, to: &str| {
        harness.get_by_label(&format!("Weights, name of {name}")).focus();
        harness.run_steps(2);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        harness.get_by_label(&format!("Weights, name of {name}")).type_text(to);
        harness.run_steps(2);
    };
    // While it is typed nothing changes; a name that is there already never does.
    rename(&mut harness, "errors", "speed");
    assert!(harness.query_by_label_contains("\"speed\" is there already").is_some());
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_eq!(text(&harness), JUDGED);
    rename(&mut harness, "errors", "mistakes");
    assert_eq!(text(&harness), JUDGED);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let renamed = JUDGED.replace("{\"errors\"", "{\"mistakes\"");
    assert_eq!(text(&harness), renamed);
    harness.get_by_label("Add: Weights").click_accesskit();
    harness.run_steps(3);
    let added = renamed.replace("40.0}", "40.0, \"group\": 1.0}");
    assert_eq!(text(&harness), added);
    harness.get_by_label("Weights: remove speed").click_accesskit();
    harness.run_steps(3);
    assert_eq!(text(&harness), added.replace("\"speed\": 40.0, ", ""));
    harness.get_by_label("Weights: group");
}

#[test]
fn checks_that_are_used_by_name_are_called_by_it() {
    let mut lab = lab();
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    let solution = lab.run.as_ref().unwrap().entry().unwrap().solution.as_ref().unwrap().1.clone();
    // As plans are written by the lab, with all that was left out.
    let text = crate::library::write_ron(&solution).unwrap();
    assert!(text.contains("None"), "{text}");
    lab.apply(LabCommand::Plan(EditorCommand::SetText(text)));
    lab.apply(LabCommand::Only(Some(Pane::Plan)));
    let mut harness = window(lab, [1280.0, 2400.0], 1.0);
    harness.get_by_label_contains("Step 2: Analyse").click_accesskit();
    harness.run_steps(3);
    for name in ["1 errors", "2 p99", "3 orders"] {
        assert!(harness.query_all_by_label(name).next().is_some(), "{name}");
    }
    assert!(harness.query_all_by_label_contains("None").next().is_none());
}

#[test]
fn the_sign_that_goes_back_to_a_default_stands_on_the_line_of_its_name() {
    let mut lab = lab();
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    lab.apply(LabCommand::Only(Some(Pane::Plan)));
    let harness = window(lab, [1280.0, 2400.0], 1.0);
    let texts = crate::app::tests::clipping::texts(&harness);
    let name = texts.iter().find(|(text, _)| text.galley.text().starts_with("Sticky"));
    let name = name.expect("its name").0.visual_bounding_rect();
    let sign = harness.get_by_label("Back to the default of Sticky").rect();
    assert!((sign.center().y - name.center().y).abs() <= 2.0, "{sign} beside {name}");
}
