//! The still part of the stage's picture: shapes, texts, and what stands where. It is made again only when the world, the pane
//! or the camera changes.

use egui::emath::TSTransform;
use egui::{Align2, Color32, Pos2, Rect, Shape, Stroke, Vec2, pos2, vec2};

use crate::app::model::stage::Thing;
use crate::app::model::world::World;
use crate::app::texts::{t, tf};
use crate::app::view::stage::draft::{Draft, Face, Hit, Label, Setting, color};
use crate::app::view::stage::layout::Layout;
use crate::app::view::stage::streams::{Stream, Streams};
use crate::app::view::stage::{legend, pools, words};

/// The still part of the picture, in points from the pane's corner.
#[derive(Clone, Debug)]
pub struct Scene {
    /// What to paint, without any text.
    pub shapes: Vec<Shape>,
    /// Texts, over all shapes and dots.
    pub labels: Vec<Label>,
    /// Places, those on top last.
    pub hits: Vec<Hit>,
    /// The ways that requests take.
    pub streams: Streams,
    /// Points of the pane in one of the sheet, the camera's zoom included.
    pub scale: f32,
    pub(super) setting: Setting,
}

impl Scene {
    /// The picture of a world.
    pub fn new(world: &World, setting: &Setting) -> Self {
        let layout = Layout::new(world, setting.size);
        let streams = Streams::new(world, &layout);
        let mut draft = Draft {
            world,
            setting,
            layout: &layout,
            shapes: Vec::new(),
            labels: Vec::new(),
            hits: Vec::new(),
        };
        draft.streams(&streams);
        draft.heads();
        draft.users();
        for (pool, rect) in world.pools.iter().zip(&layout.pools) {
            pools::draw(&mut draft, pool, *rect);
        }
        draft.router();
        draft.dependencies();
        if setting.still || world.is_counted {
            draft.counters(&streams);
        }
        let Draft { shapes, labels, hits, .. } = draft;
        let mut scene = Self { shapes, labels, hits, streams, scale: 1.0, setting: *setting };
        let view = scene.view(&layout);
        scene.transform(view);
        legend::draw(&mut scene, world, &layout);
        scene
    }

    /// What stands at a place, the topmost.
    pub fn at(&self, place: Pos2) -> Option<Thing> {
        self.hits.iter().rev().find(|hit| hit.rect.contains(place)).map(|hit| hit.thing)
    }

    /// From the sheet to the pane.
    fn view(&self, layout: &Layout) -> TSTransform {
        let Setting { size, camera, follows, .. } = self.setting;
        let followed = follows.and_then(|number| {
            let hit = self.hits.iter().find(|hit| hit.thing == Thing::Instance(number))?;
            Some(hit.rect.center())
        });
        let center = followed
            .unwrap_or_else(|| pos2(camera.center[0] * layout.size.x, camera.center[1] * layout.size.y));
        let scaling = layout.scale * camera.zoom;
        TSTransform::new(size / 2.0 - center.to_vec2() * scaling, scaling)
    }

    fn transform(&mut self, view: TSTransform) {
        self.scale = view.scaling;
        if view == TSTransform::IDENTITY {
            return;
        }
        self.shapes.iter_mut().for_each(|shape| shape.transform(view));
        for label in &mut self.labels {
            label.at = view * label.at;
            label.size *= view.scaling;
            label.width *= view.scaling;
        }
        self.hits.iter_mut().for_each(|hit| hit.rect = view * hit.rect);
        self.streams.transform(view);
    }
}

