//! Measures the window: the time to the first frame, the frame rate, and the lab's own part of a frame.

use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use bevy::prelude::*;

use crate::app::window::state::WindowState;

/// What was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// From the call that opens the window until its first frame with everything on it was handed to the graphics stack.
    pub first_frame: Duration,
    /// Frames drawn after that.
    pub frames: usize,
    /// In how long.
    pub wall: Duration,
    /// What the lab's own systems took of each frame on the window's thread (panels, stage, commands), in order of length.
    pub own: Vec<Duration>,
}

impl Figures {
    /// Frames a second.
    pub fn rate(&self) -> f64 {
        self.frames as f64 / self.wall.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    /// The lab's own part of a frame that `share` (0 to 1) of all frames do not exceed; none without frames.
    pub fn own(&self, share: f64) -> Option<Duration> {
        let last = self.own.len().checked_sub(1)?;
        self.own.get((last as f64 * share.clamp(0.0, 1.0)).round() as usize).copied()
    }
}

/// A measurement under way.
pub(super) struct Measure {
    /// For how long, from the first frame on.
    lasts: Duration,
    result: Sender<Figures>,
    opened: Instant,
    first: Option<Instant>,
    begun: Option<Instant>,
    own: Vec<Duration>,
}

impl Measure {
    /// Begins with the opening of the window.
    #[expect(clippy::disallowed_methods, reason = "it measures the window, and no run depends on it")]
    pub(super) fn new(lasts: Duration, result: Sender<Figures>) -> Self {
        Self { lasts, result, opened: Instant::now(), first: None, begun: None, own: Vec::new() }
    }
}

/// Before the lab's own systems.
#[expect(clippy::disallowed_methods, reason = "it measures the window, and no run depends on it")]
pub(super) fn begin(mut state: NonSendMut<WindowState>) {
    if let Some(measure) = &mut state.measure {
        measure.begun = Some(Instant::now());
    }
}

/// After them: leaves when it has gone on for long enough.
#[expect(clippy::disallowed_methods, reason = "it measures the window, and no run depends on it")]
pub(super) fn end(mut state: NonSendMut<WindowState>) {
    // The first has no fonts yet, the second is the first with everything, the third begins when that is handed over.
    let is_warm = state.frame > 2;
    let Some(measure) = &mut state.measure else { return };
    let now = Instant::now();
    let (Some(begun), true) = (measure.begun.take(), is_warm) else { return };
    let first = *measure.first.get_or_insert(begun);
    measure.own.push(now - begun);
    if now - first >= measure.lasts {
        let mut own = std::mem::take(&mut measure.own);
        own.sort();
        let first_frame = first - measure.opened;
        // The receiver waits for the window to close.
        let _ = measure.result.send(Figures { first_frame, frames: own.len(), wall: now - first, own });
        state.measure = None;
        state.lab.quits = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_frames_are_by_length_and_nothing_has_none() {
        let own: Vec<Duration> = (1..=101).map(Duration::from_millis).collect();
        let figures = Figures {
            first_frame: Duration::from_millis(300),
            frames: 101,
            wall: Duration::from_secs(2),
            own,
        };
        assert_eq!(figures.own(0.5), Some(Duration::from_millis(51)));
        assert_eq!(figures.own(1.0), Some(Duration::from_millis(101)));
        assert!((figures.rate() - 50.5).abs() < 1e-9);
        assert_eq!(Figures { own: Vec::new(), ..figures }.own(0.5), None);
    }
}
