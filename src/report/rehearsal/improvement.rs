//! What a search for the smallest change of a manifest came to, as text.

use crate::exercise::format::{decimal, lasting};
use crate::rehearsal::{Improvement, Proven};

/// The best of what was tried, and the change that was proven.
pub fn improvement(of: &Improvement) -> String {
    let mut text = String::from("plans that none of the tried ones beats in harm and in time:\n");
    for tried in of.unbeaten() {
        let out = if tried.out_after.is_finite() { lasting(tried.out_after) } else { "never".to_owned() };
        text += &format!(
            "  {} users harmed by the regression, a good release is out after {out}{}: {}\n",
            decimal(tried.harmed, 1),
            if tried.met { ", meets the goal" } else { "" },
            tried.change
        );
    }
    text + &match &of.proven {
        None if of.is_met_in_the_search() => {
            "\nwhat reached the goal in the search did not on new seeds; more runs (--seeds) tell the changes better apart\n".to_owned()
        }
        None => "\nno change that was tried reaches the goal\n".to_owned(),
        Some(Proven::AsItIs) => "\nthe manifest reaches the goal as it is, on new seeds too\n".to_owned(),
        Some(Proven::Patch(patch)) => {
            format!("\nthe smallest change that reaches the goal, on new seeds too:\n\n{patch}")
        }
    }
}