impl Draft<'_> {
    fn streams(&mut self, streams: &Streams) {
        let theme = &self.setting.theme;
        let paint = |stream: &Stream, color: Color32| stream.shape(theme.tint(color, 0.42));
        for stream in &streams.users {
            self.shapes.push(paint(stream, theme.baseline));
        }
        for (pool, stream) in &streams.onward {
            self.shapes.push(paint(stream, color(self.setting, *pool)));
        }
        for (pool, stream) in &streams.pools {
            self.shapes.push(paint(stream, color(self.setting, *pool)));
        }
        if let Some((_, stream)) = &streams.mirror {
            let line = Stroke::new(1.5, theme.mirrored);
            self.shapes.extend(Shape::dashed_line(&stream.points(), line, 5.0, 4.0));
        }
    }

    fn heads(&mut self) {
        let theme = &self.setting.theme;
        let (layout, world) = (self.layout, self.world);
        let column = |rects: &[Rect]| rects.first().map(|rect| (rect.center().x, rect.width() + 30.0));
        let title = (12.5, theme.mute, Face::Sans, 160.0);
        let mut heads = vec![(layout.router.x, t("stage.router").to_owned())];
        heads.extend(column(&layout.users).map(|(x, _)| (x, t("stage.users").to_owned())));
        heads.extend(column(&layout.dependencies).map(|(x, _)| (x, t("stage.dependencies").to_owned())));
        let middle = column(&layout.pools).map(|(x, _)| x);
        heads.extend(middle.map(|x| (x, world.service.clone())));
        for (x, text) in heads {
            self.text(pos2(x, 17.0), Align2::CENTER_CENTER, text, title);
        }
        if let Some(x) = middle.filter(|_| !layout.is_low()) {
            let count = world.instances();
            let text = if world.zones.len() > 1 {
                tf("stage.service.counts", &[&count, &world.zones.len()])
            } else {
                tf("stage.service.count", &[&count])
            };
            self.text(pos2(x, 35.0), Align2::CENTER_CENTER, text, (11.0, theme.faint, Face::Sans, 220.0));
        }
    }

    fn users(&mut self) {
        let theme = self.setting.theme;
        let (layout, world) = (self.layout, self.world);
        let shown = layout.users.len();
        for (index, rect) in layout.users.iter().enumerate() {
            let (name, share) = match &world.groups[index..] {
                rest if index + 1 == shown && rest.len() > 1 => {
                    let share = rest.iter().map(|group| group.share).sum();
                    (tf("stage.users.others", &[&rest.len()]), share)
                }
                [group, ..] if group.name.is_empty() => (t("stage.users.all").to_owned(), group.share),
                [group, ..] => (group.name.clone(), group.share),
                [] => continue,
            };
            self.box_of(*rect, 8, theme.raised, Stroke::new(1.0, theme.line));
            let size = if rect.height() < 42.0 { 11.0 } else { 12.5 };
            let (middle, step) = (rect.center(), rect.height() * 0.17);
            let width = rect.width() - 10.0;
            let above = middle - vec2(0.0, step);
            self.text(above, Align2::CENTER_CENTER, name, (size, theme.text, Face::Sans, width));
            let below = middle + vec2(0.0, step);
            let number = (size - 1.5, theme.mute, Face::Mono, width);
            self.text(below, Align2::CENTER_CENTER, words::percent(share), number);
            self.hit(*rect, Thing::Group(index));
        }
    }

    fn router(&mut self) {
        let theme = self.setting.theme;
        let (center, radius) = (self.layout.router, self.layout.router_radius);
        self.shapes.push(Shape::circle_filled(center, radius, theme.panel));
        self.shapes.push(Shape::circle_stroke(center, radius, Stroke::new(1.2, theme.text)));
        let text = words::split(self.world);
        let size = (2.0 * radius - 16.0) / (text.chars().count() as f32 * 0.6);
        let split = (size.min(13.0), theme.text, Face::Mono, 2.0 * radius);
        let step = self.world.step.map(|(at, of)| tf("stage.router.step", &[&at, &of]));
        let lift = if step.is_some() { 6.0 } else { 0.0 };
        self.text(center - vec2(0.0, lift), Align2::CENTER_CENTER, text, split);
        if let Some(step) = step {
            let small = (10.0, theme.mute, Face::Sans, 2.0 * radius);
            self.text(center + vec2(0.0, 10.0), Align2::CENTER_CENTER, step, small);
        }
        for (line, text) in self.route_lines().into_iter().enumerate() {
            let at = center + vec2(0.0, radius + 14.0 + 15.0 * line as f32);
            self.text(at, Align2::CENTER_CENTER, text, (10.5, theme.mute, Face::Sans, 150.0));
        }
        self.hit(Rect::from_center_size(center, Vec2::splat(2.0 * radius)), Thing::Router);
    }

    /// What of the route and of flags the split does not say.
    fn route_lines(&self) -> Vec<String> {
        let world = self.world;
        let mut lines = Vec::new();
        let (taken, all) = world.route.taken_by;
        if taken < all {
            lines.push(tf("stage.router.told", &[&taken, &all]));
        }
        if !world.route.rules.is_empty() {
            lines.push(tf("stage.router.rules", &[&world.route.rules.len()]));
        }
        if let Some((_, share)) = world.route.mirror {
            lines.push(tf("stage.router.mirror", &[&words::percent(share)]));
        }
        for (name, share) in world.flags.iter().filter(|(_, share)| *share > 0.0) {
            lines.push(tf("stage.router.flag", &[name, &words::percent(*share)]));
        }
        lines.truncate(3);
        lines
    }

    fn dependencies(&mut self) {
        let theme = self.setting.theme;
        let (layout, world) = (self.layout, self.world);
        for (index, (rect, one)) in layout.dependencies.iter().zip(&world.dependencies).enumerate() {
            let failing = one.errors.is_some_and(|errors| errors > 0.02);
            let edge = if failing { theme.harm } else { theme.line };
            self.box_of(*rect, 8, theme.raised, Stroke::new(1.0, edge));
            let (middle, width) = (rect.center(), rect.width() - 10.0);
            let p99 = one.p99_s.map_or_else(|| t("stage.no_data").to_owned(), words::time);
            let mut lines = vec![
                (one.name.clone(), (12.5, theme.text, Face::Sans, width)),
                (tf("stage.dependency.p99", &[&p99]), (10.5, theme.mute, Face::Mono, width)),
            ];
            if failing && let Some(errors) = one.errors {
                let text = tf("stage.dependency.errors", &[&words::percent(errors)]);
                lines.push((text, (10.5, theme.harm, Face::Mono, width)));
            }
            let first = middle.y - 8.0 * (lines.len() as f32 - 1.0);
            for (line, (text, look)) in lines.into_iter().enumerate() {
                let at = pos2(middle.x, first + 16.0 * line as f32);
                self.text(at, Align2::CENTER_CENTER, text, look);
            }
            self.hit(*rect, Thing::Dependency(index));
        }
        let hidden = world.dependencies.len() - layout.dependencies.len().min(world.dependencies.len());
        if hidden > 0
            && let Some(last) = layout.dependencies.last()
        {
            let text = tf("stage.dependencies.more", &[&hidden]);
            let at = pos2(last.center().x, layout.size.y - 22.0);
            self.text(at, Align2::CENTER_CENTER, text, (10.5, theme.faint, Face::Sans, last.width()));
        }
    }

    /// Counts on the streams, where nothing moves.
    fn counters(&mut self, streams: &Streams) {
        let theme = self.setting.theme;
        let pools = streams.pools.iter().map(|(pool, stream)| (pool, stream, false));
        let mirror = streams.mirror.iter().map(|(pool, stream)| (pool, stream, true));
        for (pool, stream, mirrored) in pools.chain(mirror) {
            let Some(now) = self.world.pool(*pool) else { continue };
            if !mirrored && now.rate == 0.0 {
                continue;
            }
            let middle = stream.at(0.62);
            let text = words::rate(if mirrored { now.mirrored } else { now.rate });
            let edge = if mirrored { theme.mirrored } else { self.color(*pool) };
            let width = text.chars().count() as f32 * 6.3 + 14.0;
            let back = Rect::from_center_size(middle, vec2(width, 18.0));
            self.box_of(back, 9, theme.panel, Stroke::new(1.0, edge));
            let look = (10.5, theme.text, Face::Mono, width);
            self.text(middle, Align2::CENTER_CENTER, text, look);
            if now.failing > 0.0 && !mirrored {
                let text = tf("stage.failing", &[&words::rate(now.failing)]);
                let at = middle + vec2(0.0, 17.0);
                self.text(at, Align2::CENTER_CENTER, text, (10.0, theme.harm, Face::Mono, 120.0));
            }
        }
    }
}
