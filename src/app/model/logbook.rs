//! The log of a run: a line in plain words for each fact that is worth one.

use std::sync::Arc;

use crate::engine::Time;
use crate::report::style::Tone;
use crate::report::timeline::timeline;
use crate::sim::{Fact, What};

/// What kind of line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An alert, a page, or its acknowledgement.
    Alert,
    /// A decision: a judgement, a phase, a route, an action that was asked for.
    Decision,
    /// What happened to instances and breakers.
    Event,
    /// A fact that the monitoring does not show. It is shown only where the cause may be shown.
    Hidden,
}

/// A line.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// When.
    pub at: Time,
    /// Of which kind.
    pub kind: Kind,
    /// What.
    pub text: String,
    /// Why; empty when it needs no reason.
    pub because: String,
    /// What it is about.
    pub tone: Tone,
}

/// The lines of a run, found as it goes.
#[derive(Debug, Default)]
pub struct Logbook {
    rows: Arc<Vec<Arc<Row>>>,
}

impl Logbook {
    /// Reads the facts of a run from `holds` on again, and replaces what was found from there on.
    pub fn read(&mut self, facts: &[Fact], holds: Time) {
        let kept = self.rows.partition_point(|row| row.at < holds);
        let from = facts.partition_point(|fact| fact.at < holds);
        if kept == self.rows.len() && from == facts.len() {
            return;
        }
        let rows = Arc::make_mut(&mut self.rows);
        rows.truncate(kept);
        rows.extend(facts[from..].iter().filter_map(row).map(Arc::new));
    }

    /// What was found, by time.
    pub fn rows(&self) -> Arc<Vec<Arc<Row>>> {
        Arc::clone(&self.rows)
    }
}

fn row(fact: &Fact) -> Option<Row> {
    let entry = timeline(std::slice::from_ref(fact)).pop()?;
    Some(Row {
        at: fact.at,
        kind: kind(&fact.what),
        text: sentence(&entry.text),
        because: entry.because,
        tone: entry.tone,
    })
}

const fn kind(what: &What) -> Kind {
    match what {
        What::AlertPending(_)
        | What::AlertFiring(_)
        | What::AlertResolved(_)
        | What::Paged(_)
        | What::Acknowledged(_)
        | What::Diagnosed(_) => Kind::Alert,
        What::Routed { .. }
        | What::Flagged { .. }
        | What::BreakerForced { .. }
        | What::Shedding { .. }
        | What::Tested { .. }
        | What::NoWayBack(_)
        | What::Phase(_)
        | What::Asked { .. }
        | What::Decided { .. }
        | What::Judged(_)
        | What::Troubled(_)
        | What::Experiment(_)
        | What::Refused(_) => Kind::Decision,
        What::FaultBegan(_) | What::FaultEnded(_) | What::SideEffects(_) => Kind::Hidden,
        _ => Kind::Event,
    }
}

/// With a capital, unless it begins with a name.
fn sentence(text: &str) -> String {
    let first = text.split(' ').next().unwrap_or_default();
    let mut letters = text.chars();
    match letters.next() {
        Some(letter) if !first.ends_with(':') => letter.to_uppercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::sample::fact;
    use crate::sim::RolloutPhase;

    #[test]
    fn lines_are_sentences_of_their_kind_and_reading_again_gives_the_same() {
        let facts = [
            fact(10, What::Phase(RolloutPhase::InProgress)),
            fact(20, What::AlertFiring("errors".to_owned())),
            fact(30, What::FaultBegan("outage".to_owned())),
        ];
        let mut book = Logbook::default();
        book.read(&facts, Time::ZERO);
        let whole = book.rows();
        let kinds: Vec<Kind> = whole.iter().map(|row| row.kind).collect();
        assert_eq!(kinds, [Kind::Decision, Kind::Alert, Kind::Hidden]);
        assert_eq!(whole[1].text, "Alert errors fires");
        book.read(&facts, Time::from_secs(20));
        assert_eq!(book.rows(), whole);
        book.read(&facts[..1], Time::from_secs(15));
        assert_eq!(book.rows().len(), 1);
        assert_eq!(sentence("shop: 2 instances"), "shop: 2 instances");
    }
}
