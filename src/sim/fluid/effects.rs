//! What may befall the requests of a class at a pool, before any of them waits: defects of its release, faults of its service.

use super::flow::{Look, PoolFlow, Strand};
use super::trouble::Trouble;
use crate::sim::Cause;
use crate::sim::defects::odds::{CrowdEffect, CrowdOdds};
use crate::sim::simulation::Simulation;

/// A share from a threshold of 64 bits.
pub(super) fn share_below(threshold: u64) -> f64 {
    if threshold == u64::MAX { 1.0 } else { threshold as f64 / 18_446_744_073_709_551_616.0 }
}

impl Simulation {
    /// What faults do at a service now.
    pub(super) fn trouble_at(&self, service: u8) -> Trouble {
        let faults = &self.faults.by_service[usize::from(service)];
        Trouble {
            latency: faults.latency,
            errors: share_below(faults.errors),
            loss: share_below(faults.loss),
            delay: faults.delay,
        }
    }

    /// What may befall requests at a pool now.
    pub(super) fn effects_at(&self, pool: usize, classes: impl Iterator<Item = (u8, u8)>) -> Look {
        let defects = &self.world.releases[pool].defects;
        let odds = |(cohort, kind)| defects.odds((cohort, kind), pool, &self.cluster.running, self.now);
        Look { trouble: self.trouble_at(self.world.target), odds: classes.map(odds).collect() }
    }

    /// Computes the strands of a pool when they are others than before; true when they are.
    pub(super) fn renew_effects(&self, flow: &mut PoolFlow, look: Look, costs: &[f64]) -> bool {
        if flow.looked.as_ref() == Some(&look) {
            return false;
        }
        let background = share_below(self.world.services[usize::from(self.world.target)].errors_below);
        flow.effects = look
            .odds
            .iter()
            .zip(costs)
            .map(|(odds, cost)| strands(odds, cost * look.trouble.latency, (look.trouble.errors, background)))
            .collect();
        flow.looked = Some(look);
        true
    }
}

/// All that may befall a request: each defect or not, and, where no defect fails it, a fault or an ordinary error.
fn strands(odds: &[CrowdOdds], factor: f64, (fault, background): (f64, f64)) -> Vec<Strand> {
    let plain =
        Strand { share: 1.0, factor, fails: None, wrong: false, crashes: false, shows: false, slowed: false };
    let mut all = vec![plain];
    for CrowdOdds { share, effect } in odds {
        let struck: Vec<Strand> = all
            .iter()
            .map(|strand| {
                let strand = Strand { share: strand.share * share, shows: true, ..*strand };
                match effect {
                    CrowdEffect::Errors => Strand { fails: Some(Cause::Defect), ..strand },
                    CrowdEffect::Latency(times) => {
                        Strand { factor: strand.factor * times, slowed: true, ..strand }
                    }
                    CrowdEffect::Crash => Strand { fails: Some(Cause::Defect), crashes: true, ..strand },
                    CrowdEffect::WrongAnswers => Strand { wrong: true, ..strand },
                }
            })
            .collect();
        all.iter_mut().for_each(|strand| strand.share *= 1.0 - share);
        all.extend(struck);
    }
    let sound = all.iter().filter(|strand| strand.fails.is_none()).copied().collect::<Vec<_>>();
    all.retain(|strand| strand.fails.is_some());
    for strand in sound {
        let part = |share, fails| Strand { share: strand.share * share, fails, ..strand };
        all.push(part(fault, Some(Cause::Fault)));
        all.push(part((1.0 - fault) * background, Some(Cause::Background)));
        all.push(part((1.0 - fault) * (1.0 - background), None));
    }
    all.retain(|strand| strand.share > 0.0);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strands_cover_all_requests_and_a_defect_comes_before_a_fault() {
        let odds = [
            CrowdOdds { share: 0.1, effect: CrowdEffect::Errors },
            CrowdOdds { share: 0.5, effect: CrowdEffect::Latency(2.0) },
        ];
        let all = strands(&odds, 1.5, (0.2, 0.01));
        let sum =
            |test: &dyn Fn(&Strand) -> bool| all.iter().filter(|of| test(of)).map(|of| of.share).sum::<f64>();
        assert!((sum(&|_| true) - 1.0).abs() < 1e-12);
        assert!((sum(&|strand| strand.fails == Some(Cause::Defect)) - 0.1).abs() < 1e-12);
        assert!((sum(&|strand| strand.fails == Some(Cause::Fault)) - 0.18).abs() < 1e-12);
        assert!((sum(&|strand| strand.fails == Some(Cause::Background)) - 0.0072).abs() < 1e-12);
        assert!((sum(&|strand| strand.factor == 3.0) - 0.5).abs() < 1e-12);
    }
}
