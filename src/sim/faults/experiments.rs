//! Experiments of a game day: a hypothesis about the steady state, a fault that is let loose to try it, and the condition that ends it
//! before its time.
//!
//! The words are those of Basiri et al., "Chaos Engineering" (IEEE Software, 2016). Unlike a fault that somebody who leads a class lets
//! loose, an experiment does not strike in the twin of the run: whom it harms is harmed by it.

use crate::sim::Who;
use crate::sim::experiment::ExperimentFact;
use crate::sim::fact::What;
use crate::sim::simulation::Simulation;
use crate::telemetry::Condition;

/// The experiments of a run.
#[derive(Clone, Debug, Default)]
pub(in crate::sim) struct Experiments {
    /// The hypothesis that was written down last, and whether it held when it was last looked at.
    hypothesis: Option<(Condition, bool)>,
    /// The fault that is let loose, and the condition that ends it.
    running: Option<(u16, Option<Condition>)>,
    /// Faults that were ended early, whose booked end is still to come.
    ended_early: Vec<u16>,
}

/// What the booked end of a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BookedEnd {
    /// That of a fault of the world.
    OfFault,
    /// That of the running experiment.
    OfExperiment,
    /// That of an experiment which its condition has ended before.
    Over,
}

impl Experiments {
    /// Takes in that the booked end of a fault has come.
    pub(super) fn booked_end(&mut self, fault: u16) -> BookedEnd {
        if let Some(place) = self.ended_early.iter().position(|ended| *ended == fault) {
            self.ended_early.remove(place);
            return BookedEnd::Over;
        }
        match self.running.take_if(|(running, _)| *running == fault) {
            Some(_) => BookedEnd::OfExperiment,
            None => BookedEnd::OfFault,
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_booked_end_of_a_fault_is_told_from_that_of_an_experiment() {
        let mut experiments = Experiments { running: Some((3, None)), ..Experiments::default() };
        assert_eq!(experiments.booked_end(2), BookedEnd::OfFault);
        assert_eq!(experiments.booked_end(3), BookedEnd::OfExperiment);
        assert_eq!(experiments.booked_end(3), BookedEnd::OfFault, "one end is the end of one");
        experiments.ended_early.push(3);
        assert_eq!(experiments.booked_end(3), BookedEnd::Over);
        assert_eq!(experiments.booked_end(3), BookedEnd::OfFault);
    }
}
