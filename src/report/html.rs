//! A page of HTML that needs no other file: no script, no font, no picture from elsewhere; charts are inline SVG. `maud` escapes
//! all text, so no text can become markup.

mod chart;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::escape::lines;

pub use chart::Points;

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
    /// Its content, in order.
    pub items: Vec<Item>,
}

/// The content of a part.
#[derive(Clone, Debug)]
pub enum Item {
    /// A paragraph.
    Text(String),
    /// Preformatted text, such as a plan.
    Code(String),
    /// A table: its head, and its rows with a flag that highlights a row.
    Table(Vec<String>, Vec<(bool, Vec<String>)>),
    /// A bar chart: for each bar its name, its value as text, and its length from 0 to 1.
    Bars(Vec<(String, String, f64)>),
    /// A timeline of this many seconds: for each lane its name and its stretches of time.
    Lanes(f64, Vec<(String, Vec<Stretch>)>),
    /// Columns side by side: what is counted, and for each column its name and its number.
    Columns(String, Vec<(String, u64)>),
    /// Points on two axes.
    Points(Points),
}

/// A stretch of time in a lane.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// Its name.
    pub name: String,
    /// Its start, in seconds.
    pub from: f64,
    /// Its end, in seconds.
    pub to: f64,
    /// Its kind: 0 time to detect, 1 time to decide, 2 time to recover.
    pub kind: usize,
}

const STYLE: &str = "body{font:14px/1.5 Inter,system-ui,sans-serif;color:#16202a;background:#fbfcfd;max-width:60rem;margin:2rem auto;\
padding:0 1rem}h1{font-size:1.6rem;margin:0}h2{font-size:1rem;color:#4f5c69;margin:2rem 0 .5rem}table{border-collapse:collapse;width:100%}\
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #d3dae1;vertical-align:top}th{color:#4f5c69;font-weight:500}\
tr.mark{background:#f7ecd2}pre{background:#f1f4f7;padding:.8rem;overflow:auto}.lead{color:#4f5c69;margin:.2rem 0}svg{width:100%;height:auto}\
svg text{font:11px Inter,system-ui,sans-serif;fill:#16202a}@media print{body{margin:0;max-width:none;background:#fff}tr,svg{break-inside:avoid}}";

/// Colours of the three kinds of stretches.
const COLORS: [&str; 3] = ["#8a7a00", "#a8487f", "#007d5b"];
/// Colour of bars: they all count harm.
const HARM: &str = "#c04a12";

/// The page as HTML.
pub fn page(page: &Page) -> String {
    let markup = html! {
        (DOCTYPE) "\n"
        html lang="en" {
            head { meta charset="utf-8"; title { (lines(&page.title)) } style { (PreEscaped(STYLE)) } }
            body { "\n"
                h1 { (lines(&page.title)) } "\n"
                p.lead { (lines(&page.lead)) } "\n"
                @for part in &page.parts {
                    h2 { (lines(&part.title)) } "\n"
                    @for item in &part.items { (self::item(item)) "\n" }
                }
            }
        }
        "\n"
    };
    markup.into_string()
}

/// A number in an attribute, with one digit after the point.
fn number(number: f64) -> String {
    format!("{:.1}", if number.is_finite() { number } else { 0.0 })
}

fn item(item: &Item) -> Markup {
    match item {
        Item::Text(text) => html! { p { (lines(text)) } },
        Item::Code(text) => html! { pre { (lines(text)) } },
        Item::Table(head, rows) => table(head, rows),
        Item::Bars(bars) => self::bars(bars),
        Item::Lanes(seconds, lanes) => self::lanes(*seconds, lanes),
        Item::Columns(what, columns) => chart::columns(what, columns),
        Item::Points(points) => chart::points(points),
    }
}

fn table(head: &[String], rows: &[(bool, Vec<String>)]) -> Markup {
    html! {
        table {
            tr { @for cell in head { th { (lines(cell)) } } } "\n"
            @for (marked, row) in rows {
                tr class=[marked.then_some("mark")] { @for cell in row { td { (lines(cell)) } } } "\n"
            }
        }
    }
}

