//! A hundred thousand random keys, clicks and letters: no panic, and the invariants hold after every command.

use egui::{Event, Key, Modifiers, PointerButton, Pos2, Vec2};

use crate::app::model::{Lab, LabCommand};
use crate::app::tests::{lab, window};
use crate::engine::Stream;

/// How many events in all, and how many come between two frames.
const EVENTS: u64 = 100_000;

const AT_ONCE: u64 = 250;

const KEYS: [Key; 22] = [
    Key::Tab,
    Key::Tab,
    Key::Enter,
    Key::Escape,
    Key::Space,
    Key::ArrowLeft,
    Key::ArrowRight,
    Key::ArrowUp,
    Key::ArrowDown,
    Key::Home,
    Key::Delete,
    Key::Backspace,
    Key::B,
    Key::K,
    Key::N,
    Key::P,
    Key::R,
    Key::Y,
    Key::Z,
    Key::Num1,
    Key::Questionmark,
    Key::F1,
];

/// The `index`th random event.
fn event(chance: Stream, index: u64) -> Vec<Event> {
    let draw = |what: u64, bound: u64| chance.child(index).below(what, bound);
    let place = Pos2::new(draw(1, 1280) as f32, draw(2, 720) as f32);
    let modifiers = match draw(3, 8) {
        0 => Modifiers::CTRL | Modifiers::COMMAND,
        1 => Modifiers::SHIFT,
        2 => Modifiers::ALT,
        _ => Modifiers::NONE,
    };
    let key = |pressed| Event::Key {
        key: KEYS[draw(4, KEYS.len() as u64) as usize],
        physical_key: None,
        pressed,
        repeat: false,
        modifiers,
    };
    let button =
        |pressed| Event::PointerButton { pos: place, button: PointerButton::Primary, pressed, modifiers };
    match draw(0, 8) {
        0..=2 => vec![key(true), key(false)],
        3 | 4 => vec![Event::PointerMoved(place), button(true), button(false)],
        5 => vec![Event::PointerMoved(place), button(draw(5, 2) == 0)],
        6 => vec![Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: Vec2::new(0.0, draw(6, 200) as f32 - 100.0),
            modifiers,
            phase: egui::TouchPhase::Move,
        }],
        _ => vec![Event::Text(
            ["1", "9", "s", "%", "(", "\"", "-", "\u{1F980}"][draw(7, 8) as usize].to_owned(),
        )],
    }
}

/// Of the state of the lab, what most commands change.
fn changed(lab: &Lab) -> String {
    let run = lab.run.as_ref();
    let view = run.map(|run| (run.player.snapshot().now, run.player.snapshot().actions.len()));
    let text = run.map(|run| run.editor.text());
    format!("{:?} {:?} {:?} {view:?} {text:?}", lab.screen, lab.overlay, lab.only)
}

#[test]
fn a_hundred_thousand_random_events_do_no_harm() {
    let mut lab = lab();
    // A debrief grades many runs: that is another test's.
    lab.jobs.hold();
    lab.apply(LabCommand::OpenExercise("few-requests".to_owned()));
    let mut harness = window(lab, [1280.0, 720.0], 1.0);
    let chance = Stream::from_key(0x6D6F_6E6B_6579);
    let (mut index, mut changes) = (0, 0);
    while index < EVENTS {
        for _ in 0..AT_ONCE {
            harness.input_mut().events.extend(event(chance, index));
            index += 1;
        }
        let before = changed(harness.state());
        harness.step();
        changes += usize::from(changed(harness.state()) != before);
        // A monkey that has left comes back.
        harness.state_mut().quits = false;
        if harness.state().run.is_none() {
            harness.state_mut().apply(LabCommand::OpenExercise("few-requests".to_owned()));
        }
    }
    assert!(harness.state().clock.as_secs() >= 2);
    assert!(changes > 50, "the events do something: {changes}");
}
