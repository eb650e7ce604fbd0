//! `rollout-lab list`: lists the shipped exercises, scenarios and incidents.

use clap::Args;

use crate::exercise::Exercise;
use crate::exercise::incident::Incident;
use crate::exercise::prove::Proof;
use crate::library::progress;
use crate::library::proofs::proof_of;
use crate::library::shipped::{
    exercise_files, exercise_ids, find_scenario_text, incident_files, incident_ids, scenario_ids,
};
use crate::report::{list as report, proofs};

use super::load::{needed, read, read_scenario};
use super::output::Output;
use super::{Ended, Format, Outcome};

/// Arguments of `list`.
#[derive(Debug, Args)]
pub(super) struct List {
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// What plans earned in the proofs of the shipped exercises, as the page docs/proofs.md
    #[arg(long, conflicts_with = "format")]
    proofs: bool,
}

impl List {
    pub fn run(self, output: Output) -> Outcome {
        if self.proofs {
            output.result(&proofs::markdown(&kept_proofs()?));
            return Ok(Ended::Passed);
        }
        let list = shipped(output)?;
        output.result(&match self.format {
            Format::Text => report::text(&list, output.style),
            Format::Json => report::json(&list),
        });
        Ok(Ended::Passed)
    }
}

/// The shipped exercises that have a proof, with it.
fn kept_proofs() -> Result<Vec<(Exercise, Proof)>, super::Trouble> {
    let mut kept = Vec::new();
    for id in exercise_ids() {
        let files = exercise_files(id)?;
        if let Some(proof) = proof_of(&files)? {
            kept.push((read::<Exercise>(needed(&files, "exercise.ron")?)?.value, proof.value));
        }
    }
    Ok(kept)
}

/// The shipped exercises, scenarios and incidents, with the best scores on this computer.
pub(super) fn shipped(output: Output) -> Result<report::List, super::Trouble> {
    let best = best_scores(output);
    let mut list = report::List::default();
    for id in exercise_ids() {
        let files = exercise_files(id)?;
        let exercise = read::<Exercise>(needed(&files, "exercise.ron")?)?.value;
        list.exercises.push(report::ExerciseLine {
            max_score: exercise.max_score(),
            best_score: best.best.get(&exercise.id).copied(),
            id: exercise.id,
            title: exercise.title,
            part: exercise.part,
            minutes: exercise.minutes,
            scenario: exercise.scenario,
            pass_score: exercise.pass,
        });
    }
    for id in scenario_ids() {
        let scenario = read_scenario(&find_scenario_text(id)?)?.value;
        list.scenarios.push(report::ScenarioLine {
            id: scenario.id,
            title: scenario.title,
            releases: scenario.releases.into_iter().map(|release| release.name).collect(),
            faults: scenario.faults.into_iter().map(|fault| fault.name).collect(),
            traffic: scenario.traffic.into_iter().map(|traffic| traffic.name).collect(),
        });
    }
    for id in incident_ids() {
        let files = incident_files(id)?;
        let incident = read::<Incident>(needed(&files, "incident.ron")?)?.value;
        list.incidents.push(report::IncidentLine {
            id: id.to_owned(),
            title: incident.title,
            date: incident.date,
        });
    }
    list.incidents.sort_by(|a, b| (&a.date, &a.id).cmp(&(&b.date, &b.id)));
    Ok(list)
}

/// The best scores on this computer; none, with a remark, when they cannot be read.
fn best_scores(output: Output) -> progress::Progress {
    let Some(folder) = progress::data_folder() else { return progress::Progress::default() };
    match progress::load(&folder) {
        Ok(progress) => {
            if let Some(notice) = &progress.notice {
                output.remark(notice);
            }
            progress
        }
        Err(problem) => {
            output.remark(&problem.to_string());
            progress::Progress::default()
        }
    }
}
