//! Descriptive statistics: percentiles, spread, outliers, and effect sizes.
//!
//! Source: `DescriptiveStatistics`, `EffectSizes` and `Detector` of Kayenta (conformance set `kayenta_judge_stats`).

use super::mann_whitney::MannWhitney;

/// The mean; NaN for no values.
pub fn mean(data: &[f64]) -> f64 {
    data.iter().sum::<f64>() / data.len() as f64
}

/// The variance of the sample (n - 1); 0 for one value, NaN for none.
pub fn variance(data: &[f64]) -> f64 {
    match data.len() {
        0 => f64::NAN,
        1 => 0.0,
        n => squares(data) / (n - 1) as f64,
    }
}

/// The `p`-th percentile, 0 to 100, on the straight line between the closest ranks: position p/100 * (n - 1) (R's type 7,
/// numpy's default). NaN for no values.
pub fn percentile(data: &[f64], p: f64) -> f64 {
    let mut sorted = data.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let position = (p.clamp(0.0, 100.0) / 100.0) * last as f64;
    let below = (position as usize).min(last);
    let above = (below + 1).min(last);
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}

/// Which values lie outside [Q1 - factor * IQR, Q3 + factor * IQR].
pub fn iqr_outliers(data: &[f64], factor: f64) -> Vec<bool> {
    let (q1, q3) = (percentile(data, 25.0), percentile(data, 75.0));
    let margin = factor * (q3 - q1);
    data.iter().map(|value| *value < q1 - margin || *value > q3 + margin).collect()
}

/// Which values lie outside those bounds and outside the first and the 99th percentile (`IQRDetector` with `reduceSensitivity`, as
/// `NetflixACAJudge` asks for).
pub fn far_outliers(data: &[f64], factor: f64) -> Vec<bool> {
    let (least, most) = (percentile(data, 1.0), percentile(data, 99.0));
    let beyond = data.iter().map(|value| *value < least || *value > most);
    iqr_outliers(data, factor).into_iter().zip(beyond).map(|(out, beyond)| out && beyond).collect()
}

/// Mean of the experiment over that of the control; NaN when either is 0.
pub fn mean_ratio(experiment: &[f64], control: &[f64]) -> f64 {
    let (experiment, control) = (mean(experiment), mean(control));
    if experiment == 0.0 || control == 0.0 { f64::NAN } else { experiment / control }
}

/// Common language effect size: the share of pairs in which the experiment is greater, ties counting one half.
pub fn cles(experiment: &[f64], control: &[f64]) -> f64 {
    MannWhitney::new(experiment, control).cles()
}

/// Sum of squared distances from the mean.
fn squares(data: &[f64]) -> f64 {
    let centre = mean(data);
    data.iter().map(|value| (value - centre) * (value - centre)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_lies_on_the_line_between_ranks() {
        let data = [40.0, 10.0, 30.0, 20.0];
        assert_eq!(percentile(&data, 0.0), 10.0);
        assert_eq!(percentile(&data, 50.0), 25.0);
        assert_eq!(percentile(&data, 100.0), 40.0);
        assert!(percentile(&[], 50.0).is_nan());
    }

    #[test]
    fn no_values_have_no_outliers() {
        assert!(iqr_outliers(&[], 1.5).is_empty());
    }
}
