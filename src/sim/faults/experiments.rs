//! Experiments of a game day: a hypothesis about the steady state, a fault that is let loose to try it, and the condition that ends it
//! before its time.
//!
//! The words are those of Basiri et al., "Chaos Engineering" (IEEE Software, 2016). Unlike a fault that somebody who leads a class lets
//! loose, an experiment does not strike in the twin of the run: whom it harms is harmed by it.

mod trials;

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
