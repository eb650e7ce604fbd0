//! The overlays. The focus stays within an overlay, and returns to where it was.

use egui::{Align, Context, Id, Layout, Modal, RichText, ScrollArea, Ui};

use crate::app::model::screen::Overlay;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::t;
use crate::app::view::panels::{files, glossary, hand_in, judges, keys, palette, settings, welcome};
use crate::app::view::theme::semibold;
use crate::app::view::widgets;

/// Draws the open overlay.
pub fn show(ctx: &Context, lab: &Lab, out: &mut Vec<LabCommand>) {
    mind_the_focus(ctx, lab.overlay.is_some());
    let Some(overlay) = lab.overlay else { return };
    let (title, width) = match overlay {
        Overlay::Palette => (t("palette.title"), 560.0),
        Overlay::Keys => (t("keys.title"), 1000.0),
        Overlay::Settings => (t("settings.title"), 520.0),
        Overlay::Welcome => (t("welcome.title"), 480.0),
        Overlay::Open => (t("files.title"), 640.0),
        Overlay::HandIn => (t("hand_in.title"), 520.0),
        Overlay::Glossary => (t("glossary.title"), 640.0),
        Overlay::Judges => (t("judges.title"), 640.0),
    };
    let room = ctx.content_rect().size();
    let theme = lab.theme();
    let frame = egui::Frame::window(&ctx.style_of(ctx.theme())).inner_margin(16);
    // As high as the window lets it be: an area is 400 points high by itself.
    let area = Modal::default_area(Id::new(title)).default_height(room.y);
    let modal = Modal::new(Id::new(title)).area(area).frame(frame).show(ctx, |ui| {
        ui.set_width(f32::min(width, room.x - 48.0));
        head(ui, title, out, lab);
        widgets::rule(ui, &theme);
        // It grows with what comes into it: a scrolled area would keep the height that it had at first.
        let height = (room.y - 130.0).max(80.0);
        let area = ScrollArea::vertical().id_salt(title).max_height(height).min_scrolled_height(height);
        area.show(ui, |ui| {
            ui.set_width(ui.available_width());
            match overlay {
                Overlay::Palette => palette::show(ui, lab, out),
                Overlay::Keys => keys::show(ui, lab, out),
                Overlay::Settings => settings::show(ui, lab, out),
                Overlay::Welcome => welcome::show(ui, lab, out),
                Overlay::Open => files::show(ui, lab, out),
                Overlay::HandIn => hand_in::show(ui, lab, out),
                Overlay::Glossary => glossary::show(ui, lab, out),
                Overlay::Judges => judges::show(ui, lab, out),
            }
        });
    });
    if modal.backdrop_response.clicked() {
        out.push(LabCommand::Close);
    }
}

fn head(ui: &mut Ui, title: &str, out: &mut Vec<LabCommand>, lab: &Lab) {
    let theme = lab.theme();
    ui.horizontal(|ui| {
        ui.label(RichText::new(title).family(semibold()).size(15.0).color(theme.text));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if widgets::button(ui, &theme, t("overlay.close"), Some(t("key.escape"))).clicked() {
                out.push(LabCommand::Close);
            }
        });
    });
}

/// What had the focus before, and for how many frames no overlay has been open, up to two.
type Before = (Option<Id>, u8);

fn mind_the_focus(ctx: &Context, is_open: bool) {
    let slot = Id::new("focus before what lies over the screen");
    let (had, free) = ctx.data(|data| data.get_temp::<Before>(slot)).unwrap_or((None, 2));
    let now = match (is_open, free) {
        (true, _) => (had, 0),
        (false, 0) => (had, 1),
        (false, 1) => {
            // By now the screen is the one that is there to stay: what is no longer on it gets no focus.
            if let Some(id) = had.filter(|id| ctx.read_response(*id).is_some()) {
                ctx.memory_mut(|memory| memory.request_focus(id));
            }
            (had, 2)
        }
        (false, _) => (ctx.memory(egui::Memory::focused), 2),
    };
    ctx.data_mut(|data| data.insert_temp::<Before>(slot, now));
}
