//! What is wrong with a strategy and its steps.

mod experiment;
mod progressive;
mod steps;
mod waves;

use steps::{match_rule, steps};

use super::{analysis, flagged};
use crate::control::{
    Ab, BlueGreen, Canary, FlagRamp, RampSchedule, Rolling, Shadow, SmokeTest, Step, Strategy,
};
use crate::engine::{Amount, Share, Span};
use crate::scenario::{Notes, Scenario};
use crate::sim::AntiAffinity;

/// The most steps in a strategy.
const MOST_STEPS: usize = 200;
/// The most instances a pool may be asked to have, and the largest multiple of the fleet.
const MOST_INSTANCES: u32 = 10_000;
const MOST_FLEETS: Share = Share::percent(1_000.0);
/// The most requests in a smoke test.
const MOST_TESTS: u32 = 100_000;

pub(super) fn check(notes: &mut Notes, strategy: &Strategy, scenario: Option<&Scenario>) {
    let at = "strategy";
    match strategy {
        Strategy::Nothing | Strategy::Recreate => {}
        Strategy::Rolling(of) => rolling(notes, at, of),
        Strategy::BlueGreen(of) => blue_green(notes, at, of, scenario),
        Strategy::Canary(of) => canary(notes, at, of, scenario),
        Strategy::Ab(of) => ab(notes, at, of, scenario),
        Strategy::Shadow(of) => shadow(notes, at, of, scenario),
        Strategy::Flag(of) => ramp(notes, at, of, scenario),
        Strategy::Flagger(of) => progressive::check(notes, at, of, scenario),
        Strategy::Waves(of) => waves::check(notes, at, of, scenario),
        Strategy::Steps(of) => {
            steps(notes, at, of, scenario);
            waves::covers(notes, at, of, scenario);
        }
    }
    if let Some(scenario) = scenario {
        in_time(notes, at, strategy, scenario);
        apart(notes, at, strategy, scenario);
    }
}

/// What the strategy waits for must fit into the run.
fn in_time(notes: &mut Notes, at: &str, strategy: &Strategy, scenario: &Scenario) {
    let waits = |steps: &[Step]| {
        steps.iter().fold(Span::ZERO, |sum, step| match step {
            Step::Pause(span) => sum + *span,
            Step::Analyse(analysis) => sum + analysis.lasts.unwrap_or(Span::ZERO),
            Step::Experiment(of) => sum + of.lasts,
            Step::Progress(of) => sum + of.lasts(),
            _ => sum,
        })
    };
    let least = match strategy {
        Strategy::Canary(canary) => waits(&canary.steps),
        Strategy::Steps(steps) => waits(steps),
        Strategy::Flag(ramp) => waits(&ramp.written_out()),
        Strategy::Shadow(shadow) => shadow.lasts + waits(&shadow.then),
        Strategy::Ab(ab) => ab.lasts,
        Strategy::Flagger(of) => of.lasts(),
        Strategy::Waves(of) => waits(&of.written_out(&scenario.zones)),
        _ => Span::ZERO,
    };
    let left = scenario.horizon - scenario.release_at;
    if least > left {
        let message = format!("its waits and analyses add up to {least}, and the run is over after {left}");
        notes.warning(at, "never", message);
    }
}

/// Where every zone has instances of the baseline, and they stay, those of the candidate find no place.
fn apart(notes: &mut Notes, at: &str, strategy: &Strategy, scenario: &Scenario) {
    let (rule, stays) = match strategy {
        Strategy::Canary(of) => (of.anti_affinity, of.router && !of.dynamic_stable_scale),
        Strategy::BlueGreen(of) => (of.anti_affinity, true),
        _ => return,
    };
    let fleet = scenario.service(&scenario.target).map_or(0, |target| target.instances);
    let full = fleet as usize >= scenario.zones.len();
    if rule == Some(AntiAffinity::Required) && full && stays {
        let message = format!(
            "{fleet} instances of the baseline stand in all {} zones and stay: no candidate would ever find a zone",
            scenario.zones.len()
        );
        notes.error(format!("{at}.anti_affinity"), "nothing-can-move", message);
    }
}

fn amount(notes: &mut Notes, at: String, amount: Amount) {
    match amount {
        Amount::Count(count) => notes.within(at, count, 0..=MOST_INSTANCES),
        Amount::Share(share) => notes.within(at, share, Share::ZERO..=MOST_FLEETS),
    }
}

