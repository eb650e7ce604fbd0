//! The shortcuts of the lab, the learner's changes to them, and how keys are written.

mod changing;
mod own;
mod shortcuts;
mod written;

pub use changing::{Changing, KeysCommand, Taken};
pub use own::OwnKeys;
pub use shortcuts::{Fixed, Heard, SHORTCUTS, Shortcut, Subject, fixed, named, refusal, way_to};
pub use written::{is_modifier, settled, written};
