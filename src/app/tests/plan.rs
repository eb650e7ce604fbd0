//! The plan's pane: form and text show the same plan, by mouse and by keyboard.

use egui::epaint::TextShape;
use egui::{Key, Modifiers, Shape};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::app::model::editor::EditorCommand;
use crate::app::model::order::Order;
use crate::app::model::panes::Pane;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::{lab, window};
use crate::engine::Time;

const WIDE: [f32; 2] = [1280.0, 720.0];

/// The plan of the first canary alone in the window.
fn plan_window(size: [f32; 2], zoom: f32) -> Harness<'static, Lab> {
    let mut lab = lab();
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    lab.apply(LabCommand::Only(Some(Pane::Plan)));
    window(lab, size, zoom)
}

fn text(harness: &Harness<'static, Lab>) -> String {
    harness.state().run.as_ref().unwrap().editor.text().to_owned()
}

fn set(harness: &mut Harness<'static, Lab>, text: &str) {
    harness.state_mut().apply(LabCommand::Plan(EditorCommand::SetText(text.to_owned())));
    harness.run_steps(3);
}

const PLAN: &str = "// Mine.
(
    format: 1,
    title: \"A plan\",
    strategy: Canary(steps: [
        Weight(\"5%\"), // a few
        Pause(\"3m\"),
        Weight(\"50%\"),
    ]),
    drain: (pre_stop: \"15s\", grace: \"45s\"), // the exercise's
)
";

/// The field in which this stands.
fn typed<'h>(harness: &'h Harness<'static, Lab>, value: &'h str) -> egui_kittest::Node<'h> {
    let role =
        |node: &egui_kittest::Node<'_>| node.accesskit_node().role() == egui::accesskit::Role::TextInput;
    harness.query_all_by_value(value).find(role).expect("a field with this value")
}

#[test]
fn a_pause_that_is_edited_in_the_form_changes_in_the_text() {
    let mut harness = plan_window(WIDE, 1.0);
    set(&mut harness, PLAN);
    harness.get_by_label("Step 2: Wait, watch 3:00").click();
    harness.run_steps(3);
    typed(&harness, "3m").focus();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run_steps(2);
    typed(&harness, "3m").type_text("4m30s");
    harness.run_steps(3);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_eq!(text(&harness), PLAN.replace("3m", "4m30s"));
    assert!(harness.query_by_label("Step 2: Wait, watch 4:30").is_some());
}

#[test]
fn wrong_input_is_kept_and_told_where_it_stands() {
    let mut harness = plan_window(WIDE, 1.0);
    set(&mut harness, &PLAN.replace("3m", "3 minutess"));
    harness.get_by_label("Step 2: Wait, watch 3 minutess").click();
    harness.run_steps(3);
    typed(&harness, "3 minutess");
    let told = harness.query_all_by_label_contains("is not a length of time").count();
    assert_eq!(told, 1, "below the field, and nowhere else");
}

#[test]
fn text_that_is_edited_changes_the_form() {
    let mut harness = plan_window(WIDE, 1.0);
    set(&mut harness, PLAN);
    harness.get_by_label("text").click();
    harness.run_steps(3);
    assert!(harness.query_by_label("Step 1: Send 5%").is_none());
    harness.get_by_label("The plan as text").focus();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run_steps(2);
    harness.get_by_label("The plan as text").type_text(&PLAN.replace("50%", "40%"));
    harness.run_steps(3);
    assert_eq!(text(&harness), PLAN.replace("50%", "40%"));
    harness.get_by_label("form").click();
    harness.run_steps(3);
    assert!(harness.query_by_label("Step 3: Send 40%").is_some());
}

#[test]
fn a_broken_text_is_told_at_its_line_and_mended_by_undo_and_redo() {
    let mut harness = plan_window(WIDE, 1.0);
    set(&mut harness, PLAN);
    let broken = PLAN.replace("Weight(\"50%\"),", "Weight(\"50%\"");
    harness.state_mut().apply(LabCommand::Plan(EditorCommand::Reset));
    set(&mut harness, &broken);
    assert!(harness.query_all_by_label_contains("is not a valid plan").next().is_some());
    let told = harness.query_all_by_label_contains("Line 9, column").count();
    assert!(told > 0, "{:?}", harness.state().run.as_ref().unwrap().editor.problems());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_ne!(text(&harness), broken);
    assert!(harness.query_all_by_label_contains("is not a valid plan").next().is_none());
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    harness.run_steps(3);
    assert_eq!(text(&harness), broken);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Y);
    harness.run_steps(3);
    assert_eq!(text(&harness), broken);
}

#[test]
fn a_step_is_moved_with_the_keyboard_and_keeps_it() {
    let mut harness = plan_window(WIDE, 1.0);
    set(&mut harness, PLAN);
    harness.get_by_label("Step 1: Send 5%").focus();
    harness.run_steps(2);
    for _ in 0..2 {
        harness.key_press_modifiers(Modifiers::ALT, Key::ArrowDown);
        harness.run_steps(3);
    }
    let first = "        Weight(\"5%\"), // a few\n";
    let last = "        Weight(\"50%\"),\n";
    assert_eq!(text(&harness), PLAN.replace(first, "").replace(last, &format!("{last}{first}")));
    assert!(harness.get_by_label("Step 3: Send 5%").is_focused());
    harness.key_press_modifiers(Modifiers::ALT, Key::ArrowUp);
    harness.run_steps(3);
    assert!(harness.get_by_label("Step 2: Send 5%").is_focused());
}

#[test]
fn a_step_that_was_clicked_is_moved_and_removed_with_the_keyboard() {
    let mut harness = plan_window(WIDE, 1.0);
    set(&mut harness, PLAN);
    let first = "        Weight(\"5%\"), // a few\n";
    // By the mouse, where it is: an accessibility action would give the focus as well.
    harness.get_by_label("Step 1: Send 5%").click();
    harness.run_steps(3);
    harness.key_press_modifiers(Modifiers::ALT, Key::ArrowDown);
    harness.run_steps(3);
    assert!(harness.get_by_label("Step 2: Send 5%").is_focused());
    harness.key_press(Key::Delete);
    harness.run_steps(4);
    assert_eq!(text(&harness), PLAN.replace(first, ""));
}

#[test]
fn delete_removes_the_step_in_focus_and_the_next_one_has_the_keyboard() {
    let mut harness = plan_window(WIDE, 1.0);
    set(&mut harness, PLAN);
    harness.get_by_label("Step 1: Send 5%").focus();
    harness.run_steps(2);
    harness.key_press(Key::Delete);
    harness.run_steps(4);
    assert_eq!(text(&harness), PLAN.replace("        Weight(\"5%\"), // a few\n", ""));
    assert!(harness.get_by_label("Step 1: Wait, watch 3:00").is_focused());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_eq!(text(&harness), PLAN);
}

#[test]
fn a_step_says_by_which_limits_it_is_watched() {
    let mut harness = plan_window(WIDE, 1.0);
    let judged = "Analyse(checks: [(name: \"errors\", query: (metric: ErrorRatio), pass: Below(\"2%\"))])";
    set(&mut harness, &PLAN.replace("Pause(\"3m\")", judged));
    let row = harness.get_by_label("Step 2: Analyse");
    assert_eq!(row.accesskit_node().description().as_deref(), Some("watching: errors below 2%"));
}

#[test]
fn a_step_that_is_dragged_goes_where_it_is_dropped() {
    let mut harness = plan_window(WIDE, 1.0);
    set(&mut harness, PLAN);
    let middle = |harness: &Harness<'static, Lab>, name: &str| harness.get_by_label(name).rect().center();
    let (from, to) = (middle(&harness, "Step 3: Send 50%"), middle(&harness, "Step 1: Send 5%"));
    harness.drag_at(from);
    harness.run_steps(2);
    for share in [0.5, 1.0] {
        harness.hover_at(from + (to - from) * share);
        harness.run_steps(2);
    }
    harness.drop_at(to);
    harness.run_steps(3);
    harness.get_by_label("Step 1: Send 50%");
    harness.get_by_label("Step 2: Send 5%");
}

#[test]
fn steps_are_added_repeated_and_removed_with_buttons() {
    let mut harness = plan_window(WIDE, 1.0);
    set(&mut harness, PLAN);
    harness.get_by_label("Step 2: Wait, watch 3:00").click();
    harness.run_steps(3);
    harness.get_by_label("Duplicate step 2").click();
    harness.run_steps(3);
    let pause = "        Pause(\"3m\"),\n";
    assert_eq!(text(&harness), PLAN.replace(pause, &pause.repeat(2)));
    // The copy is the one that is chosen.
    harness.get_by_label("Remove step 3").click();
    harness.run_steps(3);
    assert_eq!(text(&harness), PLAN);
    harness.get_by_label("Add a step").click_accesskit();
    harness.run_steps(3);
    harness.get_by_label("Pause").click_accesskit();
    harness.run_steps(3);
    assert!(harness.query_by_label("Step 4: Wait, watch 5:00").is_some());
    // A step is added after the one that is chosen.
    harness.get_by_label("Step 1: Send 5%").click();
    harness.run_steps(3);
    harness.get_by_label("Add a step").click_accesskit();
    harness.run_steps(3);
    harness.get_by_label("Approve").click_accesskit();
    harness.run_steps(3);
    assert!(harness.query_by_label("Step 2: Wait for approval").is_some());
}

#[test]
fn a_run_that_is_older_than_its_plan_says_so_and_begins_anew() {
    let mut harness = plan_window(WIDE, 1.0);
    assert!(harness.query_by_label("Restart with this plan").is_none());
    set(&mut harness, PLAN);
    harness.get_by_label("Restart with this plan").click();
    harness.run_steps(3);
    let run = harness.state().run.as_ref().unwrap();
    assert_eq!(run.plan.title, "A plan");
    assert!(harness.query_by_label("Restart with this plan").is_none());
}

#[test]
fn the_step_that_is_under_way_is_told_from_those_that_are_done() {
    let mut harness = plan_window(WIDE, 1.0);
    set(&mut harness, PLAN);
    harness.state_mut().apply(LabCommand::Run(crate::app::model::run::RunCommand::Restart));
    let minutes = |lab: &mut Lab, at: u64| lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(at * 60))));
    let found = (1..20).any(|at| {
        minutes(harness.state_mut(), at);
        harness.run_steps(2);
        harness.query_by_label("Step 2: Wait, watch 3:00 under way").is_some()
            && harness.query_by_label("Step 1: Send 5%  done").is_some()
    });
    assert!(found, "{:?}", harness.state().run.as_ref().unwrap().player.snapshot().progress);
}

