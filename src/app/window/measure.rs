//! Measures the window: the time to the first frame, the frame rate and the lab's own part of a frame while a run plays, how many
//! frames are drawn while it is paused and while nothing is open, and how soon a change of the plan shows what it comes to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use bevy::prelude::*;

use crate::app::model::editor::EditorCommand;
use crate::app::model::order::Order;
use crate::app::model::outlook::Glance;
use crate::app::model::screen::Screen;
use crate::app::model::wake::Wake;
use crate::app::model::{Lab, LabCommand};
use crate::app::window::state::WindowState;
use crate::engine::Time;

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
    /// Frames drawn in [`STILL`] while the run was paused, and in as long on the course with nothing open.
    pub at_rest: [u32; 2],
    /// From a change of the plan until the first look at what it comes to in this world was there, until the whole of it was, and until
    /// all cases were; none where no run was open that shows it.
    pub change: [Option<Duration>; 3],
}

/// For how long frames are counted while nothing should be drawn.
pub const STILL: Duration = Duration::from_secs(3);

/// How long a window may take to come to rest: notices go, and what fades has faded.
const SETTLES: Duration = Duration::from_secs(1);

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

/// What is measured now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The run plays.
    Plays,
    /// The window comes to rest, and then frames are counted that should not be; the rest's position.
    Rests(usize),
    /// The run is played to its end, and what its plan comes to is awaited.
    Looks,
    /// The plan was changed then, and what it comes to is awaited.
    Changes(Instant),
}

/// A measurement under way.
pub(super) struct Measure {
    /// For how long a run plays, from the first frame on.
    lasts: Duration,
    result: Sender<Figures>,
    wake: Wake,
    phase: Phase,
    opened: Instant,
    first: Option<Instant>,
    begun: Option<Instant>,
    own: Vec<Duration>,
    /// Frames drawn so far.
    frames: Arc<AtomicU32>,
    /// What a rest comes to, when it is over.
    counted: Option<Receiver<u32>>,
    at_rest: [u32; 2],
    /// What the plan came to before it was changed.
    before: Option<Arc<Glance>>,
    change: [Option<Duration>; 3],
    wall: Duration,
}

impl Measure {
    /// Begins with the opening of the window, which `wake` wakes.
    #[expect(clippy::disallowed_methods, reason = "it measures the window, and no run depends on it")]
    pub(super) fn new(lasts: Duration, result: Sender<Figures>, wake: Wake) -> Self {
        Self {
            lasts,
            result,
            wake,
            phase: Phase::Plays,
            opened: Instant::now(),
            first: None,
            begun: None,
            own: Vec::new(),
            frames: Arc::default(),
            counted: None,
            at_rest: [0; 2],
            before: None,
            change: [None; 3],
            wall: Duration::ZERO,
        }
    }

    /// Follows a change of the plan; true when all that there is to see of it was seen.
    #[expect(clippy::disallowed_methods, reason = "it measures the window, and no run depends on it")]
    fn follow(&mut self, lab: &mut Lab) -> bool {
        let Some(run) = lab.run.as_ref().filter(|run| run.editor.playable().is_some()) else { return true };
        let (outlook, has_cases) = (&run.outlook, run.entry().is_some());
        let has_band = !has_cases || outlook.band.is_some();
        match self.phase {
            Phase::Plays | Phase::Rests(_) => false,
            Phase::Looks => {
                if outlook.now.as_ref().is_some_and(|now| now.until.is_none()) && has_band {
                    self.before.clone_from(&outlook.now);
                    self.phase = Phase::Changes(Instant::now());
                    let value = "\"Changed\"".to_owned();
                    lab.apply(LabCommand::Plan(EditorCommand::SetField { path: "title".to_owned(), value }));
                }
                false
            }
            Phase::Changes(since) => {
                let is_other = match (&outlook.now, &self.before) {
                    (Some(now), Some(before)) => !Arc::ptr_eq(now, before),
                    _ => false,
                };
                let is_whole = is_other && outlook.now.as_ref().is_some_and(|now| now.until.is_none());
                let is_there = [is_other, is_whole, is_whole && has_band && has_cases];
                for (change, _) in self.change.iter_mut().zip(is_there).filter(|(_, is_there)| *is_there) {
                    change.get_or_insert(since.elapsed());
                }
                is_whole && has_band
            }
        }
    }

