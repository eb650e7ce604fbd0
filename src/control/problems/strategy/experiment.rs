//! What is wrong with an experiment.

use super::super::analysis;
use super::{amount, doubling, is_none};
use crate::control::Experiment;
use crate::engine::Share;
use crate::scenario::{Notes, Scenario};

/// Most that each side may get: the two together cannot get more than everything.
const HALF: Share = Share::percent(50.0);

pub(super) fn check(notes: &mut Notes, at: &str, of: &Experiment, scenario: Option<&Scenario>) {
    amount(notes, format!("{at}.size"), of.size);
    if is_none(of.size) {
        notes.error(format!("{at}.size"), "out-of-range", "found 0; each side needs one instance at least");
    }
    notes.within(format!("{at}.share"), of.share, Share::ZERO..=HALF);
    notes.share(format!("{at}.mirror"), of.mirror);
    notes.some_time(format!("{at}.for"), of.lasts);
    if of.mirror > Share::ZERO {
        doubling(notes, &format!("{at}.mirror"), scenario);
    }
    let Some(analysis) = &of.analysis else { return };
    let at = format!("{at}.analysis");
    analysis::checks(notes, &at, analysis, scenario);
    if analysis.lasts.is_some() {
        let message = "it runs as long as the experiment; leave `for` out";
        notes.warning(format!("{at}.for"), "no-effect", message);
    }
    let mut settled = of.clone();
    settled.settle();
    for (index, check) in settled.analysis.iter().flat_map(|analysis| &analysis.checks).enumerate() {
        analysis::in_time(notes, &format!("{at}.checks[{index}]"), check, of.lasts);
    }
}
