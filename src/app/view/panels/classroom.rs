//! The classroom: choosing the hidden cause, and injecting faults, sending messages and noting answers while the run plays.

use egui::{Button, RichText, ScrollArea, TextEdit, Ui};

use crate::app::model::classroom::ClassroomCommand;
use crate::app::model::run::Run;
use crate::app::model::screen::Screen;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::panels::sandbox;
use crate::app::view::theme::{Theme, semibold};
use crate::app::view::widgets;
use crate::scenario::Scenario;

/// Draws the screen.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    ScrollArea::vertical().id_salt("facilitate").auto_shrink([false, false]).show(ui, |ui| {
        widgets::title(ui, &theme, t("lead.title"));
        ui.label(widgets::small(&theme, t("lead.how")));
        let led = &lab.classroom;
        if led.leads && lab.run.is_some() {
            live(ui, lab, &theme, out);
            return;
        }
        ui.add_space(8.0);
        widgets::title(ui, &theme, t("lead.scenario"));
        let world = led.scenario.as_ref().and_then(|id| lab.catalog.world(id));
        let Some(world) = world else {
            scenarios(ui, lab, &theme, out);
            return;
        };
        ui.horizontal_wrapped(|ui| {
            for world in &lab.catalog.worlds {
                let is_chosen = led.scenario.as_ref() == Some(&world.id);
                if ui.selectable_label(is_chosen, &world.scenario.title).clicked() {
                    ask(out, ClassroomCommand::Scenario(world.id.clone()));
                }
            }
        });
        cause(ui, lab, &theme, &world.scenario, out);
        ui.add_space(12.0);
        if widgets::main_button(ui, &theme, t("lead.begin"), None).clicked() {
            ask(out, ClassroomCommand::Begin);
        }
    });
}

/// The scenarios to choose from, with what they are.
fn scenarios(ui: &mut Ui, lab: &Lab, theme: &Theme, out: &mut Vec<LabCommand>) {
    for world in &lab.catalog.worlds {
        widgets::card(theme).fill(theme.panel).show(ui, |ui| {
            ui.set_width(ui.available_width().min(sandbox::WIDEST));
            let title = RichText::new(&world.scenario.title).family(semibold());
            if ui.add(Button::selectable(false, title).frame(false).wrap()).clicked() {
                ask(out, ClassroomCommand::Scenario(world.id.clone()));
            }
            ui.label(widgets::small(theme, sandbox::drawn(&world.scenario)));
        });
    }
}

fn ask(out: &mut Vec<LabCommand>, command: ClassroomCommand) {
    out.push(LabCommand::Classroom(command));
}

/// The choice of the release, the faults and the traffic, before the run is opened.
fn cause(ui: &mut Ui, lab: &Lab, theme: &Theme, scenario: &Scenario, out: &mut Vec<LabCommand>) {
    let led = &lab.classroom;
    ui.add_space(8.0);
    widgets::title(ui, theme, t("lead.release"));
    ui.horizontal_wrapped(|ui| {
        for release in scenario.releases.iter().skip(1) {
            let is_chosen = led.release.as_ref() == Some(&release.name);
            if ui.selectable_label(is_chosen, &release.name).clicked() {
                ask(out, ClassroomCommand::Release(Some(release.name.clone())));
            }
        }
    });
    if !scenario.faults.is_empty() {
        widgets::title(ui, theme, t("lead.faults"));
    }
    for fault in &scenario.faults {
        let mut strikes = led.faults.contains(&fault.name);
        ui.horizontal_wrapped(|ui| {
            if widgets::checkbox(ui, &mut strikes, &fault.name).changed() {
                ask(out, ClassroomCommand::Fault(fault.name.clone(), strikes));
            }
            ui.label(widgets::small(theme, sandbox::said(fault)));
        });
    }
    if scenario.traffic.len() > 1 {
        widgets::title(ui, theme, t("lead.traffic"));
        ui.horizontal_wrapped(|ui| {
            for (index, shape) in scenario.traffic.iter().enumerate() {
                let is_chosen = led.traffic.as_ref().map_or(index == 0, |traffic| *traffic == shape.name);
                if ui.selectable_label(is_chosen, &shape.name).clicked() {
                    ask(out, ClassroomCommand::Traffic(Some(shape.name.clone())));
                }
            }
        });
    }
    ui.horizontal_wrapped(|ui| {
        let label = ui.label(widgets::small(theme, t("lead.seed")));
        let mut seed = led.seed;
        let field = egui::DragValue::new(&mut seed).range(0..=999_999_999u64);
        if ui.add(field).labelled_by(label.id).changed() {
            ask(out, ClassroomCommand::Seed(seed));
        }
    });
}

