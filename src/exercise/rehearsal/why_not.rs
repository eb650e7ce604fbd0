//! What keeps a plan from catching more, from the plan and a few numbers alone: no simulation.

use super::Spot;
use crate::control::{Analysis, Check, Limit, NoData, Plan, Step, Strategy};
use crate::engine::stats::binomial::at_least;
use crate::engine::{Level, Share, Span};
use crate::exercise::format::{counted, percent};
use crate::telemetry::{Metric, Subject};

/// The numbers that the remarks are made for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// Requests a second.
    pub requests_per_s: f64,
    /// Share of them that fails today.
    pub errors: f64,
    /// How many more errors are meant to be caught.
    pub more: f64,
}

/// A remark on what keeps the plan from catching more.
#[derive(Clone, Debug, PartialEq)]
pub struct WhyNot {
    /// Where.
    pub spot: Spot,
    /// A stable word for the kind of remark.
    pub code: &'static str,
    /// A sentence.
    pub said: String,
}

/// A check, for how long it can be measured, and the share of requests that the candidate has meanwhile.
struct Watched<'a> {
    check: &'a Check,
    lasts: Option<Span>,
    /// The least and the greatest share.
    shares: (f64, f64),
}

/// The remarks on `plan`, in the order of importance.
pub fn why_not(plan: &Plan, of: Setting) -> Vec<WhyNot> {
    let mut found = Vec::new();
    let watched = watched(plan);
    let say =
        |found: &mut Vec<WhyNot>, spot: Spot, code, said: String| found.push(WhyNot { spot, code, said });
    if watched.is_empty() && plan.triggers.is_empty() && plan.on_call.is_none() {
        let said = match plan.strategy {
            Strategy::Flag(_) => {
                "Nothing is measured while the flag is on: whatever the code behind it does, nobody turns it off."
            }
            _ => {
                "Nothing is measured while the release goes out: whatever it does, it goes out to everybody."
            }
        };
        say(&mut found, Spot::Strategy, "nothing-measured", said.to_owned());
    }
    for one in &watched {
        let spot = || Spot::Check(one.check.name.clone());
        for (code, said) in of_check(one, of) {
            say(&mut found, spot(), code, said);
        }
    }
    steps(plan, &mut found);
    if !watched.is_empty() {
        let looks = |is: fn(&Metric) -> bool| watched.iter().any(|one| is(&one.check.query.metric));
        if !looks(|metric| matches!(metric, Metric::Latency(_))) {
            let said = "No check looks at latency: a release that is slow and right goes out.";
            say(&mut found, Spot::Strategy, "no-latency", said.to_owned());
        }
        if !looks(|metric| matches!(metric, Metric::Business(_))) {
            let said = "No check looks at a business counter: wrong answers with status 200 are not seen.";
            say(&mut found, Spot::Strategy, "no-business", said.to_owned());
        }
    }
    if plan.drain.is_some_and(|drain| drain.pre_stop.is_zero()) {
        let said = "Without a preStop hook an instance stops while proxies still send to it: each release, good or bad, fails some requests.";
        say(&mut found, Spot::Pods, "no-pre-stop", said.to_owned());
    }
    if plan.probes.is_some_and(|probes| probes.readiness.is_none()) {
        let said = "Without a readinessProbe an instance gets requests before it can answer, and a broken one keeps them.";
        say(&mut found, Spot::Pods, "no-readiness", said.to_owned());
    }
    found
}

