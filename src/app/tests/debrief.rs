//! The debrief: the score is that of `grade`, the timeline, other decisions, and what is saved.

use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::app::model::debrief::{self, DebriefCommand};
use crate::app::model::lab::Start;
use crate::app::model::notes::{BriefCommand, Forecast};
use crate::app::model::order::Order;
use crate::app::model::run::RunCommand;
use crate::app::model::screen::Screen;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::window;
use crate::app::view::panels::debrief::export;
use crate::engine::Time;
use crate::exercise::format::counted;
use crate::exercise::harmed::Trait;
use crate::exercise::predict::{Prediction, Sign};
use crate::exercise::{Grading, HandIn, grade};
use crate::library::shipped::{exercise_files, find_scenario_text};
use crate::sim::{ManualAction, RolloutCommand};

/// An exercise of a few cheap runs: the few requests of a clinic, for twenty minutes, each case once.
fn short() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("05-few-requests");
    std::fs::create_dir(&own).unwrap();
    let files = exercise_files("few-requests").unwrap();
    let texts = files.files.iter().map(|file| (file.file.rsplit('/').next().unwrap(), file.text.clone()));
    let clinic = find_scenario_text("clinic").unwrap().text;
    for (name, text) in texts.chain([("clinic.ron", clinic)]) {
        let short = [("horizon: \"1h\"", "horizon: \"20m\""), ("seeds: 6", "seeds: 1")];
        let once = [(", weight: 5", ""), (", weight: 6", "")];
        let text = short.iter().chain(&once).fold(text, |text, (from, to)| text.replace(from, to));
        std::fs::write(own.join(name), text).unwrap();
    }
    folder
}

/// A lab with that exercise, which keeps what there is to keep in `data`.
pub(super) fn short_lab(data: Option<&std::path::Path>) -> Lab {
    short_lab_in(Start { data: data.map(std::path::Path::to_owned), ..Start::default() })
}

/// A lab with that exercise, started so.
pub(super) fn short_lab_in(start: Start) -> Lab {
    let own = short();
    Lab::new(Start { exercises: Some(own.path().to_owned()), ..start })
}

/// A cheap exercise, predicted, acted upon, played to its end and looked back on.
pub(super) fn looked_back(mut lab: Lab) -> Lab {
    lab.apply(LabCommand::OpenExercise("few-requests".to_owned()));
    let said = Forecast::Made(Prediction::FirstSign(Sign::Errors));
    lab.apply(LabCommand::Brief(BriefCommand::Forecast(said)));
    lab.apply(LabCommand::Brief(BriefCommand::NextHint));
    lab.apply(LabCommand::Brief(BriefCommand::NextHint));
    lab.apply(LabCommand::Run(RunCommand::Case(3)));
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(900))));
    lab.apply(LabCommand::Play(Order::act(ManualAction::Command(RolloutCommand::Abort))));
    lab.apply(LabCommand::Play(Order::Seek(Time(u64::MAX))));
    lab.apply(LabCommand::Run(RunCommand::Finish));
    lab.tick(std::time::Duration::from_millis(16));
    lab
}

fn of(lab: &Lab) -> &debrief::Debrief {
    lab.run.as_ref().unwrap().debrief.as_ref().unwrap()
}

#[test]
fn the_score_is_the_grades_and_what_was_seen_is_the_run() {
    let lab = looked_back(short_lab(None));
    assert_eq!(lab.screen, Screen::Debrief);
    let run = lab.run.as_ref().unwrap();
    let entry = run.entry().unwrap();
    let shown = of(&lab).verdict.as_ref().unwrap().as_ref().unwrap();
    let hand_in = HandIn::of_session(shown.submission.as_str(), run.session());
    let graded =
        grade(&entry.exercise, &entry.scenario, &entry.starter, &hand_in, &Grading::default()).unwrap();
    assert_eq!(**shown, graded);
    let found = of(&lab).findings.as_ref().unwrap().as_ref().unwrap();
    assert_eq!(found.rows[0].run.digest, run.player.snapshot().record.digest);
    assert!(found.model.is_some() && found.came.is_some());
    assert!(of(&lab).spots.as_ref().unwrap().as_ref().unwrap().len() >= 5);
    assert_eq!(of(&lab).share_done(), 1.0);
}

#[test]
fn a_debrief_is_worked_out_once_and_anew_after_another_deed() {
    let mut lab = looked_back(short_lab(None));
    let score = of(&lab).verdict.clone();
    lab.apply(LabCommand::Go(Screen::Run));
    lab.apply(LabCommand::Go(Screen::Debrief));
    assert_eq!(of(&lab).verdict, score, "nothing was done since");
    lab.apply(LabCommand::Go(Screen::Run));
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(600))));
    lab.apply(LabCommand::Play(Order::act(ManualAction::Command(RolloutCommand::Pause))));
    lab.apply(LabCommand::Go(Screen::Debrief));
    assert!(of(&lab).verdict.is_none(), "something else was done");
}

