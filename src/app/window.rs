//! The window: Bevy draws the stage, and gives egui its input, its frame and its clock. No decision is made here.

mod canvas;
mod measure;
mod names;
mod picture;
mod state;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bevy::log::{Level, LogPlugin};
use bevy::prelude::*;
use bevy::window::{PresentMode, WindowResolution};
use bevy::winit::{EventLoopProxyWrapper, UpdateMode, WinitSettings, WinitUserEvent};
use bevy_egui::{
    EguiContexts, EguiInput, EguiPlugin, EguiPostUpdateSet, EguiPreUpdateSet, EguiPrimaryContextPass,
};
pub use measure::{Figures, STILL};
pub use picture::{Picture, Scene};

use crate::app::model::Lab;
use crate::app::model::lab::Start;
use crate::app::model::wake::{Pace, Wake};
use crate::app::view::{panels, theme};
use crate::app::window::measure::Measure;
use crate::app::window::picture::PendingPictures;
use crate::app::window::state::{Names, WindowState};

/// How long a window waits in which something is awaited.
const SOON: Duration = Duration::from_millis(100);

/// How long a window rests in which nothing happens. The event loop adds it to the time of day, so it has to be finite: with a time that
/// it cannot add it goes on drawing as before.
const REST: Duration = Duration::from_secs(24 * 60 * 60);

/// The frames that are drawn without pause at first.
const SETTLING: u32 = 8;

/// Wakes the window, once it is there.
type Waker = OnceLock<Box<dyn Fn() + Send + Sync>>;

/// The smallest window, in points: what the panes need to be of use.
const SMALLEST: [f32; 2] = [640.0, 360.0];

/// Why the lab could not do its work, in plain words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// There is no window: no display, no graphics adapter.
    NotOpened(String),
    /// It opened, and came to an end before its time; or what was to be on a picture could not be shown.
    Stopped(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOpened(why) | Self::Stopped(why) => f.write_str(why),
        }
    }
}

/// What the window is opened for.
#[derive(Debug, Default)]
pub enum Purpose {
    /// To be used.
    #[default]
    Use,
    /// To be used by a program, which finds the names of everything on the screen in this file.
    Driven(PathBuf),
    /// For one picture; then it closes.
    Picture(Picture),
    /// To measure for so long, from the first frame on; then it closes.
    Measure(Duration, Sender<Figures>),
}

/// Opens the lab's window, of this size in points, with `scene` to be seen first, and returns when it is closed.
///
/// # Errors
/// Why there is no window, or no picture.
pub fn open(start: Start, purpose: Purpose, size: [u32; 2], scene: Scene) -> Result<(), Failure> {
    let (sender, said) = channel();
    let failure = sender.clone();
    let hook = std::panic::take_hook();
    let opened = Arc::new(AtomicBool::new(false));
    let is_open = Arc::clone(&opened);
    // What stops the window from opening is told in our own words, and not as a panic.
    std::panic::set_hook(Box::new(move |panic| {
        if is_open.load(Ordering::Relaxed) {
            hook(panic);
        } else {
            let _ = sender.send(panic.to_string());
        }
    }));
    let ran = catch_unwind(AssertUnwindSafe(|| {
        app(start, purpose, size, scene, Arc::clone(&opened), failure).run()
    }));
    drop(std::panic::take_hook());
    match ran {
        Ok(AppExit::Success) => Ok(()),
        Ok(AppExit::Error(_)) => {
            let why = said.try_iter().last();
            Err(Failure::Stopped(why.unwrap_or_else(|| "the window failed".to_owned())))
        }
        Err(_) if !opened.load(Ordering::Relaxed) => {
            Err(Failure::NotOpened(reason(&said.try_iter().collect::<Vec<_>>().join("\n"))))
        }
        Err(_) => {
            Err(Failure::Stopped("the lab stopped unexpectedly; what was done until then is kept".to_owned()))
        }
    }
}

/// In plain words why no window could be opened.
fn reason(panic: &str) -> String {
    if panic.contains("event loop") {
        "no display could be opened; set DISPLAY to one that runs".to_owned()
    } else if panic.contains("GPU") || panic.contains("adapter") || panic.contains("surface") {
        "no graphics adapter was found; install a Vulkan driver (Debian: mesa-vulkan-drivers draws in software)".to_owned()
    } else {
        format!("the window failed: {}", panic.lines().last().unwrap_or_default())
    }
}

