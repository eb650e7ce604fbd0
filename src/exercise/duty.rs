//! The hand-in of an Operate exercise: what a learner did by hand in each of the cases that came on their watch.
//!
//! It holds no release, no fault and no seed: which case comes as which number, and the world that it plays in, are a function of
//! the exercise, of the learner's name, of the watch's number and of a number that is drawn when the case begins. So nothing in it tells
//! what a case is, no two watches have the same cases in the same order and worlds, and what was seen in one tells nothing of another.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::by_hand::not_allowed_by_hand;
use super::turns::{DRAWS, Turn};
use super::{Exercise, HandAction, hand_problems};
use crate::control::Plan;
use crate::engine::Time;
use crate::scenario::{Issue, Scenario};

/// The format version of duty files that this build reads. In format 1 the name alone drew the cases, so that they could be seen before.
pub const FORMAT: u32 = 2;

/// The highest number of a watch.
pub const MOST_WATCHES: u32 = 999;

/// What a learner did on duty: the hand-in of an Operate exercise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Version of the file format, 2.
    pub format: u32,
    /// Id of the exercise.
    pub exercise: String,
    /// Revision of the exercise that was played. Default 1.
    #[serde(default = "first")]
    pub revision: u32,
    /// Who was on duty. The cases, their order and their worlds come from this name, from `watch` and from the number drawn for each case.
    pub learner: String,
    /// Which of the learner's watches at this exercise it is, as the computer counts them that they are begun on. Default 1.
    #[serde(default = "first")]
    #[schemars(range(min = 1, max = 999))]
    pub watch: u32,
    /// What was done in each case, in the order in which the cases were met. Several about one case tell the same, one further than
    /// the other.
    #[serde(default)]
    pub sessions: Vec<CaseSession>,
    /// Version of the engine that recorded it; without, nothing is claimed.
    #[serde(default)]
    pub engine_version: Option<String>,
    /// Numbers of the learner's other watches that were handed in beside this one, which is the first of them and the one that counts.
    #[serde(skip)]
    pub beside: BTreeSet<u32>,
}

/// What was done in one case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseSession {
    /// Number of the case in the learner's order, from 1.
    pub case: u32,
    /// A number below 2^53 that was drawn when the case began: with the learner's name it says which of the cases that were left it
    /// is, and draws its world. Default 0.
    #[serde(default)]
    pub draw: u64,
    /// How far it was played.
    pub played: Time,
    /// Whether it was played to its end; only then it counts.
    #[serde(default)]
    pub complete: bool,
    /// What was done by hand, in order.
    #[serde(default)]
    pub actions: Vec<HandAction>,
    /// Digest of the run, when it was played to its end; without, nothing is claimed.
    #[serde(default)]
    pub digest: Option<String>,
}

fn first() -> u32 {
    1
}

impl Duty {
    /// A duty of `learner` in which nothing was played yet.
    pub fn new(exercise: &Exercise, learner: &str) -> Self {
        Self {
            format: FORMAT,
            exercise: exercise.id.clone(),
            revision: exercise.revision,
            learner: learner.trim().to_owned(),
            watch: 1,
            sessions: Vec::new(),
            engine_version: Some(super::ENGINE_VERSION.to_owned()),
            beside: BTreeSet::new(),
        }
    }

    /// The session that counts for the case of this number: the one that was played to its end.
    pub fn counts(&self, number: u32) -> Option<&CaseSession> {
        self.sessions.iter().find(|session| session.case == number && session.complete)
    }

    /// The numbers that were drawn for the cases that have begun, in their order.
    pub fn draws(&self) -> Vec<u64> {
        (1..).map_while(|number| self.session(number)).map(|session| session.draw).collect()
    }

    /// What is kept of the case of this number: the furthest session of it.
    pub fn session(&self, number: u32) -> Option<&CaseSession> {
        let of_it = self.sessions.iter().filter(|session| session.case == number);
        of_it.max_by_key(|session| (session.complete, session.played, session.actions.len()))
    }

    /// The turns of this duty ([`Exercise::turns`]).
    pub fn turns(&self, exercise: &Exercise) -> Vec<Turn> {
        let learner = self.learner.trim();
        match self.watch {
            1 => exercise.turns(learner, &self.draws()),
            later => exercise.turns(&format!("{learner}\nwatch {later}"), &self.draws()),
        }
    }

    /// Whether every case was played to its end.
    pub fn is_done(&self, exercise: &Exercise) -> bool {
        (1..=exercise.watch_length()).all(|number| self.counts(number).is_some())
    }

