//! The incidents of the museum, retold: a table of what was published and what the runs measured, and a page for each.

use serde::Serialize;
use serde_json::{Value, json};

use crate::exercise::format::{counted, decimal, lasting, percent};
use crate::exercise::incident::{Figure, Incident, MetFigure, Moment, Retold, TENFOLD, TOLERANCE};

use super::json::{finite, pretty};
use super::style::{TextStyle, Tone, harmless, page, wrapped};
use super::table::{Cell, Side, Table};

/// An incident and how its retelling went.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its id.
    pub id: String,
    /// What happened.
    pub incident: Incident,
    /// Whether that is in another language than English. The day is then written in figures.
    pub is_translated: bool,
    /// What its runs came to.
    pub retold: Retold,
}

impl Told {
    fn heading(&self) -> String {
        let day = self.incident.day().filter(|_| !self.is_translated);
        let day = day.unwrap_or_else(|| self.incident.date.clone());
        harmless(&format!("{}, {day}", self.incident.title)).into_owned()
    }
}

/// A value of a figure with its unit.
fn value(figure: &Figure, value: f64) -> String {
    match figure {
        Figure::Lasted { .. } | Figure::Between { .. } => lasting(value),
        Figure::Failed { .. } => percent(value),
        Figure::Requests { .. } => counted(value.max(0.0).round() as u64),
    }
}

fn measured(met: &MetFigure) -> String {
    met.measured.map_or_else(|| "nothing".to_owned(), |measured| value(&met.figure, measured))
}

/// How far a measured figure is from the published one: `+4 %`, `0 %`.
fn distance(met: &MetFigure) -> String {
    let whole = |distance: f64| match (distance * 100.0).round() as i64 {
        0 => "0 %".to_owned(),
        percent => format!("{percent:+} %"),
    };
    met.distance().map_or_else(|| "-".to_owned(), whole)
}

/// How many times fewer user-minutes were lost.
fn factor(retold: &Retold) -> String {
    match retold.factor() {
        factor if factor.is_nan() => "nothing to spare".to_owned(),
        factor if factor.is_infinite() => "all spared".to_owned(),
        factor => format!("{} times fewer", decimal(factor, if factor < 100.0 { 1 } else { 0 })),
    }
}

fn order(retold: &Retold) -> String {
    let moment = |(moment, at): &(Moment, Option<_>)| match at {
        Some(_) => moment.title().to_owned(),
        None => format!("{} (never)", moment.title()),
    };
    retold.order.iter().map(moment).collect::<Vec<_>>().join(", ")
}

/// The table of all incidents as text.
pub fn text(all: &[Told], style: TextStyle) -> String {
    let mut table = Table::new(&[
        ("id", Side::Left),
        ("figure", Side::Left),
        ("published", Side::Right),
        ("retold", Side::Right),
        ("", Side::Right),
        ("user-minutes", Side::Right),
        ("order, and the recommended plan", Side::Left),
    ]);
    for told in all {
        let Told { id, retold, .. } = told;
        for (index, met) in retold.figures.iter().enumerate() {
            let first = index == 0;
            let tone = if met.is_met() { Tone::Good } else { Tone::Harm };
            table.row([
                Cell::from(if first { harmless(id).into_owned() } else { String::new() }),
                Cell::from(met.figure.title()),
                Cell::from(value(&met.figure, met.figure.published())),
                Cell::from(measured(met)),
                Cell::toned(tone, distance(met)),
                Cell::from(if first { decimal(retold.naive.user_minutes, 0) } else { String::new() }),
                last_cell(retold, first),
            ]);
        }
    }
    let held = all.iter().filter(|told| told.retold.holds()).count();
    let mut lines = table.lines(style);
    lines.push(String::new());
    lines.push(format!("{held} of {} incidents are retold within {} of each figure, in their order, with a plan that spares nine tenths.", all.len(), percent(TOLERANCE)));
    page(&lines)
}

fn last_cell(retold: &Retold, first: bool) -> Cell {
    if !first {
        return Cell::from("");
    }
    let ordered = if retold.is_in_order() { "in order" } else { "not in order" };
    let good = retold.is_in_order() && retold.factor() >= TENFOLD;
    Cell::toned(if good { Tone::Good } else { Tone::Harm }, format!("{ordered}, {}", factor(retold)))
}

/// A page for each of some incidents.
pub fn pages(all: &[Told], style: TextStyle) -> String {
    let pages: Vec<String> = all.iter().map(|told| one(told, style)).collect();
    pages.join("\n")
}

