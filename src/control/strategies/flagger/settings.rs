//! The settings of a release by Flagger's rules, which is a strategy, and a step of others.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::progression::{FlaggerPhase, Kind, Progression, State, TOTAL};
use crate::control::check_list::CheckList;
use crate::control::problems::requests::{MOST_RULES, match_rule};
use crate::control::problems::{amounts, analysis, scaling};
use crate::control::{Analysis, Autoscaler, Check, NamedCheck, SmokeTest};
use crate::engine::{Amount, Rate, Share, Span};
use crate::scenario::{Notes, Scenario};
use crate::sim::MatchRule;

/// The shortest and the longest interval.
const INTERVALS: (Span, Span) = (Span::from_secs(1), Span::from_secs(86_400));
/// The most requests a second of a load test.
const MOST_LOAD: f64 = 10_000.0;
/// The most steps, iterations and failed checks.
const MOST: u32 = 1_000;

/// A progressive release as Flagger does it. Once an interval all checks are measured: when all pass the release moves on,
/// when one fails it stays and the failure is counted, and too many failures roll it back. The candidate runs at full size.
/// Where Flagger copies the new version to the primary and leads the requests back, the candidate pool becomes the primary
/// here.
///
/// It has more than twenty fields, since a plan file names each of Flagger's settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Flagger {
    /// Time between two ticks. Flagger `interval`, 60 s.
    pub interval: Span,
    /// Number of failed ticks that rolls the release back; ticks that pass do not lower the count. Flagger `threshold`, 1.
    #[schemars(range(min = 1, max = 1000))]
    pub threshold: u32,
    /// How much the candidate's weight grows at each tick, in whole percent. Default 5 %, as in Flagger's documentation.
    pub step_weight: Share,
    /// The weights one after the other, in place of `step_weight`. Flagger `stepWeights`, none.
    pub step_weights: Vec<Share>,
    /// The weight from which it is promoted; steps may jump over it. Default 50 %, as in Flagger's documentation.
    pub max_weight: Share,
    /// How much the candidate's weight grows at each interval after its promotion, until it has all requests. Flagger
    /// `stepWeightPromotion`, 0: all at once.
    pub step_weight_promotion: Share,
    /// How long the candidate, or the primary, may be short of ready instances: meanwhile no tick changes anything, and
    /// after that the release is rolled back. If the primary fails during the promotion, everybody stays on the candidate.
    /// Flagger `progressDeadlineSeconds`, 600 s.
    pub progress_deadline: Span,
    /// Number of ticks without a growing weight: a blue-green release, or with `matches` an A/B test. Flagger
    /// `iterations`, 0.
    #[schemars(range(min = 0, max = 1000))]
    pub iterations: u32,
    /// With `iterations`: the requests that go to the candidate meanwhile. Without: the requests that the weights are about; the
    /// others stay on the primary until the promotion. Flagger `match`, none.
    pub matches: Vec<MatchRule>,
    /// Whether requests are copied to the candidate before it answers any. Flagger `mirror`, false.
    pub mirror: bool,
    /// Share of requests that are copied. Flagger `mirrorWeight`, 100 %.
    #[schemars(extend("x-range" = "0% to 100%"))]
    pub mirror_weight: Share,
    /// Whether a user stays on one side while the weight grows. Flagger `sessionAffinity`, off.
    pub sticky: bool,
    /// Whether users who have come to the candidate stay on it, while the others are drawn at every request, so that more and more
    /// come to it. Flagger `sessionAffinity` without a `primaryCookieName`, off.
    #[serde(skip_serializing_if = "is_false")]
    pub drifts: bool,
    /// Whether an approval is needed before the candidate is scaled up. Flagger's webhook `confirm-rollout`, none.
    pub confirm_rollout: bool,
    /// Whether the promotion needs an approval; while it waits, the checks go on at every interval and failed ones count.
    /// Flagger's webhook `confirm-promotion`, none.
    pub confirm_promotion: bool,
    /// Whether each growth of the weight needs an approval; while it waits, the checks go on and failed ones count. Flagger's webhook
    /// `confirm-traffic-increase`, none.
    #[serde(skip_serializing_if = "is_false")]
    pub confirm_traffic_increase: bool,
    /// Requests that are sent to the candidate at each tick before it has its first users; when too many fail, the tick fails.
    /// Flagger's webhook `pre-rollout`, none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_rollout: Option<SmokeTest>,
    /// Share of the primary's instances that must be ready for a tick to go on. Flagger `primaryReadyThreshold`, 100 %.
    #[schemars(extend("x-range" = "0% to 100%"))]
    pub primary_ready: Share,
    /// Share of the candidate's instances that must be ready for a tick to go on. Flagger `canaryReadyThreshold`, 100 %.
    #[schemars(extend("x-range" = "0% to 100%"))]
    pub candidate_ready: Share,
    /// With how many instances the candidate begins. Default 100 %, as many as the primary has. Flagger with an `autoscalerRef`: the
    /// `replicas` of the workload, and without those the autoscaler's least. It may be more than all, such as `"150%"`.
    #[serde(skip_serializing_if = "is_all")]
    pub candidate_size: Amount,
    /// The candidate's own autoscaler, which goes by its own load until the promotion; the plan's `autoscaler` is then the primary's
    /// alone. Flagger `autoscalerRef`, none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidate_scaler: Option<Autoscaler>,
    /// Requests a second that are sent to the candidate for the checks while it is checked and answers no users. Flagger's
    /// webhooks of type `rollout` with a load test, none.
    #[schemars(extend("x-range" = "0/s to 10000/s"))]
    pub load_test: Rate,
    /// Checks of the plan's `checks`, by their names, beside those that are written here. Default none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<NamedCheck>,
    /// The checks that are measured at each tick; an answer that is not good, or none, fails the tick. `interval`, `count`
    /// and the limits of a check do not matter here.
    pub checks: Vec<Check>,
}

