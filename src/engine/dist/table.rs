//! A smooth distribution as a table of quantiles, which is finest near both ends.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use super::law::{Law, Tail};
use crate::engine::Span;

/// How many times each tail is halved; a draw falls beyond the table with probability 2^-16.
const OCTAVES: u32 = 16;
/// Cells in each halving, as a power of two.
const FINE: u32 = 5;
const CELLS: usize = (2 * OCTAVES as usize) << FINE;

/// Quantiles of a law, in whole nanoseconds, between which a straight line is drawn.
///
/// The cells are narrow near both ends: 32 to each halving of the tail, 16 halvings deep, and beyond that the law
/// itself is computed. So a table is 8 KiB, of which three quarters of the draws use 1 KiB. Straight lines lie above a
/// curve that bends upwards, so each node is moved by the curve's bend until the mean is right again.
pub(super) struct Table {
    nodes: [u64; CELLS + 1],
    law: Law,
}

/// How many tables a thread keeps for the next world that has the same law.
const MOST_KEPT: usize = 32;

thread_local! {
    /// The tables that were asked for last; the newest at the end.
    static KEPT: RefCell<VecDeque<Arc<Table>>> = const { RefCell::new(VecDeque::new()) };
}

impl Table {
    /// The table of a law: one that the thread has made before, where it has. Worlds that are simulated one after the other mostly have the
    /// same laws, and a table takes a tenth of a millisecond.
    pub(super) fn of(law: Law) -> Arc<Self> {
        KEPT.with_borrow_mut(|kept| {
            let known = kept.iter().position(|table| table.law == law).and_then(|at| kept.remove(at));
            let table = known.unwrap_or_else(|| Arc::new(Self::new(law)));
            kept.push_back(Arc::clone(&table));
            if kept.len() > MOST_KEPT {
                kept.pop_front();
            }
            table
        })
    }

    fn new(law: Law) -> Self {
        let exact: Vec<f64> = (0..=CELLS).map(|node| law.quantile(tail_of_node(node))).collect();
        let mut nodes = [0; CELLS + 1];
        let mut least = 0;
        for (node, place) in nodes.iter_mut().enumerate() {
            let bend = if node == 0 || node == CELLS { 0.0 } else { bend(&exact[node - 1..=node + 1], node) };
            least = least.max((exact[node] - bend + 0.5) as u64);
            *place = least;
        }
        Self { nodes, law }
    }

    /// The quantile at `bits`, to the nearest nanosecond.
    #[inline(always)]
    pub(super) fn at(&self, bits: u64) -> Span {
        // The upper half mirrors the lower one, so both count their cells from the far end.
        let flip = ((bits as i64) >> 63) as u64;
        let tail = bits ^ flip;
        let halvings = tail.leading_zeros();
        if halvings > OCTAVES {
            return self.beyond(bits);
        }
        let leading = tail << halvings;
        let in_octave = (leading >> (63 - FINE)) as usize & ((1 << FINE) - 1);
        let cell = (((OCTAVES - halvings) as usize) << FINE | in_octave) ^ (flip as usize & (CELLS - 1));
        let part = (leading << (1 + FINE)) ^ flip;
        let cell = cell & (CELLS - 1);
        let (from, to) = (self.nodes[cell], self.nodes[cell + 1]);
        let ahead = (u128::from(to - from) * u128::from(part) + (1 << 63)) >> 64;
        Span(from + ahead as u64)
    }

    #[cold]
    #[inline(never)]
    fn beyond(&self, bits: u64) -> Span {
        let [first, .., last] = self.nodes;
        let below = bits < 1 << 63;
        let tail = ((if below { bits } else { !bits }) as f64 + 0.5) * TO_UNIT;
        let exact = self.law.quantile(if below { Tail::Below(tail) } else { Tail::Above(tail) });
        let nanos = (exact + 0.5) as u64;
        Span(if below { nanos.min(first) } else { nanos.max(last) })
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.law.fmt(f)
    }
}

/// 2^-64.
const TO_UNIT: f64 = 1.0 / 18_446_744_073_709_551_616.0;

/// How far a node is from the end of its half, as a part of 1; the middle one is at one half.
fn tail(node: usize) -> f64 {
    let from_end = node.min(CELLS - node);
    let (octave, in_octave) = (from_end >> FINE, from_end & ((1 << FINE) - 1));
    let leading = ((1_u64 << FINE) + in_octave as u64) << (63 - OCTAVES - FINE);
    leading as f64 * (1_u64 << octave) as f64 * TO_UNIT
}

fn tail_of_node(node: usize) -> Tail {
    if node <= CELLS / 2 { Tail::Below(tail(node)) } else { Tail::Above(tail(node)) }
}

/// By how much a node must be lowered for the mean over its two cells to be right.
///
/// Over a cell of width h a straight line between two points of a curve is too high by h^2 / 12 times the second
/// derivative (the trapezoid rule's error); the two cells of a node share that between their nodes.
fn bend(around: &[f64], node: usize) -> f64 {
    let (left, right) = if node <= CELLS / 2 {
        (tail(node) - tail(node - 1), width_right(node))
    } else {
        (tail(node - 1) - tail(node), tail(node) - tail(node + 1))
    };
    let slope_left = (around[1] - around[0]) / left;
    let slope_right = (around[2] - around[1]) / right;
    let second = 2.0 * (slope_right - slope_left) / (left + right);
    second * (left * left * left + right * right * right) / (12.0 * (left + right))
}

fn width_right(node: usize) -> f64 {
    if node < CELLS / 2 { tail(node + 1) - tail(node) } else { tail(node) - tail(node + 1) }
}
