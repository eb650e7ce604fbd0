//! Sensible values of a field: the next larger and smaller one, and a few to choose from. All are choices of ours.

use crate::engine::{Rate, Share, Span};
use crate::library::knobs::Kind;

/// Lengths of time, from short to long.
const SPANS: [&str; 46] = [
    "0s", "10ms", "20ms", "50ms", "100ms", "150ms", "200ms", "250ms", "300ms", "400ms", "500ms", "750ms",
    "1s", "1500ms", "2s", "3s", "4s", "5s", "10s", "15s", "20s", "30s", "45s", "1m", "75s", "90s", "2m",
    "3m", "4m", "5m", "6m", "7m", "8m", "9m", "10m", "12m", "15m", "20m", "25m", "30m", "45m", "1h", "2h",
    "6h", "12h", "1d",
];

/// Shares, from small to large.
const SHARES: [&str; 26] = [
    "0%", "0.1%", "0.2%", "0.5%", "1%", "1.5%", "2%", "3%", "4%", "5%", "7.5%", "10%", "15%", "20%", "25%",
    "30%", "40%", "50%", "60%", "70%", "75%", "80%", "90%", "95%", "99%", "100%",
];

/// The value after `text`, or before it with `up` false: half a value counts as none. `None` where the kind has no order, where
/// `text` is no value of it, and at the ends.
pub fn next(kind: &Kind, text: &str, up: bool) -> Option<String> {
    match kind {
        Kind::Maybe(inner) => next(inner, text, up),
        Kind::Span | Kind::Time => span(text, up),
        Kind::Share => share(text, up),
        Kind::Rate => rate(text, up),
        Kind::Amount if text.ends_with('%') => share(text, up),
        Kind::Amount => whole(text, up, 0),
        Kind::Level if text.ends_with('%') => share(text, up),
        Kind::Level if text.contains('/') => rate(text, up),
        Kind::Level if text.parse::<f64>().is_err() => span(text, up),
        Kind::Level | Kind::Number => number(text, up),
        // A failure limit of -1 is none; what a field does not allow is said at the field.
        Kind::Whole(of) => whole(text, up, if of.starts_with('u') { 0 } else { -1 }),
        Kind::Switch
        | Kind::Text
        | Kind::List(_)
        | Kind::Map(_)
        | Kind::Tuple(_)
        | Kind::Group(_)
        | Kind::Choice(_)
        | Kind::Other => None,
    }
}

/// A few values to choose from, `text` being the present one; none where nothing is sensible everywhere.
pub fn suggested(kind: &Kind, text: &str) -> &'static [&'static str] {
    match kind {
        Kind::Maybe(inner) => suggested(inner, text),
        Kind::Span | Kind::Time => &["5s", "15s", "30s", "1m", "2m", "5m", "10m", "15m"],
        Kind::Share => &["1%", "5%", "10%", "25%", "50%", "100%"],
        Kind::Rate => &["1/s", "5/s", "10/s", "50/s", "100/s"],
        Kind::Amount => &["1", "2", "3", "25%", "50%", "100%"],
        Kind::Level if text.contains('/') => &["1/s", "5/s", "10/s", "50/s", "100/s"],
        Kind::Level if text.parse::<Span>().is_ok() => &["250ms", "500ms", "1s", "2s", "3s", "5s"],
        Kind::Level => &["0.5%", "1%", "2%", "3%", "5%", "10%"],
        Kind::Switch
        | Kind::Whole(_)
        | Kind::Number
        | Kind::Text
        | Kind::List(_)
        | Kind::Map(_)
        | Kind::Tuple(_)
        | Kind::Group(_)
        | Kind::Choice(_)
        | Kind::Other => &[],
    }
}

/// The rung above or below `now`; `of` measures a rung.
fn rung(rungs: &[&str], now: f64, up: bool, of: impl Fn(&str) -> Option<f64>) -> Option<String> {
    let measured = rungs.iter().filter_map(|text| of(text).map(|size| (size, *text)));
    let found = if up {
        measured.into_iter().find(|(size, _)| *size > now * (1.0 + 1e-9))
    } else {
        measured.into_iter().filter(|(size, _)| *size < now * (1.0 - 1e-9)).last()
    };
    found.map(|(_, text)| text.to_owned())
}

fn span(text: &str, up: bool) -> Option<String> {
    let size = |text: &str| text.parse::<Span>().ok().map(Span::as_secs_f64);
    rung(&SPANS, size(text)?, up, size)
}

fn share(text: &str, up: bool) -> Option<String> {
    let size = |text: &str| text.parse::<Share>().ok().map(Share::fraction);
    rung(&SHARES, size(text)?, up, size)
}

