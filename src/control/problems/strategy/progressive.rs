//! What is wrong with a release by Flagger's rules.

use super::{analysis, match_rule};
use crate::control::{Analysis, Flagger};
use crate::engine::{Share, Span};
use crate::scenario::{Notes, Scenario};

/// The shortest and the longest interval.
const INTERVALS: (Span, Span) = (Span::from_secs(1), Span::from_secs(86_400));
/// The most steps, iterations and failed checks.
const MOST: u32 = 1_000;

pub(super) fn check(notes: &mut Notes, at: &str, of: &Flagger, scenario: Option<&Scenario>) {
    notes.within(format!("{at}.interval"), of.interval, INTERVALS.0..=INTERVALS.1);
    notes.within(format!("{at}.threshold"), of.threshold, 1..=MOST);
    notes.within(format!("{at}.iterations"), of.iterations, 0..=MOST);
    percent(notes, format!("{at}.step_weight"), of.step_weight);
    percent(notes, format!("{at}.max_weight"), of.max_weight);
    if of.step_weight_promotion > Share::ZERO {
        percent(notes, format!("{at}.step_weight_promotion"), of.step_weight_promotion);
        if of.iterations > 0 {
            let message = "with iterations the candidate is promoted all at once";
            notes.warning(format!("{at}.step_weight_promotion"), "no-effect", message);
        }
    }
    notes.some_time(format!("{at}.progress_deadline"), of.progress_deadline);
    notes.share(format!("{at}.mirror_weight"), of.mirror_weight);
    notes.length(&format!("{at}.step_weights"), "weight", of.step_weights.len(), 0..=MOST as usize);
    let mut before = Share::ZERO;
    for (index, weight) in of.step_weights.iter().enumerate() {
        let at = format!("{at}.step_weights[{index}]");
        percent(notes, at.clone(), *weight);
        if *weight <= before {
            let message = format!("found {weight} after {before}; the weights must grow");
            notes.error(at, "out-of-range", message);
        }
        before = *weight;
    }
    if !of.step_weights.is_empty() && of.iterations > 0 {
        let message = "with iterations no weight grows; take one of the two out";
        notes.warning(format!("{at}.step_weights"), "no-effect", message);
    }
    if !of.mirror && of.mirror_weight != Share::ALL {
        let message = "nothing is mirrored; add mirror: true";
        notes.warning(format!("{at}.mirror_weight"), "no-effect", message);
    }
    if !of.matches.is_empty() && of.iterations == 0 {
        let message = "without iterations nothing is matched (Flagger takes it for a canary by weight)";
        notes.warning(format!("{at}.matches"), "no-effect", message);
    }
    for (index, rule) in of.matches.iter().enumerate() {
        match_rule(notes, &format!("{at}.matches[{index}]"), rule, scenario);
    }
    if of.checks.is_empty() {
        let message = "without checks nothing ever fails: a bad release goes out like a good one";
        notes.warning(format!("{at}.checks"), "never", message);
    } else {
        let analysis =
            Analysis { checks: of.checks.clone(), lasts: None, from_step: 0, on_failure: Default::default() };
        analysis::checks(notes, at, &analysis, scenario);
    }
}

/// Flagger's weights are whole percents, and not nothing.
fn percent(notes: &mut Notes, at: String, share: Share) {
    notes.share(at.clone(), share);
    let points = share.basis_points();
    if points == 0 || !points.is_multiple_of(100) {
        notes.error(at, "out-of-range", format!("found {share}; allowed are whole percents from 1%"));
    }
}
