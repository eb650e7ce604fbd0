//! `rollout-lab run`: runs a plan once and shows its timeline and numbers.

use clap::Args;

use crate::control::Plan;
use crate::engine::Span;
use crate::exercise::predict::Forecast;
use crate::exercise::{
    ENGINE_VERSION, HandAction, MAX_BAKE, Met, SESSION_FORMAT, Session, hand_problems, play, what_if,
};
use crate::library::shipped::exercise_files;
use crate::library::write_ron;
use crate::report::audit;
use crate::report::run as report;
use crate::report::run_json;
use crate::report::shell::quoted;
use crate::scenario::{Issue, Scenario};
use crate::sim::{Case, Following, Record, Term};

use super::fidelity::FidelityName;
use super::load::Read;
use super::output::{Output, Trouble};
use super::overwrite::Overwrite;
use super::{Ended, Format, Outcome, load, manual_actions};

/// Arguments of `run`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rollout-lab run checkout --plan canary/solution --release v2-errors
  rollout-lab run checkout --plan my-plan.ron --fault payments-brownout --seed 7
  rollout-lab run checkout --plan canary/solution --release v2-errors --revision v2@8m
  rollout-lab run canary/errors --plan my-plan.ron --seed 7
  rollout-lab run checkout --plan canary/solution --release v2-errors --what-if
  rollout-lab run checkout --plan my-plan.ron --hand '7m abort' --record session.ron")]
pub(super) struct Run {
    /// The scenario: a shipped one's id, or a path. Or EXERCISE/CASE, a case of an exercise such as canary/errors: then the world
    /// differs from seed to seed as it does when the exercise is graded
    scenario: String,
    /// The plan: a path, or an exercise's file such as canary/solution
    #[arg(long)]
    plan: String,
    #[command(flatten)]
    case: CaseArguments,
    /// How finely requests are simulated; default: as the scenario says
    #[arg(long, value_enum, conflicts_with = "record")]
    fidelity: Option<FidelityName>,
    /// The seed of all random draws; the same seed gives the same run
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A manual action at a simulated time, such as '90s abort'; may be given several times
    #[arg(long, value_name = "TIME ACTION", value_parser = manual_actions::parse)]
    hand: Vec<HandAction>,
    /// Save the run to this file as a session, which can be replayed or graded
    #[arg(long, value_name = "FILE")]
    record: Option<String>,
    #[command(flatten)]
    overwrite: Overwrite,
    /// Also show the audit record: every decision with its time, author, reason and evidence
    #[arg(long)]
    audit: bool,
    /// Also show the outcome of other decisions in the same world: no checks at all, half the weight, an earlier or later
    /// rollback
    #[arg(long)]
    what_if: bool,
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The case that is run; several commands share these arguments.
#[derive(Clone, Debug, Args)]
pub(super) struct CaseArguments {
    /// The candidate release; default: the scenario's second
    #[arg(long)]
    release: Option<String>,
    /// A fault of the scenario; may be given several times
    #[arg(long = "fault", value_name = "FAULT")]
    faults: Vec<String>,
    /// The traffic shape; default: the scenario's first
    #[arg(long)]
    traffic: Option<String>,
    /// A release that comes at a simulated time and takes the place of one that is still going out, such as v3@9m; may be given several
    /// times, in the order of the times
    #[arg(long = "revision", value_name = "RELEASE@TIME", value_parser = revision)]
    revisions: Vec<Following>,
    /// Go on until what was begun has settled and was watched for so long, as a graded run does; default: end with the scenario
    #[arg(long, value_name = "TIME")]
    bake: Option<Span>,
    /// By when after it may begin the release must be out; default: the end of the scenario
    #[arg(long, value_name = "TIME")]
    deadline: Option<Span>,
}

impl CaseArguments {
    /// Whether none of them was given.
    fn is_default(&self) -> bool {
        self.release.is_none()
            && self.faults.is_empty()
            && self.traffic.is_none()
            && self.revisions.is_empty()
            && self.bake.is_none()
            && self.deadline.is_none()
    }

