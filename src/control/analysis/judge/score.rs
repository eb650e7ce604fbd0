//! From the labels of the metrics to the score of the release (Kayenta's `WeightedSumScorer`).

use std::collections::{BTreeMap, BTreeSet};

use super::Label;

/// One metric, judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Graded {
    /// Its class.
    pub label: Label,
    /// Whether it fails the release unless it passes.
    pub critical: bool,
    /// The groups it counts in.
    pub groups: Vec<String>,
}

/// The score of one group.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupScore {
    /// Its name.
    pub name: String,
    /// 100 for all good, 0 for none; 0 also when there are no data.
    pub score: f64,
    /// Whether none of its metrics has data.
    pub no_data: bool,
}

/// The score of the release.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// From 0 to 100, to two decimals.
    pub summary: f64,
    /// The groups, by name.
    pub groups: Vec<GroupScore>,
    /// Why it is 0 whatever the groups say; empty otherwise.
    pub reason: String,
}

/// Adds up the metrics. A group scores its passes among its metrics with data; a group without data counts as 100 in the
/// sum. Groups without a listed weight share equally what the listed ones leave of 100. A critical metric that does not
/// pass, or half of the metrics or more without data, make it 0.
pub fn score(metrics: &[Graded], weights: &BTreeMap<String, f64>) -> Score {
    let names: BTreeSet<&String> = metrics.iter().flat_map(|metric| &metric.groups).collect();
    let groups: Vec<GroupScore> = names.into_iter().map(|name| group(name, metrics)).collect();
    let zero = |reason: &str, groups| Score { summary: 0.0, groups, reason: reason.to_owned() };
    if metrics.iter().any(|metric| metric.critical && metric.label != Label::Pass) {
        return zero("a critical metric failed", groups);
    }
    let silent = metrics.iter().filter(|metric| metric.label == Label::Nodata).count();
    if 2 * silent >= metrics.len() {
        return zero("half of the metrics or more have no data", groups);
    }
    let listed: f64 = weights.values().sum();
    let unlisted = groups.iter().filter(|group| !weights.contains_key(&group.name)).count();
    let share = (100.0 - listed).max(0.0) / unlisted.max(1) as f64;
    let weighted = groups.iter().map(|group| {
        let weight = weights.get(&group.name).copied().unwrap_or(share);
        let score = if group.no_data { 100.0 } else { group.score };
        score * weight / 100.0
    });
    let summary = (weighted.sum::<f64>() * 100.0).round() / 100.0;
    Score { summary, groups, reason: String::new() }
}

fn group(name: &str, metrics: &[Graded]) -> GroupScore {
    let within = || metrics.iter().filter(|metric| metric.groups.iter().any(|group| group == name));
    let count = |wanted: Label| within().filter(|metric| metric.label == wanted).count();
    let with_data = within().count() - count(Label::Nodata);
    let score = if with_data == 0 { 0.0 } else { 100.0 * count(Label::Pass) as f64 / with_data as f64 };
    GroupScore { name: name.to_owned(), score, no_data: with_data == 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graded(label: Label, critical: bool, group: &str) -> Graded {
        Graded { label, critical, groups: vec![group.to_owned()] }
    }

    #[test]
    fn what_the_listed_weights_leave_is_shared() {
        let metrics = [
            graded(Label::Pass, false, "a"),
            graded(Label::High, false, "b"),
            graded(Label::Pass, false, "c"),
        ];
        let weights = BTreeMap::from([("a".to_owned(), 60.0)]);
        assert_eq!(score(&metrics, &weights).summary, 80.0);
    }

    #[test]
    fn no_metrics_at_all_score_nothing() {
        assert_eq!(score(&[], &BTreeMap::new()).summary, 0.0);
    }

    #[test]
    fn data_that_must_be_there_fail_their_group() {
        let metrics = [
            graded(Label::NodataFail, false, "a"),
            graded(Label::Pass, false, "a"),
            graded(Label::Pass, false, "a"),
            graded(Label::Pass, false, "a"),
        ];
        assert_eq!(score(&metrics, &BTreeMap::new()).summary, 75.0);
    }
}