// Proofs rest on plans as they are written: a field that came later is not written where it stands at its default.
const fn is_false(value: &bool) -> bool {
    !*value
}

fn is_all(size: &Amount) -> bool {
    *size == Amount::Share(Share::ALL)
}

impl Default for Flagger {
    fn default() -> Self {
        Self {
            interval: Span::from_secs(60),
            threshold: 1,
            step_weight: Share::percent(5.0),
            step_weights: Vec::new(),
            max_weight: Share::percent(50.0),
            step_weight_promotion: Share::ZERO,
            progress_deadline: Span::from_secs(600),
            iterations: 0,
            matches: Vec::new(),
            mirror: false,
            mirror_weight: Share::ALL,
            sticky: false,
            drifts: false,
            confirm_rollout: false,
            confirm_promotion: false,
            confirm_traffic_increase: false,
            pre_rollout: None,
            primary_ready: Share::ALL,
            candidate_ready: Share::ALL,
            candidate_size: Amount::Share(Share::ALL),
            candidate_scaler: None,
            load_test: Rate::per_second(0.0),
            named: Vec::new(),
            checks: Vec::new(),
        }
    }
}

impl Flagger {
    /// The state machine of these settings.
    pub fn progression(&self) -> Progression {
        let percent = |share: &Share| share.basis_points() / 100;
        // Counts beyond the limit are told of by the check, and not walked through.
        let listed = !self.step_weights.is_empty();
        Progression {
            step_weight: if listed { 0 } else { percent(&self.step_weight) },
            step_weights: self.step_weights.iter().take(MOST as usize).map(percent).collect(),
            max_weight: percent(&self.max_weight),
            step_weight_promotion: percent(&self.step_weight_promotion),
            iterations: self.iterations.min(MOST),
            matches: !self.matches.is_empty(),
            mirror: self.mirror,
            threshold: self.threshold.min(MOST),
        }
    }

    /// The weights from the promotion on, one an interval, until the last that is not everything.
    pub fn promotion_weights(&self) -> Vec<Share> {
        let progression = self.progression();
        if progression.step_weight_promotion == 0 || progression.kind() != Kind::Canary {
            return Vec::new();
        }
        let last = progression.weights().last().copied().unwrap_or(TOTAL).min(TOTAL);
        // Upstream moves the requests back to the primary; here the rest of them moves to the candidate.
        let mut state = State::at(FlaggerPhase::Promoting, TOTAL - last);
        let mut weights = Vec::new();
        while state.phase == FlaggerPhase::Promoting {
            progression.tick(&mut state, || true);
            weights.push(Share::percent(f64::from(state.primary_weight)));
        }
        weights.retain(|weight| *weight < Share::ALL);
        weights
    }

    /// Its list of checks, when it stands at `path`.
    pub(in crate::control) fn check_list(&mut self, path: &str) -> CheckList<'_> {
        CheckList { path: path.to_owned(), named: &mut self.named, checks: &mut self.checks, lasts: None }
    }

    /// The same settings without checks: every tick passes.
    pub(in crate::control) fn unchecked(&self) -> Self {
        Self { named: Vec::new(), checks: Vec::new(), ..self.clone() }
    }

    /// The least time during which a good release is checked.
    pub fn lasts(&self) -> Span {
        let states = self.progression().run(&[]);
        let ticks = states.iter().filter(|state| state.phase == FlaggerPhase::Progressing).count();
        self.interval * ticks as u64
    }
}

