//! Secret seeds: a course's key and a student give seeds that nobody without the key can know, nor tell from those of others.
//!
//! HMAC-SHA256 (RFC 2104) is a pseudorandom function: any number of one student's seeds tells nothing about another's, about
//! another attempt's, or about the key.

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Exercise;
use super::essence::essence;
use crate::scenario::Scenario;

/// Label of the hash for seeds. It changes whenever the inputs of the hash do.
const SEEDS: &str = "rollout-lab seeds 1";
/// Label of the hash for fingerprints of keys.
const FINGERPRINT: &str = "rollout-lab key fingerprint 1";
/// Label of the key for signatures of results.
const RESULTS: &str = "rollout-lab results 1";
/// Seeds have this many bits, so that every program reads them exactly from JSON (RFC 8259, section 6), and there are too many to
/// try them all.
const SEED_BITS: u32 = 53;

/// A course's key, with the student and the attempt. No function shows the key.
#[derive(Clone)]
pub struct Secret {
    key: Vec<u8>,
    used: KeyUse,
}

/// The use of a key: the student and the attempt, without the key itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyUse {
    /// Fingerprint of the key: equal keys have equal ones, and it tells nothing else.
    pub key: String,
    /// The course.
    pub course: String,
    /// The student.
    pub student: String,
    /// Which attempt it is, from 1.
    pub attempt: u32,
    /// Whether results may show the seeds and what follows from them; they are then for staff only.
    #[serde(skip)]
    pub shows_worlds: bool,
}

impl Secret {
    /// The key in the text of its file, without white space around it, for one attempt of one student.
    ///
    /// # Errors
    /// A key of nothing but white space, which everybody could guess.
    pub fn new(key: &str, course: &str, student: &str, attempt: u32) -> Result<Self, String> {
        let key = key.trim().as_bytes().to_vec();
        if key.is_empty() {
            return Err(
                "the key is empty, so that everybody could guess it; write a long secret into it".to_owned()
            );
        }
        let fingerprint = mac(&key, [FINGERPRINT.as_bytes()]).finalize().into_bytes();
        let used = KeyUse {
            key: hex(&fingerprint[..4]),
            course: course.to_owned(),
            student: student.to_owned(),
            attempt,
            shows_worlds: false,
        };
        Ok(Self { key, used })
    }

    /// The same, with results that show the seeds, for staff.
    #[must_use]
    pub fn showing_worlds(mut self) -> Self {
        self.used.shows_worlds = true;
        self
    }

    /// SHA-256 (FIPS 180-4) of the key without white space around it, in hexadecimal: published at the beginning of a course, it binds the
    /// staff to the key that they publish at its end.
    pub fn commitment(&self) -> String {
        hex_sha256(&self.key)
    }

    /// Length of the key without white space around it, in bytes.
    pub fn key_bytes(&self) -> usize {
        self.key.len()
    }

    /// HMAC-SHA256 of `text` in hexadecimal, with a key that serves for signatures alone.
    pub(super) fn signature(&self, text: &[u8]) -> String {
        let key = mac(&self.key, [RESULTS.as_bytes()]).finalize().into_bytes();
        hex(&mac(&key[..], [text]).finalize().into_bytes()[..])
    }

    /// The use of this key.
    pub fn used(&self) -> KeyUse {
        self.used.clone()
    }

    /// The source of an exercise's seeds.
    pub(super) fn source(&self, exercise: &Exercise, scenario: &Scenario) -> SeedSource {
        self.source_of(&exercise.id, &exercise_hash(exercise, scenario))
    }

    fn source_of(&self, exercise: &str, revision: &str) -> SeedSource {
        let KeyUse { course, student, attempt, .. } = &self.used;
        let attempt = attempt.to_string();
        let parts = [SEEDS, course, exercise, revision, student, &attempt];
        SeedSource { mac: mac(&self.key, parts.map(str::as_bytes)) }
    }
}

/// Gives the secret seeds of one exercise, student and attempt.
#[derive(Clone)]
pub struct SeedSource {
    mac: Hmac<Sha256>,
}

impl SeedSource {
    /// Seed `number` of the case called `case`, from 0.
    pub(super) fn seed(&self, case: &str, number: u64) -> u64 {
        let mut mac = self.mac.clone();
        add(&mut mac, case.as_bytes());
        add(&mut mac, number.to_string().as_bytes());
        let bytes = mac.finalize().into_bytes();
        let first = bytes.iter().take(8).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        first >> (u64::BITS - SEED_BITS)
    }
}

