//! The introduction: a line at the bottom of the window with the next step, and the list of all steps.

use egui::{Panel, RichText, Ui};

use crate::app::model::run::RunCommand;
use crate::app::model::screen::{Overlay, Screen};
use crate::app::model::settings::Setting;
use crate::app::model::welcome::STEPS;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::theme::semibold;
use crate::app::view::widgets;

fn name(step: u8) -> &'static str {
    match step {
        0 => t("welcome.open"),
        1 => t("welcome.play"),
        2 => t("welcome.look"),
        3 => t("welcome.decide"),
        _ => t("welcome.debrief"),
    }
}

fn how(lab: &Lab, step: u8) -> String {
    let text = match step {
        0 => t("welcome.open_how"),
        1 => match lab.settings.keys.written("play") {
            Some(key) => return tf("welcome.play_how {}", &[&key]),
            None => t("welcome.play_how"),
        },
        2 => t("welcome.look_how"),
        3 => {
            let key = lab.settings.keys.written("roll_back");
            return tf("welcome.decide_how {}", &[&key.unwrap_or_else(|| t("keys.none").to_owned())]);
        }
        _ => t("welcome.debrief_how"),
    };
    text.to_owned()
}

/// Draws the line, while the introduction is under way.
pub fn strip(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    if !lab.is_welcoming() {
        return;
    }
    let theme = lab.theme();
    let step = lab.settings.welcome;
    let frame = widgets::panel(&theme).fill(theme.tint(theme.baseline, 0.14));
    let frame = frame.inner_margin(egui::Margin::symmetric(16, 6));
    Panel::bottom("welcome").frame(frame).resizable(false).show(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.set_min_width(ui.available_width());
            ui.label(widgets::number(tf("welcome.step {} of {}", &[&(step + 1), &STEPS]), theme.mute));
            ui.label(RichText::new(name(step)).family(semibold()).color(theme.text));
            ui.label(RichText::new(how(lab, step)).color(theme.mute));
            let is_practice = lab.run.as_ref().is_some_and(|run| run.introduction.is_some());
            if (step == 0 || !is_practice)
                && widgets::main_button(ui, &theme, t("welcome.begin"), None).clicked()
            {
                out.push(LabCommand::BeginIntroduction);
            }
            let is_last = step + 1 == STEPS && is_practice && lab.screen == Screen::Run;
            if is_last && widgets::main_button(ui, &theme, t("welcome.to_debrief"), None).clicked() {
                out.push(LabCommand::Run(RunCommand::Finish));
            }
            if widgets::button(ui, &theme, t("welcome.all"), None).clicked() {
                out.push(LabCommand::Show(Overlay::Welcome));
            }
            if widgets::button(ui, &theme, t("welcome.skip"), None).clicked() {
                out.push(LabCommand::Set(Setting::Welcome(STEPS)));
            }
        });
    });
}

/// Draws the list.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    ui.label(RichText::new(t("welcome.intro")).color(theme.mute));
    for step in 0..STEPS {
        let is_done = step < lab.settings.welcome;
        ui.horizontal_top(|ui| {
            widgets::goal_sign(ui, &theme, is_done.then_some(1.0));
            ui.vertical(|ui| {
                let said = if is_done { t("welcome.done") } else { t("welcome.to_do") };
                ui.label(RichText::new(name(step)).family(semibold()).color(theme.text));
                ui.label(widgets::small(&theme, format!("{said} {}", how(lab, step))));
            });
        });
    }
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| {
        let mut set = |setting| {
            out.push(LabCommand::Set(setting));
            out.push(LabCommand::Close);
        };
        if widgets::button(ui, &theme, t("welcome.again"), None).clicked() {
            set(Setting::Welcome(0));
        }
        if lab.is_welcoming() && widgets::button(ui, &theme, t("welcome.skip_all"), None).clicked() {
            set(Setting::Welcome(STEPS));
        }
        if !lab.settings.all_panels && widgets::button(ui, &theme, t("welcome.all_panels"), None).clicked() {
            set(Setting::AllPanels(true));
        }
    });
}
