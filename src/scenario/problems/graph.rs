//! Validation of the call graph: cycles, and services that no call reaches.

use super::super::Scenario;
use super::notes::Notes;

/// One way from a service to another: where it is written, and to which service it leads.
struct Edge {
    at: String,
    to: usize,
}

pub(super) fn check(notes: &mut Notes, scenario: &Scenario) {
    let edges = edges(scenario);
    cycles(notes, scenario, &edges);
    unreached(notes, scenario, &edges);
}

/// The calls of each service, and those that the defects of a release would add to the target.
fn edges(scenario: &Scenario) -> Vec<Vec<Edge>> {
    let index = |name: &str| scenario.services.iter().position(|service| service.name == name);
    let mut edges: Vec<Vec<Edge>> = Vec::new();
    for (from, service) in scenario.services.iter().enumerate() {
        let calls = service.calls.iter().enumerate();
        edges.push(
            calls
                .filter_map(|(call, made)| {
                    Some(Edge { at: format!("services[{from}].calls[{call}].to"), to: index(&made.to)? })
                })
                .collect(),
        );
    }
    let Some(target) = index(&scenario.target) else { return edges };
    for (release, version) in scenario.releases.iter().enumerate() {
        for (defect, wrong) in version.defects.iter().enumerate() {
            if let Some(to) = wrong.then.calls().and_then(|(to, _)| index(to)) {
                edges[target].push(Edge { at: format!("releases[{release}].defects[{defect}].then.to"), to });
            }
        }
    }
    edges
}

/// Reports each call that closes a cycle once, with the services on it.
fn cycles(notes: &mut Notes, scenario: &Scenario, edges: &[Vec<Edge>]) {
    let mut walk = Walk { notes, scenario, edges, seen: vec![false; edges.len()], way: Vec::new() };
    for start in 0..edges.len() {
        walk.from(start);
    }
}

struct Walk<'a> {
    notes: &'a mut Notes,
    scenario: &'a Scenario,
    edges: &'a [Vec<Edge>],
    seen: Vec<bool>,
    /// The services from the start to here.
    way: Vec<usize>,
}

impl Walk<'_> {
    /// Goes on from a service, depth first. The depth is at most the number of services.
    fn from(&mut self, service: usize) {
        if self.seen[service] {
            return;
        }
        self.seen[service] = true;
        self.way.push(service);
        for edge in &self.edges[service] {
            if let Some(begin) = self.way.iter().position(|before| *before == edge.to) {
                let round: Vec<&str> = self.way[begin..]
                    .iter()
                    .chain([&edge.to])
                    .map(|index| self.scenario.services[*index].name.as_str())
                    .collect();
                let message =
                    format!("calls must not form a cycle, but {}; remove one of them", round.join(" calls "));
                self.notes.error(&edge.at, "cycle", message);
            } else {
                self.from(edge.to);
            }
        }
        self.way.pop();
    }
}

fn unreached(notes: &mut Notes, scenario: &Scenario, edges: &[Vec<Edge>]) {
    let Some(entry) = scenario.services.iter().position(|service| service.name == scenario.entry) else {
        return;
    };
    let mut reached = vec![false; edges.len()];
    let mut next = vec![entry];
    while let Some(service) = next.pop() {
        if !reached[service] {
            reached[service] = true;
            next.extend(edges[service].iter().map(|edge| edge.to));
        }
    }
    for (index, service) in scenario.services.iter().enumerate() {
        if !reached[index] && service.name == scenario.target {
            let message = format!(
                "no request reaches \"{}\" from the entry, \"{}\"; call it",
                service.name, scenario.entry
            );
            notes.error("target", "unreachable", message);
        } else if !reached[index] {
            let message =
                format!("no request reaches \"{}\" from the entry, \"{}\"", service.name, scenario.entry);
            notes.warning(format!("services[{index}]"), "unreachable", message);
        }
    }
}
