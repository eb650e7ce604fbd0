//! The case, resolved against the scenario: its release, its traffic, its faults.

use crate::scenario::{Issue, Release, Scenario};
use crate::sim::Case;

pub(super) fn plain_release() -> Release {
    Release {
        name: "v1".to_owned(),
        notes: String::new(),
        flag: None,
        defects: Vec::new(),
        data: Default::default(),
    }
}

pub(super) fn candidate_of(scenario: &Scenario, case: &Case, issues: &mut Vec<Issue>) -> Release {
    let found = match &case.release {
        Some(name) => scenario.release(name),
        None => scenario.releases.get(1).or_else(|| scenario.baseline()),
    };
    found.cloned().unwrap_or_else(|| {
        let wanted = case.release.as_deref().unwrap_or_default();
        let known = scenario.releases.iter().map(|release| release.name.as_str());
        issues.push(Issue::unknown("release", "release", wanted, known));
        plain_release()
    })
}

pub(super) fn traffic_of(scenario: &Scenario, case: &Case, issues: &mut Vec<Issue>) -> usize {
    let Some(name) = &case.traffic else { return 0 };
    scenario.traffic.iter().position(|traffic| traffic.name == *name).unwrap_or_else(|| {
        let known = scenario.traffic.iter().map(|traffic| traffic.name.as_str());
        issues.push(Issue::unknown("traffic", "traffic shape", name, known));
        0
    })
}

pub(super) fn faults_of(scenario: &Scenario, case: &Case, issues: &mut Vec<Issue>) -> Vec<usize> {
    let mut found = Vec::new();
    for name in &case.faults {
        match scenario.faults.iter().position(|fault| fault.name == *name) {
            Some(index) => found.push(index),
            None => {
                let known = scenario.faults.iter().map(|fault| fault.name.as_str());
                issues.push(Issue::unknown("faults", "fault", name, known));
            }
        }
    }
    found
}
