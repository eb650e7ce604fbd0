//! A week after a pass the course asks one question about it; the answer decides when it comes again, and is kept.

use egui_kittest::kittest::Queryable;

use crate::app::model::lab::Start;
use crate::app::model::learner::Learner;
use crate::app::model::recall::Question;
use crate::app::model::screen::Screen;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::window;

fn started(data: &std::path::Path, today: u32) -> Lab {
    let mut lab = Lab::new(Start { data: Some(data.to_owned()), today: Some(today), ..Start::default() });
    lab.apply(LabCommand::Go(Screen::Course));
    lab
}

fn due(lab: &Lab) -> Option<Question> {
    lab.learner.question_due(&lab.catalog, lab.start.today)
}

#[test]
fn a_pass_is_asked_about_a_week_later_and_the_answer_decides_when_again() {
    for is_right in [true, false] {
        let data = tempfile::tempdir().unwrap();
        let mut lab = started(data.path(), 100);
        lab.note_pass("canary");
        lab.keep_learner();
        assert!(due(&started(data.path(), 106)).is_none());
        // A second pass does not put it off.
        let mut again = started(data.path(), 106);
        again.note_pass("canary");
        again.keep_learner();

        let mut harness = window(started(data.path(), 107), [1280.0, 720.0], 1.0);
        let asked = due(harness.state()).expect("a question is due");
        let given = if is_right { asked.right } else { (asked.right + 1) % asked.answers.len() };
        harness.get_by_label(&asked.answers[given]).click();
        harness.run_steps(3);
        let said = if is_right { "Right" } else { "Not quite" };
        assert!(harness.query_by_label(said).is_some());
        harness.get_by_label("Go on").click();
        harness.run_steps(3);
        assert!(due(harness.state()).is_none() && harness.query_by_label(said).is_none());
        let kept = Learner::load(data.path()).0.tries("canary").unwrap().recall.unwrap();
        assert_eq!((kept.due, kept.round), (if is_right { 121 } else { 109 }, 1));
    }
}

#[test]
fn a_lab_that_does_not_know_the_day_asks_nothing() {
    let data = tempfile::tempdir().unwrap();
    let mut lab = started(data.path(), 100);
    lab.note_pass("canary");
    lab.start.today = None;
    assert!(due(&lab).is_none());
    lab.note_pass("blue-green");
    assert!(lab.learner.tries("blue-green").is_none_or(|tries| tries.recall.is_none()));
}