/// All checks of a plan.
fn watched(plan: &Plan) -> Vec<Watched<'_>> {
    let mut found = Vec::new();
    let (steps, shares): (&[Step], _) = match &plan.strategy {
        Strategy::Canary(of) => (of.steps.as_slice(), shares(&of.steps)),
        Strategy::Flagger(of) => {
            let weights = of.progression().weights();
            let ends = |of: Option<&u32>| of.map_or(1.0, |weight| f64::from(*weight) / 100.0);
            let shares = (ends(weights.first()), ends(weights.last()));
            let lasts = (!of.checks.is_empty()).then(|| of.lasts());
            found.extend(of.checks.iter().map(|check| Watched { check, lasts, shares }));
            (&[], shares)
        }
        Strategy::BlueGreen(of) => {
            for analysis in [&of.before, &of.after].into_iter().flatten() {
                let cut =
                    (of.cuts_after && of.after.as_ref() == Some(analysis)).then_some(of.scale_down_delay);
                let lasts = lasts_of(analysis).map(|lasts| cut.map_or(lasts, |cut| lasts.min(cut)));
                found.extend(analysis.checks.iter().map(|check| Watched {
                    check,
                    lasts,
                    shares: (1.0, 1.0),
                }));
            }
            (&[], (1.0, 1.0))
        }
        _ => (&[], (1.0, 1.0)),
    };
    let mut share = 0.0;
    for step in steps {
        match step {
            Step::Weight(weight) => share = weight.fraction(),
            Step::Analyse(analysis) => {
                let lasts = lasts_of(analysis);
                found.extend(analysis.checks.iter().map(|check| Watched {
                    check,
                    lasts,
                    shares: (share, share),
                }));
            }
            _ => {}
        }
    }
    if let Some(analysis) = &plan.analysis {
        let from = (analysis.from_step as usize).min(steps.len());
        let lasts = steps[from..].iter().fold(Span::ZERO, |sum, step| sum + least(step));
        let lasts = (!steps.is_empty()).then_some(lasts);
        found.extend(analysis.checks.iter().map(|check| Watched { check, lasts, shares }));
    }
    found
}

/// The least time that a step takes.
fn least(step: &Step) -> Span {
    match step {
        Step::Pause(span) => *span,
        Step::Analyse(analysis) => lasts_of(analysis).unwrap_or(Span::ZERO),
        Step::Experiment(of) => of.lasts,
        _ => Span::ZERO,
    }
}

/// The least and the greatest share of requests that these steps hold.
fn shares(steps: &[Step]) -> (f64, f64) {
    let weights = steps.iter().filter_map(|step| match step {
        Step::Weight(share) if *share > Share::ZERO => Some(share.fraction()),
        _ => None,
    });
    weights
        .fold(None, |ends: Option<(f64, f64)>, of| {
            Some(ends.map_or((of, of), |(a, b)| (a.min(of), b.max(of))))
        })
        .unwrap_or((1.0, 1.0))
}

/// The time until an analysis has taken all its measurements; `None` when it has no end of its own.
fn lasts_of(analysis: &Analysis) -> Option<Span> {
    let lasts = analysis.expected();
    (!lasts.is_zero()
        || analysis.lasts.is_some()
        || analysis.checks.iter().all(|check| check.count.is_some()))
    .then_some(lasts)
}

fn of_check(one: &Watched<'_>, of: Setting) -> Vec<(&'static str, String)> {
    let check = one.check;
    let name = &check.name;
    let mut found = Vec::new();
    if check.dry_run {
        return vec![("dry-run", format!("\"{name}\" is a dry run: it is measured and stops nothing."))];
    }
    if check.failure_limit < 0 {
        return vec![("never-fails", format!("\"{name}\" may fail any number of times: it stops nothing."))];
    }
    let needed = u64::from(check.failure_limit.unsigned_abs()) + 1;
    if let Some(lasts) = one.lasts {
        let interval = check.interval.0.max(1);
        let fit =
            if lasts < check.initial_delay { 0 } else { (lasts.0 - check.initial_delay.0) / interval + 1 };
        let fit = check.count.map_or(fit, |count| fit.min(u64::from(count)));
        if fit < needed {
            let times =
                if needed == 1 { "must fail".to_owned() } else { format!("of which {needed} must fail") };
            let most = if fit == 1 { "at most one fits".to_owned() } else { format!("at most {fit} fit") };
            found.push((
                "too-short",
                format!(
                    "\"{name}\" is watched for {lasts}; the first measurement comes after {}, {times}: at {} between them {most}, so that it never stops a release.",
                    check.initial_delay, check.interval
                ),
            ));
        } else if fit == needed && fit > 1 {
            found.push((
                "just-enough",
                format!(
                    "\"{name}\" stops a release only when all {fit} measurements that fit into {lasts} fail."
                ),
            ));
        }
    }
    if check.no_data == NoData::Pass {
        found.push((
            "no-data-passes",
            format!(
                "An answer without data passes \"{name}\": when the monitoring is gone, so is the check."
            ),
        ));
    }
    found.extend(by_luck(one, of));
    found
}

