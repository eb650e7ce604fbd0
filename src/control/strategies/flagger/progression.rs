//! Progressive delivery as Flagger does it: one state machine, one tick an interval.
//!
//! Source: `pkg/controller/scheduler.go` of Flagger (conformance set `flagger_progression`). Weights are percent. A tick
//! is one that follows the one at which the new revision was found and scaled up.

/// The weight that is everything (`totalWeight`, 100).
pub const TOTAL: u32 = 100;

/// How the candidate gets its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A growing weight.
    Canary,
    /// All that matches, for some iterations.
    Ab,
    /// None, for some iterations, then all.
    BlueGreen,
}

/// What an analysis is made from (`spec.analysis`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progression {
    /// By how much the weight grows (`stepWeight`).
    pub step_weight: u32,
    /// The weights one after the other, in place of `step_weight` (`stepWeights`).
    pub step_weights: Vec<u32>,
    /// The weight from which it is promoted (`maxWeight`; 0 is everything). Steps may jump over it.
    pub max_weight: u32,
    /// By how much requests go back to the promoted primary (`stepWeightPromotion`; 0 is all at once).
    pub step_weight_promotion: u32,
    /// How many times it is checked without a growing weight (`iterations`).
    pub iterations: u32,
    /// Whether there are match rules (`match`); with iterations it is an A/B test then.
    pub matches: bool,
    /// Whether requests are copied to the candidate first (`mirror`).
    pub mirror: bool,
    /// How many failed checks roll it back (`threshold`; 0 counts as 1).
    pub threshold: u32,
}

/// How far it is (`status.phase`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlaggerPhase {
    /// The candidate is checked.
    Progressing,
    /// The primary becomes the new version; requests go back to it.
    Promoting,
    /// All requests are on the primary; the candidate goes.
    Finalising,
    /// The release is out.
    Succeeded,
    /// It was rolled back.
    Failed,
}

impl FlaggerPhase {
    /// Whether nothing follows.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }
}

/// Where it is (`status`, and the routes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// How far.
    pub phase: FlaggerPhase,
    /// Weight of the candidate.
    pub canary_weight: u32,
    /// Weight of the primary.
    pub primary_weight: u32,
    /// Whether requests are copied to the candidate.
    pub mirrored: bool,
    /// Failed checks so far; passing ones do not take any back.
    pub failed_checks: u32,
    /// Iterations so far.
    pub iterations: u32,
}

impl State {
    /// At the start, with the candidate at `canary_weight`.
    pub const fn at(phase: FlaggerPhase, canary_weight: u32) -> Self {
        Self {
            phase,
            canary_weight,
            primary_weight: TOTAL.saturating_sub(canary_weight),
            mirrored: false,
            failed_checks: 0,
            iterations: 0,
        }
    }

    /// What a primary that fails leads to: once it is being promoted, all requests go to the candidate, which is proven
    /// and stays; before that, back to the primary as after failed checks.
    pub fn primary_failed(&mut self) {
        let proven = matches!(self.phase, FlaggerPhase::Promoting | FlaggerPhase::Finalising);
        self.route(if proven { TOTAL } else { 0 }, false);
        self.phase = FlaggerPhase::Failed;
    }

    fn route(&mut self, canary_weight: u32, mirrored: bool) {
        self.canary_weight = canary_weight.min(TOTAL);
        self.primary_weight = TOTAL - self.canary_weight;
        self.mirrored = mirrored;
    }
}

impl Progression {
    /// The kind it is (`DeploymentStrategy`).
    pub const fn kind(&self) -> Kind {
        match (self.iterations, self.matches) {
            (0, _) => Kind::Canary,
            (_, true) => Kind::Ab,
            (_, false) => Kind::BlueGreen,
        }
    }

    /// The weight from which it is promoted (`maxWeight`).
    pub fn max(&self) -> u32 {
        match (self.step_weights.last(), self.max_weight) {
            (Some(last), _) => (*last).min(TOTAL),
            (None, 0) => TOTAL,
            (None, max) => max,
        }
    }

    /// By how much the weight grows from here (`nextStepWeight`).
    fn step_from(&self, weight: u32) -> u32 {
        if self.step_weight > 0 || self.step_weights.is_empty() {
            return self.step_weight;
        }
        let most = TOTAL.saturating_sub(weight);
        if most == 0 {
            // A step of any size leads to the promotion.
            return 1;
        }
        if weight == 0 {
            return self.step_weights[0].min(most);
        }
        let here = self.step_weights.iter().position(|step| *step == weight);
        match here.and_then(|here| self.step_weights.get(here + 1)) {
            Some(next) => next.saturating_sub(weight).min(most),
            None => most,
        }
    }

    /// One tick (`advanceCanary`). `check` is asked only when a check is due: not before the candidate has had requests.
    pub fn tick(&self, state: &mut State, check: impl FnOnce() -> bool) {
        match state.phase {
            FlaggerPhase::Succeeded | FlaggerPhase::Failed => {}
            FlaggerPhase::Promoting => self.shift_back(state),
            FlaggerPhase::Finalising => state.phase = FlaggerPhase::Succeeded,
            FlaggerPhase::Progressing if state.failed_checks >= self.threshold.max(1) => {
                state.route(0, false);
                state.phase = FlaggerPhase::Failed;
            }
            FlaggerPhase::Progressing => {
                let idle = state.canary_weight == 0 && state.iterations == 0 && !state.mirrored;
                if !idle && !check() {
                    state.failed_checks += 1;
                    return;
                }
                match self.kind() {
                    Kind::Canary => self.advance_canary(state),
                    Kind::Ab => self.advance_ab(state),
                    Kind::BlueGreen => self.advance_blue_green(state),
                }
            }
        }
    }

