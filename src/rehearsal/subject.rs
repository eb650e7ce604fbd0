//! A manifest with its world: first read, then ready to be run.

use super::counts::leave_out;
use super::{Asked, Files, NOT_READ, Numbers, Origin, Rehearsal, Remark, Stated, release, world, zones};
use crate::control::Plan;
use crate::engine::Span;
use crate::exercise::power::{Regression, power_until};
use crate::exercise::rehearsal::{Setting, Spot, levels, why_not, with_approvals};
use crate::library::Problem;
use crate::library::load::{Read, read_scenario};
use crate::library::shipped::Loaded;
use crate::manifest::{Finding, Imported, Kind, Places, Table, Zones, import};
use crate::scenario::{Fidelity, Scenario, Severity};
use crate::sim::{Case, Following};

/// A manifest as it was read, and the text of its world.
#[derive(Clone, Debug)]
pub struct Subject {
    files: Files,
    table: Table,
    asked: Asked,
    plan: Plan,
    /// Whether the release waits for a person.
    waits: bool,
    findings: Vec<Finding>,
    places: Places,
    stated: Vec<Stated>,
    /// The numbers of the world, with the defaults.
    numbers: Numbers,
    world: String,
}

/// How many runs each regression has by default, where requests are drawn as counts and where they are not.
const RUNS: (usize, usize) = (5, 12);

/// A manifest that can be run in its world.
#[derive(Clone, Debug)]
pub struct Ready {
    subject: Subject,
    scenario: Read<Scenario>,
}

impl Subject {
    /// Reads the manifests, with a table of metrics, and makes their world.
    ///
    /// # Errors
    /// The problems that keep them from becoming a plan, each with its place.
    pub fn read(files: Files, table: Table, asked: Asked) -> Result<Self, Vec<Problem>> {
        let read = import(&files.names()[0], files.text(), &table);
        let Imported { plan, findings, places, retries, zones: asked_for } =
            read.map_err(|problems| files.placed(problems))?;
        let made = release::of(plan, asked.flag.as_deref());
        let problem = |why| vec![Problem::of_file(&files.names()[0], "no-release", why)];
        let release::Release { plan, flag, said } = made.map_err(problem)?;
        let mut known = asked.numbers.known(&plan, &places, &asked.measured);
        known.said.extend(retries.map(|retries| Stated {
            said: format!("what fails is tried again up to {} times by the proxies", retries.limit),
            from: Some(Origin::Manifest),
            argument: "",
        }));
        known.said.extend(asked.revision.map(|after| Stated {
            said: format!(
                "a new revision, as good or as bad, comes {after} after the release begins, and takes its place if it is still going out"
            ),
            from: Some(Origin::Given),
            argument: "--revision",
        }));
        known.said.extend(said);
        let (plan, waits, zones, left_out) =
            as_rehearsed(&plan, asked.approve, (known.instances, known.is_fluid()), asked_for);
        known.said.extend(left_out);
        known.said.extend(zones.said);
        let made = world::Made { retries, revision: asked.revision, flag, zones: zones.names };
        let world = world::text(&known, &plan, made);
        let numbers = known.numbers();
        Ok(Self { files, table, asked, plan, waits, findings, places, stated: known.said, numbers, world })
    }

    /// The world, as the text of a scenario.
    pub fn world(&self) -> &str {
        &self.world
    }

    /// The manifest, ready to be run.
    ///
    /// # Errors
    /// Why the plan cannot be run in its world.
    pub fn ready(self) -> Result<Ready, Vec<Problem>> {
        let loaded = Loaded { file: "the world of the rehearsal".to_owned(), text: self.world.clone() };
        let scenario = read_scenario(&loaded)?;
        let issues = self.plan.problems(Some(&scenario.value));
        let wrong = issues.iter().filter(|issue| issue.severity == Severity::Error);
        let problem = |message: String| Problem::of_file(&self.files.names()[0], "plan", message);
        let wrong: Vec<Problem> =
            wrong.map(|issue| problem(format!("the plan: {}: {}", issue.path, issue.message))).collect();
        if wrong.is_empty() { Ok(Ready { subject: self, scenario }) } else { Err(wrong) }
    }
}

