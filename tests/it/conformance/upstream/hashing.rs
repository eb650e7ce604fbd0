//! Consistent hashing beside the simulator's own (Maglev and a ring): jump hash, what a Maglev table is like, and how few keys
//! any way of hashing must move.

/// Where a backend looks for its slots in a Maglev table of `size` slots (Eisenbud et al., NSDI 2016, section 3.4):
/// `(offset + j * skip) mod size`. The size is a prime, so that every skip below it visits each slot once.
pub fn permutation(offset: u32, skip: u32, size: u32) -> impl Iterator<Item = u32> + Clone {
    let step = move |j: u32| ((u64::from(offset) + u64::from(j) * u64::from(skip)) % u64::from(size)) as u32;
    (0..size).map(step)
}

/// How many slots each of `backends` owns.
pub fn owned(table: &[u32], backends: usize) -> Vec<u32> {
    let mut counts = vec![0; backends];
    for backend in table {
        if let Some(count) = counts.get_mut(*backend as usize) {
            *count += 1;
        }
    }
    counts
}

/// How many slots changed hands between two tables although `removed` did not own them.
pub fn extra_moves(before: &[u32], after: &[u32], removed: u32) -> u32 {
    before.iter().zip(after).filter(|(before, after)| **before != removed && before != after).count() as u32
}

/// The bucket of `key` among `buckets` (jump consistent hash, Lamping and Veach 2014); with one bucket more, only keys
/// of the new bucket move. 0 when there are no buckets.
pub fn jump_hash(mut key: u64, buckets: u32) -> u32 {
    let (mut bucket, mut next) = (0_i64, 0_i64);
    while next < i64::from(buckets) {
        bucket = next;
        key = key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        let stride = (1_u64 << 31) as f64 / ((key >> 33) + 1) as f64;
        next = ((bucket + 1) as f64 * stride) as i64;
    }
    bucket as u32
}

/// The share of keys that must move when the number of equal nodes changes: `|after - before| / max(before, after)`. No
/// way of hashing that keeps the nodes equally loaded moves fewer; ring, jump and rendezvous hashing reach it on average.
pub fn least_moved(before: u32, after: u32) -> f64 {
    let most = before.max(after);
    if most == 0 {
        return 0.0;
    }
    f64::from(before.abs_diff(after)) / f64::from(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permutation_visits_each_slot_once() {
        let mut seen: Vec<u32> = permutation(3, 4, 7).collect();
        assert_eq!(seen, [3, 0, 4, 1, 5, 2, 6]);
        seen.sort();
        assert_eq!(seen, [0, 1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn with_one_bucket_more_only_keys_of_the_new_bucket_move() {
        for key in 0..2_000 {
            let (before, after) = (jump_hash(key * 77, 10), jump_hash(key * 77, 11));
            assert!(before == after || after == 10);
        }
    }
}
