//! Flagger: `Canary` with its analysis, and `MetricTemplate`.
//!
//! What Flagger does at each interval becomes the steps of a canary with an analysis beside it, or a blue-green release.

mod metrics;

use super::argo::Templates;
use super::cursor::At;
use super::quantity::percent;
use super::table::Table;
use crate::control::{Analysis, BlueGreen, Canary, Step, Strategy};
use crate::engine::{Amount, Share, Span};
use crate::sim::{MatchRule, Pool};

/// What a Canary of Flagger says.
#[derive(Clone, Debug)]
pub struct Progress {
    /// How it goes out.
    pub strategy: Option<Strategy>,
    /// Its metrics, as analysis in the background.
    pub analysis: Option<Analysis>,
}

/// The most intervals that are written out as steps.
const MOST_STEPS: usize = 100;

/// Reads the `spec` of a Canary. `templates` are the MetricTemplates of its file.
pub fn canary(spec: &At<'_>, templates: &Templates<'_>, table: &Table) -> Progress {
    spec.mark();
    let target = spec.get("targetRef").map(|at| {
        at.text("apiVersion");
        at.text("kind");
        at.text("name").unwrap_or_default()
    });
    // `analysis` was called `canaryAnalysis` in older versions.
    let Some(at) = spec.get("analysis").or_else(|| spec.get("canaryAnalysis")) else {
        spec.wrong("an `analysis`, which says how the canary proceeds");
        return Progress { strategy: None, analysis: None };
    };
    at.mark();
    // Flagger: an interval under 10 s or none is 60 s.
    let interval =
        at.span("interval").filter(|span| *span >= Span::from_secs(10)).unwrap_or(Span::from_secs(60));
    let threshold = at.whole("threshold").unwrap_or(1).max(1);
    let (first, last) = webhooks(&at);
    let judged = metrics::Judged { interval, threshold, target: target.unwrap_or_default() };
    let checks = metrics::checks(&at, templates, table, &judged);
    let analysis = (!checks.is_empty()).then(|| Analysis {
        checks,
        lasts: None,
        on_failure: Default::default(),
        from_step: 0,
    });
    let iterations = at.whole("iterations").unwrap_or(0);
    let rules = at.items("match");
    if iterations > 0 && rules.is_empty() {
        return blue_green(&at, analysis, iterations, interval, &last);
    }
    at.note(
        "at each interval Flagger takes one step, or holds while a check fails; here the steps go on until a check has \
         failed too often",
    );
    let mut steps = first;
    if at.flag("mirror") == Some(true) {
        let share = at.number("mirrorWeight").and_then(percent).unwrap_or(Share::ALL);
        steps.extend([Step::Mirror(share), Step::Pause(interval)]);
    }
    if iterations > 0 {
        steps.extend(matched(&rules));
        steps.push(Step::Pause(interval.scaled(f64::from(iterations))));
    } else {
        for weight in weights(&at) {
            steps.extend([Step::Weight(weight), Step::Pause(interval)]);
        }
    }
    steps.extend(last);
    if steps.is_empty() {
        at.wrong("`stepWeight`, `stepWeights` or `iterations`");
        return Progress { strategy: None, analysis };
    }
    let quarter = Amount::Share(Share::percent(25.0));
    let canary = Canary {
        steps,
        router: true,
        sticky: false,
        max_surge: quarter,
        max_unavailable: quarter,
        dynamic_stable_scale: false,
        // Flagger scales the canary to zero as soon as it has routed everything back.
        abort_scale_down_delay: Span::ZERO,
    };
    Progress { strategy: Some(Strategy::Canary(canary)), analysis }
}

/// `iterations` without `match`: the checks run so many times before the switch.
fn blue_green(
    at: &At<'_>,
    analysis: Option<Analysis>,
    iterations: u32,
    interval: Span,
    last: &[Step],
) -> Progress {
    at.note("iterations without a match are a blue-green release, judged before the switch");
    let before = analysis.map(|mut analysis| {
        analysis.checks.iter_mut().for_each(|check| check.count = Some(iterations));
        analysis
    });
    let auto_promote_after =
        if before.is_some() { Span::ZERO } else { interval.scaled(f64::from(iterations)) };
    let strategy = BlueGreen {
        before,
        auto_promote: last.is_empty(),
        auto_promote_after,
        scale_down_delay: Span::ZERO,
        ..BlueGreen::default()
    };
    Progress { strategy: Some(Strategy::BlueGreen(strategy)), analysis: None }
}

/// The weights of the canary, in order: `stepWeights`, or multiples of `stepWeight` up to `maxWeight` (default 100).
fn weights(at: &At<'_>) -> Vec<Share> {
    let listed: Vec<Share> = at
        .items("stepWeights")
        .iter()
        .filter_map(|at| {
            let share = percent(at.as_number()?);
            if share.is_none() {
                at.wrong("a percentage, 0 to 100");
            }
            share
        })
        .collect();
    let most = at.whole("maxWeight").filter(|weight| *weight > 0).unwrap_or(100).min(100);
    if !listed.is_empty() {
        return listed;
    }
    let Some(step) = at.whole("stepWeight").filter(|step| *step > 0) else { return listed };
    let weights =
        (1..=MOST_STEPS as u32).map(|n| step.saturating_mul(n)).take_while(|weight| *weight <= most);
    weights.map(|weight| Share::percent(f64::from(weight))).collect()
}

/// `match` by headers: those whose name ends in `cohort` name cohorts, those that end in `kind` kinds of requests.
fn matched(rules: &[At<'_>]) -> Option<Step> {
    let mut rule = MatchRule { cohorts: vec![], kinds: vec![], to: Pool::Candidate };
    for at in rules {
        let headers = at.get("headers").map(|at| at.entries()).unwrap_or_default();
        for (name, header) in headers {
            let value = header.text("exact").or_else(|| header.text("regex")).unwrap_or_default();
            let list = match name.rsplit(['-', '_']).next() {
                Some("cohort") => &mut rule.cohorts,
                Some("kind") => &mut rule.kinds,
                _ => {
                    at.refuse(
                        "users have no headers here; call the header `x-cohort` (or `x-kind`) and its value like a \
                         cohort (or request kind) of the scenario",
                    );
                    continue;
                }
            };
            list.extend(value.split('|').filter(|value| !value.is_empty()).map(str::to_owned));
        }
    }
    (!rule.cohorts.is_empty() || !rule.kinds.is_empty()).then(|| Step::Match(vec![rule]))
}

/// What webhooks ask of people, before the first step and after the last; the others are said.
fn webhooks(at: &At<'_>) -> (Vec<Step>, Vec<Step>) {
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for hook in at.items("webhooks") {
        match hook.text("type").unwrap_or_else(|| "rollout".to_owned()).as_str() {
            "confirm-rollout" => first.push(Step::Approve),
            "confirm-promotion" => last.push(Step::Approve),
            "rollout" => {
                hook.ignore("users come from the scenario's traffic");
                continue;
            }
            other => {
                hook.refuse(format!(
                    "a plan has nothing like the webhook `{other}`; `Test` or `smoke_test` may do"
                ));
                continue;
            }
        }
        hook.note("somebody has to approve");
        hook.node.read_all();
    }
    (first, last)
}
