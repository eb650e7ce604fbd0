//! The saved plans: open, rename, delete, undo.

use egui::{Frame, Id, Margin, RichText, ScrollArea, Sense, TextEdit, Ui};

use crate::app::model::saved_plans::{SavedPlan, SavedPlansCommand, date};
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::panels::picture::{self, Picture};
use crate::app::view::theme::{Theme, semibold};
use crate::app::view::widgets;

/// Draws the screen.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    ScrollArea::vertical().id_salt("plans").auto_shrink(false).show(ui, |ui| {
        Frame::new().inner_margin(Margin::symmetric(24, 20)).show(ui, |ui| {
            ui.set_max_width(ui.available_width().min(860.0));
            ui.label(RichText::new(t("plans.intro")).color(theme.mute));
            if let Some(removed) = lab.saved_plans.removed.last() {
                ui.horizontal_wrapped(|ui| {
                    ui.label(RichText::new(tf("plans.removed {}", &[&removed.name])).color(theme.mute));
                    if widgets::button(ui, &theme, t("plans.undo"), None).clicked() {
                        out.push(LabCommand::SavedPlans(SavedPlansCommand::Undo));
                    }
                });
            }
            ui.add_space(8.0);
            for plan in lab.saved_plans.newest_first() {
                card(ui, lab, plan, &theme, out);
                ui.add_space(4.0);
            }
        });
    });
}

fn card(ui: &mut Ui, lab: &Lab, plan: &SavedPlan, theme: &Theme, out: &mut Vec<LabCommand>) {
    widgets::card(theme).fill(theme.panel).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_top(|ui| {
            if ui.available_width() > 480.0 {
                let (rect, _) = ui.allocate_exact_size(picture::SIZE, Sense::hover());
                Picture::of_strategy(&plan.plan.strategy).paint(ui.painter(), rect.min, theme);
                ui.add_space(8.0);
            }
            ui.vertical(|ui| {
                name(ui, plan, theme, out);
                let of = lab.catalog.exercise(&plan.exercise).map(|entry| entry.exercise.title.as_str());
                let world = || lab.catalog.world(&plan.scenario).map(|world| world.scenario.title.as_str());
                let of = of.or_else(world).unwrap_or(&plan.scenario);
                ui.label(RichText::new(of).color(theme.mute));
                ui.label(widgets::faint(theme, tf("plans.opened {}", &[&date(plan.opened)])));
            });
        });
        buttons(ui, plan, theme, out);
    });
}

/// A name that is being written, and whether that has only begun.
type Writing = (String, bool);

/// Where a plan's name is kept while it is being written.
fn writing(plan: &SavedPlan) -> Id {
    Id::new(("plan's name", plan.number))
}

fn name(ui: &mut Ui, plan: &SavedPlan, theme: &Theme, out: &mut Vec<LabCommand>) {
    let id = writing(plan);
    let Some((mut text, is_new)) = ui.data(|data| data.get_temp::<Writing>(id)) else {
        ui.label(RichText::new(&plan.name).family(semibold()).color(theme.text));
        return;
    };
    let field = ui.add(TextEdit::singleline(&mut text).id(id.with("field")).char_limit(80));
    field.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::TextEdit, true, t("plans.new_name")));
    if is_new {
        field.request_focus();
    }
    let done = field.lost_focus();
    let is_kept = !ui.input(|input| input.key_pressed(egui::Key::Escape));
    if done {
        if is_kept {
            out.push(LabCommand::SavedPlans(SavedPlansCommand::Rename(plan.number, text)));
        }
        ui.data_mut(|data| data.remove::<Writing>(id));
    } else {
        ui.data_mut(|data| data.insert_temp::<Writing>(id, (text, false)));
    }
}

fn buttons(ui: &mut Ui, plan: &SavedPlan, theme: &Theme, out: &mut Vec<LabCommand>) {
    ui.horizontal_wrapped(|ui| {
        let button = |ui: &mut Ui, text: &str, said: String| {
            let response = widgets::button(ui, theme, text, None);
            response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, said.as_str()));
            response.clicked()
        };
        if button(ui, t("plans.open"), tf("plans.open {}", &[&plan.name])) {
            out.push(LabCommand::SavedPlans(SavedPlansCommand::Open(plan.number)));
        }
        if button(ui, t("plans.rename"), tf("plans.rename {}", &[&plan.name])) {
            let id = writing(plan);
            ui.data_mut(|data| data.insert_temp(id, (plan.name.clone(), true)));
        }
        if button(ui, t("plans.delete"), tf("plans.delete {}", &[&plan.name])) {
            out.push(LabCommand::SavedPlans(SavedPlansCommand::Delete(plan.number)));
        }
    });
}
