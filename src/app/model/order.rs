//! The orders that a player takes: play, pause, seek, step, fork, act.

use crate::engine::Time;
use crate::sim::ManualAction;

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
    /// A decision: a judgement, a change of phase, a route, an action that was asked for.
    Decision,
}

/// The orders of a player.
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
    /// Do an action by hand, now. Later actions by hand are dropped.
    Act {
        /// What to do.
        action: ManualAction,
        /// Why, for the audit record; it may be empty.
        because: String,
    },
    /// Keep the present future for comparison, and continue with another.
    Fork,
    /// The same, with another future in which nothing is done by hand from now on.
    ForkWithoutLater,
    /// Exchange the present future for the kept one of this number.
    TakeUp(usize),
    /// Call the kept future of this number something.
    Name(usize, String),
    /// Forget the kept future of this number.
    Forget(usize),
}

impl Order {
    /// An action by hand without a reason.
    pub const fn act(action: ManualAction) -> Self {
        Self::Act { action, because: String::new() }
    }
}
