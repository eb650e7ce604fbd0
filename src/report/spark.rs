//! Sparklines: a series of values as one line of bars.

use super::style::TextStyle;

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ASCII_BARS: [char; 8] = ['_', '.', ':', '-', '=', '+', '*', '#'];

/// One bar for each value, on a scale from 0 to `top`. Zero is the lowest bar, a value above zero at least the second; `None` is
/// a space.
pub fn spark(values: &[Option<f64>], top: f64, style: TextStyle) -> String {
    let bars = if style.unicode { BARS } else { ASCII_BARS };
    let bar = |value: &Option<f64>| match value {
        None => ' ',
        Some(value) if *value > 0.0 && top > 0.0 => {
            let height = (value / top * 7.0).ceil().clamp(1.0, 7.0);
            bars[height as usize]
        }
        Some(_) => bars[0],
    };
    values.iter().map(bar).collect()
}

/// Sorts points `(position from 0 to 1, part, whole)` into `count` equal buckets and gives the sum of parts over the sum of
/// wholes of each; `None` where the sum of wholes is zero.
pub fn ratios(points: impl Iterator<Item = (f64, f64, f64)>, count: usize) -> Vec<Option<f64>> {
    let mut sums = vec![(0.0, 0.0); count];
    for (position, part, whole) in points {
        let index = ((position * count as f64) as usize).min(count.saturating_sub(1));
        sums[index].0 += part;
        sums[index].1 += whole;
    }
    sums.into_iter().map(|(part, whole)| (whole > 0.0).then(|| part / whole)).collect()
}

/// The highest value; 0 without values.
pub fn highest(values: &[Option<f64>]) -> f64 {
    values.iter().flatten().copied().fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_rise_with_the_values_and_anything_is_more_than_nothing() {
        let values = [Some(0.0), Some(0.001), Some(0.5), Some(1.0), None];
        assert_eq!(spark(&values, 1.0, TextStyle::PLAIN), "▁▂▅█ ");
        assert_eq!(spark(&values, 1.0, TextStyle::ASCII), "_.=# ");
        assert_eq!(spark(&[Some(0.0)], 0.0, TextStyle::PLAIN), "▁");
    }

    #[test]
    fn buckets_weigh_points_by_their_wholes() {
        let points = [(0.0, 1.0, 10.0), (0.1, 3.0, 10.0), (0.9, 1.0, 2.0), (1.0, 1.0, 2.0)];
        assert_eq!(ratios(points.into_iter(), 4), [Some(0.2), None, None, Some(0.5)]);
    }
}
