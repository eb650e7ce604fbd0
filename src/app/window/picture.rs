//! Pictures of the window: the one that the command line asks for, and those that the lab asks for.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};

use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};

use crate::app::model::files::FilesCommand;
use crate::app::model::order::Order;
use crate::app::model::run::RunCommand;
use crate::app::model::screen::Screen;
use crate::app::model::stage::{StageCommand, Thing};
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::tf;
use crate::app::window::state::WindowState;
use crate::engine::Time;
use crate::library::disk::save_atomic;

/// What is to be seen first.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// What is to be done before anything is opened, in order.
    pub commands: Vec<LabCommand>,
    /// An exercise to open.
    pub exercise: Option<String>,
    /// A scenario to open.
    pub scenario: Option<String>,
    /// A file to open after that.
    pub file: Option<PathBuf>,
    /// Position of the exercise's case to meet.
    pub case: Option<usize>,
    /// The moment to go to.
    pub at: Option<Time>,
    /// A screen to show then.
    pub screen: Option<Screen>,
    /// Whether the newest instance is to be looked into.
    pub looks_into: bool,
    /// What is to be done at the end, in order.
    pub last: Vec<LabCommand>,
}

impl Scene {
    /// Shows it.
    pub(super) fn set(self, lab: &mut Lab) {
        let mut commands = self.commands;
        commands.extend(self.exercise.map(LabCommand::OpenExercise));
        commands.extend(self.scenario.map(LabCommand::OpenScenario));
        commands.extend(self.file.map(|path| LabCommand::Files(FilesCommand::Take(path))));
        commands.extend(self.case.map(|case| LabCommand::Run(RunCommand::Case(case))));
        commands.extend(self.at.map(|at| LabCommand::Play(Order::Seek(at))));
        commands.extend(self.screen.map(|screen| match screen {
            Screen::Debrief => LabCommand::Run(RunCommand::Finish),
            screen => LabCommand::Go(screen),
        }));
        commands.into_iter().for_each(|command| lab.apply(command));
        if let Some(run) = lab.run.as_ref().filter(|_| self.looks_into) {
            let figures = run.player.snapshot().world.pools.iter().flat_map(|pool| &pool.figures);
            let newest = figures.map(|figure| figure.number).max().map(Thing::Instance);
            lab.apply(LabCommand::Stage(StageCommand::Choose(newest)));
        }
        self.last.into_iter().for_each(|command| lab.apply(command));
    }
}

/// A picture after which the lab is left.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The file, a PNG.
    pub path: PathBuf,
}

/// The pictures that are being saved.
pub(super) struct PendingPictures {
    sender: Sender<Result<PathBuf, String>>,
    receiver: Receiver<Result<PathBuf, String>>,
    /// How many were asked for and are not there yet.
    awaited: usize,
}

/// Frames until everything stands: fonts, layout, textures.
const SETTLED: u32 = 24;

impl Default for PendingPictures {
    fn default() -> Self {
        let (sender, receiver) = channel();
        Self { sender, receiver, awaited: 0 }
    }
}

impl PendingPictures {
    /// Whether there are any: they are taken while frames are drawn.
    pub(super) const fn are_there(&self) -> bool {
        self.awaited > 0
    }
}

/// Takes the pictures that were asked for, says where they are, and leaves after the one from the command line.
pub(super) fn take(
    mut state: NonSendMut<WindowState>,
    mut commands: Commands,
    mut exit: MessageWriter<AppExit>,
) {
    let state = &mut *state;
    // What cannot be shown is neither pictured nor measured.
    let trouble = state.lab.notices.iter().find(|notice| notice.is_trouble);
    let is_unattended = state.picture.is_some() || state.measure.is_some();
    if let Some(notice) = trouble.filter(|_| is_unattended) {
        // The receiver waits for the window to close.
        let _ = state.failure.send(notice.text.clone());
        (state.picture, state.measure) = (None, None);
        exit.write(AppExit::error());
        return;
    }
    let settled = state.frame > SETTLED && state.lab.jobs.waiting() == 0;
    if let Some(picture) = state.picture.take_if(|_| settled) {
        state.leaves_after_picture = true;
        state.lab.pictures.push(picture.path);
    }
    for path in state.lab.pictures.drain(..) {
        state.pending.awaited += 1;
        let sender = state.pending.sender.clone();
        commands.spawn(Screenshot::primary_window()).observe(move |captured: On<ScreenshotCaptured>| {
            let _ = sender.send(save(&captured.image, &path).map(|()| path.clone()));
        });
    }
    let saved: Vec<_> = state.pending.receiver.try_iter().collect();
    for outcome in saved {
        state.pending.awaited -= 1;
        match outcome {
            Ok(_) if state.leaves_after_picture => drop(exit.write(AppExit::Success)),
            Ok(path) => state.lab.tell(tf("picture.saved", &[&path.display()])),
            Err(why) if state.leaves_after_picture => {
                // The receiver waits for the window to close.
                let _ = state.failure.send(why);
                exit.write(AppExit::error());
            }
            Err(why) => state.lab.trouble(why),
        }
    }
}

fn save(image: &Image, path: &Path) -> Result<(), String> {
    let cannot = |why: String| format!("{}: the picture cannot be saved: {why}", path.display());
    let picture = image.clone().try_into_dynamic().map_err(|error| cannot(error.to_string()))?;
    let mut bytes = std::io::Cursor::new(Vec::new());
    let opaque = image::DynamicImage::ImageRgb8(picture.to_rgb8());
    opaque.write_to(&mut bytes, image::ImageFormat::Png).map_err(|error| cannot(error.to_string()))?;
    save_atomic(path, bytes.get_ref()).map_err(|problem| problem.rendered())
}