#[test]
fn the_meter_says_how_long_a_step_needs() {
    let mut harness = plan_window(WIDE, 1.0);
    set(&mut harness, PLAN);
    let node = harness.query_all_by_label_contains("for 90 % power. Step 2 waits 3 min.").next();
    assert!(node.is_some());
}

#[test]
fn the_meter_speaks_of_the_step_that_is_chosen() {
    let mut harness = plan_window(WIDE, 1.0);
    set(&mut harness, &PLAN.replace("Weight(\"50%\"),", "Weight(\"50%\"), Pause(\"7m\"),"));
    assert!(harness.query_all_by_label_contains("At 5 % of").next().is_some());
    harness.get_by_label("Step 4: Wait, watch 7:00").click();
    harness.run_steps(3);
    assert!(harness.query_all_by_label_contains("At 50 % of").next().is_some());
    assert!(harness.query_all_by_label_contains("Step 4 waits 7 min.").next().is_some());
}

#[test]
fn every_knob_that_may_be_changed_is_reached_and_nothing_leaves_the_window() {
    for (size, zoom) in [(WIDE, 1.0), (WIDE, 2.0), ([700.0, 500.0], 2.0)] {
        for mode in ["form", "text"] {
            let mut harness = plan_window(size, zoom);
            harness.get_by_label(mode).click();
            harness.run_steps(3);
            for title in ["Analysis", "Begin from", "Open and save", "Differences from the starter"] {
                if let Some(header) = harness.query_by_label(title) {
                    header.click_accesskit();
                    harness.run_steps(3);
                }
            }
            let width = size[0] / zoom;
            for node in harness.root().children_recursive() {
                let Some(bounds) = node.accesskit_node().raw_bounds() else { continue };
                let named = node.accesskit_node().label().is_some();
                let is_text = node.accesskit_node().role() == egui::accesskit::Role::MultilineTextInput;
                // The text scrolls to the side.
                if named && !is_text && mode == "form" {
                    assert!(
                        bounds.x1 <= f64::from(width) + 1.0,
                        "{:?} at {zoom}: {bounds:?}",
                        node.accesskit_node().label()
                    );
                }
            }
        }
    }
}

