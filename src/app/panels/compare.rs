//! Two plans on the same worlds, in a table of paired differences and in one picture.

use egui::{Align2, ComboBox, Grid, Pos2, Rect, ScrollArea, Sense, Stroke, Ui, Vec2, WidgetInfo, WidgetType};

use crate::app::comparing::{CompareCommand, Compared, WORLDS, choices, name};
use crate::app::run::Run;
use crate::app::texts::{t, tf};
use crate::app::theme::Theme;
use crate::app::{Command, Lab, widgets};
use crate::engine::Time;
use crate::exercise::words::{counted, percent, with_unit};
use crate::exercise::{Difference, Figure};

/// Draws the screen.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<Command>) {
    let theme = lab.theme();
    ScrollArea::vertical().id_salt("compare").auto_shrink([false, false]).show(ui, |ui| {
        widgets::title(ui, &theme, t("compare.title"));
        let Some(run) = &lab.run else {
            ui.label(widgets::small(&theme, t("compare.none")));
            return;
        };
        ui.label(widgets::small(&theme, t("compare.how")));
        controls(ui, lab, run, &theme, out);
        ui.add_space(8.0);
        match &lab.comparing.result {
            Some(Ok(compared)) => {
                table(ui, &theme, compared);
                ui.add_space(12.0);
                widgets::title(ui, &theme, t("compare.world"));
                picture(ui, &theme, compared);
            }
            Some(Err(why)) => drop(ui.label(egui::RichText::new(why).color(theme.harm))),
            None if lab.comparing.works => {
                ui.label(widgets::small(&theme, t("debrief.working")));
                ui.ctx().request_repaint_after(std::time::Duration::from_millis(100));
            }
            None => drop(ui.label(widgets::small(&theme, t("compare.ready")))),
        }
    });
}

fn controls(ui: &mut Ui, lab: &Lab, run: &Run, theme: &Theme, out: &mut Vec<Command>) {
    let all = choices(run);
    ui.horizontal_wrapped(|ui| {
        for (place, side) in lab.comparing.sides.into_iter().enumerate() {
            let label = if place == 0 { t("compare.first") } else { t("compare.second") };
            let label = ui.label(widgets::small(theme, label));
            let chosen = name(run, side);
            let combo = ComboBox::from_id_salt(("compare", place)).selected_text(&chosen);
            let shown = combo.show_ui(ui, |ui| {
                for choice in &all {
                    if ui.selectable_label(*choice == side, name(run, *choice)).clicked() {
                        out.push(Command::Compare(CompareCommand::Choose(place, *choice)));
                    }
                }
            });
            shown.response.labelled_by(label.id);
        }
        for worlds in WORLDS {
            let text = tf("compare.worlds", &[&worlds]);
            if ui.selectable_label(lab.comparing.worlds == worlds, text).clicked() {
                out.push(Command::Compare(CompareCommand::Worlds(worlds)));
            }
        }
        if widgets::main_button(ui, theme, t("compare.begin"), None).clicked() {
            out.push(Command::Compare(CompareCommand::Begin));
        }
    });
}

/// A difference with its interval, and whether zero lies outside it.
fn difference(difference: &Difference, figure: &Figure, currency: &str) -> String {
    let unit = |value: f64| with_unit(value, figure.measure.unit(), currency);
    let sign = if difference.mean > 0.0 { "+" } else { "" };
    let margin = difference.margin.map_or_else(String::new, |margin| format!(" ± {}", unit(margin)));
    format!("{sign}{}{margin}", unit(difference.mean))
}

