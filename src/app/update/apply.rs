//! Applies commands. This is the only place where they take effect.

use std::path::PathBuf;
use std::sync::Arc;

use crate::app::model::jobs::Done;
use crate::app::model::judging::JudgingCommand;
use crate::app::model::notes::Notes;
use crate::app::model::panes::Pane;
use crate::app::model::rehearsing::RehearsalCommand;
use crate::app::model::run::{Run, RunCommand};
use crate::app::model::sandbox::first_plan;
use crate::app::model::screen::{Overlay, Screen};
use crate::app::model::settings::Setting;
use crate::app::model::stage::StageCommand;
use crate::app::model::subject::{Subject, case_of};
use crate::app::model::told::{issues_told, told};
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::control::Plan;
use crate::exercise::{ExerciseKind, HandAction};
use crate::library::folder::{is_taken, make};

impl Lab {
    /// Applies a command.
    pub fn apply(&mut self, command: LabCommand) {
        if self.start.follows.is_some() && !command.is_for_viewers() {
            return;
        }
        self.looked |= matches!(
            &command,
            LabCommand::Stage(StageCommand::Choose(Some(_)))
                | LabCommand::Only(Some(Pane::Dashboards))
                | LabCommand::Set(Setting::Dashboards(_))
        );
        match command {
            LabCommand::Go(screen) => self.go(screen),
            LabCommand::Show(overlay) => {
                self.overlay = Some(overlay);
                self.changing = None;
                if overlay == Overlay::Open {
                    self.files.side = None;
                    self.look_again();
                }
            }
            LabCommand::Close => {
                // One after the other, from the front to the back.
                if self.changing().is_some() {
                    self.changing = None;
                    return;
                }
                if self.overlay.take().is_some() {
                    return;
                }
                if self.stage.chosen.is_some() {
                    self.apply_stage(StageCommand::Choose(None));
                } else {
                    self.notices.pop();
                }
            }
            LabCommand::Only(pane) => self.only = pane,
            LabCommand::OpenExercise(id) => self.open_exercise(&id),
            LabCommand::OpenScenario(id) => self.open_scenario(&id),
            LabCommand::Run(command) => self.about_run(&command),
            LabCommand::Brief(command) => self.apply_brief(&command),
            LabCommand::Sandbox(command) => self.apply_sandbox(command),
            LabCommand::Files(command) => self.apply_files(command),
            LabCommand::SavedPlans(command) => self.apply_saved_plans(command),
            LabCommand::Debrief(command) => self.apply_debrief(command),
            LabCommand::Compare(command) => self.apply_compare(command),
            LabCommand::Classroom(command) => self.apply_classroom(command),
            LabCommand::Play(order) => self.play(order),
            LabCommand::Plan(command) => self.apply_plan(command),
            LabCommand::Stage(command) => self.apply_stage(command),
            LabCommand::Set(setting) => {
                let before = self.settings.language.clone();
                let is_language = matches!(setting, Setting::Language(_));
                self.settings.set(setting);
                if is_language || self.settings.language != before {
                    self.speak_anew();
                }
                self.want_reference_runs();
                self.keep_settings();
            }
            LabCommand::Keys(command) => self.apply_keys(command),
            LabCommand::Recall(command) => self.apply_recall(command),
            LabCommand::Author(command) => self.apply_author(command),
            LabCommand::HandIn(command) => self.apply_hand_in(command),
            LabCommand::Judging(command) => self.apply_judging(command),
            LabCommand::Rehearsal(command) => self.apply_rehearsal(command),
            LabCommand::Card(id) => {
                self.card = Some(id);
                self.overlay = Some(Overlay::Glossary);
            }
            LabCommand::BeginIntroduction => self.begin_introduction(),
            LabCommand::Explain(why) => self.tell(why),
            LabCommand::Dismiss(index) => {
                if index < self.notices.len() {
                    self.notices.remove(index);
                }
            }
            LabCommand::SavePicture => self.save_picture(),
            LabCommand::Quit => {
                self.settle_plan();
                self.keep_plan();
                self.save_author(|_| true);
                self.quits = true;
            }
        }
    }

    /// Takes in the result of a job.
    pub(in crate::app) fn finish(&mut self, done: Done) {
        match done {
            Done::Author(done) => self.finish_author(done),
            Done::Compared(serial, result) => self.finish_comparing(serial, result),
            Done::Judged(serial, title, found) => self.finish_judging(serial, title, found),
            Done::Rehearsed(serial, found) => self.finish_rehearsal(serial, found),
            Done::Improved(serial, found) => self.finish_improvement(serial, found),
            Done::Debrief(serial, part) => self.finish_debrief(serial, part),
            Done::GlanceSoFar(number, glance) => self.take_glance(number, glance),
            Done::Glance(number, glance) => self.finish_glance(number, glance),
            Done::Band(number, band) => self.finish_band(number, band),
            Done::ReferenceRun(reference_run) => self.finish_reference_run(reference_run),
        }
    }

    fn go(&mut self, screen: Screen) {
        if matches!(screen, Screen::Debrief | Screen::Compare) && self.fixed_on_duty(&RunCommand::Finish) {
            return;
        }
        self.settle_plan();
        let needs_run = matches!(screen, Screen::Run | Screen::Debrief);
        if !needs_run || self.run.is_some() {
            self.screen = screen;
            self.overlay = None;
        }
        if self.screen == Screen::Compare {
            self.look_at_sessions();
        }
        if self.screen == Screen::Debrief {
            self.want_reference_runs();
            self.begin_debrief();
        }
    }