/// HMAC-SHA256 with `key`, fed with `parts`.
fn mac<const N: usize>(key: &[u8], parts: [&[u8]; N]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        add(&mut mac, part);
    }
    mac
}

/// Adds a part after its length in bytes, as 64 bits with the highest first, so that no two lists of parts are one text.
fn add(mac: &mut Hmac<Sha256>, part: &[u8]) {
    mac.update(&(part.len() as u64).to_be_bytes());
    mac.update(part);
}

/// Hash of what of the exercise and its scenario changes scores: their words, comments and white space do not count.
pub(super) fn exercise_hash(exercise: &Exercise, scenario: &Scenario) -> String {
    hex_sha256(essence(exercise, scenario).to_string().as_bytes())
}

/// SHA-256 (FIPS 180-4) in 64 hexadecimal digits.
pub fn hex_sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)[..])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::sample;
    use super::*;

    fn seed(
        key: &str,
        [course, exercise, revision, student, case]: [&str; 5],
        attempt: u32,
        number: u64,
    ) -> u64 {
        let secret = Secret::new(key, course, student, attempt).unwrap();
        secret.source_of(exercise, revision).seed(case, number)
    }

    const PLAIN: [&str; 5] = ["devops", "canary", "abc", "ada", "sound"];

    /// The expected numbers are from Python's `hmac` and `hashlib`.
    #[test]
    fn seeds_and_fingerprints_are_those_of_another_implementation_of_hmac() {
        assert_eq!(seed("a long secret", PLAIN, 1, 0), 2_770_277_858_597_940);
        assert_eq!(seed("a long secret", PLAIN, 1, 4), 343_945_056_718_421);
        assert_eq!(
            seed(&"k".repeat(200), ["", "x", "", "王小明", "errors, metrics gone"], 12, 1),
            4_975_117_408_350_302
        );
        assert_eq!(Secret::new(" a long secret\n", "", "ada", 1).unwrap().used().key, "ce83fda5");
        assert_eq!(hex_sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn each_part_changes_every_seed() {
        let of = |key: &str, parts: [&str; 5], attempt| {
            (0..5).map(|n| seed(key, parts, attempt, n)).collect::<Vec<_>>()
        };
        let mut seen: BTreeSet<u64> = of("key", PLAIN, 1).into_iter().collect();
        let mut others = vec![of("other", PLAIN, 1), of("key", PLAIN, 2)];
        for part in 0..PLAIN.len() {
            let mut parts = PLAIN;
            parts[part] = "else";
            others.push(of("key", parts, 1));
        }
        // Where one part ends and the next begins counts as well.
        others.push(of("key", ["devopsc", "anary", "abc", "ada", "sound"], 1));
        for other in others {
            assert!(other.iter().all(|seed| seen.insert(*seed)), "{other:?}");
        }
        assert!(seen.iter().all(|seed| *seed < 1 << SEED_BITS));
    }

    #[test]
    fn an_empty_key_is_refused_and_no_key_is_shown() {
        for key in ["", " \n", "\t"] {
            assert!(Secret::new(key, "", "ada", 1).err().unwrap().contains("empty"));
        }
        let used = Secret::new("hunter2", "", "ada", 1).unwrap().used();
        assert!(!format!("{used:?}").contains("hunter2"));
        assert_eq!(used.key.len(), 8);
    }

    #[test]
    fn the_revision_is_of_what_the_files_say() {
        let (exercise, scenario) = (sample::exercise(), sample::scenario());
        let mut other = exercise.clone();
        other.rubric[0].points += 1.0;
        assert_ne!(exercise_hash(&exercise, &scenario), exercise_hash(&other, &scenario));
        assert_eq!(exercise_hash(&exercise, &scenario), exercise_hash(&exercise.clone(), &scenario));
    }

    #[test]
    fn no_two_students_share_a_seed() {
        let student = |name: &str| {
            let source = Secret::new("autumn", "devops", name, 1).unwrap().source_of("canary", "abc");
            (0..5).map(|number| source.seed("sound", number)).collect::<Vec<_>>()
        };
        let all: BTreeSet<u64> = (0..200).flat_map(|number| student(&format!("s{number}"))).collect();
        assert_eq!(all.len(), 1000);
    }
}
