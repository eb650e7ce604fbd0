//! Where in a text a change goes, so that the lines around it stay as they were.

/// Where the line of the byte `at` begins.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// Whether nothing but spaces stands before the byte `at` on its line.
pub(super) fn is_own_line(text: &str, at: usize) -> bool {
    let before = &text[line_start(text, at)..at];
    at > 0 && text[..at].contains('\n') && before.chars().all(char::is_whitespace)
}

/// The beginning of the next line, when nothing but spaces and a comment stands behind the byte `at` on this one.
pub(super) fn line_end_after(text: &str, at: usize) -> Option<usize> {
    let end = at + text[at..].find('\n')?;
    let mut rest = text[at..end].trim();
    while let Some(comment) = rest.strip_prefix("/*") {
        rest = comment.split_once("*/")?.1.trim();
    }
    (rest.is_empty() || rest.starts_with("//")).then_some(end + 1)
}

/// `item` behind another one on its line.
pub(super) fn after(has_comma: bool, is_last: bool, item: &str) -> String {
    match (has_comma, is_last) {
        (false, _) => format!(", {item}"),
        (true, true) => format!(" {item}"),
        (true, false) => format!(" {item},"),
    }
}

/// `item` as the only one within brackets that open before `open` and end at `end`: a comment between them stays.
pub(super) fn before_close(text: &str, open: usize, end: usize, item: &str) -> String {
    let inside = &text[open..end.saturating_sub(1).max(open)];
    if inside.is_empty() { item.to_owned() } else { format!("{item},") }
}
