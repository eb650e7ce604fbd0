//! Small pictures of strategies: how the new release replaces the old one.

use egui::{Color32, CornerRadius, Painter, Pos2, Rect, Stroke, Vec2};

use crate::app::view::theme::{Mark, Theme};
use crate::app::view::widgets;
use crate::control::{Exposure, Strategy};
use crate::exercise::{Allow, Exercise};

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// All instances are new.
    AllAtOnce,
    /// Two fleets, and a switch.
    BlueGreen,
    /// One of some is new.
    Canary,
    /// One after the other.
    Rolling,
    /// The new code is everywhere, and on for some.
    Flag,
    /// Services that call one another, one of them in trouble.
    Mesh,
}

/// The size of every picture.
pub const SIZE: Vec2 = Vec2::new(116.0, 52.0);

const TILE: f32 = 16.0;

const STEP: f32 = 22.0;

impl Picture {
    /// The picture of an exercise whose starter has this strategy.
    pub fn of(exercise: &Exercise, starter: &Strategy) -> Self {
        if exercise.allow.iter().any(|allow| matches!(allow, Allow::Calls | Allow::Upstream)) {
            return Self::Mesh;
        }
        Self::of_strategy(starter)
    }

    /// The picture of a strategy.
    pub fn of_strategy(strategy: &Strategy) -> Self {
        match strategy.exposure() {
            Exposure::None | Exposure::AtOnce => Self::AllAtOnce,
            Exposure::Switch => Self::BlueGreen,
            Exposure::Instances => Self::Rolling,
            Exposure::Flag => Self::Flag,
            Exposure::Weight | Exposure::Variants | Exposure::Copies => Self::Canary,
        }
    }

    /// Paints it with its upper left corner at `at`.
    pub fn paint(self, painter: &Painter, at: Pos2, theme: &Theme) {
        let middle = at.y + (SIZE.y - TILE) / 2.0;
        let tile = |index: usize, y: f32| {
            Rect::from_min_size(Pos2::new(at.x + index as f32 * STEP, y), Vec2::splat(TILE))
        };
        let old = |index, y| solid(painter, tile(index, y), theme.baseline);
        let new = |index, y| {
            widgets::mark(painter, tile(index, y), Mark::Hatched, theme.candidate, theme.background);
        };
        match self {
            Self::AllAtOnce => (0..5).for_each(|index| new(index, middle)),
            Self::Canary => {
                (0..4).for_each(|index| old(index, middle));
                new(4, middle);
            }
            Self::Rolling => {
                (0..2).for_each(|index| new(index, middle));
                dashed(painter, tile(2, middle), theme.mute);
                (3..5).for_each(|index| old(index, middle));
            }
            Self::BlueGreen => {
                let (upper, lower) = (at.y + 2.0, at.y + SIZE.y - TILE - 4.0);
                for index in 0..5 {
                    old(index, upper);
                    painter.rect_filled(tile(index, lower), CornerRadius::same(3), theme.good);
                }
                let x = at.x + 5.0 * STEP + 2.0;
                let (from, to) = (Pos2::new(x, upper + 8.0), Pos2::new(x, lower + 10.0));
                let stroke = Stroke::new(1.2, theme.mute);
                painter.line_segment([from, to], stroke);
                painter.line_segment([to, to + Vec2::new(-3.5, -5.0)], stroke);
                painter.line_segment([to, to + Vec2::new(3.5, -5.0)], stroke);
            }
            Self::Flag => {
                for index in 0..5 {
                    old(index, middle);
                    let inner = Rect::from_center_size(tile(index, middle).center(), Vec2::splat(7.0));
                    if index == 4 {
                        let all = tile(index, middle).shrink(1.0);
                        widgets::mark(painter, all, Mark::Hatched, theme.candidate, theme.background);
                    } else {
                        painter.rect_filled(inner, CornerRadius::same(1), theme.background);
                    }
                }
            }
            Self::Mesh => mesh(painter, at, theme),
        }
    }
}

fn solid(painter: &Painter, rect: Rect, color: Color32) {
    painter.rect_filled(rect, CornerRadius::same(5), color);
}

fn dashed(painter: &Painter, rect: Rect, color: Color32) {
    let stroke = Stroke::new(1.0, color);
    let (center, radius) = (rect.center(), TILE / 2.0 - 0.5);
    for piece in 0..10_u8 {
        let turn = |part: f32| {
            let angle = std::f32::consts::TAU * part / 10.0;
            center + Vec2::new(libm::cosf(angle), libm::sinf(angle)) * radius
        };
        let begin = f32::from(piece);
        painter.line_segment([turn(begin), turn(begin + 0.55)], stroke);
    }
}

fn mesh(painter: &Painter, at: Pos2, theme: &Theme) {
    let dots: Vec<Pos2> = (0..6_u8)
        .map(|i| at + Vec2::new(6.0 + 40.0 * f32::from(i % 3), 9.0 + 34.0 * f32::from(i / 3)))
        .collect();
    for (index, from) in dots.iter().enumerate() {
        for to in &dots[index + 1..] {
            painter.line_segment([*from, *to], Stroke::new(1.0, theme.line));
        }
    }
    for (index, dot) in dots.iter().enumerate() {
        let trouble = index == 4;
        painter.circle_filled(*dot, 6.0, if trouble { theme.harm } else { theme.baseline });
        if trouble {
            widgets::cross(painter, *dot, 2.5, theme.background);
        }
    }
}
