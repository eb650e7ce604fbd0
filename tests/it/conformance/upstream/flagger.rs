//! Flagger's own formulas of how long a release takes. The simulator counts the ticks of the release instead, and they are
//! compared with it here.

use rollout_lab::control::strategies::flagger::progression::Progression;

/// How many intervals a good release takes at least: the greatest weight by the step, or its iterations.
pub fn least_intervals(of: &Progression) -> f64 {
    if of.iterations > 0 {
        return f64::from(of.iterations);
    }
    match of.step_weight {
        0 => of.step_weights.len() as f64,
        step => f64::from(of.max()) / f64::from(step),
    }
}

/// How many intervals it takes at most until a bad release is rolled back, once checks fail.
pub fn intervals_to_roll_back(of: &Progression) -> u32 {
    of.threshold.max(1)
}

#[test]
fn the_ticks_of_a_release_are_those_of_the_formulas() {
    for (step_weight, max_weight, threshold) in [(10, 50, 2), (5, 100, 5), (20, 60, 1)] {
        let of = Progression { step_weight, max_weight, threshold, ..Progression::default() };
        let good =
            of.run(&[]).iter().filter(|state| state.canary_weight > 0 && !state.phase.is_over()).count();
        // The last of these ticks finds the greatest weight reached, and begins to promote.
        assert!(good as f64 >= least_intervals(&of), "{of:?}: {good} ticks");
        let bad = of.run(&[false; 20]);
        let failed = bad.iter().filter(|state| state.failed_checks > 0 && !state.phase.is_over()).count();
        assert_eq!(failed as u32, intervals_to_roll_back(&of), "{of:?}");
    }
}
