//! The open run: its exercise or scenario, its case and seed, the plan, and the player.

use std::sync::Arc;

use crate::app::model::catalog::Entry;
use crate::app::model::debrief::Debrief;
use crate::app::model::editor::Editor;
use crate::app::model::editor::command::Unsaved;
use crate::app::model::findings::Brief;
use crate::app::model::notes::Notes;
use crate::app::model::outlook::Outlook;
use crate::app::model::player::Player;
use crate::app::model::player::engine::{Carried, Engine};
use crate::app::model::practice::Practice;
use crate::app::model::reference_runs::ReferenceRun;
use crate::app::model::subject::Subject;
use crate::app::model::wake::Wake;
use crate::control::Plan;
use crate::engine::Time;
use crate::exercise::predict::{Asked, Forecast, next_question};
use crate::exercise::{HandAction, Session};
use crate::scenario::{Issue, Scenario};
use crate::sim::{Case, ManualAction, Spent};

/// The commands about the open run.
#[derive(Clone, Debug, PartialEq)]
pub enum RunCommand {
    /// Restart with the present plan.
    Restart,
    /// Meet another case of the exercise, by its position, or another release of the scenario.
    Case(usize),
    /// Meet another world of the same case.
    Seed(u64),
    /// End the run, and open its debrief.
    Finish,
}

/// An open run.
pub struct Run {
    /// What it is of.
    pub subject: Subject,
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// The case that is met, and its position among the exercise's cases.
    pub case: (usize, Case),
    /// The seed of the world that is met.
    pub seed: u64,
    /// The plan that is played.
    pub plan: Plan,
    /// The plan as the learner now writes it.
    pub editor: Editor,
    /// When it was changed since it was last kept.
    pub unsaved: Unsaved,
    /// What plays it.
    pub player: Player,
    /// The same plan, as the player has it.
    played: Arc<Plan>,
    /// How far the introduction is in it, when it is the introduction's.
    pub introduction: Option<Practice>,
    /// What the plan that is being written comes to.
    pub outlook: Outlook,
    /// The learner's way through the exercise.
    pub notes: Notes,
    /// Its debrief, once it was opened.
    pub debrief: Option<Debrief>,
    /// Runs to compare with; `None` until they are wanted.
    pub reference_runs: Option<Vec<ReferenceRun>>,
    /// That the run used up what it may take, once the learner was told so.
    pub told_spent: Option<Spent>,
}

impl Run {
    /// A run of `subject` with `plan`, at its start, in a case, which comes with its position among the exercise's cases or the
    /// scenario's releases ([`case_of`]).
    ///
    /// # Errors
    /// What is wrong with the plan, when it cannot be simulated.
    pub fn new(
        subject: Subject,
        plan: Plan,
        case: (usize, Case),
        seed: u64,
        threads: Option<Wake>,
    ) -> Result<Self, Vec<Issue>> {
        Self::resumed(subject, (plan, &[]), case, seed, Carried::default(), threads)
    }

    /// The same, in which actions are done by hand and which takes something over from the run before it.
    ///
    /// # Errors
    /// What is wrong with the plan, when it cannot be simulated.
    pub fn resumed(
        subject: Subject,
        (plan, actions): (Plan, &[HandAction]),
        case: (usize, Case),
        seed: u64,
        carried: Carried,
        threads: Option<Wake>,
    ) -> Result<Self, Vec<Issue>> {
        let scenario = Arc::clone(subject.scenario());
        let exercise = match &subject {
            Subject::Exercise(entry) => Some(Arc::new(entry.exercise.clone())),
            Subject::World(_) => None,
        };
        let world = (case.1.clone(), seed);
        let engine = Engine::new(Arc::clone(&scenario), exercise, world, plan.clone(), actions)?;
        let player = Player::new(engine.after(carried), threads);
        let played = Arc::clone(&player.snapshot().plan);
        let editor = Editor::new(subject.clone(), Editor::starter(&subject));
        let unsaved = Unsaved::default();
        Ok(Self {
            subject,
            scenario,
            case,
            seed,
            plan,
            editor,
            unsaved,
            player,
            played,
            introduction: None,
            outlook: Outlook::default(),
            notes: Notes::default(),
            debrief: None,
            told_spent: None,
            reference_runs: None,
        })
    }

    /// The exercise, when it is of one.
    pub const fn entry(&self) -> Option<&Arc<Entry>> {
        match &self.subject {
            Subject::Exercise(entry) => Some(entry),
            Subject::World(_) => None,
        }
    }

    /// Whether an action may be done by hand: in an exercise what it allows, elsewhere anything.
    pub fn may_by_hand(&self, action: &ManualAction) -> bool {
        self.entry().is_none_or(|entry| entry.exercise.allows_by_hand(action))
    }

    /// What a case of its exercise is called in the language that is spoken.
    pub fn case_name<'a>(&'a self, name: &'a str) -> &'a str {
        self.entry().map_or(name, |entry| entry.case_name(name))
    }

