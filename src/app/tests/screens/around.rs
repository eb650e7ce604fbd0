//! The screens around a run, each empty and filled.

use std::path::PathBuf;
use std::time::Duration;

use egui_kittest::kittest::Queryable;

use super::{LONG, Shown, after, at, done, exercise, held, press, still};
use crate::app::model::author::beginning::{BeginningCommand, Said};
use crate::app::model::author::{Addition, AuthorCommand};
use crate::app::model::classroom::ClassroomCommand;
use crate::app::model::comparing::{CompareCommand, Place, Side};
use crate::app::model::editor::EditorCommand;
use crate::app::model::lab::Start;
use crate::app::model::order::Order;
use crate::app::model::recall::RecallCommand;
use crate::app::model::rehearsing::RehearsalCommand;
use crate::app::model::run::RunCommand;
use crate::app::model::sandbox::SandboxCommand;
use crate::app::model::saved_plans::SavedPlansCommand;
use crate::app::model::screen::Screen;
use crate::app::model::settings::Setting;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::rehearsal::{OPENED, asks_little, manifest};
use crate::app::tests::{author, debrief};
use crate::app::texts::{t, tf};
use crate::engine::{Share, Span, Time};
use crate::exercise::power::Regression;
use crate::library::Problem;
use crate::sim::Pool;

pub(in crate::app::tests) const AROUND: &[Shown] = &[
    still("course", |start| at(exercise(start, "canary", 0), Screen::Course)),
    still("course with a question and what is broken", asked),
    still("course with an answer", |start| {
        let lab = asked(start);
        done(lab, [LabCommand::Recall(RecallCommand::Answer(0))])
    }),
    still("sandbox", |start| at(exercise(start, "canary", 0), Screen::Sandbox)),
    still("sandbox, chosen", |start| {
        let choose = |command| LabCommand::Sandbox(command);
        let lab = at(held(start), Screen::Sandbox);
        let fault = SandboxCommand::Fault("payments-brownout".to_owned(), true);
        done(lab, [choose(SandboxCommand::Choose("checkout".to_owned())), choose(fault)])
    }),
    still("museum", |start| at(exercise(start, "canary", 0), Screen::Museum)),
    still("nothing to compare", |start| at(held(start), Screen::Compare)),
    still("to compare", |start| at(comparing(held(start)), Screen::Compare)),
    still("comparing", |start| {
        let lab = done(comparing(held(start)), [LabCommand::Compare(CompareCommand::Begin)]);
        at(lab, Screen::Compare)
    }),
    still("compared", |start| {
        let mut lab = comparing(debrief::short_lab_in(start));
        lab.apply(LabCommand::Compare(CompareCommand::Begin));
        lab.tick(Duration::from_millis(16));
        assert!(lab.comparing.result.is_some(), "it is worked out");
        at(lab, Screen::Compare)
    }),
    still("a comparison that failed", |start| {
        let mut lab = comparing(held(start));
        let why = "strategy.steps[0]: found 0s; a pause of 0s is none".to_owned();
        lab.comparing.result = Some(Err(why));
        at(lab, Screen::Compare)
    }),
    still("to compare in a scenario", |start| {
        let place = Place::Scenario("checkout".to_owned());
        at(done(held(start), [LabCommand::Compare(CompareCommand::Place(place))]), Screen::Compare)
    }),
    still("no plans", |start| at(held(start), Screen::Plans)),
    still("plans", plans),
    after("a plan that is renamed", plans, |harness| press(harness, &tf("plans.rename {}", &[&"second"]))),
    still("no class", |start| at(held(start), Screen::Classroom)),
    still("a class that is chosen", |start| at(chosen(held(start)), Screen::Classroom)),
    still("a class that is led", |start| at(led(start), Screen::Classroom)),
    still("a class whose cause is shown", |start| {
        let told = ClassroomCommand::Tell(LONG.repeat(2));
        let noted = ClassroomCommand::Note(LONG.to_owned(), LONG.to_owned());
        let lab = done(led(start), [told, noted, ClassroomCommand::Reveal].map(LabCommand::Classroom));
        at(lab, Screen::Classroom)
    }),
    still("a run that is led", |start| at(led(start), Screen::Run)),
    still("a class that waits", |start| {
        let folder = tempfile::tempdir().expect("a folder");
        Lab::new(Start { follows: Some(folder.path().to_owned()), ..start })
    }),
    still("what the class sees", class),
    still("a debrief that is awaited", |start| {
        let lab = exercise(start, "all-at-once", 9_000);
        done(lab, [LabCommand::Run(RunCommand::Finish)])
    }),
    still("a debrief", |start| {
        let lab = debrief::short_lab_in(start);
        debrief::looked_back(done(lab, [LabCommand::Set(Setting::AllPanels(true))]))
    }),
];

