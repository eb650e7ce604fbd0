//! Which part of each cohort's users falls into which buckets of a route that keeps a user in one pool.

use crate::engine::Stream;
use crate::sim::compiled_world::CompiledWorld;
use crate::sim::proxy::bucket_of;
use crate::sim::request::cohort_of;

/// Buckets of a sticky route.
const BUCKETS: usize = 10_000;

/// The users by cohort and bucket: counted once, since a user's bucket never changes in a run.
#[derive(Clone, Debug)]
pub(super) struct Audience {
    /// Of each cohort how many users have a bucket below each number.
    below: Vec<Vec<u32>>,
}

impl Audience {
    /// Counts the users of a world; `cohorts` draws a user's cohort, `salt` is the run's.
    pub fn new(world: &CompiledWorld, cohorts: Stream, salt: u64) -> Self {
        let ends = &world.clients.cohort_ends;
        let mut below = vec![vec![0; BUCKETS + 1]; ends.len().max(1)];
        for user in 0..world.clients.users {
            let cohort = usize::from(cohort_of(ends, cohorts, user));
            below[cohort][bucket_of(salt, user) as usize + 1] += 1;
        }
        for cohort in &mut below {
            for bucket in 0..BUCKETS {
                cohort[bucket + 1] += cohort[bucket];
            }
        }
        Self { below }
    }

    /// The share of a cohort's users whose bucket is below `bucket`.
    pub fn share(&self, cohort: u8, bucket: u32) -> f64 {
        let below = &self.below[usize::from(cohort)];
        let all = below[BUCKETS].max(1);
        f64::from(below[(bucket as usize).min(BUCKETS)]) / f64::from(all)
    }
}
