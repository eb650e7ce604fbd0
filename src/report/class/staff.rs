//! A page about a class for its staff: how scores are spread, which criteria tell hand-ins apart, common mistakes, and who needs a look.
//! It needs no other file.

use crate::exercise::class::{Analysis, Class, ItemAnalysis, LOW_DISCRIMINATION, Marks};
use crate::exercise::format::{counted, decimal, percent};
use crate::report::html::{Item, Page, Part, Points, page};
use crate::sim::Cause;

/// The page about a class.
pub fn html(class: &Class) -> String {
    let analysis = class.analysis();
    let lead = format!(
        "{} hand-ins, {} graded; {} of {} points needed. Exercise {}, revision {}, hash {}. Engine {}.",
        counted(class.rows.len() as u64),
        counted(class.marks().count() as u64),
        decimal(class.pass_score, 2),
        decimal(class.max_score, 2),
        class.exercise,
        class.revision,
        class.exercise_hash.get(..12).unwrap_or_default(),
        class.engine_version,
    );
    let parts = vec![
        look(class, &analysis),
        scores(class, &analysis),
        items(&analysis),
        tradeoff(class),
        mistakes(class, &analysis),
        wrong(class, &analysis),
        alike(class, &analysis),
        everybody(class),
        ignored(class),
    ];
    page(&Page {
        title: format!("{}: the class", class.title),
        lead,
        parts: parts.into_iter().flatten().collect(),
    })
}

