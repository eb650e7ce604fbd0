//! `rollout-lab app`: opens the lab's window, or takes a picture of it. Without a display it says so and shows what else works.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::channel;
use std::time::Duration;

use clap::Args;

use super::author::TOOLS;
use super::output::{Output, Trouble};
use super::overwrite::replaces_only;
use super::{Ended, Outcome, welcome};
use crate::app::model::LabCommand;
use crate::app::model::comparing::CompareCommand;
use crate::app::model::lab::Start;
use crate::app::model::look::Shade;
use crate::app::model::notes::{BriefCommand, Forecast};
use crate::app::model::order::Order;
use crate::app::model::panes::Pane;
use crate::app::model::programs::Programs;
use crate::app::model::saved_plans;
use crate::app::model::screen::{Overlay, Screen};
use crate::app::model::settings::{Setting, TEXT_SCALES};
use crate::app::texts::{languages, nearest, spoken};
use crate::app::update::dialogs::desktop;
use crate::app::window::{self, Failure, Figures, Picture, Purpose, STILL, Scene};
use crate::engine::{Span, Time};
use crate::library::disk::load_text;
use crate::library::progress::data_folder;

/// The arguments of `app`.
#[derive(Debug, Args)]
pub(super) struct App {
    /// Open this file: a plan, a session, a manifest, a scenario, saved progress, or a folder of exercises. A plan or a
    /// manifest opens in the exercise or scenario of --exercise or --scenario
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// A folder of your own exercises, listed before the shipped ones; they are reloaded when they change
    #[arg(long, value_name = "DIR")]
    exercises: Option<PathBuf>,
    /// Take one picture (a PNG) and exit; nothing else is saved. An earlier .png file is replaced
    #[arg(long, value_name = "OUT.png")]
    screenshot: Option<PathBuf>,
    /// Play the run for this long, show the speed and memory of the window, and exit; nothing is saved
    #[arg(long, value_name = "TIME", conflicts_with = "screenshot")]
    measure: Option<Span>,
    /// Open the exercise with this id
    #[arg(long, value_name = "E")]
    exercise: Option<String>,
    /// Open the scenario with this id in the sandbox
    #[arg(long, value_name = "S", conflicts_with = "exercise")]
    scenario: Option<String>,
    /// Run this case of the exercise, counted from 1
    #[arg(long, value_name = "N", requires = "exercise", value_parser = clap::value_parser!(u32).range(1..))]
    case: Option<u32>,
    /// Go to this time of the run
    #[arg(long, value_name = "TIME")]
    at: Option<Span>,
    /// Show this screen
    #[arg(long, value_enum)]
    screen: Option<Screen>,
    /// Show this pane of the run alone
    #[arg(long, value_enum)]
    pane: Option<Pane>,
    /// Show this overlay
    #[arg(long, value_enum)]
    overlay: Option<Overlay>,
    /// Show what the class sees of the run that is led in another window with this data folder; for a projector
    #[arg(long, value_name = "DATA", conflicts_with_all = ["screenshot", "measure", "exercise", "scenario", "file"])]
    follow: Option<PathBuf>,
    /// Write the names and places of everything on the screen into this file whenever they change, for programs that drive the window
    /// by mouse and keys. An earlier file is replaced
    #[arg(long, value_name = "FILE", conflicts_with_all = ["screenshot", "measure", "follow"])]
    names: Option<PathBuf>,
    /// Size of the window in points
    #[arg(long, value_name = "WxH", default_value = SIZE, value_parser = size)]
    size: [u32; 2],
    /// Speak this language, such as de; without it, the one chosen in the settings, or that of the surroundings (LC_ALL, LC_MESSAGES, LANG)
    #[arg(long, value_name = "LANG", value_parser = language)]
    lang: Option<String>,
    /// Use the light theme in the picture
    #[arg(long, requires = "screenshot")]
    light: bool,
    /// Size of text in the picture; 1 is the normal size
    #[arg(long, value_name = "FACTOR", requires = "screenshot", value_parser = text_scale)]
    text_scale: Option<f32>,
}

