//! What plays a run off the frame. A [`Player`] takes [`Order`]s and hands out the newest [`View`]; behind it an
//! [`engine::Engine`] moves a `Playback`, on a thread of its own or, for tests and pictures, within `pump`.

pub mod engine;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::{Duration, Instant};

use super::view::View;
use crate::engine::{Span, Time};
use crate::sim::ManualAction;
use engine::Engine;

/// How many simulated seconds pass in one of the wall's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Speed {
    /// This many.
    Times(u32),
    /// As many as the machine can.
    Max,
}

impl Speed {
    /// The speeds that are offered.
    pub const ALL: [Self; 9] = [
        Self::Times(1),
        Self::Times(5),
        Self::Times(10),
        Self::Times(30),
        Self::Times(60),
        Self::Times(300),
        Self::Times(1000),
        Self::Times(3600),
        Self::Max,
    ];
}

/// What a jump goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sought {
    /// An alert that fires.
    Alert,
    /// Something decided: a judgement, a change of phase, a route, something asked by anybody.
    Decision,
}

/// What can be asked of a player.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// Let time pass.
    Play,
    /// Let it stand.
    Pause,
    /// The other of the two.
    Toggle,
    /// How fast time passes.
    Speed(Speed),
    /// Go to a moment, back or on.
    Seek(Time),
    /// Handle the one thing that is due next.
    StepEvent,
    /// Go on, or back when it is negative, by this many seconds.
    StepSeconds(i64),
    /// Go on to the next of these.
    Next(Sought),
    /// Ask for something by hand, now; what was done by hand later is dropped.
    Act(ManualAction),
    /// Keep the future as it is now to compare with, and go on with another.
    Fork,
    /// Take up the future that was kept under this number, in exchange for the present one.
    TakeUp(usize),
    /// Forget the future that was kept under this number.
    Forget(usize),
}

enum Inner {
    Thread { orders: Sender<Order>, views: Receiver<Arc<View>> },
    Here(Box<Engine>),
}

/// Plays a run.
pub struct Player {
    inner: Inner,
    view: Arc<View>,
}

/// How long a thread simulates before it shows what it has.
const SLICE: Duration = Duration::from_millis(12);

/// How often a playing thread shows what it has.
const FRAME: Duration = Duration::from_millis(16);

impl Player {
    /// A player of what `engine` holds; with `threaded`, on a thread of its own.
    pub fn new(mut engine: Engine, threaded: bool) -> Self {
        let view = engine.view();
        if !threaded {
            return Self { inner: Inner::Here(Box::new(engine)), view };
        }
        let (orders, taken) = channel();
        let (shown, views) = channel();
        std::thread::spawn(move || play(engine, &taken, &shown));
        Self { inner: Inner::Thread { orders, views }, view }
    }

    /// Asks for something; it takes effect at once or within a few milliseconds.
    pub fn order(&mut self, order: Order) {
        match &mut self.inner {
            // A thread that is gone has no more use for orders.
            Inner::Thread { orders, .. } => drop(orders.send(order)),
            Inner::Here(engine) => {
                engine.obey(order);
                self.view = engine.view();
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
                    self.view = engine.view();
                }
            }
        }
    }

    /// The newest view.
    pub const fn view(&self) -> &Arc<View> {
        &self.view
    }
}

/// Simulates and shows, until nobody gives orders any more.
#[expect(
    clippy::disallowed_methods,
    reason = "what is shown moves with the wall clock; what is simulated does not"
)]
fn play(mut engine: Engine, orders: &Receiver<Order>, views: &Sender<Arc<View>>) {
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
        let begun = Instant::now();
        changed |= engine.work(begun - last, &mut || begun.elapsed() > SLICE);
        last = begun;
        if changed && views.send(engine.view()).is_err() {
            return;
        }
        if let Some(rest) = FRAME.checked_sub(begun.elapsed()).filter(|_| engine.is_playing()) {
            std::thread::park_timeout(rest);
        }
    }
}

/// A whole number of seconds from a time, back or on, never before the start.
pub(super) fn shifted(time: Time, seconds: i64) -> Time {
    let span = Span::from_secs(seconds.unsigned_abs());
    if seconds < 0 { Time(time.0.saturating_sub(span.0)) } else { time + span }
}
