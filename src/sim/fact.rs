//! Facts: what has happened, and why. They are all that the simulation publishes as it runs.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::{Share, Time};
use crate::sim::{Action, ExperimentFact, Pool, Who};

/// Something that has happened, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// When.
    pub at: Time,
    /// What.
    pub what: What,
    /// Why, as a sentence; empty when it needs none.
    pub because: String,
}

/// The phase of a rollout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RolloutPhase {
    /// It has not begun, or was never asked for.
    NotStarted,
    /// It is under way.
    InProgress,
    /// It waits for a person.
    Paused,
    /// It is going back.
    RollingBack,
    /// All its steps are done.
    Completed,
    /// All users are on the baseline again.
    RolledBack,
    /// It neither goes on nor back.
    Failed,
}

impl RolloutPhase {
    /// Name in results.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::InProgress => "in_progress",
            Self::Paused => "paused",
            Self::RollingBack => "rolling_back",
            Self::Completed => "completed",
            Self::RolledBack => "rolled_back",
            Self::Failed => "failed",
        }
    }
}

/// What kind of thing happened.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Instances were launched in a pool.
    Launched {
        /// Service.
        service: String,
        /// Pool.
        pool: Pool,
        /// How many.
        count: u32,
    },
    /// The number of instances that the target is meant to have changed.
    Resized {
        /// How many before.
        from: u32,
        /// How many from now on.
        to: u32,
    },
    /// An instance passed its readiness probe.
    Ready {
        /// Service.
        service: String,
        /// Number of the instance.
        instance: u32,
        /// Pool.
        pool: Pool,
    },
    /// An instance failed its readiness probe.
    NotReady {
        /// Service.
        service: String,
        /// Number of the instance.
        instance: u32,
        /// Pool.
        pool: Pool,
    },
    /// A proxy leaves an instance out: its answers, or its health checks, are bad.
    Ejected {
        /// Service.
        service: String,
        /// Number of the instance.
        instance: u32,
        /// Pool.
        pool: Pool,
        /// Position of the proxy.
        proxy: u32,
    },
    /// A proxy uses an instance again that it had left out.
    Restored {
        /// Service.
        service: String,
        /// Number of the instance.
        instance: u32,
        /// Pool.
        pool: Pool,
        /// Position of the proxy.
        proxy: u32,
    },
    /// A proxy enters or leaves panic mode: with too few healthy instances it uses all of them.
    Panic {
        /// Service.
        service: String,
        /// Pool; `None` for all pools together.
        pool: Option<Pool>,
        /// Position of the proxy.
        proxy: u32,
        /// Whether it begins.
        begins: bool,
    },
    /// Instances were asked to go.
    Draining {
        /// Service.
        service: String,
        /// Pool.
        pool: Pool,
        /// How many.
        count: u32,
    },
    /// An instance is gone.
    Gone {
        /// Service.
        service: String,
        /// Number of the instance.
        instance: u32,
        /// Pool.
        pool: Pool,
        /// How many requests it dropped.
        dropped: u32,
    },
    /// An instance crashed.
    Crashed {
        /// Service.
        service: String,
        /// Number of the instance.
        instance: u32,
        /// Pool.
        pool: Pool,
        /// How many requests it dropped.
        dropped: u32,
    },
    /// The route changed; proxies take it up after their lag.
    Routed {
        /// Share of each pool in basis points; `None` when by instances.
        weights: Option<[u32; 3]>,
        /// Share of requests mirrored to the candidate.
        mirrored: Share,
    },
    /// A flag changed; proxies take it up after their lag.
    Flagged {
        /// Flag.
        name: String,
        /// For how many users.
        share: Share,
    },
    /// A calling instance's circuit breaker opened, or closed again.
    BreakerMoved {
        /// Calling service.
        service: String,
        /// Number of the instance.
        instance: u32,
        /// Called service.
        to: String,
        /// Whether it is open.
        open: bool,
    },
    /// Somebody forced the breaker of the target's calls open, or left it to itself again.
    BreakerForced {
        /// Called service.
        to: String,
        /// Whether it is forced open.
        open: bool,
    },
    /// The target's proxies turn requests away; each takes it up after its lag.
    Shedding {
        /// Share of requests.
        share: Share,
    },
    /// A test of a pool ended.
    Tested {
        /// Pool.
        pool: Pool,
        /// How many requests passed.
        passed: u32,
        /// How many failed.
        failed: u32,
    },
    /// The data store's schema changed.
    Migrated {
        /// New schema version.
        schema: u8,
    },
    /// The baseline cannot work with the data any more: going back would harm.
    NoWayBack(String),
    /// The first copy of a request of this kind, which is not idempotent, has done its work a second time.
    SideEffects(String),
    /// The next release of a train may begin.
    NextRelease {
        /// Which it is, from 1.
        number: u32,
        /// How many there are.
        of: u32,
    },
    /// The phase of the rollout changed.
    Phase(RolloutPhase),
    /// Somebody asked for something.
    Asked {
        /// Who.
        who: Who,
        /// What.
        action: Action,
    },
    /// Somebody decided for or against the next step of a rollout.
    Decided {
        /// Who.
        who: Who,
        /// What, as the rest of a sentence that begins with who.
        what: String,
    },
    /// A remark, or a judgement that nothing is wrong.
    Judged(String),
    /// A judgement that something is wrong.
    Troubled(String),
    /// An alert's condition began to hold.
    AlertPending(String),
    /// An alert fires.
    AlertFiring(String),
    /// An alert stopped.
    AlertResolved(String),
    /// Somebody was paged.
    Paged(String),
    /// Somebody acknowledged a page.
    Acknowledged(String),
    /// Somebody found the cause behind a page.
    Diagnosed(String),
    /// A fault began.
    FaultBegan(String),
    /// A fault ended.
    FaultEnded(String),
    /// Something happened in an experiment of a game day.
    Experiment(ExperimentFact),
    /// Something asked for could not be done.
    Refused(String),
}

