//! The facts of a run as the lines of a timeline. Facts about several instances become one line, and requests of the strategy are
//! left out because their results are facts too.

use crate::engine::Time;
use crate::exercise::format::counted;
use crate::sim::{Action, ExperimentFact, Fact, Pool, RolloutCommand, RolloutPhase, What, Who};

use super::style::Tone;

/// One line of a timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Time of its first fact.
    pub at: Time,
    /// Time of its last fact.
    pub until: Time,
    /// The text.
    pub text: String,
    /// The reason; empty when it needs none.
    pub because: String,
    /// Its meaning.
    pub tone: Tone,
}

/// The lines of a timeline. Facts of one kind about instances of one pool become one line with their number, unless a change of
/// the route, the phase or the world lies between them.
pub fn timeline(facts: &[Fact]) -> Vec<Entry> {
    let mut groups: Vec<Group> = Vec::new();
    let mut open = 0;
    for fact in facts {
        let kind = Kind::of(&fact.what);
        let known = groups[open..].iter_mut().find(|group| kind.is_some() && group.kind == kind);
        match known {
            Some(group) => group.add(fact),
            None if is_told_elsewhere(fact) => {}
            None => {
                if closes(&fact.what) {
                    open = groups.len();
                }
                groups.push(Group::new(kind, fact));
            }
        }
    }
    groups.into_iter().map(Group::entry).collect()
}

/// Facts that can share a line.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Launched(String, Pool),
    Ready(String, Pool),
    NotReady(String, Pool),
    Draining(String, Pool),
    Gone(String, Pool),
    Crashed(String, Pool),
    Pending(String),
    Judged(String),
    Troubled(String),
    Refused(String),
}

impl Kind {
    fn of(what: &What) -> Option<Self> {
        Some(match what {
            What::Launched { service, pool, .. } => Self::Launched(service.clone(), *pool),
            What::Ready { service, pool, .. } => Self::Ready(service.clone(), *pool),
            What::NotReady { service, pool, .. } => Self::NotReady(service.clone(), *pool),
            What::Draining { service, pool, .. } => Self::Draining(service.clone(), *pool),
            What::Gone { service, pool, .. } => Self::Gone(service.clone(), *pool),
            What::Crashed { service, pool, .. } => Self::Crashed(service.clone(), *pool),
            What::AlertPending(name) => Self::Pending(name.clone()),
            What::Judged(text) => Self::Judged(subject(text).to_owned()),
            What::Troubled(text) => Self::Troubled(subject(text).to_owned()),
            What::Refused(text) => Self::Refused(text.clone()),
            What::Resized { .. }
            | What::Ejected { .. }
            | What::Restored { .. }
            | What::Panic { .. }
            | What::Routed { .. }
            | What::Flagged { .. }
            | What::BreakerMoved { .. }
            | What::BreakerForced { .. }
            | What::Shedding { .. }
            | What::Tested { .. }
            | What::Migrated { .. }
            | What::NoWayBack(_)
            | What::SideEffects(_)
            | What::NextRelease { .. }
            | What::Phase(_)
            | What::Asked { .. }
            | What::Decided { .. }
            | What::AlertFiring(_)
            | What::AlertResolved(_)
            | What::Paged(_)
            | What::Acknowledged(_)
            | What::Diagnosed(_)
            | What::FaultBegan(_)
            | What::FaultEnded(_)
            | What::Experiment(_) => return None,
        })
    }
}

/// The subject of a judgement: the words before its first digit or colon, so that the same check with another number counts as
/// the same.
fn subject(text: &str) -> &str {
    let end = text.find(|c: char| c.is_ascii_digit() || c == ':').unwrap_or(text.len());
    text[..end].trim_end()
}

/// Whether the fact is left out: requests of the strategy, reports and notes have results that are facts of their own.
fn is_told_elsewhere(fact: &Fact) -> bool {
    matches!(fact.what, What::Asked { who: Who::Strategy, .. })
}

/// Whether the fact must keep its place in the timeline.
fn closes(what: &What) -> bool {
    match what {
        What::Routed { .. }
        | What::Flagged { .. }
        | What::BreakerForced { .. }
        | What::Shedding { .. }
        | What::NextRelease { .. }
        | What::Phase(_)
        | What::AlertFiring(_)
        | What::FaultBegan(_)
        | What::FaultEnded(_)
        | What::Experiment(_)
        | What::Asked { .. }
        | What::Decided { .. }
        | What::Tested { .. }
        | What::Migrated { .. }
        | What::Resized { .. }
        | What::NoWayBack(_) => true,
        What::Launched { .. }
        | What::Ready { .. }
        | What::NotReady { .. }
        | What::Ejected { .. }
        | What::Restored { .. }
        | What::Panic { .. }
        | What::Draining { .. }
        | What::Gone { .. }
        | What::Crashed { .. }
        | What::BreakerMoved { .. }
        | What::SideEffects(_)
        | What::Judged(_)
        | What::Troubled(_)
        | What::AlertPending(_)
        | What::AlertResolved(_)
        | What::Paged(_)
        | What::Acknowledged(_)
        | What::Diagnosed(_)
        | What::Refused(_) => false,
    }
}

