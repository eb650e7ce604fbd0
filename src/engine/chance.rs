//! Random streams that are pure functions of (seed, stream, entity, index).
//!
//! Draws have no sequence: the caller names the draw by its index. So the draws of one thing never shift those of another,
//! and two plans meet the same requests.

#[cfg(test)]
mod tests;

use std::convert::Infallible;

use rand::TryRng;

use super::Share;

/// 2^64 divided by the golden ratio, made odd: SplitMix64's step (Steele, Lea and Flood, OOPSLA 2014).
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The random draws of one run, all derived from one seed.
#[derive(Clone, Copy, Debug)]
pub struct Chance {
    seed: u64,
}

/// One stream of draws, addressed by index; draw `i` is what SplitMix64 gives `i` steps after the stream's key.
///
/// Streams are kept apart by hashing their keys. Keys that merely count up would not do: the streams of keys 1 and 2
/// resemble each other enough to move the shares of traffic by several standard deviations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    key: u64,
}

impl Chance {
    /// The draws of `seed`. All seeds are equally good, small ones too.
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The stream called `name` of the thing numbered `entity`.
    ///
    /// It costs some nanoseconds for each letter, so keep the stream where there are many draws.
    #[inline(never)]
    pub const fn stream(&self, name: &str, entity: u64) -> Stream {
        let name = name.as_bytes();
        let mut key = mix(self.seed ^ GOLDEN);
        let mut at = 0;
        while at < name.len() {
            key = mix(key ^ (name[at] as u64).wrapping_mul(GOLDEN));
            at += 1;
        }
        Stream { key: mix(key ^ entity) }
    }
}

/// Of the 2^53 draws that [`Stream::unit`] tells apart, those for which [`Stream::happens`] is true with this share.
pub fn draws_of(share: Share) -> u64 {
    libm::ceil(share.fraction() * 9_007_199_254_740_992.0) as u64
}

impl Stream {
    /// The stream whose key is `key`, which must itself be a draw: how a request's own luck becomes further draws,
    /// as in `Stream::from_key(luck).bits(PURPOSE)`.
    #[inline]
    pub const fn from_key(key: u64) -> Self {
        Self { key }
    }

    /// Draw number `index`: 64 uniform bits.
    #[inline]
    pub const fn bits(self, index: u64) -> u64 {
        mix(self.key.wrapping_add(index.wrapping_mul(GOLDEN)))
    }

    /// Draw number `index` as a stream of its own: what the thing numbered `index` draws for its several purposes.
    #[inline]
    pub const fn child(self, index: u64) -> Self {
        Self { key: self.bits(index) }
    }

    /// Draw number `index`, uniform in [0, 1), in steps of 2^-53.
    #[inline]
    pub fn unit(self, index: u64) -> f64 {
        (self.bits(index) >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Draw number `index`, uniform below `bound`; 0 when `bound` is 0. No value is more likely than another by more
    /// than `bound` in 2^64 (Lemire, ACM TOMACS 29(1) 2019, without the rejection, so that one index is one draw).
    #[inline]
    pub const fn below(self, index: u64, bound: u64) -> u64 {
        ((self.bits(index) as u128 * bound as u128) >> 64) as u64
    }

    /// True with probability `share` on draw number `index`; a draw that is true for one share is true for every larger one.
    #[inline]
    pub fn happens(self, index: u64, share: Share) -> bool {
        self.unit(index) < share.fraction()
    }

    /// True when draw number `index` is among `draws`, which [`draws_of`] has counted: what [`happens`](Self::happens) says of
    /// that share, without floats.
    #[inline]
    pub const fn is_among(self, index: u64, draws: u64) -> bool {
        self.bits(index) >> 11 < draws
    }

    /// The draws in sequence, from draw 0 on, as a generator of the crate `rand`.
    pub const fn rng(self) -> StreamRng {
        StreamRng { stream: self, next: 0 }
    }
}

/// A [`Stream`] that is read draw after draw: a generator of the crate `rand`.
///
/// A new version of `rand` may make other values of the same draws. So no draw that a digest depends on is made with it.
#[derive(Clone, Debug)]
pub struct StreamRng {
    stream: Stream,
    next: u64,
}

impl StreamRng {
    #[inline]
    fn bits(&mut self) -> u64 {
        let bits = self.stream.bits(self.next);
        self.next += 1;
        bits
    }
}

impl TryRng for StreamRng {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.bits() >> 32) as u32)
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.bits())
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), Infallible> {
        for chunk in dest.chunks_mut(8) {
            chunk.copy_from_slice(&self.bits().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

/// SplitMix64's finaliser, variant 13 of David Stafford: a bijection in which each bit of the input turns about half
/// of the output.
#[inline]
const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
