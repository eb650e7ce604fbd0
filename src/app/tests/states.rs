//! Measures the texts of states that a screen has beside its first: a question that is asked, a solution that is shown, trouble that is told,
//! a plan that is broken, a case on duty, an incident that is relived, each pane alone.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::clipping::{as_it_is, exercise_in, measure};
use crate::app::model::notes::BriefCommand;
use crate::app::model::order::Order;
use crate::app::model::panes::Pane;
use crate::app::model::sandbox::{Retelling, SandboxCommand};
use crate::app::model::screen::Overlay;
use crate::app::model::settings::Setting;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::lab;
use crate::app::texts::t;
use crate::engine::Time;

fn press(harness: &mut Harness<'static, Lab>, name: &str) {
    let found = harness.query_all_by_label(name).next();
    found.unwrap_or_else(|| panic!("there is no button {name:?}")).click_accesskit();
    harness.run_steps(3);
}

#[test]
fn a_question_at_play_and_a_solution_that_is_shown_fit() {
    let mut asked = exercise_in(lab(), "canary", 0);
    asked.apply(LabCommand::Play(Order::Play));
    assert!(asked.run.as_ref().unwrap().notes.predicts, "it is asked");
    measure("a question", asked, as_it_is);
    let mut shown = exercise_in(lab(), "canary", 60);
    for command in [BriefCommand::NextHint, BriefCommand::AskForSolution] {
        shown.apply(LabCommand::Brief(command));
    }
    measure("whether it is to be shown", shown, as_it_is);
    let mut shown = exercise_in(lab(), "canary", 60);
    for command in [BriefCommand::AskForSolution, BriefCommand::ShowSolution] {
        shown.apply(LabCommand::Brief(command));
    }
    measure("a solution", shown, |harness| press(harness, t("brief.solution")));
}

#[test]
fn the_introduction_and_trouble_that_is_told_fit() {
    let mut begun = lab();
    begun.jobs.hold();
    begun.apply(LabCommand::BeginIntroduction);
    measure("the introduction", begun, as_it_is);
    let mut told = exercise_in(lab(), "canary", 60);
    told.trouble(
        "This cannot be saved here, since the folder /courses/of/this/term/deployment may only be read. "
            .repeat(2),
    );
    told.trouble("Another window has it open.");
    told.tell("It is kept.");
    measure("trouble", told, as_it_is);
}

#[test]
fn a_plan_that_is_broken_fits() {
    let mut broken = exercise_in(lab(), "canary", 0);
    let text = broken.run.as_ref().unwrap().editor.text().replacen("steps:", "stepz:", 1);
    broken.apply(LabCommand::Plan(crate::app::model::editor::EditorCommand::SetText(text)));
    measure("broken", broken, as_it_is);
}

#[test]
fn a_case_on_duty_and_an_incident_fit() {
    let mut duty = lab();
    duty.jobs.hold();
    duty.apply(LabCommand::Set(Setting::AllPanels(true)));
    duty.apply(LabCommand::OpenExercise("incident-response".to_owned()));
    duty.apply(LabCommand::Play(Order::Seek(Time::from_secs(900))));
    measure("on duty", duty, as_it_is);
    let mut relived = lab();
    relived.jobs.hold();
    relived.apply(LabCommand::Set(Setting::AllPanels(true)));
    let id = relived.catalog.museum[0].world.id.clone();
    relived.apply(LabCommand::Sandbox(SandboxCommand::Relive(id, Retelling::AsItWas)));
    relived.apply(LabCommand::Play(Order::Seek(Time::from_secs(1_200))));
    measure("an incident", relived, as_it_is);
}

#[test]
fn each_pane_fits_alone_under_way() {
    // The stage and the inspector are measured by `clipping`.
    for pane in [Pane::Brief, Pane::Plan, Pane::Dashboards, Pane::Log, Pane::Operate] {
        let mut lab = exercise_in(lab(), "canary", 420);
        lab.apply(LabCommand::Only(Some(pane)));
        measure(&format!("{pane:?} alone"), lab, as_it_is);
    }
}

#[test]
fn what_the_palette_finds_fits() {
    let mut lab = exercise_in(lab(), "canary", 60);
    lab.apply(LabCommand::Show(Overlay::Palette));
    measure("the palette", lab, |harness| {
        harness.event(egui::Event::Text("can".to_owned()));
        harness.run_steps(3);
    });
}
