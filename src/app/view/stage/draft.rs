//! A scene under construction: its setting, its texts and places, and the shapes that all parts of it use.

use egui::{Align2, Color32, CornerRadius, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, vec2};

use crate::app::model::stage::{Camera, Thing};
use crate::app::model::world::World;
use crate::app::view::stage::layout::Layout;
use crate::app::view::stage::words::PoolNames;
use crate::app::view::theme::Theme;
use crate::sim::Pool;

/// How the stage is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// The pane, in points.
    pub size: Vec2,
    /// The camera.
    pub camera: Camera,
    /// The colours.
    pub theme: Theme,
    /// What pools are called.
    pub pool_names: PoolNames,
    /// Whether nothing moves.
    pub still: bool,
    /// The instance that stays in the middle.
    pub follows: Option<u32>,
    /// What is chosen.
    pub chosen: Option<Thing>,
}

impl Setting {
    /// A canary seen whole, in a pane of this size.
    pub fn whole(size: Vec2, theme: Theme) -> Self {
        let (camera, pool_names) = (Camera::default(), PoolNames::default());
        Self { size, camera, theme, pool_names, still: false, follows: None, chosen: None }
    }
}

/// A face of type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Inter.
    Sans,
    /// Inter, semibold.
    Semibold,
    /// JetBrains Mono.
    Mono,
}

/// A text on the stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Where its anchor is, in points from the pane's corner.
    pub at: Pos2,
    /// What of it is there.
    pub anchor: Align2,
    /// The text, one line.
    pub text: String,
    /// Size of type in points.
    pub size: f32,
    /// Colour.
    pub color: Color32,
    /// Face.
    pub face: Face,
    /// How wide it may be; what is too long ends with an ellipsis.
    pub width: f32,
}

impl Label {
    /// Where it stands, from what letters measure on the average: JetBrains Mono 0.6, Inter 0.56 of the size.
    pub fn bounds(&self) -> Rect {
        let each = if self.face == Face::Mono { 0.6 } else { 0.56 };
        let wide = (self.text.chars().count() as f32 * each * self.size).min(self.width);
        self.anchor.anchor_size(self.at, vec2(wide, self.size))
    }
}

/// A place that stands for something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// The place, in points from the pane's corner.
    pub rect: Rect,
    /// What it stands for.
    pub thing: Thing,
}

/// Colour of a pool's release, the same as in the charts.
pub(super) fn color(setting: &Setting, pool: Pool) -> Color32 {
    setting.theme.pool(pool)
}

/// A scene while it is drawn, on the sheet.
pub(super) struct Draft<'a> {
    pub world: &'a World,
    pub setting: &'a Setting,
    pub layout: &'a Layout,
    pub shapes: Vec<Shape>,
    pub labels: Vec<Label>,
    pub hits: Vec<Hit>,
}

impl Draft<'_> {
    pub(super) fn color(&self, pool: Pool) -> Color32 {
        color(self.setting, pool)
    }

    pub(super) fn hit(&mut self, rect: Rect, thing: Thing) {
        self.hits.push(Hit { rect, thing });
        if self.setting.chosen == Some(thing) {
            let edge = Stroke::new(2.0, self.setting.theme.text);
            self.shapes.push(Shape::rect_stroke(
                rect.expand(2.0),
                CornerRadius::same(8),
                edge,
                StrokeKind::Outside,
            ));
        }
    }

    pub(super) fn box_of(&mut self, rect: Rect, round: u8, fill: Color32, edge: Stroke) {
        let round = CornerRadius::same(round);
        self.shapes.push(Shape::rect_filled(rect, round, fill));
        self.shapes.push(Shape::rect_stroke(rect, round, edge, StrokeKind::Inside));
    }

    pub(super) fn text(
        &mut self,
        at: Pos2,
        anchor: Align2,
        text: impl Into<String>,
        (size, color, face, width): (f32, Color32, Face, f32),
    ) {
        self.labels.push(Label { at, anchor, text: text.into(), size, color, face, width });
    }
}
