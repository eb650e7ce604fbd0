//! The simulation: a world that moves.
//!
//! [`Simulation`] is a value: clone it, run the clone another way, compare. It has three verbs, [`Simulation::step`],
//! [`Simulation::run_until`] and [`Simulation::run`]. Facts, observations and records are all that leaves it. It knows no
//! strategy by name: a [`Controller`] sees an [`Observation`] and asks for [`Action`]s.
//!
//! At the top are the words that everything shares: actions, events, facts, causes, the record of a run. Each folder holds
//! one subject: what the simulation keeps of it, and below that the methods that touch it, as `impl Simulation` blocks, so that
//! events are dispatched in one place.

mod action;
mod apply_action;
mod budget;
mod cause;
mod compiled_world;
pub mod dataplane;
mod defects;
mod event;
mod experiment;
mod fact;
mod faults;
mod fleet;
mod fluid;
mod manual_action;
mod matching;
mod monitoring;
mod observation;
mod people;
mod proxy;
mod record;
mod recorder;
mod request;
mod serving;
mod setup;
mod simulation;
mod suspect;
mod twin;
mod variation;
mod view;

/// Version of the model. It rises when the same files, actions and seed give another run than before, and only then: with it the digests of
/// `tests/digests.txt` and of sessions that were recorded before are others.
pub const MODEL: u32 = 2;

pub use action::{Action, Ask, Pool, RolloutCommand, Route, Sight, Who};
pub use budget::{Budget, Spent};
pub use cause::Cause;
pub use event::DECIDE_EVERY;
pub use experiment::{Conclusion, ExperimentFact};
pub use fact::{Fact, RolloutPhase, What};
pub use fleet::BACK_OFF_FIRST;
pub use manual_action::{ManualAction, ManualActionName};
pub use matching::{HeaderMatch, KindMatch, MatchRule, PathMatch, TextMatch};
pub use monitoring::{CheckProgress, CheckState, CheckStatus, TriggerState};
pub use observation::{
    Controller, Meeting, Newer, Observation, PoolView, StepProgress, TestReport, ZoneView,
};
pub use people::OpenPage;
pub use record::{Leg, Observed, Record, Requests, TOO_COSTLY, Truth, TruthPoint};
pub use setup::{AntiAffinity, Case, Following, Setup, Term};
pub use simulation::{Opening, Simulation};
pub use suspect::Suspect;
pub use twin::Twin;
pub use variation::{FaultVariation, Variation};
pub use view::{
    AlikeEnds, InFlight, InstanceSnapshot, InstanceState, Outcome, RequestStage, RouteReason, RouteSnapshot,
    SampledTry, Second, Termination,
};
