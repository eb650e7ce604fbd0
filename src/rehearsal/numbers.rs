//! The numbers of a rehearsal's world: given, read from the manifest, or a default that is said.

use super::series::{Measured, Measuring};
use crate::control::Plan;
use crate::engine::{Share, Span};
use crate::manifest::Places;

/// The numbers that every team knows of its service; what is not given is measured, the manifest's, or a default.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Numbers {
    /// Requests a second, above 0; default 40.
    pub rps: Option<f64>,
    /// Share of requests that fails today; default 0.2 %.
    pub errors: Option<Share>,
    /// Half of the answers, and 99 of 100, come within these today, the greater last; default 80 ms and 400 ms.
    pub latency: Option<(Span, Span)>,
    /// Number of users, at least 1; default 5000.
    pub users: Option<u32>,
    /// Time until an instance can serve; default 20 s.
    pub boot: Option<Span>,
    /// Time between two scrapes of the monitoring; default 15 s.
    pub scrape: Option<Span>,
    /// Number of instances, at least 1; default the manifest's, or what its autoscaler begins with.
    pub instances: Option<u32>,
}

/// What is known or taken for granted of the world, and where that is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// A sentence, without its full stop.
    pub said: String,
    /// Where a number is from; none of what is no number.
    pub from: Option<Origin>,
    /// The argument of `rehearse` that gives it; empty where there is none.
    pub argument: &'static str,
}

/// From so many requests a second on they are drawn as counts: an hour of them one by one is more than a run may take.
const FLUID_FROM: f64 = 12_000.0;

/// The most instances where requests are simulated one by one: with so many a rehearsal takes 8 s on two cores (docs/performance.md).
const MOST_ONE_BY_ONE: u32 = 2_000;

/// The most instances, as many as `--instances` takes.
const MOST_INSTANCES: u32 = 10_000;

/// The share of an instance's workers that are busy today.
pub(super) const BUSY: f64 = 0.4;

/// The most workers of an instance.
pub(super) const MOST_WORKERS: f64 = 10_000.0;

/// The mean work of a request in seconds, of a lognormal law with this median and 99th percentile: p50 * exp(sigma^2 / 2), where p99 is
/// p50 * exp(2.3263 sigma).
pub(super) fn mean_work_s((p50, p99): (Span, Span)) -> f64 {
    let sigma = libm::log(p99.as_secs_f64() / p50.as_secs_f64()) / 2.326_347_9;
    p50.as_secs_f64() * libm::exp(sigma * sigma / 2.0)
}

/// Where a number of the world is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It was given.
    Given,
    /// It was measured.
    Measured,
    /// It stands in the manifest.
    Manifest,
    /// It is the least of the manifest's autoscaler.
    Autoscaler,
    /// It is Kubernetes' own default.
    Kubernetes,
    /// It is the default here.
    Default,
}

impl Origin {
    /// In words.
    pub const fn said(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Measured => "measured",
            Self::Manifest => "the manifest",
            Self::Autoscaler => "the least of the autoscaler",
            Self::Kubernetes => "Kubernetes' default, since the manifest has no `replicas`",
            Self::Default => "default",
        }
    }
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
    /// What is said of each.
    pub said: Vec<Stated>,
}

impl Known {
    /// Whether requests are drawn as counts.
    pub fn is_fluid(&self) -> bool {
        self.rps >= FLUID_FROM
    }

    /// The numbers alone.
    pub fn numbers(&self) -> Numbers {
        Numbers {
            rps: Some(self.rps),
            errors: Some(self.errors),
            latency: Some(self.latency),
            users: Some(self.users),
            boot: Some(self.boot),
            scrape: Some(self.scrape),
            instances: Some(self.instances),
        }
    }
}

