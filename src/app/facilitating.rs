//! A class with somebody who leads it: the cause is chosen and hidden, faults and messages come live, questions are asked at a
//! pause and their answers noted. What is let loose is done by hand in the run, so a replay gives the same facts.

use super::catalog::World;
use super::lab::Lab;
use super::player::Order;
use super::run::Subject;
use super::texts::{t, tf};
use crate::exercise::{Answer, Session};
use crate::library::kept;
use crate::report::html::{Item, Page, Part, page};
use crate::sim::{Case, ManualAction};

/// What is led.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facilitating {
    /// Id of the scenario; none until one is chosen.
    pub scenario: Option<String>,
    /// Name of the release that goes out; none is the baseline alone.
    pub release: Option<String>,
    /// Names of the faults that strike by themselves.
    pub faults: Vec<String>,
    /// Name of the traffic shape; none is the scenario's first.
    pub traffic: Option<String>,
    /// Seed of the world.
    pub seed: u64,
    /// Whether the run that is open is led.
    pub leads: bool,
    /// Whether the cause was shown to the class.
    pub is_revealed: bool,
}

/// What whoever leads can do.
#[derive(Clone, Debug, PartialEq)]
pub enum FacilitateCommand {
    /// Choose the scenario.
    Scenario(String),
    /// Choose the release.
    Release(Option<String>),
    /// Switch a fault on or off.
    Fault(String, bool),
    /// Choose the traffic.
    Traffic(Option<String>),
    /// Choose the seed.
    Seed(u64),
    /// Open the run, with its cause hidden.
    Begin,
    /// Let a fault strike now.
    Inject(String),
    /// Tell the class something, in the run's log.
    Tell(String),
    /// Let time stand, to ask.
    Pause,
    /// Note what was asked and answered, at this moment.
    Note(String, String),
    /// Show the cause.
    Reveal,
    /// Write the sheet for the debrief.
    Sheet,
}

impl Facilitating {
    /// The case that was chosen.
    pub fn case(&self) -> Case {
        Case {
            name: t("lead.case").to_owned(),
            release: self.release.clone(),
            faults: self.faults.clone(),
            traffic: self.traffic.clone(),
        }
    }

    /// That of a session that was led and left, its cause still hidden.
    pub fn of(session: &Session) -> Self {
        let Case { release, faults, traffic, .. } = session.case.clone();
        Self {
            scenario: Some(session.scenario.clone()),
            release,
            faults,
            traffic,
            seed: session.seed,
            leads: true,
            is_revealed: false,
        }
    }

    /// Whether the cause must not be shown.
    pub const fn hides(&self) -> bool {
        self.leads && !self.is_revealed
    }
}

impl Lab {
    /// The case of a run of `subject`, when that is led.
    pub(super) fn led_case(&self, subject: &Subject) -> Option<Case> {
        match subject {
            Subject::World(world)
                if self.facilitating.leads && Some(&world.id) == self.facilitating.scenario.as_ref() =>
            {
                Some(self.facilitating.case())
            }
            _ => None,
        }
    }

    /// Does what whoever leads asks.
    pub(super) fn apply_facilitate(&mut self, command: FacilitateCommand) {
        let led = &mut self.facilitating;
        match command {
            FacilitateCommand::Scenario(id) => {
                let Some(world) = self.catalog.world(&id) else { return };
                // The first release that is not the baseline.
                let release = world.scenario.releases.get(1).map(|release| release.name.clone());
                *led = Facilitating { scenario: Some(id), release, seed: 1, ..Facilitating::default() };
            }
            FacilitateCommand::Release(release) => led.release = release,
            FacilitateCommand::Fault(name, strikes) => {
                led.faults.retain(|fault| *fault != name);
                if strikes {
                    led.faults.push(name);
                }
            }
            FacilitateCommand::Traffic(traffic) => led.traffic = traffic,
            FacilitateCommand::Seed(seed) => led.seed = seed,
            FacilitateCommand::Begin => self.begin_leading(),
            FacilitateCommand::Inject(fault) => self.by_hand(ManualAction::Inject { fault }),
            FacilitateCommand::Tell(text) => {
                if !text.trim().is_empty() {
                    self.by_hand(ManualAction::Note(text));
                }
            }
            FacilitateCommand::Pause => {
                if let Some(run) = &mut self.run {
                    run.player.order(Order::Pause);
                }
            }
            FacilitateCommand::Note(asked, said) => {
                if let Some(run) = self.run.as_mut().filter(|_| led.leads) {
                    let at = run.player.view().now;
                    run.notes.answers.push(Answer { at, asked, said });
                }
            }
            FacilitateCommand::Reveal => led.is_revealed = true,
            FacilitateCommand::Sheet => self.write_sheet(),
        }
    }

    fn begin_leading(&mut self) {
        let chosen = self.facilitating.scenario.clone();
        let Some(world) = chosen.and_then(|id| self.catalog.world(&id).cloned()) else { return };
        self.facilitating.leads = true;
        self.facilitating.is_revealed = false;
        if let Some(before) = &mut self.run {
            before.notes.answers.clear();
        }
        let seed = self.facilitating.seed;
        self.open(Subject::World(World { ..world }), super::sandbox::first_plan(), 0, seed);
    }

    fn by_hand(&mut self, action: ManualAction) {
        if let Some(run) = self.run.as_mut().filter(|_| self.facilitating.leads) {
            run.player.order(Order::Act(action));
        }
    }

    fn write_sheet(&mut self) {
        let Some(page) = self.sheet() else { return };
        let Some(folder) = self.start.data.as_ref().map(|data| data.join("reports")) else {
            self.trouble(t("debrief.no_folder"));
            return;
        };
        let name = format!("class-{}.html", self.facilitating.scenario.as_deref().unwrap_or_default());
        match kept::save_text(&folder, &name, &page) {
            Ok(()) => self.tell(tf("debrief.saved", &[&folder.join(&name).display()])),
            Err(problem) => self.trouble(problem.rendered()),
        }
    }

    /// The sheet for the debrief: the cause, what was done and let loose, and what was answered when.
    fn sheet(&self) -> Option<String> {
        let run = self.run.as_ref().filter(|_| self.facilitating.leads)?;
        let led = &self.facilitating;
        let none = || t("lead.none").to_owned();
        let faults = if led.faults.is_empty() { none() } else { led.faults.join(", ") };
        let release = led.release.clone().unwrap_or_else(none);
        let traffic = led.traffic.clone().unwrap_or_else(|| t("lead.first").to_owned());
        let cause = tf("lead.cause_is", &[&release, &faults, &traffic, &led.seed]);
        let view = run.player.view();
        let done =
            view.actions.iter().map(|hand| (false, vec![hand.at.to_string(), hand.action.to_string()]));
        let answers =
            run.notes.answers.iter().map(|answer| {
                (false, vec![answer.at.to_string(), answer.asked.clone(), answer.said.clone()])
            });
        let head = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>();
        let harmed = tf("lead.harmed", &[&view.record.truth.users_harmed, &view.now]);
        let part = |title: &str, item: Item| Part { title: title.to_owned(), items: vec![item] };
        Some(page(&Page {
            title: tf("lead.sheet.title", &[&run.scenario.title]),
            lead: harmed,
            parts: vec![
                part(t("lead.cause"), Item::Text(cause)),
                part(t("lead.done"), Item::Table(head(&[t("lead.when"), t("lead.what")]), done.collect())),
                part(
                    t("lead.answers"),
                    Item::Table(head(&[t("lead.when"), t("lead.asked"), t("lead.said")]), answers.collect()),
                ),
            ],
        }))
    }
}
