//! Buckets of groups, by the simulator's own hash.

use rollout_lab::flags::hash::bucket;

/// Seed of the hash that chooses a variant, so that who is in and what they get are independent (Unleash
/// client specification, `normalizedVariantValue`).
pub const VARIANT_SEED: u32 = 86_028_157;

/// Buckets of a percentage (Unleash client specification: percentages are whole).
pub const PERCENT: u32 = 100;

/// The bucket of an identifier in a group, from 1 to `normalizer`: that of `group:identifier` (Unleash client specification).
pub fn normalized_value(group: &str, identifier: &str, normalizer: u32, seed: u32) -> u32 {
    bucket(&[group.as_bytes(), b":", identifier.as_bytes()].concat(), normalizer, seed)
}
