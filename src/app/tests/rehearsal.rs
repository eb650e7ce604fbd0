//! A manifest is opened in the window: the page says what `rollout-lab rehearse` does, the runs can be stopped, and a change is searched.

use std::path::{Path, PathBuf};
use std::time::Duration;

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::{lab, window};
use crate::app::model::rehearsing::{RehearsalCommand, WorldNumber};
use crate::app::model::screen::Screen;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::t;
use crate::engine::{Share, Span};
use crate::exercise::power::Regression;
use crate::library::shipped::Loaded;
use crate::manifest::Table;
use crate::rehearsal::{Files, Subject};
use crate::report::{TextStyle, rehearsal};

pub(super) fn manifest(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests").join(name)
}

/// A release that goes back at a twentieth of failures.
pub(super) const OPENED: &str = "public/26-no-error-no-series.yaml";

/// A lab that asks of a small world what is soon told.
pub(super) fn asks_little(mut lab: Lab) -> Lab {
    lab.rehearsing.asked.seeds = Some(2);
    lab.rehearsing.asked.numbers.rps = Some(5.0);
    lab.rehearsing.asked.numbers.users = Some(200);
    lab.rehearsing.asked.goal.catch = Some(Regression::Errors(Share::percent(25.0)));
    lab
}

fn seen(harness: &Harness<'static, Lab>, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

#[test]
fn an_opened_manifest_gives_the_page_of_the_command() {
    let mut lab = asks_little(lab());
    let path = manifest(OPENED);
    lab.take(&path);
    assert_eq!(lab.screen, Screen::Rehearsal);
    assert!(lab.run.is_some(), "its plan is open too");
    lab.tick(Duration::from_millis(16));
    let file = Loaded { file: path.display().to_string(), text: std::fs::read_to_string(&path).unwrap() };
    let subject = Subject::read(Files::of(&[file]), Table::default(), lab.rehearsing.asked.clone()).unwrap();
    let wanted = subject.ready().unwrap().rehearse(&|| (), &|| false).unwrap().unwrap();
    let page = lab.rehearsing.page.as_ref().unwrap();
    assert_eq!(rehearsal::text(page, TextStyle::PLAIN), rehearsal::text(&wanted, TextStyle::PLAIN));
    let harness = window(lab, [1280.0, 2400.0], 1.0);
    let said = wanted.why_not.iter().map(|remark| remark.said.as_str());
    let said = said.chain(wanted.goals.iter().map(|goal| goal.said.as_str()));
    for text in
        said.chain(["26-no-error-no-series.yaml:11", "25% more errors", "Smallest caught, more errors: "])
    {
        assert!(seen(&harness, text), "{text}");
    }
    for curve in [t("rehearsal.curve_errors"), t("rehearsal.curve_slower"), "has caught 5% more errors"] {
        assert!(seen(&harness, curve), "{curve}");
    }
}

#[test]
fn runs_and_searches_are_stopped_and_what_comes_later_is_not_taken_in() {
    for (begin, begun) in [(RehearsalCommand::Begin, "of 30 runs"), (RehearsalCommand::Improve, "of at most")]
    {
        let mut lab = asks_little(lab());
        lab.jobs.hold();
        lab.take(&manifest(OPENED));
        lab.apply(LabCommand::Rehearsal(begin));
        let (_, progress, _) = lab.rehearsing.work.clone().expect("it is under way");
        let serial = lab.rehearsing.serial;
        let mut harness = window(lab, [1280.0, 720.0], 1.0);
        assert!(seen(&harness, begun));
        harness.get_by_label(t("rehearsal.stop")).click_accesskit();
        harness.run_steps(3);
        assert!(progress.is_cancelled() && harness.state().rehearsing.work.is_none());
        harness.state_mut().finish_rehearsal(serial, Err("late".to_owned()));
        assert_eq!(harness.state().rehearsing.problem, None);
        let page = harness.state().rehearsing.page.as_ref().unwrap();
        assert!(page.power.is_none() && !page.why_not.is_empty(), "what the plan alone tells stays");
        // Nothing moves until something is asked again.
        harness.run();
    }
}

#[test]
fn the_smallest_change_is_searched_with_a_click_and_shown_as_a_patch() {
    let mut held = lab();
    held.jobs.hold();
    held.rehearsing.asked.seeds = Some(4);
    held.rehearsing.asked.numbers.rps = Some(10.0);
    held.rehearsing.asked.goal.catch = Some(Regression::Errors(Share::percent(2.0)));
    held.rehearsing.asked.goal.within = Some(Span::from_secs(600));
    held.take(&manifest(OPENED));
    // What is opened runs every regression at once, which is another test's; here only the search runs.
    let mut free = lab();
    std::mem::swap(&mut free.rehearsing, &mut held.rehearsing);
    free.apply(LabCommand::Rehearsal(RehearsalCommand::Stop));
    free.screen = Screen::Rehearsal;
    let mut harness = window(free, [1280.0, 2400.0], 1.0);
    harness.get_by_label(t("rehearsal.improve")).click_accesskit();
    harness.run_steps(3);
    let found = harness.state().rehearsing.improvement.as_ref().expect("it was searched");
    assert!(found.proven.is_some(), "{found:?}");
    assert!(seen(&harness, "-    successCondition: result[0] < 0.05"));
    assert!(seen(&harness, t("rehearsal.patch")));
}

#[test]
fn templates_that_are_opened_after_a_release_are_read_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(manifest(OPENED)).unwrap();
    let parts: Vec<&str> = text.split("\n---\n").collect();
    assert_eq!(parts.len(), 2);
    let (release, template) = match parts[0].contains("kind: Rollout") {
        true => (parts[0], parts[1]),
        false => (parts[1], parts[0]),
    };
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let (release, template) = (write("release.yaml", release), write("checks.yaml", template));
    let mut lab = asks_little(lab());
    lab.jobs.hold();
    lab.rehearsing.asked.goal.catch = Some(Regression::Errors(Share::percent(1.0)));
    lab.take(&template);
    assert!(lab.notices.iter().any(|notice| notice.is_trouble), "alone it is no release");
    lab.take(&release);
    lab.take(&template);
    let page = lab.rehearsing.page.as_ref().expect("both are read");
    assert_eq!(page.files.len(), 2);
    assert!(page.why_not.iter().any(|remark| remark.file.ends_with("checks.yaml")), "{:?}", page.why_not);
    lab.take(&release);
    assert_eq!(lab.rehearsing.page.as_ref().unwrap().files.len(), 1, "another release is another page");
}

