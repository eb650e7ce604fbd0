//! Random streams that are pure functions of (seed, stream, entity, index).

use super::Share;

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The dice of one run: everything drawn in it derives from one seed.
#[derive(Clone, Copy, Debug)]
pub struct Chance {
    seed: u64,
}

/// One stream of draws, addressed by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    key: u64,
}

impl Chance {
    /// The dice of `seed`.
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The stream called `name` of the thing numbered `entity`.
    pub fn stream(&self, name: &str, entity: u64) -> Stream {
        let mut key = mix(self.seed ^ GOLDEN);
        for byte in name.bytes() {
            key = mix(key ^ u64::from(byte).wrapping_mul(GOLDEN));
        }
        Stream { key: mix(key ^ mix(entity.wrapping_add(GOLDEN))) }
    }
}

impl Stream {
    /// The stream whose key is `key`: how a request's own luck becomes further draws.
    pub const fn from_key(key: u64) -> Self {
        Self { key }
    }

    /// Draw number `index`: 64 uniform bits.
    #[inline]
    pub const fn bits(self, index: u64) -> u64 {
        mix(self.key.wrapping_add(index.wrapping_mul(GOLDEN)))
    }

    /// Draw number `index`, uniform in [0, 1).
    #[inline]
    pub fn unit(self, index: u64) -> f64 {
        (self.bits(index) >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Draw number `index`, uniform below `bound`.
    #[inline]
    pub const fn below(self, index: u64, bound: u64) -> u64 {
        ((self.bits(index) as u128 * bound as u128) >> 64) as u64
    }

    /// True with probability `share` on draw number `index`.
    #[inline]
    pub fn happens(self, index: u64, share: Share) -> bool {
        share.fraction() >= 1.0 || self.bits(index) < share.threshold()
    }
}

/// SplitMix64's finaliser.
#[inline]
const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
