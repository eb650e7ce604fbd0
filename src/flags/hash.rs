//! The hash that puts every user into a bucket, the same in every language and process (Unleash client specification).

/// Seed of the hash that decides on a strategy.
pub const STRATEGY_SEED: u32 = 0;

/// Buckets where a share may be finer than one percent.
pub const BASIS_POINTS: u32 = 10_000;

/// MurmurHash3 for x86, 32 bits (Austin Appleby, public domain).
pub fn murmur3(bytes: &[u8], seed: u32) -> u32 {
    let scramble = |k: u32| k.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593);
    let mut hash = seed;
    let mut blocks = bytes.chunks_exact(4);
    for block in &mut blocks {
        let k = u32::from_le_bytes([block[0], block[1], block[2], block[3]]);
        hash = (hash ^ scramble(k)).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
    let tail = blocks.remainder().iter().rev().fold(0, |k, byte| k << 8 | u32::from(*byte));
    if tail != 0 {
        hash ^= scramble(tail);
    }
    hash ^= bytes.len() as u32;
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}

/// The bucket of a text, from 1 to `buckets`. A share of `p` buckets holds those in the first `p`, so a share that grows never
/// removes anybody.
pub fn bucket(text: &[u8], buckets: u32, seed: u32) -> u32 {
    murmur3(text, seed) % buckets.max(1) + 1
}

/// The bucket of a user, from 1 to [`BASIS_POINTS`], of a flag whose buckets go by `group`, its own name unless it is given another
/// (Unleash `groupId` and `stickiness: userId`).
pub fn user_bucket(group: &str, user: u32) -> u32 {
    bucket(format!("{group}:{user}").as_bytes(), BASIS_POINTS, STRATEGY_SEED)
}
