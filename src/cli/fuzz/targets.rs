//! The readers, and the valid files that they are tried with.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cli::manual_actions;
use crate::control::Plan;
use crate::engine::{Amount, Level, Rate, Share, Span};
use crate::exercise::predict::Forecast;
use crate::exercise::{Duty, Exercise, HandAction, Playbook, Session, hand_problems, play};
use crate::library::shipped::files;
use crate::library::{FileKind, MAX_FILE_BYTES, read_ron, read_trace, write_ron};
use crate::manifest::{FORMATS, Table, export, import};
use crate::scenario::{Issue, Scenario, Severity};
use crate::sim::Case;

/// A reader.
#[derive(Clone, Copy)]
pub(super) struct Target {
    pub name: &'static str,
    pub about: &'static str,
    /// It gets one input where others get so many.
    pub share: u64,
    pub corpus: fn() -> Vec<String>,
    /// Whether it accepts a text; an error says which law is broken.
    pub read: fn(&str) -> Result<bool, String>,
}

pub(super) static TARGETS: [Target; 14] = [
    Target {
        name: "scenario",
        about: "scenarios",
        share: 1,
        corpus: || of_kind(FileKind::Scenario),
        read: scenario,
    },
    Target {
        name: "plan",
        about: "plans, alone and against a scenario",
        share: 1,
        corpus: || of_kind(FileKind::Plan),
        read: plan,
    },
    Target {
        name: "exercise",
        about: "exercises",
        share: 1,
        corpus: || of_kind(FileKind::Exercise),
        read: exercise,
    },
    Target {
        name: "session",
        about: "sessions with actions by hand",
        share: 1,
        corpus: sessions,
        read: session,
    },
    Target {
        name: "playbook",
        about: "playbooks",
        share: 1,
        corpus: || of_kind(FileKind::Playbook),
        read: playbook,
    },
    Target { name: "duty", about: "hand-ins of Operate exercises", share: 1, corpus: duties, read: duty },
    Target {
        name: "kept",
        about: "best scores, as they are kept",
        share: 1,
        corpus: || vec!["{\"canary\": 71.5, \"gates\": 100.0}".to_owned()],
        read: kept,
    },
    Target {
        name: "manifest",
        about: "manifests, PromQL in them, Unleash and flagd JSON",
        share: 2,
        corpus: manifests,
        read: manifest,
    },
    Target { name: "table", about: "tables of metrics", share: 1, corpus: tables, read: table },
    Target {
        name: "trace",
        about: "traces of traffic",
        share: 1,
        corpus: || vec!["at_s,per_s\n0,10\n0.5,20.5\n60,0\n".to_owned()],
        read: trace,
    },
    Target {
        name: "quantity",
        about: "lengths of time, shares, rates, levels, amounts",
        share: 1,
        corpus: quantities,
        read: quantity,
    },
    Target { name: "hand", about: "actions on the command line", share: 1, corpus: hands, read: by_hand },
    Target {
        name: "run-plan",
        about: "runs of plans that are accepted",
        share: 100,
        corpus: || of_kind(FileKind::Plan),
        read: run_plan,
    },
    Target {
        name: "run-world",
        about: "runs of scenarios that are accepted",
        share: 100,
        corpus: || of_kind(FileKind::Scenario),
        read: run_world,
    },
];

fn of_kind(kind: FileKind) -> Vec<String> {
    let of = |(path, text): &(&str, &str)| path.ends_with(".ron") && FileKind::of(path, text) == kind;
    files().iter().filter(|file| of(file)).map(|(_, text)| (*text).to_owned()).collect()
}

/// A text as a value, and the law that what is written is read again.
fn ron<T>(text: &str, problems: impl Fn(&T) -> Vec<Issue>) -> Result<bool, String>
where
    T: Serialize + DeserializeOwned + PartialEq + Send,
{
    let Ok((value, _)) = read_ron::<T>("input", text) else { return Ok(false) };
    let sound = problems(&value).iter().all(|issue| issue.severity == Severity::Warning);
    // Written out, with all its defaults and each field on its line, a file may grow beyond what is read.
    if text.len() < MAX_FILE_BYTES / 32 {
        write_ron(&value)?;
    }
    Ok(sound)
}

/// A world for plans: that of the first exercises, for ten minutes.
static WORLD: LazyLock<Scenario> = LazyLock::new(|| {
    let shipped = crate::library::load::scenario("checkout").map(|read| read.value);
    let mut world = shipped.unwrap_or_else(|_| panic!("the shipped scenario checkout can be read"));
    world.horizon = Span::from_secs(600);
    world.release_at = Span::from_secs(60);
    world
});

fn scenario(text: &str) -> Result<bool, String> {
    ron::<Scenario>(text, Scenario::problems)
}

fn plan(text: &str) -> Result<bool, String> {
    ron::<Plan>(text, |plan| {
        let mut issues = plan.problems(None);
        issues.extend(plan.problems(Some(&WORLD)));
        issues
    })
}

fn exercise(text: &str) -> Result<bool, String> {
    ron::<Exercise>(text, |exercise| exercise.problems(Some(&WORLD)))
}

fn session(text: &str) -> Result<bool, String> {
    ron::<Session>(text, |session| session.problems(Some(&WORLD)))
}

fn playbook(text: &str) -> Result<bool, String> {
    ron::<Playbook>(text, |playbook| playbook.problems(None))
}

fn duty(text: &str) -> Result<bool, String> {
    ron::<Duty>(text, |_| Vec::new())
}

fn kept(text: &str) -> Result<bool, String> {
    ron::<BTreeMap<String, f64>>(text, |_| Vec::new())
}

