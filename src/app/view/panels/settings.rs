//! The settings.

use egui::{ComboBox, RichText, Sense, Ui, Vec2};

use crate::app::model::command_list::SCALE_STEP;
use crate::app::model::look::{Palette, Shade};
use crate::app::model::screen::Overlay;
use crate::app::model::settings::{Setting, TEXT_SCALES};
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{languages, spoken, t};
use crate::app::view::theme::{Mark, Theme};
use crate::app::view::widgets::{self, Rail};

/// Draws it.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    let settings = &lab.settings;
    let set = |out: &mut Vec<LabCommand>, setting| out.push(LabCommand::Set(setting));
    let label = widgets::title(ui, &theme, t("settings.language"));
    let here = spoken();
    ComboBox::from_id_salt("language")
        .selected_text(here.own_name())
        .show_ui(ui, |ui| {
            for language in languages() {
                if ui.selectable_label(std::ptr::eq(language, here), language.own_name()).clicked() {
                    set(out, Setting::Language(language.id.to_owned()));
                }
            }
        })
        .response
        .labelled_by(label.id);
    ui.label(widgets::small(&theme, t("settings.language_note")));
    widgets::title(ui, &theme, t("settings.theme"));
    ui.horizontal_wrapped(|ui| {
        for (shade, name) in [(Shade::Dark, t("settings.dark")), (Shade::Light, t("settings.light"))] {
            if ui.radio(settings.shade == shade, name).clicked() {
                set(out, Setting::Shade(shade));
            }
        }
    });
    widgets::title(ui, &theme, t("settings.colours"));
    for (palette, name) in [(Palette::Wong, t("settings.wong")), (Palette::Tol, t("settings.tol"))] {
        ui.horizontal_wrapped(|ui| {
            if ui.radio(settings.palette == palette, name).clicked() {
                set(out, Setting::Palette(palette));
            }
            swatches(ui, &Theme::new(settings.shade, palette));
        });
    }
    ui.label(widgets::small(&theme, t("settings.colours_note")));
    let label = widgets::title(ui, &theme, t("settings.text"));
    ui.horizontal_wrapped(|ui| {
        let mut percent = f64::from(settings.text_scale) * 100.0;
        let [least, most] = TEXT_SCALES.map(|scale| f64::from(scale) * 100.0);
        let rail = Rail { range: least..=most, step: Some(5.0), unit: " %", decimals: 0 };
        let response = widgets::slider(ui, &label, &mut percent, rail);
        // While it is dragged, what is under the pointer must not change its size.
        if response.drag_stopped() || (response.changed() && !response.dragged()) {
            set(out, Setting::TextScale(percent as f32 / 100.0));
        }
        for (name, scale) in [
            (t("settings.smaller"), settings.text_scale - SCALE_STEP),
            (t("settings.larger"), settings.text_scale + SCALE_STEP),
        ] {
            if widgets::button(ui, &theme, name, None).clicked() {
                set(out, Setting::TextScale(scale));
            }
        }
    });
    widgets::title(ui, &theme, t("settings.behaviour"));
    let mut still = settings.reduced_motion;
    if widgets::checkbox(ui, &mut still, t("settings.still")).changed() {
        set(out, Setting::ReducedMotion(still));
    }
    let mut all = settings.all_panels;
    if widgets::checkbox(ui, &mut all, t("settings.all_panels")).changed() {
        set(out, Setting::AllPanels(all));
    }
    ui.label(widgets::small(&theme, t("settings.all_panels_note")));
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| {
        if widgets::button(ui, &theme, t("settings.welcome"), None).clicked() {
            set(out, Setting::Welcome(0));
        }
        let layout = || Setting::Layout(Box::new(crate::app::model::panes::layout()));
        if widgets::button(ui, &theme, t("settings.layout"), None).clicked() {
            set(out, layout());
        }
        if widgets::button(ui, &theme, t("settings.reset"), None).clicked() {
            set(out, Setting::Default);
        }
        let key = settings.keys.written("keys");
        if widgets::button(ui, &theme, t("settings.keys"), key.as_deref()).clicked() {
            out.push(LabCommand::Show(Overlay::Keys));
        }
    });
    if lab.start.data.is_none() {
        ui.label(RichText::new(t("settings.nothing_kept")).color(theme.mute));
    }
}

/// The colours of a palette, with their shapes.
fn swatches(ui: &mut Ui, theme: &Theme) {
    let marks = [
        (Mark::Round, theme.baseline),
        (Mark::Hatched, theme.candidate),
        (Mark::Square, theme.control),
        (Mark::Square, theme.good),
        (Mark::Square, theme.caution),
        (Mark::Square, theme.mirrored),
    ];
    for (mark, color) in marks {
        widgets::mark_here(ui, theme, mark, color);
    }
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(11.0), Sense::hover());
    widgets::cross(ui.painter(), rect.center(), 4.0, theme.harm);
}