/// What errors a check of a limit can tell from luck.
fn by_luck(one: &Watched<'_>, of: Setting) -> Option<(&'static str, String)> {
    let check = one.check;
    let (Metric::ErrorRatio, Limit::Below(Level::Share(limit))) = (&check.query.metric, &check.pass) else {
        return None;
    };
    let (name, limit) = (&check.name, limit.fraction());
    let window = check.query.over;
    // The most of a regression shows at the greatest share; luck rules at the least.
    let (few, share) = one.shares;
    let both = check.query.of == Subject::Target;
    let all = of.requests_per_s * window.as_secs_f64();
    let (fewest, requests, worse) = match check.query.of {
        Subject::Candidate => (all * few, all * share, of.errors + of.more),
        Subject::Target => (all, all, of.errors + of.more * share),
        _ => {
            return Some((
                "not-the-candidate",
                format!(
                    "\"{name}\" does not measure the candidate: what the new version does wrong does not show in it."
                ),
            ));
        }
    };
    let looks = |requests: f64, errors: f64| {
        at_least((limit * requests).ceil().max(1.0) as u64, requests.floor() as u64, errors)
    };
    let (alarm, seen) = (looks(fewest, of.errors), looks(requests, worse));
    let more = percent(of.more);
    let shown = percent;
    if both && worse < limit {
        return Some((
            "both-versions",
            format!(
                "\"{name}\" counts both versions: at {} of the requests {more} more errors raise the whole by {}, and the limit is {}.",
                shown(share),
                shown(of.more * share),
                shown(limit)
            ),
        ));
    }
    if worse <= limit {
        return Some((
            "limit-too-wide",
            format!(
                "\"{name}\" allows {}: with {} today, {more} more errors stay below it.",
                shown(limit),
                shown(of.errors)
            ),
        ));
    }
    if seen >= 0.8 && alarm <= 0.05 {
        return None;
    }
    let (rate, whole) = (of.requests_per_s, counted(requests.floor() as u64));
    let (at, seen, alarm) = (shown(if both { 1.0 } else { share }), shown(seen), shown(alarm));
    let said = match fewest < requests {
        true => format!(
            "At {at} of {rate}/s a window of {window} holds {whole} requests: \"{name}\" finds {more} more errors at {seen} of its looks; at {} it holds {}, and a sound release is blamed at {alarm}.",
            shown(few),
            counted(fewest.floor() as u64),
        ),
        false => format!(
            "At {at} of {rate}/s a window of {window} holds {whole} requests: \"{name}\" finds {more} more errors at {seen} of its looks, and blames a sound release at {alarm}.",
        ),
    };
    Some(("luck", said))
}

/// Remarks on the steps.
fn steps(plan: &Plan, found: &mut Vec<WhyNot>) {
    let Strategy::Canary(canary) = &plan.strategy else {
        if matches!(&plan.strategy, Strategy::Rolling(_) | Strategy::Recreate) {
            found.push(WhyNot {
                spot: Spot::Strategy,
                code: "no-steps",
                said: "Instances are replaced as fast as they become ready: nothing holds the release for a look at what it does.".to_owned(),
            });
        }
        return;
    };
    let mut last: Option<(usize, Share)> = None;
    let (mut held, mut index) = (true, 0);
    for step in &canary.steps {
        if let Step::Weight(share) = step {
            if let Some((at, before)) = last.filter(|(_, before)| !held && before < share) {
                found.push(WhyNot {
                    spot: Spot::Weight(at),
                    code: "nothing-holds",
                    said: format!("Nothing holds between `setWeight` {before} and {share}."),
                });
            }
            (last, held, index) = (Some((index, *share)), false, index + 1);
        } else if !least(step).is_zero() || *step == Step::Approve {
            held = true;
        }
    }
    if let Some((at, share)) = last.filter(|(_, share)| *share < Share::ALL && !held) {
        found.push(WhyNot {
            spot: Spot::Weight(at),
            code: "nothing-holds",
            said: format!("Nothing holds at the last `setWeight`, {share}: everybody follows at once."),
        });
    }
    if canary.steps.contains(&Step::Approve) {
        found.push(WhyNot {
            spot: Spot::Approval,
            code: "waits-for-a-person",
            said: "The release waits here until a person lets it go on.".to_owned(),
        });
    }
}

#[cfg(test)]
mod tests;