#[test]
fn every_number_of_the_world_can_be_changed_and_is_told() {
    let mut lab = asks_little(lab());
    lab.jobs.hold();
    lab.take(&manifest(OPENED));
    let told = |lab: &Lab| {
        let page = lab.rehearsing.page.as_ref().unwrap();
        page.world.iter().map(|of| of.said.clone()).collect::<Vec<_>>().join("; ")
    };
    for number in WorldNumber::ALL {
        let before = told(&lab);
        let Some(Ok(ready)) = &lab.rehearsing.ready else { panic!("it is ready") };
        let value = number.of(&ready.numbers()).unwrap() + 3.0;
        lab.apply(LabCommand::Rehearsal(RehearsalCommand::Number(number, value)));
        let Some(Ok(ready)) = &lab.rehearsing.ready else { panic!("{number:?}") };
        assert!((number.of(&ready.numbers()).unwrap() - value).abs() < 0.01, "{number:?}");
        assert_ne!(told(&lab), before, "{number:?}");
    }
    // Half of the answers come before 99 of 100 do, whatever is asked.
    lab.apply(LabCommand::Rehearsal(RehearsalCommand::Number(WorldNumber::Median, 90_000.0)));
    assert!(matches!(lab.rehearsing.ready, Some(Ok(_))), "{:?}", lab.rehearsing.ready);
}
