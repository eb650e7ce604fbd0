//! Alert rules are evaluated, groups of firing alerts become pages, and people answer them.
//!
//! The first person acknowledges a page, or it escalates to a second one; diagnosis follows, and then the runbook.

use super::{OpenPage, Page};
use crate::engine::Span;
use crate::sim::action::Sight;
use crate::sim::event::{Event, class};
use crate::sim::fact::What;
use crate::sim::simulation::{Simulation, key_of};
use crate::telemetry::AlertState;

/// What the draws of one page are for.
mod draw {
    /// How long the first person takes to answer.
    pub const ACKNOWLEDGE: u64 = 0;
    /// How long the second person takes.
    pub const SECOND_PERSON: u64 = 1;
    /// How long it takes to find the cause.
    pub const DIAGNOSE: u64 = 2;
}

impl Simulation {
    /// The pages that nobody has answered yet, oldest first.
    pub fn open_pages(&self) -> Vec<OpenPage> {
        let rules = self.pager.alerts.rules();
        let name = |alert: &usize| rules[*alert].name.clone();
        let open = self.pager.pages.iter().filter(|page| !page.answered);
        open.map(|page| OpenPage { at: page.at, alerts: page.alerts.iter().map(name).collect() }).collect()
    }

    /// Evaluates all alert rules.
    pub(in crate::sim) fn evaluate(&mut self) {
        let every = self.world.scenario.monitoring.evaluation;
        self.agenda.book(self.now + every, class::WATCH, Event::Evaluate);
        let looked = self.scraper.store.looked();
        let changed = self.pager.alerts.evaluate(&self.scraper.store, self.now);
        self.meter.charge(self.scraper.store.looked() - looked);
        for (index, state) in changed {
            let rule = &self.pager.alerts.rules()[index];
            let (name, because) = (rule.name.clone(), rule.when.to_string());
            let sight = Sight { of: rule.when.subject().clone(), over: rule.reach() };
            match state {
                AlertState::Inactive => self.note(What::AlertResolved(name), ""),
                AlertState::Pending(_) => self.note(What::AlertPending(name), &because),
                AlertState::Firing(_) => {
                    self.recorder.harm.alert(self.now, sight.over);
                    self.recorder.sign(self.now, Some(&sight));
                    self.note(What::AlertFiring(name), &because);
                }
            }
            let fires = matches!(state, AlertState::Firing(_));
            if let Some((group, at)) = self.pager.notifier.see(index, fires, self.now) {
                self.agenda.book(at, class::WATCH, Event::Notify { group: group as u16 });
            }
        }
    }

    /// A group of alerts is due: somebody is paged if there is something new to say.
    pub(in crate::sim) fn notify(&mut self, group: u16) {
        let flush = self.pager.notifier.flush(usize::from(group), self.now);
        if let Some(at) = flush.again {
            self.agenda.book(at, class::WATCH, Event::Notify { group });
        }
        if let Some(notice) = flush.notice.filter(|notice| notice.wakes) {
            self.page(notice.firing);
        }
    }

    fn page(&mut self, alerts: Vec<usize>) {
        let Ok(page) = u16::try_from(self.pager.pages.len()) else { return self.use_up() };
        self.meter.charge(u64::from(page) / 16);
        let earlier = self.pager.pages.iter().filter(|page| page.alerts == alerts).count() as u64;
        let luck = self.draws.page.child(key_of(&self.names_of(&alerts))).child(earlier);
        self.note(What::Paged(self.names_of(&alerts)), "");
        self.pager.pages.push(Page { at: self.now, alerts, luck, answered: false });
        let first = self.world.people.acknowledge.at(luck.bits(draw::ACKNOWLEDGE));
        let patience = self.world.scenario.people.escalate_after;
        let wait = if first > patience {
            self.agenda.book(self.now + patience, class::WATCH, Event::Escalate { page });
            first.min(patience + self.world.people.acknowledge.at(luck.bits(draw::SECOND_PERSON)))
        } else {
            first
        };
        self.agenda.book(self.now + wait, class::WATCH, Event::Acknowledge { page });
    }

    /// Nobody answered: the next person is paged too.
    pub(in crate::sim) fn escalate(&mut self, page: u16) {
        if self.pager.pages[usize::from(page)].answered {
            return;
        }
        let because = "nobody has acknowledged it";
        self.note(What::Paged(format!("{}, to the next person", self.names_on(page))), because);
    }

    /// Somebody answers a page, and begins to look for the cause if anybody is on call.
    pub(in crate::sim) fn acknowledge(&mut self, page: u16) {
        if std::mem::replace(&mut self.pager.pages[usize::from(page)].answered, true) {
            return;
        }
        self.note(What::Acknowledged(self.names_on(page)), "");
        let takes = self.time_to_diagnose(page);
        if takes.is_zero() {
            return self.pager.acknowledged.extend(&self.pager.pages[usize::from(page)].alerts);
        }
        self.agenda.book(self.now + takes, class::WATCH, Event::Diagnose { page });
    }

    /// The learner takes on all open pages that name an alert; the people of the simulation leave them alone.
    pub(in crate::sim) fn take_pages(&mut self, alert: &str, because: &str) {
        let Some(index) = self.pager.alerts.rules().iter().position(|rule| rule.name == alert) else {
            let text = format!("acknowledge alert {alert}, which the plan does not have");
            return self.note(What::Refused(text), because);
        };
        let taken: Vec<u16> = (0u16..)
            .zip(&self.pager.pages)
            .filter(|(_, page)| !page.answered && page.alerts.contains(&index))
            .map(|(number, _)| number)
            .collect();
        if taken.is_empty() {
            let text = format!("acknowledge alert {alert}: no page of it waits for an answer");
            return self.note(What::Refused(text), because);
        }
        for page in taken {
            self.pager.pages[usize::from(page)].answered = true;
            self.note(What::Acknowledged(self.names_on(page)), "taken on by hand");
        }
    }

    fn time_to_diagnose(&self, page: u16) -> Span {
        let Some(runbook) = &self.world.people.runbook else { return Span::ZERO };
        let takes =
            self.world.people.diagnose.at(self.pager.pages[usize::from(page)].luck.bits(draw::DIAGNOSE));
        let rules = self.pager.alerts.rules();
        let described = self.pager.pages[usize::from(page)]
            .alerts
            .iter()
            .any(|alert| runbook.contains(&rules[*alert].name));
        let takes = if described { takes / 2 } else { takes };
        if self.faults.metrics_lost() { takes * 2 } else { takes }
    }

    /// The cause behind a page is found.
    pub(in crate::sim) fn diagnosed(&mut self, page: u16) {
        self.note(What::Diagnosed(self.names_on(page)), "");
        self.pager.acknowledged.extend(&self.pager.pages[usize::from(page)].alerts);
    }

    fn names_on(&self, page: u16) -> String {
        self.names_of(&self.pager.pages[usize::from(page)].alerts)
    }

    fn names_of(&self, alerts: &[usize]) -> String {
        let rules = self.pager.alerts.rules();
        let names: Vec<&str> = alerts.iter().map(|alert| rules[*alert].name.as_str()).collect();
        names.join(", ")
    }
}
