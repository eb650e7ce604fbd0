//! Plays a run off the frame. A [`Player`] takes [`Order`]s and hands out the newest [`Snapshot`]. Behind it an
//! [`engine::Engine`] moves a `Playback`: on a thread of its own, or within `pump` for tests and pictures.

pub mod engine;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::{Duration, Instant};

use crate::app::model::order::Order;
use crate::app::model::player::engine::Engine;
use crate::app::model::snapshot::Snapshot;
use crate::app::model::wake::Wake;

enum Inner {
    Thread { orders: Sender<Order>, views: Receiver<Arc<Snapshot>> },
    Here(Box<Engine>),
}

/// Plays a run.
pub struct Player {
    inner: Inner,
    view: Arc<Snapshot>,
}

/// How long a thread simulates before it shows what it has.
const SLICE: Duration = Duration::from_millis(12);

/// How often a playing thread shows what it has.
const FRAME: Duration = Duration::from_millis(16);

impl Player {
    /// A player of what `engine` holds; with `threaded`, on a thread of its own, which wakes the window after an order.
    pub fn new(mut engine: Engine, threaded: Option<Wake>) -> Self {
        let view = engine.snapshot();
        let Some(wake) = threaded else {
            return Self { inner: Inner::Here(Box::new(engine)), view };
        };
        let (orders, taken) = channel();
        let (shown, views) = channel();
        std::thread::spawn(move || play(engine, &taken, &shown, &wake));
        Self { inner: Inner::Thread { orders, views }, view }
    }

    /// Asks for something; it takes effect at once or within a few milliseconds.
    pub fn order(&mut self, order: Order) {
        match &mut self.inner {
            // A thread that is gone has no more use for orders.
            Inner::Thread { orders, .. } => drop(orders.send(order)),
            Inner::Here(engine) => {
                engine.obey(order);
                self.view = engine.snapshot();
            }
        }
    }

    /// Lets wall time pass, and takes in the newest view.
    pub fn pump(&mut self, wall: Duration) {
        match &mut self.inner {
            Inner::Thread { views, .. } => {
                if let Some(view) = views.try_iter().last() {
                    self.view = view;
                }
            }
            Inner::Here(engine) => {
                if engine.work(wall, &mut || false) {
                    self.view = engine.snapshot();
                }
            }
        }
    }

    /// The newest view.
    pub const fn snapshot(&self) -> &Arc<Snapshot> {
        &self.view
    }
}

/// Simulates and sends snapshots, until the player is dropped.
#[expect(
    clippy::disallowed_methods,
    reason = "what is shown moves with the wall clock; what is simulated does not"
)]
fn play(mut engine: Engine, orders: &Receiver<Order>, views: &Sender<Arc<Snapshot>>, wake: &Wake) {
    let mut last = Instant::now();
    loop {
        let mut changed = false;
        // At rest, wait for an order; at play, take those that are there.
        if !engine.is_playing() {
            match orders.recv() {
                Ok(order) => engine.obey(order),
                Err(_) => return,
            }
            changed = true;
            last = Instant::now();
        }
        let mut last_order = None;
        loop {
            match orders.try_recv() {
                Ok(order) => {
                    // Of seeks that come faster than they are done, as when the time bar is dragged, the last one counts.
                    let is_overtaken =
                        matches!((&last_order, &order), (Some(Order::Seek(_)), Order::Seek(_)));
                    let before = last_order.replace(order);
                    if let Some(before) = before.filter(|_| !is_overtaken) {
                        engine.obey(before);
                    }
                }
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return,
            }
        }
        if let Some(order) = last_order {
            engine.obey(order);
            changed = true;
        }
        let was_ordered = changed;
        let begun = Instant::now();
        changed |= engine.work(begun - last, &mut || begun.elapsed() > SLICE);
        last = begun;
        if changed && views.send(engine.snapshot()).is_err() {
            return;
        }
        // While time passes the window is drawn without pause anyway.
        if changed && (was_ordered || !engine.is_playing()) {
            wake.call();
        }
        if let Some(rest) = FRAME.checked_sub(begun.elapsed()).filter(|_| engine.is_playing()) {
            std::thread::park_timeout(rest);
        }
    }
}
