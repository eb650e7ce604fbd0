//! The brief: its text, goals, hints and the way to the solution.

use std::sync::Arc;

use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::app::model::notes::{BriefCommand, Forecast};
use crate::app::model::order::Order;
use crate::app::model::run::RunCommand;
use crate::app::model::subject::Subject;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::{lab, window};
use crate::engine::Time;
use crate::exercise::predict::{Course, Prediction, Question, Sign};

fn opened(size: [f32; 2], zoom: f32) -> Harness<'static, Lab> {
    let mut lab = lab();
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    window(lab, size, zoom)
}

fn click(harness: &mut Harness<'static, Lab>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(4);
}

#[test]
fn hints_come_one_by_one_and_their_cost_adds_up() {
    let mut harness = opened([1280.0, 3000.0], 1.0);
    let before = harness.state().run.as_ref().unwrap().hint_cost();
    click(&mut harness, "Next hint");
    click(&mut harness, "Next hint");
    let run = harness.state().run.as_ref().unwrap();
    assert_eq!((before, run.notes.hints, run.hint_cost()), (0.0, 2, 2.0));
    assert!(harness.query_by_label_contains("2 of 4 · next costs 4 points · 2 points spent").is_some());
}

#[test]
fn the_solution_is_shown_only_after_a_question_and_marks_the_run() {
    let mut harness = opened([1280.0, 3000.0], 1.0);
    click(&mut harness, "Show solution");
    assert!(!harness.state().run.as_ref().unwrap().notes.is_assisted);
    click(&mut harness, "Not yet");
    click(&mut harness, "Show solution");
    click(&mut harness, "Show it");
    assert!(harness.state().run.as_ref().unwrap().notes.is_assisted);
    assert!(harness.query_by_label("assisted").is_some());
    click(&mut harness, "Play the model solution");
    let run = harness.state().run.as_ref().unwrap();
    let solution = run.entry().unwrap().solution.clone().unwrap().1;
    assert_eq!(run.plan, solution);
    assert!(run.notes.is_assisted, "another run of the exercise is still assisted");
    // The plan that is shown is the learner's own: that is said, and one press plays it.
    assert!(harness.query_all_by_label_contains("The run plays the model solution").next().is_some());
    harness.query_all_by_label("Play your plan").next().unwrap().click();
    harness.run_steps(4);
    let run = harness.state().run.as_ref().unwrap();
    assert_eq!(Some(&run.plan), run.editor.plan());
}

#[test]
fn another_case_and_another_world_are_met_without_naming_them() {
    let mut harness = opened([1280.0, 3000.0], 1.0);
    click(&mut harness, "Next case");
    click(&mut harness, "Other seed");
    let run = harness.state().run.as_ref().unwrap();
    assert_eq!((run.case.0, run.seed), (1, 2));
    let hidden = run.case.1.release.clone().unwrap();
    assert!(harness.query_all_by_label_contains(&hidden).next().is_none(), "{hidden} is named");
}

#[test]
fn goals_say_how_they_stand_and_the_end_leads_to_the_debrief() {
    let mut harness = opened([1280.0, 3000.0], 1.0);
    assert!(harness.query_by_label_contains("Delivered: no, decided at the end").is_some());
    harness.state_mut().apply(LabCommand::Play(Order::Seek(Time(u64::MAX))));
    harness.run_steps(3);
    assert!(harness.query_by_label("This run is over.").is_some());
    assert!(harness.query_all_by_label_contains("does not count in this case").next().is_some());
}

#[test]
fn the_task_stands_first_and_goals_are_neutral_until_the_end_a_row_a_measure() {
    let mut harness = opened([1280.0, 3000.0], 1.0);
    let top = |harness: &Harness<'static, Lab>, text: &str| {
        harness.query_all_by_label_contains(text).next().unwrap_or_else(|| panic!("no {text}")).rect().top()
    };
    assert!(top(&harness, "Your task") < top(&harness, "A good release is out within"));
    assert!(top(&harness, "A good release is out within") < top(&harness, "The story"));
    harness.get_by_label("Users harmed");
    for second in [0, 420] {
        harness.state_mut().apply(LabCommand::Play(Order::Seek(Time::from_secs(second))));
        harness.run_steps(3);
        for said in [", met", ", partly met", ", not met"] {
            let judged = harness
                .query_all_by_label_contains(said)
                .filter(|node| node.accesskit_node().role() == egui::accesskit::Role::Image);
            assert_eq!(judged.count(), 0, "{said} at {second} s");
        }
    }
    assert!(harness.query_all_by_label_contains("(no points from").next().is_some());
}

#[test]
fn what_to_look_at_is_a_press_away_in_every_exercise() {
    let mut pressed = 0;
    let ids: Vec<String> = lab().catalog.exercises.iter().map(|entry| entry.id.clone()).collect();
    for id in ids {
        let mut lab = lab();
        lab.apply(LabCommand::OpenExercise(id.clone()));
        let entry = lab.run.as_ref().unwrap().entry().unwrap().clone();
        let brief = crate::library::brief::Brief::of(&entry.brief);
        assert!(!brief.task.is_empty(), "{id}");
        if brief.to_look_at.is_empty() {
            continue;
        }
        let mut harness = window(lab, [1280.0, 3000.0], 1.0);
        click(&mut harness, "What to look at");
        for link in brief.to_look_at.iter().flat_map(|item| crate::library::brief::links(item)) {
            // Two items may lead to the same case.
            let button = harness.query_all_by_label(&link.says).next();
            button.unwrap_or_else(|| panic!("{id}: no button {:?}", link.says)).click_accesskit();
            harness.run_steps(3);
            if let crate::library::brief::LinkAction::Play(case) = &link.action {
                let run = harness.state().run.as_ref().unwrap();
                assert_eq!(entry.exercise.cases[run.case.0].name, *case, "{id}");
                pressed += 1;
            }
        }
        assert!(
            harness.query_all_by_label_contains("rollout-lab run").next().is_none(),
            "{id} sends to a terminal"
        );
    }
    assert!(pressed >= 15, "{pressed}");
}

