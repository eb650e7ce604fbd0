//! Windows with few points, as with very large text: what is to be seen has the room, and not the ways around it.

use std::sync::Arc;

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT, Queryable};
use egui_kittest::{Harness, Node};

use crate::app::model::comparing::{CompareCommand, Place};
use crate::app::model::panes::Pane;
use crate::app::model::screen::Screen;
use crate::app::model::stage::StageCommand;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::clipping::texts;
use crate::app::tests::overlap::overlaps;
use crate::app::tests::screens::exercise_in;
use crate::app::tests::{lab, window};

/// Text of three times the size in two windows, in points.
const WINDOWS: [[f32; 2]; 2] = [[1600.0 / 3.0, 300.0], [1024.0 / 3.0, 640.0 / 3.0]];

#[test]
fn the_ways_to_the_screens_are_folded_and_the_course_has_most_of_the_page() {
    for size in WINDOWS {
        let mut harness = window(lab(), size, 1.0);
        let choice = harness.get_by_label("Screen").rect();
        assert!(choice.bottom() < size[1] * 0.4, "{choice} of {size:?}");
        let part = harness.query_all_by_label_contains("Blue-green deployment").next().unwrap().rect();
        assert!(part.bottom() < size[1] * 0.6, "{part} of {size:?}");
        harness.get_by_label("Screen").click();
        harness.run_steps(3);
        harness.get_by_label("Sandbox").click_accesskit();
        harness.run_steps(3);
        assert_eq!(harness.state().screen, Screen::Sandbox);
    }
}

#[test]
fn what_an_exercise_teaches_stands_whole_on_its_card() {
    for size in [[1600.0, 900.0], [1024.0, 640.0]] {
        let mut lab = lab();
        lab.catalog.exercises.truncate(9);
        // As long as an objective gets, on a card among others.
        let long = Arc::make_mut(&mut lab.catalog.exercises[1]);
        long.exercise.objectives[0] =
            format!("{} at last", "Watch what users meet before many do. ".repeat(6));
        let cards: Vec<[String; 2]> = lab
            .catalog
            .exercises
            .iter()
            .map(|entry| [entry.exercise.title.clone(), entry.exercise.objectives[0].clone()])
            .collect();
        let size = [size[0], 3000.0];
        let harness = window(lab, size, 1.0);
        let texts = texts(&harness);
        for [title, goal] in cards {
            let shown = texts.iter().find(|(text, _)| text.galley.job.text == goal);
            let (text, _) = shown.unwrap_or_else(|| panic!("{goal} is on no card"));
            assert!(!text.galley.elided, "{goal}");
            // Its card holds all of it, and nothing else lies there.
            let is_card = |node: &Node<'_>| node.accesskit_node().role() == Role::Button;
            let card = harness.query_all_by_label(&title).find(is_card).expect("its card").rect();
            assert!(card.contains_rect(text.visual_bounding_rect()), "{goal}: on {card}");
        }
        assert_eq!(overlaps(&harness, size.into()), Vec::<String>::new());
    }
}

#[test]
fn the_boxes_of_a_comparison_lie_within_a_narrow_page() {
    for size in WINDOWS {
        let mut lab = lab();
        let place = Place::Scenario("checkout".to_owned());
        lab.apply(LabCommand::Compare(CompareCommand::Place(place)));
        lab.apply(LabCommand::Go(Screen::Compare));
        let harness = window(lab, [size[0], 900.0], 1.0);
        let is_box = |node: &Node<'_>| node.accesskit_node().role() == Role::ComboBox;
        let boxes: Vec<_> =
            harness.root().children_recursive().filter(is_box).map(|node| node.rect()).collect();
        assert!(boxes.len() >= 4, "where, and two sides: {boxes:?}");
        for place in boxes {
            assert!(place.left() >= 0.0 && place.right() <= size[0], "{place} of {size:?}");
        }
    }
}

/// Fails where no text that begins so is drawn, or where each is cut.
fn is_in_sight(harness: &Harness<'static, Lab>, begins: &str) {
    let drawn = texts(harness);
    let so = drawn.iter().filter(|(text, _)| text.galley.text().starts_with(begins));
    let places: Vec<_> = so.map(|(text, clip)| (text.visual_bounding_rect(), *clip)).collect();
    assert!(places.iter().any(|(place, clip)| clip.contains_rect(*place)), "{begins}: {places:?}");
}

#[test]
fn the_plan_has_more_than_one_step_in_sight_where_text_is_three_times_as_large() {
    let mut lab = exercise_in(lab(), "canary", 0);
    lab.apply(LabCommand::Only(Some(Pane::Plan)));
    let harness = window(lab, WINDOWS[0], 1.0);
    for step in ["Send 50%", "Wait, watch"] {
        is_in_sight(&harness, step);
    }
}

#[test]
fn the_table_of_the_stage_has_rows_where_text_is_three_times_as_large() {
    let mut lab = exercise_in(lab(), "canary", 420);
    lab.apply(LabCommand::Only(Some(Pane::Stage)));
    lab.apply(LabCommand::Stage(StageCommand::Table(true)));
    let mut harness = window(lab, WINDOWS[0], 1.0);
    let texts = texts(&harness);
    let is_seen = |name: &str| {
        texts
            .iter()
            .any(|(text, clip)| text.galley.text() == name && clip.contains_rect(text.visual_bounding_rect()))
    };
    for name in ["stable v1", "checkout 1", "checkout 2", "checkout 3"] {
        assert!(is_seen(name), "{name}");
    }
    harness.get_by_label("Show as picture").click();
    harness.run_steps(3);
    assert!(!harness.state().stage.is_table);
}
