//! The commands of the classroom. Faults and messages are actions by hand in the run, so a replay gives the same facts.

use crate::app::model::Lab;
use crate::app::model::catalog::World;
use crate::app::model::classroom::{Classroom, ClassroomCommand};
use crate::app::model::order::Order;
use crate::app::model::subject::Subject;
use crate::app::texts::{t, tf, translated};
use crate::exercise::Answer;
use crate::report::html::{Item, Page, Part, page};
use crate::sim::{Case, ManualAction};

impl Lab {
    /// The case of a run of `subject`, when that is led.
    pub(in crate::app) fn led_case(&self, subject: &Subject) -> Option<Case> {
        match subject {
            Subject::World(world)
                if self.classroom.leads && Some(&world.id) == self.classroom.scenario.as_ref() =>
            {
                Some(self.classroom.case())
            }
            _ => None,
        }
    }

    /// Applies a command of the classroom.
    pub(in crate::app) fn apply_classroom(&mut self, command: ClassroomCommand) {
        let led = &mut self.classroom;
        match command {
            ClassroomCommand::Scenario(id) => {
                let Some(world) = self.catalog.world(&id) else { return };
                // The first release that is not the baseline.
                let release = world.scenario.releases.get(1).map(|release| release.name.clone());
                *led = Classroom { scenario: Some(id), release, seed: 1, ..Classroom::default() };
            }
            ClassroomCommand::Release(release) => led.release = release,
            ClassroomCommand::Fault(name, strikes) => {
                led.faults.retain(|fault| *fault != name);
                if strikes {
                    led.faults.push(name);
                }
            }
            ClassroomCommand::Traffic(traffic) => led.traffic = traffic,
            ClassroomCommand::Seed(seed) => led.seed = seed,
            ClassroomCommand::Begin => self.begin_leading(),
            ClassroomCommand::Inject(fault) => self.by_hand(ManualAction::Inject { fault }),
            ClassroomCommand::Tell(text) => {
                if !text.trim().is_empty() {
                    self.by_hand(ManualAction::Note(text));
                }
            }
            ClassroomCommand::Pause => {
                if let Some(run) = &mut self.run {
                    run.player.order(Order::Pause);
                }
            }
            ClassroomCommand::Note(asked, said) => {
                if let Some(run) = self.run.as_mut().filter(|_| led.leads) {
                    let at = run.player.snapshot().now;
                    run.notes.answers.push(Answer { at, asked, said });
                }
            }
            ClassroomCommand::Reveal => led.is_revealed = true,
            ClassroomCommand::OpenWindow => self.open_class_window(),
            ClassroomCommand::Sheet => self.write_sheet(),
        }
    }

    fn begin_leading(&mut self) {
        let chosen = self.classroom.scenario.clone();
        let Some(world) = chosen.and_then(|id| self.catalog.world(&id).cloned()) else { return };
        self.leave_introduction();
        self.classroom.leads = true;
        self.classroom.is_revealed = false;
        if let Some(before) = &mut self.run {
            before.notes.answers.clear();
        }
        let seed = self.classroom.seed;
        self.open(Subject::World(World { ..world }), crate::app::model::sandbox::first_plan(), 0, seed);
    }

    fn by_hand(&mut self, action: ManualAction) {
        if let Some(run) = self.run.as_mut().filter(|_| self.classroom.leads) {
            run.player.order(Order::act(action));
        }
    }

    /// Starts this program once more, as the window that the class sees.
    fn open_class_window(&mut self) {
        let Some(data) = self.start.data.clone() else {
            self.trouble(t("debrief.no_folder"));
            return;
        };
        let begun = match self.start.programs {
            Some(programs) => (programs.class_window)(&data),
            None => Err(t("data.no_programs").to_owned()),
        };
        if let Err(why) = begun {
            self.trouble(tf("lead.no_window {}", &[&why]));
        }
    }

    fn write_sheet(&mut self) {
        let Some(page) = self.sheet() else { return };
        let stem = format!("class-{}", self.classroom.scenario.as_deref().unwrap_or_default());
        self.keep_new("reports", &stem, "html", &page);
    }

    /// The sheet for the debrief: the cause, what was done and let loose, and what was answered when.
    fn sheet(&self) -> Option<String> {
        let run = self.run.as_ref().filter(|_| self.classroom.leads)?;
        let led = &self.classroom;
        let none = || t("lead.none").to_owned();
        let faults = if led.faults.is_empty() { none() } else { led.faults.join(", ") };
        let release = led.release.clone().unwrap_or_else(none);
        let traffic = led.traffic.clone().unwrap_or_else(|| t("lead.first").to_owned());
        let cause = tf("lead.cause_is", &[&release, &faults, &traffic, &led.seed]);
        let view = run.player.snapshot();
        let done = view.actions.iter().map(|entry| {
            (false, vec![entry.at.to_string(), translated(&entry.action.to_string()).into_owned()])
        });
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