impl Ready {
    /// What can be told of the plan alone, without a run.
    pub fn from_the_plan(&self) -> Rehearsal {
        let Subject { files, asked, plan, findings, places, .. } = &self.subject;
        let more = match asked.goal.catch {
            Some(Regression::Errors(share)) => share.fraction(),
            _ => 0.01,
        };
        let Numbers { rps, errors, .. } = self.subject.numbers;
        let errors = errors.unwrap_or_default().fraction();
        let remarks =
            why_not(plan, Setting { requests_per_s: rps.unwrap_or_default(), errors, more }).into_iter();
        let mut why_not: Vec<Remark> =
            remarks.map(|of| remark(files, places, &of.spot, of.code, of.said)).collect();
        // A manifest whose metrics are all left out measures all the same, and what follows is not about it. Those of an autoscaler measure no
        // release.
        let left_out = |of: &&Finding| {
            of.kind == Kind::NotSupported
                && of.path.contains(".metrics[")
                && !of.path.starts_with("HorizontalPodAutoscaler/")
        };
        if let Some(first) = findings.iter().find(left_out)
            && let Some(nothing) = why_not.iter_mut().find(|of| of.code == "nothing-measured")
        {
            let Remark { file, place, .. } = of_finding(files, first);
            (nothing.file, nothing.place, nothing.code) = (file, place, "nothing-read");
            UNREAD.clone_into(&mut nothing.said);
        }
        if self.subject.waits {
            let said = format!(
                "The release waits here for a person, who is taken to come after {} (--approve).",
                asked.approve
            );
            why_not.push(remark(files, places, &Spot::Approval, "waits-for-a-person", said));
        }
        // A template that is used at several places says its own once.
        let mut told: Vec<Remark> = Vec::new();
        for one in why_not {
            if !told.contains(&one) {
                told.push(one);
            }
        }
        let differently = findings.iter().filter(|of| of.kind == Kind::NotSupported);
        Rehearsal {
            files: files.names().to_vec(),
            title: plan.title.clone(),
            world: self.subject.stated.clone(),
            read: differently.map(|of| of_finding(files, of)).collect(),
            why_not: told,
            power: None,
            goals: Vec::new(),
            currency: self.scenario.value.cost.currency.clone(),
        }
    }

    /// The numbers of the world, with the defaults: none is missing.
    pub fn numbers(&self) -> Numbers {
        self.subject.numbers
    }

    /// The release that is rehearsed, and the new revision that comes meanwhile, which is as good or as bad.
    pub(super) fn case(&self) -> Case {
        let release = "next".to_owned();
        let at = |after| self.scenario.value.release_at + after;
        let next = |after| Following { release: release.clone(), at: at(after), supersedes: true };
        let then = self.subject.asked.revision.map(next).into_iter().collect();
        Case { release: Some(release), then, ..Case::default() }
    }

    /// How many runs each regression has.
    pub(super) fn seeds(&self) -> usize {
        self.subject.asked.seeds.unwrap_or(if self.is_fluid() { RUNS.0 } else { RUNS.1 })
    }

    /// Whether requests are drawn as counts.
    pub(super) fn is_fluid(&self) -> bool {
        self.scenario.value.fidelity == Fidelity::Fluid
    }

    /// How many runs a rehearsal has.
    pub fn runs(&self) -> usize {
        self.seeds() * levels(self.subject.asked.goal.catch, self.scenario.value.fidelity).len()
    }

