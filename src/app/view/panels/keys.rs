//! The list of keys by subject, with a way to change each.

use egui::{Align, EventFilter, Id, Label, Layout, RichText, Ui, Vec2};

use crate::app::model::command_list::{NamedCommand, keyed_commands};
use crate::app::model::keys::{
    Changing, Fixed, KeysCommand, Shortcut, Subject, Taken, fixed, is_modifier, settled, written,
};
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::widgets;

/// From this width on the list has two columns.
const WIDE: f32 = 760.0;

/// How much room a key has.
const KEY_WIDTH: f32 = 118.0;

/// How high a line is.
const ROW: f32 = 22.0;

/// What the list works with.
struct List<'a> {
    lab: &'a Lab,
    commands: Vec<NamedCommand>,
    fixed: Vec<Fixed>,
    out: &'a mut Vec<LabCommand>,
    /// The command whose key was being changed until now. Its line gets the focus back.
    left: Option<&'static str>,
}

impl List<'_> {
    fn ask(&mut self, command: KeysCommand) {
        self.out.push(LabCommand::Keys(command));
    }

    /// The commands and the fixed keys of a subject.
    fn of(&self, subject: Subject) -> (Vec<NamedCommand>, Vec<&Fixed>) {
        let is_here =
            |entry: &&NamedCommand| entry.shortcut.is_some_and(|shortcut| shortcut.subject == subject);
        let commands = self.commands.iter().filter(is_here).cloned().collect();
        (commands, self.fixed.iter().filter(|fixed| fixed.subject == subject).collect())
    }

    fn height(&self, subject: Subject) -> usize {
        let (commands, fixed) = self.of(subject);
        commands.len() + fixed.len() + 2
    }

    fn name(&self, shortcut: &Shortcut) -> String {
        let entry = self.commands.iter().find(|entry| entry.shortcut == Some(shortcut));
        entry.map(|entry| entry.name.clone()).unwrap_or_default()
    }
}

/// Draws it.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    let mut list = List { lab, commands: keyed_commands(lab), fixed: fixed(), out, left: left(ui, lab) };
    ui.horizontal_wrapped(|ui| {
        ui.label(widgets::small(&theme, t("keys.how")));
        let is_changed = lab.settings.keys.are_changed();
        let why_not = (!is_changed).then_some(t("keys.not_changed"));
        let reset = widgets::button_unless(ui, &theme, why_not, t("keys.reset_all"), None);
        if reset.clicked() {
            list.ask(KeysCommand::ResetAll);
        }
    });
    if ui.available_width() < WIDE {
        Subject::ALL.iter().for_each(|subject| part(ui, &mut list, *subject));
        return;
    }
    let heights: Vec<usize> = Subject::ALL.iter().map(|subject| list.height(*subject)).collect();
    let half = heights.iter().sum::<usize>().div_ceil(2);
    let mut before = 0;
    ui.columns(2, |columns| {
        for (&subject, height) in Subject::ALL.iter().zip(heights) {
            before += height;
            part(&mut columns[usize::from(before > half)], &mut list, subject);
        }
    });
}

/// The command whose key was being changed in the last frame, and is not any more.
fn left(ui: &Ui, lab: &Lab) -> Option<&'static str> {
    let shortcut = Id::new("command whose key was being changed");
    let now = lab.changing().map(|changing| changing.shortcut.id);
    let before = ui.data(|data| data.get_temp::<Option<&'static str>>(shortcut)).flatten();
    ui.data_mut(|data| data.insert_temp(shortcut, now));
    before.filter(|_| now.is_none())
}

fn part(ui: &mut Ui, list: &mut List<'_>, subject: Subject) {
    let theme = list.lab.theme();
    ui.add_space(6.0);
    widgets::title(ui, &theme, subject.name());
    ui.spacing_mut().item_spacing.y = 2.0;
    let (commands, fixed) = list.of(subject);
    for fixed in fixed {
        line(ui, list.lab, fixed.written, fixed.name, |_| {});
    }
    for entry in commands {
        let Some(shortcut) = entry.shortcut else { continue };
        ui.push_id(shortcut.id, |ui| changeable(ui, list, &entry, shortcut));
        let changing = list.lab.changing().filter(|changing| changing.shortcut == shortcut);
        if let Some(changing) = changing {
            ui.push_id("the new key", |ui| change(ui, list, changing, &entry.name));
        }
    }
}

/// A line of the list: the key, the name, and buttons at the right.
fn line(ui: &mut Ui, lab: &Lab, key: &str, name: &str, buttons: impl FnOnce(&mut Ui)) {
    let theme = lab.theme();
    let size = Vec2::new(ui.available_width(), ROW);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        buttons(ui);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.allocate_ui_with_layout(
                Vec2::new(KEY_WIDTH, ROW),
                Layout::left_to_right(Align::Center),
                |ui| {
                    ui.set_min_width(KEY_WIDTH);
                    ui.add(Label::new(widgets::number(key, theme.text)).wrap());
                },
            );
            ui.add(Label::new(RichText::new(name).color(theme.mute)).wrap());
        });
    });
}