fn app(
    start: Start,
    purpose: Purpose,
    size: [u32; 2],
    scene: Scene,
    opened: Arc<AtomicBool>,
    failure: Sender<String>,
) -> App {
    let (picture, measure, names) = match purpose {
        Purpose::Use => (None, None, None),
        Purpose::Driven(names) => (None, None, Some(names)),
        Purpose::Picture(picture) => (Some(picture), None, None),
        Purpose::Measure(lasts, result) => (None, Some((lasts, result)), None),
    };
    // A frame that is measured waits for no screen.
    let present_mode = if measure.is_some() { PresentMode::AutoNoVsync } else { PresentMode::AutoVsync };
    let waker = Arc::new(Waker::new());
    let wakes = Arc::clone(&waker);
    let wake = Wake::new(move || {
        if let Some(wake) = wakes.get() {
            wake();
        }
    });
    let mut lab = Lab::new(Start { wake: wake.clone(), ..start });
    lab.draws_stage = false;
    let window = Window {
        title: crate::app::texts::t("lab.name").to_owned(),
        name: Some("rollout-lab".to_owned()),
        resolution: WindowResolution::new(size[0], size[1]),
        resize_constraints: bevy::window::WindowResizeConstraints {
            min_width: SMALLEST[0],
            min_height: SMALLEST[1],
            ..default()
        },
        present_mode,
        ..default()
    };
    let mut app = App::new();
    app.add_plugins(
        DefaultPlugins.set(WindowPlugin { primary_window: Some(window), ..default() }).set(quiet()),
    )
    .add_plugins(EguiPlugin::default())
    .insert_resource(WinitSettings::continuous())
    .insert_non_send(WindowState {
        lab,
        scene: Some(scene),
        frame: 0,
        picture,
        measure: measure.map(|(lasts, result)| Measure::new(lasts, result, wake)),
        names: names.map(Names::new),
        leaves_after_picture: false,
        pending: PendingPictures::default(),
        failure,
    })
    .add_systems(Startup, canvas::set_up)
    .add_systems(Startup, move |proxy: Res<EventLoopProxyWrapper>| {
        let proxy = (**proxy).clone();
        // A window that is gone needs no waking; and it is set once.
        let _ = waker.set(Box::new(move || {
            // It fails only when the window is gone, and then nobody waits for a frame.
            let _ = proxy.send_event(WinitUserEvent::WakeUp);
        }));
    })
    .add_systems(First, move || opened.store(true, Ordering::Relaxed))
    .add_systems(PreUpdate, quieten.after(EguiPreUpdateSet::ProcessInput).before(EguiPreUpdateSet::BeginPass))
    .add_systems(Update, (names::ask, measure::turn, picture::take, leave).chain())
    .add_systems(PostUpdate, names::write.after(EguiPostUpdateSet::ProcessOutput))
    .add_systems(EguiPrimaryContextPass, (measure::begin, draw, canvas::draw, measure::end, pace).chain());
    app
}

/// Takes out of egui's input what is no news: bevy_egui says in every frame which modifier keys are held, and egui draws once more
/// after every event, so that a window at rest would be drawn without end.
fn quieten(mut inputs: Query<&mut EguiInput>, mut held: Local<egui::Modifiers>) {
    for mut input in &mut inputs {
        input.events.retain(|event| match event {
            egui::Event::ModifiersChanged(now) => std::mem::replace(&mut *held, *now) != *now,
            _ => true,
        });
    }
}

/// What the graphics stack has to say is for its makers, but for what stops it.
fn quiet() -> LogPlugin {
    LogPlugin { level: Level::ERROR, filter: "wgpu_hal=off,wgpu_core=error".to_owned(), ..default() }
}

/// Draws the panels, and does what is asked in them.
fn draw(mut contexts: EguiContexts, mut state: NonSendMut<WindowState>, time: Res<Time>) -> Result {
    let ctx = contexts.ctx_mut()?;
    let state = &mut *state;
    state.frame += 1;
    if state.frame == 1 {
        // Fonts are there from the next frame on.
        ctx.set_fonts(theme::fonts());
        return Ok(());
    }
    let lab = &mut state.lab;
    if let Some(scene) = state.scene.take() {
        scene.set(lab);
        if state.picture.is_some() {
            // What went well need not be said on a picture.
            lab.notices.retain(|notice| notice.is_trouble);
        }
    }
    // What has happened in the background is drawn in this frame: there may be no other one soon.
    lab.tick(time.delta());
    ctx.set_zoom_factor(lab.settings.text_scale);
    lab.theme().apply(ctx, lab.settings.reduced_motion);
    let area = ctx.viewport_rect();
    // A window that is minimised has no size: there is nothing to draw into.
    if area.width() >= 1.0 && area.height() >= 1.0 {
        let all = egui::UiBuilder::new().layer_id(egui::LayerId::background()).max_rect(area);
        let mut ui = egui::Ui::new(ctx.clone(), "lab".into(), all);
        let mut asked = Vec::new();
        panels::show(&mut ui, lab, &mut asked);
        if !asked.is_empty() {
            // What it comes to is drawn in the next frame.
            ctx.request_repaint();
        }
        asked.into_iter().for_each(|command| lab.apply(command));
    }
    Ok(())
}

/// Draws without pause while something moves, now and then while something is awaited, and else only when something happens.
fn pace(state: NonSend<WindowState>, mut settings: ResMut<WinitSettings>) {
    let is_pictured = state.picture.is_some() || state.leaves_after_picture || state.pending.are_there();
    // The first frames set up fonts and textures.
    let is_new = state.frame < SETTLING || state.measure.as_ref().is_some_and(Measure::plays);
    let pace = if is_pictured || is_new { Pace::Moves } else { state.lab.pace() };
    settings.focused_mode = match pace {
        Pace::Moves => UpdateMode::Continuous,
        Pace::Soon => UpdateMode::reactive_low_power(SOON),
        Pace::Rests => UpdateMode::reactive_low_power(REST),
    };
    settings.unfocused_mode = settings.focused_mode;
}

/// Leaves when that was asked for.
fn leave(state: NonSend<WindowState>, mut exit: MessageWriter<AppExit>) {
    if state.lab.quits {
        exit.write(AppExit::Success);
    }
}