pub(in crate::app::tests) const WRITTEN: &[Shown] = &[
    still("nothing to write", |start| at(held(start), Screen::Author)),
    still("a new exercise", |start| begun(start, &[])),
    still("a new exercise with all that can be wrong", |start| begun(start, &[BeginningCommand::Make])),
    still("a new exercise that was made", |start| {
        let said = Said::ALL.into_iter().zip(["late-bread", LONG, LONG]);
        let mut commands: Vec<BeginningCommand> =
            said.map(|(what, text)| BeginningCommand::Say(what, text.to_owned())).collect();
        commands.push(BeginningCommand::Make);
        let mut lab = begun(start, &commands);
        lab.apply(LabCommand::Author(AuthorCommand::Prove));
        lab
    }),
    still("an exercise that is written", written),
    after("all its groups", written, |harness| {
        for group in ["what", "cases", "rubric", "hints"] {
            let name = match group {
                "what" => t("author.group.what"),
                "cases" => t("author.group.cases"),
                "rubric" => t("author.group.rubric"),
                _ => t("author.group.hints"),
            };
            if harness.query_all_by_label(name).next().is_some() {
                press(harness, name);
            }
        }
    }),
    still("with what the checker wants", |start| {
        let mut lab = written(start);
        for addition in Addition::ALL {
            lab.apply(LabCommand::Author(AuthorCommand::Add(addition)));
        }
        let author = lab.author.as_mut().expect("it is open");
        let many = (1..9).map(|line| Problem {
            line,
            column: 4,
            ..Problem::of_file("exercise.ron", "unknown-name", format!("unknown release \"{LONG}\""))
        });
        author.checked = Some(many.collect());
        lab
    }),
    still("with a broken file", |start| {
        let lab = written(start);
        let text = "(format: 1, id: \"mine\", titel: \"x\"".to_owned();
        done(lab, [LabCommand::Author(AuthorCommand::Type(text))])
    }),
    still("its brief", |start| {
        let show = AuthorCommand::Show("brief.md".to_owned());
        done(written(start), [LabCommand::Author(show)])
    }),
    still("a preview", |start| {
        let mut lab = written(start);
        lab.apply(LabCommand::Author(AuthorCommand::Preview("sound".to_owned())));
        lab.tick(Duration::from_millis(1));
        lab
    }),
    still("a calibration that failed", |start| {
        let mut lab = written(start);
        lab.apply(LabCommand::Author(AuthorCommand::Calibrate));
        lab.tick(Duration::from_millis(1));
        lab
    }),
];

pub(in crate::app::tests) const REHEARSED: &[Shown] = &[
    still("nothing to rehearse", |start| at(held(start), Screen::Rehearsal)),
    still("a rehearsal under way", |start| taken(held(start), "argo-canary.yaml")),
    still("a rehearsal", |start| taken(asks_little(Lab::new(start)), OPENED)),
    still("a rehearsal that is not read", |start| {
        let mut lab = taken(held(start), OPENED);
        lab.rehearsing.ready = Some(Err("rollout.yaml:3:1: no strategy".to_owned()));
        lab
    }),
    still("a rehearsal whose runs failed", |start| {
        let mut lab = taken(held(start), OPENED);
        lab.apply(LabCommand::Rehearsal(RehearsalCommand::Stop));
        lab.rehearsing.problem = Some(LONG.repeat(2));
        lab
    }),
    still("a search under way", |start| {
        let lab = taken(held(start), OPENED);
        done(lab, [LabCommand::Rehearsal(RehearsalCommand::Improve)])
    }),
    still("a change that was found", |start| {
        let mut lab = held(start);
        lab.rehearsing.asked.seeds = Some(4);
        lab.rehearsing.asked.numbers.rps = Some(10.0);
        lab.rehearsing.asked.goal.catch = Some(Regression::Errors(Share::percent(2.0)));
        lab.rehearsing.asked.goal.within = Some(Span::from_secs(600));
        let held = taken(lab, OPENED);
        // What is opened runs every regression at once; here only the search runs.
        let mut lab = Lab::new(held.start.clone());
        lab.rehearsing = held.rehearsing;
        lab.run = held.run;
        lab.screen = Screen::Rehearsal;
        lab.apply(LabCommand::Rehearsal(RehearsalCommand::Improve));
        lab.tick(Duration::from_millis(16));
        assert!(lab.rehearsing.improvement.is_some(), "it was searched");
        lab
    }),
    still("more requests than can be simulated one by one", |start| {
        let mut lab = held(start);
        lab.rehearsing.asked.numbers.rps = Some(2_000_000.0);
        taken(lab, OPENED)
    }),
];

