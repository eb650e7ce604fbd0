//! The stage's pane: the picture with its texts and its commands, or the same as a table. Where the picture stands is stored,
//! so that Bevy can paint its shapes beneath ([`placed`]).

pub mod card;
mod flag_strip;
mod keys;
mod table;
mod weight;

use std::sync::Arc;
use std::time::Duration;

pub(in crate::app) use flag_strip::FlagStrip;

use egui::{
    Button, FontId, Id, Pos2, Rect, Response, RichText, Sense, Shape, Ui, UiBuilder, Vec2, WidgetInfo,
    WidgetType, pos2, vec2,
};

use crate::app::model::panes::Pane;
use crate::app::model::run::Run;
use crate::app::model::stage::{Camera, StageCommand, Thing, ZOOM_STEP};
use crate::app::model::world::World;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::t;
use crate::app::view::panels::bring::NARROW;
use crate::app::view::stage::{Dot, Face, Label, PoolNames, SMALLEST, Scene, Setting, paint, words};
use crate::app::view::theme::{Theme, semibold};

/// How near a dot the pointer must be, in points.
const NEAR: f32 = 7.0;

/// The least part of its size that the whole picture is drawn at.
const TINY: f32 = 0.45;

/// The longest time that a picture runs ahead of its world.
const MOST_AHEAD: Duration = Duration::from_millis(100);

/// The picture of the stage, and where it stands.
#[derive(Clone)]
pub struct Placed {
    /// The pane, in points of the window.
    pub rect: Rect,
    /// The camera that [`Scene`] was made with.
    pub camera: Camera,
    /// The still part, in points from the corner of `rect`. The same `Arc` as long as nothing has changed.
    pub scene: Arc<Scene>,
    /// What moves, in points from the corner of `rect`.
    pub dots: Arc<Vec<Dot>>,
}

/// What is remembered of the frame before.
#[derive(Clone)]
struct Kept {
    world: Arc<World>,
    setting: Setting,
    scene: Arc<Scene>,
    /// When this world was first drawn, in wall time of the lab.
    since: Duration,
}

/// Where the stage's picture was drawn in this frame; `None` when it was not. It lies in egui's memory under
/// `Id::new("stage.placed")`, with the number of its pass.
pub fn placed(ctx: &egui::Context) -> Option<Placed> {
    let kept: Option<(u64, Placed)> = ctx.data(|data| data.get_temp(Id::new("stage.placed")));
    let (pass, placed) = kept?;
    (ctx.cumulative_pass_nr().saturating_sub(pass) <= 1).then_some(placed)
}

