//! Reads service level objectives as burn-rate alerts: Sloth's rules and its `PrometheusServiceLevel`, Pyrra's
//! `ServiceLevelObjective`, OpenSLO's `SLO`.

mod indicator;

use super::cursor::At;
use super::parts::{Document, Parts, Templates};
use super::quantity::{clean, percent};
use super::table::Table;
use crate::engine::{Share, Span};
use crate::telemetry::{BurnAlerts, BurnRows, Subject, Urgency};

/// A period of 30 days: Sloth's default.
const THIRTY_DAYS: Span = Span::from_secs(30 * 86_400);
/// A period of four weeks: Pyrra's usual one.
const FOUR_WEEKS: Span = Span::from_secs(28 * 86_400);

/// Reads Sloth's `slos` (sloth.dev, "prometheus/v1" and the kind `PrometheusServiceLevel`).
pub(super) fn sloth(parts: &mut Parts, _: &Document<'_>, at: &At<'_>, _: &Templates<'_>, _: &Table) {
    for key in ["version", "service", "labels"] {
        if let Some(at) = at.get(key) {
            at.node.read_all();
        }
    }
    for slo in at.items("slos") {
        let name = slo.text("name").unwrap_or_else(|| "slo".to_owned());
        let objective = slo.get("objective").and_then(|at| share(&at, 1.0));
        let off = |new: &str, old: &str| {
            let alerting = slo.get("alerting")?;
            let of = alerting.get(new).or_else(|| alerting.get(old))?;
            of.get("disable").map(|at| at.node.is_true())
        };
        let pages = off("pageAlert", "page_alert") != Some(true);
        let tickets = off("ticketAlert", "ticket_alert") != Some(true);
        let indicator = slo.get("sli");
        let left_out = indicator.as_ref().and_then(indicator::unlike_failures);
        for key in ["sli", "alerting", "description"] {
            if let Some(at) = slo.get(key) {
                at.node.read_all();
            }
        }
        if let Some(why) = left_out {
            slo.refuse(why);
            continue;
        }
        let only = match (pages, tickets) {
            (true, true) => None,
            (true, false) => Some(Urgency::Page),
            (false, true) => Some(Urgency::Ticket),
            (false, false) => {
                slo.ignore("its alerts are disabled, both pages and tickets");
                continue;
            }
        };
        add(parts, &slo, &name, objective, (THIRTY_DAYS, BurnRows::Sloth, only));
    }
}

/// Reads Pyrra's `ServiceLevelObjective`.
pub(super) fn pyrra(parts: &mut Parts, document: &Document<'_>, at: &At<'_>, _: &Templates<'_>, _: &Table) {
    let objective = at.get("target").and_then(|at| share(&at, 1.0));
    let window = at.get("window").and_then(|at| period(&at)).unwrap_or(FOUR_WEEKS);
    let indicator = at.get("indicator");
    let left_out = indicator.as_ref().and_then(indicator::unlike_failures);
    let disabled = at.dig(&["alerting", "disabled"]).is_some_and(|at| at.node.is_true());
    if let Some(groups) =
        indicator.as_ref().and_then(|at| at.entries().first().and_then(|(_, of)| of.get("grouping")))
    {
        groups.not_applied("upstream each group has an error budget of its own; here all requests share one");
    }
    for key in ["indicator", "alerting", "description"] {
        if let Some(at) = at.get(key) {
            at.node.read_all();
        }
    }
    if let Some(why) = left_out {
        at.refuse(why);
    } else if disabled {
        at.ignore("its alerts are disabled");
    } else {
        add(parts, at, &document.name, objective, (window, BurnRows::Pyrra, None));
    }
}

/// Reads OpenSLO's `SLO`, whose alerts are written elsewhere; the workbook's take their place.
pub(super) fn open_slo(
    parts: &mut Parts,
    document: &Document<'_>,
    at: &At<'_>,
    templates: &Templates<'_>,
    _: &Table,
) {
    let window = at.items("timeWindow").first().and_then(|at| at.get("duration")).and_then(|at| period(&at));
    let indicator = match (at.dig(&["indicator", "spec"]), at.text("indicatorRef")) {
        (None, Some(name)) => match templates.find("SLI", &name, None) {
            Ok(found) => {
                found.node.read_all();
                Some(found.clone())
            }
            Err(_) => {
                at.not_applied(format!("there is no SLI \"{name}\" in this file, and it is taken for the share of failed requests"));
                None
            }
        },
        (inside, _) => inside,
    };
    if let Some(why) = indicator.as_ref().and_then(indicator::unlike_failures) {
        at.node.read_all();
        at.refuse(why);
        return;
    }
    if at.text("budgetingMethod").is_some_and(|method| method != "Occurrences") {
        at.not_applied("upstream the budget is counted in slices of time; here in requests");
    }
    if at
        .items("timeWindow")
        .iter()
        .any(|of| of.flag("isRolling") == Some(false) || of.get("calendar").is_some())
    {
        at.not_applied("upstream the budget begins anew with each period; here its window moves on");
    }
    let objectives = at.items("objectives");
    if !objectives.is_empty() {
        at.note("OpenSLO writes alerts elsewhere; those of the SRE workbook take their place");
    }
    for (index, objective) in objectives.iter().enumerate() {
        let target = match objective.get("target") {
            Some(at) => share(&at, 100.0),
            None => objective.get("targetPercent").and_then(|at| share(&at, 1.0)),
        };
        let name =
            if objectives.len() == 1 { document.name.clone() } else { format!("{}-{index}", document.name) };
        objective.node.read_all();
        add(parts, objective, &name, target, (window.unwrap_or(FOUR_WEEKS), BurnRows::Workbook, None));
    }
    at.node.read_all();
}

fn add(
    parts: &mut Parts,
    at: &At<'_>,
    name: &str,
    objective: Option<Share>,
    (window, rows, only): (Span, BurnRows, Option<Urgency>),
) {
    let Some(objective) = objective else {
        at.wrong("an objective, a percentage of good requests below 100");
        return;
    };
    at.note(format!(
        "burn-rate alerts on the share of failed requests of the whole service; the scenario needs an SLO called \"{name}\""
    ));
    parts.burn_alerts.push(BurnAlerts {
        slo: name.to_owned(),
        name: None,
        of: Subject::Target,
        objective: Some(objective),
        window,
        rows,
        only,
    });
}

/// A share that stands as a number of which `whole` times is a percentage.
fn share(at: &At<'_>, times: f64) -> Option<Share> {
    percent(clean(at.as_number()? * times)).filter(|share| *share < Share::ALL && *share > Share::ZERO)
}

/// A period such as `30d` or `4w`.
fn period(at: &At<'_>) -> Option<Span> {
    let text = at.as_text()?;
    let days = |unit: char, days: u64| {
        let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
        Some(Span::from_secs(number.min(1_000) * days * 86_400))
    };
    let found = days('w', 7).or_else(|| days('d', 1)).or_else(|| super::quantity::span(&text));
    if found.is_none() {
        at.wrong("a period such as \"30d\" or \"4w\"");
    }
    found
}
