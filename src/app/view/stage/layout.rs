//! Where everything stands on the stage: pure arithmetic on a sheet of at least [`SMALLEST`] points, which is scaled to fit
//! a smaller pane, and up in a spacious one. From left to right: users, router, pools, other services.

use egui::{Pos2, Rect, Vec2, pos2, vec2};

use crate::app::model::world::{PoolNow, World};

/// The smallest sheet that is laid out.
pub const SMALLEST: Vec2 = vec2(640.0, 272.0);

/// A pane larger than that both ways is drawn larger, and not only wider.
const SPACIOUS: Vec2 = vec2(1024.0, 400.0);

/// By how much at the most.
const MOST_SCALE: f32 = 1.6;

/// More instances than this in a pool are drawn as small cells in clusters by zone.
pub const CROWD: usize = 60;

/// Left, right: free of everything.
const MARGIN: f32 = 20.0;

/// The titles above.
const HEAD: f32 = 50.0;

/// The titles above on a low sheet, which are one line.
const LOW_HEAD: f32 = 30.0;

/// Sheets lower than this are low.
const LOW: f32 = 320.0;

/// Height of the buttons in the lower right corner, in points of the pane.
const BUTTONS: f32 = 28.0;

/// The legend beneath.
pub const FOOT: f32 = 32.0;

/// Between pools.
const GAP: f32 = 14.0;

/// Title of a pool.
pub const POOL_HEAD: f32 = 32.0;

/// Zones of a pool.
pub const POOL_FOOT: f32 = 24.0;

/// Within a pool, at its sides.
pub const POOL_SIDE: f32 = 11.0;

/// Between cards.
pub const CARD_GAP: f32 = 6.0;

/// What a card is called, beneath it.
pub const CARD_LABEL: f32 = 15.0;

/// Widths that cards may have, the best first.
const CARD_WIDTHS: [f32; 11] = [58.0, 54.0, 50.0, 46.0, 42.0, 38.0, 34.0, 30.0, 26.0, 22.0, 18.0];

/// How high the cards of a pool may stand before they are made smaller.
const MOST_CARDS: f32 = 136.0;

/// Height of a card over its width; and where there is little room.
const CARD_SHAPES: [f32; 2] = [0.77, 0.58];

/// How the cards of a pool stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cards {
    /// Size of one.
    pub size: Vec2,
    /// How many stand in a row.
    pub columns: usize,
    /// Whether what each does is written beneath it.
    pub labelled: bool,
}

impl Cards {
    /// The largest cards of which `count` fit into `space`; `None` when not even the smallest do.
    pub fn fit(count: usize, space: Vec2, labelled: bool) -> Option<Self> {
        let count = count.max(1);
        let fitting = |width: f32, shape: f32| {
            let columns = ((space.x + CARD_GAP) / (width + CARD_GAP)) as usize;
            if columns == 0 {
                return None;
            }
            // As many rows as it takes, and then as many in each.
            let columns = count.div_ceil(count.div_ceil(columns));
            // Where rows are low, cards are as wide as the row lets them be.
            let wide = ((space.x + CARD_GAP) / columns as f32 - CARD_GAP).min(CARD_WIDTHS[0]);
            let cards = Self { size: vec2(wide.floor(), (width * shape).round()), columns, labelled };
            (cards.height(count) <= space.y + 0.1).then_some(cards)
        };
        let shapes = |width: f32| CARD_SHAPES.into_iter().find_map(|shape| fitting(width, shape));
        CARD_WIDTHS.into_iter().find_map(shapes)
    }

    fn pitch(&self) -> f32 {
        self.size.y + if self.labelled { CARD_LABEL } else { CARD_GAP }
    }

    /// Height of so many.
    pub fn height(&self, count: usize) -> f32 {
        let rows = count.div_ceil(self.columns) as f32;
        rows * self.pitch() - if self.labelled { 0.0 } else { CARD_GAP }
    }

    /// Where card number `index` stands, from the corner of the first.
    pub fn place(&self, index: usize, corner: Pos2) -> Rect {
        let (column, row) = ((index % self.columns) as f32, (index / self.columns) as f32);
        let at = corner + vec2(column * (self.size.x + CARD_GAP), row * self.pitch());
        Rect::from_min_size(at, self.size)
    }
}

/// Where everything stands.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The sheet.
    pub size: Vec2,
    /// Points of the pane in one of the sheet.
    pub scale: f32,
    /// The groups of users that are shown; the rest stand in the last.
    pub users: Vec<Rect>,
    /// Middle of the router.
    pub router: Pos2,
    /// Its radius.
    pub router_radius: f32,
    /// The pools.
    pub pools: Vec<Rect>,
    /// The other services that are shown.
    pub dependencies: Vec<Rect>,
}