#[test]
fn the_best_score_is_kept_without_what_hints_cost_and_not_when_assisted() {
    let folder = tempfile::tempdir().unwrap();
    let best = || crate::library::progress::load(folder.path()).unwrap().best.get("few-requests").copied();
    let mut helped = short_lab(Some(folder.path()));
    helped.apply(LabCommand::OpenExercise("few-requests".to_owned()));
    helped.apply(LabCommand::Brief(BriefCommand::AskForSolution));
    helped.apply(LabCommand::Brief(BriefCommand::ShowSolution));
    helped.apply(LabCommand::Brief(BriefCommand::PlaySolution));
    helped.apply(LabCommand::Go(Screen::Debrief));
    helped.tick(std::time::Duration::ZERO);
    assert!(of(&helped).verdict.as_ref().unwrap().is_ok());
    assert_eq!(best(), None, "an assisted score is not kept");
    let lab = looked_back(short_lab(Some(folder.path())));
    let score = of(&lab).verdict.as_ref().unwrap().as_ref().unwrap().score;
    assert_eq!(best(), Some((score - 2.0).max(0.0)));
}

#[test]
fn the_page_is_well_formed_and_the_session_replays() {
    let folder = tempfile::tempdir().unwrap();
    let mut lab = looked_back(short_lab(Some(folder.path())));
    let page = export::page(lab.run.as_ref().unwrap());
    lab.apply(LabCommand::Debrief(DebriefCommand::Export(page)));
    lab.apply(LabCommand::Debrief(DebriefCommand::SaveSession));
    assert!(lab.notices.iter().all(|notice| !notice.is_trouble), "{:?}", lab.notices);
    let page = std::fs::read_to_string(folder.path().join("reports/few-requests-1.html")).unwrap();
    assert!(crate::report::html::tests::tags(&page).is_ok());
    for part in ["What happened", "other decisions", "Safety against speed", "It fails more than"] {
        assert!(page.contains(part), "{part}");
    }
    let path = folder.path().join("sessions/few-requests-1.ron");
    let text = std::fs::read_to_string(path).unwrap();
    let (session, _) = crate::library::read_ron::<crate::exercise::Session>("s.ron", &text).unwrap();
    let scenario = lab.run.as_ref().unwrap().scenario.clone();
    assert_eq!(crate::exercise::replay(&session, &scenario).unwrap().is_same(), Some(true));
}

#[test]
fn without_a_data_folder_saving_says_that_nothing_is_kept() {
    let mut lab = crate::app::tests::lab();
    lab.apply(LabCommand::OpenExercise("few-requests".to_owned()));
    lab.apply(LabCommand::Debrief(DebriefCommand::SaveSession));
    assert!(lab.notices[0].is_trouble && lab.notices[0].text.contains("data folder"));
}

#[test]
fn the_debrief_is_drawn_at_every_size_and_says_its_pictures() {
    let mut lab = looked_back(short_lab(None));
    for (size, zoom) in [([1600.0, 900.0], 1.0), ([1280.0, 720.0], 1.0), ([1280.0, 720.0], 2.0)] {
        let harness = window(lab, size, zoom);
        assert!(harness.query_all_by_label_contains("first user harmed at").next().is_some());
        assert!(harness.query_by_label_contains("What you did").is_some());
        assert!(harness.query_all_by_label_contains("all at once:").next().is_some());
        lab = harness.into_state();
    }
}

#[test]
fn a_sandbox_run_has_a_debrief_without_a_score() {
    let mut lab = crate::app::tests::lab();
    lab.apply(LabCommand::OpenScenario("clinic".to_owned()));
    lab.apply(LabCommand::Run(RunCommand::Finish));
    let harness = window(lab, [1280.0, 720.0], 1.0);
    assert!(harness.query_all_by_label("Nothing is scored in the sandbox.").next().is_some());
    assert!(harness.query_by_label_contains("What you did").is_some());
}

