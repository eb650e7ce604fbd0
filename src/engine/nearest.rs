//! The valid name nearest to a mistyped one, for "did you mean".

/// The candidate nearest to `word`, or `None` when none is near: at most a third of the letters differ (at least one
/// may), or one begins with the other. Case does not count; the first of equally near candidates wins.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let letters = word.chars().count();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let lower = candidate.to_lowercase();
        let longest = letters.max(lower.chars().count());
        let begins =
            letters >= 3 && lower.len() >= 3 && (lower.starts_with(&word) || word.starts_with(&lower));
        let distance = strsim::osa_distance(&word, &lower);
        let near = distance <= (longest / 3).max(1) || begins;
        if near && distance < longest && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_keyboard_finds_its_word() {
        let services = ["checkout", "payments", "search"];
        for (word, meant) in
            [("paymnets", "payments"), ("Search", "search"), ("check", "checkout"), ("serach", "search")]
        {
            assert_eq!(nearest(word, services), Some(meant), "{word}");
        }
    }

    #[test]
    fn another_word_finds_nothing() {
        assert_eq!(nearest("orders", ["checkout", "payments"]), None);
        assert_eq!(nearest("", ["a", "b"]), None);
        assert_eq!(nearest("x", ["a", "b"]), None);
        assert_eq!(nearest("anything", []), None);
    }

    #[test]
    fn the_first_of_equally_near_words_wins() {
        assert_eq!(nearest("v4", ["v2", "v3"]), Some("v2"));
    }
}
