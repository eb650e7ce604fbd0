//! What if: other decisions in the same world, and what would have come of them.
//!
//! The world is the same to the last request until the decision falls otherwise. A rollback sooner is exact: until then
//! nothing is different. One later takes a plan that does not roll back by itself before, so there nothing watches, and the
//! pace of the rollout is kept ([`Plan::without_analyses`]).

use rayon::prelude::*;

use super::{HandAction, Playback, RunResult};
use crate::control::{Plan, Strategy};
use crate::engine::{Span, Time};
use crate::scenario::{Issue, Scenario};
use crate::sim::{Action, Case, ManualAction, Record, RolloutCommand, RolloutPhase, Simulation};

/// How much sooner and later a rollback is tried.
pub const SHIFTS: [Span; 3] = [Span::from_secs(30), Span::from_secs(60), Span::from_secs(120)];

/// Another decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Not to ship at all.
    NotShipped,
    /// Nobody and nothing watches.
    Unwatched,
    /// Half of every share of users that the plan names.
    HalfTheWeight,
    /// Rolled back so much sooner than it was.
    Sooner(Span),
    /// Rolled back so much later than it was.
    Later(Span),
    /// Rolled back when trouble was first seen, though it was not.
    WhenSeen,
    /// Rolled back so long after the first user was harmed, though it was not.
    AfterHarm(Span),
}

/// A choice, and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// What was decided otherwise.
    pub choice: Choice,
    /// The run.
    pub run: RunResult,
}

/// A run, and others of the same world.
#[derive(Clone, Debug, PartialEq)]
pub struct WhatIf {
    /// What was decided and came of it.
    pub actual: RunResult,
    /// When it was decided to roll back, if it was.
    pub decided: Option<Time>,
    /// When the first user was harmed, if one was.
    pub first_harm: Option<Time>,
    /// The other decisions.
    pub others: Vec<Alternative>,
}

impl WhatIf {
    /// Position of the decision that would have mattered most: the one that would have spared the most users; `None` when none
    /// would surely have spared any ([`spares`]). Not to ship is never it: it is there to compare with, and no way to get a release
    /// out. Neither is a rollback before anybody was harmed: nobody could know then.
    pub fn matters_most(&self) -> Option<usize> {
        let others = self.others.iter().enumerate();
        let better =
            others.filter(|(_, other)| self.is_open(other.choice) && spares(&self.actual, &other.run));
        // The first of equals: the list begins with the plainest.
        better.min_by_key(|(index, other)| (other.run.users_harmed, *index)).map(|(index, _)| index)
    }

    /// Whether somebody could have decided so to get the release out, by what had happened.
    pub fn is_open(&self, choice: Choice) -> bool {
        match (choice, self.decided, self.first_harm) {
            (Choice::NotShipped, ..) => false,
            (Choice::Sooner(shift), Some(decided), Some(harm)) => decided >= harm + shift,
            _ => true,
        }
    }

    /// Position of the decision against which the one that was taken spared the most users; `None` when it surely spared none.
    pub fn spared_most(&self) -> Option<usize> {
        let worse = self.others.iter().enumerate().filter(|(_, other)| spares(&other.run, &self.actual));
        worse
            .max_by_key(|(index, other)| (other.run.users_harmed, std::cmp::Reverse(*index)))
            .map(|(index, _)| index)
    }
}

/// Standard deviations by which two counts of users have to differ before they are called different: 95 % of the differences between
/// equals are smaller.
pub(super) const APART: f64 = 1.96;

/// Whether the run `other` surely spares users against the run `actual` of the same world. Each user is harmed or not by chance as
/// well, so the two counts have to differ by more than their difference varies between equals: its standard deviation is at most
/// the square root of their sum (the difference of two Poisson counts).
pub fn spares(actual: &RunResult, other: &RunResult) -> bool {
    let (was, would) = (actual.users_harmed as f64, other.users_harmed as f64);
    was - would > APART * (was + would).sqrt()
}

/// The world that is met, and what was planned and done in it.
#[derive(Clone, Copy, Debug)]
pub struct Met<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The case.
    pub case: &'a Case,
    /// The plan.
    pub plan: &'a Plan,
    /// What was done by hand.
    pub actions: &'a [HandAction],
    /// The seed.
    pub seed: u64,
}

