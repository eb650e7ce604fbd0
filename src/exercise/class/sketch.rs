//! How alike two hand-ins are, by what their authors added to the starter: advice for a person who then looks, and no proof of anything.
//!
//! A hand-in as the lab writes it, without comments and layout, is cut into runs of four words. Those that the starter has too are left
//! out, and of the others the least hashes of several functions are kept (MinHash; Broder, "On the resemblance and containment of
//! documents", 1997): the share of equal ones estimates the share of runs that two hand-ins have in common.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Words in a run.
const RUN: usize = 4;
/// Number of hash functions.
const FUNCTIONS: u64 = 48;
/// Fewer runs than this say nothing: everybody who changes one number looks alike.
const LEAST: usize = 12;
/// From this share on two hand-ins are alike.
const ALIKE: f64 = 0.9;

/// Functions of one part of a sketch. Of 48, at most 4 differ where two hand-ins are alike, so that two of six parts of 8 are equal at least.
const OF_PART: usize = 8;

/// What is kept of a hand-in to compare it with others.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sketch {
    /// Number of different runs that the starter does not have.
    runs: usize,
    /// For each hash function the least hash of a run; empty without a run.
    least: Vec<u32>,
}

impl Sketch {
    /// The sketch of `text`, which began as `starter`; both as the lab writes them.
    pub fn of(text: &str, starter: &str) -> Self {
        let known: BTreeSet<u64> = runs(starter).collect();
        let own: BTreeSet<u64> = runs(text).filter(|run| !known.contains(run)).collect();
        let least = |function| own.iter().map(|run| (hash(&run.to_be_bytes(), function) >> 32) as u32).min();
        Self { runs: own.len(), least: (0..FUNCTIONS).filter_map(least).collect() }
    }

    /// Whether there is enough of the author's own in it to compare.
    pub const fn says_something(&self) -> bool {
        self.runs >= LEAST
    }

    /// Its parts: two hand-ins that are alike are equal in one of them at least.
    pub fn parts(&self) -> impl Iterator<Item = &[u32]> {
        self.least.chunks(OF_PART)
    }

    /// The share of runs in common, from 0 to 1, if that is so large that somebody should look.
    pub fn alike(&self, other: &Self) -> Option<f64> {
        if !self.says_something() || !other.says_something() {
            return None;
        }
        let same = self.least.iter().zip(&other.least).filter(|(one, other)| one == other).count();
        let share = same as f64 / FUNCTIONS as f64;
        (share >= ALIKE).then_some(share)
    }
}

/// The runs of words in a text, hashed.
fn runs(text: &str) -> impl Iterator<Item = u64> {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.')
        .filter(|word| !word.is_empty())
        .collect();
    let run = |run: &[&str]| hash(run.join(" ").as_bytes(), 0);
    words.windows(RUN).map(run).collect::<Vec<u64>>().into_iter()
}

/// FNV-1a, begun with the number of the function, its bits spread as MurmurHash3 ends.
fn hash(bytes: &[u8], function: u64) -> u64 {
    let begin = 0xcbf2_9ce4_8422_2325 ^ function.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash =
        bytes.iter().fold(begin, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 29)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: std::ops::Range<u32>) -> String {
        words.map(|word| format!("step_{word}: {word},\n")).collect()
    }

    #[test]
    fn a_copy_is_alike_and_other_work_is_not() {
        let starter = text(0..100);
        let of = |own: std::ops::Range<u32>| Sketch::of(&format!("{starter}{}", text(own)), &starter);
        assert_eq!(of(200..240).alike(&of(200..240)), Some(1.0));
        assert!(of(200..300).alike(&of(200..301)).is_some());
        assert_eq!(of(200..240).alike(&of(300..340)), None);
        assert_eq!(of(200..203).alike(&of(200..203)), None, "too little to tell");
        assert_eq!(Sketch::of(&starter, &starter).runs, 0);
    }

    #[test]
    fn two_that_are_alike_are_equal_in_a_part() {
        let most = FUNCTIONS as usize - (ALIKE * FUNCTIONS as f64).ceil() as usize;
        assert!(most < FUNCTIONS as usize / OF_PART, "{most} functions may differ, each in another part");
    }
}
