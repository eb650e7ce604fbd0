//! Why releases without a regression were not let out.

use crate::sim::{Record, RolloutPhase, What};

/// What became of the runs without a regression in which the release was not out at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stopped {
    /// What was seen last before the first of them went back; none where none did, or nothing was seen.
    pub sent_back: Option<String>,
    /// How many neither went out nor back.
    pub left: usize,
    /// Why the first of those stayed where it was; none where nothing says so.
    pub left_since: Option<String>,
}

/// The end of such a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    Out,
    Back(Option<String>),
    Left(Option<String>),
}

impl End {
    /// That of a run, which is out at the end or was sent back, or neither.
    pub fn of(record: &Record, (is_out, is_back): (bool, bool)) -> Self {
        if is_out {
            return Self::Out;
        }
        let decided = record.observed.aborted.filter(|_| is_back);
        let known = record.facts.iter().rev().filter(|fact| decided.is_none_or(|at| fact.at <= at));
        let mut said = known.filter_map(|fact| match &fact.what {
            What::Troubled(text) => Some(text.clone()),
            What::AlertFiring(_) | What::Tested { failed: 1.., .. } => Some(fact.what.to_string()),
            What::Phase(RolloutPhase::Paused) if !fact.because.is_empty() => Some(fact.because.clone()),
            _ => None,
        });
        if is_back { Self::Back(said.next()) } else { Self::Left(said.next()) }
    }
}

impl Stopped {
    pub(super) fn of<'a>(runs: impl Iterator<Item = &'a End>) -> Self {
        let mut found = Self::default();
        for end in runs {
            match end {
                End::Out => {}
                End::Back(why) => found.sent_back = found.sent_back.or_else(|| why.clone()),
                End::Left(why) => {
                    found.left += 1;
                    found.left_since = found.left_since.or_else(|| why.clone());
                }
            }
        }
        found
    }
}
