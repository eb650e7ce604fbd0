//! The release that is rehearsed: the manifest's own, or, where it has flags or alerts alone, one that is made for them and said.

use std::collections::BTreeSet;

use super::numbers::Stated;
use crate::control::{FlagRamp, OnCall, Plan, Response, Rolling, Runbook, Step, Strategy};
use crate::engine::Share;
use crate::telemetry::{AlertRule, Urgency};

/// A plan that releases something.
#[derive(Clone, Debug)]
pub(super) struct Release {
    /// The plan.
    pub plan: Plan,
    /// The flag that guards the new code.
    pub flag: Option<String>,
    /// What is said of it.
    pub said: Vec<Stated>,
}

/// The release of `plan`; `flag` names the flag that guards the new code. A plan that only has flags turns one of them on, as far as it is on
/// in the file; one that only has alerts goes out by a rolling update, Kubernetes' default. Who is paged takes the release back.
///
/// # Errors
/// Why nothing is released.
pub(super) fn of(plan: Plan, flag: Option<&str>) -> Result<Release, String> {
    let names = || plan.flags.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
    if let Some(wanted) = flag.filter(|wanted| plan.flags.iter().all(|(name, _)| name != wanted)) {
        return Err(match plan.flags.is_empty() {
            true => format!("unknown flag \"{wanted}\"; the manifests have no flags"),
            false => format!("unknown flag \"{wanted}\"; the flags are {}", names()),
        });
    }
    let releases = !matches!(plan.strategy, Strategy::Nothing);
    if plan.flags.is_empty() && releases {
        return Ok(Release { plan, flag: None, said: Vec::new() });
    }
    if plan.flags.is_empty() {
        return Ok(watched_by_alerts(plan));
    }
    if releases {
        return Ok(beside_flags(plan, flag));
    }
    let is_on =
        |(name, share): &&(String, Share)| *share > Share::ZERO && flag.is_none_or(|wanted| name == wanted);
    let Some((name, share)) = plan.flags.iter().find(is_on).cloned() else {
        let (which, is_on) = match flag {
            Some(flag) => (flag.to_owned(), "is on for nobody"),
            None => (names(), "are on for nobody, as they are read here"),
        };
        return Err(format!(
            "nothing is released by these flags: {which} {is_on}; give a flag that is on for some users, or beside it the manifest that ships \
             the code which it guards"
        ));
    };
    Ok(growing(plan, name, share))
}

/// A flag that goes up to where it stands in the file, beside code that goes out before it.
fn growing(plan: Plan, name: String, share: Share) -> Release {
    let others = plan.flags.iter().filter(|(_, share)| *share > Share::ZERO).count() > 1;
    let which = if others { "; --flag names another of them" } else { "" };
    let mut said = vec![plain(format!(
        "the release: the code goes out, then its flag \"{name}\" is on for {share} of those who may get it, as in the file{which}"
    ))];
    let mut plan = with_flags_of(plan, &name);
    plan.flags.iter_mut().filter(|(flag, _)| *flag == name).for_each(|(_, share)| *share = Share::ZERO);
    let mut steps = vec![Step::Flag(share)];
    if share < Share::ALL {
        // It stays there: nobody says when it goes on.
        steps.push(Step::Approve);
    }
    plan.strategy = Strategy::Flag(FlagRamp { deploy: Rolling::default(), schedule: None, steps });
    said.extend(paged(&mut plan, Response::KillFlag));
    Release { plan, flag: Some(name), said }
}

/// Why a release whose flag is on for some users is never out for all.
pub(super) const STAYS: &str = "its flag stays on for as many users as in the file";

/// Whether the release of this plan ends with a flag that stays where it is in the file.
pub(super) fn stays(plan: &Plan) -> bool {
    matches!(&plan.strategy, Strategy::Flag(of) if of.steps.last() == Some(&Step::Approve))
}

/// A rolling update that alerts alone watch.
fn watched_by_alerts(mut plan: Plan) -> Release {
    plan.strategy = Strategy::Rolling(Rolling::default());
    let mut said = vec![plain(
        "the release: it goes out by a rolling update, Kubernetes' default, since the manifests have none"
            .to_owned(),
    )];
    said.extend(paged(&mut plan, Response::Abort));
    Release { plan, flag: None, said }
}

/// A release beside whose manifest flags are given.
fn beside_flags(plan: Plan, flag: Option<&str>) -> Release {
    let Some(name) = flag else {
        let said = "the flags have no part in it: nothing says which of them guards the new code (--flag)";
        let plan = Plan { flags: Vec::new(), flag_rules: Vec::new(), ..plan };
        return Release { plan, flag: None, said: vec![plain(said.to_owned())] };
    };
    let said = format!("the flag \"{name}\" guards the new code, and is on for as many as in the file");
    Release { plan: with_flags_of(plan, name), flag: Some(name.to_owned()), said: vec![plain(said)] }
}

/// The plan with this flag and those that it requires alone.
fn with_flags_of(mut plan: Plan, name: &str) -> Plan {
    let mut needed = BTreeSet::from([name.to_owned()]);
    for _ in 0..plan.flag_rules.len() {
        let of = |name: &String| plan.flag_rules.iter().find(|rule| rule.name == *name);
        let more: Vec<String> = needed.iter().filter_map(of).flat_map(|rule| rule.requires.clone()).collect();
        needed.extend(more);
    }
    plan.flags.retain(|(name, _)| needed.contains(name));
    plan.flag_rules.retain(|rule| needed.contains(&rule.name));
    plan
}

/// Lets who is paged by an alert of the plan answer so; what is said of it.
fn paged(plan: &mut Plan, then: Response) -> Option<Stated> {
    let pages = |rule: &AlertRule| rule.urgency == Urgency::Page;
    let runbook: Vec<Runbook> = plan
        .alert_rules()
        .into_iter()
        .filter(pages)
        .map(|rule| Runbook { alert: rule.name, then: then.clone() })
        .collect();
    if runbook.is_empty() {
        return None;
    }
    plan.on_call = Some(OnCall { runbook });
    let does = if then == Response::KillFlag { "turns the flag off" } else { "takes the release back" };
    Some(plain(format!("who is paged by one of its alerts {does}, once the cause is found")))
}

fn plain(said: String) -> Stated {
    Stated { said, from: None, argument: "" }
}
