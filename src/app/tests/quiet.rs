//! A window in which nothing happens draws nothing: no screen, pane or overlay asks for a frame of its own accord, and the lab's pace
//! is that of rest.

use std::time::{Duration, Instant};

use crate::app::model::classroom::ClassroomCommand;
use crate::app::model::editor::EditorCommand;
use crate::app::model::lab::Start;
use crate::app::model::order::Order;
use crate::app::model::screen::{Overlay, Screen};
use crate::app::model::wake::{Pace, Wake};
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::learning::seek;
use crate::app::tests::{lab, window};
use crate::engine::Time;

#[test]
fn a_window_at_rest_asks_for_no_frame() {
    for is_played in [false, true] {
        for screen in Screen::ALL {
            let mut lab = lab();
            lab.jobs.hold();
            lab.apply(LabCommand::OpenScenario("clinic".to_owned()));
            if is_played {
                seek(&mut lab, 700);
            }
            lab.apply(LabCommand::Go(screen));
            let mut harness = window(lab, [1280.0, 720.0], 1.0);
            // It panics when frames are asked for without end.
            harness.run();
            let pace = harness.state().pace();
            assert!(pace == Pace::Rests || screen == Screen::Debrief, "{screen:?}: {pace:?}");
        }
    }
    for overlay in Overlay::ALL {
        let mut lab = lab();
        lab.apply(LabCommand::Show(overlay));
        let mut harness = window(lab, [1280.0, 720.0], 1.0);
        harness.run();
        assert_eq!(harness.state().pace(), Pace::Rests, "{overlay:?}");
    }
    let mut lab = lab();
    lab.apply(LabCommand::OpenScenario("clinic".to_owned()));
    lab.apply(LabCommand::Play(Order::Play));
    assert_eq!(lab.pace(), Pace::Moves);
    lab.apply(LabCommand::Play(Order::Pause));
    assert_eq!(lab.pace(), Pace::Rests);
    lab.tell("Good news.");
    assert_eq!(lab.pace(), Pace::Soon);
    lab.tick(Duration::from_secs(20));
    assert_eq!(lab.pace(), Pace::Rests);
}

/// How long jobs may take on a busy machine; they take a second or two on an idle one.
const LONGEST: Duration = Duration::from_secs(120);

/// Lets time pass until something holds of the lab; false when it never does.
#[expect(clippy::disallowed_methods, reason = "the test ends when a thread does not")]
fn until(lab: &mut Lab, holds: impl Fn(&Lab) -> bool) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < LONGEST {
        // Longer than a plan rests before it is tried in all cases.
        lab.tick(Duration::from_millis(700));
        std::thread::sleep(Duration::from_millis(5));
        lab.tick(Duration::from_millis(700));
        if holds(lab) {
            return true;
        }
    }
    false
}

#[test]
fn a_lab_rests_when_its_jobs_are_done_and_when_the_plan_that_is_written_cannot_be_played() {
    let mut lab = lab();
    lab.start.threads = true;
    lab.apply(LabCommand::OpenExercise("few-requests".to_owned()));
    lab.apply(LabCommand::Play(Order::Seek(Time(u64::MAX))));
    let rests = |lab: &Lab| lab.pace() == Pace::Rests;
    assert!(until(&mut lab, |lab| lab.run.as_ref().unwrap().outlook.band.is_some()), "all cases are tried");
    assert!(until(&mut lab, rests), "{} jobs", lab.jobs.waiting());
    let text = lab.run.as_ref().unwrap().editor.text().to_owned();
    // A change that is asked about, and then a slip before it has rested for long enough.
    lab.apply(LabCommand::Plan(EditorCommand::SetText(text.replacen("5%", "4%", 1))));
    lab.tick(Duration::from_millis(16));
    lab.apply(LabCommand::Plan(EditorCommand::SetText(text.replacen("title:", "titel:", 1))));
    assert!(until(&mut lab, rests), "{} jobs", lab.jobs.waiting());
}

#[test]
fn the_window_of_a_class_rests_while_nothing_happens_in_the_first_and_is_woken_when_something_does() {
    let data = tempfile::tempdir().unwrap();
    let (woken, hears) = std::sync::mpsc::channel();
    let wake = Wake::new(move || {
        // The test may be over by then.
        let _ = woken.send(());
    });
    let start = Start { follows: Some(data.path().to_owned()), threads: true, wake, ..Start::default() };
    let mut class = Lab::new(start);
    class.tick(Duration::from_millis(16));
    assert_eq!(class.pace(), Pace::Rests);
    let mut leader = Lab::new(Start { data: Some(data.path().to_owned()), ..Start::default() });
    for command in [ClassroomCommand::Scenario("clinic".to_owned()), ClassroomCommand::Begin] {
        leader.apply(LabCommand::Classroom(command));
    }
    leader.tick(Duration::from_secs(2));
    hears.recv_timeout(LONGEST).expect("the window is woken");
    assert!(until(&mut class, |class| class.run.is_some()));
    assert!(until(&mut class, |class| class.pace() == Pace::Rests));
}