fn one(told: &Told, style: TextStyle) -> String {
    let Told { id, incident, retold, .. } = told;
    let mut lines = vec![style.heading(&told.heading()), String::new()];
    let mut paragraph = |title: &str, text: &str| {
        lines.extend(wrapped(&format!("{title}{}", harmless(text)), 98));
        lines.push(String::new());
    };
    paragraph("", &incident.happened);
    paragraph("Lesson: ", &incident.lesson);
    paragraph("Source: ", &incident.source);
    paragraph("Simplified: ", &incident.simplified);
    lines.push("Try:".to_owned());
    for idea in &incident.to_try {
        lines.extend(wrapped(&format!("- {}", harmless(idea)), 98));
    }
    lines.push(String::new());
    let mut table = Table::new(&[
        ("figure", Side::Left),
        ("published", Side::Right),
        ("retold", Side::Right),
        ("", Side::Right),
    ]);
    for met in &retold.figures {
        let tone = if met.is_met() { Tone::Good } else { Tone::Harm };
        table.row([
            Cell::from(met.figure.title()),
            Cell::from(value(&met.figure, met.figure.published())),
            Cell::from(measured(met)),
            Cell::toned(tone, distance(met)),
        ]);
    }
    lines.extend(table.lines(style));
    lines.push(String::new());
    let ordered = if retold.is_in_order() { "as it was" } else { "not as it was" };
    lines.extend(wrapped(&format!("Order, {ordered}: {}.", order(retold)), 98));
    lines.extend(wrapped(
        &format!(
            "User-minutes lost: {} with the naive plan, {} with the recommended one ({}).",
            decimal(retold.naive.user_minutes, 0),
            decimal(retold.recommended.user_minutes, 0),
            factor(retold)
        ),
        98,
    ));
    lines.push(String::new());
    let case = &incident.case;
    let mut run = format!("rollout-lab run {id} --plan {id}/recommended");
    if let Some(release) = &case.release {
        run += &format!(" --release {release}");
    }
    for fault in &case.faults {
        run += &format!(" --fault {fault}");
    }
    if let Some(traffic) = &case.traffic {
        run += &format!(" --traffic {traffic}");
    }
    lines.push(harmless(&run).into_owned());
    page(&lines)
}

/// The incidents as JSON. Its fields are a contract: they are only ever added.
pub fn json(all: &[Told]) -> String {
    #[derive(Serialize)]
    struct Museum {
        incidents: Vec<Value>,
    }
    pretty(&Museum { incidents: all.iter().map(as_json).collect() })
}

fn as_json(told: &Told) -> Value {
    let Told { id, incident, retold, .. } = told;
    let figures: Vec<Value> = retold
        .figures
        .iter()
        .map(|met| {
            json!({
                "figure": met.figure.title(),
                "unit": unit(&met.figure),
                "published": finite(met.figure.published()),
                "measured": met.measured.map(finite),
                "is_met": met.is_met(),
            })
        })
        .collect();
    let order: Vec<Value> = retold
        .order
        .iter()
        .map(
            |(moment, at)| json!({ "moment": moment.title(), "at_s": at.map(|at| finite(at.as_secs_f64())) }),
        )
        .collect();
    let run = |run: &crate::exercise::incident::RunOf| json!({ "digest": run.digest, "user_minutes": finite(run.user_minutes) });
    json!({
        "id": id,
        "title": incident.title,
        "date": incident.date,
        "source": incident.source,
        "seed": incident.seed,
        "figures": figures,
        "order": order,
        "is_in_order": retold.is_in_order(),
        "naive": run(&retold.naive),
        "recommended": run(&retold.recommended),
        "times_fewer_user_minutes": Some(retold.factor()).filter(|factor| factor.is_finite()).map(finite),
        "holds": retold.holds(),
    })
}

const fn unit(figure: &Figure) -> &'static str {
    match figure {
        Figure::Lasted { .. } | Figure::Between { .. } => "seconds",
        Figure::Failed { .. } => "share",
        Figure::Requests { .. } => "requests",
    }
}

/// The page `docs/museum.md`: the table, then what each incident was, what its retelling leaves out, and what to try.
pub fn markdown(all: &[Told]) -> String {
    let mut text = String::from(
        "# The incident museum\n\n\
         Real outages, each retold by a scenario in `scenarios/museum/`. `rollout-lab museum` runs each one twice in the same world: \
         with the naive plan and what people did at the time, and with the recommended plan. `rollout-lab museum ID` shows one, and \
         the window has a screen for them.\n\n\
         The figures come from the published reports. When people went back is given to the run, and what came of it is \
         measured. A user-minute is a minute of one user's requests failing. This page is written \
         by `rollout-lab museum --format markdown`, and a test compares the two.\n\n\
         | incident | figure | published | retold | distance | order | user-minutes, naive | recommended | |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for told in all {
        let retold = &told.retold;
        for (index, met) in retold.figures.iter().enumerate() {
            let first = |cell: String| if index == 0 { cell } else { String::new() };
            let ordered = if retold.is_in_order() { "as it was" } else { "not as it was" };
            let cells = [
                first(format!("[{}](#{})", cell(&told.heading()), anchor(&told.heading()))),
                met.figure.title(),
                value(&met.figure, met.figure.published()),
                measured(met),
                distance(met),
                first(ordered.to_owned()),
                first(decimal(retold.naive.user_minutes, 0)),
                first(decimal(retold.recommended.user_minutes, 0)),
                first(factor(retold)),
            ];
            text += &format!("| {} |\n", cells.join(" | "));
        }
    }
    for told in all {
        let Told { id, incident, retold, .. } = told;
        text += &format!("\n## {}\n\n{}\n\n", told.heading(), incident.happened);
        text += &format!("*Lesson.* {}\n\n*Scenario.* `{id}`\n\n", incident.lesson);
        text += &format!("*Source.* {}\n\n*Simplified.* {}\n\n", incident.source, incident.simplified);
        text += &format!("*Order of events.* {}.\n\n*To try*\n\n", order(retold));
        for idea in &incident.to_try {
            text += &format!("- {idea}\n");
        }
    }
    text
}

/// The anchor that forges make of a heading: small letters, digits and hyphens.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// A text inside a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
