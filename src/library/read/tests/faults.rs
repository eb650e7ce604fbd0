//! One fault in a good file, and the exact message that it gets.

use super::broken;

#[test]
fn one_fault_gets_one_exact_message() {
    let cases: &[(&str, &str, &str)] = &[
        (
            "steps: [",
            "stepz: [",
            "18:9: unknown field \"stepz\" in Canary; did you mean \"steps\"? (fields: steps, limit, surge, bar)",
        ),
        (
            "limit: 0.5",
            "colour: 0.5",
            "19:9: unknown field \"colour\" in Canary; delete it, or use one of the fields steps, limit, surge, bar",
        ),
        (
            "minutes: 25",
            "minuts: 25",
            "5:5: unknown field \"minuts\" in this file; did you mean \"minutes\"? (fields: format, title, minutes, \
             services, costs, strategy)",
        ),
        (
            "enabled: true",
            "enable: true",
            "11:17: unknown field \"enable\" in services[1].probes; did you mean \"enabled\"? (fields: readiness, enabled)",
        ),
        (
            "period: \"5s\", ",
            "",
            "12:28: missing field \"period\" in services[1].probes.readiness; write period: followed by a length of \
             time, such as \"90s\"",
        ),
        (
            ", failures: 3",
            "",
            "12:28: missing field \"failures\" in services[1].probes.readiness; write failures: followed by a whole number",
        ),
        (
            "title: \"Ship it /* not a comment */\",",
            "",
            "2:1: missing field \"title\" in this file; write title: followed by a text in double quotes",
        ),
        (
            "Canary(\n",
            "Canry(\n",
            "17:15: unknown name \"Canry\"; did you mean \"Canary\"? (allowed: Recreate, Canary, Flag)",
        ),
        ("North", "West", "7:46: unknown name \"West\"; write one of North, South"),
        ("Promote", "Wait(3)", "18:58: unknown name \"Wait\"; write one of Weight, Pause, Split, Promote"),
        ("\"5s\"", "5", "12:37: expected a length of time, such as \"90s\"; found the number 5"),
        (
            "\"5s\"",
            "\"5\"",
            "12:37: \"5\" is not a length of time; write a number with a unit, such as \"90s\", \"250ms\" or \"2h30m\" \
             (units: d, h, m, s, ms, us, ns)",
        ),
        ("\"5%\"", "\"5\"", "18:24: \"5\" is not a share; write a percentage, such as \"2.5%\""),
        ("\"5%\"", "5", "18:24: expected a share, such as \"2.5%\"; found the number 5"),
        ("\"120/s\"", "120", "7:29: expected a rate, such as \"120/s\"; found the number 120"),
        ("\"web\"", "web", "7:16: expected a text in double quotes; found web; write \"web\""),
        ("\"web\"", "7", "7:16: expected a text in double quotes; found the number 7; write \"7\""),
        ("minutes: 25", "minutes: 2.5", "5:14: expected a whole number; found the number 2.5"),
        (
            "minutes: 25",
            "minutes: \"25\"",
            "5:14: expected a whole number; found the text \"25\"; write 25 without quotes",
        ),
        (
            "minutes: 25",
            "minutes: -25",
            "5:14: the number -25 is outside the range of this field; write one from 0 on",
        ),
        (
            "failures: 3",
            "failures: 300",
            "12:70: the number 300 is outside the range of this field; write a smaller one",
        ),
        (
            "enabled: true",
            "enabled: \"true\"",
            "11:26: expected true or false; found the text \"true\"; write true without quotes",
        ),
        ("enabled: true", "enabled: yes", "11:26: expected true or false; found yes"),
        ("limit: 0.5", "limit: [0.5]", "19:16: expected a number; found a list, [...]"),
        (
            "limit: 0.5",
            "limit: NaN",
            "19:16: NaN is not a finite number; write an ordinary one, such as 1000000",
        ),
        (
            "limit: 0.5",
            "limit: 1e999",
            "19:16: 1e999 is not a finite number; write an ordinary one, such as 1000000",
        ),
        (
            "limit: 0.5",
            "limit: -inf",
            "19:16: -inf is not a finite number; write an ordinary one, such as 1000000",
        ),
        (
            "zones: [North, South]",
            "zones: North",
            "7:45: expected a list in square brackets, [...]; found North",
        ),
        (
            "zones: [North, South]",
            "zones: [\"North\", South]",
            "7:46: expected one of North, South; found the text \"North\"; write North without quotes",
        ),
        (
            "{ \"instance hour\": 0.1, \"page\": 5 }",
            "[]",
            "16:12: expected a map in curly brackets, {...}; found a list, [...]",
        ),
        ("\"page\"", "page", "16:36: a key here is a text; write \"page\""),
        (
            "\"page\": 5",
            "\"page\": \"5\"",
            "16:44: expected a number; found the text \"5\"; write 5 without quotes",
        ),
        (
            "\"page\"",
            "\"instance hour\"",
            "16:36: key \"instance hour\" stands here twice, first on line 16; keep one of them",
        ),
        (
            "minutes: 25",
            "format: 1",
            "5:5: field \"format\" stands here twice, first on line 3; keep one of them",
        ),
        ("Promote", "Promote()", "18:58: Promote takes nothing in brackets; write Promote"),
        ("Promote", "Promote(now: true)", "18:58: Promote takes nothing in brackets; write Promote"),
        ("Pause(\"10m\")", "Pause", "18:31: Pause needs its content in round brackets; write Pause(...)"),
        ("Pause(\"10m\")", "Pause()", "18:31: Pause needs a value in its brackets; write Pause(...)"),
        ("Split(1, 2)", "Split(1, 2, 3)", "18:57: the number 3 is more than fits here; delete it"),
        ("Split(1, 2)", "Split(1)", "18:45: Split(...) holds 2 values; found 1"),
        ("readiness: (", "readiness: Probes(", "12:28: expected round brackets, (...); found Probes(...)"),
        (
            "probes: (",
            "probes: {",
            "13:13: found \")\", but \"{\" of line 10 is still open; write \"}\" first",
        ),
        ("\"web\",", "\"web\"", "7:22: found \"load\" where a comma should be; write \",\" before it"),
        (
            "minutes: 25",
            "minutes = 25",
            "5:13: a colon stands between a field and its value; write minutes: ...",
        ),
        ("minutes: 25", "\"minutes\": 25", "5:5: field names have no quotes; write minutes:"),
        ("minutes: 25", "minutes: ", "5:5: \"minutes\" has no value; write one after it"),
        ("\"web\"", "'web'", "7:16: text goes in double quotes; write \"web\""),
        ("\"web\"", "\"web", "7:34: a text of this line is never closed; write \" where it ends"),
        (
            "/* the one behind */",
            "/* the one behind",
            "9:26: this comment is never closed; write */ where it ends",
        ),
        (
            "\"web\"",
            "\"w\\eb\"",
            "7:16: a backslash in a text begins a code such as \\n or \\\"; write \\\\ for the backslash itself",
        ),
        (
            "\"web\"",
            "\"w\\u{1b}eb\"",
            "7:16: this text contains a character that cannot be seen (U+001B); delete it",
        ),
        (
            "(\n    format",
            "(\n   @ format",
            "3:4: \"@\" has no meaning here; delete it, or put text in \"quotes\"",
        ),
        (
            "surge: \"25%\"",
            "surge: [1]",
            "20:16: expected a whole number of instances, or a percentage such as \"25%\"; found a list, [...]",
        ),
        (
            "surge: \"25%\"",
            "surge: \"25\"",
            "20:16: \"25\" is not a share; write a percentage, such as \"2.5%\"",
        ),
        (
            "surge: \"25%\"",
            "surge: 2.5",
            "20:16: expected a whole number of instances, or a percentage such as \"25%\"; found the number 2.5",
        ),
        (
            "surge: \"25%\"",
            "surge: x",
            "20:16: expected a whole number of instances, or a percentage such as \"25%\"; found x",
        ),
        (
            "bar: 250",
            "bar: (250)",
            "20:28: expected a number, or text with a unit such as \"2.5%\", \"250ms\" or \"120/s\"; found round brackets, (...)",
        ),
    ];
    let mut wrong = Vec::new();
    for (from, to, expected) in cases {
        let found = broken(from, to);
        if found != [format!("f.ron:{expected}")] {
            wrong
                .push(format!("{from} -> {to}\n  wanted {expected}\n  found  {}", found.join("\n         ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