    fn advance_canary(&self, state: &mut State) {
        let step = self.step_from(state.canary_weight);
        if step == 0 {
            return;
        }
        if state.canary_weight >= self.max() {
            state.phase = FlaggerPhase::Promoting;
        } else if self.mirror && state.canary_weight == 0 && !state.mirrored {
            state.route(0, true);
        } else {
            state.route(state.canary_weight + step, false);
        }
    }

    fn advance_ab(&self, state: &mut State) {
        if state.iterations < self.iterations {
            state.route(TOTAL, false);
            state.iterations += 1;
        } else {
            state.phase = FlaggerPhase::Promoting;
        }
    }

    fn advance_blue_green(&self, state: &mut State) {
        if state.iterations < self.iterations {
            if self.mirror {
                state.route(0, true);
            }
            state.iterations += 1;
        } else if state.iterations == self.iterations {
            state.route(TOTAL, false);
            state.iterations += 1;
        } else {
            state.phase = FlaggerPhase::Promoting;
        }
    }

    /// Requests go back to the primary, which is the new version now (`runPromotionTrafficShift`).
    fn shift_back(&self, state: &mut State) {
        let step = if self.step_weight_promotion == 0 { TOTAL } else { self.step_weight_promotion };
        state.route(state.canary_weight.saturating_sub(step), false);
        if state.canary_weight == 0 {
            state.phase = FlaggerPhase::Finalising;
        }
    }

    /// All states from the first tick to the last, with checks that answer `results` in order and pass after that. It
    /// ends early where nothing would ever move.
    pub fn run(&self, results: &[bool]) -> Vec<State> {
        let mut results = results.iter().copied();
        let mut state = State::at(FlaggerPhase::Progressing, 0);
        let mut states = Vec::new();
        while !state.phase.is_over() {
            let before = state;
            self.tick(&mut state, || results.next().unwrap_or(true));
            if state == before {
                break;
            }
            states.push(state);
        }
        states
    }

    /// The weights that the candidate passes through when all goes well.
    pub fn weights(&self) -> Vec<u32> {
        let states = self.run(&[]);
        weights(&states)
    }
}

/// The weights of the candidate while it is checked, each once.
pub fn weights(states: &[State]) -> Vec<u32> {
    let progressing = states.iter().filter(|state| state.phase == FlaggerPhase::Progressing);
    let mut weights: Vec<u32> =
        progressing.map(|state| state.canary_weight).filter(|weight| *weight > 0).collect();
    weights.dedup();
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phases(states: &[State]) -> Vec<FlaggerPhase> {
        states.iter().map(|state| state.phase).collect()
    }

    #[test]
    fn the_weight_grows_until_it_is_over_the_greatest() {
        let canary = Progression { step_weight: 20, max_weight: 50, ..Progression::default() };
        assert_eq!(canary.weights(), [20, 40, 60]);
        assert_eq!(Progression { step_weight: 40, ..Progression::default() }.weights(), [40, 80, 100]);
        let steps = Progression { step_weights: vec![1, 2, 10, 80], ..Progression::default() };
        assert_eq!(steps.weights(), [1, 2, 10, 80]);
        assert_eq!(
            phases(&steps.run(&[]))[4..],
            [FlaggerPhase::Promoting, FlaggerPhase::Finalising, FlaggerPhase::Succeeded]
        );
    }

    #[test]
    fn passed_checks_take_no_failed_one_back() {
        let canary = Progression { step_weight: 10, max_weight: 50, threshold: 2, ..Progression::default() };
        let states = canary.run(&[true, false, true, false]);
        assert_eq!(weights(&states), [10, 20, 30]);
        let last = states[states.len() - 1];
        assert_eq!((last.phase, last.canary_weight, last.failed_checks), (FlaggerPhase::Failed, 0, 2));
    }

    #[test]
    fn blue_green_counts_iterations_then_takes_everything() {
        let green = Progression { iterations: 1, ..Progression::default() };
        let states = green.run(&[]);
        assert_eq!(
            phases(&states),
            [
                FlaggerPhase::Progressing,
                FlaggerPhase::Progressing,
                FlaggerPhase::Promoting,
                FlaggerPhase::Finalising,
                FlaggerPhase::Succeeded,
            ]
        );
        assert_eq!((states[0].canary_weight, states[1].canary_weight), (0, TOTAL));
        let ab = Progression { iterations: 10, matches: true, ..Progression::default() };
        assert_eq!((ab.kind(), ab.run(&[])[0].canary_weight), (Kind::Ab, TOTAL));
    }

    #[test]
    fn mirroring_comes_before_the_first_weight_and_is_checked() {
        let canary = Progression { step_weight: 10, max_weight: 30, mirror: true, ..Progression::default() };
        let states = canary.run(&[]);
        assert!(states[0].mirrored && states[0].canary_weight == 0);
        assert!(!states[1].mirrored && states[1].canary_weight == 10);
        assert_eq!(canary.run(&[false])[1].failed_checks, 1);
    }

    #[test]
    fn a_primary_that_fails_after_promotion_leaves_users_on_the_candidate() {
        let mut late = State::at(FlaggerPhase::Finalising, 0);
        late.primary_failed();
        assert_eq!((late.phase, late.canary_weight), (FlaggerPhase::Failed, TOTAL));
        let mut early = State::at(FlaggerPhase::Progressing, 40);
        early.primary_failed();
        assert_eq!((early.phase, early.canary_weight), (FlaggerPhase::Failed, 0));
    }

    #[test]
    fn an_analysis_without_steps_never_moves() {
        assert!(Progression::default().run(&[]).is_empty());
    }
}
