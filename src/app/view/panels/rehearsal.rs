//! The rehearsal of a manifest: the world that is made of it, what its plan catches there, why not more, and what would.

mod asked;
mod curves;

use egui::{Frame, Grid, Label, Margin, ProgressBar, RichText, ScrollArea, Ui};

use crate::app::model::rehearsing::{RehearsalCommand, Work};
use crate::app::model::screen::{Overlay, Screen};
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf, translated};
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::exercise::format::{counted, decimal, lasting, percent};
use crate::exercise::power::{Level, Power, Regression};
use crate::rehearsal::{Caught, Improvement, NOT_READ, Origin, Proven, Rehearsal, Remark, Smallest};
use crate::report::power::name;
use crate::report::rehearsal::FOOT;

const WIDEST: f32 = 860.0;

/// Below this width, in points, the table has no room.
const WIDE: f32 = 480.0;

/// Draws the screen.
pub fn show(ui: &mut Ui, lab: &Lab, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    ScrollArea::vertical().id_salt("rehearsal").auto_shrink(false).show(ui, |ui| {
        Frame::new().inner_margin(Margin::symmetric(24, 20)).show(ui, |ui| {
            ui.set_max_width(ui.available_width().min(WIDEST));
            ui.label(RichText::new(t("rehearsal.intro")).color(theme.mute));
            ui.horizontal_wrapped(|ui| {
                if widgets::button(ui, &theme, t("rehearsal.open"), None).clicked() {
                    out.push(LabCommand::Show(Overlay::Open));
                }
                if lab.run.is_some()
                    && !lab.rehearsing.files.is_empty()
                    && widgets::button(ui, &theme, t("rehearsal.run"), None).clicked()
                {
                    out.push(LabCommand::Go(Screen::Run));
                }
            });
            match &lab.rehearsing.ready {
                Some(Ok(_)) => whole(ui, lab, &theme, out),
                Some(Err(why)) => drop(ui.label(RichText::new(why).color(theme.harm))),
                None => {}
            }
        });
    });
}

fn whole(ui: &mut Ui, lab: &Lab, theme: &Theme, out: &mut Vec<LabCommand>) {
    let rehearsing = &lab.rehearsing;
    let Some(page) = &rehearsing.page else { return };
    heading(ui, theme, &page.title);
    for file in &page.files {
        ui.add(Label::new(widgets::small(theme, file)).wrap());
    }
    asked::show(ui, lab, theme, out);
    ui.add_space(8.0);
    work(ui, lab, theme, out);
    if let Some(why) = &rehearsing.problem {
        ui.label(RichText::new(why).color(theme.harm));
    }
    goals(ui, theme, page);
    if let Some(power) = &page.power {
        found(ui, theme, page, power);
    }
    remarks(ui, theme, t("rehearsal.why_not"), &page.why_not);
    if let Some(found) = &rehearsing.improvement {
        improvement(ui, theme, found);
    }
    remarks(ui, theme, t("rehearsal.not_read"), &page.read);
    world(ui, theme, page);
    ui.add_space(8.0);
    ui.label(widgets::faint(theme, translated(FOOT)));
}

fn heading(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.add_space(12.0);
    widgets::title(ui, theme, text);
}

/// What is under way, or what can be begun.
fn work(ui: &mut Ui, lab: &Lab, theme: &Theme, out: &mut Vec<LabCommand>) {
    let Some((work, progress, all)) = &lab.rehearsing.work else {
        let Some(Ok(ready)) = &lab.rehearsing.ready else { return };
        let is_measured = lab.rehearsing.page.as_ref().is_some_and(|page| page.power.is_some());
        ui.horizontal_wrapped(|ui| {
            let begin = tf("rehearsal.begin {}", &[&ready.runs()]);
            let is_pressed = match is_measured {
                true => widgets::button(ui, theme, &begin, None).clicked(),
                false => widgets::main_button(ui, theme, &begin, None).clicked(),
            };
            if is_pressed {
                out.push(LabCommand::Rehearsal(RehearsalCommand::Begin));
            }
            let has_goal = lab.rehearsing.asked.goal.catch.is_some();
            let why_not = (!has_goal).then_some(t("rehearsal.needs_goal"));
            if widgets::button_unless(ui, theme, why_not, t("rehearsal.improve"), None).clicked() {
                out.push(LabCommand::Rehearsal(RehearsalCommand::Improve));
            }
        });
        return;
    };
    let done = progress.done().min(*all);
    let said = match work {
        Work::Runs => tf("rehearsal.runs {} of {}", &[&done, all]),
        Work::Search => tf("rehearsal.tried {} of {}", &[&done, all]),
    };
    ui.add(ProgressBar::new(done as f32 / (*all).max(1) as f32));
    ui.label(widgets::small(theme, said));
    if widgets::button(ui, theme, t("rehearsal.stop"), None).clicked() {
        out.push(LabCommand::Rehearsal(RehearsalCommand::Stop));
    }
}

