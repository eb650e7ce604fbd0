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
fn a_slip_gets_the_nearest_knob() {
    let answer = ask("explain max_surg");
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("did you mean \"max_surge\"?"), "{}", answer.stderr);
}
