//! Moves a run: its speed, its seeks, and the futures that are kept beside it.

use std::sync::Arc;
use std::time::Duration;

use crate::app::model::charts::Charts;
use crate::app::model::order::{Order, Sought, Speed};
use crate::app::model::snapshot::{Future, Snapshot, SnapshotMaker};
use crate::control::Plan;
use crate::engine::{Span, Time};
use crate::exercise::{Exercise, HandAction, Playback};
use crate::scenario::{Issue, Scenario};
use crate::sim::{Case, Fact, What};

/// A whole number of seconds from a time, back or on, never before the start.
pub(super) fn shifted(time: Time, seconds: i64) -> Time {
    let span = Span::from_secs(seconds.unsigned_abs());
    if seconds < 0 { Time(time.0.saturating_sub(span.0)) } else { time + span }
}

/// How much is simulated between two looks at the clock.
const STRIDE: Span = Span::from_secs(1);

/// Over how much wall time the true speed is averaged, in seconds.
const SPEED_WINDOW: f64 = 1.0;

/// The speed of the first run.
pub const FIRST_SPEED: Speed = Speed::Times(60);

/// What a run takes over from the one before it.
#[derive(Clone, Debug)]
pub struct Carried {
    /// How fast it is played.
    pub speed: Speed,
    /// The futures that were kept of the same world.
    pub futures: Vec<Future>,
}

impl Default for Carried {
    fn default() -> Self {
        Self { speed: FIRST_SPEED, futures: Vec::new() }
    }
}

/// How many futures are kept at most.
pub const MOST_FUTURES: usize = 4;

/// A future that was kept.
struct Kept {
    future: Future,
    /// `None` while it was only taken over from a run before this one; it is simulated again when it is taken up.
    playback: Option<Playback>,
}

impl Kept {
    /// Keeps a future, played to its end.
    fn new(name: String, forked: Time, plan: Arc<Plan>, playback: Playback, scenario: &Scenario) -> Self {
        let mut ahead = playback.clone();
        ahead.finish();
        let record = Arc::new(ahead.record());
        let (_, release) = playback.simulation().release_names();
        let charts = Arc::new(Charts::of(&record, scenario, &release));
        let actions = playback.actions().into();
        Self { future: Future { name, forked, plan, actions, record, charts }, playback: Some(playback) }
    }
}

/// A run, and how it is played.
pub struct Engine {
    scenario: Arc<Scenario>,
    exercise: Option<Arc<Exercise>>,
    case: Case,
    seed: u64,
    plan: Arc<Plan>,
    playback: Playback,
    kept: Vec<Kept>,
    forks: usize,
    is_playing: bool,
    speed: Speed,
    true_speed: f64,
    maker: SnapshotMaker,
    serial: u64,
}

impl Engine {
    /// A paused run at its start: `plan` in the world of `case` and `seed`, in which `actions` are done by hand. The goals are those
    /// of `exercise` for this case.
    ///
    /// # Errors
    /// What is wrong with the plan, when it cannot be simulated.
    pub fn new(
        scenario: Arc<Scenario>,
        exercise: Option<Arc<Exercise>>,
        (case, seed): (Case, u64),
        plan: Plan,
        actions: &[HandAction],
    ) -> Result<Self, Vec<Issue>> {
        let playback = Playback::new(&scenario, &case, &plan, actions, seed)?;
        Ok(Self {
            scenario,
            exercise,
            case,
            seed,
            plan: Arc::new(plan),
            playback: playback.rewindable().seen_closely(),
            kept: Vec::new(),
            forks: 0,
            is_playing: false,
            speed: FIRST_SPEED,
            true_speed: 0.0,
            maker: SnapshotMaker::default(),
            serial: 0,
        })
    }

    /// The same with what is taken over from the run before it: its speed, and its futures when they are of the same world.
    #[must_use]
    pub fn after(mut self, carried: Carried) -> Self {
        self.speed = carried.speed;
        self.kept = carried.futures.into_iter().map(|future| Kept { future, playback: None }).collect();
        self
    }

    /// Whether the run plays.
    pub const fn is_playing(&self) -> bool {
        self.is_playing
    }

    /// The run.
    pub const fn playback(&self) -> &Playback {
        &self.playback
    }

    /// Applies a command.
    pub fn obey(&mut self, order: Order) {
        match order {
            Order::Play => self.set_off(),
            Order::Pause => self.rest(),
            Order::Toggle if self.is_playing => self.rest(),
            Order::Toggle => self.set_off(),
            Order::Speed(speed) => {
                self.speed = speed;
                self.true_speed = nominal(speed);
            }
            Order::Seek(time) => self.playback.seek(time),
            Order::StepEvent => {
                self.rest();
                self.playback.step();
            }
            Order::StepSeconds(seconds) => {
                self.rest();
                self.playback.seek(shifted(self.playback.now(), seconds));
            }
            Order::Next(sought) => self.go_to_next(sought),
            Order::Act { action, because } => self.playback.act(action, &because),
            Order::Fork => self.fork(),
            Order::ForkWithoutLater => {
                let (now, actions) = (self.playback.now(), self.playback.actions());
                let is_kept = |kept: &Kept| {
                    let Future { forked, plan, actions: theirs, .. } = &kept.future;
                    *forked == now && **theirs == *actions && *plan == self.plan
                };
                if !self.kept.iter().any(is_kept) {
                    self.fork();
                }
                self.playback.drop_later();
            }
            Order::TakeUp(index) => self.take_up(index),
            Order::Name(index, name) => {
                let is_taken = self.kept.iter().any(|kept| kept.future.name == name);
                if let Some(kept) = self.kept.get_mut(index).filter(|_| !is_taken) {
                    kept.future.name = name;
                }
            }
            Order::Forget(index) => {
                if index < self.kept.len() {
                    self.kept.remove(index);
                }
            }
        }
    }