impl Layout {
    /// Where everything of `world` stands in a pane of `pane` points.
    pub fn new(world: &World, pane: Vec2) -> Self {
        let pane = pane.max(vec2(1.0, 1.0));
        let least = (pane.x / SMALLEST.x).min(pane.y / SMALLEST.y).min(1.0);
        let spare = (pane.x / SPACIOUS.x).min(pane.y / SPACIOUS.y).clamp(1.0, MOST_SCALE);
        let scale = if least < 1.0 { least } else { spare };
        let size = pane / scale;
        let top = if size.y < LOW { LOW_HEAD } else { HEAD };
        let bottom = size.y - FOOT;
        let side = (size.x * 0.085).clamp(76.0, 118.0);
        let users = column(world.groups.len(), MARGIN, side, (top, bottom), (34.0, 54.0));
        let others = (size.x * 0.095).clamp(86.0, 124.0);
        let left = size.x - MARGIN - others;
        let dependencies = {
            let bottom = bottom.min(size.y - BUTTONS / scale);
            column(world.dependencies.len(), left, others, (top, bottom), (48.0, 64.0))
        };
        let router = pos2(size.x * 0.255, f32::midpoint(top, bottom));
        let pools = pools(&world.pools, (size.x * 0.39, left - size.x * 0.1), (top, bottom));
        let router_radius = if world.pools.len() > 2 { 38.0 } else { 32.0 };
        Self { size, scale, users, router, router_radius, pools, dependencies }
    }

    /// Whether there is room for one line of titles only.
    pub fn is_low(&self) -> bool {
        self.size.y < LOW
    }

    /// The part of a pool in which its instances stand.
    pub fn inside(pool: Rect) -> Rect {
        let min = pool.min + vec2(POOL_SIDE, POOL_HEAD);
        Rect::from_min_max(min, pool.max - vec2(POOL_SIDE, POOL_FOOT))
    }
}

/// As many boxes beneath each other as fit, evenly; `heights` are the least and the most that one may have.
fn column(
    count: usize,
    left: f32,
    width: f32,
    (top, bottom): (f32, f32),
    (least, most): (f32, f32),
) -> Vec<Rect> {
    let room = bottom - top;
    let shown = count.min(((room + 6.0) / (least + 6.0)) as usize).max(1).min(count);
    let pitch = room / shown.max(1) as f32;
    let height = (pitch - 6.0).clamp(least, most);
    let place = |index: usize| {
        let middle = top + pitch * (index as f32 + 0.5);
        Rect::from_min_size(pos2(left, middle - height / 2.0), vec2(width, height))
    };
    (0..shown).map(place).collect()
}

fn pools(pools: &[PoolNow], (left, right): (f32, f32), (top, bottom): (f32, f32)) -> Vec<Rect> {
    let width = right - left;
    let room = bottom - top - GAP * (pools.len().saturating_sub(1)) as f32;
    let need = |pool: &PoolNow| {
        let (count, inner) = (pool.figures.len().max(1), width - 2.0 * POOL_SIDE);
        let tall = if count > CROWD {
            let columns = (inner / 13.0).max(1.0);
            (count as f32 / columns).ceil() * 13.0 + 18.0
        } else {
            let best = Cards::fit(count, vec2(inner, MOST_CARDS), is_labelled(count));
            best.map_or(MOST_CARDS, |cards| cards.height(count))
        };
        tall + POOL_HEAD + POOL_FOOT
    };
    let needs: Vec<f32> = pools.iter().map(need).collect();
    let all: f32 = needs.iter().sum();
    let least = (room / pools.len().max(1) as f32).min(92.0);
    // Every pool has what it needs where there is room, and else its part of what there is beyond the least.
    let heights: Vec<f32> = if all <= room {
        let free = ((room - all) / pools.len().max(1) as f32).min(18.0);
        needs.iter().map(|need| need + free).collect()
    } else {
        let beyond: f32 = needs.iter().map(|need| (need - least).max(0.0)).sum();
        let rest = room - least * pools.len() as f32;
        needs.iter().map(|need| least + rest * (need - least).max(0.0) / beyond.max(1.0)).collect()
    };
    let used: f32 = heights.iter().sum::<f32>() + GAP * (pools.len().saturating_sub(1)) as f32;
    let mut y = top + ((bottom - top - used) / 2.0).max(0.0);
    let mut place = |height: &f32| {
        let rect = Rect::from_min_size(pos2(left, y), vec2(width, *height));
        y += height + GAP;
        rect
    };
    heights.iter().map(&mut place).collect()
}

/// Whether each card of so many says beneath it what it does.
pub const fn is_labelled(count: usize) -> bool {
    count <= 4
}