struct Group {
    kind: Option<Kind>,
    first: Fact,
    last: Fact,
    times: u32,
    instances: u32,
    dropped: u32,
}

impl Group {
    fn new(kind: Option<Kind>, fact: &Fact) -> Self {
        let mut group =
            Self { kind, first: fact.clone(), last: fact.clone(), times: 0, instances: 0, dropped: 0 };
        group.add(fact);
        group
    }

    fn add(&mut self, fact: &Fact) {
        self.times += 1;
        self.last = fact.clone();
        match fact.what {
            What::Launched { count, .. } | What::Draining { count, .. } => self.instances += count,
            What::Gone { dropped, .. } | What::Crashed { dropped, .. } => {
                self.instances += 1;
                self.dropped += dropped;
            }
            _ => self.instances += 1,
        }
    }

    fn entry(self) -> Entry {
        let because =
            if self.first.because == self.last.because || self.times == 1 || self.last.because.is_empty() {
                self.first.because.clone()
            } else {
                self.last.because.clone()
            };
        Entry {
            at: self.first.at,
            until: self.last.at,
            text: self.text(),
            because,
            tone: tone(&self.last.what),
        }
    }

    fn text(&self) -> String {
        let many = |pool: Pool| {
            let plural = if self.instances == 1 { "" } else { "s" };
            format!("{} {} instance{plural}", self.instances, pool.name())
        };
        let (is, has) = if self.instances == 1 { ("is", "has") } else { ("are", "have") };
        let dropped = match self.dropped {
            0 => String::new(),
            1 => ", 1 request dropped".to_owned(),
            dropped => format!(", {} requests dropped", counted(u64::from(dropped))),
        };
        match &self.kind {
            Some(Kind::Launched(service, pool)) => format!("{service}: launch {}", many(*pool)),
            Some(Kind::Ready(service, pool)) => format!("{service}: {} {is} ready", many(*pool)),
            Some(Kind::NotReady(service, pool)) => format!("{service}: {} {is} not ready", many(*pool)),
            Some(Kind::Draining(service, pool)) => format!("{service}: drain {}", many(*pool)),
            Some(Kind::Gone(service, pool)) => format!("{service}: {} {is} gone{dropped}", many(*pool)),
            Some(Kind::Crashed(service, pool)) => {
                format!("{service}: {} {has} crashed{dropped}", many(*pool))
            }
            Some(Kind::Pending(_) | Kind::Judged(_) | Kind::Troubled(_) | Kind::Refused(_))
                if self.times > 1 =>
            {
                format!("{} ({} times)", self.last.what, self.times)
            }
            None | Some(Kind::Pending(_) | Kind::Judged(_) | Kind::Troubled(_) | Kind::Refused(_)) => {
                told(&self.last.what)
            }
        }
    }
}

/// The fact as text.
fn told(what: &What) -> String {
    let What::Asked { who, action } = what else { return what.to_string() };
    let action = match action {
        Action::Command(RolloutCommand::KillFlag) => "turn the flag off".to_owned(),
        Action::Command(RolloutCommand::PromoteFull) => "promote in full".to_owned(),
        action => action.to_string(),
    };
    match who {
        Who::Strategy => format!("the strategy asks: {action}"),
        Who::Autoscaler => format!("the autoscaler asks: {action}"),
        Who::Approver => format!("the second approver asks: {action}"),
        Who::Trigger => format!("a trigger asks: {action}"),
        Who::OnCall => format!("the on-call asks: {action}"),
        Who::Learner => format!("by hand: {action}"),
    }
}