impl Numbers {
    /// The numbers, with the manifest's and the defaults where none are given.
    pub(super) fn known(&self, plan: &Plan, places: &Places, measured: &Measured) -> Known {
        let mut said = Vec::new();
        let mut say = |argument, from, text| said.push(Stated { said: text, from, argument });
        let mut add = |argument, from, text| say(argument, Some(from), text);
        let whose = |given: bool| if given { Origin::Given } else { Origin::Default };
        let of =
            |given: bool, measured: bool| if measured && !given { Origin::Measured } else { whose(given) };
        let mean = measured.rate.as_ref().map(|of| (of.mean * 100.0).round() / 100.0);
        let rps = self.rps.or(mean).unwrap_or(40.0);
        let as_measured = measured.rate.clone().filter(|_| self.rps.is_none());
        let ends = as_measured.as_ref().map_or_else(String::new, |of| {
            format!(", between {:.1} and {:.1}, as they were measured", of.ends.0, of.ends.1)
        });
        let from = of(self.rps.is_some(), mean.is_some());
        add("--rps", from, format!("{rps} requests a second{ends}"));
        let errors = self.errors.or(measured.errors).unwrap_or(Share::percent(0.2));
        let from = of(self.errors.is_some(), measured.errors.is_some());
        add("--errors", from, format!("{errors} of them fail today"));
        let latency =
            self.latency.or(measured.latency).unwrap_or((Span::from_millis(80), Span::from_millis(400)));
        let (p50, p99) = latency;
        let from = of(self.latency.is_some(), measured.latency.is_some());
        add("--latency", from, format!("half are answered within {p50}, 99 of 100 within {p99}"));
        let users = self.users.unwrap_or(5_000);
        add("--users", whose(self.users.is_some()), format!("{users} users"));
        let boot = self.boot.unwrap_or(Span::from_secs(20));
        let from = whose(self.boot.is_some());
        add("--boot", from, format!("an instance can serve {boot} after its start"));
        let scrape = self.scrape.unwrap_or(Span::from_secs(15));
        let from = whose(self.scrape.is_some());
        add("--scrape", from, format!("metrics are scraped every {scrape}"));
        let number = |end: &str| {
            places.value(end).and_then(|text| text.parse::<u32>().ok()).filter(|count| *count > 0)
        };
        let (instances, from) = match (self.instances, number(".spec.replicas"), &plan.autoscaler) {
            (Some(given), ..) => (given, Origin::Given),
            (None, Some(count), _) => (count, Origin::Manifest),
            (None, None, Some(scaler)) => (scaler.min.max(1), Origin::Autoscaler),
            // Kubernetes: `replicas` is 1 by default.
            (None, None, None) => (1, Origin::Kubernetes),
        };
        let (asked, most) = (instances, if rps < FLUID_FROM { MOST_ONE_BY_ONE } else { MOST_INSTANCES });
        let instances = asked.min(most);
        let needed = (rps * mean_work_s(latency) / (BUSY * MOST_WORKERS)).ceil().clamp(1.0, 20_000.0) as u32;
        let (instances, from) =
            if instances < needed { (needed, Origin::Default) } else { (instances, from) };
        let noun = if instances == 1 { "instance" } else { "instances" };
        add("--instances", from, format!("{instances} {noun}"));
        if instances < asked {
            say("", None, format!("{asked} instances are more than the {most} that this rehearsal can have"));
        } else if instances > asked {
            say(
                "",
                None,
                format!(
                    "{asked} {} too few for so many requests",
                    if asked == 1 { "instance is" } else { "instances are" }
                ),
            );
        }
        let pods = if plan.probes.is_some() {
            "the manifest's"
        } else {
            "a readiness probe every 10s, as none is in the manifest"
        };
        say("", None, format!("probes: {pods}"));
        if rps >= FLUID_FROM {
            let text = "requests are drawn as counts, since so many cannot be simulated one by one (the fluid mode); leaks of memory are left out";
            say("", None, text.to_owned());
        }
        measured.notes.iter().for_each(|note| say("", None, note.clone()));
        let plain =
            |c: char| if c.is_ascii_alphanumeric() || c == '-' { c.to_ascii_lowercase() } else { '-' };
        let name: String =
            places.value(".metadata.name").unwrap_or("service").chars().take(40).map(plain).collect();
        Known { name, rps, errors, latency, users, boot, scrape, instances, measured: as_measured, said }
    }
}