/// Runs the other decisions that make sense after what happened in `record`, the run of what was `met`; in parallel, with
/// the same answer whatever the number of threads.
///
/// # Errors
/// What is wrong with the scenario, the case or the plan, when they cannot be simulated.
pub fn what_if(met: &Met<'_>, record: &Record) -> Result<WhatIf, Vec<Issue>> {
    let choices = choices(met, record);
    let begun = met.begun(&choices, record)?;
    let run = |(choice, begun): (&Choice, Begun)| -> Result<Alternative, Vec<Issue>> {
        let record = begun.finished()?;
        Ok(Alternative { choice: *choice, run: RunResult::of(&record, met.scenario) })
    };
    let runs: Vec<Result<Alternative, Vec<Issue>>> =
        choices.par_iter().zip(begun.into_par_iter()).map(run).collect();
    Ok(WhatIf {
        actual: RunResult::of(record, met.scenario),
        decided: record.observed.aborted,
        first_harm: record.truth.first_harm,
        others: runs.into_iter().collect::<Result<_, _>>()?,
    })
}

/// The choices that make sense, the plainest first.
fn choices(met: &Met<'_>, record: &Record) -> Vec<Choice> {
    let mut found = Vec::new();
    if met.plan.ships() {
        found.push(Choice::NotShipped);
    }
    if met.plan.without_analyses() != *met.plan || !met.actions.is_empty() {
        found.push(Choice::Unwatched);
    }
    if met.plan.at_half_weight().is_some() {
        found.push(Choice::HalfTheWeight);
    }
    match (record.observed.aborted, record.observed.started) {
        (Some(aborted), Some(started)) => {
            let fits = |shift: &&Span| aborted > started + **shift;
            found.extend(SHIFTS.iter().rev().filter(fits).map(|shift| Choice::Sooner(*shift)));
            found.extend(SHIFTS.iter().map(|shift| Choice::Later(*shift)));
        }
        (None, Some(started)) => {
            if record.truth.detected.is_some_and(|seen| seen >= started) {
                found.push(Choice::WhenSeen);
            }
            if record.truth.first_harm.is_some_and(|harm| harm >= started) {
                found.extend(SHIFTS.map(Choice::AfterHarm));
            }
        }
        _ => {}
    }
    found
}

/// Another decision, as far as its run has come without it.
enum Begun {
    /// It is another plan, from the start.
    Otherwise(Box<Playback>),
    /// The run has left the one that others share, at the moment of the decision.
    Left(Box<Simulation>),
}

impl Begun {
    fn finished(self) -> Result<Record, Vec<Issue>> {
        match self {
            Self::Otherwise(mut playback) => {
                playback.finish();
                playback.record().within_budget()
            }
            Self::Left(mut simulation) => {
                simulation.run();
                simulation.record().within_budget()
            }
        }
    }
}

impl Met<'_> {
    /// The runs of these choices, each as far as it is one that others share: that of the plan until a rollback sooner, and that of the
    /// plan with nothing watched until one later.
    fn begun(&self, choices: &[Choice], record: &Record) -> Result<Vec<Begun>, Vec<Issue>> {
        let begin = |plan: &Plan, actions: &[HandAction]| {
            Playback::opened(self.scenario, self.case, plan, actions, self.seed)
        };
        let aborted = record.observed.aborted.unwrap_or_default();
        let other = |hand: &&HandAction| {
            hand.at < aborted && hand.action != ManualAction::Command(RolloutCommand::Abort)
        };
        let kept: Vec<HandAction> = self.actions.iter().filter(other).cloned().collect();
        let unwatched = self.plan.without_analyses();
        // In order of time, so that each shared run is gone through once.
        let mut in_order: Vec<usize> = (0..choices.len()).collect();
        in_order.sort_by_key(|index| (choices[*index].leaves_at(record), *index));
        let (mut own, mut later): (Option<Playback>, Option<Playback>) = (None, None);
        let mut begun: Vec<Option<Begun>> = choices.iter().map(|_| None).collect();
        for index in in_order {
            let choice = choices[index];
            begun[index] = Some(match choice.leaves_at(record) {
                Some(at) => {
                    let is_later = matches!(choice, Choice::Later(_));
                    let shared = if is_later { &mut later } else { &mut own };
                    let (plan, actions) =
                        if is_later { (&unwatched, &*kept) } else { (self.plan, self.actions) };
                    let playback = match shared.take() {
                        Some(playback) => playback,
                        None => begin(plan, actions)?,
                    };
                    Begun::Left(Box::new(rolled_back(shared.insert(playback), at)))
                }
                None => Begun::Otherwise(Box::new(match choice {
                    Choice::NotShipped => {
                        begin(&Plan { strategy: Strategy::Nothing, ..unwatched.clone() }, &[])?
                    }
                    Choice::HalfTheWeight => {
                        let half = self.plan.at_half_weight().unwrap_or_else(|| self.plan.clone());
                        begin(&half, self.actions)?
                    }
                    _ => begin(&unwatched, &[])?,
                })),
            });
        }
        Ok(begun.into_iter().flatten().collect())
    }
}

