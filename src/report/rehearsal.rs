//! The page of a rehearsal: as text, as Markdown for a pull request, as JSON, as SARIF on the manifest's lines, and as HTML.

mod improvement;
mod json;

pub use improvement::improvement;
pub use json::json;

use super::escape;
use super::html::{Item, Page as Html, Part, page as html_page};
use super::power::name;
use super::style::{TextStyle, Tone, harmless, page, wrapped};
use super::table::{Side, Table};
use crate::exercise::format::{counted, decimal, lasting, percent};
use crate::exercise::power::{Level, Power, Regression, Stopped};
use crate::exercise::rehearsal::Met;
use crate::library::{Problem, Severity};
use crate::rehearsal::{Caught, Rehearsal, Remark, Smallest, Stated};

/// What no rehearsal knows.
pub const FOOT: &str = "A rehearsal runs your plan in a model of your service with the few numbers above. It does not know your code, your \
    data, who calls whom, what else shares your nodes, or how your monitoring is set up. It tells what the plan would see and how soon; \
    it cannot tell that your release is good.";

fn line(of: &Remark) -> String {
    match of.place {
        (0, _) => format!("{}: {}", of.file, of.said),
        (line, _) => format!("{}:{line}: {}", of.file, of.said),
    }
}

/// A number with where it is from.
fn stated(of: &Stated) -> String {
    match of.from {
        Some(from) if of.argument.is_empty() => format!("{} ({})", of.said, from.said()),
        Some(from) => format!("{} ({}: {})", of.said, from.said(), of.argument),
        None => of.said.clone(),
    }
}

/// The sentences about a good release.
fn good(of: &Rehearsal, power: &Power, sound: &Level) -> Vec<String> {
    let out = sound
        .seconds_to_complete
        .map_or_else(|| "it never was out".to_owned(), |s| format!("out after {}", lasting(s)));
    let [_, most] = sound.interval();
    let mut said = vec![format!(
        "{out} (median of {} runs); {} users notice on average; {} {} of instances; sent back in {} of {} runs (at most {})",
        sound.runs,
        decimal(sound.harmed, 1),
        decimal(sound.cost, 2),
        of.currency,
        sound.rolled_back,
        sound.runs,
        percent(most)
    )];
    let Stopped { sent_back, left, left_since } = &power.stopped;
    said.extend(sent_back.as_ref().map(|why| format!("the first that was sent back had seen: {why}")));
    let since = left_since.as_ref().map_or_else(String::new, |why| format!("; the first of them: {why}"));
    said.extend((*left > 0).then(|| {
        format!("in {left} of {} runs it was neither out nor sent back at the end{since}", sound.runs)
    }));
    said
}

/// For each kind the smallest regression that is caught at 80 and at 95 %.
fn smallest(power: &Power) -> Vec<String> {
    let told = |of: Smallest| {
        let at = |regression: Option<Regression>| regression.map_or_else(|| "none of these".to_owned(), name);
        match of.caught {
            Caught::NotToldApart(sound) => {
                format!(
                    "{}: not told apart, {} of the sound releases are sent back too",
                    of.kind,
                    percent(sound)
                )
            }
            Caught::From { at_80, at_95 } => {
                format!("{}: {} at 80 %, {} at 95 %", of.kind, at(at_80), at(at_95))
            }
        }
    };
    Smallest::of(power).into_iter().map(told).collect()
}

const HEAD: [&str; 6] = ["regression", "caught", "from", "to", "how soon", "users harmed"];

fn row(level: &Level) -> [String; 6] {
    let [low, high] = level.interval();
    [
        name(level.regression),
        percent(level.share()),
        percent(low),
        percent(high),
        level.seconds_to_roll_back.map_or_else(|| "never".to_owned(), lasting),
        counted(level.harmed.round() as u64),
    ]
}

/// The page as text.
pub fn text(of: &Rehearsal, style: TextStyle) -> String {
    let mut lines = vec![format!("{}: {}", style.heading("Rehearsal"), harmless(&of.title)), String::new()];
    lines.push(style.heading("The world"));
    lines.extend(of.world.iter().map(|of| format!("  {}", stated(of))));
    if let Some(power) = &of.power {
        if let Some(sound) = power.false_alarms() {
            lines.extend([String::new(), style.heading("A good release")]);
            for said in good(of, power, sound) {
                lines.extend(wrapped(&harmless(&said), 110).into_iter().map(|line| format!("  {line}")));
            }
        }
        lines.extend([String::new(), style.heading("What it catches, with 95 % confidence")]);
        let sides = [Side::Left, Side::Right, Side::Right, Side::Right, Side::Right, Side::Right];
        let titles: Vec<(&str, Side)> = HEAD.into_iter().zip(sides).collect();
        let mut table = Table::new(&titles);
        power
            .levels
            .iter()
            .filter(|level| level.regression != Regression::None)
            .for_each(|level| table.row(row(level)));
        lines.extend(table.lines(style));
        lines.push(String::new());
        lines.extend(smallest(power).into_iter().map(|said| format!("  smallest caught, {said}")));
    }
    if !of.why_not.is_empty() {
        lines.extend([String::new(), style.heading("Why not more")]);
        for remark in &of.why_not {
            lines.extend(wrapped(&harmless(&line(remark)), 110).into_iter().map(|line| format!("  {line}")));
        }
    }
    if !of.read.is_empty() {
        lines.extend([String::new(), style.heading("Not read as it stands")]);
        for remark in &of.read {
            lines.extend(wrapped(&harmless(&line(remark)), 110).into_iter().map(|line| format!("  {line}")));
        }
    }
    if !of.goals.is_empty() {
        lines.extend([String::new(), style.heading("The goal")]);
        for goal in &of.goals {
            let tone = if goal.met { Tone::Good } else { Tone::Harm };
            lines.push(format!("  {} {}", style.mark(tone), goal.said));
        }
    }
    lines.push(String::new());
    lines.extend(wrapped(FOOT, 110).into_iter().map(|line| style.paint(Tone::Mute, &line)));
    page(&lines)
}