    /// Runs every regression; `on_run` is called after each run. As soon as `is_cancelled` says so no run is begun any more, and there
    /// is no rehearsal.
    ///
    /// # Errors
    /// What is wrong with the world or the plan.
    pub fn rehearse(
        &self,
        on_run: &(dyn Fn() + Sync),
        is_cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Rehearsal>, Vec<Problem>> {
        let (Asked { goal, seed, .. }, seeds) = (&self.subject.asked, self.seeds());
        let (world, plan) = (&self.scenario.value, &self.subject.plan);
        let case = self.case();
        let levels = levels(goal.catch, world.fidelity);
        let found = power_until(world, &case, plan, &levels, (seeds, *seed), on_run, is_cancelled);
        let found = found.map_err(|issues| self.scenario.place(&issues, ""))?;
        Ok(found
            .map(|mut power| {
                if release::stays(plan) && power.stopped.left > 0 {
                    power.stopped.left_since = Some(release::STAYS.to_owned());
                }
                power
            })
            .map(|power| Rehearsal {
                goals: goal.met_by(&power),
                power: Some(power),
                ..self.from_the_plan()
            }))
    }

    pub(super) fn files(&self) -> &Files {
        &self.subject.files
    }

    pub(super) fn places(&self) -> &Places {
        &self.subject.places
    }

    pub(super) fn table(&self) -> &Table {
        &self.subject.table
    }

    pub(super) fn asked(&self) -> &Asked {
        &self.subject.asked
    }

    pub(super) fn scenario(&self) -> &Scenario {
        &self.scenario.value
    }
}

/// `plan` as it is rehearsed: with a person who approves after `approve`, and with the zones of its world, of so many instances; and whether it waits for
/// that person. Where requests are drawn as counts, it is without what these cannot say, and that is told.
pub(super) fn as_rehearsed(
    plan: &Plan,
    approve: Span,
    (instances, is_fluid): (u32, bool),
    asked_for: Option<Zones>,
) -> (Plan, bool, zones::Places, Vec<Stated>) {
    let (mut plan, waits) = with_approvals(plan, approve);
    let left_out = if is_fluid { leave_out(&mut plan) } else { Vec::new() };
    let zones = zones::zones(&mut plan, instances, asked_for);
    (plan, waits, zones, left_out)
}

/// What is said where metrics are measured and none of them could be read.
const UNREAD: &str = "None of the manifest's metrics could be read, and what is told here is of a release that nothing is measured of: say in \
    a table (--metrics) what they measure.";

fn remark(files: &Files, places: &Places, spot: &Spot, code: &'static str, said: String) -> Remark {
    let (line, column) = places.place(spot).unwrap_or((0, 0));
    let (file, line) = if line > 0 { files.place(line) } else { (files.names()[0].clone(), 0) };
    Remark { file, place: (line, column), code, said }
}

fn of_finding(files: &Files, of: &Finding) -> Remark {
    let (file, line) = files.place(of.line);
    Remark { file, place: (line, of.column), code: NOT_READ, said: format!("{}: {}", of.path, of.message) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::rehearsal::Goal;

    /// How many runs a rehearsal of a rolling update has at this rate.
    fn runs(rps: f64, seeds: Option<usize>) -> usize {
        let text = "kind: Deployment\nmetadata: {name: shop}\nspec: {template: {spec: {containers: [{name: shop}]}}}\n";
        let file = Loaded { file: "shop.yaml".to_owned(), text: text.to_owned() };
        let asked = Asked {
            numbers: Numbers { rps: Some(rps), ..Numbers::default() },
            measured: crate::rehearsal::Measured::default(),
            goal: Goal { catch: None, within: None, false_alarms: None },
            approve: Span::from_secs(300),
            revision: None,
            flag: None,
            seeds,
            seed: 1,
        };
        Subject::read(Files::of(&[file]), Table::default(), asked).unwrap().ready().unwrap().runs()
    }

    /// Leaks are left out where requests are drawn as counts.
    #[test]
    fn so_many_requests_leave_little_to_luck() {
        assert_eq!(
            [runs(11_999.0, None), runs(12_000.0, None), runs(12_000.0, Some(7))],
            [15 * 12, 14 * 5, 14 * 7]
        );
    }
}