/// Size of a new window, in points.
const SIZE: &str = "1600x900";

impl App {
    /// Opens the window; returns when it is closed.
    pub fn run(self, output: Output) -> Outcome {
        if let Some(lasts) = self.measure {
            return self.measure(lasts, output);
        }
        if let Some(data) = self.follow {
            let start = Start {
                follows: Some(data),
                threads: true,
                language: self.lang,
                locale: locale(),
                ..Start::default()
            };
            return open(start, Purpose::Use, self.size, Scene::default());
        }
        let Some(path) = self.screenshot.clone() else {
            let start = Start {
                exercises: self.exercises.clone(),
                data: data_folder(),
                threads: true,
                dialogs: Some(desktop),
                shares: true,
                today: Some(today()),
                programs: Some(PROGRAMS),
                author: Some(TOOLS),
                language: self.lang.clone(),
                locale: locale(),
                ..Start::default()
            };
            let scene = self.scene();
            let purpose = self.names.map_or(Purpose::Use, Purpose::Driven);
            return open(start, purpose, self.size, scene);
        };
        replaces_only("png", &path)?;
        let mut scene = self.scene();
        let shade = if self.light { Shade::Light } else { Shade::Dark };
        scene.commands = vec![
            LabCommand::Set(Setting::Shade(shade)),
            LabCommand::Set(Setting::TextScale(self.text_scale.unwrap_or(1.0))),
            LabCommand::Set(Setting::AllPanels(true)),
        ];
        let opens = self.exercise.is_some() || self.scenario.is_some();
        if self.screen == Some(Screen::Compare) && opens {
            scene.last.push(LabCommand::Compare(CompareCommand::Begin));
        }
        let start = Start { exercises: self.exercises, language: self.lang, ..Start::default() };
        open(start, Purpose::Picture(Picture { path }), self.size, scene)
    }

    /// Plays the run, and shows the speed and memory of the window.
    fn measure(self, lasts: Span, output: Output) -> Outcome {
        let (sender, figures) = channel();
        let mut scene = self.scene();
        if scene.exercise.is_some() || scene.scenario.is_some() {
            // Nobody is there to answer the question before the run.
            scene.last.push(LabCommand::Brief(BriefCommand::Forecast(Forecast::Skipped)));
            scene.last.push(LabCommand::Play(Order::Toggle));
        }
        let start =
            Start { exercises: self.exercises, threads: true, language: self.lang, ..Start::default() };
        let lasts = Duration::from_secs_f64(lasts.as_secs_f64());
        let ended = open(start, Purpose::Measure(lasts, sender), self.size, scene)?;
        let Ok(figures) = figures.try_recv() else {
            return Err(Trouble::Said("the window was closed before the measurement was over".to_owned()));
        };
        output.result(&format!("{}\n", said(&figures)));
        Ok(ended)
    }

    fn scene(&self) -> Scene {
        let mut last: Vec<LabCommand> =
            self.pane.map(|pane| LabCommand::Only(Some(pane))).into_iter().collect();
        last.extend(self.overlay.map(LabCommand::Show));
        Scene {
            last,
            exercise: self.exercise.clone(),
            scenario: self.scenario.clone(),
            file: self.file.clone(),
            case: self.case.map(|number| number as usize - 1),
            at: self.at.map(|at| Time::ZERO + at),
            screen: self.screen,
            commands: Vec::new(),
            looks_into: self.screenshot.is_some() && self.pane == Some(Pane::Inspector),
        }
    }
}

fn open(start: Start, purpose: Purpose, size: [u32; 2], scene: Scene) -> Outcome {
    let opened = window::open(start, purpose, size, scene);
    opened.map(|()| Ended::Passed).map_err(|failure| Trouble::Said(failure.to_string()))
}

/// Today, in days since 1 January 1970 by the computer's clock.
fn today() -> u32 {
    (saved_plans::now() / (24 * 60 * 60)).try_into().unwrap_or_default()
}