    fn open_exercise(&mut self, id: &str) {
        let Some(entry) = self.catalog.exercise(id).cloned() else {
            self.trouble(tf("open.no_exercise", &[&id]));
            return;
        };
        self.classroom.leads = false;
        self.note_opening(id);
        if entry.exercise.kind == ExerciseKind::Operate {
            self.saved_plans.open = None;
            return self.open_duty(entry);
        }
        let starter = entry.starter.clone();
        let subject = Subject::Exercise(entry);
        let plan = self.editor_for(&subject).playable().cloned().unwrap_or(starter);
        // From here on the plan is saved where the learner's last plan for this exercise is.
        self.saved_plans.open = self.saved_plans.for_exercise(id).map(|kept| kept.number);
        self.open(subject, plan, 0, 1);
    }

    fn open_scenario(&mut self, id: &str) {
        let Some(world) = self.catalog.world(id).cloned() else {
            self.trouble(tf("open.no_scenario", &[&id]));
            return;
        };
        self.classroom.leads = false;
        self.leave_introduction();
        let subject = Subject::World(world);
        let plan = self.editor_for(&subject).playable().cloned().unwrap_or_else(first_plan);
        self.saved_plans.open = None;
        self.open(subject, plan, 0, 1);
    }

    /// Opens a run. Returns whether it could; a notice says why not.
    pub(in crate::app) fn open(&mut self, subject: Subject, plan: Plan, case: usize, seed: u64) -> bool {
        self.open_with(subject, plan, case, seed, &[])
    }

    /// The same, with what is done by hand.
    pub(in crate::app) fn open_with(
        &mut self,
        mut subject: Subject,
        plan: Plan,
        case: usize,
        seed: u64,
        actions: &[HandAction],
    ) -> bool {
        self.settle_plan();
        // An exercise that changed on the disk since is met as it now is.
        if let Subject::Exercise(entry) = &mut subject
            && let Some(newest) = self.catalog.exercise(&entry.id)
        {
            *entry = Arc::clone(newest);
        }
        let case = (case, self.led_case(&subject).unwrap_or_else(|| case_of(&subject, case, seed)));
        let is_same_world = self.run.as_ref().is_some_and(|run| run.is_in_world(&subject, &case, seed));
        // The pace of the introduction is its own.
        let goes_on = |before: &&Run| before.introduction.is_none() || before.subject.ids() == subject.ids();
        let before = self.run.as_ref().filter(goes_on);
        let carried = before.map(|run| run.carried(is_same_world)).unwrap_or_default();
        let threads = self.start.threads.then(|| self.start.wake.clone());
        match Run::resumed(subject, (plan, actions), case, seed, carried, threads) {
            Ok(mut run) => {
                self.keep_plan();
                run.editor = self.editor_for(&run.subject);
                run.notes = Notes::following(self.run.as_ref(), &run);
                let is_same =
                    self.run.as_ref().is_some_and(|before| before.subject.ids() == run.subject.ids());
                if is_same {
                    run.introduction = self.run.as_ref().and_then(|before| before.introduction);
                }
                self.leave_selection(is_same);
                // A class that restarts keeps its answers.
                if let Some(before) = self.run.as_ref().filter(|_| self.classroom.leads)
                    && before.subject.ids() == run.subject.ids()
                {
                    run.notes.answers.clone_from(&before.notes.answers);
                }
                self.jobs.forget();
                self.apply_judging(JudgingCommand::Cancel);
                self.apply_rehearsal(RehearsalCommand::Stop);
                self.comparing.forget();
                self.handed_in = None;
                self.run = Some(run);
                self.duty = None;
                self.screen = Screen::Run;
                self.overlay = None;
                true
            }
            Err(issues) => {
                self.trouble(format!("{}\n{}", t("open.no_run"), issues_told(&issues)));
                false
            }
        }
    }

    fn about_run(&mut self, command: &RunCommand) {
        if self.fixed_on_duty(command) {
            return;
        }
        let Some(run) = &self.run else { return };
        let (subject, plan) = (run.subject.clone(), run.plan.clone());
        match *command {
            RunCommand::Restart => self.restart(),
            RunCommand::Case(case) => match run.entry().map(|entry| entry.exercise.cases.len()) {
                Some(cases) if case >= cases => self.trouble(tf("open.no_case", &[&(case + 1), &cases])),
                _ => {
                    self.open(subject, plan, case, run.seed);
                }
            },
            RunCommand::Seed(seed) => {
                self.open(subject, plan, run.case.0, seed);
            }
            RunCommand::Finish => self.go(Screen::Debrief),
        }
    }

    /// Asks for a picture, under a name in the data folder's `pictures` that is free.
    fn save_picture(&mut self) {
        let Some(folder) = self.start.data.as_ref().map(|data| data.join("pictures")) else {
            self.trouble(t("picture.nowhere"));
            return;
        };
        if let Err(problem) = make(&folder) {
            self.trouble(told(&problem));
            return;
        }
        let name = |number: u32| folder.join(format!("rollout-lab-{number}.png"));
        let is_free = |path: &PathBuf| !is_taken(path) && !self.pictures.contains(path);
        if let Some(free) = (1..10_000).map(name).find(is_free) {
            self.pictures.push(free);
        }
    }

    pub(in crate::app) fn keep_settings(&mut self) {
        let Some(folder) = self.start.data.clone() else { return };
        let saved = self.settings.save(&folder);
        self.saved(saved);
    }
}
