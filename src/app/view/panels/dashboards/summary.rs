//! A chart in words, for screen readers, and the names of its lines.

use crate::app::model::charts::{Line, Of, Quantile, Topic};
use crate::app::texts::{t, tf};
use crate::app::view::panels::dashboards::board::Board;
use crate::app::view::panels::dashboards::scale::written;
use crate::engine::{Span, Time};

/// The title of a chart.
pub fn title(topic: Topic, quantile: Quantile) -> String {
    match topic {
        Topic::Requests => t("chart.requests").to_owned(),
        Topic::Errors => t("chart.errors").to_owned(),
        Topic::Latency => tf("chart.latency", &[&quantile.name()]),
        Topic::Budget => t("chart.budget").to_owned(),
        Topic::Exposure => t("chart.exposure").to_owned(),
        Topic::Capacity => t("chart.capacity").to_owned(),
        Topic::Saturation => t("chart.saturation").to_owned(),
        Topic::Flag => t("chart.flag").to_owned(),
        Topic::Cost => t("chart.cost").to_owned(),
    }
}

/// The title of a chart of a run. Where a flag guards the release, exposure is that to its behaviour.
pub fn titled(board: &Board<'_>, topic: Topic) -> String {
    match topic {
        Topic::Exposure if board.charts.is_behind_flag() => t("chart.exposure_flag").to_owned(),
        topic => title(topic, board.choice.quantile),
    }
}

/// The same in a word or two, where there is no room for it.
pub fn short(topic: Topic, quantile: Quantile) -> String {
    match topic {
        Topic::Requests => t("chart.short.requests").to_owned(),
        Topic::Errors => t("chart.short.errors").to_owned(),
        Topic::Latency => title(topic, quantile),
        Topic::Budget => t("chart.short.budget").to_owned(),
        Topic::Exposure => t("chart.short.exposure").to_owned(),
        Topic::Capacity => t("chart.short.capacity").to_owned(),
        Topic::Saturation => t("chart.short.saturation").to_owned(),
        Topic::Flag => t("chart.short.flag").to_owned(),
        Topic::Cost => t("chart.cost").to_owned(),
    }
}

/// What a line is called.
pub fn name(topic: Topic, of: Of) -> &'static str {
    match (of, topic) {
        (Of::Stable, _) => t("line.stable"),
        (Of::Candidate, Topic::Flag) => t("line.flag"),
        (Of::Candidate, _) => t("line.candidate"),
        (Of::Control, _) => t("line.control"),
        (Of::Whole, Topic::Capacity) => t("line.load"),
        (Of::Whole, _) => t("line.whole"),
        (Of::Truth, _) => t("line.truth"),
    }
}

/// The lines of a chart that may be seen and have anything to show until `now`.
pub fn lines<'a>(board: &'a Board<'a>, topic: Topic) -> Vec<&'a Line> {
    let step = board.charts.step;
    let until = (board.now.0 / step.0) as usize + 1;
    let of_topic = board.charts.of_topic(topic, board.choice.quantile);
    of_topic
        .filter(|line| line.of != Of::Truth || board.reveals)
        .filter(|line| {
            let mut values = line.values.iter().take(until).flatten();
            // Most plans have no fresh group of the baseline: it shows when it gets requests. A version that has no instances yet has
            // no capacity to show.
            let is_empty_at_first = line.of == Of::Control || topic == Topic::Capacity;
            if is_empty_at_first { values.any(|value| *value > 0.0) } else { values.next().is_some() }
        })
        .collect()
}

/// The window of a trend.
const TREND: Span = Span::from_secs(120);

/// A chart in a sentence: `error ratio, candidate 3.1% rising, baseline 0.2%`.
pub fn sentence(board: &Board<'_>, topic: Topic) -> String {
    let at = board.charts.known(board.now);
    let mut parts = vec![titled(board, topic)];
    for line in lines(board, topic).into_iter().rev() {
        let name = name(topic, line.of);
        let Some(value) = line.at(at, board.charts.step) else {
            parts.push(tf("chart.no_data_of", &[&name]));
            continue;
        };
        let before = line.at(Time(at.0.saturating_sub(TREND.0)), board.charts.step);
        let trend = match before {
            Some(before) if value > before * 1.15 => t("chart.rising"),
            Some(before) if value < before * 0.85 => t("chart.falling"),
            _ => "",
        };
        parts.push(format!("{name} {}{trend}", written(topic, value, board.currency)));
    }
    if parts.len() == 1 {
        parts.push(t("chart.no_data").to_owned());
    }
    parts.join(", ")
}