/// Opens the window; where that is impossible, says so and plays an exercise in the terminal.
pub(super) fn open_or_tell(output: Output) -> Outcome {
    let start = Start {
        data: data_folder(),
        threads: true,
        dialogs: Some(desktop),
        shares: true,
        today: Some(today()),
        programs: Some(PROGRAMS),
        author: Some(TOOLS),
        locale: locale(),
        ..Start::default()
    };
    let size = size(SIZE).map_err(Trouble::Said)?;
    match window::open(start, Purpose::Use, size, Scene::default()) {
        Ok(()) => Ok(Ended::Passed),
        Err(Failure::NotOpened(why)) => welcome::run(&format!("the window cannot be opened: {why}"), output),
        Err(failure @ Failure::Stopped(_)) => Err(Trouble::Said(failure.to_string())),
    }
}

/// The programs that the window can start.
const PROGRAMS: Programs = Programs { open_folder, class_window };

/// Opens a folder by the program that the desktop has for it.
fn open_folder(folder: &Path) -> Result<(), String> {
    let program = if cfg!(target_os = "windows") {
        "explorer"
    } else if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    begin(Command::new(program).arg(folder)).map_err(|why| format!("{program}: {why}"))
}

/// Starts this program once more, as the window that the class sees.
fn class_window(data: &Path) -> Result<(), String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    begin(Command::new(program).arg("app").arg("--follow").arg(data).args(["--lang", spoken().id]))
}

fn begin(command: &mut Command) -> Result<(), String> {
    command.spawn().map(drop).map_err(|error| error.to_string())
}

/// The measurements as text.
fn said(figures: &Figures) -> String {
    let ms = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1e3);
    let own = |share| figures.own(share).map_or_else(|| "none".to_owned(), ms);
    let mut lines = vec![
        format!("time to the first frame   {}", ms(figures.first_frame)),
        format!(
            "frames a second           {:.1} ({} in {:.1} s)",
            figures.rate(),
            figures.frames,
            figures.wall.as_secs_f64()
        ),
        format!(
            "frames while paused       {} in {} s, {} with nothing open",
            figures.at_rest[0],
            STILL.as_secs(),
            figures.at_rest[1]
        ),
        format!("the lab's part of a frame {} (median), {} (99 of 100)", own(0.5), own(0.99)),
    ];
    if let [Some(first), Some(here), all] = figures.change {
        let all = all.map_or_else(String::new, |all| format!(", {} until that of all cases", ms(all)));
        let (first, here) = (ms(first), ms(here));
        lines.push(format!(
            "after a change of a plan  {first} until the first look, {here} until this world's outcome{all}"
        ));
    }
    if let Some(memory) = most_memory() {
        lines.push(format!("memory at the most        {memory} MiB"));
    }
    lines.join("\n")
}

/// Peak memory of the process in MiB, where the system reports it (Linux: `VmHWM`, proc(5)).
fn most_memory() -> Option<u64> {
    let status = load_text(Path::new("/proc/self/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024)
}

/// The language of the surroundings, as POSIX has it (XBD 8.2): the first of these variables that is not empty.
fn locale() -> Option<String> {
    let variables = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter();
    variables.filter_map(|name| std::env::var_os(name)?.into_string().ok()).find(|value| !value.is_empty())
}

/// A language of the window, by its code.
fn language(code: &str) -> Result<String, String> {
    if nearest(code).is_some() {
        return Ok(code.to_owned());
    }
    let all: Vec<&str> = languages().iter().map(|language| language.id).collect();
    Err(format!("there are no texts in it; there are {}", all.join(", ")))
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

/// A size of text; 1 is the normal size.
fn text_scale(text: &str) -> Result<f32, String> {
    let [least, most] = TEXT_SCALES;
    let scale = text.parse().ok().filter(|scale| (least..=most).contains(scale));
    scale.ok_or_else(|| format!("write a number from {least} to {most}"))
}