fn tone(what: &What) -> Tone {
    let of_pool = |pool: &Pool| if *pool == Pool::Candidate { Tone::Candidate } else { Tone::Baseline };
    match what {
        What::Launched { pool, .. } | What::Ready { pool, .. } | What::Draining { pool, .. } => of_pool(pool),
        What::Gone { pool, dropped, .. } => {
            if *dropped > 0 {
                Tone::Harm
            } else {
                of_pool(pool)
            }
        }
        What::NotReady { .. } | What::AlertPending(_) | What::Refused(_) | What::Troubled(_) => Tone::Caution,
        What::Ejected { .. } => Tone::Caution,
        What::Restored { .. } => Tone::Good,
        What::Panic { begins, .. } => {
            if *begins {
                Tone::Harm
            } else {
                Tone::Good
            }
        }
        What::Crashed { .. } | What::AlertFiring(_) | What::FaultBegan(_) | What::Paged(_) => Tone::Harm,
        What::AlertResolved(_) | What::FaultEnded(_) => Tone::Good,
        What::Routed { .. } | What::Flagged { .. } => Tone::Candidate,
        What::BreakerMoved { open, .. } | What::BreakerForced { open, .. } => {
            if *open {
                Tone::Caution
            } else {
                Tone::Good
            }
        }
        What::Experiment(fact) => match fact {
            ExperimentFact::Holds(true) | ExperimentFact::Ended { stopped: false, .. } => Tone::Good,
            ExperimentFact::Holds(false) => Tone::Harm,
            ExperimentFact::Began(_) | ExperimentFact::Ended { stopped: true, .. } => Tone::Caution,
        },
        What::Shedding { .. } => Tone::Caution,
        What::Resized { .. } | What::NextRelease { .. } => Tone::Plain,
        What::NoWayBack(_) => Tone::Caution,
        What::SideEffects(_) => Tone::Harm,
        What::Tested { failed, .. } => {
            if *failed > 0 {
                Tone::Harm
            } else {
                Tone::Good
            }
        }
        What::Phase(RolloutPhase::Completed) => Tone::Good,
        What::Phase(RolloutPhase::RollingBack | RolloutPhase::RolledBack | RolloutPhase::Failed) => {
            Tone::Harm
        }
        What::Phase(RolloutPhase::Paused) => Tone::Caution,
        What::Migrated { .. }
        | What::Phase(RolloutPhase::NotStarted | RolloutPhase::InProgress)
        | What::Asked { .. }
        | What::Decided { .. }
        | What::Judged(_)
        | What::Acknowledged(_)
        | What::Diagnosed(_) => Tone::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::sample::fact;

    fn ready(seconds: u64, instance: u32, pool: Pool) -> Fact {
        fact(seconds, What::Ready { service: "shop".to_owned(), instance, pool })
    }

    fn told(facts: &[Fact]) -> Vec<String> {
        let entries = timeline(facts);
        entries.iter().map(|entry| format!("{}-{} {}", entry.at, entry.until, entry.text)).collect()
    }

    #[test]
    fn instances_that_do_the_same_are_told_once() {
        let facts = [
            ready(310, 10, Pool::Candidate),
            ready(311, 3, Pool::Stable),
            ready(315, 11, Pool::Candidate),
            ready(330, 12, Pool::Candidate),
        ];
        assert_eq!(
            told(&facts),
            ["5:10-5:30 shop: 3 candidate instances are ready", "5:11-5:11 shop: 1 stable instance is ready"]
        );
    }

    #[test]
    fn a_change_of_the_route_stands_between_what_came_before_and_after() {
        let routed = fact(320, What::Routed { weights: Some([9000, 1000, 0]), mirrored: Default::default() });
        let facts = [ready(310, 10, Pool::Candidate), routed, ready(330, 11, Pool::Candidate)];
        assert_eq!(told(&facts).len(), 3);
    }

    #[test]
    fn a_strategys_wishes_are_told_by_what_comes_of_them_but_a_hands_are_told() {
        let asked =
            |who| fact(310, What::Asked { who, action: Action::Scale { pool: Pool::Candidate, to: 3 } });
        assert!(told(&[asked(Who::Strategy)]).is_empty());
        assert_eq!(told(&[asked(Who::Learner)]), ["5:10-5:10 by hand: scale candidate to 3"]);
    }

    #[test]
    fn dropped_requests_add_up_and_are_harm() {
        let gone = |seconds, dropped| {
            fact(seconds, What::Gone { service: "shop".to_owned(), instance: 1, pool: Pool::Stable, dropped })
        };
        let entries = timeline(&[gone(310, 0), gone(320, 3)]);
        assert_eq!(entries[0].text, "shop: 2 stable instances are gone, 3 requests dropped");
        assert_eq!(entries[0].tone, Tone::Harm);
    }

    #[test]
    fn the_same_judgement_with_other_figures_is_told_once_with_the_last() {
        let judged = |seconds, text: &str| fact(seconds, What::Judged(text.to_owned()));
        let facts = [
            judged(310, "errors: 0.1% is good"),
            judged(340, "errors: 0.2% is good"),
            judged(350, "latency: 1s"),
        ];
        assert_eq!(told(&facts), ["5:10-5:40 errors: 0.2% is good (2 times)", "5:50-5:50 latency: 1s"]);
    }
}
