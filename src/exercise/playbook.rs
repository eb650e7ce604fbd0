//! A playbook: what somebody would do on duty, written as rules over what can be seen. The model response of an Operate exercise and
//! its wrong ones are playbooks, so that they can be tried on the watch of any learner.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::by_hand::not_allowed_by_hand;
use super::{CaseSession, Duty, Exercise, HandAction, Playback, hand_problems};
use crate::control::{Limit, Plan, keeps};
use crate::engine::{Span, Time};
use crate::scenario::{Issue, Scenario};
use crate::sim::{ManualAction, RolloutPhase, Simulation};
use crate::telemetry::{AlertState, Query};

/// The newest format version of playbook files that this build reads.
pub const FORMAT: u32 = 1;

/// How often a playbook looks at the dashboards (modelling choice: as often as an attentive person).
const LOOKS: Span = Span::from_secs(5);

/// The most rules of a playbook: each is looked at again and again while a run goes on.
const MOST_RULES: usize = 100;
/// The most cues, and the most actions, of a rule.
const MOST_ENTRIES: usize = 50;

/// What somebody would do on duty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Playbook {
    /// Version of the file format; 1 is the newest.
    pub format: u32,
    /// Title, one line.
    #[serde(default)]
    pub title: String,
    /// The rules. At each look, five seconds apart, the first rules come first.
    pub rules: Vec<PlaybookRule>,
}

/// When something is done, and what. Each rule acts at most once in a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaybookRule {
    /// Name, unique in the playbook.
    pub name: String,
    /// What must be seen, all of it; an empty list always is.
    pub when: Vec<Cue>,
    /// For how long it must be seen without a break. Default at one look.
    #[serde(default, rename = "for")]
    pub holds: Span,
    /// What is done then by hand, in order.
    #[serde(rename = "do")]
    pub actions: Vec<ManualAction>,
    /// Why, for the audit record. Default the rule's name.
    #[serde(default)]
    pub because: String,
}

/// Something that can be seen on duty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Cue {
    /// This alert fires.
    Fires(String),
    /// A page is not answered.
    Paged,
    /// The rollout is in this phase.
    Phase(RolloutPhase),
    /// The monitoring answers a query, and the answer keeps a limit.
    Shows {
        /// What is asked.
        query: Query,
        /// What the answer is.
        is: Limit,
    },
    /// The monitoring has no answer to a query.
    Dark(Query),
    /// This rule acted before, and at least so long ago.
    After {
        /// Name of the rule.
        rule: String,
        /// How long ago. Default at any time before.
        #[serde(default)]
        by: Span,
    },
    /// The run has gone on for so long.
    Since(Time),
    /// This is not seen.
    Not(Box<Self>),
    /// At least one of these is seen.
    Any(Vec<Self>),
}

/// How far a playbook is in a case.
struct PlaybookRun<'a> {
    playbook: &'a Playbook,
    /// Since when each rule's cues are seen without a break.
    seen_since: Vec<Option<Time>>,
    /// When each rule acted.
    acted: Vec<Option<Time>>,
}

impl Playbook {
    /// Does in a run, from where it stands to its end, what the playbook says.
    pub fn respond(&self, playback: &mut Playback) {
        let count = self.rules.len();
        let mut run = PlaybookRun { playbook: self, seen_since: vec![None; count], acted: vec![None; count] };
        while !playback.is_over() {
            run.look(playback);
            playback.go_on(LOOKS);
        }
    }

    /// What a learner hands in who does on duty what the playbook says, in the watch of [`Exercise::known_draws`].
    ///
    /// # Errors
    /// What is wrong with the scenario or the plan, when they cannot be simulated.
    pub fn duty(
        &self,
        exercise: &Exercise,
        scenario: &Scenario,
        plan: &Plan,
        learner: &str,
    ) -> Result<Duty, Vec<Issue>> {
        let mut duty = Duty::new(exercise, learner);
        let draws = exercise.known_draws(learner);
        for (turn, draw) in exercise.turns(learner, &draws).into_iter().zip(draws) {
            let mut playback = turn.playback(exercise, scenario, plan, &[])?;
            self.respond(&mut playback);
            duty.keep(CaseSession {
                case: turn.number,
                draw,
                played: playback.now(),
                complete: true,
                actions: playback.actions().to_vec(),
                digest: Some(playback.simulation().digest()),
            });
        }
        Ok(duty)
    }