/// The page as Markdown.
pub fn markdown(of: &Rehearsal) -> String {
    let cell = escape::markdown;
    let mut out = format!("## Rehearsal: {}\n\n", cell(&of.title));
    let list = |out: &mut String, title: &str, items: Vec<String>| {
        if !items.is_empty() {
            *out += &format!("### {title}\n\n");
            items.iter().for_each(|item| *out += &format!("- {}\n", cell(item)));
            out.push('\n');
        }
    };
    if !of.goals.is_empty() {
        let mark = |met: &Met| if met.met { "met" } else { "**missed**" };
        out += "### The goal\n\n";
        of.goals.iter().for_each(|met| out += &format!("- {}: {}\n", mark(met), cell(&met.said)));
        out.push('\n');
    }
    if let Some(power) = &of.power {
        if let Some(sound) = power.false_alarms() {
            list(&mut out, "A good release", good(of, power, sound));
        }
        out += &format!("### What it catches\n\n| {} |\n|{}\n", HEAD.join(" | "), "---|".repeat(HEAD.len()));
        for level in power.levels.iter().filter(|level| level.regression != Regression::None) {
            out += &format!("| {} |\n", row(level).map(|text| cell(&text)).join(" | "));
        }
        out.push('\n');
        list(&mut out, "Smallest caught", smallest(power));
    }
    list(&mut out, "Why not more", of.why_not.iter().map(line).collect());
    list(&mut out, "Not read as it stands", of.read.iter().map(line).collect());
    list(&mut out, "The world", of.world.iter().map(stated).collect());
    out + &format!("<sub>{FOOT}</sub>\n")
}

/// The page as HTML, with charts.
pub fn html(of: &Rehearsal) -> String {
    let mut parts = Vec::new();
    let mut add = |title: &str, items: Vec<Item>| parts.push(Part { title: title.to_owned(), items });
    let texts = |all: Vec<String>| all.into_iter().map(Item::Text).collect::<Vec<_>>();
    if !of.goals.is_empty() {
        let said = |met: &Met| format!("{}: {}", if met.met { "met" } else { "missed" }, met.said);
        add("The goal", texts(of.goals.iter().map(said).collect()));
    }
    if let Some(power) = &of.power {
        if let Some(sound) = power.false_alarms() {
            add("A good release", texts(good(of, power, sound)));
        }
        let worse: Vec<&Level> =
            power.levels.iter().filter(|level| level.regression != Regression::None).collect();
        let rows = worse.iter().map(|level| (level.share() >= 0.8, row(level).to_vec())).collect();
        let most = worse.iter().map(|level| level.harmed).fold(1.0, f64::max);
        let bar = |value: f64, shown: String, level: &Level| (name(level.regression), shown, value);
        let caught = worse.iter().map(|level| bar(level.share(), percent(level.share()), level)).collect();
        let harmed =
            worse.iter().map(|level| bar(level.harmed / most, decimal(level.harmed, 1), level)).collect();
        let mut items = vec![Item::Table(HEAD.map(str::to_owned).to_vec(), rows)];
        items.extend(texts(smallest(power)));
        add("What it catches", items);
        add("Share of runs that are rolled back", vec![Item::Bars(caught)]);
        add("Users harmed until then", vec![Item::Bars(harmed)]);
    }
    add("Why not more", texts(of.why_not.iter().map(line).collect()));
    add("Not read as it stands", texts(of.read.iter().map(line).collect()));
    add("The world", texts(of.world.iter().map(stated).collect()));
    add("What it cannot know", texts(vec![FOOT.to_owned()]));
    html_page(&Html { title: format!("Rehearsal: {}", of.title), lead: of.files.join(", "), parts })
}

/// The remarks as SARIF, on the lines of the manifests; a missed goal is an error.
pub fn sarif(of: &Rehearsal) -> String {
    let problem = |remark: &Remark| Problem {
        // Code scanning needs a line: what is about the file as a whole stands on its first.
        line: remark.place.0.max(1),
        column: remark.place.1.max(1),
        severity: Severity::Warning,
        ..Problem::of_file(remark.file.clone(), remark.code, remark.said.clone())
    };
    let missed = of.goals.iter().filter(|goal| !goal.met);
    let file = of.files.first().cloned().unwrap_or_default();
    let goals = missed.map(|goal| Problem {
        line: 1,
        column: 1,
        ..Problem::of_file(file.clone(), "goal-missed", goal.said.clone())
    });
    let problems: Vec<Problem> = of.why_not.iter().chain(&of.read).map(problem).chain(goals).collect();
    super::sarif::sarif(&problems)
}

#[cfg(test)]
mod tests;