/// Draws the pane.
pub fn show(ui: &mut Ui, lab: &Lab, run: &Run, out: &mut Vec<LabCommand>) {
    let pool_names = PoolNames::of(&run.plan);
    let world = &run.player.snapshot().world;
    let is_tiny = is_tiny(ui.available_size()) && lab.stage.camera == Camera::default();
    if lab.stage.is_table || is_tiny {
        table::show(ui, lab, world, pool_names, !is_tiny, out);
        return;
    }
    let whole = ui.available_rect_before_wrap();
    let strip = FlagStrip::of(run, world);
    let (rect, below) = if strip.is_some() { flag_strip::split(whole) } else { (whole, None) };
    let response = ui.interact(rect, Id::new("stage.picture"), Sense::click_and_drag());
    ui.advance_cursor_after_rect(whole);
    if let (Some(strip), Some(below)) = (&strip, below) {
        flag_strip::show(ui, below, &lab.theme(), strip);
    }
    let summary = words::summary(world, pool_names);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &summary));
    let theme = lab.theme();
    let setting = Setting {
        size: rect.size(),
        camera: lab.stage.camera,
        theme,
        pool_names,
        still: lab.settings.reduced_motion,
        follows: lab.stage.follows,
        chosen: lab.stage.chosen,
    };
    let kept = keep(ui, lab, run, setting);
    let ahead = match run.player.snapshot().is_playing {
        true => (lab.clock.saturating_sub(kept.since)).min(MOST_AHEAD).as_secs_f64(),
        false => 0.0,
    };
    let dots = Arc::new(kept.scene.dots(world, ahead));
    let placed =
        Placed { rect, camera: setting.camera, scene: Arc::clone(&kept.scene), dots: Arc::clone(&dots) };
    let pass = ui.ctx().cumulative_pass_nr();
    ui.data_mut(|data| data.insert_temp(Id::new("stage.placed"), (pass, placed)));
    let painter = ui.painter_at(rect);
    let offset = rect.min.to_vec2();
    if lab.draws_stage {
        painter.rect_filled(rect, 0.0, theme.background);
        let mut shapes = kept.scene.shapes.clone();
        paint(&dots, &theme, &mut shapes);
        shapes.iter_mut().for_each(|shape| shape.translate(offset));
        painter.extend(shapes);
    }
    kept.scene.labels.iter().for_each(|label| write(&painter, label, offset));
    if response.has_focus() {
        let edge = egui::Stroke::new(1.5, theme.mute);
        painter.add(Shape::rect_stroke(rect.shrink(1.0), 2.0, edge, egui::StrokeKind::Inside));
    }
    let before = out.len();
    point(ui, &response, world, pool_names, &kept.scene, &dots, out);
    keys::answer(ui, &response, lab, world, out);
    open_inspector(ui, lab, before, out);
    // With another camera the router is elsewhere, and the picture is what counts.
    // Nor can a class change anything.
    let has_room = rect.width() >= 600.0
        && rect.height() >= 240.0
        && lab.stage.camera == Camera::default()
        && lab.start.follows.is_none();
    let router = kept.scene.hits.iter().find(|hit| hit.thing == Thing::Router);
    if let Some(router) = router.filter(|_| has_room) {
        let top = pos2(router.rect.center().x, 17.0 * kept.scene.scale + 10.0);
        weight::show(ui, &theme, run, top + offset, out);
    }
    buttons(ui, rect, lab, &theme, out);
}

/// Whether a pane is so small that nobody could read the picture in it, as with very large text: the table takes its place.
fn is_tiny(size: Vec2) -> bool {
    (size.x / SMALLEST.x).min(size.y / SMALLEST.y) < TINY
}

/// The scene of this frame: that of the frame before when nothing has changed.
fn keep(ui: &Ui, lab: &Lab, run: &Run, setting: Setting) -> Kept {
    let id = Id::new("stage.kept");
    let world = &run.player.snapshot().world;
    let before: Option<Kept> = ui.data(|data| data.get_temp(id));
    if let Some(before) = &before
        && Arc::ptr_eq(&before.world, world)
        && before.setting == setting
    {
        return before.clone();
    }
    let since = match &before {
        Some(before) if Arc::ptr_eq(&before.world, world) => before.since,
        _ => lab.clock,
    };
    let scene = Arc::new(Scene::new(world, &setting));
    let kept = Kept { world: Arc::clone(world), setting, scene, since };
    ui.data_mut(|data| data.insert_temp(id, kept.clone()));
    kept
}

/// Writes a text of the stage.
pub(in crate::app) fn write(painter: &egui::Painter, label: &Label, offset: Vec2) {
    // Nobody reads type of less than this, and the atlas is spared.
    if label.size < 4.0 || label.width <= 0.0 {
        return;
    }
    // Quarter points: a camera that glides does not fill the atlas.
    let size = (label.size * 4.0).round() / 4.0;
    let font = match label.face {
        Face::Sans => FontId::proportional(size),
        Face::Semibold => FontId::new(size, semibold()),
        Face::Mono => FontId::monospace(size),
    };
    let mut job = egui::text::LayoutJob::simple_singleline(label.text.clone(), font, label.color);
    job.wrap = egui::text::TextWrapping::truncate_at_width(label.width);
    let galley = painter.layout_job(job);
    let rect = label.anchor.anchor_size(label.at + offset, galley.size());
    painter.galley(rect.min, galley, label.color);
}

