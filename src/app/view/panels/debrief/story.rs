//! What the debrief opens with: what happened, why, and what to change, a sentence each, with the way to where it is seen.

use egui::{RichText, Ui};

use crate::app::model::case_order::worst_first;
use crate::app::model::debrief::Debrief;
use crate::app::model::findings::{Decision, Findings};
use crate::app::model::order::Order;
use crate::app::model::panes::Pane;
use crate::app::model::run::{Run, RunCommand};
use crate::app::model::screen::Screen;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::panels::brief::goals::capitalized;
use crate::app::view::panels::bring::bring;
use crate::app::view::panels::debrief::{decisions, reasons};
use crate::app::view::panels::plan;
use crate::app::view::theme::{Theme, semibold};
use crate::app::view::widgets;
use crate::engine::Time;
use crate::exercise::format::{counted, lasting};
use crate::exercise::{Choice, ExtraCheck, Verdict};
use crate::sim::Cause;

/// Where a sentence leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// To a moment of the run.
    Moment(Time),
    /// To another case of the exercise, by its position and its name.
    Case(usize, String),
    /// To a field of the plan.
    Field(&'static str),
}

/// A sentence of the three.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sentence {
    /// Its heading.
    pub head: &'static str,
    /// The sentence.
    pub text: String,
    /// Where it leads; `None` where there is nothing to see.
    pub way: Option<Way>,
}

/// The three sentences, of what is worked out by now.
pub(super) fn sentences(run: &Run, debrief: &Debrief, found: &Findings) -> [Sentence; 3] {
    let verdict = debrief.verdict.as_ref().and_then(|verdict| verdict.as_ref().ok());
    [
        happened(found),
        why(run, verdict.map(AsRef::as_ref), found),
        change(run, verdict.map(AsRef::as_ref), found),
    ]
}

fn happened(found: &Findings) -> Sentence {
    let run = &found.rows[0].run;
    let ended = match run.phase {
        "completed" => t("story.completed"),
        "rolled_back" => t("story.rolled_back"),
        _ => t("story.hanging"),
    };
    let (text, way) = match found.you.harm {
        Some(harm) if run.users_harmed > 0 => {
            (tf("story.harmed", &[&ended, &counted(run.users_harmed), &harm]), Some(Way::Moment(harm)))
        }
        _ => (tf("story.unharmed", &[&ended]), None),
    };
    Sentence { head: t("story.what"), text, way }
}

fn why(run: &Run, verdict: Option<&Verdict>, found: &Findings) -> Sentence {
    let mut parts = Vec::new();
    if found.you.harm.is_some() {
        parts.extend(cause(&reasons::causes(found)));
        parts.push(seen(found));
    } else {
        parts.push(t("story.no_cause").to_owned());
    }
    // The case that cost most, when it is not the one that was seen.
    let worst = verdict.and_then(|verdict| {
        let first = worst_first(verdict, &run.scenario).into_iter().next()?;
        let name = run.case_name(&verdict.cases[first.index].name).to_owned();
        (first.is_bad && first.index != run.case.0).then_some((first.index, name))
    });
    if let Some((_, name)) = &worst {
        parts.push(tf("story.worst", &[name]));
    }
    Sentence {
        head: t("story.why"),
        text: parts.join(" "),
        way: worst.map(|(index, name)| Way::Case(index, name)),
    }
}

/// Why most requests failed. Ordinary errors are in every run and harm nobody in addition: they are told where there is nothing else.
fn cause(causes: &[(Cause, u64)]) -> Option<String> {
    let (first, _) = causes.first()?;
    let beyond = causes.iter().map(|(cause, _)| *cause).find(|cause| *cause != Cause::Background);
    Some(match beyond.filter(|beyond| beyond != first) {
        Some(beyond) => tf("story.cause_beyond {}", &[&reasons::cause_words(beyond)]),
        None => tf("story.cause", &[&reasons::cause_words(*first)]),
    })
}

/// How long it took until it was seen and undone, in words.
fn seen(found: &Findings) -> String {
    let harm = found.you.harm.unwrap_or_default();
    let after = |time: Time| lasting(time.max(harm).since(harm).as_secs_f64());
    match (found.you.detected, found.you.decided) {
        (Some(detected), Some(decided)) => tf("story.seen_and_decided", &[&after(detected), &after(decided)]),
        (Some(detected), None) => tf("story.seen", &[&after(detected)]),
        (None, Some(decided)) => tf("story.decided", &[&after(decided)]),
        (None, None) => t("story.unseen").to_owned(),
    }
}

