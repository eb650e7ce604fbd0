//! Weights of a canary that Argo Rollouts computes from its list of steps. The simulator keeps the weight that was set last, and
//! after an abort lets it follow the stable instances as they come back.

/// The weight that stands at step `at` of the steps' weights, `None` for a step that sets none: the last one set,
/// everything once all steps are done, and nothing after an abort (`GetCurrentSetWeight`).
pub fn current_weight(weights: &[Option<u32>], at: usize, whole: u32, aborted: bool) -> u32 {
    if aborted {
        return 0;
    }
    match weights.get(..=at) {
        None => whole,
        Some(so_far) => so_far.iter().rev().copied().flatten().next().unwrap_or(0),
    }
}

/// The weight to aim for after an abort with a shrinking stable set: one step down from what the candidate still has to
/// carry, which is the greater of what its available instances stand for and what the available stable ones cannot take.
/// Nothing when either set is gone (`GetDesiredCanaryWeight`).
pub fn step_down(weights: &[u32], replicas: u32, whole: u32, available: Option<(u32, u32)>) -> u32 {
    let Some((candidate, stable)) = available else { return 0 };
    let carried = candidate.max(replicas.saturating_sub(stable));
    let needs = |weight: u32| (u64::from(weight) * u64::from(replicas)).div_ceil(u64::from(whole.max(1)));
    weights.iter().rev().copied().find(|weight| needs(*weight) < u64::from(carried)).unwrap_or(0)
}
