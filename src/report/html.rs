//! A page of HTML that stands alone: no script, no font, no picture from elsewhere; charts are inline SVG. What is written into it
//! goes through one door that escapes, so no text can become markup.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::exercise::format::{counted, decimal, percent};
use crate::exercise::{Exercise, Verdict};
use crate::sim::Cause;

/// A page in parts.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Its title.
    pub title: String,
    /// The line below it.
    pub lead: String,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// A part of a page.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its title.
    pub title: String,
    /// What is in it, in order.
    pub items: Vec<Item>,
}

/// What can stand in a part.
#[derive(Clone, Debug)]
pub enum Item {
    /// A paragraph.
    Text(String),
    /// Written as typed, such as a plan.
    Code(String),
    /// A table: its head and its rows; a row that is marked stands out.
    Table(Vec<String>, Vec<(bool, Vec<String>)>),
    /// Names with a bar each: the name, its value in words, and its length from 0 to 1.
    Bars(Vec<(String, String, f64)>),
    /// Stretches of time on one axis of so many seconds: for each lane its name and its stretches.
    Lanes(f64, Vec<(String, Vec<Stretch>)>),
}

/// A stretch of time in a lane.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// What it is.
    pub name: String,
    /// From when, in seconds.
    pub from: f64,
    /// Until when, in seconds.
    pub to: f64,
    /// Which of the three: to detect, to decide, to recover.
    pub kind: usize,
}

const STYLE: &str = "body{font:14px/1.5 Inter,system-ui,sans-serif;color:#16202a;background:#fbfcfd;max-width:60rem;margin:2rem auto;\
padding:0 1rem}h1{font-size:1.6rem;margin:0}h2{font-size:1rem;color:#4f5c69;margin:2rem 0 .5rem}table{border-collapse:collapse;width:100%}\
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #d3dae1;vertical-align:top}th{color:#4f5c69;font-weight:500}\
tr.mark{background:#f7ecd2}pre{background:#f1f4f7;padding:.8rem;overflow:auto}.lead{color:#4f5c69;margin:.2rem 0}svg{width:100%;height:auto}\
svg text{font:11px Inter,system-ui,sans-serif;fill:#16202a}@media print{body{margin:0;max-width:none}}";

/// Colours of the three stretches, and of bars.
const COLORS: [&str; 3] = ["#8a7a00", "#a8487f", "#007d5b"];

/// The page as HTML.
pub fn page(page: &Page) -> String {
    let mut html = Html::default();
    html.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><title>");
    html.text(&page.title);
    html.raw("</title><style>").raw(STYLE).raw("</style></head><body>\n");
    html.inside("h1", &page.title).raw("<p class=\"lead\">").text(&page.lead).raw("</p>\n");
    for part in &page.parts {
        html.inside("h2", &part.title);
        part.items.iter().for_each(|item| html.item(item));
    }
    html.raw("</body></html>\n");
    html.0
}

/// The verdict on a hand-in as a page.
pub fn verdict(verdict: &Verdict, exercise: &Exercise) -> String {
    page(&Page {
        title: exercise.title.clone(),
        lead: verdict.submission.clone(),
        parts: verdict_parts(verdict),
    })
}