impl Choice {
    /// When its run leaves the one that it shares with others; `None` where it is another one from the start.
    fn leaves_at(self, record: &Record) -> Option<Time> {
        let aborted = record.observed.aborted.unwrap_or_default();
        match self {
            Self::NotShipped | Self::Unwatched | Self::HalfTheWeight => None,
            Self::Sooner(shift) => Some(aborted - shift),
            Self::Later(shift) => Some(aborted + shift),
            Self::WhenSeen => Some(record.truth.detected.unwrap_or_default()),
            Self::AfterHarm(shift) => Some(record.truth.first_harm.unwrap_or_default() + shift),
        }
    }
}

/// The run whose rollback is decided at a time: an abort of what is under way, or the undoing of what is complete.
fn rolled_back(playback: &mut Playback, at: Time) -> Simulation {
    playback.seek(at);
    let mut simulation = playback.simulation().clone();
    let complete = simulation.phase() == RolloutPhase::Completed;
    let command = if complete { RolloutCommand::Undo } else { RolloutCommand::Abort };
    simulation.act_at_once(Action::Command(command), "rolled back at another time");
    simulation
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn run(harmed: u64) -> RunResult {
        RunResult { users_harmed: harmed, ..RunResult::of(&sample::record(), &sample::scenario()) }
    }

    fn found(actual: u64, others: &[(Choice, u64)]) -> WhatIf {
        let other = |(choice, harmed): &(Choice, u64)| Alternative { choice: *choice, run: run(*harmed) };
        let others = others.iter().map(other).collect();
        WhatIf { actual: run(actual), decided: None, first_harm: None, others }
    }

    #[test]
    fn a_rollback_before_anybody_was_harmed_is_no_decision_that_mattered() {
        let [short, long, _] = SHIFTS;
        let others = [(Choice::Sooner(long), 0), (Choice::Sooner(short), 40)];
        let harm = Time::from_secs(300);
        let decided = |after: u64| WhatIf {
            decided: Some(harm + Span::from_secs(after)),
            first_harm: Some(harm),
            ..found(100, &others)
        };
        assert_eq!(decided(17).matters_most(), None);
        assert_eq!(decided(45).matters_most(), Some(1));
        assert_eq!(decided(60).matters_most(), Some(0));
    }

    #[test]
    fn only_what_would_surely_have_spared_users_mattered() {
        let half = Choice::HalfTheWeight;
        assert_eq!(found(3_519, &[(half, 3_517)]).matters_most(), None, "the two are equal");
        assert_eq!(found(1_088, &[(half, 2_417)]).matters_most(), None, "it is worse");
        assert_eq!(found(3_519, &[(half, 3_000)]).matters_most(), Some(0));
        assert_eq!(found(100, &[(Choice::NotShipped, 0)]).matters_most(), None);
        assert_eq!(
            found(900, &[(Choice::WhenSeen, 400), (half, 300), (Choice::Unwatched, 300)]).matters_most(),
            Some(1)
        );
    }

    #[test]
    fn what_was_done_is_compared_with_what_would_have_been_worse() {
        let others = [(Choice::HalfTheWeight, 110), (Choice::Unwatched, 2_417)];
        assert_eq!(found(100, &others).spared_most(), Some(1));
        assert_eq!(found(100, &others[..1]).spared_most(), None);
    }
}
