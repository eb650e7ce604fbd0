//! What moves on the stage: sampled requests, as dots along their streams. The place of a dot follows from when its try ended and
//! from the time shown, so a picture of a time is always the same.

use egui::{Color32, Pos2};

use crate::app::model::world::{TRAVEL_S, World};
use crate::app::view::stage::draft::color;
use crate::app::view::stage::scene::Scene;
use crate::sim::{Pool, SampledTry};

/// The part of the way that leads to the router.
const TO_ROUTER: f32 = 0.42;

/// How a request is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DotShape {
    /// For the baseline.
    Round,
    /// For the candidate.
    Square,
    /// For the fresh group of the baseline.
    Diamond,
    /// It failed.
    Cross,
    /// A mirrored copy.
    Hollow,
}

/// A request under way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dot {
    /// Where, in points from the pane's corner.
    pub at: Pos2,
    /// How it is drawn.
    pub shape: DotShape,
    /// Its colour.
    pub color: Color32,
    /// Half its size in points.
    pub radius: f32,
    /// Whether it was tried before: it has a ring.
    pub is_retry: bool,
    /// Tells its request from others.
    pub request: u64,
}

impl Scene {
    /// The requests under way, `ahead_s` seconds of the wall's time after the world was seen; none where nothing moves.
    pub fn dots(&self, world: &World, ahead_s: f64) -> Vec<Dot> {
        if self.setting.still || world.pace <= 0.0 {
            return Vec::new();
        }
        let now = world.now.as_secs_f64() + ahead_s * world.pace;
        let whole = world.pace * TRAVEL_S;
        let dot = |one_try: &SampledTry| {
            let along = ((now - one_try.at.as_secs_f64()) / whole) as f32;
            (0.0..1.0).contains(&along).then(|| self.dot(one_try, along)).flatten()
        };
        world.sampled.iter().filter_map(|seen| dot(&seen.one_try)).collect()
    }

    fn dot(&self, one_try: &SampledTry, along: f32) -> Option<Dot> {
        let theme = &self.setting.theme;
        let users = &self.streams.users;
        let last = users.len().checked_sub(1)?;
        // As far aside as its own number says, so that a wide stream is filled.
        let aside = ((one_try.request >> 40) & 0xffff) as f32 / 32_768.0 - 1.0;
        let (stream, along, arrives) = if one_try.mirrored {
            (self.streams.to(one_try.pool, true)?, along, true)
        } else if along < TO_ROUTER {
            (&users[usize::from(one_try.cohort).min(last)], along / TO_ROUTER, false)
        } else {
            (self.streams.to(one_try.pool, false)?, (along - TO_ROUTER) / (1.0 - TO_ROUTER), true)
        };
        let shape = match one_try.pool {
            _ if one_try.mirrored => DotShape::Hollow,
            _ if one_try.failed() && arrives => DotShape::Cross,
            Pool::Stable => DotShape::Round,
            Pool::Candidate => DotShape::Square,
            Pool::Control => DotShape::Diamond,
        };
        let color = match shape {
            DotShape::Hollow => theme.mirrored,
            DotShape::Cross => theme.harm,
            _ => color(&self.setting, one_try.pool),
        };
        let at = stream.beside(along, aside);
        let (router, hidden) = self.streams.router;
        if at.distance(router) < hidden {
            return None;
        }
        let radius = match shape {
            DotShape::Cross => 4.2,
            _ if arrives => 2.6,
            _ => 1.8,
        };
        Some(Dot {
            at,
            shape,
            color,
            radius: radius * self.scale.max(0.6),
            is_retry: one_try.attempt > 0,
            request: one_try.request,
        })
    }
}
