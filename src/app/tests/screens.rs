//! Every screen, pane and overlay in each of its states: empty, under way, done, failed, with long names. One list, which the tests walk that
//! measure, read and weigh what is drawn; a new screen or state is tested by all of them the day it is in this list.

mod around;
mod over;
mod runs;
mod states;

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::app::model::lab::Start;
use crate::app::model::order::Order;
use crate::app::model::screen::{Overlay, Screen};
use crate::app::model::settings::Setting;
use crate::app::model::{Lab, LabCommand};
use crate::engine::Time;

/// A state of the window.
pub(super) struct Shown {
    /// What it is, for messages; a word or a few.
    pub name: &'static str,
    /// Makes the lab, started as is said: in a language, with nothing else given.
    pub make: fn(Start) -> Lab,
    /// What is done in its window first.
    pub prepare: fn(&mut Harness<'static, Lab>),
}

/// States that belong together; each group is a test.
pub(super) struct Group {
    /// Its name.
    pub name: &'static str,
    /// Its states.
    pub states: &'static [Shown],
}

/// All groups.
pub(super) const GROUPS: [Group; 9] = [
    Group { name: "around", states: around::AROUND },
    Group { name: "written", states: around::WRITTEN },
    Group { name: "rehearsed", states: around::REHEARSED },
    Group { name: "over", states: over::OVER },
    Group { name: "found", states: over::FOUND },
    Group { name: "runs", states: runs::RUNS },
    Group { name: "worlds", states: runs::WORLDS },
    Group { name: "panes", states: runs::PANES },
    Group { name: "states", states: states::STATES },
];

/// Makes a test of each group of [`GROUPS`]: `each_group!(check)` calls `check` with it.
macro_rules! each_group {
    ($check:path) => {
        $crate::app::tests::screens::each_group!(
            $check, around, written, rehearsed, over, found, runs, worlds, panes, states
        );
    };
    ($check:path, $($name:ident),+) => {
        $(
            #[test]
            fn $name() {
                let groups = &$crate::app::tests::screens::GROUPS;
                let group = groups.iter().find(|group| group.name == stringify!($name));
                $check(group.expect("it is in the list"));
            }
        )+

        #[test]
        fn every_group_is_a_test() {
            let tests = [$(stringify!($name)),+];
            let groups = $crate::app::tests::screens::GROUPS.map(|group| group.name);
            assert_eq!(groups, tests);
        }
    };
}
pub(super) use each_group;

/// A state in whose window nothing has to be done first.
const fn still(name: &'static str, make: fn(Start) -> Lab) -> Shown {
    Shown { name, make, prepare: |_| () }
}

/// A state that is there after something was done in the window.
const fn after(name: &'static str, make: fn(Start) -> Lab, prepare: fn(&mut Harness<'static, Lab>)) -> Shown {
    Shown { name, make, prepare }
}

/// A lab whose work in the background waits.
fn held(start: Start) -> Lab {
    let mut lab = Lab::new(start);
    lab.jobs.hold();
    lab
}

/// An exercise at this second of its run, with all its panes.
pub(super) fn exercise_in(lab: Lab, id: &str, at: u64) -> Lab {
    let mut lab = lab;
    lab.jobs.hold();
    lab.apply(LabCommand::Set(Setting::AllPanels(true)));
    lab.apply(LabCommand::OpenExercise(id.to_owned()));
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(at))));
    lab
}

fn exercise(start: Start, id: &str, at: u64) -> Lab {
    exercise_in(Lab::new(start), id, at)
}

/// The lab after these commands.
fn done(mut lab: Lab, commands: impl IntoIterator<Item = LabCommand>) -> Lab {
    commands.into_iter().for_each(|command| lab.apply(command));
    lab
}

/// The lab at a screen.
fn at(lab: Lab, screen: Screen) -> Lab {
    done(lab, [LabCommand::Go(screen)])
}

/// The lab with an overlay.
fn below(lab: Lab, overlay: Overlay) -> Lab {
    done(lab, [LabCommand::Show(overlay)])
}

/// Presses what is called `name`.
pub(super) fn press(harness: &mut Harness<'static, Lab>, name: &str) {
    let found = harness.query_all_by_label(name).next();
    found.unwrap_or_else(|| panic!("there is no button {name:?}")).click_accesskit();
    harness.run_steps(3);
}

/// A name as long as the longest that people give.
const LONG: &str =
    "The plan of the team that works on payments and on everything that is paid for, the second";

#[test]
fn every_screen_and_every_overlay_is_in_the_list() {
    let (mut screens, mut overlays) = (Vec::new(), Vec::new());
    let all = GROUPS.iter().filter(|group| matches!(group.name, "around" | "written" | "rehearsed" | "over"));
    for shown in all.flat_map(|group| group.states) {
        let lab = (shown.make)(Start::default());
        screens.push(lab.screen);
        overlays.extend(lab.overlay);
    }
    for screen in Screen::ALL {
        assert!(screens.contains(&screen), "{screen:?}");
    }
    for overlay in Overlay::ALL {
        assert!(overlays.contains(&overlay), "{overlay:?}");
    }
}