    /// The case; an error when `scenario` does not have one of its names.
    pub fn case(self, scenario: &Scenario) -> Result<Case, Trouble> {
        let unknown = |issue: Issue| Trouble::Said(format!("{}: {}", issue.path, issue.message));
        let releases = scenario.releases.iter().map(|release| release.name.as_str());
        if let Some(name) = &self.release
            && scenario.release(name).is_none()
        {
            return Err(unknown(Issue::unknown("--release", "release", name, releases)));
        }
        for name in &self.faults {
            let faults = scenario.faults.iter().map(|fault| fault.name.as_str());
            if scenario.fault(name).is_none() {
                return Err(unknown(Issue::unknown("--fault", "fault", name, faults)));
            }
        }
        let shapes = scenario.traffic.iter().map(|traffic| traffic.name.as_str());
        if let Some(name) = &self.traffic
            && !shapes.clone().any(|shape| shape == name)
        {
            return Err(unknown(Issue::unknown("--traffic", "traffic shape", name, shapes)));
        }
        if let Some(bake) = self.bake.filter(|bake| *bake > MAX_BAKE) {
            return Err(Trouble::Said(format!("--bake: {bake}; write at most {MAX_BAKE}")));
        }
        let names = self.revisions.iter().map(|of| &of.release);
        if let Some(name) = names.clone().find(|name| scenario.release(name).is_none()) {
            return Err(unknown(Issue::unknown("--revision", "release", name, releases)));
        }
        let first = self.release.as_deref().or_else(|| scenario.releases.get(1).map(|of| of.name.as_str()));
        let all = names.map(String::as_str).chain(first);
        let mut flagged = all.filter_map(|name| scenario.release(name)).filter(|of| of.flag.is_some());
        if let Some(of) = flagged.next().filter(|_| !self.revisions.is_empty()) {
            let message =
                format!("--revision: {} is behind a flag; releases that follow others have none", of.name);
            return Err(Trouble::Said(message));
        }
        let Self { release, faults, traffic, revisions, bake, deadline } = self;
        Ok(Case {
            release,
            faults,
            traffic,
            then: revisions,
            term: Term { bake, deadline },
            ..Case::default()
        })
    }
}

/// A release with its time, such as `v3@9m`.
fn revision(text: &str) -> Result<Following, String> {
    let of =
        text.rsplit_once('@').and_then(|(name, at)| Some((name.trim(), at.trim().parse::<Span>().ok()?)));
    let (name, at) = of
        .filter(|(name, _)| !name.is_empty())
        .ok_or_else(|| "write a release of the scenario and a simulated time, such as v3@9m".to_owned())?;
    Ok(Following { release: name.to_owned(), at, supersedes: true })
}

/// The world of a run.
struct World {
    scenario: Read<Scenario>,
    /// The scenario as a session names it.
    name: String,
    case: Case,
    /// The folder of the exercise, where it is one of one's own.
    own: Option<String>,
}

impl Run {
    /// The scenario and the case, from the arguments or from an exercise.
    fn world(&self) -> Result<World, Trouble> {
        let of_exercise = self.scenario.rsplit_once('/').filter(|(_, case)| !case.ends_with(".ron"));
        let found = of_exercise.and_then(|(name, case)| Some((exercise_files(name).ok()?, name, case)));
        let Some((files, name, case)) = found else {
            let scenario = load::scenario_at(&self.scenario, self.fidelity.map(Into::into))?;
            let case = self.case.clone().case(&scenario.value)?;
            return Ok(World { scenario, name: self.scenario.clone(), case, own: None });
        };
        if !self.case.is_default() || self.fidelity.is_some() {
            let message = "a case of an exercise has its release, faults, traffic and fidelity; leave --release, --fault, --traffic, --revision, --bake, --deadline and --fidelity out";
            return Err(Trouble::Said(message.to_owned()));
        }
        let ready = load::exercise(name)?;
        let own = load::reached(&ready, &self.plan).map(|reached| reached.exercise);
        let exercise = ready.exercise;
        let scenario = load::scenario_of(&files, &exercise.scenario)?;
        let Some(found) = exercise.cases.iter().find(|of| of.name == case) else {
            let names = exercise.cases.iter().map(|case| case.name.as_str());
            return Err(Trouble::Said(Issue::unknown("", "case", case, names).message));
        };
        let case = exercise.draw(found, &scenario.value, self.seed);
        Ok(World { scenario, name: exercise.scenario, case, own })
    }

    pub fn run(self, output: Output) -> Outcome {
        if let Some(file) = &self.record {
            self.overwrite.check(file)?;
        }
        let World { scenario, name, case, own } = self.world()?;
        let (plan, warnings) = load::plan_with_warnings(&self.plan, &scenario.value)?;
        let wrong = hand_problems(&self.hand, &plan, Some((&scenario.value, case.term.bake)));
        if !wrong.is_empty() {
            let said: Vec<String> = wrong.iter().map(|issue| format!("--hand: {}", issue.message)).collect();
            return Err(Trouble::Said(said.join("\n")));
        }
        if !warnings.is_empty() {
            output.trouble(&Trouble::Problems(warnings));
        }
        let record = play(&scenario.value, &case, &plan, &self.hand, self.seed)
            .map_err(|issues| Trouble::Problems(scenario.place(&issues, "")))?;
        let what_if = self.what_if.then(|| {
            let met = Met {
                scenario: &scenario.value,
                case: &case,
                plan: &plan,
                actions: &self.hand,
                seed: self.seed,
            };
            what_if(&met, &record)
        });
        let what_if = what_if.transpose().map_err(|issues| Trouble::Problems(scenario.place(&issues, "")))?;
        let run = report::Run {
            scenario: &scenario.value,
            plan: &self.plan,
            case: &case,
            record: &record,
            what_if: what_if.as_ref(),
        };
        output.result(&match self.format {
            Format::Text if self.audit => {
                report::text(&run, output.style) + "\n" + &audit::text(&record.facts, output.style)
            }
            Format::Text => report::text(&run, output.style),
            Format::Json => run_json(&run),
        });
        if let Some(file) = &self.record {
            let session = self.session(name, case.clone(), plan, &record);
            self.overwrite.save(file, &in_ron(file, &session)?)?;
            if let Some(exercise) = own {
                let again = format!("rollout-lab replay {} --exercise {}", quoted(file), quoted(&exercise));
                output.remark(&format!("Replay it with: {again}"));
            }
        }
        Ok(Ended::Passed)
    }

    fn session(&self, scenario: String, case: Case, plan: Plan, record: &Record) -> Session {
        Session {
            format: SESSION_FORMAT,
            scenario,
            case,
            seed: self.seed,
            plan,
            actions: self.hand.clone(),
            forecast: Forecast::Open,
            answers: Vec::new(),
            engine_version: Some(ENGINE_VERSION.to_owned()),
            digest: Some(record.digest.clone()),
            hash: None,
        }
        .sealed()
    }
}

/// The session as the text of `file`.
pub(super) fn in_ron(file: &str, session: &Session) -> Result<String, Trouble> {
    write_ron(session).map_err(|why| Trouble::Said(format!("{file}: the session: {why}")))
}
