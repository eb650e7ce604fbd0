//! How the stage writes numbers and names.

use crate::app::model::world::{Harm, PoolNow, World};
use crate::app::texts::{t, tf};
use crate::control::{Exposure, Plan};
use crate::sim::{InstanceState, Outcome, Pool};

/// What the pools are called, which follows from the strategy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PoolNames {
    /// Stable and canary.
    #[default]
    Canary,
    /// Blue and green.
    BlueGreen,
    /// Old and new.
    Rolling,
    /// Variants A and B.
    Variants,
    /// Live and shadow.
    Shadow,
}

impl PoolNames {
    /// What the pools are called under a plan.
    pub fn of(plan: &Plan) -> Self {
        match plan.strategy.exposure() {
            Exposure::None | Exposure::Weight => Self::Canary,
            Exposure::AtOnce | Exposure::Instances | Exposure::Flag => Self::Rolling,
            Exposure::Switch => Self::BlueGreen,
            Exposure::Variants => Self::Variants,
            Exposure::Copies => Self::Shadow,
        }
    }

    /// What a pool is called.
    pub fn name(self, pool: Pool) -> &'static str {
        match (pool, self) {
            (Pool::Control, _) => t("stage.pool.control"),
            (Pool::Stable, Self::Canary) => t("stage.pool.stable"),
            (Pool::Candidate, Self::Canary) => t("stage.pool.canary"),
            (Pool::Stable, Self::BlueGreen) => t("stage.pool.blue"),
            (Pool::Candidate, Self::BlueGreen) => t("stage.pool.green"),
            (Pool::Stable, Self::Rolling) => t("stage.pool.old"),
            (Pool::Candidate, Self::Rolling) => t("stage.pool.new"),
            (Pool::Stable, Self::Variants) => t("stage.pool.a"),
            (Pool::Candidate, Self::Variants) => t("stage.pool.b"),
            (Pool::Stable, Self::Shadow) => t("stage.pool.live"),
            (Pool::Candidate, Self::Shadow) => t("stage.pool.shadow"),
        }
    }
}

/// A share of one in percent.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 9.95 && (percent - (percent + 0.5).floor()).abs() > 0.05 {
        format!("{percent:.1} %")
    } else {
        format!("{percent:.0} %")
    }
}

/// So many in a second.
pub fn rate(per_s: f64) -> String {
    if per_s > 0.0 && per_s < 9.95 { format!("{per_s:.1} / s") } else { format!("{per_s:.0} / s") }
}

/// A length of time, in seconds, in the unit that suits it.
pub fn time(seconds: f64) -> String {
    if seconds < 0.9995 {
        format!("{:.0} ms", seconds * 1000.0)
    } else if seconds < 99.5 {
        format!("{seconds:.1} s")
    } else {
        format!("{:.0} min", seconds / 60.0)
    }
}

/// What an instance is doing.
pub fn life(life: InstanceState) -> &'static str {
    match life {
        InstanceState::Pending => t("stage.life.pending"),
        InstanceState::Pulling => t("stage.life.pulling"),
        InstanceState::Starting => t("stage.life.starting"),
        InstanceState::Checking => t("stage.life.checking"),
        InstanceState::Warming => t("stage.life.warming"),
        InstanceState::Ready => t("stage.life.ready"),
        InstanceState::Draining => t("stage.life.draining"),
        InstanceState::Stopping => t("stage.life.stopping"),
        InstanceState::BackingOff => t("stage.life.backing_off"),
        InstanceState::Broken => t("stage.life.broken"),
    }
}

/// How a try ended, as its client saw it.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Answered => t("stage.outcome.answered"),
        Outcome::Failed => t("stage.outcome.failed"),
        Outcome::Rejected => t("stage.outcome.rejected"),
        Outcome::TimedOut => t("stage.outcome.timed_out"),
    }
}

/// The failures of a pool, in two lines.
pub fn harm(harm: &Harm) -> [String; 2] {
    let first = tf("stage.harm.count", &[&harm.count, &harm.within_s]);
    let what = outcome(harm.outcome);
    let second =
        if harm.kind.is_empty() { what.to_owned() } else { tf("stage.harm.of", &[&what, &harm.kind]) };
    [first, second]
}

/// The split among the pools: `90 : 10`.
pub fn split(world: &World) -> String {
    let shares: Vec<f64> = world.pools.iter().map(|pool| pool.share).collect();
    if shares.len() < 2 {
        return t("stage.split.all").to_owned();
    }
    let number = |share: &f64| {
        let percent = share * 100.0;
        let whole = (percent - (percent + 0.5).floor()).abs() < 0.05;
        if whole || percent > 10.0 { format!("{percent:.0}") } else { format!("{percent:.1}") }
    };
    shares.iter().map(number).collect::<Vec<_>>().join(" : ")
}

/// How many instances of a pool do what, those that are ready first.
pub fn census(pool: &PoolNow) -> String {
    let all = [
        InstanceState::Ready,
        InstanceState::Warming,
        InstanceState::Pending,
        InstanceState::Pulling,
        InstanceState::Starting,
        InstanceState::Checking,
        InstanceState::Draining,
        InstanceState::Stopping,
        InstanceState::BackingOff,
        InstanceState::Broken,
    ];
    let counts = all.into_iter().map(|one| (one, pool.count(one))).filter(|(_, count)| *count > 0);
    counts.map(|(one, count)| format!("{count} {}", life(one))).collect::<Vec<_>>().join(", ")
}

/// The whole stage in a few sentences.
pub fn summary(world: &World, pool_names: PoolNames) -> String {
    let mut text = tf("stage.summary.world", &[&world.groups.len(), &world.service, &rate(world.rate)]);
    for pool in &world.pools {
        text.push(' ');
        text.push_str(&tf(
            "stage.summary.pool",
            &[
                &pool_names.name(pool.pool),
                &pool.release,
                &percent(pool.share),
                &rate(pool.rate),
                &percent(pool.busy),
                &census(pool),
            ],
        ));
        if let Some(now) = &pool.harm {
            let [count, what] = harm(now);
            text.push(' ');
            text.push_str(&tf("stage.summary.harm", &[&count, &what]));
        }
    }
    for other in &world.dependencies {
        let p99 = other.p99_s.map_or_else(|| t("stage.no_data").to_owned(), time);
        text.push(' ');
        text.push_str(&tf("stage.summary.dependency", &[&other.name, &p99]));
    }
    text
}