fn manifest(text: &str) -> Result<bool, String> {
    let Ok(imported) = import("input.yaml", text, &Table::default()) else { return Ok(false) };
    let sound = imported.plan.problems(None).iter().all(|issue| issue.severity == Severity::Warning);
    if sound {
        // What cannot be written is refused by the import; what is written is read again.
        let _ = write_ron(&imported.plan);
    }
    Ok(sound)
}

fn table(text: &str) -> Result<bool, String> {
    ron::<Table>(text, Table::problems)
}

fn trace(text: &str) -> Result<bool, String> {
    Ok(read_trace("input.csv", text).is_ok())
}

fn quantity(text: &str) -> Result<bool, String> {
    fn again<T: std::str::FromStr + std::fmt::Display + PartialEq>(text: &str) -> Result<bool, String> {
        let Ok(value) = text.parse::<T>() else { return Ok(false) };
        match value.to_string().parse::<T>() {
            Ok(other) if other == value => Ok(true),
            _ => Err(format!("{text} is written as {value}, which is another")),
        }
    }
    let amount = serde_json::from_str::<Amount>(text).is_ok();
    let read = [again::<Span>(text)?, again::<Share>(text)?, again::<Rate>(text)?, again::<Level>(text)?];
    Ok(amount || read.contains(&true))
}

fn by_hand(text: &str) -> Result<bool, String> {
    Ok(manual_actions::parse(text).is_ok())
}

fn run_plan(text: &str) -> Result<bool, String> {
    let Ok((plan, _)) = read_ron::<Plan>("input", text) else { return Ok(false) };
    let sound = plan.problems(Some(&WORLD)).iter().all(|issue| issue.severity == Severity::Warning);
    // A run that is too costly says so; what must not be is a panic.
    Ok(sound && play(&WORLD, &Case::default(), &plan, &[], 1).is_ok())
}

fn run_world(text: &str) -> Result<bool, String> {
    let Ok((mut world, _)) = read_ron::<Scenario>("input", text) else { return Ok(false) };
    world.horizon = world.horizon.min(Span::from_secs(900));
    let sound = world.problems().iter().all(|issue| issue.severity == Severity::Warning);
    if !sound || world.run_cost().steps > 3e6 {
        return Ok(false);
    }
    let Ok((plan, _)) = read_ron::<Plan>("input", "(format: 1, strategy: Rolling())") else {
        return Ok(false);
    };
    Ok(play(&world, &Case::default(), &plan, &[], 1).is_ok())
}

fn sessions() -> Vec<String> {
    let plans = of_kind(FileKind::Plan).into_iter().filter_map(|text| read_ron::<Plan>("plan", &text).ok());
    let actions = hands().iter().filter_map(|text| manual_actions::parse(text).ok()).collect::<Vec<_>>();
    let is_sound = |issues: &[Issue]| issues.iter().all(|issue| issue.severity == Severity::Warning);
    // Each plan with the actions that it has something for.
    let of = |plan: &Plan| -> Vec<_> {
        let fits = |hand: &&HandAction| {
            is_sound(&hand_problems(std::slice::from_ref(*hand), plan, Some((&WORLD, None))))
        };
        actions.iter().filter(fits).cloned().collect()
    };
    let session = |plan: Plan| Session {
        format: crate::exercise::SESSION_FORMAT,
        scenario: "checkout".to_owned(),
        case: Case::default(),
        seed: 7,
        actions: of(&plan),
        plan,
        forecast: Forecast::Open,
        answers: Vec::new(),
        engine_version: None,
        digest: None,
        hash: None,
    };
    let sound = plans.map(|(plan, _)| plan).filter(|plan| is_sound(&plan.problems(Some(&WORLD))));
    sound.take(20).filter_map(|plan| write_ron(&session(plan)).ok()).collect()
}

fn duties() -> Vec<String> {
    let exercises = of_kind(FileKind::Exercise).into_iter();
    let exercises = exercises.filter_map(|text| read_ron::<Exercise>("exercise", &text).ok());
    exercises.take(6).filter_map(|(exercise, _)| write_ron(&Duty::new(&exercise, "ada")).ok()).collect()
}

/// Every shipped plan in every format that can say something of it.
fn manifests() -> Vec<String> {
    let plans = of_kind(FileKind::Plan).into_iter().filter_map(|text| read_ron::<Plan>("plan", &text).ok());
    let plans: Vec<Plan> = plans.map(|(plan, _)| plan).collect();
    let all =
        FORMATS.iter().flat_map(|format| plans.iter().filter_map(move |plan| export(plan, format).ok()));
    all.map(|exported| exported.text).collect()
}

fn tables() -> Vec<String> {
    let table = "(metrics: [(pattern: \"checkout_.*_errors\", query: (metric: ErrorRatio), scale: 100), (pattern: \"p99\", query: (metric: Latency(0.99), over: \"1m\"), success: true)])";
    vec![table.to_owned()]
}

fn quantities() -> Vec<String> {
    let all = [
        "90s",
        "2h30m",
        "1.5s",
        "250ms",
        "2.5%",
        "33.333333%",
        "120/s",
        "30/m",
        "1/h",
        "0.95",
        "3",
        "\"25%\"",
    ];
    all.map(str::to_owned).to_vec()
}

fn hands() -> Vec<String> {
    let all = [
        "90s abort",
        "6m30s route 10%",
        "400s scale candidate 3",
        "7m resize 12",
        "8m flag new-cart 50%",
        "9m restart candidate",
        "9m drain 7",
        "10m acknowledge errors because somebody has to",
        "11m shed 20%",
        "12m open-breaker payments",
        "13m tell all is well",
        "14m localise payments",
    ];
    all.map(str::to_owned).to_vec()
}