fn is_none(amount: Amount) -> bool {
    amount == Amount::Count(0) || amount == Amount::Share(Share::ZERO)
}

fn rolling(notes: &mut Notes, at: &str, of: &Rolling) {
    surge(notes, at, of.max_surge, of.max_unavailable);
    // Kubernetes: progressDeadlineSeconds must be greater than minReadySeconds.
    if of.progress_deadline <= of.min_ready {
        let message =
            format!("found {}; it must be longer than min_ready, {}", of.progress_deadline, of.min_ready);
        notes.error(format!("{at}.progress_deadline"), "out-of-range", message);
    }
}

fn surge(notes: &mut Notes, at: &str, max_surge: Amount, max_unavailable: Amount) {
    amount(notes, format!("{at}.max_surge"), max_surge);
    amount(notes, format!("{at}.max_unavailable"), max_unavailable);
    if let Amount::Share(share) = max_unavailable {
        notes.share(format!("{at}.max_unavailable"), share);
    }
    if is_none(max_surge) && is_none(max_unavailable) {
        let message =
            "max_surge and max_unavailable may not both be 0: nothing could move (Kubernetes refuses it)";
        notes.error(format!("{at}.max_unavailable"), "nothing-can-move", message);
    }
}

fn blue_green(notes: &mut Notes, at: &str, of: &BlueGreen, scenario: Option<&Scenario>) {
    if let Some(preview) = of.preview {
        amount(notes, format!("{at}.preview"), preview);
        if is_none(preview) {
            notes.error(
                format!("{at}.preview"),
                "out-of-range",
                "found 0; green needs one instance at least",
            );
        }
    }
    if let Some(test) = &of.smoke_test {
        smoke_test(notes, &format!("{at}.smoke_test"), test);
    }
    notes.some_time(format!("{at}.progress_deadline"), of.progress_deadline);
    for (field, analysis) in [("before", &of.before), ("after", &of.after)] {
        if let Some(analysis) = analysis {
            analysis::step(notes, &format!("{at}.{field}"), analysis, scenario);
        }
    }
    if !of.auto_promote && !of.auto_promote_after.is_zero() {
        let message = "without auto_promote somebody has to approve the switch, however long it takes";
        notes.warning(format!("{at}.auto_promote_after"), "no-effect", message);
    }
}

fn smoke_test(notes: &mut Notes, at: &str, test: &SmokeTest) {
    notes.within(format!("{at}.requests"), test.requests, 1..=MOST_TESTS);
    if test.requests > 0 && test.may_fail >= test.requests {
        let message = format!("{} of {} requests may fail: it always passes", test.may_fail, test.requests);
        notes.warning(format!("{at}.may_fail"), "never", message);
    }
}

fn canary(notes: &mut Notes, at: &str, of: &Canary, scenario: Option<&Scenario>) {
    let list = format!("{at}.steps");
    steps(notes, &list, &of.steps, scenario);
    notes.within(format!("{at}.min_instances"), of.min_instances, 1..=MOST_INSTANCES);
    notes.some_time(format!("{at}.progress_deadline"), of.progress_deadline);
    if let Some(threshold) = of.progress_threshold {
        let name = format!("{at}.progress_threshold");
        amount(notes, name.clone(), threshold);
        if let Amount::Share(share) = threshold {
            notes.share(name.clone(), share);
        }
        if is_none(threshold) {
            notes.warning(name, "never", "with none of its instances ready a step would be over at once");
        }
    }
    if of.router {
        return;
    }
    if of.min_instances > 1 {
        let message = "without a router the counts stand for the weight, whatever the least";
        notes.warning(format!("{at}.min_instances"), "no-effect", message);
    }
    surge(notes, at, of.max_surge, of.max_unavailable);
    for (index, step) in of.steps.iter().enumerate() {
        let routed = match step {
            Step::Experiment(of) => of.share > Share::ZERO || of.mirror > Share::ZERO,
            _ => matches!(
                step,
                Step::Scale(_) | Step::FollowWeight | Step::Match(_) | Step::Mirror(_) | Step::Progress(_)
            ),
        };
        if routed {
            let message = "it takes a router to do this; set `router: true`";
            notes.error(format!("{list}[{index}]"), "needs-router", message);
        }
    }
    if of.dynamic_stable_scale {
        let message = "without a router the stable pool shrinks anyway";
        notes.warning(format!("{at}.dynamic_stable_scale"), "no-effect", message);
    }
}

