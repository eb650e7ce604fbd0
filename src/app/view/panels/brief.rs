//! The brief: the task first, then what it is about, the goals, hints and the way to the solution. The case stays hidden: the learner sees what
//! the monitoring shows.

pub(super) mod goals;
mod linked;
pub(super) mod prediction;

use egui::{RichText, ScrollArea, TextStyle, Ui};

use crate::app::model::catalog::Entry;
use crate::app::model::duty::OnDuty;
use crate::app::model::notes::BriefCommand;
use crate::app::model::run::{Run, RunCommand};
use crate::app::model::subject::Subject;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::panels::{classroom, train};
use crate::app::view::theme::Theme;
use crate::app::view::widgets;
use crate::exercise::Grading;
use crate::exercise::format::decimal;

/// Draws the brief of the run that is open.
pub fn show(ui: &mut Ui, lab: &Lab, run: &Run, out: &mut Vec<LabCommand>) {
    let theme = lab.theme();
    ScrollArea::vertical().id_salt("brief").auto_shrink([false, false]).show(ui, |ui| match &run.subject {
        Subject::Exercise(entry) => exercise(ui, &theme, lab.duty.as_ref(), run, entry, out),
        Subject::World(world) => {
            widgets::title(ui, &theme, &world.scenario.title);
            if run.introduction.is_some() {
                ui.label(t("welcome.brief"));
                return;
            }
            widgets::markdown(ui, &world.scenario.about);
            if lab.classroom.leads {
                led(ui, lab, run, &theme, out);
                return;
            }
            ui.label(widgets::small(&theme, t("brief.free")));
            if !run.notes.answers.is_empty() {
                section(ui, &theme, t("lead.answers"));
                classroom::answers(ui, &theme, run);
            }
            ui.add_space(8.0);
            widgets::title(ui, &theme, t("brief.releases"));
            for (index, release) in world.scenario.releases.iter().skip(1).enumerate() {
                if ui.selectable_label(run.case.0 == index, &release.name).clicked() {
                    out.push(LabCommand::Run(RunCommand::Case(index)));
                }
            }
            another_world(ui, &theme, run, out);
        }
    });
}

/// What the class sees while an instructor leads it.
fn led(ui: &mut Ui, lab: &Lab, run: &Run, theme: &Theme, out: &mut Vec<LabCommand>) {
    section(ui, theme, t("lead.cause"));
    if lab.classroom.hides() {
        ui.label(t("lead.hidden"));
    } else {
        let case = &run.case.1;
        let mut parts: Vec<&str> = case.release.as_deref().into_iter().collect();
        parts.extend(case.faults.iter().map(String::as_str));
        ui.label(parts.join(" · "));
    }
    if lab.start.follows.is_some() {
        section(ui, theme, t("lead.answers"));
        classroom::answers(ui, theme, run);
    } else {
        classroom::questions(ui, theme, run, out);
    }
}

fn exercise(
    ui: &mut Ui,
    theme: &Theme,
    duty: Option<&OnDuty>,
    run: &Run,
    entry: &Entry,
    out: &mut Vec<LabCommand>,
) {
    let exercise = &entry.exercise;
    if run.player.snapshot().is_over() {
        widgets::card(theme).show(ui, |ui| {
            ui.label(t("brief.over"));
            if widgets::main_button(ui, theme, t("brief.debrief"), None).clicked() {
                out.push(LabCommand::Run(RunCommand::Finish));
            }
        });
    }
    widgets::title(ui, theme, &exercise.title);
    if run.notes.is_assisted {
        // On a line of its own: beside a long title its word would be broken.
        widgets::chip(ui, theme, widgets::small(theme, t("brief.assisted")));
    }
    if !exercise.subject.is_empty() {
        ui.label(widgets::small(theme, exercise.subject.as_str()));
    }
    let brief = entry.parts_of_brief();
    section(ui, theme, t("brief.task"));
    for paragraph in &brief.task {
        linked::show(ui, theme, run, paragraph, out);
    }
    let runs = Grading::default().runs(exercise);
    let pass = tf(
        "brief.pass",
        &[&decimal(exercise.pass, 1), &decimal(exercise.max_score(), 1), &exercise.cases.len(), &runs],
    );
    ui.label(RichText::new(pass).color(theme.mute));
    train::show(ui, theme, run, out);
    if !brief.story.is_empty() {
        folded(ui, theme, t("brief.story"), "story", |ui| linked::show(ui, theme, run, &brief.story, out));
    }
    if !brief.to_look_at.is_empty() {
        folded(ui, theme, t("brief.look"), "look", |ui| {
            for item in &brief.to_look_at {
                linked::show(ui, theme, run, item, out);
                widgets::rule(ui, theme);
            }
        });
    }
    for (heading, body) in &brief.rest {
        folded(ui, theme, heading, heading, |ui| linked::show(ui, theme, run, body, out));
    }
    folded(ui, theme, t("brief.objectives"), "objectives", |ui| {
        for objective in &exercise.objectives {
            ui.label(format!("· {objective}"));
        }
    });
    section(ui, theme, t("brief.goals"));
    match duty {
        // How the goals stand would tell what the case is.
        Some(_) => drop(ui.add(egui::Label::new(t("duty.goals")).wrap())),
        None => goals::show(ui, theme, run, entry),
    }
    if prediction::is_asked(run) {
        section(ui, theme, t("predict.title"));
        prediction::show(ui, theme, run, out);
    }
    section(ui, theme, t("brief.hints"));
    hints(ui, theme, run, entry, out);
    section(ui, theme, t("brief.elsewhere"));
    if let Some(on) = duty {
        ui.add(egui::Label::new(tf("duty.case {} {}", &[&on.turn.number, &on.cases])).wrap());
        return;
    }
    let cases = exercise.cases.len();
    ui.label(widgets::faint(theme, tf("brief.case", &[&(run.case.0 + 1), &cases, &run.seed])));
    ui.horizontal_wrapped(|ui| {
        if cases > 1 && widgets::button(ui, theme, t("brief.another_case"), None).clicked() {
            out.push(LabCommand::Run(RunCommand::Case((run.case.0 + 1) % cases)));
        }
        another_world(ui, theme, run, out);
    });
}