fn goals(ui: &mut Ui, theme: &Theme, page: &Rehearsal) {
    if page.goals.is_empty() {
        return;
    }
    heading(ui, theme, t("rehearsal.goal"));
    for goal in &page.goals {
        let (sign, color) =
            if goal.met { (t("rehearsal.met"), theme.good) } else { (t("rehearsal.missed"), theme.harm) };
        ui.label(RichText::new(format!("{sign}: {}", translated(&goal.said))).color(color));
    }
}

/// What the runs came to.
fn found(ui: &mut Ui, theme: &Theme, page: &Rehearsal, power: &Power) {
    if let Some(sound) = power.false_alarms() {
        heading(ui, theme, t("rehearsal.good"));
        let out = sound.seconds_to_complete.map_or_else(
            || t("rehearsal.never_out").to_owned(),
            |seconds| tf("rehearsal.out {} {}", &[&lasting(seconds), &sound.runs]),
        );
        ui.label(out);
        let cost = format!("{} {}", decimal(sound.cost, 2), page.currency);
        ui.label(tf("rehearsal.notice {} {}", &[&decimal(sound.harmed, 1), &cost]));
        let [_, most] = sound.interval();
        ui.label(tf("rehearsal.back {} {} {}", &[&sound.rolled_back, &sound.runs, &percent(most)]));
        let stopped = &power.stopped;
        if let Some(why) = &stopped.sent_back {
            ui.label(tf("rehearsal.back_after {}", &[&translated(why)]));
        }
        if stopped.left > 0 {
            ui.label(tf("rehearsal.left {} {}", &[&stopped.left, &sound.runs]));
        }
        if let Some(why) = &stopped.left_since {
            ui.label(tf("rehearsal.left_since {}", &[&translated(why)]));
        }
    }
    heading(ui, theme, t("rehearsal.catches"));
    let worse = power.levels.iter().filter(|level| level.regression != Regression::None);
    table(ui, theme, &worse.collect::<Vec<_>>());
    ui.add_space(6.0);
    for smallest in Smallest::of(power) {
        ui.label(told(smallest));
    }
    curves::show(ui, theme, power);
}

fn time(seconds: Option<f64>) -> String {
    seconds.map_or_else(|| t("rehearsal.never").to_owned(), lasting)
}

/// A regression in words.
fn regression(of: Regression) -> String {
    translated(&name(of)).into_owned()
}

/// A line for each regression.
fn table(ui: &mut Ui, theme: &Theme, levels: &[&Level]) {
    let interval = |level: &Level| {
        let [low, high] = level.interval();
        tf("rehearsal.between {} {}", &[&percent(low), &percent(high)])
    };
    let caught = |level: &Level| percent(level.share());
    let harmed = |level: &Level| counted(level.harmed.round() as u64);
    if ui.available_width() < WIDE {
        for level in levels {
            ui.label(RichText::new(regression(level.regression)).color(theme.text));
            let soon = time(level.seconds_to_roll_back);
            let values: [&dyn std::fmt::Display; 4] =
                [&caught(level), &interval(level), &soon, &harmed(level)];
            ui.label(widgets::small(theme, tf("rehearsal.line {} {} {} {}", &values)));
        }
        return;
    }
    Grid::new("rehearsed").num_columns(5).spacing([16.0, 4.0]).striped(true).show(ui, |ui| {
        for head in [
            t("rehearsal.regression"),
            t("rehearsal.caught"),
            t("rehearsal.confidence"),
            t("rehearsal.how_soon"),
            t("rehearsal.harmed"),
        ] {
            ui.label(widgets::small(theme, head));
        }
        ui.end_row();
        for level in levels {
            let color = if level.share() >= crate::exercise::power::CAUGHT { theme.text } else { theme.harm };
            ui.label(regression(level.regression));
            ui.label(widgets::number(caught(level), color));
            ui.label(widgets::small(theme, interval(level)));
            ui.label(widgets::number(time(level.seconds_to_roll_back), theme.text));
            ui.label(widgets::number(harmed(level), theme.text));
            ui.end_row();
        }
    });
}

