//! The stage as a table: services, pools and instances, a row each, for the keyboard and for screen readers.

use egui::{Align, Label, Layout, RichText, ScrollArea, Ui};
use egui_extras::{Column, TableBuilder, TableRow};

use crate::app::model::stage::{StageCommand, Thing};
use crate::app::model::world::World;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::stage::{PoolNames, words};
use crate::app::view::widgets;

/// A row: what it stands for, its name, and its cells.
struct Row {
    thing: Thing,
    name: String,
    cells: [String; 5],
}

/// More rows than this are only drawn where they are seen.
const MOST_DRAWN: usize = 250;

/// In a pane lower than this, in points, the way back to the picture stands beside the rows, which are close to each other.
const LOW: f32 = 240.0;

/// Draws the table; `has_picture` when the picture can be shown in its place.
pub(super) fn show(
    ui: &mut Ui,
    lab: &Lab,
    world: &World,
    pool_names: PoolNames,
    has_picture: bool,
    out: &mut Vec<LabCommand>,
) {
    let theme = lab.theme();
    let is_low = ui.available_height() < LOW;
    // In place of a picture that nobody could read, and in a low pane, every line counts: the name of the pane stands above it.
    let margin = if has_picture && !is_low { 12 } else { 4 };
    egui::Frame::new().fill(theme.background).inner_margin(margin).show(ui, |ui| {
        ui.set_min_size(ui.available_size());
        let rows = rows(world, pool_names);
        let picture = |ui: &mut Ui, out: &mut Vec<LabCommand>| {
            if ui.button(t("stage.picture")).clicked() {
                out.push(LabCommand::Stage(StageCommand::Table(false)));
            }
        };
        if is_low {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.spacing_mut().button_padding.y = 2.0;
            ui.spacing_mut().interact_size.y = 20.0;
        }
        if has_picture && is_low {
            ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
                picture(ui, out);
                ui.with_layout(Layout::top_down(Align::Min), |ui| grid(ui, lab, &rows, out));
            });
            return;
        }
        if has_picture {
            ui.horizontal_wrapped(|ui| {
                widgets::title(ui, &theme, t("stage.table.title"));
                picture(ui, out);
            });
        }
        grid(ui, lab, &rows, out);
    });
}

/// Draws the rows under their head, with the columns that fit; the inspector has the rest.
fn grid(ui: &mut Ui, lab: &Lab, rows: &[Row], out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    ScrollArea::horizontal().id_salt("stage.table").show(ui, |ui| {
        let text = ui.spacing().interact_size.y;
        let longest = |letters: fn(&Row) -> usize| rows.iter().map(letters).max().unwrap_or_default() as f32;
        let written = 7.0 * longest(|row| row.name.chars().count()) + 20.0;
        let names = written.max(150.0);
        let states = (7.5 * longest(|row| row.cells[0].chars().count()) + 10.0).max(110.0);
        let room = ((ui.available_width() - names - states - 36.0) / 76.0).floor().clamp(0.0, 4.0);
        // Where there is little room, names take what the longest state leaves.
        let least = (ui.available_width() - states - 20.0).clamp(60.0, 150.0);
        let shown = 2 + room as usize;
        // A state that is longer than that is cut, and whole under the pointer.
        let widest = (ui.available_width() - least.max(written) - 20.0).max(110.0);
        let heads = [
            t("stage.table.what"),
            t("stage.table.state"),
            t("stage.table.rate"),
            t("stage.table.busy"),
            t("stage.table.queue"),
            t("stage.table.zone"),
        ];
        let table = TableBuilder::new(ui)
            .id_salt("stage.rows")
            .striped(true)
            .cell_layout(Layout::left_to_right(Align::Center))
            .column(Column::auto().at_least(least))
            .column(Column::auto().at_least(110.0))
            .columns(Column::auto().at_least(64.0), shown - 2);
        let table = table.header(text, |mut header| {
            for head in heads.into_iter().take(shown) {
                header.col(|ui| drop(ui.label(widgets::small(&theme, head))));
            }
        });
        let mut draw = |mut row: TableRow<'_, '_>, line: &Row| {
            row.col(|ui| {
                let chosen = lab.stage.chosen == Some(line.thing);
                if ui.selectable_label(chosen, &line.name).clicked() {
                    out.push(LabCommand::Stage(StageCommand::Choose(Some(line.thing))));
                }
            });
            for cell in line.cells.iter().take(shown - 1) {
                row.col(|ui| {
                    let text = Label::new(RichText::new(cell).monospace());
                    if cell.chars().count() as f32 * 7.5 > widest {
                        ui.set_max_width(widest);
                        ui.add(text.truncate());
                    } else {
                        ui.add(text);
                    }
                });
            }
        };
        table.body(|mut body| {
            if rows.len() <= MOST_DRAWN {
                rows.iter().for_each(|line| body.row(text, |row| draw(row, line)));
            } else {
                body.rows(text, rows.len(), |row| {
                    let line = &rows[row.index()];
                    draw(row, line);
                });
            }
        });
    });
}

fn rows(world: &World, pool_names: PoolNames) -> Vec<Row> {
    let mut rows = vec![Row {
        thing: Thing::Router,
        name: tf("stage.table.router", &[&words::split(world)]),
        cells: [String::new(), words::rate(world.rate), String::new(), String::new(), String::new()],
    }];
    for pool in &world.pools {
        let queue: u32 = pool.figures.iter().map(|figure| figure.queue).sum();
        let state = match &pool.harm {
            Some(harm) => words::harm(harm).join(", "),
            None => tf("stage.table.ready", &[&pool.ready(), &pool.figures.len()]),
        };
        rows.push(Row {
            thing: Thing::Pool(pool.pool),
            name: format!("{} {}", pool_names.name(pool.pool), pool.release),
            cells: [
                state,
                words::rate(pool.rate),
                words::percent(pool.busy),
                queue.to_string(),
                String::new(),
            ],
        });
        for figure in &pool.figures {
            let zone = world.zones.get(usize::from(figure.zone)).cloned().unwrap_or_default();
            rows.push(Row {
                thing: Thing::Instance(figure.number),
                name: format!("{} {}", world.service, figure.number),
                cells: [
                    words::life(figure.state).to_owned(),
                    String::new(),
                    format!("{}/{}", figure.busy, figure.workers),
                    figure.queue.to_string(),
                    zone,
                ],
            });
        }
    }
    for (index, one) in world.dependencies.iter().enumerate() {
        let none = || t("stage.no_data").to_owned();
        let (ready, all) = one.ready;
        rows.push(Row {
            thing: Thing::Dependency(index),
            name: one.name.clone(),
            cells: [
                tf("stage.table.ready", &[&ready, &all]),
                one.rate.map_or_else(none, words::rate),
                words::percent(one.busy),
                one.queue.to_string(),
                String::new(),
            ],
        });
    }
    rows
}