/// The line of a command whose key may be changed.
fn changeable(ui: &mut Ui, list: &mut List<'_>, entry: &NamedCommand, shortcut: &'static Shortcut) {
    let theme = list.lab.theme();
    let key = entry.key.map_or_else(|| t("keys.none").to_owned(), written);
    let is_changed = list.lab.settings.keys.is_changed(shortcut.id);
    let is_left = list.left == Some(shortcut.id);
    let mut asked = None;
    line(ui, list.lab, &key, &entry.name, |ui| {
        let response = ui.add(egui::Button::new(widgets::small(&theme, t("keys.change"))).small());
        let label = tf("keys.change_of {} {}", &[&entry.name, &key]);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &label));
        if is_left {
            response.request_focus();
        }
        if response.clicked() {
            asked = Some(KeysCommand::Listen(shortcut));
        }
        if is_changed {
            let response = ui.add(egui::Button::new(widgets::small(&theme, t("keys.reset"))).small());
            let label = tf("keys.reset_of {} {}", &[&entry.name, &written(shortcut.default)]);
            response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &label));
            if response.clicked() {
                asked = Some(KeysCommand::Reset(shortcut));
            }
        }
    });
    if let Some(command) = asked {
        list.ask(command);
    }
}

/// Where a new key is pressed, and what is said about it.
fn change(ui: &mut Ui, list: &mut List<'_>, changing: &Changing, name: &str) {
    let theme = list.lab.theme();
    widgets::card(&theme).show(ui, |ui| {
        ui.set_width((ui.available_width() - 24.0).max(60.0));
        match &changing.taken {
            Some(taken) => settle(ui, list, taken),
            None => listen(ui, list, name),
        }
        if let Some(why) = &changing.refused {
            ui.label(RichText::new(why).color(theme.harm));
        }
    });
}

fn listen(ui: &mut Ui, list: &mut List<'_>, name: &str) {
    let response = ui.button(tf("keys.press_for {}", &[&name]));
    begin(ui, &response, "listens");
    if response.has_focus() {
        let filter =
            EventFilter { tab: false, escape: false, horizontal_arrows: true, vertical_arrows: true };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        // One that is still held from before is not meant.
        let pressed = ui.input(|input| {
            input.events.iter().find_map(|event| match event {
                egui::Event::Key { key, pressed: true, repeat: false, modifiers, .. } => {
                    (*key != egui::Key::Escape && !is_modifier(*key)).then(|| settled(*modifiers, *key))
                }
                _ => None,
            })
        });
        if let Some(key) = pressed {
            list.ask(KeysCommand::Press(key));
        }
    }
    ui.horizontal_wrapped(|ui| {
        if ui.button(t("keys.without")).clicked() {
            list.ask(KeysCommand::Without);
        }
        cancel(ui, list);
    });
}

/// The question what to do when another command has the key.
fn settle(ui: &mut Ui, list: &mut List<'_>, taken: &Taken) {
    let owner = list.name(taken.owner);
    ui.label(tf("keys.taken {} {}", &[&taken.written(), &owner]));
    let mut is_first = true;
    let mut button = |ui: &mut Ui, text: String| {
        let response = ui.button(text);
        if std::mem::take(&mut is_first) {
            begin(ui, &response, "settles");
        }
        response.clicked()
    };
    if let Some(swap) = taken.swap
        && button(ui, tf("keys.swap {} {}", &[&owner, &written(swap)]))
    {
        list.ask(KeysCommand::Swap);
    }
    if button(ui, tf("keys.take {}", &[&owner])) {
        list.ask(KeysCommand::Take);
    }
    cancel(ui, list);
}

fn cancel(ui: &mut Ui, list: &mut List<'_>) {
    if widgets::button(ui, &list.lab.theme(), t("keys.cancel"), Some(t("key.escape"))).clicked() {
        list.ask(KeysCommand::Cancel);
    }
}

/// What has just appeared gets the focus.
fn begin(ui: &Ui, response: &egui::Response, what: &str) {
    let shortcut = Id::new(("frame of the list of keys", what));
    let frame = ui.ctx().cumulative_frame_nr();
    let before = ui.data(|data| data.get_temp::<u64>(shortcut));
    if before.is_none_or(|before| before + 1 < frame) {
        response.request_focus();
        response.scroll_to_me(None);
    }
    ui.data_mut(|data| data.insert_temp(shortcut, frame));
}
