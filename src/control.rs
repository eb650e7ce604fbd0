//! What decides: plans, and the controllers they become.
//!
//! Pure state machines: they see an observation and return actions. Nothing here touches the world or the dice.

mod plan;
mod strategy;

pub use plan::{Analysis, Check, Limit, NoData, OnCall, Plan, Response, Runbook, Trigger};
pub use strategy::{
    Ab, BlueGreen, Canary, FlagRamp, Rolling, Shadow, SmokeTest, Step, Strategy, StrategyName,
};