fn whole(text: &str, up: bool, least: i64) -> Option<String> {
    let now: i64 = text.trim().replace('_', "").parse().ok()?;
    let next = if up { now.checked_add(1)? } else { now.checked_sub(1)? };
    (next >= least).then(|| next.to_string())
}

/// A tenth more or less below ten, one from there on.
fn number(text: &str, up: bool) -> Option<String> {
    let now: f64 = text.trim().replace('_', "").parse().ok().filter(|now: &f64| now.is_finite())?;
    let is_small = now.abs() < 10.0 || (now.abs() < 10.05 && !up);
    let by = if is_small { 0.1 } else { 1.0 };
    let next = now + if up { by } else { -by };
    (next >= 0.0 || now < 0.0).then(|| format!("{:?}", (next * 10.0).round() / 10.0))
}

/// The next of 1, 2, 5, 10, 20, 50 and so on, in the same unit.
fn rate(text: &str, up: bool) -> Option<String> {
    text.parse::<Rate>().ok()?;
    let (count, unit) = text.trim().split_once('/')?;
    let now: f64 = count.trim().parse().ok()?;
    let rungs: Vec<String> =
        (0..6).flat_map(|zeros| [1, 2, 5].map(|first| format!("{first}{}", "0".repeat(zeros)))).collect();
    let rungs: Vec<&str> = std::iter::once("0").chain(rungs.iter().map(String::as_str)).collect();
    let next = rung(&rungs, now, up, |text| text.parse().ok())?;
    Some(format!("{next}/{unit}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Level;

    fn whole_of(of: &str) -> Kind {
        Kind::Whole(of.to_owned())
    }

    #[test]
    fn a_step_goes_to_the_next_sensible_value_and_stops_at_the_ends() {
        for (kind, text, up, down) in [
            (Kind::Span, "90s", Some("2m"), Some("75s")),
            (Kind::Span, "80s", Some("90s"), Some("75s")),
            (Kind::Span, "0s", Some("10ms"), None),
            (Kind::Span, "1", None, None),
            (Kind::Share, "33%", Some("40%"), Some("30%")),
            (Kind::Share, "100%", None, Some("99%")),
            (Kind::Rate, "120/m", Some("200/m"), Some("100/m")),
            (Kind::Rate, "0/s", Some("1/s"), None),
            (Kind::Amount, "3", Some("4"), Some("2")),
            (Kind::Amount, "0", Some("1"), None),
            (Kind::Amount, "25%", Some("30%"), Some("20%")),
            (Kind::Level, "250ms", Some("300ms"), Some("200ms")),
            (Kind::Level, "2%", Some("3%"), Some("1.5%")),
            (Kind::Level, "10/s", Some("20/s"), Some("5/s")),
            (Kind::Level, "1.5", Some("1.6"), Some("1.4")),
            (Kind::Number, "10.0", Some("11.0"), Some("9.9")),
            (Kind::Number, "0.0", Some("0.1"), None),
            (whole_of("u32"), "0", Some("1"), None),
            (whole_of("i32"), "0", Some("1"), Some("-1")),
            (Kind::Maybe(Box::new(Kind::Span)), "1m", Some("75s"), Some("45s")),
            (Kind::Text, "5s", None, None),
        ] {
            assert_eq!(next(&kind, text, true).as_deref(), up, "{kind:?} after {text}");
            assert_eq!(next(&kind, text, false).as_deref(), down, "{kind:?} before {text}");
        }
    }

    #[test]
    fn the_rungs_rise_and_every_suggestion_is_a_value_of_its_kind() {
        let spans = SPANS.map(|text| text.parse::<Span>().unwrap());
        assert!(spans.is_sorted_by(|a, b| a < b));
        let shares = SHARES.map(|text| text.parse::<Share>().unwrap().fraction());
        assert!(shares.is_sorted_by(|a, b| a < b));
        assert!(suggested(&Kind::Span, "").iter().all(|text| text.parse::<Span>().is_ok()));
        assert!(suggested(&Kind::Share, "").iter().all(|text| text.parse::<Share>().is_ok()));
        assert!(suggested(&Kind::Rate, "").iter().all(|text| text.parse::<Rate>().is_ok()));
        let is_amount = |text: &&str| text.parse::<u32>().is_ok() || text.parse::<Share>().is_ok();
        assert!(suggested(&Kind::Amount, "").iter().all(is_amount));
        for now in ["", "2%", "1s", "3/s"] {
            let all = suggested(&Kind::Level, now);
            assert!(!all.is_empty() && all.iter().all(|text| text.parse::<Level>().is_ok()), "{now}");
        }
        assert!(suggested(&Kind::Text, "").is_empty());
    }
}
