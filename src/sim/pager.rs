//! Alerts and people: rules are evaluated, groups of firing alerts become pages, and somebody answers them.
//!
//! A page is acknowledged, or goes to a second person as well; then the cause is looked for; then the runbook applies.

use super::event::{Event, class};
use super::fact::What;
use super::simulation::Simulation;
use crate::engine::Span;
use crate::telemetry::AlertState;

/// What people's draws are for; each page has one draw for each.
mod draw {
    pub const ACKNOWLEDGE: u64 = 1 << 40;
    pub const SECOND_PERSON: u64 = 2 << 40;
    pub const DIAGNOSE: u64 = 3 << 40;
}

impl Simulation {
    /// Evaluates all alert rules.
    pub(super) fn evaluate(&mut self) {
        let every = self.blueprint.scenario.monitoring.evaluation;
        self.agenda.book(self.now + every, class::WATCH, Event::Evaluate);
        for (index, state) in self.alerts.evaluate(&self.metrics, self.now) {
            let rule = &self.alerts.rules()[index];
            let (name, because, reach) = (rule.name.clone(), rule.when.to_string(), rule.reach());
            match state {
                AlertState::Inactive => self.note(What::AlertResolved(name), ""),
                AlertState::Pending(_) => self.note(What::AlertPending(name), &because),
                AlertState::Firing(_) => {
                    self.recorder.alert(self.now, reach);
                    self.note(What::AlertFiring(name), &because);
                }
            }
            let fires = matches!(state, AlertState::Firing(_));
            if let Some((group, at)) = self.notifier.see(index, fires, self.now) {
                self.agenda.book(at, class::WATCH, Event::Notify { group: group as u16 });
            }
        }
    }

    /// A group of alerts is due: somebody is paged if there is something new to say.
    pub(super) fn notify(&mut self, group: u16) {
        let flush = self.notifier.flush(usize::from(group), self.now);
        if let Some(at) = flush.again {
            self.agenda.book(at, class::WATCH, Event::Notify { group });
        }
        if let Some(notice) = flush.notice.filter(|notice| notice.wakes) {
            self.page(notice.firing);
        }
    }

    fn page(&mut self, alerts: Vec<usize>) {
        let page = self.pages.len() as u16;
        self.pages.push(alerts);
        self.note(What::Paged(self.names_of(page)), "");
        let draw = |what: u64| self.people_draws.bits(what | u64::from(self.recorder.pages));
        let first = self.blueprint.acknowledge.at(draw(draw::ACKNOWLEDGE));
        let patience = self.blueprint.scenario.people.escalate_after;
        let wait = if first > patience {
            self.agenda.book(self.now + patience, class::WATCH, Event::Escalate { page });
            first.min(patience + self.blueprint.acknowledge.at(draw(draw::SECOND_PERSON)))
        } else {
            first
        };
        self.agenda.book(self.now + wait, class::WATCH, Event::Acknowledge { page });
    }

    /// Nobody answered: the next person is paged too.
    pub(super) fn escalate(&mut self, page: u16) {
        let because = "nobody has acknowledged it";
        self.note(What::Paged(format!("{}, to the next person", self.names_of(page))), because);
    }

    /// Somebody answers a page, and begins to look for the cause if anybody is on call.
    pub(super) fn acknowledge(&mut self, page: u16) {
        self.note(What::Acknowledged(self.names_of(page)), "");
        let takes = self.time_to_diagnose(page);
        if takes.is_zero() {
            return self.acknowledged.extend(&self.pages[usize::from(page)]);
        }
        self.agenda.book(self.now + takes, class::WATCH, Event::Diagnose { page });
    }

    fn time_to_diagnose(&self, page: u16) -> Span {
        let Some(runbook) = &self.blueprint.runbook else { return Span::ZERO };
        let takes = self.blueprint.diagnose.at(self.people_draws.bits(draw::DIAGNOSE | u64::from(page)));
        let rules = self.alerts.rules();
        let described =
            self.pages[usize::from(page)].iter().any(|alert| runbook.contains(&rules[*alert].name));
        let takes = if described { takes / 2 } else { takes };
        if self.metrics_lost() { takes * 2 } else { takes }
    }

    /// The cause behind a page is found.
    pub(super) fn diagnosed(&mut self, page: u16) {
        self.note(What::Diagnosed(self.names_of(page)), "");
        self.acknowledged.extend(&self.pages[usize::from(page)]);
    }

    fn names_of(&self, page: u16) -> String {
        let rules = self.alerts.rules();
        let names: Vec<&str> =
            self.pages[usize::from(page)].iter().map(|alert| rules[*alert].name.as_str()).collect();
        names.join(", ")
    }
}
