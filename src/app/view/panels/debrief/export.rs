//! The debrief as an HTML page.

use crate::app::model::debrief::{Debrief, shown};
use crate::app::model::look::{Palette, Shade};
use crate::app::model::notes::Forecast;
use crate::app::model::run::Run;
use crate::app::model::subject::Subject;
use crate::app::texts::{t, tf};
use crate::app::view::panels::brief::prediction;
use crate::app::view::panels::debrief::{cohorts, decisions, reasons, spots, story, timeline};
use crate::app::view::panels::train;
use crate::app::view::theme::Theme;
use crate::exercise::format::counted;
use crate::report::html::{Item, Page, Part, Stretch, page as html};
use crate::report::verdict::html::parts as verdict_parts;

/// The page, of what is worked out by now.
pub fn page(run: &Run) -> String {
    let (title, lead) = match &run.subject {
        Subject::Exercise(entry) => (&entry.exercise.title, &entry.id),
        Subject::World(world) => (&world.scenario.title, &world.id),
    };
    let mut parts = Vec::new();
    let debrief = run.debrief.as_ref();
    if let Some(debrief) = debrief
        && let Some(Ok(found)) = &debrief.findings
    {
        let said = story::sentences(run, debrief, found);
        let items =
            said.into_iter().map(|said| Item::Text(format!("{}: {}", said.head, said.text))).collect();
        parts.push(Part { title: t("story.title").to_owned(), items });
    }
    if let Some((sum, rows)) = train::rows(run).filter(|_| debrief.is_some()) {
        let head = ["", t("debrief.release"), t("debrief.from"), t("debrief.outcome"), t("debrief.harmed")];
        let rows = rows.into_iter().map(|row| (false, row)).collect();
        let table = Item::Table(head.map(str::to_owned).to_vec(), rows);
        parts.push(Part { title: t("train.title").to_owned(), items: vec![Item::Text(sum), table] });
    }
    if let Some(Ok(verdict)) = debrief.and_then(|debrief| debrief.verdict.as_ref()) {
        parts.extend(verdict_parts(verdict));
    }
    let mut notes = Vec::new();
    if run.hint_cost() > 0.0 {
        let counts = run.points().unwrap_or_default();
        notes.push(Item::Text(tf("debrief.hints", &[&shown(run.hint_cost()), &shown(counts)])));
    }
    if run.notes.is_assisted {
        notes.push(Item::Text(t("debrief.assisted").to_owned()));
    }
    if let Forecast::Made(said) = run.notes.forecast {
        let mut text = tf("predict.quote", &[&prediction::said(said)]);
        if let Some(Ok(found)) = debrief.and_then(|debrief| debrief.findings.as_ref())
            && let Some(came) = found.came
        {
            // The words are the same in every theme.
            let theme = Theme::new(Shade::Light, Palette::Wong);
            let ((verdict, _), came) = prediction::outcome(&theme, said, came);
            text = format!("{text} {verdict} {came}");
        }
        notes.push(Item::Text(text));
    }
    if !notes.is_empty() {
        parts.push(Part { title: t("predict.title").to_owned(), items: notes });
    }
    parts.extend(debrief.map(found).unwrap_or_default());
    let part = |title: &str, item: Item| Part { title: title.to_owned(), items: vec![item] };
    if let Some(Ok(all)) = debrief.and_then(|debrief| debrief.spots.as_ref())
        && !all.is_empty()
    {
        let items = all.iter().map(|spot| Item::Text(spots::said(spot))).collect();
        parts.push(Part { title: t("debrief.spots").to_owned(), items });
    }
    if let Ok(plan) =
        crate::library::parse_options().to_string_pretty(&run.plan, ron::ser::PrettyConfig::default())
    {
        parts.push(part(t("debrief.plan"), Item::Code(plan)));
    }
    html(&Page { title: title.clone(), lead: lead.clone(), parts })
}

fn found(debrief: &Debrief) -> Vec<Part> {
    let Some(Ok(found)) = &debrief.findings else { return Vec::new() };
    let lanes = timeline::lanes(found).into_iter().map(|(name, lane)| {
        let stretches = timeline::stretches(&lane, found.end).into_iter().map(|stretch| Stretch {
            name: stretch.name,
            from: stretch.from.as_secs_f64(),
            to: stretch.to.as_secs_f64(),
            kind: stretch.kind,
        });
        (name.to_owned(), stretches.collect())
    });
    let rows = found.rows.iter().enumerate().map(|(index, row)| {
        let [phase, out] = decisions::ending(row);
        let mattered = found.matters_most == Some(index);
        let note = if mattered { t("debrief.mattered") } else { "" };
        let name = decisions::name(row.decision);
        (mattered, vec![name, counted(row.run.users_harmed), phase, out, note.to_owned()])
    });
    let head = [t("debrief.decision"), t("debrief.harmed"), t("debrief.outcome"), t("debrief.out_after"), ""];
    let causes = reasons::causes(found);
    let most = causes.first().map_or(1, |(_, count)| *count).max(1) as f64;
    let bars = causes
        .iter()
        .map(|(cause, count)| (reasons::cause_words(*cause), counted(*count), *count as f64 / most));
    let known = found.evidence.iter().map(|known| {
        Item::Text(format!("{} {}", tf("debrief.at", &[&known.at]), reasons::known_words(known)))
    });
    let part = |title: &str, items: Vec<Item>| Part { title: title.to_owned(), items };
    let whom = found.harmed.iter().flat_map(|split| {
        let most = cohorts::most(split);
        let bars =
            split.groups.iter().map(|hit| (cohorts::name(hit), cohorts::value(hit), hit.share() / most));
        [Item::Text(cohorts::by(split.by).to_owned()), Item::Bars(bars.collect())]
    });
    let whom: Vec<Item> = whom.collect();
    let whom = (!whom.is_empty()).then(|| part(t("debrief.whom"), whom));
    let mut parts = vec![
        part(t("debrief.happened"), vec![Item::Lanes(found.end.as_secs_f64(), lanes.collect())]),
        part(t("debrief.decisions"), vec![Item::Table(head.map(str::to_owned).to_vec(), rows.collect())]),
        part(t("debrief.why"), vec![Item::Bars(bars.collect())]),
    ];
    parts.extend(whom);
    parts.push(part(t("debrief.evidence"), known.collect()));
    parts
}