    fn rest(&mut self) {
        self.is_playing = false;
        self.true_speed = 0.0;
    }

    /// Lets wall time pass, as far as that is simulated before `is_late`; true when anything has changed.
    pub fn work(&mut self, wall: Duration, is_late: &mut dyn FnMut() -> bool) -> bool {
        if !self.is_playing {
            return false;
        }
        let before = self.playback.now();
        let target = match self.speed {
            Speed::Max => self.playback.end(),
            // What cannot be simulated in time is not owed: the shown speed is the true one.
            Speed::Times(times) => before + Span::from_secs_f64(wall.as_secs_f64() * f64::from(times)),
        };
        let target = target.min(self.playback.end());
        while self.playback.now() < target && !self.playback.is_over() {
            let next = (self.playback.now() + STRIDE).min(target);
            self.playback.seek(next);
            if is_late() {
                break;
            }
        }
        let passed = self.playback.now().since(before).as_secs_f64();
        let seconds = wall.as_secs_f64();
        if seconds > 0.0 {
            let weight = (seconds / SPEED_WINDOW).min(1.0);
            self.true_speed += weight * (passed / seconds - self.true_speed);
        }
        if self.playback.is_over() {
            self.rest();
        }
        true
    }

    /// Lets time pass, if there is any left. The true speed is what is asked for until it is known better.
    fn set_off(&mut self) {
        self.is_playing = !self.playback.is_over();
        self.true_speed = nominal(self.speed);
    }

    /// Goes on to the next of these, or to the end.
    fn go_to_next(&mut self, sought: Sought) {
        self.rest();
        let from = self.playback.now();
        let mut ahead = self.playback.clone();
        loop {
            let found =
                ahead.simulation().facts().iter().find(|fact| fact.at > from && is_sought(fact, sought));
            if let Some(fact) = found {
                self.playback.seek(fact.at);
                return;
            }
            if ahead.is_over() {
                self.playback.finish();
                return;
            }
            ahead.go_on(Span::from_secs(10));
        }
    }

    /// Keeps this future, played to its end, beside the run.
    fn fork(&mut self) {
        if self.kept.len() == MOST_FUTURES {
            self.kept.remove(0);
        }
        let name = loop {
            self.forks += 1;
            let name = name_of(self.forks);
            if self.kept.iter().all(|kept| kept.future.name != name) {
                break name;
            }
        };
        let (now, plan) = (self.playback.now(), Arc::clone(&self.plan));
        self.kept.push(Kept::new(name, now, plan, self.playback.clone(), &self.scenario));
    }

    /// Exchanges the present future with a kept one; the time stays.
    fn take_up(&mut self, index: usize) {
        let Some(kept) = self.kept.get(index) else { return };
        let Future { name, forked, plan, actions, .. } = kept.future.clone();
        let again = || {
            let playback = Playback::new(&self.scenario, &self.case, &plan, &actions, self.seed);
            // It was simulated before.
            playback.ok().map(|playback| playback.rewindable().seen_closely())
        };
        let Some(mut theirs) = kept.playback.clone().or_else(again) else { return };
        theirs.seek(self.playback.now());
        let ours = std::mem::replace(&mut self.playback, theirs);
        if plan != self.plan {
            // Nothing that was worked out holds for another plan.
            self.maker = SnapshotMaker::default();
        }
        let ours_by = std::mem::replace(&mut self.plan, plan);
        self.kept[index] = Kept::new(name, forked, ours_by, ours, &self.scenario);
    }

    /// How fast things move on the stage, in simulated seconds per second. Where the speed is the machine's own it is told
    /// in powers of two, so that it seldom changes.
    fn pace(&self) -> f64 {
        match self.speed {
            Speed::Times(times) => f64::from(times),
            Speed::Max => f64::from(1u32 << (self.true_speed.clamp(1.0, 3600.0) as u32).ilog2()),
        }
    }

    /// What is to be shown.
    pub fn snapshot(&mut self) -> Arc<Snapshot> {
        self.serial += 1;
        let futures = self.kept.iter().map(|kept| kept.future.clone()).collect();
        self.maker.pace = self.pace();
        let exercise = self.exercise.as_deref();
        let mut view =
            self.maker.snapshot(&self.playback, &self.plan, &self.scenario, exercise, &self.case.name);
        view.serial = self.serial;
        view.is_playing = self.is_playing;
        view.speed = self.speed;
        view.true_speed = self.true_speed;
        view.futures = futures;
        Arc::new(view)
    }
}

/// The speed that is asked for; none where it is as fast as can be.
fn nominal(speed: Speed) -> f64 {
    match speed {
        Speed::Times(times) => f64::from(times),
        Speed::Max => 0.0,
    }
}

/// Letters, as forks are known: A, B, ... Z, then numbers.
fn name_of(number: usize) -> String {
    match u8::try_from(number) {
        Ok(number @ 1..=26) => char::from(b'A' + number - 1).to_string(),
        _ => number.to_string(),
    }
}

fn is_sought(fact: &Fact, sought: Sought) -> bool {
    match sought {
        Sought::Alert => matches!(fact.what, What::AlertFiring(_) | What::Paged(_)),
        Sought::Decision => matches!(
            fact.what,
            What::Phase(_)
                | What::Routed { .. }
                | What::Flagged { .. }
                | What::Judged(_)
                | What::Troubled(_)
                | What::Asked { .. }
                | What::Decided { .. }
        ),
    }
}