fn table(ui: &mut Ui, theme: &Theme, compared: &Compared) {
    let [first, second] = compared.comparison.plans.as_slice() else { return };
    ScrollArea::horizontal().id_salt("compared").show(ui, |ui| {
        Grid::new("compared").num_columns(5).spacing([20.0, 8.0]).striped(true).show(ui, |ui| {
            for head in ["", &first.name, &second.name, t("compare.difference"), ""] {
                ui.label(widgets::small(theme, head));
            }
            ui.end_row();
            for (title, a, b) in [
                (t("compare.completed"), first.completed, second.completed),
                (t("compare.rolled_back"), first.rolled_back, second.rolled_back),
            ] {
                ui.label(title);
                ui.label(widgets::number(percent(a), theme.text));
                ui.label(widgets::number(percent(b), theme.text));
                ui.end_row();
            }
            for (a, b) in first.figures.iter().zip(&second.figures) {
                let currency = &compared.currency;
                let mean = |figure: &Figure| {
                    let never = || t("debrief.dash").to_owned();
                    figure.mean.map_or_else(never, |mean| with_unit(mean, figure.measure.unit(), currency))
                };
                ui.label(a.measure.title());
                ui.label(widgets::number(mean(a), theme.text));
                ui.label(widgets::number(mean(b), theme.text));
                if let Some(found) = &b.difference {
                    ui.label(widgets::number(difference(found, b, currency), theme.text));
                    let clear = if found.is_clear() { t("compare.clear") } else { t("compare.unclear") };
                    ui.label(widgets::small(theme, clear));
                }
                ui.end_row();
            }
        });
    });
    let pairs = compared.comparison.runs;
    ui.label(widgets::faint(theme, tf("compare.interval", &[&pairs])));
}

/// Failed requests of both plans in the world that is seen, one over the other.
fn picture(ui: &mut Ui, theme: &Theme, compared: &Compared) {
    let names: Vec<&str> = compared.comparison.plans.iter().map(|plan| plan.name.as_str()).collect();
    let [first, second] = names.as_slice() else { return };
    let total =
        |side: usize| -> u64 { compared.failed[side].iter().map(|(_, failed)| u64::from(*failed)).sum() };
    let spoken = tf("compare.spoken", &[first, &counted(total(0)), second, &counted(total(1))]);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 180.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &spoken));
    let plot = Rect::from_min_max(rect.min + Vec2::new(44.0, 8.0), rect.max - Vec2::new(8.0, 20.0));
    let painter = ui.painter();
    painter.hline(plot.x_range(), plot.bottom(), Stroke::new(1.0, theme.line));
    let all = || compared.failed.iter().flatten();
    let most = all().map(|(_, failed)| *failed).max().unwrap_or(0).max(1);
    let end = all().map(|(at, _)| *at).max().unwrap_or(Time::from_secs(1));
    let at = |(time, failed): &(Time, u32)| {
        let x = time.as_secs_f64() / end.as_secs_f64().max(1.0);
        let y = f64::from(*failed) / f64::from(most);
        Pos2::new(plot.left() + plot.width() * x as f32, plot.bottom() - plot.height() * y as f32)
    };
    for (side, color) in [(0, theme.baseline), (1, theme.candidate)] {
        let points: Vec<Pos2> = compared.failed[side].iter().map(at).collect();
        // The second is dashed, so that colour is not all that tells them apart.
        if side == 0 {
            painter.add(egui::Shape::line(points, Stroke::new(1.5, color)));
        } else {
            painter.extend(egui::Shape::dashed_line(&points, Stroke::new(1.5, color), 5.0, 3.0));
        }
    }
    let top = Pos2::new(plot.left() - 6.0, plot.top());
    widgets::number_at(painter, top, Align2::RIGHT_TOP, &counted(u64::from(most)), 10.5, theme.faint);
    let corner = Pos2::new(plot.right(), rect.bottom());
    widgets::number_at(painter, corner, Align2::RIGHT_BOTTOM, &format!("{end}"), 10.5, theme.faint);
    ui.horizontal_wrapped(|ui| {
        ui.label(egui::RichText::new(tf("compare.solid", &[first])).color(theme.baseline));
        ui.label(egui::RichText::new(tf("compare.dashed", &[second])).color(theme.candidate));
    });
    ui.label(widgets::small(theme, spoken));
}
