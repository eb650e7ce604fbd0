//! `app`: opens the lab's window, or takes a picture of it. With no display a readable message, and a way on.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::output::{Output, Trouble};
use super::{Ended, Outcome, welcome};
use crate::app::Command;
use crate::app::lab::{Overlay, Screen, Start};
use crate::app::panels::dock::Pane;
use crate::app::settings::{Setting, TEXT_SCALES};
use crate::app::theme::Shade;
use crate::app::window::{self, Picture, Scene};
use crate::engine::{Span, Time};
use crate::library::progress::data_folder;

/// The arguments of `app`.
#[derive(Debug, Args)]
pub(super) struct App {
    /// A folder of exercises of your own, shown before those that are shipped; they reload when they change
    #[arg(long, value_name = "DIR")]
    exercises: Option<PathBuf>,
    /// Take one picture (a PNG), and leave; nothing is kept
    #[arg(long, value_name = "OUT.png")]
    screenshot: Option<PathBuf>,
    /// Open this exercise, by its id
    #[arg(long, value_name = "E")]
    exercise: Option<String>,
    /// Open this scenario in the sandbox, by its id
    #[arg(long, value_name = "S", conflicts_with = "exercise")]
    scenario: Option<String>,
    /// Meet this case of the exercise, from 1
    #[arg(long, value_name = "N", requires = "exercise")]
    case: Option<usize>,
    /// Go to this moment of the run
    #[arg(long, value_name = "TIME")]
    at: Option<Span>,
    /// Show this screen
    #[arg(long, value_enum)]
    screen: Option<ScreenName>,
    /// Show this pane of the run alone
    #[arg(long, value_enum)]
    pane: Option<PaneName>,
    /// Lay this over the screen
    #[arg(long, value_enum)]
    overlay: Option<OverlayName>,
    /// Size of the window in points
    #[arg(long, value_name = "WxH", default_value = "1600x900", value_parser = size)]
    size: [u32; 2],
    /// Light surfaces on the picture
    #[arg(long)]
    light: bool,
    /// Size of text on the picture, 1 is as designed
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0)]
    text_scale: f32,
}

/// Size of a new window, in points.
const SIZE: [u32; 2] = [1600, 900];

/// The screens, as they are named on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum ScreenName {
    Course,
    Sandbox,
    Museum,
    Compare,
    Plans,
    Facilitate,
    Run,
    Debrief,
}

/// The panes of a run, as they are named on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum PaneName {
    Brief,
    Stage,
    Dashboards,
    Log,
    Plan,
    Operate,
    Inspector,
}

/// What can lie over a screen, as it is named on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum OverlayName {
    Palette,
    Keys,
    Settings,
    Welcome,
    Open,
}

impl App {
    /// Opens the window; returns when it is closed.
    pub fn run(self) -> Outcome {
        let Some(path) = self.screenshot.clone() else {
            let start = Start { exercises: self.exercises.clone(), data: data_folder(), threads: true };
            let scene = self.scene();
            return open(start, None, self.size, scene);
        };
        if !(TEXT_SCALES[0]..=TEXT_SCALES[1]).contains(&self.text_scale) {
            let [least, most] = TEXT_SCALES;
            return Err(Trouble::Said(format!("--text-scale {}: from {least} to {most}", self.text_scale)));
        }
        let mut scene = self.scene();
        let shade = if self.light { Shade::Light } else { Shade::Dark };
        scene.commands = vec![
            Command::Set(Setting::Shade(shade)),
            Command::Set(Setting::TextScale(self.text_scale)),
            Command::Set(Setting::AllPanels(true)),
        ];
        let start = Start { exercises: self.exercises, data: None, threads: false };
        open(start, Some(Picture { path }), self.size, scene)
    }

    fn scene(&self) -> Scene {
        let screen = self.screen.map(|name| match name {
            ScreenName::Course => Screen::Course,
            ScreenName::Sandbox => Screen::Sandbox,
            ScreenName::Museum => Screen::Museum,
            ScreenName::Compare => Screen::Compare,
            ScreenName::Plans => Screen::Plans,
            ScreenName::Facilitate => Screen::Facilitate,
            ScreenName::Run => Screen::Run,
            ScreenName::Debrief => Screen::Debrief,
        });
        let pane = self.pane.map(|name| match name {
            PaneName::Brief => Pane::Brief,
            PaneName::Stage => Pane::Stage,
            PaneName::Dashboards => Pane::Dashboards,
            PaneName::Log => Pane::Log,
            PaneName::Plan => Pane::Plan,
            PaneName::Operate => Pane::Operate,
            PaneName::Inspector => Pane::Inspector,
        });
        let overlay = self.overlay.map(|name| match name {
            OverlayName::Palette => Overlay::Palette,
            OverlayName::Keys => Overlay::Keys,
            OverlayName::Settings => Overlay::Settings,
            OverlayName::Welcome => Overlay::Welcome,
            OverlayName::Open => Overlay::Open,
        });
        let mut last: Vec<Command> = pane.map(|pane| Command::Only(Some(pane))).into_iter().collect();
        last.extend(overlay.map(Command::Show));
        Scene {
            last,
            exercise: self.exercise.clone(),
            scenario: self.scenario.clone(),
            case: self.case.map(|number| number.saturating_sub(1)),
            at: self.at.map(|at| Time::ZERO + at),
            screen,
            commands: Vec::new(),
        }
    }
}

fn open(start: Start, picture: Option<Picture>, size: [u32; 2], scene: Scene) -> Outcome {
    window::open(start, picture, size, scene).map(|()| Ended::Passed).map_err(Trouble::Said)
}

/// Opens the lab, or, where there is no window to be had, says so and plays an exercise in the terminal.
pub(super) fn open_or_tell(output: Output) -> Outcome {
    let start = Start { exercises: None, data: data_folder(), threads: true };
    match window::open(start, None, SIZE, Scene::default()) {
        Ok(()) => Ok(Ended::Passed),
        Err(why) => welcome::run(&format!("the window cannot be opened: {why}."), output),
    }
}

/// A size such as `1280x720`, in points.
fn size(text: &str) -> Result<[u32; 2], String> {
    let sides =
        text.split_once('x').and_then(|(width, height)| Some([width.parse().ok()?, height.parse().ok()?]));
    match sides {
        Some([width, height]) if (320..=7680).contains(&width) && (240..=4320).contains(&height) => {
            Ok([width, height])
        }
        _ => Err("write WIDTHxHEIGHT, such as 1280x720; from 320x240 to 7680x4320".to_owned()),
    }
}
