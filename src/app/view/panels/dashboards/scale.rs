//! Round axis limits, and how values are written.

use crate::app::model::charts::Topic;
use crate::exercise::format::{decimal, lasting, percent};

/// A round top for an axis from zero that holds `most`, and the distance of its lines: three or four of them.
pub fn axis(most: f64, topic: Topic) -> (f64, f64) {
    let least = match topic {
        Topic::Errors => 0.01,
        Topic::Exposure | Topic::Flag => return (1.0, 0.5),
        Topic::Budget => 2.0,
        Topic::Saturation => return (most.max(1.0), 0.5),
        Topic::Latency => 0.01,
        Topic::Requests | Topic::Capacity => 1.0,
        Topic::Cost => 0.1,
    };
    let most = most.max(least) * 1.02;
    let mut unit = 1e-4;
    loop {
        for factor in [1.0, 2.0, 5.0] {
            let step = unit * factor;
            if most <= step * 4.0 {
                let top = (most / step).ceil() * step;
                // No more than all requests can fail.
                return if topic == Topic::Errors && top > 1.0 { (1.0, 0.5) } else { (top, step) };
            }
        }
        unit *= 10.0;
    }
}

/// A value of a chart, with its unit.
pub fn written(topic: Topic, value: f64, currency: &str) -> String {
    match topic {
        Topic::Requests | Topic::Capacity => format!("{}/s", decimal(value, usize::from(value < 10.0))),
        Topic::Errors | Topic::Exposure | Topic::Saturation | Topic::Flag => percent(value),
        Topic::Budget => format!("{}×", decimal(value, 1)),
        Topic::Latency => lasting(value),
        Topic::Cost => format!("{} {currency}/h", decimal(value, 2)),
    }
}

/// A value beside an axis: short, and without the unit, which the title has.
pub fn beside(topic: Topic, value: f64) -> String {
    match topic {
        Topic::Requests | Topic::Capacity | Topic::Cost => decimal(value, 2),
        Topic::Errors | Topic::Exposure | Topic::Saturation | Topic::Flag => {
            format!("{}%", decimal(value * 100.0, 2))
        }
        Topic::Budget => format!("{}×", decimal(value, 1)),
        Topic::Latency => lasting(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_holds_its_values_with_few_round_lines() {
        for most in [0.0, 0.0004, 0.031, 0.4, 1.0, 3.0, 240.0, 4999.0, 1e7] {
            for topic in [Topic::Errors, Topic::Requests, Topic::Latency, Topic::Cost] {
                // A share ends at the whole.
                if topic == Topic::Errors && most > 1.0 {
                    continue;
                }
                let (top, step) = axis(most, topic);
                assert!(top >= most && top / step <= 4.001 && top > 0.0, "{most} {topic:?}: {top} {step}");
            }
        }
        assert_eq!(axis(240.0, Topic::Requests), (300.0, 100.0));
        assert_eq!(axis(1.0, Topic::Errors), (1.0, 0.5));
    }

    #[test]
    fn values_have_their_units() {
        assert_eq!(written(Topic::Errors, 0.031, ""), "3.1%");
        assert_eq!(written(Topic::Requests, 239.7, ""), "240/s");
        assert_eq!(written(Topic::Latency, 0.168, ""), "168ms");
        assert_eq!(written(Topic::Cost, 1.2, "EUR"), "1.2 EUR/h");
    }
}
