//! The page tells its goals, its remarks with their lines, and what it cannot know, in every form.

use super::*;

fn page() -> Rehearsal {
    let remark =
        Remark { file: "a.yaml".to_owned(), place: (7, 3), code: "luck", said: "luck <b> | x".to_owned() };
    Rehearsal {
        files: vec!["a.yaml".to_owned()],
        title: "Rollout shop".to_owned(),
        world: vec![Stated { said: "40 requests a second".to_owned(), from: None, argument: "" }],
        read: vec![],
        why_not: vec![remark],
        power: None,
        goals: vec![Met { said: "caught in 3 of 12 runs".to_owned(), met: false }],
        currency: "USD".to_owned(),
    }
}

#[test]
fn every_form_tells_the_goal_and_the_line() {
    let of = page();
    let forms = [text(&of, TextStyle::PLAIN), markdown(&of), json(&of), html(&of)];
    for form in &forms {
        for wanted in [
            "caught in 3 of 12 runs",
            "Rollout shop",
            "40 requests a second",
            "cannot tell that your release is good",
        ] {
            assert!(form.replace(['\n', ' '], "").contains(&wanted.replace(' ', "")), "{wanted}: {form}");
        }
    }
    assert!(forms[0].contains("a.yaml:7: luck"), "{}", forms[0]);
    assert!(!forms[3].contains("<b>") && forms[1].contains("&lt;b&gt;"), "no text becomes markup");
    assert!(forms[1].contains("\n- **missed**: caught in 3 of 12 runs\n"), "{}", forms[1]);
    let log: serde_json::Value = serde_json::from_str(&sarif(&of)).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    assert_eq!(results[0]["locations"][0]["physicalLocation"]["region"]["startLine"], 7);
    assert_eq!(results[1]["level"], "error");
    assert_eq!(results[1]["locations"][0]["physicalLocation"]["region"]["startLine"], 1);
}
