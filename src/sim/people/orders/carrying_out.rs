//! Orders are accepted, wait for people and for the deploy tool, and take effect.

use crate::engine::Span;
use crate::scenario::ToolTrouble;
use crate::sim::RolloutPhase;
use crate::sim::action::{Action, Ask, Who};
use crate::sim::event::{Event, class};
use crate::sim::fact::What;
use crate::sim::simulation::{Simulation, key_of};

impl Simulation {
    /// Asks for an action by hand, now; it takes effect after the time that people need.
    pub fn act(&mut self, action: impl Into<Action>, because: &str) {
        self.ask(Ask { action: action.into(), who: Who::Learner, because: because.to_owned() });
    }

    /// Asks for an action as the plan's triggers do: it takes effect without the time that people need.
    pub fn act_at_once(&mut self, action: Action, because: &str) {
        self.ask(Ask { action, who: Who::Trigger, because: because.to_owned() });
    }

    /// Accepts an order; it takes effect after the time that a person needs, and the deploy tool may delay it further.
    pub(in crate::sim) fn ask(&mut self, ask: Ask) {
        if way_of(&ask.action) != Way::Remark {
            self.note(What::Asked { who: ask.who, action: ask.action.clone() }, &ask.because);
        }
        let number = self.orders.count() as u32;
        let people = if let Some(who) = who_takes_time(&ask) {
            let moment = (self.now, who);
            let earlier = self.orders.by_hand.iter().rev().filter(|order| **order == moment).count() as u64;
            self.orders.by_hand.push(moment);
            let takes = self.draws.order.child(key_of(who.name())).child(self.now.0);
            self.world.people.act.at(takes.bits(earlier))
        } else {
            Span::ZERO
        };
        self.orders.asks.push(ask);
        if people.is_zero() {
            self.pass_to_tool(number);
        } else {
            self.agenda.book(self.now + people, class::DECIDE, Event::Effect { ask: number });
        }
    }

    /// Carries out an order now, unless the deploy tool holds or delays it.
    pub(in crate::sim) fn pass_to_tool(&mut self, number: u32) {
        let ask = self.orders.asks[number as usize].clone();
        self.orders.replace_held(&ask.action);
        if self.fails_to_roll_back(&ask) {
            self.orders.held.push(number);
            let text = format!("the deploy tool fails to roll back: {}", ask.action);
            return self.note(What::Refused(text), "it tries again until it can");
        }
        if way_of(&ask.action) != Way::DeployTool {
            return self.apply(&ask);
        }
        match self.faults.tool_delay() {
            None => self.orders.held.push(number),
            Some(Span::ZERO) => self.apply(&ask),
            Some(delay) => {
                // The tool is slow: the same order comes back when the tool is done.
                let at = self.now + delay;
                self.orders.slow.push((at, number));
                self.agenda.book(at, class::DECIDE, Event::Effect { ask: number });
            }
        }
    }

    /// Whether an order is part of a rollback that the deploy tool fails to carry out.
    fn fails_to_roll_back(&self, ask: &Ask) -> bool {
        self.faults.tool_trouble == Some(ToolTrouble::RollbackFails)
            && self.phase() == RolloutPhase::RollingBack
            && ask.who == Who::Strategy
            && (way_of(&ask.action) == Way::DeployTool || matches!(ask.action, Action::Route(_)))
    }

    /// An order is due: a person, or the slow deploy tool, is done with it.
    pub(in crate::sim) fn effect(&mut self, number: u32) {
        let waited = self.orders.slow.iter().position(|(at, ask)| *ask == number && *at == self.now);
        match waited {
            Some(place) => {
                self.orders.slow.remove(place);
                let ask = self.orders.asks[number as usize].clone();
                self.apply(&ask);
            }
            None => self.pass_to_tool(number),
        }
    }

    /// Carries out everything that the deploy tool held, once it works again.
    pub(in crate::sim) fn release_held_asks(&mut self) {
        for number in std::mem::take(&mut self.orders.held) {
            self.pass_to_tool(number);
        }
    }
}

/// The person whose time an order takes: the one who is asked to approve, or who asked for it by hand.
fn who_takes_time(ask: &Ask) -> Option<Who> {
    if let Action::AskApproval { of } = &ask.action {
        return Some(*of);
    }
    let takes_none = matches!(
        ask.action,
        Action::Acknowledge { .. }
            | Action::Localise(_)
            | Action::Tell(_)
            | Action::Note(_)
            | Action::Hypothesise(_)
            | Action::Conclude(_)
    );
    (ask.who.is_person() && !takes_none).then_some(ask.who)
}

/// The way in which an action takes effect.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It only leaves a trace in the log.
    Remark,
    /// It goes through the deploy tool.
    DeployTool,
    /// It takes effect by itself.
    Direct,
}

const fn way_of(action: &Action) -> Way {
    match action {
        Action::Report(_) | Action::Note(_) | Action::Trouble(..) | Action::Page { .. } => Way::Remark,
        Action::Scale { .. }
        | Action::ScaleIn { .. }
        | Action::Resize { .. }
        | Action::Restart { .. }
        | Action::DrainInstance { .. }
        | Action::RestartInstance { .. } => Way::DeployTool,
        Action::Route(_)
        | Action::Flag { .. }
        | Action::Test { .. }
        | Action::OpenBreaker { .. }
        | Action::Shed { .. }
        | Action::AskApproval { .. }
        | Action::Acknowledge { .. }
        | Action::Localise(_)
        | Action::Tell(_)
        | Action::Command(_)
        | Action::Inject { .. }
        | Action::Hypothesise(_)
        | Action::Experiment { .. }
        | Action::Conclude(_) => Way::Direct,
    }
}
