//! What differs between two runs of one case, beyond the luck of its draws: when things begin, how bad they are, whom they meet.
//!
//! A [`Variation`] is plain data, so that a session holds the very world that it was recorded in. [`Case::world`] alone applies
//! it: [`Simulation::new`](super::Simulation::new) and `Plan::controllers` build what they build from that world.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Case;
use crate::engine::{Rate, Share, Span};
use crate::scenario::{Defect, DefectTrigger, Effect, Endpoints, Release, Scenario, Shape, When};

/// What was drawn for a run. What is left out is as the scenario says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Variation {
    /// When the release may begin.
    pub release_at: Option<Span>,
    /// When faults strike, and how long they last.
    pub faults: Vec<FaultVariation>,
    /// How bad the defects of the case's release are: the chance of each is multiplied by this, up to all requests; where there
    /// is no chance, its slowness, extra calls or leak.
    pub defect: Option<Share>,
    /// After how long its defects show: the uptime that they take is multiplied by this.
    pub fuse: Option<Share>,
    /// The cohort that its defects meet, in place of those that they name.
    pub cohort: Option<String>,
    /// How much traffic there is: its rate, or the number of users of a closed loop, is multiplied by this.
    pub traffic: Option<Share>,
    /// Whether nothing is wrong with anything that is deployed: no release has a defect, and proxies learn of changes as fast as by default.
    #[serde(skip_serializing_if = "is_false")]
    #[schemars(extend("default" = false))]
    pub calm: bool,
}

const fn is_false(value: &bool) -> bool {
    !*value
}

/// When a fault strikes, and how long it lasts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FaultVariation {
    /// Name of the fault.
    pub name: String,
    /// When it strikes.
    pub at: Option<Span>,
    /// How long it lasts.
    pub lasts: Option<Span>,
}

impl Variation {
    /// Whether the world is as the scenario says.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// The same without what it changes in the release that is to go out.
    pub(crate) fn without_release(&self) -> Self {
        Self { defect: None, fuse: None, cohort: None, ..self.clone() }
    }
}

impl fmt::Display for Variation {
    /// Such as `release at 6m12s, payments-brownout at 9m40s for 3m, defect x1.3`; empty when nothing was drawn.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let factor =
            |what: &str, share: Share| format!("{what} x{}", (share.fraction() * 100.0).round() / 100.0);
        let mut parts = Vec::new();
        parts.extend(self.release_at.map(|at| format!("release at {at}")));
        for fault in &self.faults {
            let at = fault.at.map_or_else(String::new, |at| format!(" at {at}"));
            let lasts = fault.lasts.map_or_else(String::new, |lasts| format!(" for {lasts}"));
            parts.push(format!("{}{at}{lasts}", fault.name));
        }
        parts.extend(self.defect.map(|share| factor("defect", share)));
        parts.extend(self.fuse.map(|share| factor("fuse", share)));
        parts.extend(self.cohort.as_ref().map(|cohort| format!("defect meets {cohort}")));
        parts.extend(self.traffic.map(|share| factor("traffic", share)));
        parts.extend(self.calm.then(|| "a day without defects".to_owned()));
        f.write_str(&parts.join(", "))
    }
}

impl Case {
    /// The scenario as it is in this case: with its variation put in.
    pub fn world<'a>(&self, scenario: &'a Scenario) -> Cow<'a, Scenario> {
        let drawn = &self.variation;
        if drawn.is_none() {
            return Cow::Borrowed(scenario);
        }
        let mut world = scenario.clone();
        world.release_at = drawn.release_at.unwrap_or(world.release_at);
        for fault in &mut world.faults {
            let Some(drawn) = drawn.faults.iter().find(|drawn| drawn.name == fault.name) else { continue };
            if let Some(at) = drawn.at {
                fault.when = When::At(at);
            }
            fault.lasts = drawn.lasts.or(fault.lasts);
        }
        if drawn.calm {
            world.releases.iter_mut().for_each(|release| release.defects.clear());
            world.services.iter_mut().for_each(|service| service.endpoints = Endpoints::default());
        }
        for release in self.releases_of(&mut world) {
            release.defects.iter_mut().for_each(|defect| vary_defect(defect, drawn));
        }
        if let Some(factor) = drawn.traffic {
            let of_case = match &self.traffic {
                Some(name) => world.traffic.iter_mut().find(|traffic| traffic.name == *name),
                None => world.traffic.first_mut(),
            };
            if let Some(traffic) = of_case {
                vary_shape(&mut traffic.shape, factor.fraction());
            }
        }
        Cow::Owned(world)
    }

    /// The releases that are to go out in this case; the baseline, which a twin names, does not.
    fn releases_of<'a>(&'a self, scenario: &'a mut Scenario) -> impl Iterator<Item = &'a mut Release> {
        let candidates = scenario.releases.iter_mut().skip(1).enumerate();
        let goes = move |place: usize, name: &String| {
            let first = self.release.as_ref().map_or(place == 0, |release| release == name);
            first || self.then.iter().any(|following| following.release == *name)
        };
        candidates.filter(move |(place, release)| goes(*place, &release.name)).map(|(_, release)| release)
    }
}

