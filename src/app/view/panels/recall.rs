//! The question about an exercise that was passed some time ago, above the exercises of the course; and what the answer was worth.

use egui::{Button, RichText, Stroke, Ui};

use crate::app::model::recall::{Question, RecallCommand};
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::panels::brief::goals::capitalized;
use crate::app::view::theme::{Theme, semibold};
use crate::app::view::widgets;

/// Draws it; nothing when no question is due.
pub fn show(ui: &mut Ui, lab: &Lab, theme: &Theme, out: &mut Vec<LabCommand>) {
    if let Some(answered) = &lab.answered {
        let is_right = answered.given == answered.question.right;
        let edge = if is_right { theme.good } else { theme.caution };
        widgets::card(theme).stroke(Stroke::new(1.0, edge)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            let said = if is_right { t("recall.right") } else { t("recall.wrong") };
            ui.label(RichText::new(said).family(semibold()).color(theme.text));
            let question = &answered.question;
            let goal = goal_name(lab, question);
            ui.label(tf("recall.answer {} {}", &[&goal, &question.answers[question.right]]));
            ui.label(widgets::small(theme, tf("recall.again {}", &[&answered.days])));
            ui.horizontal_wrapped(|ui| {
                if widgets::main_button(ui, theme, t("recall.read"), None).clicked() {
                    out.push(LabCommand::Recall(RecallCommand::Read));
                }
                let open = tf("recall.open {}", &[&question.exercise[1]]);
                if widgets::button(ui, theme, &open, None).clicked() {
                    out.push(LabCommand::Recall(RecallCommand::Read));
                    out.push(LabCommand::OpenExercise(question.exercise[0].clone()));
                }
            });
        });
        ui.add_space(8.0);
        return;
    }
    let Some(question) = lab.learner.question_due(&lab.catalog, lab.start.today) else { return };
    widgets::card(theme).stroke(Stroke::new(1.0, theme.baseline)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(widgets::small(theme, tf("recall.title {}", &[&question.exercise[1]])));
        let asked = tf("recall.question {}", &[&goal_name(lab, &question)]);
        ui.label(RichText::new(asked).family(semibold()).color(theme.text));
        for (index, answer) in question.answers.iter().enumerate() {
            let button = Button::new(answer.as_str()).wrap().min_size(egui::vec2(ui.available_width(), 0.0));
            if ui.add(button).clicked() {
                out.push(LabCommand::Recall(RecallCommand::Answer(index)));
            }
        }
        if widgets::button(ui, theme, t("recall.later"), None).clicked() {
            out.push(LabCommand::Recall(RecallCommand::Later));
        }
    });
    ui.add_space(8.0);
}

/// The goal that is asked about, in the language that is spoken.
fn goal_name(lab: &Lab, question: &Question) -> String {
    let entry = lab.catalog.exercise(&question.exercise[0]);
    capitalized(entry.map_or(question.goal.as_str(), |entry| entry.criterion_name(&question.goal)))
}
