//! The keys of time.

use egui::{Key, Modifiers, Ui};

use crate::app::Command;
use crate::app::player::{Order, Sought};
use crate::app::view::View;
use crate::engine::Time;

/// Takes the keys that are pressed, unless they are meant for a text or, those that move about, for what has the focus.
pub fn take(ui: &Ui, view: &View, out: &mut Vec<Command>) {
    if ui.ctx().text_edit_focused() || egui::Popup::is_any_open(ui.ctx()) {
        return;
    }
    let has_focus = ui.ctx().memory(|memory| memory.focused().is_some());
    let mut press = |modifiers, key, order: Order| {
        if ui.input_mut(|input| input.consume_key(modifiers, key)) {
            out.push(Command::Play(order));
        }
    };
    press(Modifiers::NONE, Key::F, Order::Fork);
    press(Modifiers::NONE, Key::A, Order::Next(Sought::Alert));
    press(Modifiers::NONE, Key::D, Order::Next(Sought::Decision));
    press(Modifiers::NONE, Key::Period, Order::StepEvent);
    if has_focus {
        return;
    }
    press(Modifiers::NONE, Key::Space, Order::Toggle);
    press(Modifiers::SHIFT, Key::ArrowRight, Order::StepSeconds(60));
    press(Modifiers::SHIFT, Key::ArrowLeft, Order::StepSeconds(-60));
    press(Modifiers::COMMAND, Key::ArrowRight, Order::StepSeconds(1));
    press(Modifiers::COMMAND, Key::ArrowLeft, Order::StepSeconds(-1));
    press(Modifiers::NONE, Key::ArrowRight, Order::StepSeconds(10));
    press(Modifiers::NONE, Key::ArrowLeft, Order::StepSeconds(-10));
    press(Modifiers::NONE, Key::Home, Order::Seek(Time::ZERO));
    press(Modifiers::NONE, Key::End, Order::Seek(view.end));
}