/// What the instructor does while the run plays.
fn live(ui: &mut Ui, lab: &Lab, theme: &Theme, out: &mut Vec<LabCommand>) {
    let Some(run) = &lab.run else { return };
    let view = run.player.snapshot();
    ui.label(widgets::number(tf("lead.now", &[&view.now, &view.end]), theme.text));
    ui.horizontal_wrapped(|ui| {
        if widgets::main_button(ui, theme, t("lead.to_run"), None).clicked() {
            out.push(LabCommand::Go(Screen::Run));
        }
        if widgets::button(ui, theme, t("lead.pause"), None).clicked() {
            ask(out, ClassroomCommand::Pause);
        }
        if widgets::button(ui, theme, t("lead.window"), None).clicked() {
            ask(out, ClassroomCommand::OpenWindow);
        }
        if !lab.classroom.is_revealed && widgets::button(ui, theme, t("lead.reveal"), None).clicked() {
            ask(out, ClassroomCommand::Reveal);
        }
        if widgets::button(ui, theme, t("lead.sheet"), None).clicked() {
            ask(out, ClassroomCommand::Sheet);
        }
        if let Some(id) = &lab.classroom.scenario
            && widgets::button(ui, theme, t("lead.anew"), None).clicked()
        {
            ask(out, ClassroomCommand::Scenario(id.clone()));
        }
    });
    ui.add_space(8.0);
    widgets::title(ui, theme, t("lead.only_you"));
    ui.label(RichText::new(secret(lab)).color(theme.text));
    if !run.scenario.faults.is_empty() {
        ui.add_space(8.0);
        widgets::title(ui, theme, t("lead.inject"));
        ui.horizontal_wrapped(|ui| {
            for fault in &run.scenario.faults {
                if widgets::button(ui, theme, &fault.name, None).clicked() {
                    ask(out, ClassroomCommand::Inject(fault.name.clone()));
                }
            }
        });
    }
    ui.add_space(8.0);
    widgets::title(ui, theme, t("lead.message"));
    let [text] = typed(ui, "message", [t("lead.message")]);
    if widgets::button(ui, theme, t("lead.tell"), None).clicked() {
        ask(out, ClassroomCommand::Tell(text));
        forget(ui, "message");
    }
    questions(ui, theme, run, out);
}

/// The cause, for the eyes of the one who leads.
fn secret(lab: &Lab) -> String {
    let led = &lab.classroom;
    let none = || t("lead.none").to_owned();
    let faults = if led.faults.is_empty() { none() } else { led.faults.join(", ") };
    let traffic = led.traffic.clone().unwrap_or_else(|| t("lead.first").to_owned());
    tf("lead.cause_is", &[&led.release.clone().unwrap_or_else(none), &faults, &traffic, &led.seed])
}

/// What was asked and answered, and room for more; shown to the class as well.
pub(super) fn questions(ui: &mut Ui, theme: &Theme, run: &Run, out: &mut Vec<LabCommand>) {
    ui.add_space(8.0);
    widgets::title(ui, theme, t("lead.answers"));
    let [asked, said] = typed(ui, "answer", [t("lead.asked"), t("lead.said")]);
    let why_not = said.trim().is_empty().then_some(t("lead.no_answer"));
    if widgets::button_unless(ui, theme, why_not, t("lead.note"), None).clicked() {
        let asked = if asked.trim().is_empty() { t("lead.ask").to_owned() } else { asked };
        ask(out, ClassroomCommand::Note(asked, said));
        forget(ui, "answer");
    }
    answers(ui, theme, run);
}

/// The questions to a class in the run, and its answers.
pub(super) fn answers(ui: &mut Ui, theme: &Theme, run: &Run) {
    for answer in &run.notes.answers {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 12.0;
            ui.label(widgets::number(answer.at.to_string(), theme.faint));
            ui.label(widgets::small(theme, answer.asked.as_str()));
            ui.label(&answer.said);
        });
    }
}

/// Text fields, whose text is kept while it is typed.
fn typed<const N: usize>(ui: &mut Ui, name: &str, labels: [&str; N]) -> [String; N] {
    let mut index = 0;
    labels.map(|label| {
        let id = egui::Id::new(("lead", name, index));
        index += 1;
        let mut text = ui.data_mut(|data| data.get_temp::<String>(id)).unwrap_or_default();
        let width = ui.available_width().min(480.0);
        let shown = ui.label(label);
        ui.add(TextEdit::singleline(&mut text).id(id.with("field")).desired_width(width))
            .labelled_by(shown.id);
        ui.data_mut(|data| data.insert_temp(id, text.clone()));
        text
    })
}

fn forget(ui: &mut Ui, name: &str) {
    for index in 0..2usize {
        ui.data_mut(|data| data.insert_temp(egui::Id::new(("lead", name, index)), String::new()));
    }
}
