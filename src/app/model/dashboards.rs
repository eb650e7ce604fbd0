//! Which charts are shown, and how; kept with the settings.

use serde::{Deserialize, Serialize};

use crate::app::model::charts::{Quantile, Topic};
use crate::engine::Span;

/// How much of the past is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Window {
    /// The last five minutes.
    Five,
    /// The last fifteen minutes.
    Fifteen,
    /// All of it.
    #[default]
    All,
}

impl Window {
    /// All choices.
    pub const ALL: [Self; 3] = [Self::Five, Self::Fifteen, Self::All];

    /// How long it is; `None` for all.
    pub const fn span(self) -> Option<Span> {
        match self {
            Self::Five => Some(Span::from_secs(300)),
            Self::Fifteen => Some(Span::from_secs(900)),
            Self::All => None,
        }
    }
}

/// Which charts are shown, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Choice {
    /// How much of the past is shown.
    pub window: Window,
    /// Which quantile of latency.
    pub quantile: Quantile,
    /// Which charts.
    pub topics: Vec<Topic>,
    /// Whether the reference runs are drawn behind, where they may be seen.
    #[serde(alias = "ghosts")]
    pub reference_runs: bool,
    /// Whether the truth is drawn, once the run is over.
    pub truth: bool,
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            window: Window::All,
            quantile: Quantile::P99,
            topics: Topic::ALL[..6].to_vec(),
            reference_runs: false,
            truth: true,
        }
    }
}

impl Choice {
    /// The same with one chart more, or one less.
    #[must_use]
    pub fn toggled(&self, topic: Topic) -> Self {
        let mut choice = self.clone();
        if choice.topics.contains(&topic) {
            choice.topics.retain(|known| *known != topic);
        } else {
            choice.topics = Topic::ALL
                .iter()
                .copied()
                .filter(|known| *known == topic || self.topics.contains(known))
                .collect();
        }
        choice
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_choice_shows_more_of_the_past_than_the_one_before() {
        let spans = Window::ALL.map(|window| window.span().unwrap_or(Span(u64::MAX)));
        assert!(spans.windows(2).all(|pair| pair[0] < pair[1]), "{spans:?}");
    }
}
