//! The zones of a rehearsal's world: those that the manifest asks for, or hosts where its two sides keep out of each other's.

use super::numbers::{Origin, Stated};
use crate::control::{Plan, Strategy};
use crate::manifest::Zones;
use crate::sim::AntiAffinity;

/// The most zones of a world.
const MOST: u32 = 32;

/// The zones of a world.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    /// Their names; none for a world of one.
    pub names: Vec<String>,
    /// What is said of them.
    pub said: Option<Stated>,
}

/// The zones for `plan` with so many `instances`, of which its pods ask for some. Where no candidate may stand beside the baseline, the zones
/// are hosts (Argo Rollouts, `antiAffinity`), with room for both sides; where that is more than a world has, the rule is taken out of the plan.
pub(super) fn zones(plan: &mut Plan, instances: u32, asked: Option<Zones>) -> Places {
    let stated = |said, from| Some(Stated { said, from, argument: "" });
    let apart = match &mut plan.strategy {
        Strategy::Canary(canary) => Some(&mut canary.anti_affinity),
        Strategy::BlueGreen(blue_green) => Some(&mut blue_green.anti_affinity),
        _ => None,
    };
    if let Some(apart) = apart.filter(|apart| **apart == Some(AntiAffinity::Required)) {
        if instances >= MOST {
            *apart = None;
            let said = "the two sides may share hosts: to keep so many instances apart takes more hosts than a world has".to_owned();
            return Places { names: Vec::new(), said: stated(said, None) };
        }
        let hosts = (instances * 2).min(MOST);
        let names = (1..=hosts).map(|number| format!("host-{number}")).collect();
        let said =
            format!("{hosts} hosts, so that the candidate finds some without the baseline (`antiAffinity`)");
        return Places { names, said: stated(said, Some(Origin::Default)) };
    }
    let Some(Zones { names, told }) = asked else { return Places::default() };
    let said = format!("its zones ({}): {}", names.len(), names.join(", "));
    Places { said: stated(said, Some(if told { Origin::Manifest } else { Origin::Default })), names }
}
