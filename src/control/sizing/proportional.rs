//! Scaling a fleet in the middle of a rolling update: each version keeps its part.
//!
//! Source: `sync.go` and `deployment_util.go` of the Kubernetes Deployment controller (conformance set
//! `k8s_proportional_scaling`).

/// Instances of one version while the fleet's size changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The number that was asked for (`spec.replicas`).
    pub replicas: u32,
    /// The most that all versions together might have had before, surge included (annotation `max-replicas`).
    pub most_before: Option<u32>,
}

/// The number of instances by which a version grows or shrinks: in proportion to the fleet, surge included, rounded half
/// away from zero. `reported` is the current number of instances, used when the earlier maximum is unknown
/// (`GetReplicaSetFraction`).
pub fn fraction(desired: u32, surge: u32, part: Part, reported: u32) -> i64 {
    let replicas = i64::from(part.replicas);
    if desired == 0 {
        return -replicas;
    }
    let before = part.most_before.filter(|most| *most > 0).unwrap_or(reported);
    if before == 0 {
        return 0;
    }
    let (now, before) = (i64::from(desired) + i64::from(surge), i64::from(before));
    (2 * replicas * now + before) / (2 * before) - replicas
}

/// Whether the newest version has all instances of a fleet of unchanged size, and they are available: then all old ones
/// go (`IsSaturated`).
pub fn saturated(desired: u32, desired_before: u32, newest: u32, available: u32) -> bool {
    newest == desired && desired_before == desired && available == desired
}

/// The sizes of all versions, newest first, once the fleet is to have `desired` instances: in proportion to their sizes, the
/// largest first; the remainder of rounding goes to the largest. Of two equals the newer grows first and the older shrinks
/// first. If there is only one version, it gets the whole size; so does the newest when it is [`saturated`] (`scale`).
pub fn rescale(desired: u32, surge: u32, newest_first: &[Part], saturated: bool) -> Vec<u32> {
    let mut sizes: Vec<u32> = newest_first.iter().map(|part| part.replicas).collect();
    let mut active: Vec<usize> = (0..sizes.len()).filter(|&index| sizes[index] > 0).collect();
    match active[..] {
        [] => {
            if let Some(newest) = sizes.first_mut() {
                *newest = desired;
            }
            return sizes;
        }
        [alone] => {
            sizes[alone] = desired;
            return sizes;
        }
        _ if saturated => {
            sizes.fill(0);
            sizes[0] = desired;
            return sizes;
        }
        _ => {}
    }
    let total: i64 = sizes.iter().map(|size| i64::from(*size)).sum();
    let allowed = if desired > 0 { i64::from(desired) + i64::from(surge) } else { 0 };
    let to_add = allowed - total;
    if to_add == 0 {
        return sizes;
    }
    active.sort_by(|&a, &b| {
        let newer_first = if to_add > 0 { a.cmp(&b) } else { b.cmp(&a) };
        sizes[b].cmp(&sizes[a]).then(newer_first)
    });
    let reported = total.try_into().unwrap_or(u32::MAX);
    let mut added = 0;
    for &index in &active {
        let left = to_add - added;
        let wanted = fraction(desired, surge, newest_first[index], reported);
        let part = match left {
            0 => 0,
            _ if to_add > 0 => wanted.min(left),
            _ => wanted.max(left),
        };
        sizes[index] = apply(sizes[index], part);
        added += part;
    }
    sizes[active[0]] = apply(sizes[active[0]], to_add - added);
    sizes
}

fn apply(size: u32, change: i64) -> u32 {
    (i64::from(size) + change).clamp(0, i64::from(u32::MAX)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(sizes: &[u32], most_before: u32) -> Vec<Part> {
        sizes.iter().map(|&replicas| Part { replicas, most_before: Some(most_before) }).collect()
    }

    #[test]
    fn each_version_keeps_its_part() {
        assert_eq!(rescale(10, 0, &parts(&[2, 3], 5), false), [4, 6]);
        assert_eq!(rescale(4, 0, &parts(&[8, 1], 9), false), [4, 0]);
        assert_eq!(rescale(10, 0, &parts(&[2, 3, 2], 7), false), [3, 4, 3]);
        assert_eq!(rescale(20, 2, &parts(&[6, 6], 12), false), [11, 11]);
        assert_eq!(rescale(0, 0, &parts(&[3, 2, 1], 6), false), [0, 0, 0]);
    }

    #[test]
    fn a_version_that_stands_alone_takes_all() {
        assert_eq!(rescale(12, 3, &parts(&[10], 10), false), [12]);
        assert_eq!(rescale(12, 3, &parts(&[0, 10], 10), false), [0, 12]);
        assert_eq!(rescale(5, 3, &parts(&[0, 0], 10), false), [5, 0]);
    }
}
