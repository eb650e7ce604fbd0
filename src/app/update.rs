//! What commands do. [`apply`] hands each command to the part that it is about; every part changes the lab and says what
//! went wrong. Nothing here draws.

pub mod apply;
mod author;
mod backup;
mod brief;
mod classroom;
mod comparing;
mod debrief;
pub mod dialogs;
mod duty;
mod files;
mod follow;
mod hand_in;
mod judging;
mod keys;
mod language;
mod learner;
mod notices;
mod outlook;
mod plan;
mod play;
mod recall;
mod reference_runs;
mod rehearsing;
mod sandbox;
mod saved_plans;
mod sessions;
mod stage;
mod start;
mod tick;
mod watch;
mod welcome;