fn ab(notes: &mut Notes, at: &str, of: &Ab, scenario: Option<&Scenario>) {
    if of.share == Share::ZERO || of.share >= Share::ALL {
        let message = format!("found {}; a comparison takes users on both sides", of.share);
        notes.error(format!("{at}.share"), "out-of-range", message);
    }
    notes.some_time(format!("{at}.for"), of.lasts);
    if let Some(guardrails) = &of.guardrails {
        analysis::checks(notes, &format!("{at}.guardrails"), guardrails, scenario);
    }
    match &of.goal {
        Some(goal) if goal.lasts.is_some() => analysis::step(notes, &format!("{at}.goal"), goal, scenario),
        Some(goal) => analysis::checks(notes, &format!("{at}.goal"), goal, scenario),
        None => {}
    }
    if of.sample_ratio.is_some_and(|alpha| !(alpha > 0.0 && alpha <= 0.5)) {
        let message =
            "allowed is above 0 and at most 0.5: how often a sound experiment may be called invalid";
        notes.error(format!("{at}.sample_ratio"), "out-of-range", message);
    }
}

fn shadow(notes: &mut Notes, at: &str, of: &Shadow, scenario: Option<&Scenario>) {
    notes.share(format!("{at}.share"), of.share);
    if of.share == Share::ZERO {
        notes.error(format!("{at}.share"), "out-of-range", "found 0%; nothing would be copied");
    }
    notes.some_time(format!("{at}.for"), of.lasts);
    if let Some(size) = of.size {
        amount(notes, format!("{at}.size"), size);
        if is_none(size) {
            notes.error(
                format!("{at}.size"),
                "out-of-range",
                "found 0; the copies need one instance at least",
            );
        }
    }
    if let Some(analysis) = &of.analysis {
        analysis::checks(notes, &format!("{at}.analysis"), analysis, scenario);
    }
    doubling(notes, &format!("{at}.share"), scenario);
    if !of.then.is_empty() {
        steps(notes, &format!("{at}.then"), &of.then, scenario);
    }
}

/// Copies of requests that are not idempotent do their work a second time, for real.
fn doubling(notes: &mut Notes, at: &str, scenario: Option<&Scenario>) {
    let kinds = scenario.iter().flat_map(|scenario| &scenario.clients.kinds);
    let doubled: Vec<&str> =
        kinds.filter(|kind| kind.writes && !kind.idempotent).map(|kind| kind.name.as_str()).collect();
    if !doubled.is_empty() {
        let message = format!(
            "copies of requests that are not idempotent ({}) do their work twice; mirror only what is safe to repeat",
            doubled.join(", ")
        );
        notes.warning(at, "side-effects", message);
    }
}

fn ramp(notes: &mut Notes, at: &str, of: &FlagRamp, scenario: Option<&Scenario>) {
    rolling(notes, &format!("{at}.deploy"), &of.deploy);
    flagged(notes, at, scenario);
    let list = format!("{at}.steps");
    if let Some(schedule) = &of.schedule {
        ramp_schedule(notes, &format!("{at}.schedule"), schedule);
    }
    if of.schedule.is_none() || !of.steps.is_empty() {
        steps(notes, &list, &of.steps, scenario);
    }
    for (index, step) in of.steps.iter().enumerate() {
        if !matches!(step, Step::Flag(_) | Step::Pause(_) | Step::Analyse(_) | Step::Approve) {
            let message = "allowed are Flag, Pause, Analyse and Approve: the code is out already";
            notes.error(format!("{list}[{index}]"), "wrong-step", message);
        }
    }
}

fn ramp_schedule(notes: &mut Notes, at: &str, of: &RampSchedule) {
    notes.length(&format!("{at}.shares"), "share", of.shares.len(), 1..=MOST_STEPS / 3);
    for (index, share) in of.shares.iter().enumerate() {
        notes.share(format!("{at}.shares[{index}]"), *share);
        if index > 0 && *share <= of.shares[index - 1] {
            let message =
                format!("{share} is not above {} before it; a ramp only goes up", of.shares[index - 1]);
            notes.error(format!("{at}.shares[{index}]"), "out-of-range", message);
        }
    }
    if of.hold.is_zero() && !of.approve {
        let message = "nothing is held and nobody approves: the flag is on for all at once";
        notes.warning(format!("{at}.hold"), "no-effect", message);
    }
}
