//! Reads the steps of a canary.

use super::analysis::{AnalysisPlace, analysis};
use super::around::Around;
use crate::control::{Experiment, Step};
use crate::engine::{Amount, Share};
use crate::manifest::cursor::At;
use crate::manifest::quantity::percent;
use crate::sim::{MatchRule, Pool};

/// The most steps that a strategy may have.
const MOST: usize = 200;

/// Reads `spec.strategy.canary.steps`.
pub(super) fn steps(canary: &At<'_>, around: &Around<'_, '_>) -> Vec<Step> {
    let steps = canary.items("steps");
    if steps.len() > MOST {
        canary.wrong("a canary of at most 200 steps");
        return Vec::new();
    }
    steps.iter().filter_map(|at| step(at, around)).collect()
}

fn step(at: &At<'_>, around: &Around<'_, '_>) -> Option<Step> {
    if let Some(weight) = at.get("setWeight") {
        return share(&weight).map(Step::Weight);
    }
    if let Some((_, pause)) = at.entries().into_iter().find(|(key, _)| *key == "pause") {
        pause.mark();
        return match pause.get("duration") {
            None => Some(Step::Approve),
            Some(_) => pause.span("duration").map(Step::Pause),
        };
    }
    if let Some(judged) = at.get("analysis") {
        return analysis(&judged, around, AnalysisPlace::Step).map(Step::Analyse);
    }
    if let Some(of) = at.get("experiment") {
        return experiment(&of, around).map(Step::Experiment);
    }
    if let Some(scale) = at.get("setCanaryScale") {
        if let Some(replicas) = scale.whole("replicas") {
            return Some(Step::Scale(Amount::Count(replicas)));
        }
        if let Some(weight) = scale.get("weight") {
            return share(&weight).map(|share| Step::Scale(Amount::Share(share)));
        }
        scale.flag("matchTrafficWeight");
        return Some(Step::FollowWeight);
    }
    if let Some(route) = at.get("setHeaderRoute") {
        return header_route(&route);
    }
    if let Some(route) = at.get("setMirrorRoute") {
        route.text("name");
        let Some(percentage) = route.get("percentage") else {
            route.refuse("only a share of all requests can be mirrored; give it a `percentage`");
            return None;
        };
        return share(&percentage).map(Step::Mirror);
    }
    None
}

/// Reads an experiment. Of its templates the lab keeps the size, and the canary's share of requests.
fn experiment(at: &At<'_>, around: &Around<'_, '_>) -> Option<Experiment> {
    let templates = at.items("templates");
    let of = |version: &str| {
        let mut found = templates.iter().filter(|template| {
            template.text("name");
            template.text("specRef").is_some_and(|name| name == version)
        });
        (found.next(), found.next().is_none() && templates.len() == 2)
    };
    let ((Some(stable), true), (Some(canary), true)) = (of("stable"), of("canary")) else {
        at.refuse(
            "the lab's experiment compares two templates, one with `specRef: stable` and one with `specRef: canary`",
        );
        return None;
    };
    let size = |template: &At<'_>| template.whole("replicas").unwrap_or(1);
    let weight = |template: &At<'_>| template.get("weight").and_then(|at| share(&at));
    let (replicas, split) = (size(canary), weight(canary));
    if (size(stable), weight(stable)) != (replicas, split) {
        stable.note("both sides get the canary's replicas and weight, so that they can be compared");
    }
    let Some(lasts) = at.span("duration") else {
        at.refuse("without a `duration` it ends with its analyses; give it one");
        return None;
    };
    let analyses = at.items("analyses");
    let judged = (!analyses.is_empty()).then(|| analysis(at, around, AnalysisPlace::Step)).flatten();
    Some(Experiment {
        size: Amount::Count(replicas),
        share: split.unwrap_or(Share::ZERO),
        mirror: Share::ZERO,
        lasts,
        analysis: judged,
    })
}

fn share(at: &At<'_>) -> Option<Share> {
    let share = percent(at.as_number()?);
    if share.is_none() {
        at.wrong("a percentage, 0 to 100");
    }
    share
}

/// Headers whose name ends in `cohort` select cohorts of users; headers whose name ends in `kind` select kinds of requests.
fn header_route(route: &At<'_>) -> Option<Step> {
    route.text("name");
    let mut rule = MatchRule { cohorts: vec![], kinds: vec![], to: Pool::Candidate };
    let matches = route.items("match");
    if matches.is_empty() {
        route.mark();
        return Some(Step::Match(vec![]));
    }
    for header in &matches {
        let name = header.text("headerName").unwrap_or_default().to_lowercase();
        let value = header.get("headerValue");
        let value = value.and_then(|value| value.text("exact").or_else(|| value.text("regex")));
        let values = value.unwrap_or_default();
        let values = values.trim_matches(['^', '$', '(', ')']).split('|').map(str::to_owned);
        let list = match name.rsplit(['-', '_']).next() {
            Some("cohort") => &mut rule.cohorts,
            Some("kind") => &mut rule.kinds,
            _ => {
                route.refuse(
                    "users have no headers here; call the header `x-cohort` (or `x-kind`) and its value like a cohort \
                     (or request kind) of the scenario",
                );
                return None;
            }
        };
        list.extend(values.filter(|value| !value.is_empty()));
    }
    Some(Step::Match(vec![rule]))
}