    /// What a criterion of its exercise is called in the language that is spoken.
    pub fn criterion_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.entry().map_or(id, |entry| entry.criterion_name(id))
    }

    /// The session so far: the plan, and what was done by hand.
    pub fn session(&self) -> Session {
        let name = match &self.subject {
            Subject::Exercise(entry) => entry.exercise.scenario.clone(),
            Subject::World(world) => world.id.clone(),
        };
        let view = self.player.snapshot();
        Session {
            format: crate::exercise::SESSION_FORMAT,
            scenario: name,
            case: self.case.1.clone(),
            seed: self.seed,
            plan: self.plan.clone(),
            actions: view.actions.to_vec(),
            forecast: self.notes.forecast,
            answers: self.notes.answers.clone(),
            engine_version: Some(crate::exercise::ENGINE_VERSION.to_owned()),
            digest: view.is_over().then(|| view.record.digest.clone()),
            hash: None,
        }
    }

    /// The points that count: the score without what the hints cost, never below none.
    pub fn points(&self) -> Option<f64> {
        let verdict = self.debrief.as_ref()?.verdict.as_ref()?.as_ref().ok()?;
        Some((verdict.score - self.hint_cost()).max(0.0))
    }

    /// What a debrief works with, as the run stands.
    pub fn brief(&self) -> Brief {
        let prediction = match self.notes.forecast {
            crate::app::model::notes::Forecast::Made(prediction) => Some(prediction),
            _ => None,
        };
        Brief {
            subject: self.subject.clone(),
            scenario: Arc::clone(&self.scenario),
            session: self.session(),
            prediction,
        }
    }

    /// Whether the runs to compare with may be seen: in the sandbox always, in an exercise once the run is over.
    pub fn may_show_references(&self) -> bool {
        self.entry().is_none() || self.player.snapshot().is_over()
    }
}

impl Run {
    /// Whether what other plans come to in this world may be seen: in the sandbox always, in an exercise once it was played to its end,
    /// and never in the introduction.
    pub const fn may_look_ahead(&self) -> bool {
        self.introduction.is_none()
            && (self.notes.was_played_out || matches!(self.subject, Subject::World(_)))
    }

    /// Whether what the plan that is written comes to is still to be asked: it may be seen, and the plan can be played.
    pub fn awaits_outlook(&self) -> bool {
        self.may_look_ahead() && self.outlook.is_awaited() && self.editor.playable().is_some()
    }

    /// Whether nothing of it was seen yet.
    pub fn is_unseen(&self) -> bool {
        self.player.snapshot().seen == Time::ZERO
    }

    /// The question before the run; `None` when its exercise asks none, or in the sandbox.
    pub fn question(&self) -> Option<Asked> {
        next_question(&self.entry()?.exercise, self.notes.rounds)
    }

    /// Whether the question is to be asked before time passes: it was neither answered nor skipped.
    pub fn asks_first(&self) -> bool {
        self.is_unseen() && self.notes.forecast == Forecast::Open && self.question().is_some()
    }

    /// Whether the plan that is played is the model solution, and not the learner's own.
    pub fn plays_solution(&self) -> bool {
        let solution = self.entry().and_then(|entry| entry.solution.as_ref());
        solution.is_some_and(|(_, plan)| *plan == self.plan) && self.editor.differs_from(&self.plan)
    }

    /// Whether another run plays in the same world: the same exercise or scenario, case and seed.
    pub fn is_in_world(&self, subject: &Subject, case: &(usize, Case), seed: u64) -> bool {
        self.subject.ids() == subject.ids() && self.case == *case && self.seed == seed
    }

    /// Takes over the plan that is played now: another future may have another. True when it changed.
    pub(in crate::app) fn follow_player(&mut self) -> bool {
        let played = Arc::clone(&self.player.snapshot().plan);
        let is_other = !Arc::ptr_eq(&played, &self.played);
        if is_other {
            self.plan = (*played).clone();
            (self.debrief, self.reference_runs) = (None, None);
            self.played = played;
        }
        is_other
    }

    /// What the next run takes over from this one.
    pub fn carried(&self, is_same_world: bool) -> Carried {
        let view = self.player.snapshot();
        let futures = if is_same_world { view.futures.clone() } else { Vec::new() };
        Carried { speed: view.speed, futures }
    }

    /// Points that the hints taken cost.
    pub fn hint_cost(&self) -> f64 {
        let hints = self.entry().map(|entry| entry.exercise.hints.as_slice()).unwrap_or_default();
        // Not `sum()`, whose empty sum is a negative zero.
        hints.iter().take(self.notes.hints).fold(0.0, |sum, hint| sum + hint.cost)
    }
}

impl Notes {
    /// The notes for `run`, which follows `before`. Within the same exercise they continue, and a prediction stays as long as the
    /// world is the same, whatever plan is played in it.
    pub fn following(before: Option<&Run>, run: &Run) -> Self {
        let id = |run: &Run| run.entry().map(|entry| entry.id.clone());
        match before {
            Some(before) if id(before).is_some() && id(before) == id(run) => {
                let notes = Self { asks: false, predicts: false, ..before.notes.clone() };
                let is_same_world = before.is_in_world(&run.subject, &run.case, run.seed);
                let notes = Self { was_played_out: notes.was_played_out && is_same_world, ..notes };
                if before.is_unseen() || is_same_world && notes.forecast != Forecast::Open {
                    notes
                } else {
                    Self { rounds: notes.rounds + 1, forecast: Forecast::Open, ..notes }
                }
            }
            _ => Self::default(),
        }
    }
}
