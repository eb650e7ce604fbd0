//! Applying actions: every action is carried out here.

use super::action::{Action, Ask, RolloutCommand, Who};
use super::fact::What;
use super::fleet::EVERYWHERE;
use super::simulation::Simulation;

impl Simulation {
    /// Applies an action now.
    pub(super) fn apply(&mut self, ask: &Ask) {
        match &ask.action {
            Action::Scale { pool, to } => self.scale(*pool, *to, EVERYWHERE, &ask.because),
            Action::ScaleIn { pool, zones, to } => self.scale_in(*pool, zones, *to, &ask.because),
            Action::Resize { to } => self.resize(*to, &ask.because),
            Action::Route(route) => self.route(route, &ask.because),
            Action::Flag { name, share } => self.flag(name, *share, &ask.because),
            Action::Test { pool, requests, over, id } => self.begin_test(*pool, *requests, *over, *id),
            Action::OpenBreaker { to, open } => self.force_breaker(to, *open, &ask.because),
            Action::Shed { share } => self.shed(*share, &ask.because),
            Action::Restart { pool } => self.restart_one(*pool, &ask.because),
            Action::DrainInstance { instance } => self.drain_one(*instance, &ask.because),
            Action::RestartInstance { instance } => self.restart_this(*instance, &ask.because),
            Action::Acknowledge { alert } => self.take_pages(alert, &ask.because),
            Action::Report(phase) => self.note(What::Phase(*phase), &ask.because),
            Action::Page { text } => self.note(What::Paged(text.clone()), &ask.because),
            Action::AskApproval { of } => self.orders.commands.push((*of, RolloutCommand::Promote)),
            // That it was asked for is the fact, and all there is.
            Action::Localise(_) | Action::Tell(_) | Action::Conclude(_) => {}
            Action::Note(what) if matches!(ask.who, Who::OnCall | Who::Approver) => {
                self.note(What::Decided { who: ask.who, what: what.clone() }, &ask.because);
            }
            Action::Note(text) => self.note(What::Judged(text.clone()), &ask.because),
            Action::Trouble(text, sight) => {
                self.recorder.sign(self.now, sight.as_ref());
                self.note(What::Troubled(text.clone()), &ask.because);
            }
            Action::Command(command) => self.orders.commands.push((ask.who, *command)),
            Action::Inject { fault } => self.inject(ask.who, fault, &ask.because),
            Action::Hypothesise(statement) => self.hypothesise(statement, &ask.because),
            Action::Experiment { fault, stop } => {
                self.experiment(ask.who, fault, stop.as_ref(), &ask.because);
            }
        }
    }
}
