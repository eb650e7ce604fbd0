//! Everything wrong with a rubric.

use super::{Category, Criterion, Exercise, Over, Standard, Unit};
use crate::scenario::Issue;
use crate::sim::Cause;

/// Criteria a rubric may have.
const MAX_CRITERIA: usize = 60;

/// Adds everything wrong with the rubric of `exercise`; names that a measure takes from the scenario are looked up elsewhere.
pub(super) fn of(exercise: &Exercise, found: &mut Vec<Issue>) {
    if exercise.rubric.is_empty() || exercise.rubric.len() > MAX_CRITERIA {
        let message = format!("{} criteria; write 1 to {MAX_CRITERIA}", exercise.rubric.len());
        found.push(Issue::error("rubric", "out-of-range", message));
    }
    for (index, criterion) in exercise.rubric.iter().enumerate() {
        let path = format!("rubric[{index}]");
        if exercise.rubric[..index].iter().any(|other| other.id == criterion.id) {
            let message = format!("a criterion called \"{}\" stands above; ids are unique", criterion.id);
            found.push(Issue::error(format!("{path}.id"), "duplicate", message));
        }
        for (place, name) in criterion.on.iter().enumerate() {
            if !exercise.cases.iter().any(|case| case.name == *name) {
                let names: Vec<&str> = exercise.cases.iter().map(|case| case.name.as_str()).collect();
                found.push(Issue::unknown(format!("{path}.on[{place}]"), "case", name, names));
            }
        }
        for (place, number) in criterion.objectives.iter().enumerate() {
            let count = exercise.objectives.len();
            if count > 0 && !(1..=count).contains(&(*number as usize)) {
                let message = format!("objective {number}; this exercise has {count}, counted from 1");
                found.push(Issue::error(format!("{path}.objectives[{place}]"), "out-of-range", message));
            }
        }
        criterion_problems(&path, criterion, found);
    }
    for category in Category::ALL {
        let has_it = exercise.rubric.iter().any(|criterion| criterion.category == *category);
        if !exercise.rubric.is_empty() && !has_it {
            let message = format!("no criterion of the category {category:?}; the lesson assesses both");
            found.push(Issue::warning("rubric", "one-category", message));
        }
    }
    need_problems(&exercise.rubric, found);
}

/// What is wrong with the criteria that others need: they must be there, and must not lead back to where they began.
fn need_problems(rubric: &[Criterion], found: &mut Vec<Issue>) {
    let needed_by = |index: usize| {
        let needed = rubric[index].needs.as_ref()?;
        rubric.iter().position(|criterion| criterion.id == *needed)
    };
    for (index, criterion) in rubric.iter().enumerate() {
        let path = format!("rubric[{index}].needs");
        let Some(needed) = &criterion.needs else { continue };
        if needed_by(index).is_none() {
            let ids = rubric.iter().map(|criterion| criterion.id.as_str());
            found.push(Issue::unknown(path, "criterion", needed, ids.filter(|id| *id != criterion.id)));
            continue;
        }
        let way: Vec<usize> =
            std::iter::successors(needed_by(index), |at| needed_by(*at)).take(rubric.len()).collect();
        let circle = way.iter().position(|at| *at == index).map(|end| &way[..=end]);
        // Each circle is told once, where its first criterion stands.
        if let Some(circle) = circle
            && circle.iter().all(|at| *at >= index)
        {
            let ids: Vec<String> = circle.iter().map(|at| format!("\"{}\"", rubric[*at].id)).collect();
            let message = format!(
                "\"{}\" needs {}: a circle in which nobody could earn points; remove one `needs`",
                criterion.id,
                ids.join(", which needs ")
            );
            found.push(Issue::error(path, "cycle", message));
        }
    }
}