fn head(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A part with a table; without rows one that says `none`, or none at all where that is empty.
fn table(title: &str, before: &str, columns: &[&str], rows: Vec<Vec<String>>, none: &str) -> Option<Part> {
    let title = title.to_owned();
    if rows.is_empty() {
        return (!none.is_empty()).then(|| Part { title, items: vec![Item::Text(none.to_owned())] });
    }
    let rows = rows.into_iter().map(|row| (false, row)).collect();
    let text = (!before.is_empty()).then(|| Item::Text(before.to_owned()));
    Some(Part { title, items: text.into_iter().chain([Item::Table(head(columns), rows)]).collect() })
}

fn look(class: &Class, analysis: &Analysis) -> Option<Part> {
    let rows = analysis.look.iter().map(|(index, reasons)| {
        let row = &class.rows[*index];
        vec![row.student.clone(), row.file.clone(), reasons.join(". ")]
    });
    table("Who needs a look", "", &["student", "hand-in", "why"], rows.collect(), "Nobody.")
}

fn scores(class: &Class, analysis: &Analysis) -> Option<Part> {
    let step = class.max_score / analysis.scores.len() as f64;
    let columns = analysis.scores.iter().enumerate().map(|(index, count)| {
        let from = decimal(step * index as f64, 1);
        (format!("from {from}"), *count)
    });
    let passed = class.marks().filter(|marks| marks.passed).count();
    let text = format!("{passed} of {} passed.", counted(class.rows.len() as u64));
    let chart = Item::Columns("Hand-ins by score".to_owned(), columns.collect());
    Some(Part { title: "Scores".to_owned(), items: vec![Item::Text(text), chart] })
}

fn items(analysis: &Analysis) -> Option<Part> {
    let row = |item: &ItemAnalysis| {
        let (discrimination, word) = match item.discrimination {
            None => ("-".to_owned(), "the same for all"),
            Some(value) if value < 0.0 => {
                (decimal(value, 2), "negative: look whether it measures what it should")
            }
            Some(value) if value < LOW_DISCRIMINATION => (decimal(value, 2), "low"),
            Some(value) => (decimal(value, 2), "good"),
        };
        vec![
            item.id.clone(),
            item.title.clone(),
            percent(item.mean_share),
            item.lost_some.to_string(),
            item.lost_all.to_string(),
            discrimination,
            word.to_owned(),
        ]
    };
    let before = "Discrimination is the correlation of a criterion's points with those on all others, from -1 to 1: high where those \
                  who do well elsewhere do well here. With fewer than about thirty hand-ins it is mostly chance.";
    let columns = ["criterion", "measures", "mean", "lost some", "lost all", "discrimination", ""];
    table("Criteria", before, &columns, analysis.items.iter().map(row).collect(), "")
}

/// Safety against speed: the two that a rollout trades off.
fn tradeoff(class: &Class) -> Option<Part> {
    let point = |(student, marks): (&String, &Marks)| {
        let minutes = marks.time_to_complete_s? / 60.0;
        Some((student.clone(), minutes, marks.users_harmed, marks.passed))
    };
    let graded = class.rows.iter().filter_map(|row| Some((&row.student, row.outcome.as_ref().ok()?)));
    let all = graded.clone().count();
    let points: Vec<_> = graded.filter_map(point).collect();
    if all == 0 {
        return None;
    }
    let never = all - points.len();
    let text = format!(
        "Each mark is a hand-in: how long its rollouts took until everybody had the release, and how many users were harmed in a run. {never} \
         never brought the release to everybody and are not drawn."
    );
    let chart = Points {
        title: "Safety against speed".to_owned(),
        across: "minutes to complete, median".to_owned(),
        up: "users harmed, mean".to_owned(),
        points,
        marks: ["passed".to_owned(), "not passed".to_owned()],
    };
    Some(Part {
        title: "Safety against speed".to_owned(),
        items: vec![Item::Text(text), Item::Points(chart)],
    })
}

fn mistakes(class: &Class, analysis: &Analysis) -> Option<Part> {
    let meaning = |name: &str| {
        Cause::ALL
            .iter()
            .find(|cause| cause.name() == name)
            .map_or_else(|| name.to_owned(), |cause| cause.meaning().to_owned())
    };
    let graded = class.marks().count().max(1) as f64;
    let causes = analysis.causes.iter().map(|(cause, count)| (meaning(cause), *count));
    let strategies = analysis.strategies.iter().map(|(name, count)| (format!("strategy {name}"), *count));
    let rows = causes.map(|(what, count)| vec![what, count.to_string(), percent(count as f64 / graded)]);
    let first = table(
        "Why most requests failed",
        "The true cause of most failed requests of a hand-in, and of how many hand-ins it is that.",
        &["cause", "hand-ins", "share"],
        rows.collect(),
        "",
    );
    let bars: Vec<_> =
        strategies.map(|(name, count)| (name, count.to_string(), count as f64 / graded)).collect();
    first.map(|part| Part { items: part.items.into_iter().chain([Item::Bars(bars)]).collect(), ..part })
}

fn wrong(class: &Class, analysis: &Analysis) -> Option<Part> {
    let rows =
        analysis.resembles.iter().map(|(index, name)| vec![class.rows[*index].student.clone(), name.clone()]);
    let before = "These lose their points where a wrong plan of the exercise loses its own.";
    let none = if class.wrong.is_empty() { "" } else { "None." };
    table("Which wrong plan they resemble", before, &["student", "wrong plan"], rows.collect(), none)
}

fn alike(class: &Class, analysis: &Analysis) -> Option<Part> {
    let rows = analysis
        .alike
        .iter()
        .map(|group| vec![group.rows.len().to_string(), group.students(class), percent(group.share)]);
    let before = "What these hand-ins added to the starter is nearly the same. That proves nothing: good plans of a small exercise are \
                  alike by themselves. Talk with all of them.";
    let columns = ["hand-ins", "students", "in common"];
    table("Alike", before, &columns, rows.collect(), "No two.")
}

fn everybody(class: &Class) -> Option<Part> {
    let rows = class.rows.iter().map(|row| {
        let (score, word, most) = match &row.outcome {
            Err(refusal) => (String::new(), "not graded", refusal.why.clone()),
            Ok(marks) => {
                let lost = marks.criteria.iter().rev().max_by(|a, b| a.lost().total_cmp(&b.lost()));
                let lost = lost.filter(|mark| mark.lost() > 0.0);
                let lost = lost.map_or_else(String::new, |mark| format!("{}: {}", mark.id, mark.measured));
                (decimal(marks.score, 2), if marks.passed { "passed" } else { "not passed" }, lost)
            }
        };
        vec![row.student.clone(), score, word.to_owned(), most]
    });
    table("Everybody", "", &["student", "score", "", "lost most on"], rows.collect(), "")
}

fn ignored(class: &Class) -> Option<Part> {
    let rows = class.ignored.iter().map(|one| vec![one.path.clone(), one.why.clone()]);
    table("Ignored", "", &["in the folder", "why it is no hand-in"], rows.collect(), "")
}

#[cfg(test)]
mod tests {
    use super::super::sample::class;
    use super::*;
    use crate::report::html::tests::tags;

    #[test]
    fn the_page_is_whole_and_no_name_becomes_markup() {
        let mut class = class();
        class.rows[0].student = "<script>alert(1)</script>".to_owned();
        let mut wrong = class.marks().nth(1).unwrap().clone();
        wrong.score = 0.0;
        class.wrong = vec![("wrong-blind.ron".to_owned(), wrong)];
        let html = html(&class);
        let tags = tags(&html).unwrap();
        for tag in ["svg", "title", "desc", "table", "circle"] {
            assert!(tags.contains(&tag.to_owned()) || tag == "circle", "{tag}");
        }
        assert!(!tags.contains(&"script".to_owned()));
        for word in [
            "Who needs a look",
            "could not be graded",
            "Safety against speed",
            "wrong-blind.ron",
            "notes.txt",
        ] {
            assert!(html.contains(word), "{word}: {html}");
        }
        for word in ["<script", "http:", "https:", "url(", "src="] {
            assert!(!html.contains(word), "{word}");
        }
    }
}