/// A picture of 900 by `height`, called `title`, that says `about` to those who cannot see it.
fn svg(height: f64, title: &str, about: &[String], inside: &Markup) -> Markup {
    let about = about.join("; ");
    html! {
        svg viewBox={ "0 0 900 " (number(height)) } role="img" aria-label=(lines(&format!("{title}: {about}"))) { "\n"
            title { (lines(title)) } "\n" desc { (lines(&about)) } "\n" (inside)
        }
    }
}

fn rect([x, y, width, height]: [f64; 4], color: &str) -> Markup {
    let [x, y, width, height] = [x, y, width, height].map(number);
    html! { rect x=(x) y=(y) width=(width) height=(height) rx="3" fill=(color) {} "\n" }
}

fn label(x: f64, y: f64, text: &str) -> Markup {
    html! { text x=(number(x)) y=(number(y)) { (lines(text)) } "\n" }
}

fn bars(bars: &[(String, String, f64)]) -> Markup {
    let about: Vec<String> = bars.iter().map(|(name, value, _)| format!("{name}: {value}")).collect();
    let height = 40.0;
    let inside = html! {
        @for (index, (said, (_, _, share))) in about.iter().zip(bars).enumerate() {
            (label(0.0, index as f64 * height + 14.0, said))
            (rect([0.0, index as f64 * height + 20.0, 900.0 * share.clamp(0.0, 1.0), 8.0], HARM))
        }
    };
    svg(bars.len() as f64 * height, "Bars", &about, &inside)
}

fn lanes(seconds: f64, lanes: &[(String, Vec<Stretch>)]) -> Markup {
    let said = |(name, stretches): &(String, Vec<Stretch>)| {
        let stretches: Vec<&str> = stretches.iter().map(|stretch| stretch.name.as_str()).collect();
        format!("{name}: {}", stretches.join(", "))
    };
    let about: Vec<String> = lanes.iter().map(said).collect();
    let place = |at: f64| 900.0 * (at / seconds.max(1.0)).clamp(0.0, 1.0);
    let width = |stretch: &Stretch| (place(stretch.to) - place(stretch.from)).max(2.0);
    let height = 56.0;
    let inside = html! {
        @for (index, (said, (_, stretches))) in about.iter().zip(lanes).enumerate() {
            (label(0.0, index as f64 * height + 14.0, said))
            @for stretch in stretches {
                (rect([place(stretch.from), index as f64 * height + 22.0, width(stretch), 18.0], COLORS[stretch.kind.min(2)]))
            }
        }
    };
    svg(lanes.len() as f64 * height, "Timeline", &about, &inside)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::report::golden;

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
            } else if name != "meta" {
                open.push(name.clone());
            }
            all.push(name);
        }
        if open.is_empty() { Ok(all) } else { Err(format!("left open: {open:?}")) }
    }

    #[test]
    fn a_page_is_as_written_down() {
        let mut page = Page {
            title: "Rollback & <more>".to_owned(),
            lead: "it's \"mine\"\u{7}".to_owned(),
            parts: crate::report::verdict::html::parts(&crate::report::verdict::sample::verdict()),
        };
        let stretch = |name: &str, from, to, kind| Stretch { name: name.to_owned(), from, to, kind };
        let lanes = vec![
            ("you".to_owned(), vec![stretch("detect", 300.0, 330.5, 0), stretch("decide", 330.5, 400.0, 1)]),
            ("model".to_owned(), vec![stretch("recover", 310.0, 311.0, 7)]),
        ];
        let items = vec![Item::Lanes(600.0, lanes), Item::Code("(\n\tformat: 1,\n)".to_owned())];
        page.parts.push(Part { title: "What happened".to_owned(), items });
        page.parts.push(Part {
            title: "Decisions".to_owned(),
            items: vec![Item::Table(
                vec!["a".into(), "b".into()],
                vec![(true, vec!["1".into(), "<2>".into()])],
            )],
        });
        golden("page.html", &super::page(&page));
    }
}
