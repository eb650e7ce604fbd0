//! Reads the webhooks of a Flagger analysis: gates, load tests, and the others.

use crate::control::{Flagger, SmokeTest};
use crate::engine::{Rate, Span};
use crate::manifest::cursor::At;

/// Reads `analysis.webhooks` of a Canary of `service`. What a hook outside answers nobody knows beforehand; a hook that is no gate is taken to pass.
pub(super) fn read(at: &At<'_>, service: &str, flagger: &mut Flagger) {
    for hook in at.items("webhooks") {
        match hook.text("type").unwrap_or_else(|| "rollout".to_owned()).as_str() {
            "confirm-rollout" => {
                flagger.confirm_rollout = true;
                hook.note("an approval is needed");
                hook.node.read_all();
            }
            "confirm-promotion" => {
                flagger.confirm_promotion = true;
                hook.note(
                    "an approval is needed; while it is awaited, the checks go on and failed ones count",
                );
                hook.node.read_all();
            }
            "rollout" => load_test(&hook, service, flagger),
            "pre-rollout" => pre_rollout(&hook, flagger),
            "confirm-traffic-increase" => {
                flagger.confirm_traffic_increase = true;
                hook.note("each growth of the weight needs an approval; while it is awaited, the checks go on and failed ones count");
                hook.node.read_all();
            }
            "rollback" => {
                hook.note("the gate is closed until somebody opens it: an abort by hand (`--hand 10m_abort`) rolls back as an open gate does");
                hook.node.read_all();
            }
            "event" | "post-rollout" => hook.ignore("it only gets notifications and decides nothing"),
            other => {
                let other: String = other.chars().take(40).collect();
                hook.refuse(format!("a plan has nothing like the webhook `{other}`"));
            }
        }
    }
}

/// A test before the candidate has users: as many requests to it as the command sends. Upstream a hook that fails counts as a failed
/// check, and is called again at the next interval.
fn pre_rollout(hook: &At<'_>, flagger: &mut Flagger) {
    let metadata = hook.get("metadata");
    let command = metadata.as_ref().and_then(|at| at.text("cmd")).unwrap_or_default();
    // Flagger: a hook has 10 s.
    let over = hook.span("timeout").unwrap_or(Span::from_secs(10));
    hook.node.read_all();
    let words: Vec<&str> = command.split_whitespace().collect();
    let named = words.windows(2).find(|pair| pair[0] == "-n").and_then(|pair| pair[1].parse::<u32>().ok());
    let tools = ["curl", "wget", "grpcurl", "grpc_health_probe", "http"];
    let calls = words.iter().filter(|word| tools.contains(word)).count() as u32;
    let requests = named.unwrap_or(calls).clamp(1, 10_000);
    let earlier = flagger.pre_rollout.map_or(0, |test| test.requests);
    flagger.pre_rollout = Some(SmokeTest { requests: earlier + requests, over, may_fail: 0 });
    let what = if calls > 0 || named.is_some() {
        "the test before it has users"
    } else {
        "what it tests is known to the hook alone; here it"
    };
    let sent = if requests == 1 { "one request".to_owned() } else { format!("{requests} requests") };
    hook.note(format!("{what} is {sent} to the candidate, and none may fail"));
}

/// A load test (docs/gitbook/usage/webhooks.md, "Load Testing"): requests to the candidate, which the checks see.
fn load_test(hook: &At<'_>, service: &str, flagger: &mut Flagger) {
    let command = hook.get("metadata").and_then(|at| at.text("cmd")).unwrap_or_default();
    hook.node.read_all();
    let to = hosts(&command);
    let leads_to = |name: &str| to.iter().any(|host| host.split('.').next() == Some(name));
    let canary = format!("{service}-canary");
    // An address without a scheme is found by its name alone.
    let to_the_canary = leads_to(&canary) || to.is_empty() && command.contains(&canary);
    match requests(&command) {
        // Flagger makes the services `SERVICE-primary` and `SERVICE-canary`; what goes to the first says nothing of the candidate.
        Some(rate) if leads_to(&format!("{service}-primary")) => hook.not_applied(format!(
            "its {rate} requests a second go to the primary, and none of them to the candidate; here they are left out"
        )),
        // Through the Service, or through whatever stands before it: an ingress, a gateway.
        Some(rate) if !to_the_canary => hook.not_applied(format!(
            "its {rate} requests a second go where the weights lead, to the candidate only with its share; here they are left out: count \
             them with the rate of requests"
        )),
        Some(rate) => {
            flagger.load_test = Rate::per_second(flagger.load_test.hertz() + rate);
            hook.note(format!(
                "a load test: {rate} requests a second to the candidate while it has no users"
            ));
        }
        None => {
            hook.ignore("it is no load test whose rate is known (`hey -q 10 -c 2`), and is taken to pass")
        }
    }
}

/// The hosts of the addresses in a command.
fn hosts(command: &str) -> Vec<&str> {
    let of = |address: &&str| address.split(['/', ':', '"', '\'', ' ']).next().unwrap_or_default().len();
    command.split("://").skip(1).map(|address| &address[..of(&address)]).collect()
}

/// Requests a second of `hey -q 10 -c 2` (each of `c` workers sends `q` a second; `c` is 50 by default) or `wrk2`'s and `vegeta`'s
/// `-R` and `-rate`. The most is what a plan allows.
fn requests(command: &str) -> Option<f64> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let after = |flags: &[&str]| {
        words.iter().enumerate().find_map(|(at, word)| {
            let flag = flags.iter().find(|flag| word == *flag || word.starts_with(&format!("{flag}=")))?;
            let value = word.strip_prefix(&format!("{flag}=")).or_else(|| words.get(at + 1).copied())?;
            value.split('/').next()?.parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0)
        })
    };
    let program = words.iter().find_map(|word| {
        let name = word.rsplit('/').next()?;
        ["hey", "vegeta", "wrk", "wrk2"].into_iter().find(|known| *known == name)
    })?;
    let rate = match program {
        "hey" => after(&["-q"])? * after(&["-c"]).unwrap_or(50.0),
        _ => after(&["-R", "--rate", "-rate"])?,
    };
    Some(rate.min(10_000.0))
}
