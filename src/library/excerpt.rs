//! Parts of a file inside messages: cut texts and lists of names.

/// At most the first 40 characters.
pub(super) fn shortened(text: &str) -> &str {
    text.char_indices().nth(40).map_or(text, |(end, _)| &text[..end])
}

/// `a, b, c`.
pub(super) fn listed(names: &[&str]) -> String {
    names.join(", ")
}
