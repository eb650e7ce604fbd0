//! Slips of the pen, and what is said of them.

use super::*;

/// The flaws of a text, each as `offset code message`.
fn flaws(text: &str) -> Vec<String> {
    let (_, findings) = outline(text);
    findings.flaws.iter().map(|flaw| format!("{} {} {}", flaw.at, flaw.code, flaw.message)).collect()
}

#[test]
fn slips_of_the_pen_are_all_reported_and_mended() {
    let text = "(a = 1, \"b\": 2 c: 3,, d: 'text')";
    assert_eq!(
        flaws(text),
        [
            "25 syntax text goes in double quotes; write \"text\"",
            "3 syntax a colon stands between a field and its value; write a: ...",
            "8 syntax field names have no quotes; write b:",
            "15 syntax found \"c\" where a comma should be; write \",\" before it",
            "20 syntax a comma with nothing before it; delete it",
        ]
    );
    assert!(!outline(text).1.fatal);
}

#[test]
fn brackets_that_do_not_match_name_the_one_still_open() {
    assert_eq!(
        flaws("(a: [\n (b: 1,\n ],\n)"),
        ["15 syntax found \"]\", but \"(\" of line 2 is still open; write \")\" first"]
    );
    assert_eq!(flaws("(a: [1, 2"), ["4 syntax this \"[\" is never closed; write \"]\""]);
    assert_eq!(flaws("(a: 1))"), ["6 syntax this \")\" closes nothing; delete it, or open it before"]);
    assert_eq!(flaws(" "), ["0 syntax the file is empty; write one value in round brackets, (...)"]);
    assert_eq!(
        flaws("(a: 1) b"),
        ["7 syntax the file's value has ended; put all of it inside one pair of round brackets"]
    );
}

#[test]
fn repeated_fields_and_keys_are_refused() {
    assert_eq!(
        flaws("(a: 1,\nb: {\"k\": 1, \"k\": 2}, a: 3)"),
        [
            "19 duplicate-key key \"k\" stands here twice, first on line 2; keep one of them",
            "28 duplicate-key field \"a\" stands here twice, first on line 1; keep one of them",
        ]
    );
}

#[test]
fn limits_hold_before_anything_is_parsed() {
    let deep = format!("{}{}", "[".repeat(65), "]".repeat(65));
    assert_eq!(flaws(&deep), ["64 too-deep brackets inside brackets, more than 64 deep; make it flatter"]);
    assert!(flaws(&format!("{}{}", "[".repeat(64), "]".repeat(64))).is_empty());
    let long = format!("[{}]", "1,".repeat(10_001));
    assert_eq!(flaws(&long), ["0 too-large 10001 items; at most 10000 are allowed; leave some out"]);
    let wide = format!("(a: \"{}\")", "x".repeat(4097));
    assert_eq!(flaws(&wide), ["4 too-large a text of 4097 bytes; at most 4096 are allowed; shorten it"]);
    let large = " ".repeat(256 * 1024 + 1);
    assert_eq!(
        flaws(&large),
        ["0 too-large the file has 262145 bytes; at most 262144 (256 KiB) are read; make it smaller"]
    );
    assert_eq!(
        flaws("(a: \"x\0y\")"),
        ["4 control-character this text contains a character that cannot be seen (U+0000); delete it"]
    );
}

#[test]
fn a_key_without_a_value_is_left_out() {
    assert_eq!(flaws("(a: , b: 2)"), ["1 syntax \"a\" has no value; write one after it"]);
}
