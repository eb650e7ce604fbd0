//! A part of the debrief that is still being computed.

use egui::Ui;

use crate::app::model::debrief::Awaited;
use crate::app::texts::t;
use crate::app::view::theme::Theme;
use crate::app::view::widgets;

/// The result; or says that it is being computed, or why it cannot be.
pub(super) fn arrived<'a, T>(ui: &mut Ui, theme: &Theme, awaited: &'a Awaited<T>) -> Option<&'a T> {
    match awaited {
        Some(Ok(value)) => return Some(value),
        Some(Err(why)) => drop(ui.label(egui::RichText::new(why).color(theme.harm))),
        None => {
            ui.label(widgets::small(theme, t("debrief.working")));
        }
    }
    None
}
