//! States that a run has beside its course: a question that is asked, a solution that is shown, trouble that is told, a plan that is broken,
//! open or watched, the introduction.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::{LONG, Shown, after, done, exercise, held, press, still};
use crate::app::model::editor::EditorCommand;
use crate::app::model::lab::Start;
use crate::app::model::notes::BriefCommand;
use crate::app::model::order::Order;
use crate::app::model::run::RunCommand;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::engine::Time;

pub(in crate::app::tests) const STATES: &[Shown] = &[
    still("a question", |start| {
        let lab = done(exercise(start, "canary", 0), [LabCommand::Play(Order::Play)]);
        assert!(lab.run.as_ref().is_some_and(|run| run.notes.predicts), "it is asked");
        lab
    }),
    still("whether the solution is to be shown", |start| {
        let commands = [BriefCommand::NextHint, BriefCommand::AskForSolution];
        done(exercise(start, "canary", 60), commands.map(LabCommand::Brief))
    }),
    after(
        "a solution",
        |start| {
            let commands = [BriefCommand::AskForSolution, BriefCommand::ShowSolution];
            done(exercise(start, "canary", 60), commands.map(LabCommand::Brief))
        },
        |harness| press(harness, t("brief.solution")),
    ),
    still("the introduction", |start| done(held(start), [LabCommand::BeginIntroduction])),
    still("trouble and good news", |start| {
        let mut lab = exercise(start, "canary", 60);
        lab.trouble(LONG.repeat(3));
        lab.trouble(LONG);
        lab.tell(LONG);
        lab
    }),
    still("a broken plan", |start| with_text(exercise(start, "canary", 0), "steps:", "stepz:")),
    after("a value that is not right", wrong_value, |harness| {
        press(harness, &tf("plan.group_wrong", &[&t("plan.group.health"), &1]));
    }),
    after("a step that is open", |start| exercise(start, "canary", 0), second_step),
    after(
        "the groups of the plan",
        |start| exercise(start, "canary", 0),
        |harness| {
            for name in [t("plan.group.analysis"), t("plan.group.alerts"), t("plan.begin"), t("plan.files")] {
                press(harness, name);
            }
        },
    ),
    still("a plan that is watched", |start| {
        let lab = exercise(start, "canary", 0);
        let entry = lab.run.as_ref().and_then(|run| run.entry()).expect("an exercise");
        let (text, _) = entry.solution.clone().expect("it has one");
        let seek = LabCommand::Play(Order::Seek(Time::from_secs(420)));
        let set = LabCommand::Plan(EditorCommand::SetText(text));
        done(lab, [set, LabCommand::Run(RunCommand::Restart), seek])
    }),
];

fn with_text(lab: Lab, from: &str, to: &str) -> Lab {
    let text = lab.run.as_ref().expect("a run").editor.text().to_owned();
    assert!(text.contains(from), "{from}");
    done(lab, [LabCommand::Plan(EditorCommand::SetText(text.replacen(from, to, 1)))])
}

fn wrong_value(start: Start) -> Lab {
    with_text(exercise(start, "all-at-once", 0), "pre_stop: \"0s\"", "pre_stop: \"1\"")
}

fn second_step(harness: &mut Harness<'static, Lab>) {
    let name = tf("plan.step_label", &[&2, &"", &"", &""]);
    let found = harness.query_all_by_label_contains(name.trim()).next();
    found.expect("a second step").click_accesskit();
    harness.run_steps(3);
}