    /// Everything wrong with it, for an exercise with its scenario and the plan on duty.
    pub fn problems(&self, on: Option<(&Exercise, &Scenario, &Plan)>) -> Vec<Issue> {
        let mut found = Vec::new();
        if self.format != FORMAT {
            let message = format!("format {} is not known; this build reads format {FORMAT}", self.format);
            found.push(Issue::error("format", "format", message));
        }
        if self.rules.len() > MOST_RULES {
            let message = format!("{} rules; write at most {MOST_RULES}", self.rules.len());
            found.push(Issue::error("rules", "too-many", message));
            return found;
        }
        for (index, rule) in self.rules.iter().enumerate() {
            let at = format!("rules[{index}]");
            for (field, count) in [("when", rule.when.len()), ("do", rule.actions.len())] {
                if count > MOST_ENTRIES {
                    let message = format!("{count} entries; write at most {MOST_ENTRIES}");
                    found.push(Issue::error(format!("{at}.{field}"), "too-many", message));
                }
            }
            if rule.name.trim().is_empty() {
                found.push(Issue::error(format!("{at}.name"), "empty", "a rule needs a name"));
            }
            if self.rules[..index].iter().any(|other| other.name == rule.name) {
                let message = format!("a rule called \"{}\" stands above; names are unique", rule.name);
                found.push(Issue::error(format!("{at}.name"), "duplicate", message));
            }
            if rule.actions.is_empty() {
                let message = "nothing is done; write an action, or remove the rule";
                found.push(Issue::error(format!("{at}.do"), "empty", message));
            }
            for (place, cue) in rule.when.iter().enumerate() {
                self.cue_problems(&format!("{at}.when[{place}]"), cue, on, &mut found);
            }
            let Some((exercise, scenario, plan)) = on else { continue };
            let at_once = |action: &ManualAction| HandAction::new(Time::ZERO, action.clone());
            let hands: Vec<HandAction> = rule.actions.iter().map(at_once).collect();
            let mut wrong = not_allowed_by_hand(exercise, &hands);
            wrong.extend(hand_problems(&hands, plan, Some((scenario, Some(exercise.bake)))));
            found.extend(wrong.into_iter().map(|issue| {
                let path = issue.path.replacen("actions[", "do[", 1).replacen("].action", "]", 1);
                Issue { path: format!("{at}.{path}"), ..issue }
            }));
        }
        found
    }

    fn cue_problems(
        &self,
        at: &str,
        cue: &Cue,
        on: Option<(&Exercise, &Scenario, &Plan)>,
        found: &mut Vec<Issue>,
    ) {
        match cue {
            Cue::Fires(alert) => {
                let Some((_, _, plan)) = on else { return };
                let rules = plan.alert_rules();
                let names = rules.iter().map(|rule| rule.name.as_str());
                if !names.clone().any(|name| name == alert) {
                    found.push(Issue::unknown(format!("{at}.Fires"), "alert", alert, names));
                }
            }
            Cue::After { rule, .. } => {
                let names = self.rules.iter().map(|rule| rule.name.as_str());
                if !names.clone().any(|name| name == rule) {
                    found.push(Issue::unknown(format!("{at}.After.rule"), "rule", rule, names));
                }
            }
            Cue::Shows { is: Limit::NotWorse(_), .. } => {
                let message = "a person at a dashboard makes no statistical test; write Below, Above, AtMostBaseline or AtLeastBaseline";
                found.push(Issue::error(format!("{at}.Shows.is"), "limit", message));
            }
            Cue::Not(inner) => self.cue_problems(&format!("{at}.Not"), inner, on, found),
            Cue::Any(all) => {
                for (place, inner) in all.iter().enumerate() {
                    self.cue_problems(&format!("{at}.Any[{place}]"), inner, on, found);
                }
            }
            Cue::Paged | Cue::Phase(_) | Cue::Shows { .. } | Cue::Dark(_) | Cue::Since(_) => {}
        }
    }
}

impl PlaybookRun<'_> {
    /// Looks, and does what is due.
    fn look(&mut self, playback: &mut Playback) {
        let now = playback.now();
        for (index, rule) in self.playbook.rules.iter().enumerate() {
            if self.acted[index].is_some() {
                continue;
            }
            if !rule.when.iter().all(|cue| self.sees(cue, playback.simulation())) {
                self.seen_since[index] = None;
                continue;
            }
            let since = *self.seen_since[index].get_or_insert(now);
            if now.since(since) < rule.holds {
                continue;
            }
            self.acted[index] = Some(now);
            let because = if rule.because.is_empty() { &rule.name } else { &rule.because };
            for action in &rule.actions {
                playback.act(action.clone(), because);
            }
        }
    }

    fn sees(&self, cue: &Cue, world: &Simulation) -> bool {
        match cue {
            Cue::Fires(name) => {
                let alerts = world.alerts();
                let state = alerts.rules().iter().position(|rule| rule.name == *name);
                state.is_some_and(|index| matches!(alerts.states()[index], AlertState::Firing(_)))
            }
            Cue::Paged => !world.open_pages().is_empty(),
            Cue::Phase(phase) => world.phase() == *phase,
            Cue::Shows { query, is } => keeps(query, is, world.metrics(), world.now()) == Some(true),
            Cue::Dark(query) => world.metrics().ask(query, world.now()).is_none(),
            Cue::After { rule, by } => {
                let index = self.playbook.rules.iter().position(|other| other.name == *rule);
                let acted = index.and_then(|index| self.acted[index]);
                acted.is_some_and(|at| at < world.now() && world.now().since(at) >= *by)
            }
            Cue::Since(time) => world.now() >= *time,
            Cue::Not(inner) => !self.sees(inner, world),
            Cue::Any(all) => all.iter().any(|inner| self.sees(inner, world)),
        }
    }
}
