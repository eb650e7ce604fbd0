//! Plans drawn at random, of all that a format can say: written, and read again as the same plan; a plan that a format cannot
//! say in full is written with a list, and what was written is the same for ever after.

mod flags;
mod plans;

use proptest::prelude::*;

use rollout_lab::control::Plan;
use rollout_lab::library::parse_options;
use rollout_lab::manifest::{FORMATS, Format, argo, differences, export, flagger, kubernetes, unleash};

use super::imported;
use flags::for_unleash;
use plans::{for_argo, for_flagger, for_kubernetes};

/// What is said of a file that the API server or the controller of its format does not take, or of an analysis that cannot be measured.
const REFUSED_UPSTREAM: [&str; 3] = [
    "the API server refuses the file: ",
    "the controller refuses the file",
    "each run of it is an error upstream",
];

/// How many plans are drawn for each format at each run of the tests.
const CASES: u32 = 60;

/// What of a plan could not be written. A plan at random may be one that the controller refuses; that is said too, and nothing of the
/// plan is lost by it.
fn unsaid(said: &[String]) -> Vec<&String> {
    said.iter().filter(|line| !REFUSED_UPSTREAM.iter().any(|why| line.contains(why))).collect()
}

/// Written and read again it is the same plan, and written once more the same text.
fn comes_back(plan: &Plan, format: &Format) -> Result<(), TestCaseError> {
    let written = export(plan, format).map_err(TestCaseError::fail)?;
    let unsaid = unsaid(&written.unsaid);
    prop_assert!(unsaid.is_empty(), "{unsaid:?}\n{}", written.text);
    let again = imported("again", &written.text).plan;
    prop_assert!(differences(plan, &again).is_empty(), "{:?}\n{}", differences(plan, &again), written.text);
    prop_assert_eq!(export(&again, format).map(|again| again.text), Ok(written.text));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_comes_back_from_argo_rollouts_as_it_was(plan in for_argo()) {
        comes_back(&plan, &argo::FORMAT)?;
    }

    #[test]
    fn a_plan_comes_back_from_flagger_as_it_was(plan in for_flagger()) {
        comes_back(&plan, &flagger::FORMAT)?;
    }

    #[test]
    fn a_plan_comes_back_from_kubernetes_as_it_was(plan in for_kubernetes()) {
        comes_back(&plan, &kubernetes::FORMAT)?;
    }

    #[test]
    fn flags_come_back_from_unleash_as_they_were(plan in for_unleash()) {
        comes_back(&plan, &unleash::FORMAT)?;
    }

    /// Whatever a format cannot say is listed, and what it can say stays.
    #[test]
    fn what_is_left_of_a_plan_in_another_format_stays(plan in prop_oneof![for_argo(), for_flagger(), for_unleash()]) {
        for format in FORMATS {
            let Ok(written) = export(&plan, format) else { continue };
            let first = imported("first", &written.text).plan;
            prop_assert_eq!(unsaid(&written.unsaid).is_empty(), differences(&plan, &first).is_empty());
            if let Ok(second) = export(&first, format) {
                prop_assert_eq!(imported("second", &second.text).plan, first);
            }
        }
    }
}

#[test]
fn a_title_that_looks_like_a_template_is_left_out_and_said_to_be() {
    let plan: Plan =
        parse_options().from_str("(format: 1, title: \"{{- shop }}\", strategy: Recreate)").unwrap();
    let written = export(&plan, &kubernetes::FORMAT).unwrap();
    assert!(written.unsaid.iter().any(|line| line.starts_with("title: ")), "{:?}", written.unsaid);
    assert_eq!(imported("again", &written.text).plan.strategy, plan.strategy);
}