fn another_world(ui: &mut Ui, theme: &Theme, run: &Run, out: &mut Vec<LabCommand>) {
    if widgets::button(ui, theme, t("brief.another_world"), None).clicked() {
        out.push(LabCommand::Run(RunCommand::Seed(run.seed.wrapping_add(1))));
    }
}

fn hints(ui: &mut Ui, theme: &Theme, run: &Run, entry: &Entry, out: &mut Vec<LabCommand>) {
    let hints = &entry.exercise.hints;
    let taken = run.notes.hints.min(hints.len());
    let mut parts = vec![tf("brief.hints.of", &[&taken, &hints.len()])];
    parts.extend(hints.get(taken).map(|hint| match hint.cost {
        cost if cost > 0.0 => tf("brief.hints.next", &[&decimal(cost, 1)]),
        _ => t("brief.hints.free").to_owned(),
    }));
    if run.hint_cost() > 0.0 {
        parts.push(tf("brief.hints.spent", &[&decimal(run.hint_cost(), 1)]));
    }
    ui.label(widgets::small(theme, parts.join(" · ")));
    for hint in &hints[..taken] {
        linked::show(ui, theme, run, &hint.say, out);
    }
    ui.horizontal_wrapped(|ui| {
        if taken < hints.len() && widgets::button(ui, theme, t("brief.next_hint"), None).clicked() {
            out.push(LabCommand::Brief(BriefCommand::NextHint));
        }
        let offered = entry.solution.is_some() && !run.notes.is_assisted && !run.notes.asks;
        if offered && widgets::button(ui, theme, t("brief.show_solution"), None).clicked() {
            out.push(LabCommand::Brief(BriefCommand::AskForSolution));
        }
    });
    if run.notes.asks {
        widgets::card(theme).show(ui, |ui| {
            ui.label(t("brief.sure"));
            ui.horizontal_wrapped(|ui| {
                if widgets::button(ui, theme, t("brief.sure.yes"), None).clicked() {
                    out.push(LabCommand::Brief(BriefCommand::ShowSolution));
                }
                if widgets::button(ui, theme, t("brief.sure.no"), None).clicked() {
                    out.push(LabCommand::Brief(BriefCommand::NotYet));
                }
            });
        });
    }
    if let Some((text, _)) = entry.solution.as_ref().filter(|_| run.notes.is_assisted) {
        folded(ui, theme, t("brief.solution"), "solution", |ui| {
            ScrollArea::horizontal().id_salt("solution").show(ui, |ui| {
                ui.add(egui::Label::new(RichText::new(text).text_style(TextStyle::Monospace)).extend());
            });
        });
        let (text, command) = if run.plays_solution() {
            (t("brief.solution.own"), LabCommand::Run(RunCommand::Restart))
        } else {
            (t("brief.solution.play"), LabCommand::Brief(BriefCommand::PlaySolution))
        };
        if widgets::button(ui, theme, text, None).clicked() {
            out.push(command);
        }
    }
}

/// The title of a part, with room above it.
fn section(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.add_space(8.0);
    widgets::title(ui, theme, text);
}

/// Something that is there when it is unfolded.
fn folded(ui: &mut Ui, theme: &Theme, title: &str, id: &str, inside: impl FnOnce(&mut Ui)) {
    egui::CollapsingHeader::new(widgets::small(theme, title)).id_salt(id).show_unindented(ui, inside);
}
