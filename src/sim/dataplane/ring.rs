//! Consistent hashing: assigns keys to hosts so that few keys move when a host comes or goes.

/// The lookup table of Maglev hashing: for each slot the position in `alive` backends' numbers that owns it. Backends take
/// turns; each gets the first free slot of its permutation, so that their counts differ by at most one.
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

/// A ring of points sorted by place (ketama): the host whose point follows `point`, around the end. `None` when empty.
pub fn on_ring(ring: &[(u64, u32)], point: u64) -> Option<u32> {
    let place = ring.partition_point(|(at, _)| *at < point);
    ring.get(place).or_else(|| ring.first()).map(|(_, host)| *host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_shares_its_slots_to_within_one() {
        let offset_skip: Vec<_> =
            (0..5_u64).map(|backend| maglev_offset_skip(backend * 7919, backend * 104_729, 251)).collect();
        let table = maglev_table(251, &offset_skip, &[0, 1, 2, 3, 4]);
        let counts = [0, 1, 2, 3, 4].map(|backend| table.iter().filter(|owner| **owner == backend).count());
        assert_eq!(counts.iter().sum::<usize>(), 251);
        assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1);
    }

    #[test]
    fn a_skip_that_visits_few_slots_ends_all_the_same() {
        assert_eq!(maglev_table(4, &[(0, 2)], &[0]).len(), 4);
    }

    #[test]
    fn the_ring_goes_around() {
        let ring = [(10, 1), (20, 2)];
        assert_eq!(on_ring(&ring, 15), Some(2));
        assert_eq!(on_ring(&ring, 21), Some(1));
        assert_eq!(on_ring(&[], 21), None);
    }

    #[test]
    fn the_tables_are_those_of_the_paper() {
        // Eisenbud et al., "Maglev", table 1: offsets and skips of three backends, seven slots.
        let offset_skip = [(3, 4), (0, 2), (3, 1)];
        assert_eq!(maglev_table(7, &offset_skip, &[0, 1, 2]), [1, 0, 1, 0, 2, 2, 0]);
        assert_eq!(maglev_table(7, &offset_skip, &[0, 2]), [0, 0, 0, 0, 2, 2, 2]);
        assert_eq!(maglev_table(7, &offset_skip, &[1]), [1; 7]);
        assert!(
            maglev_table(0, &offset_skip, &[0]).is_empty() && maglev_table(7, &offset_skip, &[]).is_empty()
        );
        // Numbers beyond the size mean what is left of them.
        assert_eq!(maglev_table(7, &[(10, 11), (7, 9), (3, 8)], &[0, 1, 2]), [1, 0, 1, 0, 2, 2, 0]);
    }

    #[test]
    fn a_skip_is_never_nothing() {
        assert_eq!(maglev_offset_skip(10, 9, 7), (3, 4));
        assert_eq!(maglev_offset_skip(7, 6, 7), (0, 1));
        assert_eq!(maglev_offset_skip(9, 9, 2), (1, 1));
        assert_eq!(maglev_offset_skip(9, 9, 1), (0, 1));
    }

    #[test]
    fn a_point_itself_is_the_next() {
        let ring = [(10, 1), (20, 2)];
        assert_eq!([on_ring(&ring, 10), on_ring(&ring, 11), on_ring(&ring, 20)], [Some(1), Some(2), Some(2)]);
    }
}
