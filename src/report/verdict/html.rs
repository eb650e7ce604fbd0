//! A verdict as a page of HTML that needs no other file.

use std::collections::BTreeMap;

use super::format::{Form, VerdictFormat};
use super::told::{key_line, told};
use crate::exercise::class::{Class, Mark, Row};
use crate::exercise::format::{counted, decimal, percent};
use crate::exercise::harmed::MEANING;
use crate::exercise::{Exercise, Verdict};
use crate::report::html::{Item, Page, Part, page};
use crate::sim::Cause;

/// The format `html`.
pub(super) const FORMAT: VerdictFormat = VerdictFormat {
    name: "html",
    about: "A page for a browser",
    ending: "html",
    omits: "the runs one by one",
    needs: &[],
    form: Form::Whole { write: |graded| html(graded.verdict, graded.exercise), refuse: refused },
};

/// That a hand-in could not be graded, as a page.
fn refused(class: &Class, row: &Row) -> String {
    let problems = row.outcome.as_ref().err().map_or(&[][..], |refusal| &refusal.problems);
    let items = problems.iter().map(|problem| Item::Text(problem.clone())).collect();
    let part = Part { title: "This could not be graded".to_owned(), items };
    page(&Page { title: class.title.clone(), lead: row.file.clone(), parts: vec![part] })
}

/// The verdict as a page of HTML.
pub fn html(verdict: &Verdict, exercise: &Exercise) -> String {
    page(&Page { title: exercise.title.clone(), lead: verdict.submission.clone(), parts: parts(verdict) })
}

/// The parts of a page about a verdict: the score, its criteria, the cases, and why requests failed.
pub fn parts(verdict: &Verdict) -> Vec<Part> {
    let word = if verdict.passed { "passed" } else { "not passed" };
    let points = |number: f64| decimal(number, 2);
    let score = format!(
        "{} of {} points: {word}, {} needed. Exercise {}, {}. Engine {}.",
        points(verdict.score),
        points(verdict.max_score),
        points(verdict.pass_score),
        verdict.exercise,
        verdict.edition(),
        verdict.engine_version
    );
    let criteria = verdict.criteria.iter().map(|line| {
        let earned = format!("{} of {}", points(line.points), points(line.max_points));
        let said =
            if line.points < line.max_points { told(&Mark::of(line)).join(". ") } else { line.say.clone() };
        (false, vec![line.id.clone(), earned, line.measured.clone(), line.wanted.clone(), said])
    });
    let cases = verdict.cases.iter().map(|case| {
        let share = |phase: &str| percent(case.share(phase));
        let harmed = case.runs.iter().map(|run| run.users_harmed).sum::<u64>() as f64;
        let helped = case.runs.iter().map(|run| run.users_helped).sum::<u64>() as f64;
        let mean = |sum: f64| decimal(sum / case.runs.len().max(1) as f64, 1);
        let runs = counted(case.runs.len() as u64);
        (
            false,
            vec![
                case.name.clone(),
                runs,
                share("completed"),
                share("rolled_back"),
                mean(harmed),
                mean(helped),
            ],
        )
    });
    let runs = || verdict.cases.iter().flat_map(|case| &case.runs);
    let causes = Cause::ALL.map(|cause| {
        let count: u64 = runs().filter_map(|run| run.causes.get(cause.name())).sum();
        (cause, count)
    });
    let most = causes.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    let bars = causes
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(cause, count)| (cause.meaning().to_owned(), counted(*count), *count as f64 / most as f64));
    let mut harmed: BTreeMap<&str, u64> = BTreeMap::new();
    for one in runs().flat_map(|run| &run.harmed_by_cohort) {
        *harmed.entry(&one.cohort).or_default() += one.users_harmed;
    }
    let most = harmed.values().copied().max().unwrap_or(0).max(1);
    let mut whom: Vec<(String, String, f64)> = harmed
        .iter()
        .map(|(cohort, count)| ((*cohort).to_owned(), counted(*count), *count as f64 / most as f64))
        .collect();
    whom.sort_by(|a, b| b.2.total_cmp(&a.2));
    let head = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>();
    let part = |title: &str, item: Item| Part { title: title.to_owned(), items: vec![item] };
    let lines = std::iter::once(score).chain(key_line(verdict)).chain(verdict.remarks.clone());
    let mut parts = vec![
        Part { title: "Score".to_owned(), items: lines.map(Item::Text).collect() },
        part(
            "Criteria",
            Item::Table(head(&["criterion", "points", "measured", "wanted", ""]), criteria.collect()),
        ),
        part(
            "How the cases went",
            Item::Table(
                head(&["case", "runs", "completed", "rolled back", "users harmed", "users helped"]),
                cases.collect(),
            ),
        ),
        part("What harm is", Item::Text(MEANING.to_owned())),
        part("Why requests failed", Item::Bars(bars.collect())),
    ];
    let standards = verdict.by_standard();
    if !standards.is_empty() {
        let rows = verdict.by_category().into_iter().chain(standards).map(|total| {
            let earned = format!("{} of {}", points(total.points), points(total.max_points));
            (false, vec![total.title.to_owned(), earned])
        });
        let table = Item::Table(head(&["assessed in the lesson", "points"]), rows.collect());
        parts.insert(2, part("By the lesson's assessment criteria", table));
    }
    if !whom.is_empty() {
        parts.push(part("Users harmed in all runs, by cohort", Item::Bars(whom)));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::super::sample::verdict;
    use super::*;
    use crate::exercise::sample;
    use crate::report::html::tests::tags;

    #[test]
    fn a_verdict_is_a_page_that_needs_nothing_else() {
        let html = html(&verdict(), &sample::exercise());
        let tags = tags(&html).unwrap();
        assert!(tags.contains(&"svg".to_owned()) && tags.contains(&"table".to_owned()));
        for word in ["<script", "http:", "https:", "url(", "src="] {
            assert!(!html.contains(word), "{word}");
        }
    }

    #[test]
    fn no_text_becomes_markup() {
        let mut exercise = sample::exercise();
        exercise.title = "<script>alert('1')</script> & \"more\"\u{7}".to_owned();
        let mut graded = verdict();
        graded.submission = "</p><img src=x onerror=alert(1)>".to_owned();
        graded.criteria[0].say = "<b>bold</b>".to_owned();
        let html = html(&graded, &exercise);
        let tags = tags(&html).unwrap();
        for tag in ["script", "img", "b"] {
            assert!(!tags.contains(&tag.to_owned()), "{tag}");
        }
        assert!(html.contains("&lt;script&gt;alert('1')&lt;/script&gt; &amp; &quot;more&quot;<"), "{html}");
    }
}