#[test]
fn hints_of_one_exercise_are_not_those_of_another() {
    let mut lab = lab();
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    lab.apply(LabCommand::Brief(BriefCommand::NextHint));
    lab.apply(LabCommand::OpenExercise("blue-green".to_owned()));
    assert_eq!(lab.run.as_ref().unwrap().notes.hints, 0);
}

#[test]
fn the_brief_is_drawn_at_every_size() {
    for (size, zoom) in [([1280.0, 720.0], 1.0), ([1280.0, 720.0], 2.0), ([640.0, 360.0], 1.0)] {
        let mut harness = opened(size, zoom);
        harness.run_steps(2);
        assert!(harness.query_all_by_label_contains("Ship it to a few first").next().is_some());
    }
}

/// The field that a number is predicted in; the plan has fields as well.
fn field<'a>(harness: &'a Harness<'static, Lab>) -> egui_kittest::Node<'a> {
    let mut fields = harness.query_all_by_role(egui::accesskit::Role::TextInput);
    let asks = |node: &egui_kittest::Node<'_>| {
        node.accesskit_node().label().is_some_and(|label| label.starts_with("How many"))
    };
    fields.find(asks).unwrap()
}

#[test]
fn a_prediction_is_made_before_a_run_and_not_after() {
    let mut harness = opened([1280.0, 3000.0], 1.0);
    let asked =
        |harness: &Harness<'static, Lab>| harness.state().run.as_ref().unwrap().question().unwrap().ask;
    // A skipped question is asked no more; each run that was played brings the next one.
    for _ in 0..4 {
        click(&mut harness, "Skip");
        assert_eq!(harness.state().run.as_ref().unwrap().notes.forecast, Forecast::Skipped);
        click(&mut harness, "Change");
        let said = match asked(&harness) {
            Question::FirstSign => {
                click(&mut harness, "It is slower than the release beside it");
                Prediction::FirstSign(Sign::Slowness)
            }
            Question::Course => {
                click(&mut harness, "They climb slowly");
                Prediction::Course(Course::Climbs)
            }
            number => {
                field(&harness).focus();
                harness.run_steps(2);
                field(&harness).type_text("1,200");
                harness.run_steps(2);
                click(&mut harness, "Predict");
                match number {
                    Question::Minutes => Prediction::Minutes(1200.0),
                    _ => Prediction::UsersHarmed(1200.0),
                }
            }
        };
        assert_eq!(harness.state().run.as_ref().unwrap().notes.forecast, Forecast::Made(said));
        harness.state_mut().apply(LabCommand::Play(Order::Seek(Time::from_secs(400))));
        harness.run_steps(3);
        assert!(harness.query_by_label("Change").is_none(), "the run has begun");
        // The same world with another plan keeps the prediction; another world asks again.
        harness.state_mut().apply(LabCommand::Run(RunCommand::Restart));
        harness.run_steps(3);
        let run = harness.state().run.as_ref().unwrap();
        assert_eq!((run.notes.forecast, run.is_unseen()), (Forecast::Made(said), true));
        harness.state_mut().apply(LabCommand::Play(Order::Seek(Time::from_secs(400))));
        let seed = harness.state().run.as_ref().unwrap().seed;
        harness.state_mut().apply(LabCommand::Run(RunCommand::Seed(seed + 1)));
        harness.run_steps(3);
        assert_eq!(harness.state().run.as_ref().unwrap().notes.forecast, Forecast::Open);
    }
}

#[test]
fn an_exercise_asks_in_its_own_words_and_one_that_asks_nothing_has_no_room_for_it() {
    let mut lab = lab();
    lab.apply(LabCommand::OpenExercise("retry-storm".to_owned()));
    let mut harness = window(lab, [1280.0, 3000.0], 1.0);
    let asked = harness.state().run.as_ref().unwrap().question().unwrap();
    assert_eq!(asked.ask, Question::Course);
    assert!(harness.query_by_label(asked.say.as_deref().unwrap()).is_some());
    click(&mut harness, "They rise and come back");
    let said = Forecast::Made(Prediction::Course(Course::Returns));
    assert_eq!(harness.state().run.as_ref().unwrap().notes.forecast, said);
    assert_eq!(harness.state().run.as_ref().unwrap().session().forecast, said);
    let run = harness.state_mut().run.as_mut().unwrap();
    run.notes.forecast = Forecast::Open;
    if let Subject::Exercise(entry) = &mut run.subject {
        Arc::make_mut(entry).exercise.predictions = Some(Vec::new());
    }
    harness.run_steps(3);
    assert!(harness.query_by_label("Your prediction").is_none());
}
