//! Why a request failed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The one true cause of a failed request. It explains; it never decides anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[repr(u8)]
pub enum Cause {
    /// An ordinary error, whatever release runs.
    Background,
    /// A defect of the release that answered.
    Defect,
    /// The instance's queue was full, or the request waited longer than it was worked on.
    Overload,
    /// Work took longer than the caller waits, by bad luck alone.
    Timeout,
    /// The instance stopped before it was done.
    Drained,
    /// Something of the world broke.
    Fault,
    /// The proxy knew no instance to send it to.
    NoInstance,
    /// Code and data, or two versions, did not fit.
    VersionSkew,
    /// The client left the queue.
    Impatience,
    /// The caller's breaker or limit turned the call away.
    Breaker,
    /// Turned away before it queued, to keep the rest alive.
    Shed,
}

impl Cause {
    /// All causes, in index order.
    pub const ALL: [Self; 11] = [
        Self::Background,
        Self::Defect,
        Self::Overload,
        Self::Timeout,
        Self::Drained,
        Self::Fault,
        Self::NoInstance,
        Self::VersionSkew,
        Self::Impatience,
        Self::Breaker,
        Self::Shed,
    ];

    /// Name in results.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Background => "background",
            Self::Defect => "defect",
            Self::Overload => "overload",
            Self::Timeout => "timeout",
            Self::Drained => "drained",
            Self::Fault => "fault",
            Self::NoInstance => "no_instance",
            Self::VersionSkew => "version_skew",
            Self::Impatience => "impatience",
            Self::Breaker => "breaker",
            Self::Shed => "shed",
        }
    }

    /// What it means, as a sentence for a learner.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Background => "ordinary errors that happen whatever release runs",
            Self::Defect => "the release is defective",
            Self::Overload => "too few instances for the load: the queue was full or too long",
            Self::Timeout => "the answer took longer than the caller waits",
            Self::Drained => "the instance was stopped before it had finished, or before every proxy knew",
            Self::Fault => "something else in the world broke",
            Self::NoInstance => "no instance was ready",
            Self::VersionSkew => "the code could not work with the data that another version left",
            Self::Impatience => "the client left the queue",
            Self::Breaker => "the caller's circuit breaker or limit turned the call away",
            Self::Shed => "turned away at the door, so that there was capacity for the others",
        }
    }

    /// True when the release or the way it was shipped is to blame; false for what would have happened anyway: ordinary
    /// errors, faults of the world, and bad luck.
    pub const fn is_of_release(self) -> bool {
        match self {
            Self::Background | Self::Fault | Self::Timeout => false,
            Self::Defect
            | Self::Overload
            | Self::Drained
            | Self::NoInstance
            | Self::VersionSkew
            | Self::Impatience
            | Self::Breaker
            | Self::Shed => true,
        }
    }
}