/// What the pointer does.
fn point(
    ui: &Ui,
    response: &Response,
    world: &World,
    pool_names: PoolNames,
    scene: &Scene,
    dots: &[Dot],
    out: &mut Vec<LabCommand>,
) {
    let rect = response.rect;
    let mut ask = |command| out.push(LabCommand::Stage(command));
    if response.dragged() {
        let by = response.drag_delta();
        ask(StageCommand::Pan([-by.x / rect.width(), -by.y / rect.height()]));
    }
    if response.double_clicked() {
        ask(StageCommand::Fit);
    }
    let Some(pointer) = response.hover_pos() else { return };
    let zoom = ui.input(|input| input.zoom_delta() * (input.smooth_scroll_delta().y / 400.0 + 1.0));
    if (zoom - 1.0).abs() > 0.001 {
        let about = (pointer - rect.center()) / rect.size();
        ask(StageCommand::Zoom(zoom.clamp(0.5, 2.0), [about.x, about.y]));
    }
    let Some(thing) = thing_at(scene, dots, pointer - rect.min.to_vec2()) else { return };
    if response.clicked() {
        ask(StageCommand::Choose(Some(thing)));
    }
    response.clone().on_hover_ui_at_pointer(|ui| card::show(ui, world, pool_names, thing));
}

/// Where one pane is shown at a time, the inspector takes the place of the stage after a selection.
fn open_inspector(ui: &Ui, lab: &Lab, before: usize, out: &mut Vec<LabCommand>) {
    let chosen = |command: &LabCommand| matches!(command, LabCommand::Stage(StageCommand::Choose(Some(_))));
    let by_pointer = ui.input(|input| input.pointer.any_released());
    let is_narrow = ui.ctx().content_rect().width() < NARROW;
    if is_narrow && lab.only.is_none() && by_pointer && out[before..].iter().any(chosen) {
        out.push(LabCommand::Only(Some(Pane::Inspector)));
    }
}

/// The thing at a place: a request, or else what stands there.
fn thing_at(scene: &Scene, dots: &[Dot], place: Pos2) -> Option<Thing> {
    let near = dots.iter().map(|dot| (dot.at.distance(place), dot.request));
    let near = near.filter(|(distance, _)| *distance < NEAR);
    let nearest = near.min_by(|one, other| one.0.total_cmp(&other.0));
    nearest.map(|(_, request)| Thing::Request(request)).or_else(|| scene.at(place))
}

/// The buttons at the lower right corner: zoom in, zoom out, fit, table.
fn buttons(ui: &mut Ui, rect: Rect, lab: &Lab, theme: &Theme, out: &mut Vec<LabCommand>) {
    let place = Rect::from_min_max(pos2(rect.left(), rect.bottom() - 25.0), rect.max - vec2(8.0, 4.0));
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    let mut ui = ui.new_child(UiBuilder::new().max_rect(place).layout(layout).id_salt("stage.buttons"));
    ui.spacing_mut().item_spacing.x = 4.0;
    ui.spacing_mut().button_padding = vec2(6.0, 1.0);
    ui.spacing_mut().interact_size = vec2(20.0, 20.0);
    let mut button = |ui: &mut Ui, sign: &str, name: &str, command: StageCommand| {
        let button = Button::new(RichText::new(sign).size(10.5).color(theme.mute));
        let response = ui.add(button).on_hover_text(name);
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, name));
        if response.clicked() {
            out.push(LabCommand::Stage(command));
        }
    };
    button(&mut ui, t("stage.table"), t("stage.table.name"), StageCommand::Table(true));
    let is_low = rect.height() < 200.0;
    if rect.width() >= 420.0 && !is_low {
        button(&mut ui, t("stage.fit"), t("stage.fit.name"), StageCommand::Fit);
    }
    if rect.width() >= 520.0 && !is_low {
        button(&mut ui, "+", t("stage.nearer"), StageCommand::Zoom(ZOOM_STEP, [0.0; 2]));
        button(&mut ui, "\u{2212}", t("stage.farther"), StageCommand::Zoom(1.0 / ZOOM_STEP, [0.0; 2]));
    }
    if let Some(number) = lab.stage.follows {
        let name = crate::app::texts::tf("stage.follows", &[&number]);
        button(&mut ui, &name, t("stage.let_go"), StageCommand::Follow(None));
    }
}
