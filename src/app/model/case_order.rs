//! The cases of a verdict, the worst first: which of them cost points, and how many users each harmed.

use crate::exercise::{CaseResult, CriterionResult, Over, Verdict};
use crate::scenario::Scenario;

/// How a case went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CaseStand {
    /// Its position in the verdict.
    pub index: usize,
    /// Whether it cost points.
    pub is_bad: bool,
    /// Users harmed in the middle one of its runs.
    pub harmed: f64,
}

/// The users harmed in the middle one of a case's runs.
pub fn harmed(case: &CaseResult) -> f64 {
    let harmed: Vec<f64> = case.runs.iter().map(|run| run.users_harmed as f64).collect();
    Over::Median.together(&harmed)
}

/// All cases, those that cost points first, and of these the most harmful first.
pub fn worst_first(verdict: &Verdict, scenario: &Scenario) -> Vec<CaseStand> {
    let stand = |(index, case): (usize, &CaseResult)| CaseStand {
        index,
        is_bad: verdict.criteria.iter().any(|line| costs(line, case, verdict, scenario)),
        harmed: harmed(case),
    };
    let mut all: Vec<CaseStand> = verdict.cases.iter().enumerate().map(stand).collect();
    // A sort that is stable: equals stay in the order of the exercise.
    all.sort_by(|one, other| other.is_bad.cmp(&one.is_bad).then(other.harmed.total_cmp(&one.harmed)));
    all
}

/// Whether a case is why a criterion lost points of its own. A criterion takes the runs of several cases together: the case that it looks
/// at alone, those that did not end as their release deserves, or else the one that harmed most.
fn costs(line: &CriterionResult, case: &CaseResult, verdict: &Verdict, scenario: &Scenario) -> bool {
    if line.own_points >= line.max_points || !line.cases.contains(&case.name) {
        return false;
    }
    let looked_at = || verdict.cases.iter().filter(|case| line.cases.contains(&case.name));
    if looked_at().any(|case| !ended_well(case, scenario)) {
        return !ended_well(case, scenario);
    }
    let most = looked_at().map(harmed).fold(0.0, f64::max);
    harmed(case) >= most
}

/// Whether every run of a case ended as its release deserves: a release with a defect went back, one without was delivered.
fn ended_well(case: &CaseResult, scenario: &Scenario) -> bool {
    let is_bad = scenario.release(&case.release).is_some_and(|release| !release.defects.is_empty());
    let wanted = if is_bad { "rolled_back" } else { "completed" };
    case.runs.iter().all(|run| run.phase == wanted)
}