impl Defect {
    /// Whether a variation of how bad defects are changes it.
    pub(crate) fn has_size(&self) -> bool {
        self.has_chance()
            || matches!(self.then, Effect::Latency(_) | Effect::ExtraCalls { .. } | Effect::Leak { .. })
    }

    /// Whether a variation of fuses changes it.
    pub(crate) fn has_fuse(&self) -> bool {
        self.when.iter().any(|trigger| matches!(trigger, DefectTrigger::UptimeOver(_)))
            || matches!(self.then, Effect::CrashLoop { .. })
    }

    /// Whether a variation of cohorts changes it.
    pub(crate) fn has_cohorts(&self) -> bool {
        self.when.iter().any(|trigger| matches!(trigger, DefectTrigger::Cohort(_)))
    }

    fn has_chance(&self) -> bool {
        self.when.iter().any(|trigger| matches!(trigger, DefectTrigger::Chance(_)))
    }
}

fn vary_defect(defect: &mut Defect, drawn: &Variation) {
    let has_chance = defect.has_chance();
    for trigger in &mut defect.when {
        match trigger {
            DefectTrigger::Chance(share) => {
                if let Some(factor) = drawn.defect {
                    let more = share.fraction() * factor.fraction();
                    *share = Share::percent(100.0 * more.min(1.0));
                }
            }
            DefectTrigger::UptimeOver(uptime) => {
                if let Some(factor) = drawn.fuse {
                    *uptime = uptime.scaled(factor.fraction());
                }
            }
            DefectTrigger::Cohort(cohorts) => {
                if let Some(cohort) = &drawn.cohort {
                    *cohorts = vec![cohort.clone()];
                }
            }
            DefectTrigger::Kind(_)
            | DefectTrigger::InstanceRate(_)
            | DefectTrigger::Busy(_)
            | DefectTrigger::FleetAtLeast(_)
            | DefectTrigger::Clock { .. }
            | DefectTrigger::FlagOn(_)
            | DefectTrigger::BothVersions
            | DefectTrigger::DataSince(_) => {}
        }
    }
    let size = drawn.defect.filter(|_| !has_chance).map_or(1.0, Share::fraction);
    defect.then.vary(size, drawn.fuse.map(Share::fraction));
}

