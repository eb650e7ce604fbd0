//! Reads the zones that a pod template asks for: by its node's labels, by its spread, and by what its pods keep away from.

use super::cursor::At;

/// The labels of a node that name its zone (kubernetes.io, "Well-Known Labels, Annotations and Taints").
const ZONE: [&str; 2] = ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"];
/// The label of a node that names the node.
const HOST: &str = "kubernetes.io/hostname";

/// How many zones are taken where pods are to be spread over zones that nothing names or counts: a usual region has three.
const USUAL: u32 = 3;

/// The most zones of a world.
const MOST: usize = 32;

/// The zones that a pod template asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zones {
    /// Their names, at least one.
    pub names: Vec<String>,
    /// Whether the manifest names or counts them.
    pub told: bool,
}

/// The zones that the `spec` of a pod template asks for, whose pods have these `labels`; `None` where it asks for none.
pub(super) fn of(spec: &At<'_>, labels: &[(String, String)]) -> Option<Zones> {
    let mut names: Vec<String> = Vec::new();
    for key in ZONE {
        names.extend(spec.get("nodeSelector").and_then(|at| at.text(key)));
    }
    let terms = spec.dig(&["affinity", "nodeAffinity", REQUIRED]).map(|at| at.items("nodeSelectorTerms"));
    for rule in terms.unwrap_or_default().iter().flat_map(|term| term.items("matchExpressions")) {
        let of_zone = rule.text("key").is_some_and(|key| ZONE.contains(&key.as_str()));
        if of_zone && rule.text("operator").as_deref() == Some("In") {
            names.extend(rule.items("values").iter().filter_map(At::as_text));
        }
    }
    let (apart, least) = (apart(spec, labels), spread(spec));
    names.sort();
    names.dedup();
    names.truncate(MOST);
    if !names.is_empty() {
        return Some(Zones { names, told: true });
    }
    let count = least.or(apart.then_some(0))?;
    let all = if count > 0 { count.min(MOST as u32) } else { USUAL };
    Some(Zones { names: (1..=all).map(|number| format!("zone-{number}")).collect(), told: count > 0 })
}

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";

/// How many zones the spread of the pods asks for, 0 where it does not say; `None` without a spread over zones.
fn spread(spec: &At<'_>) -> Option<u32> {
    let mut found = None;
    for rule in spec.items("topologySpreadConstraints") {
        let key = rule.text("topologyKey").unwrap_or_default();
        // Kubernetes: `whenUnsatisfiable` is DoNotSchedule by default.
        let strict = rule.text("whenUnsatisfiable").is_none_or(|of| of == "DoNotSchedule");
        let least = rule.whole("minDomains").unwrap_or(0);
        rule.node.read_all();
        if ZONE.contains(&key.as_str()) {
            rule.note(
                "instances are spread evenly over the scenario's zones; `rehearse` makes a world with zones",
            );
            found = Some(found.unwrap_or(0).max(least));
        } else if strict {
            rule.not_applied(format!(
                "upstream an instance that would make the spread over `{key}` uneven waits; here it finds a place"
            ));
        }
    }
    found
}

/// Whether pods with these `labels` keep out of each other's zones.
fn apart(spec: &At<'_>, labels: &[(String, String)]) -> bool {
    let Some(rules) = spec.dig(&["affinity", "podAntiAffinity"]) else { return false };
    let chooses_itself = |rule: &At<'_>| {
        let wanted = rule.dig(&["labelSelector", "matchLabels"]).map(|at| at.entries()).unwrap_or_default();
        let has = |key: &str, value: &str| labels.iter().any(|(name, of)| name == key && of == value);
        let one_of = |rule: &At<'_>| {
            let key = rule.text("key").unwrap_or_default();
            rule.items("values").iter().filter_map(At::as_text).any(|value| has(&key, &value))
        };
        let expressions =
            rule.dig(&["labelSelector"]).map(|at| at.items("matchExpressions")).unwrap_or_default();
        (!wanted.is_empty() || !expressions.is_empty())
            && wanted.iter().all(|(key, value)| value.as_text().is_some_and(|value| has(key, &value)))
            && expressions.iter().filter(|rule| rule.text("operator").as_deref() == Some("In")).all(one_of)
    };
    let mut zones = false;
    for rule in rules.items(REQUIRED).iter().filter(|rule| chooses_itself(rule)) {
        let key = rule.text("topologyKey").unwrap_or_default();
        let of_zone = ZONE.contains(&key.as_str());
        let place = match key.as_str() {
            _ if of_zone => "zone",
            HOST => "node",
            _ => continue,
        };
        rule.not_applied(format!(
            "upstream no two of these pods share a {place}: those for which there is none left wait, and so does an update that starts one \
             before it stops one; here each finds a place"
        ));
        zones |= of_zone;
    }
    let preferred = rules.items("preferredDuringSchedulingIgnoredDuringExecution");
    zones
        || preferred.iter().filter_map(|rule| rule.get("podAffinityTerm")).any(|rule| {
            chooses_itself(&rule) && rule.text("topologyKey").is_some_and(|key| ZONE.contains(&key.as_str()))
        })
}
