//! Envoy's locality-weighted load, which no proxy of the simulator has.

/// How load is spread over localities of one level, in percent: by
/// `weight * min(100, overprovisioning * available)`. All zero when nothing is available.
///
/// `localities` are weights and available percentages (0 to 100).
pub fn locality_load(localities: &[(f64, f64)], overprovisioning_percent: u32) -> Vec<f64> {
    let factor = f64::from(overprovisioning_percent) / 100.0;
    let effective = |(weight, available): &(f64, f64)| weight * (factor * available).min(100.0);
    let all: f64 = localities.iter().map(effective).sum();
    localities
        .iter()
        .map(|locality| if all > 0.0 { 100.0 * effective(locality) / all } else { 0.0 })
        .collect()
}