/// A question about an exercise that was passed a week ago, a session that was left, and an exercise that cannot be opened.
fn asked(start: Start) -> Lab {
    let mut lab = held(Start { today: Some(100), ..start });
    lab.note_pass("canary");
    lab.start.today = Some(107);
    lab.learner.best.insert("canary".to_owned(), 92.0);
    lab.learner.best.insert("all-at-once".to_owned(), 40.0);
    let place =
        Problem { line: 4, column: 9, ..Problem::of_file("exercise.ron", "unknown-field", "unknown") };
    let source =
        "    stepz: [Weight(\"5%\"), Pause(\"2m\")], // a line that is as long as lines of exercises are"
            .into();
    let name = PathBuf::from("/courses/of/this/term/deployment/exercises/11-a-lesson-with-a-long-name");
    lab.catalog.broken.push((name.display().to_string(), vec![Problem { source, ..place }]));
    at(lab, Screen::Course)
}

fn comparing(lab: Lab) -> Lab {
    let compare = [CompareCommand::Choose(1, Side::Null(2)), CompareCommand::Worlds(2)];
    let lab = done(lab, [LabCommand::OpenExercise("few-requests".to_owned())]);
    done(lab, compare.map(LabCommand::Compare))
}

fn plans(start: Start) -> Lab {
    let mut lab = held(start);
    let entry = lab.catalog.exercise("canary").expect("it is shipped").clone();
    for name in [LONG, "first", "second"] {
        let ids = ("canary".to_owned(), entry.exercise.scenario.clone());
        lab.saved_plans.add(name.to_owned(), ids.0, ids.1, entry.starter.clone(), 1_700_000_000);
    }
    let lab = done(lab, [LabCommand::SavedPlans(SavedPlansCommand::Delete(2))]);
    at(lab, Screen::Plans)
}

fn chosen(lab: Lab) -> Lab {
    let commands = [
        ClassroomCommand::Scenario("checkout".to_owned()),
        ClassroomCommand::Release(Some("v2-wrong".to_owned())),
    ];
    done(lab, commands.map(LabCommand::Classroom))
}

fn led(start: Start) -> Lab {
    let mut lab = done(chosen(held(start)), [LabCommand::Classroom(ClassroomCommand::Begin)]);
    assert!(lab.classroom.leads);
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(420))));
    lab.notices.clear();
    lab
}

/// The second window of a class that is under way.
fn class(start: Start) -> Lab {
    let data = tempfile::tempdir().expect("a folder");
    let mut leader = led(Start { data: Some(data.path().to_owned()), ..start.clone() });
    let noted = ClassroomCommand::Note(LONG.to_owned(), LONG.to_owned());
    leader.apply(LabCommand::Classroom(noted));
    let mut class = Lab::new(Start { follows: Some(data.path().to_owned()), ..start });
    leader.tick(Duration::from_secs(2));
    class.tick(Duration::from_secs(2));
    assert!(class.run.as_ref().is_some_and(|run| run.player.snapshot().world.pool(Pool::Stable).is_some()));
    class
}

/// A new exercise that is begun, after these commands.
fn begun(start: Start, commands: &[BeginningCommand]) -> Lab {
    let folder = tempfile::tempdir().expect("a folder");
    let start = Start { exercises: Some(folder.path().to_owned()), author: Some(author::TOOLS), ..start };
    let commands = std::iter::once(&BeginningCommand::Open).chain(commands).cloned();
    done(held(start), commands.map(|command| LabCommand::Author(AuthorCommand::Beginning(command))))
}

fn written(start: Start) -> Lab {
    let folder = tempfile::tempdir().expect("a folder");
    let mut lab = author::lab_in(folder.path(), start);
    lab.tick(Duration::from_millis(1));
    // The folder is gone when the window is looked at; what was read of it stays.
    lab.watch = None;
    lab
}

fn taken(mut lab: Lab, name: &str) -> Lab {
    lab.take(&manifest(name));
    lab.tick(Duration::from_millis(16));
    lab.apply(LabCommand::Plan(EditorCommand::PutAway));
    lab
}