fn percent(basis_points: u32) -> String {
    Share::percent(f64::from(basis_points) / 100.0).to_string()
}

/// One plain sentence without the time.
impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Launched { service, pool, count } => {
                write!(f, "launch {count} {} of {service}", instances(*count, *pool))
            }
            Self::Resized { from, to } => write!(f, "resize the target from {from} to {to} instances"),
            Self::Ready { service, instance, pool } => {
                write!(f, "{service} {} instance {instance} is ready", pool.name())
            }
            Self::NotReady { service, instance, pool } => {
                write!(f, "{service} {} instance {instance} is not ready", pool.name())
            }
            Self::Ejected { service, instance, pool, proxy } => {
                write!(f, "proxy {proxy} ejects {service} {} instance {instance}", pool.name())
            }
            Self::Restored { service, instance, pool, proxy } => {
                write!(f, "proxy {proxy} takes {service} {} instance {instance} back", pool.name())
            }
            Self::Panic { service, pool, proxy, begins } => {
                let pool = pool.map_or("all", Pool::name);
                let what = if *begins { "panics: it uses all instances of" } else { "panics no more about" };
                write!(f, "proxy {proxy} {what} {service} ({pool})")
            }
            Self::Draining { service, pool, count } => {
                write!(f, "drain {count} {} of {service}", instances(*count, *pool))
            }
            Self::Gone { service, instance, pool, dropped } => {
                write!(f, "{service} {} instance {instance} is gone", pool.name())?;
                if *dropped > 0 { write!(f, ", {dropped} requests dropped") } else { Ok(()) }
            }
            Self::Crashed { service, instance, pool, dropped } => {
                write!(f, "{service} {} instance {instance} crashed, {dropped} requests dropped", pool.name())
            }
            Self::Routed { weights: None, .. } => f.write_str("route to all instances alike"),
            Self::Routed { weights: Some([stable, candidate, control]), mirrored } => {
                write!(f, "route stable {}, candidate {}", percent(*stable), percent(*candidate))?;
                if *control > 0 {
                    write!(f, ", control {}", percent(*control))?;
                }
                if *mirrored > Share::ZERO { write!(f, ", mirror {mirrored}") } else { Ok(()) }
            }
            Self::Flagged { name, share } => write!(f, "flag {name} on for {share} of users"),
            Self::BreakerMoved { service, instance, to, open } => {
                let does = if *open { "opens" } else { "closes" };
                write!(f, "the breaker of {service} instance {instance} to {to} {does}")
            }
            Self::BreakerForced { to, open: true } => write!(f, "the breaker to {to} is forced open"),
            Self::BreakerForced { to, open: false } => write!(f, "the breaker to {to} is left to itself"),
            Self::Shedding { share } => write!(f, "shed {share} of requests"),
            Self::Tested { pool, passed, failed } => {
                write!(f, "test of {}: {passed} passed, {failed} failed", pool.name())
            }
            Self::Migrated { schema } => write!(f, "the schema is now version {schema}"),
            Self::SideEffects(kind) => {
                write!(f, "copies of {kind} requests, which are not idempotent, do their work twice")
            }
            Self::NoWayBack(why) => write!(f, "rollback not possible: {why}"),
            Self::NextRelease { number, of } => write!(f, "release {number} of {of} may begin"),
            Self::Phase(phase) => write!(f, "the rollout is {}", phase.name().replace('_', " ")),
            Self::Asked { who, action } => write!(f, "{who:?} asks: {action}"),
            Self::Decided { who, what } => write!(f, "{} {what}", who.name()),
            Self::Judged(text) | Self::Troubled(text) => f.write_str(text),
            Self::AlertPending(name) => write!(f, "alert {name} is pending"),
            Self::AlertFiring(name) => write!(f, "alert {name} fires"),
            Self::AlertResolved(name) => write!(f, "alert {name} is resolved"),
            Self::Paged(text) => write!(f, "page: {text}"),
            Self::Acknowledged(text) => write!(f, "acknowledged: {text}"),
            Self::Diagnosed(text) => write!(f, "diagnosed: {text}"),
            Self::FaultBegan(name) => write!(f, "fault {name} begins"),
            Self::FaultEnded(name) => write!(f, "fault {name} ends"),
            Self::Experiment(fact) => fact.fmt(f),
            Self::Refused(text) => write!(f, "refused: {text}"),
        }
    }
}

