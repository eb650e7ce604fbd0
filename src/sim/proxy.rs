//! Proxies: which pool and which instance a request goes to, by what each proxy knows of routes, flags and hosts.

mod balancer;
pub(super) mod draw;
mod flagging;
mod health_checking;
mod host_health;
mod router;
mod routing;
mod weighted_choice;

pub(super) use flagging::{FlagPlan, Flagging, plan_flags};
pub(super) use host_health::ALL;
pub(super) use router::{Destination, Proxy, Spread, bucket_of};
pub(super) use routing::Routing;
pub(super) use weighted_choice::choose_weighted;
