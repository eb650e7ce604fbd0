//! Hedged calls: a call that is slow is made again beside the first, the first good answer counts, and the others are
//! cancelled (gRPC A6 `hedgingPolicy`; Finagle `BackupRequestFilter`). Calls without a hedge never come here.

mod racing;

use crate::engine::Time;
use crate::scenario::Hedge;

/// A call of which several copies may be under way.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Race {
    rules: Hedge,
    /// Copies under way, the oldest first.
    copies: Vec<u32>,
    /// Copies sent so far.
    sent: u8,
    began: Time,
    /// Tells this race from its caller's earlier ones.
    round: u32,
}
