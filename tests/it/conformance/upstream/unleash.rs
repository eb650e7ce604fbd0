//! Feature flags as Unleash's clients evaluate them, to the letter of its client specification. The simulator evaluates a part
//! of it for every request: a share of users in buckets of the same hash, cohorts, and flags that require others.
//!
//! A [`FlagSet`] is what the flag server hands out, in Unleash's own JSON; a [`Context`] is who asks. [`FlagSet::evaluate`]
//! answers in OpenFeature's words: a value, a variant, the reason, and an error code where there is one.
//!
//! Everything is a pure function of its arguments: what is drawn at random, and what time it is, the caller says.
//! Nothing here knows of requests, plans or the disk.
//!
//! Source: Unleash/client-specification, specifications 01 to 18, 21 and 22; OpenFeature specification, types.

mod constraint;
mod context;
mod dependency;
mod evaluate;
mod feature;
pub mod hash;
mod strategy;
mod variant;

pub use context::Context;
use evaluate::{ErrorCode, Reason};
pub use feature::FlagSet;
use feature::{Constraint, Dependency, Feature, Operator, Payload, Strategy, Variant};
pub use variant::Chosen;

mod tests;