    /// The turn that is to be played now, which begins with a number that `draw` gives when it has not begun yet; `None` when all were
    /// played. What began has to be kept before anything of it is shown.
    ///
    /// # Errors
    /// That of `draw`.
    pub fn take_up<E>(
        &mut self,
        exercise: &Exercise,
        draw: impl FnOnce() -> Result<u64, E>,
    ) -> Result<Option<Turn>, E> {
        let Some(number) = (1..=exercise.watch_length()).find(|number| self.counts(*number).is_none()) else {
            return Ok(None);
        };
        if self.session(number).is_none() {
            self.sessions.push(CaseSession { case: number, draw: draw()? % DRAWS, ..CaseSession::default() });
        }
        Ok(self.turns(exercise).into_iter().find(|turn| turn.number == number))
    }

    /// Keeps how a case stands, in place of what was kept of it while it was not complete.
    pub fn keep(&mut self, session: CaseSession) {
        let begun = self.sessions.iter().position(|kept| kept.case == session.case);
        match begun {
            Some(place) if self.sessions[place].complete => {}
            Some(place) => self.sessions[place] = session,
            None => self.sessions.push(session),
        }
    }

    /// Takes what was kept elsewhere of a case that has begun here, when it was played further there. Whether it was.
    pub fn catch_up(&mut self, further: &CaseSession) -> bool {
        let is_it = |kept: &CaseSession| (kept.case, kept.draw) == (further.case, further.draw);
        let is_behind = |kept: &CaseSession| {
            (kept.complete, kept.played, kept.actions.len())
                < (further.complete, further.played, further.actions.len())
        };
        let behind = self.sessions.iter_mut().find(|kept| is_it(kept) && is_behind(kept));
        behind.map(|kept| *kept = further.clone()).is_some()
    }

    /// Adds the sessions of another file of the same duty. Of several watches the first counts, and the others are told of.
    ///
    /// # Errors
    /// That the other is of another exercise, revision or learner.
    pub fn join(&mut self, mut other: Self) -> Result<(), Issue> {
        for (path, own, others) in [
            ("exercise", &self.exercise, &other.exercise),
            ("learner", &self.learner, &other.learner),
            ("revision", &self.revision.to_string(), &other.revision.to_string()),
        ] {
            if own != others {
                let message =
                    format!("\"{others}\", and another file of this duty says \"{own}\"; hand in one duty");
                return Err(Issue::error(path, "other-duty", message));
            }
        }
        if other.watch < self.watch {
            std::mem::swap(self, &mut other);
        }
        self.beside.append(&mut other.beside);
        if other.watch == self.watch {
            self.sessions.extend(other.sessions);
        } else {
            self.beside.insert(other.watch);
        }
        Ok(())
    }

    /// Everything wrong with it as a hand-in for `exercise`, with the `plan` that is on duty there.
    pub fn problems(&self, exercise: &Exercise, scenario: &Scenario, plan: &Plan) -> Vec<Issue> {
        let mut found = Vec::new();
        if self.format != FORMAT {
            let message = format!(
                "format {}; this build reads format {FORMAT}, in which each case is drawn when it begins: play it in a new file",
                self.format
            );
            found.push(Issue::error("format", "format", message));
        }
        if self.exercise != exercise.id {
            let message = format!(
                "the sessions are of exercise \"{}\", not of \"{}\"; hand in what was played there",
                self.exercise, exercise.id
            );
            found.push(Issue::error("exercise", "other-exercise", message));
            return found;
        }
        if self.revision != exercise.revision {
            let message = format!(
                "revision {} was played, and this is revision {}, whose worlds differ; play it again",
                self.revision, exercise.revision
            );
            found.push(Issue::error("revision", "other-revision", message));
        }
        if self.learner.trim().is_empty() {
            let message = "the name is empty; write who was on duty";
            found.push(Issue::error("learner", "empty", message));
        }
        if !(1..=MOST_WATCHES).contains(&self.watch) {
            let message = format!(
                "watch {}; the watches of a learner are numbered from 1 to {MOST_WATCHES}",
                self.watch
            );
            found.push(Issue::error("watch", "out-of-range", message));
        }
        let cases = exercise.watch_length();
        let begun = self.draws().len() as u32;
        for (index, session) in self.sessions.iter().enumerate() {
            let at = format!("sessions[{index}]");
            if !(1..=cases).contains(&session.case) {
                let message = format!("case {}; the cases are numbered from 1 to {cases}", session.case);
                found.push(Issue::error(format!("{at}.case"), "out-of-range", message));
            } else if session.case > begun {
                let message = format!(
                    "case {}, and nothing is kept of case {}, which came before it; hand in everything that was kept",
                    session.case,
                    begun + 1
                );
                found.push(Issue::error(format!("{at}.case"), "gap", message));
            }
            if let Some(other) = self.sessions[..index].iter().find(|other| session.contradicts(other)) {
                let message = format!(
                    "case {} is kept twice, and not as one run: {} against {}; a case is played once, and one watch is handed in",
                    session.case,
                    other.told(),
                    session.told()
                );
                found.push(Issue::error(format!("{at}.case"), "played-twice", message));
            }
            let mut wrong = not_allowed_by_hand(exercise, &session.actions);
            wrong.extend(hand_problems(&session.actions, plan, Some((scenario, Some(exercise.bake)))));
            let in_session = |issue: Issue| Issue { path: format!("{at}.{}", issue.path), ..issue };
            found.extend(wrong.into_iter().map(in_session));
        }
        found
    }
}

