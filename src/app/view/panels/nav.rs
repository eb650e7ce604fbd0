//! The navigation: the screens, progress in the course, habits, and the next exercise.

use egui::{Button, ComboBox, Margin, Panel, RichText, ScrollArea, Ui, WidgetInfo, WidgetType};

use crate::app::model::learner::Habits;
use crate::app::model::screen::Screen;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::theme::Theme;
use crate::app::view::widgets;

/// Below this width, in points, the navigation is a box to choose from on top of the screen, in place of a list beside it.
const NARROW: f32 = 560.0;

/// The screens that the navigation leads to.
const LINKS: [Screen; 7] = [
    Screen::Course,
    Screen::Sandbox,
    Screen::Museum,
    Screen::Compare,
    Screen::Rehearsal,
    Screen::Plans,
    Screen::Classroom,
];

/// The same, and for those who have a folder of exercises of their own the way to them.
fn links(lab: &Lab) -> impl Iterator<Item = Screen> {
    LINKS.into_iter().chain(lab.own_folder().is_some().then_some(Screen::Author))
}

/// Draws it beside what is still to be drawn in `ui`.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    if ui.available_width() < NARROW {
        let frame = widgets::panel(&theme).inner_margin(Margin::symmetric(16, 4));
        Panel::top("nav_top").frame(frame).resizable(false).show(ui, |ui| folded(ui, lab, out));
        return;
    }
    let width = if ui.available_width() < 800.0 { 168.0 } else { 204.0 };
    Panel::left("nav").frame(widgets::panel(&theme)).exact_size(width).resizable(false).show(ui, |ui| {
        ScrollArea::vertical().id_salt("nav").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            let width = ui.available_width();
            links(lab).for_each(|screen| link(ui, lab, screen, width, out));
            ui.add_space(24.0);
            progress(ui, lab, &theme);
            ui.add_space(20.0);
            habits(ui, lab.learner.habits(), &theme);
            next(ui, lab, &theme, out);
        });
    });
}

/// All screens in a box to choose from.
fn folded(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let here = lab.screen.name();
    let list = ComboBox::from_id_salt("nav").selected_text(here).width(ui.available_width());
    let list = list.show_ui(ui, |ui| {
        let width = ui.available_width();
        links(lab).for_each(|screen| link(ui, lab, screen, width, out));
    });
    list.response.widget_info(|| {
        let mut info = WidgetInfo::labeled(WidgetType::ComboBox, true, t("nav.choose"));
        info.current_text_value = Some(here.to_owned());
        info
    });
}

fn link(ui: &mut Ui, lab: &Lab, screen: Screen, width: f32, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    let is_here = lab.screen == screen;
    let mut text = RichText::new(screen.name()).color(theme.text);
    if is_here {
        text = text.family(crate::app::view::theme::semibold());
    }
    // What grows takes the room to the right, so that the text stands to the left.
    let mut button = Button::selectable(is_here, text).min_size(egui::vec2(width, 28.0)).right_text("");
    if is_here {
        button = button.fill(theme.raised);
    }
    let response = ui.add(button);
    response.widget_info(|| {
        egui::WidgetInfo::selected(egui::WidgetType::SelectableLabel, true, is_here, screen.name())
    });
    if response.clicked() {
        out.push(LabCommand::Go(screen));
    }
}

fn progress(ui: &mut Ui, lab: &Lab, theme: &Theme) {
    widgets::title(ui, theme, t("nav.progress"));
    ui.add_space(4.0);
    let (passed, all) = (lab.learner.passed(&lab.catalog), lab.catalog.exercises.len());
    let said = tf("nav.passed {} of {}", &[&passed, &all]);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let number = RichText::new(passed.to_string()).size(24.0).family(crate::app::view::theme::semibold());
        ui.label(number.color(theme.text));
        ui.label(RichText::new(tf("nav.of {} exercises", &[&all])).color(theme.mute));
    });
    let share = passed as f32 / all.max(1) as f32;
    let bar = widgets::bar(ui, theme, ui.available_width(), share, theme.good);
    bar.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::ProgressIndicator, true, &said));
}

fn habits(ui: &mut Ui, habits: Habits, theme: &Theme) {
    widgets::title(ui, theme, t("nav.habits"));
    ui.label(RichText::new(said(habits)).color(theme.mute));
}

/// Habits in words.
fn said(habits: Habits) -> String {
    let found = (habits.bad > 0).then(|| {
        let percent = (100 * habits.stopped + habits.bad / 2) / habits.bad;
        tf("habits.found {}", &[&percent])
    });
    let undone = (habits.good > 0).then(|| match habits.undone {
        0 => t("habits.patient").to_owned(),
        undone => tf("habits.undone one in {}", &[&habits.good.div_ceil(undone)]),
    });
    match (found, undone) {
        (None, None) => t("habits.none").to_owned(),
        (found, undone) => found.into_iter().chain(undone).collect::<Vec<_>>().join(" "),
    }
}

fn next(ui: &mut Ui, lab: &Lab, theme: &Theme, out: &mut Vec<LabCommand>) {
    let Some(entry) = lab.learner.next(&lab.catalog) else {
        ui.label(RichText::new(t("nav.all_done")).color(theme.mute));
        return;
    };
    ui.add_space(4.0);
    ui.label(RichText::new(t("nav.next")).color(theme.mute));
    let said = tf("nav.open {}", &[&entry.exercise.title]);
    let button = Button::new(entry.exercise.title.as_str()).wrap();
    let response = ui.add(button);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &said));
    if response.clicked() {
        out.push(LabCommand::OpenExercise(entry.id.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn habits_are_said_only_as_far_as_they_are_known() {
        let habits = |bad, stopped, good, undone| Habits { bad, stopped, good, undone };
        assert_eq!(said(habits(0, 0, 0, 0)), t("habits.none"));
        assert!(said(habits(25, 24, 0, 0)).contains("96 %"));
        assert!(said(habits(25, 24, 12, 2)).contains("one good release in 6"));
        assert!(said(habits(0, 0, 12, 0)).contains("no good release"));
    }
}
