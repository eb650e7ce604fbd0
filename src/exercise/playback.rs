//! A run that can be advanced, rewound to any time, and acted upon. However it is cut and rewound, it gives the same facts
//! as [`play`](super::play) with the same plan and the same actions by hand.

use super::HandAction;
use super::openings::begun;
use super::twins::twin_of;
use crate::control::Plan;
use crate::engine::{Span, Time};
use crate::scenario::{Issue, Scenario};
use crate::sim::{Case, ManualAction, Record, Simulation};

/// How far keyframes are apart at first: a minute of 500 requests a second is simulated in some 20 milliseconds.
const SPACING: Span = Span::from_secs(60);

/// How many keyframes are kept; when there are more, every second one goes and the spacing doubles.
const MOST_KEYFRAMES: usize = 128;

/// How many bytes all keyframes together hold at most, 256 MiB; when they hold more, every second one goes as well.
const MOST_KEPT: u64 = 256 << 20;

/// A run with its keyframes and its actions by hand.
///
/// Every simulation in it has met all actions up to and at its own time.
#[derive(Clone)]
pub struct Playback {
    /// The world before anything happened or was done; or at the end of its opening.
    origin: Simulation,
    live: Simulation,
    /// Clones, by ascending time; none of them at time zero.
    keyframes: Vec<Simulation>,
    /// How far keyframes are apart; `None` when none are kept.
    spacing: Option<Span>,
    /// By ascending time; those of equal times in the order in which they were asked for.
    actions: Vec<HandAction>,
    /// The latest time that the run has reached.
    seen: Time,
}

impl Playback {
    /// A run at its start, beside its twin, in which `actions` will be done by hand. Those of equal times are done in the order given, take
    /// effect after the scenario's `people.act`, and never happen when the run ends before.
    ///
    /// # Errors
    /// What is wrong with the scenario, the case or the plan, when they cannot be simulated.
    pub fn new(
        scenario: &Scenario,
        case: &Case,
        plan: &Plan,
        actions: &[HandAction],
        seed: u64,
    ) -> Result<Self, Vec<Issue>> {
        let controllers = plan.controllers(scenario, case);
        let mut origin = Simulation::new(scenario, case, plan.setup(), controllers, seed)?;
        origin.compare_with(twin_of(scenario, case, seed, None)?);
        Ok(Self::of(origin, actions))
    }