impl Flagger {
    /// Notes what is wrong with settings that stand at `at`: as a strategy, or as a step.
    pub(in crate::control) fn check(&self, notes: &mut Notes, at: &str, scenario: Option<&Scenario>) {
        notes.within(format!("{at}.interval"), self.interval, INTERVALS.0..=INTERVALS.1);
        notes.within(format!("{at}.threshold"), self.threshold, 1..=MOST);
        notes.within(format!("{at}.iterations"), self.iterations, 0..=MOST);
        percent(notes, format!("{at}.step_weight"), self.step_weight);
        percent(notes, format!("{at}.max_weight"), self.max_weight);
        if self.step_weight_promotion > Share::ZERO {
            percent(notes, format!("{at}.step_weight_promotion"), self.step_weight_promotion);
            if self.iterations > 0 {
                let message = "with iterations the candidate is promoted all at once";
                notes.warning(format!("{at}.step_weight_promotion"), "no-effect", message);
            }
        }
        notes.some_time(format!("{at}.progress_deadline"), self.progress_deadline);
        notes.share(format!("{at}.mirror_weight"), self.mirror_weight);
        notes.share(format!("{at}.primary_ready"), self.primary_ready);
        notes.share(format!("{at}.candidate_ready"), self.candidate_ready);
        amounts::amount(notes, format!("{at}.candidate_size"), self.candidate_size);
        if amounts::is_none(self.candidate_size) {
            let message = "found 0; a candidate without instances is never ready: write at least 1";
            notes.error(format!("{at}.candidate_size"), "out-of-range", message);
        }
        if let Some(of) = &self.candidate_scaler {
            scaling::autoscaler(notes, &format!("{at}.candidate_scaler"), of);
        }
        if !(0.0..=MOST_LOAD).contains(&self.load_test.hertz()) {
            let message = format!("found {}; allowed is 0/s to {MOST_LOAD}/s", self.load_test);
            notes.error(format!("{at}.load_test"), "out-of-range", message);
        }
        notes.length(&format!("{at}.step_weights"), "weight", self.step_weights.len(), 0..=MOST as usize);
        let mut before = Share::ZERO;
        for (index, weight) in self.step_weights.iter().enumerate() {
            let at = format!("{at}.step_weights[{index}]");
            percent(notes, at.clone(), *weight);
            if *weight <= before {
                let message = format!("found {weight} after {before}; the weights must grow");
                notes.error(at, "out-of-range", message);
            }
            before = *weight;
        }
        if !self.step_weights.is_empty() && self.iterations > 0 {
            let message = "with iterations no weight grows; take one of the two out";
            notes.warning(format!("{at}.step_weights"), "no-effect", message);
        }
        if !self.mirror && self.mirror_weight != Share::ALL {
            let message = "nothing is mirrored; add mirror: true";
            notes.warning(format!("{at}.mirror_weight"), "no-effect", message);
        }
        if let Some(test) = &self.pre_rollout {
            test.check(notes, &format!("{at}.pre_rollout"));
        }
        if self.confirm_traffic_increase && self.iterations > 0 {
            let message = "with iterations no weight grows, so nobody is asked";
            notes.warning(format!("{at}.confirm_traffic_increase"), "no-effect", message);
        }
        if self.sticky && self.drifts {
            let message =
                "users who stay on either side do not drift; leave one of `sticky` and `drifts` out";
            notes.warning(format!("{at}.drifts"), "no-effect", message);
        }
        notes.length(&format!("{at}.matches"), "rule", self.matches.len(), 0..=MOST_RULES);
        for (index, rule) in self.matches.iter().enumerate().take(MOST_RULES) {
            match_rule(notes, &format!("{at}.matches[{index}]"), rule, scenario);
        }
        if self.checks.is_empty() {
            let message = "without checks nothing ever fails: a bad release goes out like a good one";
            notes.warning(format!("{at}.checks"), "never", message);
        } else {
            let analysis = Analysis { checks: self.checks.clone(), ..Analysis::default() };
            analysis::checks(notes, at, &analysis, scenario);
        }
    }
}

/// Flagger's weights are whole percents, and not nothing.
fn percent(notes: &mut Notes, at: String, share: Share) {
    notes.share(at.clone(), share);
    let points = share.basis_points();
    if points == 0 || !points.is_multiple_of(100) {
        notes.error(at, "out-of-range", format!("found {share}; allowed are whole percents from 1%"));
    }
}
