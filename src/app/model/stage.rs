//! The state of the stage's view: camera, selection, table or picture; and its commands.

use crate::app::model::world::Seen;
use crate::sim::Pool;

/// How near and how far one may go.
pub const ZOOMS: [f32; 2] = [0.5, 12.0];

/// What one press of a key or button zooms by.
pub const ZOOM_STEP: f32 = 1.25;

/// What one press of an arrow key moves by, as a share of what is seen.
pub const PAN_STEP: f32 = 0.12;

/// From where the stage is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// 1 shows all of it.
    pub zoom: f32,
    /// What is in the middle, as shares of the whole: `[0.5, 0.5]` is its middle.
    pub center: [f32; 2],
}

impl Default for Camera {
    fn default() -> Self {
        Self { zoom: 1.0, center: [0.5, 0.5] }
    }
}

impl Camera {
    /// The same from nearer or farther; `about` stays where it is, in shares of the pane from its middle, -0.5 to 0.5.
    #[must_use]
    pub fn zoomed(self, factor: f32, about: [f32; 2]) -> Self {
        let zoom = (self.zoom * factor).clamp(ZOOMS[0], ZOOMS[1]);
        let shift = 1.0 / self.zoom - 1.0 / zoom;
        let center = [0, 1].map(|axis| self.center[axis] + about[axis] * shift);
        Self { zoom, center }.kept_in()
    }

    /// The same moved by shares of what is seen.
    #[must_use]
    pub fn moved(self, by: [f32; 2]) -> Self {
        let center = [0, 1].map(|axis| self.center[axis] + by[axis] / self.zoom);
        Self { center, ..self }.kept_in()
    }

    /// Some of the stage is always seen.
    fn kept_in(self) -> Self {
        Self { center: self.center.map(|at| at.clamp(0.0, 1.0)), ..self }
    }
}

/// Something on the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// A group of users, by its position.
    Group(usize),
    /// What decides which pool answers.
    Router,
    /// A pool of the target.
    Pool(Pool),
    /// An instance of the target, by its number.
    Instance(u32),
    /// Another service, by its position.
    Dependency(usize),
    /// The failures of a pool.
    Harm(Pool),
    /// A request.
    Request(u64),
}

/// How the stage is looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StageState {
    /// The camera.
    pub camera: Camera,
    /// The instance that stays in the middle.
    pub follows: Option<u32>,
    /// The selected thing; the inspector shows it.
    pub chosen: Option<Thing>,
    /// Whether it is a table instead of a picture.
    pub is_table: bool,
    /// The tries of the request that is chosen, as they were remembered then.
    pub tries: Vec<Seen>,
}

/// The commands of the stage.
#[derive(Clone, Debug, PartialEq)]
pub enum StageCommand {
    /// Nearer or farther by this factor, about this place: shares of the pane from its middle.
    Zoom(f32, [f32; 2]),
    /// Aside by these shares of what is seen.
    Pan([f32; 2]),
    /// All of it.
    Fit,
    /// Follow an instance, or stop following.
    Follow(Option<u32>),
    /// Choose something, or nothing.
    Choose(Option<Thing>),
    /// A table, or a picture.
    Table(bool),
}