/// The texts that are drawn right of `left`, each with the right end of the area it is drawn in.
fn texts_right_of(harness: &Harness<'static, Lab>, left: f32) -> Vec<(TextShape, f32)> {
    fn all<'s>(shape: &'s Shape, into: &mut Vec<&'s TextShape>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| all(shape, into)),
            Shape::Text(text) => into.push(text),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for drawn in &harness.output().shapes {
        let mut texts = Vec::new();
        all(&drawn.shape, &mut texts);
        let here =
            texts.into_iter().filter(|text| text.pos.x >= left && !text.galley.text().trim().is_empty());
        found.extend(here.map(|text| (text.clone(), drawn.clip_rect.right())));
    }
    found
}

#[test]
fn the_step_editor_fits_its_pane_at_the_first_layout() {
    for size in [[1600.0, 900.0], WIDE] {
        let mut lab = lab();
        lab.apply(LabCommand::OpenExercise("canary".to_owned()));
        let mut harness = window(lab, size, 1.0);
        set(&mut harness, PLAN);
        let left = harness.get_by_label("Plan").rect().left();
        harness.get_by_label("Step 2: Wait, watch 3:00").click_accesskit();
        harness.run_steps(3);
        let remove = harness.get_by_label("Remove step 2").rect();
        assert!(remove.width() > 20.0 && remove.height() < 40.0, "{size:?}: {remove:?}");
        let texts = texts_right_of(&harness, left - 1.0);
        assert!(texts.len() > 10, "{}", texts.len());
        for (text, right) in texts {
            let (letters, lines) = (text.galley.text().chars().count(), text.galley.rows.len());
            assert!(
                lines == 1 || letters >= 8 * (lines - 1),
                "{size:?}: {:?} on {lines} lines",
                text.galley.text()
            );
            let end = text.visual_bounding_rect().right();
            assert!(end <= right + 1.0, "{size:?}: {:?} ends at {end} of {right}", text.galley.text());
        }
        for node in harness.root().children_recursive() {
            let node = node.accesskit_node();
            let Some(bounds) = node.raw_bounds().filter(|_| node.label().is_some()) else { continue };
            assert!(bounds.x1 <= f64::from(size[0]) + 1.0, "{:?}: {bounds:?}", node.label());
        }
    }
}
