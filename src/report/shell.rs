//! Words for a command that is printed to be copied.

/// A word quoted for a shell: as it is when no sign in it means something to one, else in single quotes.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_with_signs_of_the_shell_is_one_word() {
        assert_eq!(quoted("a/b-1.ron"), "a/b-1.ron");
        assert_eq!(quoted("my plan.ron"), "'my plan.ron'");
        assert_eq!(quoted("it's $HOME"), "'it'\\''s $HOME'");
        assert_eq!(quoted(""), "''");
    }
}