fn criterion_problems(path: &str, criterion: &Criterion, found: &mut Vec<Issue>) {
    let at = |field: &str| format!("{path}.{field}");
    if criterion.id.trim().is_empty() {
        found.push(Issue::error(at("id"), "empty", "a criterion needs an id"));
    }
    if criterion.say.trim().is_empty() {
        found.push(Issue::error(at("say"), "empty", "say what the learner is told when points are lost"));
    }
    if !criterion.points.is_finite() || criterion.points <= 0.0 {
        let message = format!("{} points; write a number above 0", criterion.points);
        found.push(Issue::error(at("points"), "out-of-range", message));
    }
    let unit = criterion.measure.unit();
    if criterion.over == Over::Share && unit != Unit::YesNo {
        let message = format!(
            "Share counts the runs in which a yes-or-no measure holds; {:?} is none, so take Mean, Median or P90",
            criterion.measure
        );
        found.push(Issue::error(at("over"), "over", message));
    }
    for (field, level) in [("full", criterion.full), ("zero", criterion.zero)] {
        if !unit.fits(level) {
            let message = format!("{level} does not fit {:?}; write {}", criterion.measure, unit.example());
            found.push(Issue::error(at(field), "unit", message));
        }
    }
    if criterion.full.value() == criterion.zero.value() {
        let message = format!(
            "full and zero are both {}; set them apart, points fall in a line between",
            criterion.full
        );
        found.push(Issue::error(at("zero"), "full-is-zero", message));
    }
    if let Some(standard) = criterion.standard.filter(|standard| standard.category() != criterion.category) {
        let of_it = Standard::ALL.iter().filter(|standard| standard.category() == criterion.category);
        let names: Vec<String> = of_it.map(|standard| format!("{standard:?}")).collect();
        let message = format!(
            "the lesson lists {standard:?} under {:?}, and this criterion belongs to {:?}; write {}",
            standard.category(),
            criterion.category,
            names.join(", ")
        );
        found.push(Issue::error(at("standard"), "other-category", message));
    }
    for (index, text) in criterion.causes.iter().enumerate() {
        let at = |field: &str| format!("{path}.causes[{index}].{field}");
        if text.say.trim().is_empty() {
            found.push(Issue::error(at("say"), "empty", "say what the learner is told for this cause"));
        }
        if criterion.causes[..index].iter().any(|other| other.cause == text.cause) {
            let message = format!("a text for {:?} stands above; write one text for each cause", text.cause);
            found.push(Issue::error(at("cause"), "duplicate", message));
        }
        if text.cause == Cause::Background {
            let message = "ordinary errors happen in every run and are not counted; name another cause";
            found.push(Issue::error(at("cause"), "background", message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::CauseText;
    use super::super::sample::{self, only_issue};
    use super::*;

    #[test]
    fn what_is_needed_is_another_criterion_of_the_rubric() {
        let issue = only_issue(|exercise| exercise.rubric[1].needs = Some("cought".to_owned()));
        assert_eq!(issue.path, "rubric[1].needs");
        assert!(issue.message.contains("did you mean \"caught\"?"), "{}", issue.message);
        let issue = only_issue(|exercise| exercise.rubric[1].needs = Some("in-time".to_owned()));
        assert_eq!((issue.path.as_str(), issue.code), ("rubric[1].needs", "cycle"));
    }

    #[test]
    fn a_circle_of_needs_is_told_once() {
        let issue = only_issue(|exercise| {
            exercise.rubric[0].needs = Some("in-time".to_owned());
            exercise.rubric[1].needs = Some("caught".to_owned());
        });
        assert_eq!((issue.path.as_str(), issue.code), ("rubric[0].needs", "cycle"));
        assert!(issue.message.contains("needs \"in-time\", which needs \"caught\""), "{}", issue.message);
    }

    #[test]
    fn a_standard_belongs_to_the_category_that_the_lesson_lists_it_under() {
        for standard in Standard::ALL {
            let mut exercise = sample::exercise();
            exercise.rubric[0].standard = Some(*standard);
            let issues = exercise.problems(Some(&sample::scenario()));
            let fits = standard.category() == exercise.rubric[0].category;
            assert_eq!(issues.is_empty(), fits, "{standard:?}: {issues:?}");
            assert!(issues.iter().all(|issue| issue.path == "rubric[0].standard"));
        }
    }

    #[test]
    fn texts_by_cause_are_one_for_each_cause_that_counts() {
        let text = |cause, say: &str| CauseText { cause, say: say.to_owned() };
        assert_eq!(only_issue(|e| e.rubric[0].causes = vec![text(Cause::Defect, " ")]).code, "empty");
        let twice = vec![text(Cause::Defect, "a"), text(Cause::Defect, "b")];
        assert_eq!(only_issue(|e| e.rubric[0].causes = twice).path, "rubric[0].causes[1].cause");
        assert_eq!(
            only_issue(|e| e.rubric[0].causes = vec![text(Cause::Background, "a")]).code,
            "background"
        );
    }
}
