//! The log of a run: its lines, what stays hidden, and where a click on a line leads.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::app::model::editor::EditorCommand;
use crate::app::model::logbook::{Kind, Row};
use crate::app::model::order::Order;
use crate::app::model::panes::Pane;
use crate::app::model::run::RunCommand;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::transport::{opened, view};
use crate::app::tests::{lab, window};
use crate::engine::{Span, Time};
use crate::sim::{ManualAction, RolloutCommand};

/// The labels of the buttons that are lines.
fn lines(harness: &Harness<'static, Lab>) -> Vec<String> {
    let buttons = harness.get_all_by_role(Role::Button);
    let labels = buttons.filter_map(|node| node.accesskit_node().label().map(|label| label.to_string()));
    labels.filter(|label| label.as_bytes().get(2) == Some(&b':') && label.contains("  ")).collect()
}

fn seek(harness: &mut Harness<'static, Lab>, time: Time) {
    harness.state_mut().apply(LabCommand::Play(Order::Seek(time)));
    harness.run_steps(3);
}

#[test]
fn lines_are_there_newest_first_and_a_click_leads_to_the_moment() {
    for (size, zoom) in [([1280.0, 720.0], 1.0), ([1280.0, 720.0], 2.0)] {
        let mut harness = opened(size, zoom);
        // With text of twice the size one pane is seen at a time.
        if zoom > 1.0 {
            harness.state_mut().apply(LabCommand::Only(Some(Pane::Log)));
            harness.run_steps(2);
        }
        assert!(lines(&harness).is_empty());
        // Between two seconds, where hardly anything happens at the very moment.
        let at = Time::from_secs(402) + Span::from_millis(517);
        seek(&mut harness, at);
        let shown = lines(&harness);
        assert!(shown.len() > 1, "{shown:?} at {zoom}");
        assert!(shown.windows(2).all(|pair| pair[0][..5] >= pair[1][..5]), "{shown:?}");
        let newest = shown[0].clone();
        harness.get_by_label(&newest).click();
        harness.run_steps(2);
        assert!(view(&harness).now < at);
        assert!(newest.starts_with(&format!("0{}", view(&harness).now)), "{newest}");
    }
}

#[test]
fn the_choice_of_decisions_leaves_the_rest_out_and_enter_on_a_line_leads_there() {
    let mut harness = opened([1600.0, 900.0], 1.0);
    seek(&mut harness, Time::from_secs(400));
    harness.get_by_label("decisions").click();
    harness.run_steps(2);
    let shown = lines(&harness);
    assert!(!shown.is_empty() && shown.iter().all(|line| !line.contains("is ready")), "{shown:?}");
    let last = shown.last().unwrap().clone();
    harness.get_by_label(&last).focus();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::NONE, Key::Enter);
    harness.run_steps(2);
    assert!(view(&harness).now < Time::from_secs(400), "{last}");
}

#[test]
fn what_nobody_could_know_is_not_told_before_the_end_of_an_exercise() {
    let mut hidden = 0;
    let ids: Vec<String> = lab().catalog.exercises.iter().map(|entry| entry.id.clone()).collect();
    for id in ids {
        let mut lab = lab();
        lab.apply(LabCommand::OpenExercise(id.clone()));
        for case in 0..4 {
            lab.apply(LabCommand::Run(crate::app::model::run::RunCommand::Case(case)));
            lab.apply(LabCommand::Play(Order::Seek(Time(u64::MAX))));
            let rows = |lab: &Lab| -> Vec<Row> {
                let view = lab.run.as_ref().unwrap().player.snapshot().clone();
                view.log.iter().filter(|row| row.kind == Kind::Hidden).map(|row| (**row).clone()).collect()
            };
            let found = rows(&lab);
            let Some(first) = found.first() else { continue };
            hidden += 1;
            lab.apply(LabCommand::Play(Order::Seek(first.at)));
            let harness = window(lab, [1600.0, 900.0], 1.0);
            let told = lines(&harness);
            assert!(!told.iter().any(|line| line.contains(&first.text)), "{id}: {told:?}");
            break;
        }
        if hidden == 1 {
            break;
        }
    }
    assert!(hidden > 0, "no exercise has a hidden cause");
}

#[test]
fn the_log_says_in_plain_words_what_the_record_says_tersely() {
    let mut lab = lab();
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    let (text, _) = lab.run.as_ref().unwrap().entry().unwrap().solution.clone().unwrap();
    lab.apply(LabCommand::Plan(EditorCommand::SetText(text)));
    lab.apply(LabCommand::Run(RunCommand::Case(1)));
    lab.apply(LabCommand::Run(RunCommand::Restart));
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(300))));
    lab.apply(LabCommand::Play(Order::act(ManualAction::Command(RolloutCommand::Abort))));
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(330))));
    lab.apply(LabCommand::Only(Some(Pane::Log)));
    let mut harness = window(lab, [1280.0, 900.0], 1.0);
    let said = |harness: &Harness<'static, Lab>| lines(harness).join("\n");
    assert!(said(&harness).contains("By hand: roll back"), "{}", said(&harness));
    harness.state_mut().apply(LabCommand::Run(RunCommand::Restart));
    seek(&mut harness, Time::from_secs(600));
    assert!(said(&harness).contains(", 2 failures, 1 allowed"), "{}", said(&harness));
    assert!(!said(&harness).contains("failure 2 of 1"), "{}", said(&harness));
}