fn vary_shape(shape: &mut Shape, factor: f64) {
    let more = |rate: &mut Rate| *rate = Rate::per_second(rate.hertz() * factor);
    match shape {
        Shape::Constant(rate) | Shape::Daily { mean: rate, .. } => more(rate),
        Shape::Ramp { from, to, .. } => [from, to].into_iter().for_each(more),
        Shape::Spike { base, to, .. } | Shape::FlashCrowd { base, peak: to, .. } => {
            [base, to].into_iter().for_each(more);
        }
        Shape::Trace { points, .. } => points.iter_mut().for_each(|(_, rate)| more(rate)),
        Shape::Closed { users, .. } => {
            *users = (f64::from(*users) * factor).round().clamp(1.0, f64::from(u32::MAX)) as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    fn scenario() -> Scenario {
        let text = r#"(
            format: 1, id: "shop", title: "A small shop", horizon: "20m", entry: "shop", target: "shop",
            services: [(name: "shop", instances: 10, workers: 4, demand: Exponential("20ms"))],
            clients: (users: 1000, cohorts: [(name: "eu", weight: 9), (name: "us", weight: 1)]),
            traffic: [(name: "steady", shape: Constant("100/s")), (name: "crowd", shape: Spike(base: "50/s", to: "200/s", at: "5m", lasts: "1m"))],
            releases: [
                (name: "v1"),
                (name: "v2", defects: [
                    (name: "fails", when: [Chance("10%"), Cohort(["eu", "us"]), UptimeOver("4m")], then: Errors),
                    (name: "slow", then: Latency(3)),
                ]),
                (name: "v3", defects: [(name: "fails", when: [Chance("10%")], then: Errors)]),
            ],
            faults: [(name: "outage", when: At("10m"), lasts: "1m", what: Brownout(service: "shop", errors: "5%"))],
        )"#;
        use ron::extensions::Extensions;
        let extensions =
            Extensions::IMPLICIT_SOME | Extensions::UNWRAP_NEWTYPES | Extensions::UNWRAP_VARIANT_NEWTYPES;
        ron::Options::default()
            .with_default_extension(extensions)
            .from_str(text)
            .expect("the sample is valid")
    }

    fn drawn() -> Variation {
        let outage = FaultVariation {
            name: "outage".into(),
            at: Some(Span::from_secs(580)),
            lasts: Some(Span::from_secs(180)),
        };
        Variation {
            release_at: Some(Span::from_secs(372)),
            faults: vec![outage],
            defect: Some(Share::percent(130.0)),
            fuse: Some(Share::percent(50.0)),
            cohort: Some("us".into()),
            traffic: Some(Share::percent(120.0)),
            calm: false,
        }
    }

    #[test]
    fn on_a_calm_day_no_release_has_a_defect() {
        let calm = Variation { calm: true, ..Variation::default() };
        assert_eq!(calm.to_string(), "a day without defects");
        let case = Case { variation: Box::new(calm), release: Some("v2".into()), ..Case::default() };
        let world = case.world(&scenario()).into_owned();
        assert!(world.releases.iter().all(|release| release.defects.is_empty()));
        assert_eq!(world.faults, scenario().faults);
    }

    #[test]
    fn what_was_drawn_is_in_the_world_and_all_else_is_as_it_was() {
        let (scenario, traffic) = (scenario(), Some("crowd".to_owned()));
        let case =
            Case { variation: Box::new(drawn()), release: Some("v2".into()), traffic, ..Case::default() };
        let world = case.world(&scenario).into_owned();
        assert!(world.problems().is_empty(), "{:?}", world.problems());
        assert_eq!(world.release_at, Span::from_secs(372));
        assert_eq!(world.faults[0].when, When::At(Span::from_secs(580)));
        assert_eq!(world.faults[0].lasts, Some(Span::from_secs(180)));
        let defects = &world.releases[1].defects;
        assert_eq!(
            defects[0].when,
            [
                DefectTrigger::Chance(Share::percent(13.0)),
                DefectTrigger::Cohort(vec!["us".into()]),
                DefectTrigger::UptimeOver(Span::from_secs(120)),
            ]
        );
        assert_eq!(defects[1].then, Effect::Latency(3.6), "its chance is none, so its slowness grows");
        let Shape::Spike { base, to, .. } = &world.traffic[1].shape else { panic!("it was a spike") };
        assert_eq!((base.hertz(), to.hertz()), (60.0, 240.0));
        assert_eq!((&world.traffic[0], &world.releases[2]), (&scenario.traffic[0], &scenario.releases[2]));
        assert_eq!(Case::default().world(&scenario).as_ref(), &scenario);
    }

    #[test]
    fn a_variation_is_told_in_a_line_and_read_back_from_a_file() {
        assert_eq!(
            drawn().to_string(),
            "release at 6m12s, outage at 9m40s for 3m, defect x1.3, fuse x0.5, defect meets us, traffic x1.2"
        );
        assert_eq!(Variation::default().to_string(), "");
        let text = ron::to_string(&drawn()).unwrap();
        assert_eq!(ron::from_str::<Variation>(&text).unwrap(), drawn());
    }

    #[test]
    fn whatever_a_variation_can_change_is_said_to_have_it() {
        let varied = |defect: &Defect, drawn: Variation| {
            let mut other = defect.clone();
            vary_defect(&mut other, &drawn);
            other != *defect
        };
        let triggers =
            DefectTrigger::iter().map(|trigger| Defect { when: vec![trigger], ..always(Effect::Errors) });
        for mut defect in triggers.chain(Effect::iter().map(always)) {
            // The members come with empty values, which a factor does not change.
            for trigger in &mut defect.when {
                match trigger {
                    DefectTrigger::Chance(share) => *share = Share::percent(10.0),
                    DefectTrigger::UptimeOver(uptime) => *uptime = Span::from_secs(60),
                    _ => {}
                }
            }
            match &mut defect.then {
                Effect::Latency(factor) => *factor = 2.0,
                Effect::ExtraCalls { times, .. } => *times = 4,
                Effect::Leak { per_request_mb } => *per_request_mb = 1.0,
                Effect::CrashLoop { after } => *after = Span::from_secs(60),
                _ => {}
            }
            let half = Some(Share::percent(50.0));
            let of = |variation| varied(&defect, variation);
            assert_eq!(
                of(Variation { defect: half, ..Variation::default() }),
                defect.has_size(),
                "{defect:?}"
            );
            assert_eq!(of(Variation { fuse: half, ..Variation::default() }), defect.has_fuse(), "{defect:?}");
            let cohort = Some("us".to_owned());
            assert_eq!(of(Variation { cohort, ..Variation::default() }), defect.has_cohorts(), "{defect:?}");
        }
    }

    fn always(then: Effect) -> Defect {
        Defect { name: "d".to_owned(), when: Vec::new(), then }
    }
}
