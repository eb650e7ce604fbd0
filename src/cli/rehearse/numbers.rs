//! The arguments of `rehearse` that are numbers, and how each is written.

use clap::Args;

use crate::engine::{Share, Span};
use crate::exercise::power::Regression;
use crate::rehearsal::Numbers;

/// The numbers that every team knows.
#[derive(Debug, Args)]
pub(super) struct Given {
    /// Requests a second; default 40
    #[arg(long, value_name = "RATE", value_parser = rate)]
    rps: Option<f64>,
    /// Share of requests that fails today; default 0.2%
    #[arg(long, value_name = "SHARE", value_parser = share)]
    errors: Option<Share>,
    /// Latency today; default p50=80ms,p99=400ms
    #[arg(long, value_name = "p50=T,p99=T", value_parser = latency)]
    latency: Option<(Span, Span)>,
    /// Number of users; default 5000
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    users: Option<u32>,
    /// Time until an instance can serve; default 20s
    #[arg(long, value_name = "TIME")]
    boot: Option<Span>,
    /// Time between two scrapes of the monitoring; default 15s
    #[arg(long, value_name = "TIME")]
    scrape: Option<Span>,
    /// Number of instances; default the manifest's, or what its autoscaler begins with
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    instances: Option<u32>,
}

fn rate(text: &str) -> Result<f64, String> {
    let number = text.trim_end_matches("/s").parse().ok();
    let sound = number.filter(|rate: &f64| (0.01..=10_000_000.0).contains(rate));
    sound.ok_or_else(|| "write requests a second, 0.01 to 10000000, such as 40".to_owned())
}

/// A share such as `1%`.
pub(super) fn share(text: &str) -> Result<Share, String> {
    let share = text.parse::<Share>().ok().filter(|share| *share <= Share::ALL);
    share.ok_or_else(|| "write a share, 0% to 100%, such as 1%".to_owned())
}

fn latency(text: &str) -> Result<(Span, Span), String> {
    let of = |name: &str| {
        let part = text.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))?;
        part.parse::<Span>().ok().filter(|span| !span.is_zero())
    };
    let both = of("p50").zip(of("p99")).filter(|(p50, p99)| p50 < p99);
    both.ok_or_else(|| "write both quantiles, the greater last, such as p50=80ms,p99=400ms".to_owned())
}

/// The time until a new revision comes.
pub(super) fn revision(text: &str) -> Result<Span, String> {
    let (least, most) = (Span::from_secs(1), Span::from_secs(2 * 3_600));
    let span = text.parse::<Span>().ok().filter(|span| (least..=most).contains(span));
    span.ok_or_else(|| "write a time, 1s to 2h, such as 3m".to_owned())
}

/// A regression such as `errors=1%`.
pub(super) fn regression(text: &str) -> Result<Regression, String> {
    let why = || "write errors=1%, latency=1.5, crash=1%, leak=0.5, group=20% or wrong=10%".to_owned();
    let (kind, size) = text.split_once('=').ok_or_else(why)?;
    let share = || size.parse::<Share>().ok().filter(|share| *share > Share::ZERO && *share <= Share::ALL);
    let number = |least: f64| size.parse::<f64>().ok().filter(|number| *number > least && *number <= 1_000.0);
    let found = match kind {
        "errors" => share().map(Regression::Errors),
        "latency" => number(1.0).map(Regression::Slower),
        "crash" => share().map(Regression::Crash),
        "leak" => number(0.0).map(Regression::Leak),
        "group" => share().map(Regression::Group),
        "wrong" => share().map(Regression::Wrong),
        _ => None,
    };
    found.ok_or_else(why)
}

impl Given {
    /// The numbers that were given.
    pub fn numbers(&self) -> Numbers {
        let Self { rps, errors, latency, users, boot, scrape, instances } = *self;
        Numbers { rps, errors, latency, users, boot, scrape, instances }
    }
}
