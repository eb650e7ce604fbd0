//! One picture of the lab, for documentation and tests.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};

use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};

use super::Desk;
use crate::app::Command;
use crate::app::lab::{Lab, Screen};
use crate::app::player::Order;
use crate::app::run::RunCommand;
use crate::engine::Time;
use crate::library::disk::save_atomic;

/// What is to be seen.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// An exercise to open.
    pub exercise: Option<String>,
    /// A scenario to open.
    pub scenario: Option<String>,
    /// The moment to go to.
    pub at: Option<Time>,
    /// A screen to show at the end.
    pub screen: Option<Screen>,
    /// What else is to be done, in order.
    pub commands: Vec<Command>,
}

impl Scene {
    /// Shows it.
    pub(super) fn set(&self, lab: &mut Lab) {
        if let Some(id) = &self.exercise {
            lab.apply(Command::OpenExercise(id.clone()));
        }
        if let Some(id) = &self.scenario {
            lab.apply(Command::OpenScenario(id.clone()));
        }
        if let Some(at) = self.at {
            lab.apply(Command::Play(Order::Seek(at)));
        }
        for command in &self.commands {
            lab.apply(command.clone());
        }
        match self.screen {
            Some(Screen::Debrief) => lab.apply(Command::Run(RunCommand::Finish)),
            Some(screen) => lab.apply(Command::Go(screen)),
            None => {}
        }
    }
}

/// A picture to be taken.
#[derive(Debug)]
pub struct Picture {
    /// The file, a PNG.
    pub path: PathBuf,
    /// Size of the window in points.
    pub size: [u32; 2],
    taken: Option<Receiver<Result<(), String>>>,
}

/// Frames until everything stands: fonts, layout, textures.
const SETTLED: u32 = 24;

impl Picture {
    /// A picture of the window, into the file at `path`.
    pub const fn new(path: PathBuf, size: [u32; 2]) -> Self {
        Self { path, size, taken: None }
    }
}

/// Waits until everything stands, takes the picture, and leaves.
pub(super) fn take(mut desk: NonSendMut<Desk>, mut commands: Commands, mut exit: MessageWriter<AppExit>) {
    let desk = &mut *desk;
    let Some(picture) = &mut desk.picture else { return };
    if let Some(taken) = &picture.taken {
        match taken.try_recv() {
            Ok(Ok(())) => drop(exit.write(AppExit::Success)),
            Ok(Err(why)) => {
                bevy::log::error!("{why}");
                exit.write(AppExit::error());
            }
            Err(_) => {}
        }
    } else if desk.frame > SETTLED && desk.lab.jobs.waiting() == 0 {
        let (sender, receiver) = channel();
        let path = picture.path.clone();
        picture.taken = Some(receiver);
        commands.spawn(Screenshot::primary_window()).observe(move |captured: On<ScreenshotCaptured>| {
            let _ = sender.send(save(&captured.image, &path));
        });
    }
}

fn save(image: &Image, path: &std::path::Path) -> Result<(), String> {
    let cannot = |why: String| format!("{}: the picture cannot be saved: {why}", path.display());
    let picture = image.clone().try_into_dynamic().map_err(|error| cannot(error.to_string()))?;
    let mut bytes = std::io::Cursor::new(Vec::new());
    let opaque = image::DynamicImage::ImageRgb8(picture.to_rgb8());
    opaque.write_to(&mut bytes, image::ImageFormat::Png).map_err(|error| cannot(error.to_string()))?;
    save_atomic(path, bytes.get_ref()).map_err(|problem| problem.rendered())
}
