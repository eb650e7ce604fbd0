//! The judge lab: one run seen by every judge, and how often each is wrong over many worlds.

use egui::{Grid, ProgressBar, RichText, Ui};

use crate::app::model::judging::JudgingCommand;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf, word};
use crate::app::view::theme::Theme;
use crate::app::view::widgets::{self, Rail};
use crate::exercise::format::{lasting, percent};
use crate::exercise::judges::Judged;

/// Below this width, in points, the table has no room.
const WIDE: f32 = 480.0;

/// Draws it.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    let judging = &lab.judging;
    ui.label(RichText::new(t("judges.how")).color(theme.text));
    if let Some((scenario, _)) = lab.judged_world() {
        ui.label(widgets::small(&theme, tf("judges.scenario {}", &[&scenario.title])));
    }
    let knobs: [(_, f64, _, _, &str, fn(f64) -> JudgingCommand); 3] = [
        (t("judges.errors"), judging.errors, 0.5..=20.0, 0.5, " %", JudgingCommand::Errors),
        (t("judges.weight"), judging.weight, 1.0..=50.0, 1.0, " %", JudgingCommand::Weight),
        (t("judges.minutes"), judging.minutes, 2.0..=30.0, 1.0, " min", JudgingCommand::Minutes),
    ];
    for (name, mut value, range, step, unit, command) in knobs {
        let label = ui.label(widgets::small(&theme, name));
        let rail = Rail { range, step: Some(step), unit, decimals: 1 };
        if widgets::slider(ui, &label, &mut value, rail).changed() {
            out.push(LabCommand::Judging(command(value)));
        }
    }
    ui.add_space(4.0);
    match &judging.progress {
        Some(progress) => {
            let (done, all) = (progress.done(), 2 * judging.worlds);
            let text = tf("judges.done {} of {}", &[&done, &all]);
            ui.add(ProgressBar::new(done as f32 / all.max(1) as f32));
            ui.label(widgets::small(&theme, text));
            if widgets::button(ui, &theme, t("judges.cancel"), None).clicked() {
                out.push(LabCommand::Judging(JudgingCommand::Cancel));
            }
        }
        None => {
            let begin = tf("judges.begin {}", &[&judging.worlds]);
            if widgets::main_button(ui, &theme, &begin, None).clicked() {
                out.push(LabCommand::Judging(JudgingCommand::Begin));
            }
        }
    }
    match &judging.result {
        Some((title, Ok(judged))) => table(ui, &theme, title, judged),
        Some((_, Err(why))) => drop(ui.label(RichText::new(why).color(theme.harm))),
        None => {}
    }
}

/// What came of each judge.
fn table(ui: &mut Ui, theme: &Theme, title: &str, judged: &Judged) {
    let bench = &judged.bench;
    ui.add_space(8.0);
    let percent_of = |count: usize| percent(count as f64 / bench.runs.max(1) as f64);
    let time = |seconds: Option<f64>| seconds.map_or_else(|| t("judges.never").to_owned(), lasting);
    ui.label(widgets::small(theme, tf("judges.trace {} {}", &[&title, &bench.seed])));
    if ui.available_width() < WIDE {
        for line in &judged.lines {
            let (false_alarms, misses) = (percent_of(line.false_alarms), percent_of(line.misses));
            let (fired, median) = (time(line.fired), time(line.median_s));
            let text = tf("judges.line {} {} {} {}", &[&fired, &false_alarms, &misses, &median]);
            ui.label(RichText::new(word(line.judge)).color(theme.text));
            ui.label(widgets::small(theme, text));
        }
        return;
    }
    Grid::new("judges").num_columns(5).spacing([12.0, 4.0]).show(ui, |ui| {
        for head in [
            t("judges.judge"),
            t("judges.fired"),
            t("judges.false_alarms"),
            t("judges.misses"),
            t("judges.median"),
        ] {
            ui.label(widgets::small(theme, head));
        }
        ui.end_row();
        for line in &judged.lines {
            ui.label(word(line.judge));
            ui.label(widgets::number(time(line.fired), theme.text));
            let wrong = |count: usize| if count == 0 { theme.mute } else { theme.harm };
            ui.label(widgets::number(percent_of(line.false_alarms), wrong(line.false_alarms)));
            ui.label(widgets::number(percent_of(line.misses), wrong(line.misses)));
            ui.label(widgets::number(time(line.median_s), theme.text));
            ui.end_row();
        }
    });
    ui.label(widgets::faint(theme, t("judges.note")));
}
