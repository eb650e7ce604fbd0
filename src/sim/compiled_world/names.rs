//! Names of a scenario as positions and bits.

use crate::scenario::Scenario;

/// Position of a service; 0 when there is none of that name.
pub(super) fn position(scenario: &Scenario, name: &str) -> u8 {
    scenario.services.iter().position(|service| service.name == name).unwrap_or(0) as u8
}
/// The positions of `wanted` among `names`, as bits.
pub(in crate::sim) fn bits_of<'a>(names: impl Iterator<Item = &'a String>, wanted: &[String]) -> u64 {
    names.zip(0..64).filter(|(name, _)| wanted.contains(name)).fold(0, |all, (_, bit)| all | 1 << bit)
}
/// The bit of a flag; 0 when there is none of that name.
pub(in crate::sim) fn flag_bit(flags: &[String], name: &str) -> u8 {
    flags.iter().position(|flag| flag == name).map_or(0, |bit| 1 << bit)
}
