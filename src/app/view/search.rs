//! Searches commands by name, for the palette.

/// How well `name` answers what was written: each word of it must be there, letters in order; more for words that begin
/// with it and for letters side by side. None when it does not answer.
pub fn answers(written: &str, name: &str) -> Option<u32> {
    let name: Vec<char> = name.to_lowercase().chars().collect();
    written.to_lowercase().split_whitespace().map(|word| found(word, &name)).sum()
}

fn found(word: &str, name: &[char]) -> Option<u32> {
    let word: Vec<char> = word.chars().collect();
    let begins = |at: usize| at == 0 || !name[at - 1].is_alphanumeric();
    let whole = name.windows(word.len()).enumerate().filter(|(_, part)| *part == word.as_slice());
    let best = whole.map(|(at, _)| if begins(at) { 300 } else { 200 }).max();
    let joined: Vec<char> = name.iter().copied().filter(|letter| letter.is_alphanumeric()).collect();
    let joined = joined.windows(word.len()).any(|part| part == word.as_slice()).then_some(100);
    best.or(joined).or_else(|| {
        let (mut at, mut points) = (0, 0);
        for letter in &word {
            let next = name[at..].iter().position(|other| other == letter)?;
            points += if begins(at + next) { 10 } else { 2 } + u32::from(next == 0) * 5;
            at += next + 1;
        }
        Some(points)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_answer_better_than_scattered_letters_and_a_missing_letter_does_not() {
        let whole = answers("roll", "Roll back").unwrap();
        let inside = answers("back", "Playback").unwrap();
        let scattered = answers("rlb", "Roll back").unwrap();
        assert!(whole > inside && inside > scattered, "{whole} {inside} {scattered}");
        assert_eq!(answers("rollz", "Roll back"), None);
        assert!(answers("back roll", "Roll back").is_some());
        assert_eq!(answers("", "Roll back"), Some(0));
    }
}
