//! The lines of the lesson that this lab teaches. Each exercise says which of them it covers, so that a line that nobody learns by
//! doing is found.

use super::Exercise;
use crate::scenario::Issue;

/// The headings of lesson 09, "Production Deployment Strategies", with the lines below them. Its assessment criteria are the
/// [`Standard`](super::Standard)s of the rubrics.
pub const LESSON: &[(&str, &[&str])] = &[
    (
        "Objective",
        &[
            "Implement blue-green deployment",
            "Configure canary deployments",
            "Design rolling deployment",
            "Apply testing in production",
            "Create deployment validation",
        ],
    ),
    (
        "Part 1",
        &[
            "Blue-green deployment architecture",
            "Environment switching mechanisms",
            "Testing validation in blue-green scenarios",
            "Rollback strategies and procedures",
        ],
    ),
    (
        "Part 2",
        &[
            "Canary deployment patterns",
            "Traffic splitting and routing",
            "Automated canary analysis",
            "Progressive rollout strategies",
        ],
    ),
    (
        "Part 3",
        &[
            "Rolling update strategies",
            "Health checks and readiness probes",
            "Zero-downtime deployment techniques",
            "Service mesh integration",
        ],
    ),
    (
        "Part 4",
        &[
            "Safe testing in production",
            "Feature flags and testing",
            "Monitoring and observability",
            "Incident response procedures",
        ],
    ),
    ("Strategies", &["Blue-Green", "Canary", "Rolling", "A/B Testing"]),
    ("Safety", &["Health Checks", "Rollback Procedures", "Circuit Breakers", "Monitoring"]),
    (
        "Exercise 1",
        &[
            "Dual environment setup",
            "Automated testing validation",
            "Traffic switching mechanisms",
            "Rollback procedures",
        ],
    ),
    (
        "Exercise 2",
        &[
            "Progressive traffic routing",
            "Automated success metrics",
            "Rollback triggers",
            "Performance monitoring",
        ],
    ),
    (
        "Exercise 3",
        &[
            "Feature flag integration",
            "Limited user exposure",
            "Real-time monitoring",
            "Automated rollback triggers",
        ],
    ),
    (
        "Enterprise",
        &[
            "High-Availability Services",
            "Risk Mitigation",
            "Performance Validation",
            "Compliance Requirements",
        ],
    ),
];

/// All lines, each as exercises write it: "Part 3: Service mesh integration".
pub fn lines() -> impl Iterator<Item = String> {
    LESSON.iter().flat_map(|(heading, lines)| lines.iter().map(move |line| format!("{heading}: {line}")))
}

/// What is wrong with what an exercise says to cover.
pub(super) fn check(exercise: &Exercise, found: &mut Vec<Issue>) {
    let known: Vec<String> = lines().collect();
    let ids: Vec<&str> = exercise.rubric.iter().map(|criterion| criterion.id.as_str()).collect();
    for (index, covers) in exercise.covers.iter().enumerate() {
        let at = format!("covers[{index}]");
        if !known.contains(&covers.line) {
            let names = known.iter().map(String::as_str).collect::<Vec<_>>();
            found.push(Issue::unknown(format!("{at}.line"), "line of the lesson", &covers.line, names));
        }
        if exercise.covers[..index].iter().any(|other| other.line == covers.line) {
            let message = format!("\"{}\" stands above; name all criteria there", covers.line);
            found.push(Issue::error(format!("{at}.line"), "duplicate", message));
        }
        if covers.by.is_empty() {
            let message = "no criterion; name those whose points are lost by who has not learned this";
            found.push(Issue::error(format!("{at}.by"), "empty", message));
        }
        for (place, id) in covers.by.iter().enumerate() {
            if !ids.contains(&id.as_str()) {
                found.push(Issue::unknown(format!("{at}.by[{place}]"), "criterion", id, ids.clone()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Covers, sample};
    use super::*;

    #[test]
    fn what_is_covered_is_a_line_of_the_lesson_and_names_criteria_that_there_are() {
        let covers = |line: &str, by: &[&str]| Covers {
            line: line.to_owned(),
            by: by.iter().map(|id| (*id).to_owned()).collect(),
        };
        let mut exercise = sample::exercise();
        let mut found = |all: Vec<Covers>| {
            exercise.covers = all;
            let issues = exercise.problems(Some(&sample::scenario()));
            issues.into_iter().map(|issue| (issue.path, issue.code)).collect::<Vec<_>>()
        };
        assert_eq!(found(lines().map(|line| covers(&line, &["caught"])).collect()), []);
        assert_eq!(
            found(vec![covers("Part 2: Canary", &["cought"]), covers("Part 2: Canary", &[])]),
            [
                ("covers[0].line".to_owned(), "unknown-name"),
                ("covers[0].by[0]".to_owned(), "unknown-name"),
                ("covers[1].line".to_owned(), "unknown-name"),
                ("covers[1].line".to_owned(), "duplicate"),
                ("covers[1].by".to_owned(), "empty"),
            ]
        );
    }
}
