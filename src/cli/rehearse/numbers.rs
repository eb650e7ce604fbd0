//! The numbers of a rehearsal's world: given, read from the manifest, or a default that is said.

use clap::Args;

use super::series::{Measured, Measuring};

use crate::control::Plan;
use crate::engine::{Share, Span};
use crate::exercise::power::Regression;
use crate::manifest::Places;

/// The numbers that every team knows.
#[derive(Debug, Args)]
pub(super) struct Numbers {
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

/// The numbers with their defaults.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub name: String,
    pub rps: f64,
    pub errors: Share,
    pub latency: (Span, Span),
    pub users: u32,
    pub boot: Span,
    pub scrape: Span,
    pub instances: u32,
    /// The requests a second as they were measured, where they are not given.
    pub measured: Option<Measuring>,
    /// One sentence for each.
    pub said: Vec<String>,
}

fn rate(text: &str) -> Result<f64, String> {
    let number = text.trim_end_matches("/s").parse().ok();
    let sound = number.filter(|rate: &f64| (0.01..=100_000.0).contains(rate));
    sound.ok_or_else(|| "write requests a second, 0.01 to 100000, such as 40".to_owned())
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

impl Numbers {
    /// The numbers, with the manifest's and the defaults where none are given.
    pub fn known(&self, plan: &Plan, places: &Places, measured: &Measured) -> Known {
        let mut said = Vec::new();
        let whose = |given: bool| if given { "given" } else { "default" };
        let of = |given: bool, measured: bool| if measured && !given { "measured" } else { whose(given) };
        let mean = measured.rate.as_ref().map(|of| (of.mean * 100.0).round() / 100.0);
        let rps = self.rps.or(mean).unwrap_or(40.0);
        let as_measured = measured.rate.clone().filter(|_| self.rps.is_none());
        let ends = as_measured.as_ref().map_or_else(String::new, |of| {
            format!(", between {:.1} and {:.1}, as they were measured", of.ends.0, of.ends.1)
        });
        said.push(format!(
            "{rps} requests a second{ends} ({}: --rps)",
            of(self.rps.is_some(), mean.is_some())
        ));
        let errors = self.errors.or(measured.errors).unwrap_or(Share::percent(0.2));
        said.push(format!(
            "{errors} of them fail today ({}: --errors)",
            of(self.errors.is_some(), measured.errors.is_some())
        ));
        let latency =
            self.latency.or(measured.latency).unwrap_or((Span::from_millis(80), Span::from_millis(400)));
        let (p50, p99) = latency;
        said.push(format!(
            "half are answered within {p50}, 99 of 100 within {p99} ({}: --latency)",
            of(self.latency.is_some(), measured.latency.is_some())
        ));
        let users = self.users.unwrap_or(5_000);
        said.push(format!("{users} users ({}: --users)", whose(self.users.is_some())));
        let boot = self.boot.unwrap_or(Span::from_secs(20));
        said.push(format!(
            "an instance can serve {boot} after its start ({}: --boot)",
            whose(self.boot.is_some())
        ));
        let scrape = self.scrape.unwrap_or(Span::from_secs(15));
        said.push(format!("metrics are scraped every {scrape} ({}: --scrape)", whose(self.scrape.is_some())));
        let number = |end: &str| {
            places.value(end).and_then(|text| text.parse::<u32>().ok()).filter(|count| *count > 0)
        };
        let (instances, from) = match (self.instances, number(".spec.replicas"), &plan.autoscaler) {
            (Some(given), ..) => (given, "given"),
            (None, Some(count), _) => (count, "the manifest"),
            (None, None, Some(scaler)) => (scaler.min.max(1), "the least of the autoscaler"),
            // Kubernetes: `replicas` is 1 by default.
            (None, None, None) => (1, "Kubernetes' default, since the manifest has no `replicas`"),
        };
        let instances = instances.min(2_000);
        let noun = if instances == 1 { "instance" } else { "instances" };
        said.push(format!("{instances} {noun} ({from}: --instances)"));
        let pods = if plan.probes.is_some() {
            "the manifest's"
        } else {
            "a readiness probe every 10s, as none is in the manifest"
        };
        said.push(format!("probes: {pods}"));
        said.extend(measured.notes.iter().cloned());
        let plain =
            |c: char| if c.is_ascii_alphanumeric() || c == '-' { c.to_ascii_lowercase() } else { '-' };
        let name: String =
            places.value(".metadata.name").unwrap_or("service").chars().take(40).map(plain).collect();
        Known { name, rps, errors, latency, users, boot, scrape, instances, measured: as_measured, said }
    }
}