impl CaseSession {
    /// Whether it and another tell of one case what cannot both be so: another draw, or actions of which neither list begins the other.
    fn contradicts(&self, other: &Self) -> bool {
        let shared = self.actions.len().min(other.actions.len());
        self.case == other.case
            && (self.draw != other.draw
                || self.actions[..shared] != other.actions[..shared]
                || (self.complete && other.complete && self.actions.len() != other.actions.len()))
    }

    fn told(&self) -> String {
        format!("draw {} with {} actions", self.draw, self.actions.len())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ExerciseKind, sample};
    use super::*;
    use crate::sim::{ManualAction, RolloutCommand};

    fn exercise() -> Exercise {
        Exercise { kind: ExerciseKind::Operate, ..sample::exercise() }
    }

    fn session(case: u32, complete: bool) -> CaseSession {
        CaseSession { case, played: Time::from_secs(60), complete, ..CaseSession::default() }
    }

    #[test]
    fn a_case_once_played_is_not_played_again() {
        let exercise = exercise();
        let mut duty = Duty::new(&exercise, "ada");
        let mut met = Vec::new();
        let mut drawn = 0;
        loop {
            let turn = duty.take_up(&exercise, || {
                drawn += 1;
                Ok::<u64, ()>(drawn)
            });
            let Some(turn) = turn.unwrap() else { break };
            met.push(turn.number);
            let draw = duty.session(turn.number).unwrap().draw;
            duty.keep(CaseSession { draw, ..session(turn.number, false) });
            let again = duty.take_up(&exercise, || Err("a case is drawn once"));
            assert_eq!(again, Ok(Some(turn)));
            duty.keep(CaseSession { draw, ..session(turn.number, true) });
            duty.keep(CaseSession { draw, played: Time::from_secs(99), ..session(turn.number, true) });
        }
        assert_eq!((met.as_slice(), duty.draws().as_slice()), (&[1, 2, 3][..], &[1, 2, 3][..]));
        assert!(duty.is_done(&exercise));
        assert!(
            duty.sessions.iter().all(|session| session.played == Time::from_secs(60)),
            "the first counts"
        );
    }

    #[test]
    fn a_duty_is_of_one_exercise_and_one_learner() {
        let exercise = exercise();
        let found = |change: fn(&mut Duty)| {
            let mut duty = Duty { sessions: vec![session(1, true)], ..Duty::new(&exercise, "ada") };
            change(&mut duty);
            let issues = duty.problems(&exercise, &sample::scenario(), &sample::plan());
            issues.into_iter().map(|issue| (issue.path, issue.code)).collect::<Vec<_>>()
        };
        let one = |path: &str, code: &'static str| vec![(path.to_owned(), code)];
        assert_eq!(found(|_| ()), []);
        assert_eq!(found(|duty| duty.exercise = "canary".into()), one("exercise", "other-exercise"));
        assert_eq!(found(|duty| duty.revision = 2), one("revision", "other-revision"));
        assert_eq!(found(|duty| duty.learner = " ".into()), one("learner", "empty"));
        assert_eq!(found(|duty| duty.watch = 0), one("watch", "out-of-range"));
        assert_eq!(found(|duty| duty.sessions[0].case = 4), one("sessions[0].case", "out-of-range"));
        let injects = |duty: &mut Duty| {
            let fault = ManualAction::Inject { fault: "outage".into() };
            duty.sessions[0].actions.push(HandAction::new(Time::from_secs(9), fault));
        };
        assert_eq!(found(injects), one("sessions[0].actions[0].action", "not-allowed"));
        let late = |duty: &mut Duty| {
            let abort = ManualAction::Command(RolloutCommand::Abort);
            duty.sessions[0].actions.push(HandAction::new(Time::from_secs(9_999), abort));
        };
        assert_eq!(found(late), one("sessions[0].actions[0].at", "out-of-range"));
        let mut duty = Duty::new(&exercise, "ada");
        assert!(duty.join(Duty::new(&exercise, "bob")).is_err());
        assert!(duty.join(Duty::new(&exercise, "ada")).is_ok());
    }
}
