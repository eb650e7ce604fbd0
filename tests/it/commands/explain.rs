//! `rollout-lab explain`.

use super::ask;

#[test]
fn a_knob_is_explained_by_any_of_its_names() {
    let by_upstream_name = ask("explain maxSurge");
    assert_eq!(by_upstream_name.code, 0);
    assert!(by_upstream_name.stdout.contains("Rolling.max_surge"));
    assert!(by_upstream_name.stdout.contains("default: 25%"));
    assert!(by_upstream_name.stdout.contains("source: "));
}

#[test]
fn a_value_type_is_explained_with_its_syntax_and_an_example() {
    for (name, example) in [
        ("Amount", "25%"),
        ("Span", "90s"),
        ("Share", "2.5%"),
        ("Level", "250ms"),
        ("rate", "120/s"),
        ("Dist", "Fixed"),
    ] {
        let answer = ask(&format!("explain {name}"));
        assert_eq!(answer.code, 0, "{name}: {}", answer.stderr);
        assert!(answer.stdout.contains(example), "{name}: {}", answer.stdout);
        assert!(answer.stdout.contains("  example: "), "{name}: {}", answer.stdout);
    }
    let drain = ask("explain pre_stop").stdout;
    assert!(drain.contains("Span: ") && drain.contains("90s"), "{drain}");
}

#[test]
fn nothing_is_explained_in_the_words_of_the_source() {
    for name in ["Plan", "Canary", "Balancer", "Step", "Dist", "LeastRequest"] {
        let text = ask(&format!("explain {name}")).stdout;
        for word in ["::", "Option<", "Vec<", "u32", "f64", "bool"] {
            assert!(!text.contains(word), "{name}: {word} in {text}");
        }
    }
}

#[test]
fn a_slip_gets_the_nearest_knob() {
    let answer = ask("explain max_surg");
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("did you mean \"max_surge\"?"), "{}", answer.stderr);
}

#[test]
fn a_concept_shows_its_card_and_a_field_with_a_card_shows_both() {
    let card = ask("explain burn-rate");
    assert_eq!(card.code, 0, "{}", card.stderr);
    for part in ["Burn rate  (concept)", "at 1 it lasts exactly its period", "14.4", "met in: alerts"] {
        assert!(card.stdout.contains(part), "{part}: {}", card.stdout);
    }
    let both = ask("explain max_surge").stdout;
    assert!(both.contains("Surge  (concept)") && both.contains("default: 25%"), "{both}");
    let slip = ask("explain burn-rat");
    assert!(slip.code == 2 && slip.stderr.contains("did you mean \"burn-rate\"?"), "{}", slip.stderr);
}