#[test]
fn whom_it_harmed_is_told_by_cohort_and_region_on_the_screen_and_on_the_page() {
    let data = tempfile::tempdir().unwrap();
    let mut lab = Lab::new(Start { data: Some(data.path().to_owned()), ..Start::default() });
    lab.apply(LabCommand::OpenScenario("admin".to_owned()));
    lab.apply(LabCommand::Run(RunCommand::Case(1)));
    lab.apply(LabCommand::Play(Order::Seek(Time(u64::MAX))));
    lab.apply(LabCommand::Run(RunCommand::Finish));
    lab.tick(std::time::Duration::from_millis(16));
    let page = export::page(lab.run.as_ref().unwrap());
    lab.apply(LabCommand::Debrief(DebriefCommand::Export(page)));
    let harmed = of(&lab).findings.as_ref().unwrap().as_ref().unwrap().harmed.clone();
    let truth = lab.run.as_ref().unwrap().player.snapshot().record.truth.clone();
    assert_eq!(truth.harmed_by_cohort.iter().sum::<u64>(), truth.users_harmed);
    let traits: Vec<Trait> = harmed.iter().map(|split| split.by).collect();
    assert_eq!(traits, [Trait::Cohort, Trait::Region, Trait::Plan, Trait::Device]);
    let harness = window(lab, [1600.0, 2400.0], 1.0);
    let hardest = &harmed[0].groups[0];
    let page = std::fs::read_to_string(data.path().join("reports/admin-1.html")).unwrap();
    let said = format!("{} of {} users", hardest.harmed, counted(hardest.users));
    for text in ["Whom it harmed", "By cohort", "By region"] {
        assert!(harness.query_by_label(text).is_some() && page.contains(text), "{text}");
    }
    assert!(harness.query_by_label_contains(&said).is_some(), "{said}");
    assert!(page.contains(&format!("{}: {said}", hardest.name)), "{said}");
}

fn tabbed(harness: &mut Harness<'static, Lab>, presses: usize) -> Vec<String> {
    let mut met = Vec::new();
    for _ in 0..presses {
        harness.key_press(egui::Key::Tab);
        harness.run_steps(2);
        let focused = harness.root().children_recursive().find(|node| node.accesskit_node().is_focused());
        met.extend(focused.and_then(|node| node.accesskit_node().label()));
    }
    met
}

#[test]
fn every_button_of_the_debrief_is_reached_by_tab_and_r_tries_again() {
    let mut harness = window(looked_back(short_lab(None)), [1280.0, 720.0], 1.0);
    let met = tabbed(&mut harness, 12);
    for label in ["Export HTML", "Save PNG F12", "Save session", "Hand in", "Try again R", "Next exercise"] {
        assert!(met.iter().any(|met| met == label), "{label} is not among {met:?}");
    }
    let focused = harness.ctx.memory(egui::Memory::focused);
    harness.ctx.memory_mut(|memory| memory.surrender_focus(focused.unwrap()));
    harness.key_press(egui::Key::R);
    harness.run_steps(3);
    assert_eq!(harness.state().screen, Screen::Run);
    assert!(harness.state().run.as_ref().unwrap().debrief.is_none());
}

#[test]
fn a_picture_of_the_debrief_is_asked_for_under_a_name_that_is_free() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(looked_back(short_lab(Some(folder.path()))), [1600.0, 900.0], 1.0);
    for number in 1..3 {
        harness.get_by_label("Save PNG F12").click_accesskit();
        harness.run_steps(3);
        let expected = folder.path().join(format!("pictures/rollout-lab-{number}.png"));
        assert_eq!(harness.state().pictures.last(), Some(&expected));
    }
    let mut harness = window(looked_back(short_lab(None)), [1600.0, 900.0], 1.0);
    harness.get_by_label("Save PNG F12").click_accesskit();
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("no picture can be saved").is_some());
}

#[test]
fn a_session_saved_from_the_debrief_is_still_there_when_the_lab_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut lab = looked_back(short_lab(Some(folder.path())));
    lab.apply(LabCommand::Debrief(DebriefCommand::SaveSession));
    let told: Vec<String> = lab.notices.iter().map(|notice| notice.text.clone()).collect();
    let path = told.iter().find_map(|text| text.strip_prefix("Saved as ")?.strip_suffix('.')).unwrap();
    let lab = Lab::new(Start { data: Some(folder.path().to_owned()), ..Start::default() });
    assert!(lab.notices.is_empty(), "{:?}", lab.notices);
    assert!(std::path::Path::new(path).is_file());
}

#[test]
fn the_cases_of_the_score_are_told_and_any_can_be_met() {
    let lab = looked_back(short_lab(None));
    let cases = &lab.run.as_ref().unwrap().entry().unwrap().exercise.cases;
    let (first, seen) = (cases[0].name.clone(), lab.run.as_ref().unwrap().case.0);
    assert_eq!((seen, cases.len()), (3, 7));
    let mut harness = window(lab, [1280.0, 3000.0], 1.0);
    let meets = harness.query_all_by_label_contains("Play the case:").count();
    assert_eq!(meets, 7);
    harness.get_by_label(&format!("Play the case: {first}")).click();
    harness.run_steps(3);
    let lab = harness.state();
    assert_eq!((lab.screen, lab.run.as_ref().unwrap().case.0), (Screen::Run, 0));
}

