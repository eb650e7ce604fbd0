//! The simulation: a world that moves.
//!
//! [`Simulation`] is a value: clone it, run the clone another way, compare. It has three verbs, [`Simulation::step`],
//! [`Simulation::run_until`] and [`Simulation::run`]; facts are all that leaves it. Nothing here knows a strategy by
//! name: what decides is a [`Controller`], which sees an [`Observation`] and asks for [`Action`]s.

mod account;
mod action;
mod asks;
mod audience;
mod balancer;
mod blueprint;
mod cancel;
mod care;
mod cause;
mod counting;
pub mod dataplane;
mod departure;
mod ending;
mod event;
mod fact;
mod flagging;
mod guard;
mod hedge;
mod hop;
mod hosts;
mod inspect;
mod instance;
mod lens;
mod lifecycle;
mod manual_action;
mod observation;
mod pager;
mod parts;
mod placing;
mod portrait;
mod probes;
mod queue;
mod record;
mod recorder;
mod request;
mod retry;
mod router;
mod setup;
mod sharing;
mod shedding;
mod simulation;
mod single;
mod timeout;
mod traffic;
mod vigilance;
mod watch;
mod watching;
mod weather;
mod work;

pub use action::{Action, Ask, MatchRule, Pool, RolloutCommand, Route, Who};
pub use cause::Cause;
pub use departure::Departure;
pub use event::DECIDE_EVERY;
pub use fact::{Fact, Phase, What};
pub use inspect::{InFlight, Standee, Standing};
pub use lens::{Glimpse, Outcome, Second, WayReason};
pub use lifecycle::BACK_OFF_FIRST;
pub use manual_action::ManualAction;
pub use observation::{Controller, Observation, PoolView, StepProgress, TestReport, ZoneView};
pub use pager::OpenPage;
pub use portrait::{Figure, Life, RouteNow};
pub use record::{Observed, Record, Requests, Truth, TruthPoint};
pub use setup::{AntiAffinity, Case, Setup};
pub use simulation::Simulation;
pub use watching::{CheckProgress, CheckState, TriggerState, Watching};
