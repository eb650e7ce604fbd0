//! What the specification says in words, tried on small sets of flags.

use rollout_lab::flags::hash::murmur3;

use super::hash::{PERCENT, VARIANT_SEED, normalized_value};
use super::{Context, ErrorCode, FlagSet, Reason};

fn flags(features: &str) -> FlagSet {
    serde_json::from_str(&format!(r#"{{"version": 1, "features": [{features}]}}"#)).expect("valid flags")
}

fn user(id: &str) -> Context {
    Context { user_id: Some(id.to_owned()), ..Context::default() }
}

#[test]
fn the_hash_is_murmur3_for_x86() {
    assert_eq!(murmur3(b"", 0), 0);
    assert_eq!(murmur3(b"", 1), 0x514e_28b7);
    assert_eq!(murmur3(b"test", 0x9747_b28c), 0x704b_81dc);
    assert_eq!(murmur3(b"Hello, world!", 0x9747_b28c), 0x2488_4cba);
    assert_eq!(murmur3(&[0, 0, 0], 0), 0x85f0_b427);
}

#[test]
fn buckets_are_those_of_every_unleash_client() {
    assert_eq!(normalized_value("gr1", "123", PERCENT, 0), 73);
    assert_eq!(normalized_value("groupX", "999", PERCENT, 0), 25);
    assert_eq!(normalized_value("gr1", "123", PERCENT, VARIANT_SEED), 96);
}

#[test]
fn every_reason_is_openfeatures() {
    let flags = flags(
        r#"{"name": "all", "enabled": true, "strategies": [{"name": "default"}]},
        {"name": "off", "enabled": false, "strategies": [{"name": "default"}]},
        {"name": "some", "enabled": true, "strategies":
            [{"name": "flexibleRollout", "parameters": {"rollout": 99, "stickiness": "userId", "groupId": "g"}}]},
        {"name": "ann", "enabled": true, "strategies": [{"name": "userWithId", "parameters": {"userIds": "ann"}}]},
        {"name": "self", "enabled": true, "dependencies": [{"feature": "self"}]}"#,
    );
    let reason = |name: &str| flags.evaluate(name, &user("ann"), true).reason;
    assert_eq!(reason("all"), Reason::Static);
    assert_eq!(reason("off"), Reason::Disabled);
    assert_eq!(reason("some"), Reason::Split);
    assert_eq!(reason("ann"), Reason::TargetingMatch);
    assert_eq!(flags.evaluate("ann", &user("bob"), true).reason, Reason::Default);
    let missing = flags.evaluate("new", &user("ann"), true);
    assert_eq!((missing.value, missing.error), (true, Some(ErrorCode::FlagNotFound)));
    let circle = flags.evaluate("self", &user("ann"), true);
    assert_eq!((circle.reason.name(), circle.error), ("ERROR", Some(ErrorCode::General)));
}

#[test]
fn without_what_it_sticks_to_a_rollout_takes_nobody_in() {
    let flags = flags(
        r#"{"name": "by-tenant", "enabled": true, "strategies":
            [{"name": "flexibleRollout", "parameters": {"rollout": "100", "stickiness": "tenant"}}]}"#,
    );
    assert!(!flags.is_enabled("by-tenant", &user("ann")));
}

#[test]
fn chance_is_the_callers() {
    let flags = flags(
        r#"{"name": "dice", "enabled": true, "strategies":
            [{"name": "flexibleRollout", "parameters": {"rollout": "30", "stickiness": "random"}}]}"#,
    );
    let on = |luck| flags.is_enabled("dice", &Context { luck, ..user("ann") });
    let count = (0..10_000).filter(|luck| on(*luck)).count();
    assert!((2_800..3_200).contains(&count), "{count} of 10000 at 30%");
    assert_eq!(on(7), on(7));
}

#[test]
fn a_constraint_that_makes_no_sense_never_holds() {
    let constrained = |constraint: &str| {
        let flags = flags(&format!(
            r#"{{"name": "f", "enabled": true, "strategies": [{{"name": "default", "constraints": [{constraint}]}}]}}"#
        ));
        flags.is_enabled("f", &user("ann"))
    };
    for inverted in [false, true] {
        for (operator, value) in [
            ("REGEX", "(open"),
            ("SEMVER_EQ", "v1.0.0"),
            ("NUM_GT", "many"),
            ("WIBBLE", "1"),
            ("DATE_AFTER", "soon"),
        ] {
            let constraint = format!(
                r#"{{"contextName": "userId", "operator": "{operator}", "value": "{value}", "inverted": {inverted}}}"#
            );
            assert!(!constrained(&constraint), "{constraint}");
        }
    }
    assert!(constrained(
        r#"{"contextName": "tenant", "operator": "STR_CONTAINS", "values": ["x"], "inverted": true}"#
    ));
}

#[test]
fn a_circle_of_dependencies_is_named() {
    let flags = flags(
        r#"{"name": "a", "enabled": true, "dependencies": [{"feature": "b"}]},
        {"name": "b", "enabled": true, "dependencies": [{"feature": "c"}]},
        {"name": "c", "enabled": true, "dependencies": [{"feature": "a"}]},
        {"name": "d", "enabled": true, "dependencies": [{"feature": "a"}]}"#,
    );
    assert_eq!(flags.cycle("a").unwrap().join(" "), "a b c a");
    assert_eq!(flags.cycle("d"), None, "it hangs on the circle, it is not in it");
    assert!(!flags.is_enabled("d", &user("ann")));
}
