//! Consistent hashing: which host a key belongs to, so that few keys move when a host comes or goes.

/// Where a backend looks for its slots in a Maglev table of `size` slots (Eisenbud et al., NSDI 2016, section 3.4):
/// `(offset + j * skip) mod size`. The size is a prime, so that every skip below it visits each slot once.
pub fn permutation(offset: u32, skip: u32, size: u32) -> impl Iterator<Item = u32> + Clone {
    let step = move |j: u32| ((u64::from(offset) + u64::from(j) * u64::from(skip)) % u64::from(size)) as u32;
    (0..size).map(step)
}

/// The lookup table of Maglev hashing: for each slot the position in `alive` backends' numbers that owns it. Backends
/// take turns, each the first free slot of its permutation, so that their counts differ by at most one.
///
/// `offset_skip` has the offset and skip of every backend; `alive` names those that take part, in order. Empty when none
/// does.
pub fn maglev_table(size: u32, offset_skip: &[(u32, u32)], alive: &[u32]) -> Vec<u32> {
    if alive.is_empty() || size == 0 {
        return Vec::new();
    }
    const FREE: u32 = u32::MAX;
    let mut table = vec![FREE; size as usize];
    // The slot each backend looks at next.
    let mut looks: Vec<(u32, u32, u32)> = alive
        .iter()
        .map(|backend| {
            let (offset, skip) = offset_skip[*backend as usize];
            (offset % size, skip % size, *backend)
        })
        .collect();
    let mut filled = 0;
    loop {
        for (slot, skip, backend) in &mut looks {
            let mut looked = 0;
            while table[*slot as usize] != FREE {
                *slot = ((u64::from(*slot) + u64::from(*skip)) % u64::from(size)) as u32;
                looked += 1;
                if looked > size {
                    return table;
                }
            }
            table[*slot as usize] = *backend;
            filled += 1;
            if filled == size {
                return table;
            }
        }
    }
}

/// Offset and skip of a backend whose two hashes are `first` and `second`: `first mod size` and
/// `second mod (size - 1) + 1` (Maglev paper, section 3.4).
pub const fn maglev_offset_skip(first: u64, second: u64, size: u32) -> (u32, u32) {
    let skip = if size > 1 { second % (size as u64 - 1) + 1 } else { 1 };
    ((first % size as u64) as u32, skip as u32)
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

/// A ring of points sorted by place (ketama): the host whose point follows `point`, around the end. `None` when empty.
pub fn on_ring(ring: &[(u64, u32)], point: u64) -> Option<u32> {
    let place = ring.partition_point(|(at, _)| *at < point);
    ring.get(place).or_else(|| ring.first()).map(|(_, host)| *host)
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
    fn a_table_shares_its_slots_to_within_one() {
        let offset_skip: Vec<_> =
            (0..5_u64).map(|backend| maglev_offset_skip(backend * 7919, backend * 104_729, 251)).collect();
        let table = maglev_table(251, &offset_skip, &[0, 1, 2, 3, 4]);
        let counts = owned(&table, 5);
        assert_eq!(counts.iter().sum::<u32>(), 251);
        assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1);
    }

    #[test]
    fn a_skip_that_visits_few_slots_ends_all_the_same() {
        assert_eq!(maglev_table(4, &[(0, 2)], &[0]).len(), 4);
    }

    #[test]
    fn with_one_bucket_more_only_keys_of_the_new_bucket_move() {
        for key in 0..2_000 {
            let (before, after) = (jump_hash(key * 77, 10), jump_hash(key * 77, 11));
            assert!(before == after || after == 10);
        }
    }

    #[test]
    fn the_ring_goes_around() {
        let ring = [(10, 1), (20, 2)];
        assert_eq!(on_ring(&ring, 15), Some(2));
        assert_eq!(on_ring(&ring, 21), Some(1));
        assert_eq!(on_ring(&[], 21), None);
    }
}