    /// The same run, which begins at the end of its [opening](crate::sim::Opening) where it has one to share with others and nothing is
    /// done by hand before: for runs that are not seen from their start. It cannot go back further.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub(super) fn opened(
        scenario: &Scenario,
        case: &Case,
        plan: &Plan,
        actions: &[HandAction],
        seed: u64,
    ) -> Result<Self, Vec<Issue>> {
        let begins = case.world(scenario).release_at;
        if actions.iter().any(|hand| hand.at < Time::ZERO + begins) {
            return Self::new(scenario, case, plan, actions, seed);
        }
        Ok(Self::of(begun(scenario, case, plan, seed)?, actions))
    }

    /// A run that stands at `origin`, in which `actions` will be done by hand.
    fn of(origin: Simulation, actions: &[HandAction]) -> Self {
        let mut actions = actions.to_vec();
        actions.sort_by_key(|hand| hand.at);
        actions.retain(|hand| hand.at < origin.latest_end());
        let mut playback = Self {
            seen: origin.now(),
            live: origin.clone(),
            origin,
            keyframes: Vec::new(),
            spacing: None,
            actions,
        };
        playback.act_at_zero();
        playback
    }

    /// The same with keyframes kept from here on, so that [`seek`](Self::seek) is quick.
    #[must_use]
    pub const fn rewindable(mut self) -> Self {
        self.spacing = Some(SPACING);
        self
    }

    /// The same, keeping from here on what screens draw ([`Simulation::sample_traces`]); the run itself is the same.
    #[must_use]
    pub fn seen_closely(mut self) -> Self {
        let all = [&mut self.origin, &mut self.live].into_iter().chain(&mut self.keyframes);
        all.for_each(Simulation::sample_traces);
        self
    }

    /// The run as it stands.
    pub const fn simulation(&self) -> &Simulation {
        &self.live
    }

    /// The present time.
    pub const fn now(&self) -> Time {
        self.live.now()
    }

    /// When the run ends, as things stand ([`Simulation::end`]): what happens may move it.
    pub fn end(&self) -> Time {
        self.live.end()
    }

    /// The latest time that the run has reached since the last action by hand.
    pub const fn seen(&self) -> Time {
        self.seen
    }

    /// Whether the run is at its end.
    pub fn is_over(&self) -> bool {
        self.now() >= self.end()
    }

    /// What was and will be done by hand.
    pub fn actions(&self) -> &[HandAction] {
        &self.actions
    }

    /// Everything known so far.
    pub fn record(&self) -> Record {
        self.live.record()
    }

    /// Goes to the run's end.
    pub fn finish(&mut self) {
        self.seek(self.origin.latest_end());
    }

    /// Goes to `time`, or to the run's end when that is earlier; backwards from the nearest keyframe before it.
    pub fn seek(&mut self, time: Time) {
        let time = time.min(self.origin.latest_end());
        let count = self.keyframes.partition_point(|keyframe| keyframe.now() <= time);
        let nearest = count.checked_sub(1).map(|last| &self.keyframes[last]);
        let is_back = time < self.now();
        match nearest {
            Some(keyframe) if is_back || keyframe.now() > self.now() => self.live = keyframe.clone(),
            None if is_back => {
                self.live = self.origin.clone();
                self.act_at_zero();
            }
            _ => {}
        }
        self.advance(time);
    }

    /// Goes on for `span`, or to the run's end when that is earlier.
    pub fn go_on(&mut self, span: Span) {
        self.seek(self.now() + span);
    }

    /// Handles the next event, after the actions by hand that are due before it. False, without any time passing, when
    /// nothing is due before the end.
    pub fn step(&mut self) -> bool {
        let mut next = self.live.clone();
        let moved = next.step();
        let due = next.now();
        if !moved || self.actions.iter().any(|hand| hand.at > self.now() && hand.at <= due) {
            self.seek(due);
            return moved;
        }
        self.live = next;
        self.seen = self.seen.max(due);
        true
    }

    /// Asks for something by hand, now, and says why for the audit record; `because` may be empty. What was to be done by hand
    /// later is dropped: this is another future. Nothing happens once the run is over.
    pub fn act(&mut self, action: ManualAction, because: &str) {
        if self.is_over() {
            return;
        }
        let now = self.now();
        self.actions.retain(|hand| hand.at <= now);
        self.keyframes.retain(|keyframe| keyframe.now() < now);
        self.actions.push(HandAction { at: now, action: action.clone(), because: because.to_owned() });
        self.live.act(action, because);
        self.seen = now;
    }

    /// Drops what was and will be done by hand from the present moment on, as if it had never been asked for; the time stays. What
    /// comes after the present is not seen yet then. Nothing happens when there is nothing to drop.
    pub fn drop_later(&mut self) {
        let now = self.now();
        if self.actions.last().is_none_or(|hand| hand.at < now) {
            return;
        }
        self.actions.retain(|hand| hand.at < now);
        self.keyframes.retain(|keyframe| keyframe.now() < now);
        // The present has met the actions of this very moment: it is simulated again without them.
        self.live = self.keyframes.last().unwrap_or(&self.origin).clone();
        if self.keyframes.is_empty() {
            self.act_at_zero();
        }
        self.advance(now);
        self.seen = now;
    }

    fn act_at_zero(&mut self) {
        for hand in self.actions.iter().take_while(|hand| hand.at == Time::ZERO) {
            self.live.act(hand.action.clone(), &hand.because);
        }
    }

    /// Simulates up to and at `until`, which is not before the present.
    fn advance(&mut self, until: Time) {
        while self.now() < until && !self.is_over() {
            let stop = self.next_keyframe().map_or(until, |keyframe| keyframe.min(until));
            self.run_to(stop);
            self.keep();
        }
        self.seen = self.seen.max(self.now());
    }

    /// When the next keyframe is due.
    fn next_keyframe(&self) -> Option<Time> {
        let spacing = self.spacing?;
        Some(Time((self.now().0 / spacing.0 + 1) * spacing.0))
    }

    fn run_to(&mut self, until: Time) {
        let from = self.actions.partition_point(|hand| hand.at <= self.live.now());
        for hand in self.actions[from..].iter().take_while(|hand| hand.at <= until) {
            self.live.run_until(hand.at);
            if self.live.now() < hand.at || self.live.now() >= self.live.end() {
                return;
            }
            self.live.act(hand.action.clone(), &hand.because);
        }
        self.live.run_until(until);
    }

    /// Keeps the present as a keyframe where one is due and none is kept yet.
    fn keep(&mut self) {
        let Some(spacing) = self.spacing else { return };
        let last = self.keyframes.last().map_or(Time::ZERO, Simulation::now);
        let spent = self.live.spent().is_some();
        if spent || !self.now().0.is_multiple_of(spacing.0) || self.now() <= last {
            return;
        }
        self.keyframes.push(self.live.clone());
        let mut spacing = spacing;
        while self.keeps_too_much() {
            spacing = Span(spacing.0 * 2);
            self.keyframes.retain(|keyframe| keyframe.now().0.is_multiple_of(spacing.0));
        }
        self.spacing = Some(spacing);
    }

    fn keeps_too_much(&self) -> bool {
        self.keyframes.len() > MOST_KEYFRAMES
            || self.keyframes.iter().map(Simulation::held).sum::<u64>() > MOST_KEPT
    }
}