fn instances(count: u32, pool: Pool) -> String {
    format!("{} instance{}", pool.name(), if count == 1 { "" } else { "s" })
}

/// A short imperative.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scale { pool, to } => write!(f, "scale {} to {to}", pool.name()),
            Self::ScaleIn { pool, zones, to } => {
                write!(f, "scale {} in {} to {to}", pool.name(), zones.join(" and "))
            }
            Self::Resize { to } => write!(f, "resize the target to {to} instances"),
            Self::Route(route) => What::Routed {
                weights: route.weights,
                mirrored: route.mirror.map_or(Share::ZERO, |(_, share)| share),
            }
            .fmt(f),
            Self::Flag { name, share } => write!(f, "flag {name} on for {share} of users"),
            Self::Test { pool, requests, over, .. } => {
                write!(f, "test {} with {requests} requests over {over}", pool.name())
            }
            Self::OpenBreaker { to, open } => {
                write!(f, "{} the breaker to {to}", if *open { "force open" } else { "release" })
            }
            Self::Shed { share } => write!(f, "shed {share} of requests"),
            Self::Restart { pool } => write!(f, "restart an instance of {}", pool.name()),
            Self::DrainInstance { instance } => write!(f, "drain instance {instance}"),
            Self::RestartInstance { instance } => write!(f, "restart instance {instance}"),
            Self::AskApproval { of } => write!(f, "ask {} to approve the next step", of.name()),
            Self::Acknowledge { alert } => write!(f, "acknowledge alert {alert}"),
            Self::Report(phase) => write!(f, "report {}", phase.name()),
            Self::Page { text } => write!(f, "page: {text}"),
            Self::Localise(suspect) => write!(f, "name {suspect} as the cause"),
            Self::Tell(text) => write!(f, "tell: {text}"),
            Self::Note(text) | Self::Trouble(text, _) => f.write_str(text),
            Self::Command(command) => write!(f, "{}", format!("{command:?}").to_lowercase()),
            Self::Inject { fault } => write!(f, "let fault {fault} strike"),
            Self::Hypothesise(statement) => write!(f, "write down the hypothesis: {statement}"),
            Self::Experiment { fault, stop: Some(stop) } => {
                write!(f, "try {fault}, and end it when {stop}")
            }
            Self::Experiment { fault, stop: None } => write!(f, "try {fault}, to its end"),
            Self::Conclude(conclusion) => conclusion.fmt(f),
        }
    }
}