/// The parts of a page about a verdict: the score, its criteria, the cases, and why requests failed.
pub fn verdict_parts(verdict: &Verdict) -> Vec<Part> {
    let word = if verdict.passed { "passed" } else { "not passed" };
    let points = |number: f64| decimal(number, 2);
    let score = format!(
        "{} of {} points: {word}, {} needed. Engine {}.",
        points(verdict.score),
        points(verdict.max_score),
        points(verdict.pass_score),
        verdict.engine_version
    );
    let criteria = verdict.criteria.iter().map(|line| {
        let earned = format!("{} of {}", points(line.points), points(line.max_points));
        (false, vec![line.id.clone(), earned, line.measured.clone(), line.wanted.clone(), line.say.clone()])
    });
    let cases = verdict.cases.iter().map(|case| {
        let share = |phase: &str| percent(case.share(phase));
        let harmed = case.runs.iter().map(|run| run.users_harmed).sum::<u64>() as f64;
        let mean = decimal(harmed / case.runs.len().max(1) as f64, 1);
        let runs = counted(case.runs.len() as u64);
        (false, vec![case.name.clone(), runs, share("completed"), share("rolled_back"), mean])
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
    let mut parts = vec![
        part("Score", Item::Text(score)),
        part(
            "Criteria",
            Item::Table(head(&["criterion", "points", "measured", "wanted", ""]), criteria.collect()),
        ),
        part(
            "How the cases went",
            Item::Table(head(&["case", "runs", "completed", "rolled back", "users harmed"]), cases.collect()),
        ),
        part("Why requests failed", Item::Bars(bars.collect())),
    ];
    if !whom.is_empty() {
        parts.push(part("Users harmed in all runs, by cohort", Item::Bars(whom)));
    }
    parts
}

/// Text that is HTML. Only [`Html::raw`] adds markup, and only what is written in this file.
#[derive(Default)]
struct Html(String);

impl Html {
    fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text from anywhere, escaped for content and for attributes; control characters are left out.
    fn text(&mut self, text: &str) -> &mut Self {
        for letter in text.chars() {
            match letter {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                '\n' | '\t' => self.0.push(letter),
                letter if letter.is_control() => {}
                letter => self.0.push(letter),
            }
        }
        self
    }

    /// A number in an attribute, with one digit.
    fn number(&mut self, number: f64) -> &mut Self {
        // Writing into a text cannot fail.
        let _ = write!(self.0, "{:.1}", if number.is_finite() { number } else { 0.0 });
        self
    }

    fn inside(&mut self, tag: &'static str, text: &str) -> &mut Self {
        self.raw("<").raw(tag).raw(">").text(text).raw("</").raw(tag).raw(">\n")
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Text(text) => {
                self.inside("p", text);
            }
            Item::Code(text) => {
                self.inside("pre", text);
            }
            Item::Table(head, rows) => self.table(head, rows),
            Item::Bars(bars) => self.bars(bars),
            Item::Lanes(seconds, lanes) => self.lanes(*seconds, lanes),
        }
    }

    fn table(&mut self, head: &[String], rows: &[(bool, Vec<String>)]) {
        self.raw("<table><tr>");
        for cell in head {
            self.inside("th", cell);
        }
        self.raw("</tr>\n");
        for (marked, row) in rows {
            self.raw(if *marked { "<tr class=\"mark\">" } else { "<tr>" });
            for cell in row {
                self.inside("td", cell);
            }
            self.raw("</tr>\n");
        }
        self.raw("</table>\n");
    }

    fn svg(&mut self, height: f64, about: &str) {
        self.raw("<svg viewBox=\"0 0 900 ")
            .number(height)
            .raw("\" role=\"img\" aria-label=\"")
            .text(about)
            .raw("\">\n");
    }

    fn rect(&mut self, [x, y, width, height]: [f64; 4], color: &'static str) {
        self.raw("<rect x=\"").number(x).raw("\" y=\"").number(y).raw("\" width=\"").number(width);
        self.raw("\" height=\"").number(height).raw("\" rx=\"3\" fill=\"").raw(color).raw("\"/>\n");
    }

    fn label(&mut self, x: f64, y: f64, text: &str) {
        self.raw("<text x=\"").number(x).raw("\" y=\"").number(y).raw("\">").text(text).raw("</text>\n");
    }

    fn bars(&mut self, bars: &[(String, String, f64)]) {
        let about: Vec<String> = bars.iter().map(|(name, value, _)| format!("{name}: {value}")).collect();
        self.svg(bars.len() as f64 * 40.0, &about.join("; "));
        for (index, (name, value, share)) in bars.iter().enumerate() {
            let y = index as f64 * 40.0;
            self.label(0.0, y + 14.0, &format!("{name}: {value}"));
            self.rect([0.0, y + 20.0, 900.0 * share.clamp(0.0, 1.0), 8.0], "#c04a12");
        }
        self.raw("</svg>\n");
    }

    fn lanes(&mut self, seconds: f64, lanes: &[(String, Vec<Stretch>)]) {
        let said = |(name, stretches): &(String, Vec<Stretch>)| {
            let stretches: Vec<&str> = stretches.iter().map(|stretch| stretch.name.as_str()).collect();
            format!("{name}: {}", stretches.join(", "))
        };
        let about: Vec<String> = lanes.iter().map(said).collect();
        self.svg(lanes.len() as f64 * 56.0, &about.join("; "));
        for (index, lane) in lanes.iter().enumerate() {
            let y = index as f64 * 56.0;
            self.label(0.0, y + 14.0, &said(lane));
            for stretch in &lane.1 {
                let place = |at: f64| 900.0 * (at / seconds.max(1.0)).clamp(0.0, 1.0);
                let width = (place(stretch.to) - place(stretch.from)).max(2.0);
                self.rect([place(stretch.from), y + 22.0, width, 18.0], COLORS[stretch.kind.min(2)]);
            }
        }
        self.raw("</svg>\n");
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::exercise::sample;

    /// Whether each tag that is opened is closed, in the right order; and the names of all.
    pub(crate) fn tags(html: &str) -> Result<Vec<String>, String> {
        let mut open: Vec<String> = Vec::new();
        let mut all = Vec::new();
        for part in html.split('<').skip(1) {
            let (tag, _) = part.split_once('>').ok_or_else(|| format!("no end: {part}"))?;
            if tag.starts_with('!') {
                continue;
            }
            let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default().to_owned();
            if tag.starts_with('/') {
                let last = open.pop().ok_or_else(|| format!("closes {name}"))?;
                if last != name {
                    return Err(format!("{last} closed by {name}"));
                }
            } else if !tag.ends_with('/') {
                open.push(name.clone());
            }
            all.push(name);
        }
        if open.is_empty() { Ok(all) } else { Err(format!("left open: {open:?}")) }
    }

    #[test]
    fn a_verdict_is_a_page_that_needs_nothing_else() {
        let html = verdict(&super::super::grade::tests::verdict(), &sample::exercise());
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
        let mut graded = super::super::grade::tests::verdict();
        graded.submission = "</p><img src=x onerror=alert(1)>".to_owned();
        graded.criteria[0].say = "<b>bold</b>".to_owned();
        let html = verdict(&graded, &exercise);
        let tags = tags(&html).unwrap();
        for tag in ["script", "img", "b"] {
            assert!(!tags.contains(&tag.to_owned()), "{tag}");
        }
        assert!(
            html.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;more&quot;<"),
            "{html}"
        );
    }
}
