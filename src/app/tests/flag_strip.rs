//! The strip of a flag's users: it grows with the share, and every user who is in stays in.

use egui_kittest::kittest::Queryable;

use super::screens::exercise_in;
use super::{lab, window};
use crate::app::model::order::Order;
use crate::app::model::{Lab, LabCommand};
use crate::app::view::panels::stage::FlagStrip;
use crate::engine::Time;

fn strip(lab: &Lab) -> Option<FlagStrip> {
    let run = lab.run.as_ref()?;
    FlagStrip::of(run, &run.player.snapshot().world)
}

#[test]
fn users_light_up_as_the_share_grows_and_none_goes_out() {
    let mut lab = exercise_in(lab(), "production-testing", 0);
    let mut before: Vec<u32> = Vec::new();
    let mut sizes = Vec::new();
    for minute in 0..30 {
        lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(60 * minute))));
        let lit = strip(&lab).expect("a flag guards the release").lit();
        let view = lab.run.as_ref().unwrap().player.snapshot();
        if lit.len() < before.len() {
            // Only a kill switch takes users out, and then all of them.
            assert!(lit.is_empty(), "{} of {} at {}", lit.len(), before.len(), view.now);
        } else {
            assert!(before.iter().all(|user| lit.contains(user)), "somebody went out at {}", view.now);
        }
        sizes.push(lit.len());
        before = lit;
    }
    sizes.dedup();
    assert!(sizes.len() >= 2 && sizes.iter().any(|size| *size > 0), "{sizes:?}");
}

#[test]
fn a_flag_release_shows_the_strip_and_another_does_not() {
    let lab_at = |id, at| exercise_in(lab(), id, at);
    let flagged = lab_at("production-testing", 600);
    let said = strip(&flagged).unwrap().said();
    let harness = window(flagged, [1600.0, 900.0], 1.0);
    assert!(harness.query_by_label(&said).is_some(), "{said}");
    assert_eq!(strip(&lab_at("canary", 600)), None);
}
