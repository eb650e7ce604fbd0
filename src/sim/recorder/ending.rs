//! How a request ends, for those who count it.

/// How a user's request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) enum Ending {
    Succeeded,
    Failed,
    Rejected,
    TimedOut,
}