fn change(run: &Run, verdict: Option<&Verdict>, found: &Findings) -> Sentence {
    let sentence = |text, way| Sentence { head: t("story.change"), text, way };
    let costly = verdict.and_then(|verdict| {
        let lost = verdict.criteria.iter().filter(|line| line.own_points < line.max_points);
        lost.max_by(|one, other| {
            let lost = |line: &crate::exercise::CriterionResult| line.max_points - line.own_points;
            lost(one).total_cmp(&lost(other))
        })
    });
    let better = found.matters_most.map(|index| &found.rows[index]);
    if let Some(row) = better {
        let spared = found.rows[0].run.users_harmed - row.run.users_harmed;
        let text = tf("story.better", &[&decisions::name(row.decision), &counted(spared)]);
        return sentence(text, field_of(row.decision).map(Way::Field));
    }
    match costly {
        Some(line) => {
            let text = tf("story.costly", &[&capitalized(run.criterion_name(&line.id)), &line.say]);
            sentence(text, Some(Way::Field(line.measure.moved_by())))
        }
        None => sentence(t("story.nothing").to_owned(), None),
    }
}

/// The field of the plan by which a decision is taken; `None` where it is taken by hand or not at all.
fn field_of(decision: Decision) -> Option<&'static str> {
    match decision {
        Decision::Yours | Decision::Model => None,
        Decision::ExtraCheck(ExtraCheck::Errors | ExtraCheck::Latency) => Some("analysis"),
        Decision::Other(choice) => Some(match choice {
            Choice::HalfTheWeight | Choice::NotShipped => "strategy",
            Choice::Unwatched => "analysis",
            Choice::Sooner(_) | Choice::Later(_) | Choice::WhenSeen | Choice::AfterHarm(_) => "triggers",
        }),
    }
}

/// Draws them; each leads to where it is seen.
pub(super) fn show(
    ui: &mut Ui,
    lab: &Lab,
    run: &Run,
    debrief: &Debrief,
    found: &Findings,
    out: &mut Vec<LabCommand>,
) {
    let theme = lab.theme();
    widgets::card(&theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        for sentence in sentences(run, debrief, found) {
            ui.label(widgets::small(&theme, sentence.head));
            ui.label(RichText::new(&sentence.text).size(15.0).color(theme.text));
            if let Some(way) = &sentence.way {
                lead(ui, lab, &theme, way, out);
            }
            ui.add_space(4.0);
        }
    });
    ui.add_space(12.0);
}

fn lead(ui: &mut Ui, lab: &Lab, theme: &Theme, way: &Way, out: &mut Vec<LabCommand>) {
    let text = match way {
        Way::Moment(at) => tf("story.to_moment", &[at]),
        Way::Case(_, name) => tf("story.to_case", &[name]),
        Way::Field(field) => tf("story.to_field", &[&field_name(field)]),
    };
    if !widgets::button(ui, theme, &text, None).clicked() {
        return;
    }
    match way {
        Way::Moment(at) => {
            out.push(LabCommand::Play(Order::Seek(*at)));
            out.push(LabCommand::Go(Screen::Run));
        }
        Way::Case(index, _) => out.push(LabCommand::Run(RunCommand::Case(*index))),
        Way::Field(field) => {
            out.push(LabCommand::Go(Screen::Run));
            bring(ui, lab, Pane::Plan, out);
            plan::go_to(ui.ctx(), field);
        }
    }
}

fn field_name(field: &str) -> &'static str {
    match field {
        "strategy" => t("story.field.strategy"),
        "analysis" => t("story.field.analysis"),
        "alerts" => t("story.field.alerts"),
        _ => t("story.field.triggers"),
    }
}

/// Draws what can be done after a pass, and a question for a week later.
pub(super) fn passed(ui: &mut Ui, theme: &Theme, run: &Run, verdict: &Verdict) {
    let Some(entry) = run.entry().filter(|_| verdict.passed) else { return };
    ui.add_space(8.0);
    widgets::card(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new(t("story.can")).family(semibold()).color(theme.text));
        for objective in &entry.exercise.objectives {
            ui.label(RichText::new(format!("· {objective}")).color(theme.text));
        }
        ui.add_space(6.0);
        ui.label(RichText::new(t("story.later")).family(semibold()).color(theme.text));
        ui.label(RichText::new(question(run, verdict)).color(theme.mute));
        ui.label(widgets::small(theme, t("recall.next")));
    });
}

/// A question that only who has understood the exercise can answer from memory: about the case that harms most under any plan.
pub(super) fn question(run: &Run, verdict: &Verdict) -> String {
    let hardest = worst_first(verdict, &run.scenario)
        .into_iter()
        .max_by(|one, other| one.harmed.total_cmp(&other.harmed));
    let name = hardest.map_or("", |stand| verdict.cases[stand.index].name.as_str());
    tf("story.question", &[&run.case_name(name)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_errors_are_the_cause_only_where_nothing_else_failed() {
        let told = |causes: &[(Cause, u64)]| cause(causes).unwrap_or_default();
        let plain = reasons::cause_words(Cause::Background);
        let defect = reasons::cause_words(Cause::Defect);
        assert_eq!(told(&[(Cause::Background, 40)]), tf("story.cause", &[&plain]));
        assert_eq!(told(&[(Cause::Defect, 41), (Cause::Background, 40)]), tf("story.cause", &[&defect]));
        let beyond = told(&[(Cause::Background, 40), (Cause::Defect, 7)]);
        assert_eq!(beyond, tf("story.cause_beyond {}", &[&defect]));
        assert_eq!(told(&[]), "");
    }
}
