//! A person writes a hypothesis down, lets a fault loose, and the condition ends it.

use crate::sim::Who;
use crate::sim::experiment::ExperimentFact;
use crate::sim::fact::What;
use crate::sim::simulation::Simulation;
use crate::telemetry::Condition;

impl Simulation {
    /// Writes down a hypothesis, and looks whether it holds.
    pub(in crate::sim) fn hypothesise(&mut self, statement: &Condition, because: &str) {
        let holds = self.shows(statement);
        self.faults.experiments.hypothesis = Some((statement.clone(), holds));
        self.note(What::Experiment(ExperimentFact::Holds(holds)), because);
    }

    /// Lets a fault loose until its time is over or `stop` holds. One at a time, by hand, and only a fault that ends.
    pub(in crate::sim) fn experiment(
        &mut self,
        who: Who,
        name: &str,
        stop: Option<&Condition>,
        because: &str,
    ) {
        let found = self.world.scenario.faults.iter().position(|fault| fault.name == name);
        let why_not = match found.map(|fault| &self.world.scenario.faults[fault]) {
            None => Some("there is no such fault"),
            Some(_) if who != Who::Learner => Some("only a person begins one"),
            Some(_) if self.faults.experiments.running.is_some() => Some("another one is under way"),
            Some(fault) if fault.lasts.is_none() || fault.what.strikes_one_by_one() => {
                Some("it has no end of its own; an experiment needs one")
            }
            Some(_) => None,
        };
        let (Some(fault), None) = (found, why_not) else {
            let text = format!("experiment {name}: {}", why_not.unwrap_or_default());
            return self.note(What::Refused(text), because);
        };
        self.faults.experiments.running = Some((fault as u16, stop.cloned()));
        self.note(What::Experiment(ExperimentFact::Began(name.to_owned())), because);
        self.strike_by_hand(fault as u16);
    }

    /// Looks at the hypothesis, and at the condition of the experiment that is under way.
    pub(in crate::sim) fn watch_experiment(&mut self) {
        if let Some((statement, held)) = self.faults.experiments.hypothesis.take() {
            let holds = self.shows(&statement);
            self.faults.experiments.hypothesis = Some((statement, holds));
            if holds != held {
                self.note(What::Experiment(ExperimentFact::Holds(holds)), "");
            }
        }
        let Some((fault, Some(stop))) = self.faults.experiments.running.clone() else { return };
        if self.shows(&stop) {
            self.faults.experiments.running = None;
            self.faults.experiments.ended_early.push(fault);
            let name = self.world.scenario.faults[usize::from(fault)].name.clone();
            let ended = ExperimentFact::Ended { fault: name, stopped: true };
            self.note(What::Experiment(ended), &stop.to_string());
            self.lift(fault);
        }
    }

    /// Whether the monitoring shows that a condition holds now. Without data it does not.
    fn shows(&self, condition: &Condition) -> bool {
        let objective = match condition {
            Condition::BurnRate { objective: Some(own), .. } => Some(*own),
            Condition::BurnRate { slo, .. } => {
                self.world.scenario.slos.iter().find(|known| known.name == *slo).map(|slo| slo.objective)
            }
            Condition::Above(..) | Condition::Below(..) | Condition::Absent(_) => None,
        };
        let budget = objective.map(|objective| 1.0 - objective.fraction());
        condition.holds(&self.scraper.store, budget, self.now)
    }
}