    /// Whether the run plays, and frames are drawn without pause.
    pub(super) fn plays(&self) -> bool {
        self.phase == Phase::Plays
    }

    /// Begins to count the frames of a rest. A thread counts, so that the counting itself draws none; the window is woken when it is
    /// over.
    #[expect(clippy::disallowed_methods, reason = "it measures the window, and no run depends on it")]
    fn rest(&mut self, rest: usize) {
        self.phase = Phase::Rests(rest);
        let (sender, counted) = channel();
        self.counted = Some(counted);
        let (frames, wake) = (Arc::clone(&self.frames), self.wake.clone());
        std::thread::spawn(move || {
            std::thread::sleep(SETTLES);
            let from = frames.load(Ordering::Relaxed);
            std::thread::sleep(STILL);
            // The measurement may be gone by then.
            let _ = sender.send(frames.load(Ordering::Relaxed) - from);
            wake.call();
        });
    }
}

/// Before the lab's own systems.
#[expect(clippy::disallowed_methods, reason = "it measures the window, and no run depends on it")]
pub(super) fn begin(mut state: NonSendMut<WindowState>) {
    if let Some(measure) = &mut state.measure {
        measure.begun = Some(Instant::now());
        measure.frames.fetch_add(1, Ordering::Relaxed);
    }
}

/// After them: notes what they took, and pauses the run when it has played for long enough.
#[expect(clippy::disallowed_methods, reason = "it measures the window, and no run depends on it")]
pub(super) fn end(mut state: NonSendMut<WindowState>) {
    // The first has no fonts yet, the second is the first with everything, the third begins when that is handed over.
    let is_warm = state.frame > 2;
    let state = &mut *state;
    let Some(measure) = state.measure.as_mut().filter(|measure| measure.phase == Phase::Plays) else {
        return;
    };
    let now = Instant::now();
    let (Some(begun), true) = (measure.begun.take(), is_warm) else { return };
    let first = *measure.first.get_or_insert(begun);
    measure.own.push(now - begun);
    if now - first >= measure.lasts {
        measure.wall = now - first;
        measure.rest(0);
        state.lab.apply(LabCommand::Play(Order::Pause));
        state.lab.notices.clear();
    }
}

/// Goes on to the next rest that is counted, then to a change of the plan, and leaves after that.
pub(super) fn turn(mut state: NonSendMut<WindowState>) {
    let state = &mut *state;
    let Some(measure) = &mut state.measure else { return };
    match measure.phase {
        Phase::Plays => return,
        Phase::Rests(rest) => {
            let Some(count) = measure.counted.as_ref().and_then(|counted| counted.try_recv().ok()) else {
                return;
            };
            measure.at_rest[rest] = count;
            if rest + 1 < measure.at_rest.len() {
                measure.rest(rest + 1);
                state.lab.apply(LabCommand::Go(Screen::Course));
                return;
            }
            if state.lab.run.as_ref().is_some_and(|run| run.introduction.is_none()) {
                measure.phase = Phase::Looks;
                state.lab.apply(LabCommand::Go(Screen::Run));
                state.lab.apply(LabCommand::Play(Order::Seek(Time(u64::MAX))));
                return;
            }
        }
        Phase::Looks | Phase::Changes(_) => {
            if !measure.follow(&mut state.lab) {
                return;
            }
        }
    }
    let mut own = std::mem::take(&mut measure.own);
    own.sort();
    let first_frame = measure.first.unwrap_or(measure.opened) - measure.opened;
    let (frames, wall, at_rest, change) = (own.len(), measure.wall, measure.at_rest, measure.change);
    // The receiver waits for the window to close.
    let _ = measure.result.send(Figures { first_frame, frames, wall, own, at_rest, change });
    state.measure = None;
    state.lab.quits = true;
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
            at_rest: [0, 0],
            change: [None; 3],
        };
        assert_eq!(figures.own(0.5), Some(Duration::from_millis(51)));
        assert_eq!(figures.own(1.0), Some(Duration::from_millis(101)));
        assert!((figures.rate() - 50.5).abs() < 1e-9);
        assert_eq!(Figures { own: Vec::new(), ..figures }.own(0.5), None);
    }
}
