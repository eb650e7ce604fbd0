//! The paths of requests: curves as wide as the share of requests that takes them.

use egui::emath::TSTransform;
use egui::epaint::{CubicBezierShape, PathStroke};
use egui::{Color32, Pos2, Rect, Shape, Vec2, pos2, vec2};

use crate::app::model::world::World;
use crate::app::view::stage::layout::Layout;
use crate::sim::Pool;

/// One curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stream {
    /// Both ends and, between them, what bends it.
    pub points: [Pos2; 4],
    /// How wide it is.
    pub width: f32,
}

impl Stream {
    fn between(from: Pos2, to: Pos2, width: f32) -> Self {
        let bend = vec2((to.x - from.x) * 0.5, 0.0);
        Self { points: [from, from + bend, to - bend, to], width }
    }

    /// A place on it: 0 is its beginning, 1 its end.
    pub fn at(&self, along: f32) -> Pos2 {
        let (t, u) = (along, 1.0 - along);
        let weights = [u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t];
        let sum = self.points.iter().zip(weights).fold(Vec2::ZERO, |sum, (p, w)| sum + p.to_vec2() * w);
        sum.to_pos2()
    }

    /// A place on it, `aside` of its middle: -1 and 1 are its edges.
    pub fn beside(&self, along: f32, aside: f32) -> Pos2 {
        let (t, u) = (along, 1.0 - along);
        let [a, b, c, d] = self.points;
        let slope = (b - a) * (u * u) + (c - b) * (2.0 * u * t) + (d - c) * (t * t);
        self.at(along) + slope.normalized().rot90() * (aside * self.width * 0.42)
    }

    /// Points along it.
    pub fn points(&self) -> Vec<Pos2> {
        (0..=32u8).map(|step| self.at(f32::from(step) / 32.0)).collect()
    }

    /// The curve, painted.
    pub fn shape(&self, color: Color32) -> Shape {
        let stroke = PathStroke::new(self.width, color);
        Shape::CubicBezier(CubicBezierShape::from_points_stroke(
            self.points,
            false,
            Color32::TRANSPARENT,
            stroke,
        ))
    }

    fn transform(&mut self, view: TSTransform) {
        self.points = self.points.map(|point| view * point);
        self.width *= view.scaling;
    }
}

/// All curves of a stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Streams {
    /// Middle and radius of the router, in which nothing is seen of them.
    pub router: (Pos2, f32),
    /// From each group of users to the router.
    pub users: Vec<Stream>,
    /// From the router to each pool.
    pub pools: Vec<(Pool, Stream)>,
    /// From the router to the pool that gets copies.
    pub mirror: Option<(Pool, Stream)>,
    /// From the pools to the services that they call.
    pub onward: Vec<(Pool, Stream)>,
}

impl Streams {
    /// The curves of a world.
    pub fn new(world: &World, layout: &Layout) -> Self {
        let shown = layout.users.len();
        let users = layout.users.iter().enumerate().map(|(index, rect)| {
            let share: f64 = if index + 1 == shown {
                world.groups[index..].iter().map(|group| group.share).sum()
            } else {
                world.groups[index].share
            };
            Stream::between(right(rect), layout.router, 2.0 + 20.0 * share as f32)
        });
        let to_pool = |rect: &Rect, width: f32| {
            Stream::between(layout.router, pos2(rect.left(), rect.center().y), width)
        };
        let both = || world.pools.iter().zip(&layout.pools);
        let pools = both().filter(|(pool, _)| pool.share > 0.0 || pool.rate > 0.0);
        let pools =
            pools.map(|(pool, rect)| (pool.pool, to_pool(rect, 2.0 + 20.0 * pool.share as f32))).collect();
        let mirror = world.route.mirror.and_then(|(to, share)| {
            let (_, rect) = both().find(|(pool, _)| pool.pool == to)?;
            let end = pos2(rect.left(), rect.center().y + 14.0);
            let start = layout.router + vec2(0.0, 12.0);
            Some((to, Stream::between(start, end, 2.0 + 14.0 * share as f32)))
        });
        let called = || world.dependencies.iter().zip(&layout.dependencies).filter(|(one, _)| one.is_called);
        let onward =
            both().filter(|(pool, _)| pool.rate > 0.0 || pool.mirrored > 0.0).flat_map(|(pool, from)| {
                let share = (pool.rate + pool.mirrored) / world.rate.max(0.1);
                let width = 1.5 + 7.0 * share.min(1.0) as f32;
                let offset = 4.0 * (pool.pool.index() as f32 - 1.0);
                called().map(move |(_, to)| {
                    let end = pos2(to.left(), to.center().y + offset);
                    (pool.pool, Stream::between(right(from), end, width))
                })
            });
        let router = (layout.router, layout.router_radius);
        Self { router, users: users.collect(), pools, mirror, onward: onward.collect() }
    }

    /// Where the way to a pool goes along.
    pub fn to(&self, pool: Pool, mirrored: bool) -> Option<&Stream> {
        match &self.mirror {
            Some((to, stream)) if mirrored && *to == pool => Some(stream),
            _ => self.pools.iter().find(|(to, _)| *to == pool).map(|(_, stream)| stream),
        }
    }

    pub(super) fn transform(&mut self, view: TSTransform) {
        self.router = (view * self.router.0, self.router.1 * view.scaling);
        self.users.iter_mut().for_each(|stream| stream.transform(view));
        let others = self.pools.iter_mut().chain(&mut self.mirror).chain(&mut self.onward);
        others.for_each(|(_, stream)| stream.transform(view));
    }
}

fn right(rect: &Rect) -> Pos2 {
    pos2(rect.right(), rect.center().y)
}
