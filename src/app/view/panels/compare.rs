//! Two plans on the same worlds: a table of paired differences, and a chart.

use egui::{
    Align, ComboBox, DragValue, Grid, Label, Layout, Response, ScrollArea, Ui, Vec2, WidgetInfo, WidgetType,
};
use egui_plot::{Line, LineStyle, PlotBounds, PlotPoints};

use crate::app::model::comparing::{CompareCommand, Compared, ComparisonSetup, Place, WORLDS};
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf, word};
use crate::app::view::amounts::amount;
use crate::app::view::panels::chart::{chart, ends};
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::engine::Time;
use crate::exercise::format::{counted, percent};
use crate::exercise::{Difference, MeasureSummary};

/// Draws the screen.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    ScrollArea::vertical().id_salt("compare").auto_shrink([false, false]).show(ui, |ui| {
        widgets::title(ui, &theme, t("compare.title"));
        ui.add(Label::new(widgets::small(&theme, t("compare.how"))).wrap());
        ui.add_space(4.0);
        place(ui, lab, &theme, out);
        let Some(setup) = lab.comparison_setup() else {
            ui.label(widgets::small(&theme, t("compare.none")));
            return;
        };
        controls(ui, lab, &setup, &theme, out);
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
            }
            None => drop(ui.label(widgets::small(&theme, t("compare.ready")))),
        }
    });
}

/// What a line of choices is about, as wide in each of them.
fn caption(ui: &mut Ui, theme: &Theme, text: &str) -> Response {
    const WIDTH: f32 = 68.0;
    let size = Vec2::new(WIDTH, ui.spacing().interact_size.y);
    let inside = |ui: &mut Ui| {
        ui.set_min_width(WIDTH);
        ui.label(widgets::small(theme, text))
    };
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), inside).inner
}

/// How wide a box to choose from is that leaves `beside` points of its line.
fn choice_width(ui: &Ui, beside: f32) -> f32 {
    (ui.available_size_before_wrap().x - beside).clamp(120.0, 280.0)
}

/// In which worlds.
fn place(ui: &mut Ui, lab: &Lab, theme: &Theme, out: &mut Vec<LabCommand>) {
    let now = &lab.comparing;
    ui.horizontal_wrapped(|ui| {
        let label = caption(ui, theme, t("compare.where"));
        let name = lab.place_name(&now.place);
        let name = if name.is_empty() { t("compare.where_none") } else { name.as_str() };
        let width = choice_width(ui, 0.0);
        let combo = ComboBox::from_id_salt("compare where").width(width).selected_text(name).truncate();
        let shown = combo.show_ui(ui, |ui| {
            for place in lab.places() {
                if ui.selectable_label(place == now.place, lab.place_name(&place)).clicked() {
                    out.push(LabCommand::Compare(CompareCommand::Place(place)));
                }
            }
        });
        shown.response.labelled_by(label.id);
        let Some(cases) = lab.cases_to_compare() else { return };
        let label = ui.label(widgets::small(theme, t("compare.case")));
        let case_name = |case: usize| match &now.place {
            Place::Scenario(id) => {
                let release = lab.catalog.world(id).and_then(|world| world.scenario.releases.get(case + 1));
                release.map_or_else(|| t("debrief.dash").to_owned(), |release| release.name.clone())
            }
            _ => tf("compare.case {} of {}", &[&(case + 1), &cases]),
        };
        let combo = ComboBox::from_id_salt("compare case").selected_text(case_name(now.case));
        let shown = combo.show_ui(ui, |ui| {
            for case in 0..cases {
                if ui.selectable_label(case == now.case, case_name(case)).clicked() {
                    out.push(LabCommand::Compare(CompareCommand::Case(case)));
                }
            }
        });
        shown.response.labelled_by(label.id);
        let label = ui.label(widgets::small(theme, t("compare.seed")));
        let mut seed = now.seed;
        if ui.add(DragValue::new(&mut seed)).labelled_by(label.id).changed() {
            out.push(LabCommand::Compare(CompareCommand::Seed(seed)));
        }
    });
}

