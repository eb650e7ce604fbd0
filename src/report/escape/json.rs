//! JSON that is safe to look at.

use crate::engine::is_invisible;

/// JSON whose invisible characters are written as escapes, so that the file reads on a screen as it is; its value is the same. They
/// stand in strings only, because JSON allows them nowhere else (RFC 8259, section 2). Control characters are escaped already.
pub fn visible(json: String) -> String {
    let is_plain = |c: char| !is_invisible(c) && !matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}');
    if json.chars().all(is_plain) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        match is_plain(c) {
            true => escaped.push(c),
            false => escaped.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}"))),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_stays_and_nothing_hides() {
        let text = "a\u{202e}b\u{9b}c\u{2028}\u{e0041}\u{7f}\u{1b}ü";
        let json = visible(serde_json::to_string(text).unwrap());
        assert_eq!(json, "\"a\\u202eb\\u009bc\\u2028\\udb40\\udc41\\u007f\\u001bü\"");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
