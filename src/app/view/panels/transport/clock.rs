//! How times are written, and where the ticks of a time axis stand.

use crate::engine::{Span, Time};

/// `mm:ss`, or `h:mm:ss` from an hour on, so that a running clock keeps its width.
pub fn clock(time: Time) -> String {
    let text = time.to_string();
    if text.len() < 5 { format!("0{text}") } else { text }
}

/// The time that a person wrote: seconds, `mm:ss` or `h:mm:ss`.
pub fn read(text: &str) -> Option<Time> {
    let mut seconds = 0_u64;
    let parts: Vec<&str> = text.trim().split(':').collect();
    if parts.len() > 3 {
        return None;
    }
    for part in parts {
        let part: u32 = part.parse().ok()?;
        seconds = seconds * 60 + u64::from(part);
    }
    // More than any run lasts.
    (seconds < 1_000_000_000).then(|| Time::from_secs(seconds))
}

/// The round distances of marks on an axis of time, in seconds.
const STEPS: [u64; 14] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600];

/// The least round distance with at most `most` marks over `span`.
pub fn tick_step(span: Span, most: usize) -> Span {
    let fits = |step: &&u64| span.0 / (**step * 1_000_000_000) <= most.max(1) as u64;
    Span::from_secs(STEPS.iter().find(fits).copied().unwrap_or(86_400))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_it_is_shown() {
        for seconds in [0, 9, 59, 60, 522, 3599, 3600, 7384] {
            let time = Time::from_secs(seconds);
            assert_eq!(read(&clock(time)), Some(time), "{}", clock(time));
        }
        assert_eq!(clock(Time::from_secs(522)), "08:42");
        assert_eq!(read(" 90 "), Some(Time::from_secs(90)));
        for wrong in ["", "a", "1:", "1:2:3:4", "-5", "1.5", "9999999999", "4000000000:00:00"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn marks_of_an_axis_are_round_and_not_too_many() {
        assert_eq!(tick_step(Span::from_secs(1800), 8), Span::from_secs(300));
        assert_eq!(tick_step(Span::from_secs(7200), 5), Span::from_secs(1800));
        assert_eq!(tick_step(Span::from_secs(7200), 0), Span::from_secs(7200));
    }
}