fn controls(ui: &mut Ui, lab: &Lab, setup: &ComparisonSetup, theme: &Theme, out: &mut Vec<LabCommand>) {
    let all = lab.sides(setup);
    for (place, side) in lab.chosen_sides(setup).into_iter().enumerate() {
        let title = if place == 0 { t("compare.first") } else { t("compare.second") };
        ui.horizontal_wrapped(|ui| {
            let label = caption(ui, theme, title);
            let nothing = || t("compare.nothing").to_owned();
            let chosen = side.as_ref().map_or_else(nothing, |side| lab.side_name(setup, side));
            let width = choice_width(ui, 68.0);
            let combo =
                ComboBox::from_id_salt(("compare", place)).width(width).selected_text(&chosen).truncate();
            let shown = combo.show_ui(ui, |ui| {
                for choice in &all {
                    let is_chosen = side.as_ref() == Some(choice);
                    if ui.selectable_label(is_chosen, lab.side_name(setup, choice)).clicked() {
                        out.push(LabCommand::Compare(CompareCommand::Choose(place, choice.clone())));
                    }
                }
            });
            shown.response.labelled_by(label.id);
            let response = ui.button(t("compare.file"));
            let spoken = tf("compare.file_of {}", &[&title]);
            response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &spoken));
            if response.clicked() {
                out.push(LabCommand::Compare(CompareCommand::Browse(place)));
            }
        });
    }
    ui.horizontal_wrapped(|ui| {
        for worlds in WORLDS {
            let text = tf("compare.worlds", &[&worlds]);
            if ui.selectable_label(lab.comparing.worlds == worlds, text).clicked() {
                out.push(LabCommand::Compare(CompareCommand::Worlds(worlds)));
            }
        }
        if widgets::main_button(ui, theme, t("compare.begin"), None).clicked() {
            out.push(LabCommand::Compare(CompareCommand::Begin));
        }
    });
}

/// Below this width, in points, the table of a comparison has one column less.
const NARROW: f32 = 640.0;

/// A difference, and its interval.
fn difference(difference: &Difference, figure: &MeasureSummary, currency: &str) -> [String; 2] {
    let unit = |value: f64| amount(value, figure.measure.unit(), currency);
    let sign = if difference.mean > 0.0 { "+" } else { "" };
    let margin = difference.margin.map_or_else(String::new, |margin| format!("± {}", unit(margin)));
    [format!("{sign}{}", unit(difference.mean)), margin]
}

fn table(ui: &mut Ui, theme: &Theme, compared: &Compared) {
    let [first, second] = compared.comparison.plans.as_slice() else { return };
    // In a narrow window a difference, its interval and what it means stand in one column.
    let is_narrow = ui.available_width() < NARROW;
    let gap = if is_narrow { 10.0 } else { 20.0 };
    ScrollArea::horizontal().id_salt("compared").show(ui, |ui| {
        Grid::new("compared").num_columns(5).spacing([gap, 8.0]).striped(true).show(ui, |ui| {
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
            for (a, b) in first.measures.iter().zip(&second.measures) {
                let currency = &compared.currency;
                let mean = |figure: &MeasureSummary| {
                    let never = || t("debrief.dash").to_owned();
                    figure.mean.map_or_else(never, |mean| amount(mean, figure.measure.unit(), currency))
                };
                ui.label(word(a.measure.title()));
                ui.label(widgets::number(mean(a), theme.text));
                ui.label(widgets::number(mean(b), theme.text));
                if let Some(found) = &b.difference {
                    let clear = match found.margin {
                        Some(margin) if found.mean == 0.0 && margin == 0.0 => t("compare.same"),
                        _ if found.is_clear() => t("compare.clear"),
                        _ => t("compare.unclear"),
                    };
                    let [mean, margin] = difference(found, b, currency);
                    if is_narrow {
                        ui.vertical(|ui| {
                            ui.label(widgets::number(mean, theme.text));
                            ui.label(widgets::small(theme, format!("{margin} {clear}").trim()));
                        });
                    } else {
                        ui.label(widgets::number(format!("{mean} {margin}"), theme.text));
                        ui.label(widgets::small(theme, clear));
                    }
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
    let all = || compared.failed.iter().flatten();
    let most = f64::from(all().map(|(_, failed)| *failed).max().unwrap_or(0).max(1));
    let end = all().map(|(at, _)| *at).max().unwrap_or(Time::from_secs(1)).as_secs_f64().max(1.0);
    // Requests are whole: marks between them have no label.
    let whole = |value: f64| {
        if (value - value.round()).abs() < 1e-6 { counted(value.round() as u64) } else { String::new() }
    };
    let plot = chart(theme, whole).height(180.0).x_grid_spacer(move |_| ends(0.0, end));
    let shown = plot.show(ui, |plot| {
        plot.set_plot_bounds(PlotBounds::from_min_max([0.0, -0.03 * most], [1.01 * end, 1.03 * most]));
        // The second is dashed, so that colour is not all that tells them apart.
        let looks =
            [(theme.baseline, LineStyle::Solid), (theme.candidate, LineStyle::Dashed { length: 5.0 })];
        for (side, (color, style)) in looks.into_iter().enumerate() {
            let failed = compared.failed[side].iter();
            let points = failed.map(|(at, failed)| [at.as_secs_f64(), f64::from(*failed)]);
            plot.line(Line::new(names[side], points.collect::<PlotPoints<'_>>()).color(color).style(style));
        }
    });
    shown.response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &spoken));
    ui.horizontal_wrapped(|ui| {
        ui.label(egui::RichText::new(tf("compare.solid", &[first])).color(theme.baseline));
        ui.label(egui::RichText::new(tf("compare.dashed", &[second])).color(theme.candidate));
    });
    ui.label(widgets::small(theme, spoken));
}