#[test]
fn what_can_be_done_with_a_debrief_stands_once_in_a_window_of_any_width() {
    for width in [640.0, 1100.0, 1179.0, 1180.0, 1196.0, 1212.0, 1280.0, 1920.0] {
        let mut lab = short_lab(None);
        lab.jobs.hold();
        lab.apply(LabCommand::OpenExercise("few-requests".to_owned()));
        lab.apply(LabCommand::Run(RunCommand::Finish));
        let harness = window(lab, [width, 720.0], 1.0);
        for name in ["Export HTML", "Save session"] {
            assert_eq!(harness.query_all_by_label(name).count(), 1, "{name} in a window {width} wide");
        }
    }
}

#[test]
fn the_debrief_opens_with_three_sentences_that_lead_somewhere_and_the_worst_case_stands_first() {
    let lab = looked_back(short_lab(None));
    let verdict = of(&lab).verdict.clone().unwrap().unwrap();
    let run = lab.run.as_ref().unwrap();
    let order = crate::app::model::case_order::worst_first(&verdict, &run.scenario);
    assert!(order.windows(2).all(|pair| pair[0].is_bad >= pair[1].is_bad), "{order:?}");
    let bad = order.iter().filter(|stand| stand.is_bad).count();
    assert!(bad > 0 && bad < order.len(), "{order:?}");
    let found = of(&lab).findings.clone().unwrap().unwrap();
    let mut harness = window(lab, [1600.0, 1600.0], 1.0);
    for head in ["What happened", "Why", "What to change"] {
        assert!(harness.query_by_label(head).is_some(), "{head}");
    }
    let cases = order.len();
    let sentence = format!("{cases} cases: {} fine, {bad} cost points.", cases - bad);
    assert!(harness.query_by_label(&sentence).is_some(), "{sentence}");
    let place = |harness: &Harness<'static, Lab>, index: usize| {
        let label = format!("Play the case: {}", verdict.cases[order[index].index].name);
        harness.get_by_label(&label).rect().top()
    };
    assert!((1..cases).all(|index| place(&harness, index - 1) < place(&harness, index)));
    if let Some(harm) = found.you.harm {
        harness.get_by_label(&format!("Look at {harm}")).click();
        harness.run_steps(3);
        let view = harness.state().run.as_ref().unwrap().player.snapshot();
        assert_eq!((harness.state().screen, view.now), (Screen::Run, harm));
        harness.state_mut().apply(LabCommand::Go(Screen::Debrief));
        harness.run_steps(3);
    }
    let way = harness.query_all_by_label_contains("Go to the ").next();
    way.expect("what to change leads to its field").click();
    harness.run_steps(4);
    assert_eq!(harness.state().screen, Screen::Run);
}

#[test]
fn what_to_change_leads_to_its_field_in_the_form() {
    let first = |harness: &Harness<'static, Lab>, field: &str| -> Option<String> {
        let focused = harness.root().children_recursive().find(|node| node.accesskit_node().is_focused());
        let named = focused.and_then(|node| node.accesskit_node().label());
        let is_here = focused.is_some_and(|node| harness.ctx.content_rect().contains(node.rect().center()));
        assert!(is_here, "{field}: {named:?} is in sight");
        named
    };
    for (field, title) in [
        ("strategy", "Strategy"),
        ("analysis", "Step 2: "),
        ("alerts", "Alerts and triggers"),
        ("triggers", "Alerts and triggers"),
    ] {
        for size in [[1600.0, 900.0], [1024.0, 640.0]] {
            let mut harness = window(looked_back(short_lab(None)), size, 1.0);
            crate::app::view::panels::plan::go_to(&harness.ctx, field);
            let lab = harness.state_mut();
            lab.apply(LabCommand::Go(Screen::Run));
            lab.apply(LabCommand::Only(Some(crate::app::model::panes::Pane::Plan)));
            harness.run_steps(12);
            let named = first(&harness, field).unwrap_or_default();
            assert!(named.starts_with(title), "{field} at {size:?}: {named:?}");
        }
    }
    // And the button itself.
    let mut harness = window(looked_back(short_lab(None)), [1600.0, 900.0], 1.0);
    let button = harness.query_all_by_label_contains("Go to the ").next().expect("a way to a field");
    let leads_to = button.accesskit_node().label().unwrap_or_default();
    button.click_accesskit();
    harness.run_steps(12);
    assert_eq!(harness.state().screen, Screen::Run);
    let named = first(&harness, &leads_to).unwrap_or_default();
    assert!(
        ["Strategy", "Step 2: ", "Alerts and triggers"].iter().any(|title| named.starts_with(title)),
        "{leads_to}: {named:?}"
    );
}