/// The smallest regression of a kind that is caught.
fn told(of: Smallest) -> String {
    let kind = asked::kind(of.first);
    let at = |found: Option<Regression>| found.map_or_else(|| t("rehearsal.none").to_owned(), regression);
    match of.caught {
        Caught::NotToldApart(share) => tf("rehearsal.not_apart {} {}", &[&kind, &percent(share)]),
        Caught::From { at_80, at_95 } => tf("rehearsal.smallest {} {} {}", &[&kind, &at(at_80), &at(at_95)]),
    }
}

/// Remarks with their places in the manifests.
fn remarks(ui: &mut Ui, theme: &Theme, title: &str, all: &[Remark]) {
    if all.is_empty() {
        return;
    }
    heading(ui, theme, title);
    for remark in all {
        let file = crate::app::model::files::name(std::path::Path::new(&remark.file));
        let place = match remark.place {
            (0, _) => file,
            (line, _) => format!("{file}:{line}"),
        };
        ui.add(Label::new(widgets::small(theme, place)).wrap());
        ui.label(said(remark));
        ui.add_space(2.0);
    }
}

/// What a remark says. What was not read stands after the path of its field, which is a name.
fn said(remark: &Remark) -> String {
    match remark.said.split_once(": ").filter(|_| remark.code == NOT_READ) {
        Some((path, why)) => format!("{path}: {}", translated(why)),
        None => translated(&remark.said).into_owned(),
    }
}

/// The numbers of the world, and whose they are.
fn world(ui: &mut Ui, theme: &Theme, page: &Rehearsal) {
    heading(ui, theme, t("rehearsal.world"));
    for of in &page.world {
        let said = translated(&of.said);
        ui.label(match of.from {
            None => said.into_owned(),
            Some(from) => format!("{said} ({})", origin(from)),
        });
    }
}

/// Where a number is from.
fn origin(of: Origin) -> &'static str {
    match of {
        Origin::Given => t("rehearsal.given"),
        Origin::Measured => t("rehearsal.measured"),
        Origin::Manifest => t("rehearsal.manifest"),
        Origin::Autoscaler => t("rehearsal.autoscaler"),
        Origin::Kubernetes => t("rehearsal.kubernetes"),
        Origin::Default => t("rehearsal.default"),
    }
}

/// What the search came to: what nobody beats, and the change as a patch.
fn improvement(ui: &mut Ui, theme: &Theme, found: &Improvement) {
    heading(ui, theme, t("rehearsal.would"));
    match &found.proven {
        Some(Proven::AsItIs) => drop(ui.label(t("rehearsal.as_it_is"))),
        Some(Proven::Patch(patch)) => {
            ui.label(t("rehearsal.patch"));
            ScrollArea::horizontal().id_salt("patch").show(ui, |ui| {
                ui.add(Label::new(widgets::number(patch, theme.text)).extend());
            });
        }
        None if found.is_met_in_the_search() => drop(ui.label(t("rehearsal.by_luck"))),
        None => drop(ui.label(t("rehearsal.no_change"))),
    }
    ui.add_space(4.0);
    ui.label(widgets::small(theme, t("rehearsal.unbeaten")));
    for tried in found.unbeaten() {
        let out = time(Some(tried.out_after).filter(|seconds| seconds.is_finite()));
        let met = if tried.met { t("rehearsal.met") } else { t("rehearsal.missed") };
        let change = translated(&tried.change);
        let values: [&dyn std::fmt::Display; 4] = [&change, &decimal(tried.harmed, 1), &out, &met];
        ui.label(tf("rehearsal.change {} {} {} {}", &values));
    }
}
