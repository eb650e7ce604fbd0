//! Commented plans to begin with. Each is right as it stands, by itself and in any scenario.

/// Stands in templates for the name that is given.
pub const PLACE: &str = "MY-NAME";

/// A plan to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template {
    /// What it shows, in a few words.
    pub name: &'static str,
    /// Its strategy.
    pub strategy: &'static str,
    /// The plan, as text.
    pub text: &'static str,
}

/// The plans to begin with; the first is the usual one.
pub const PLANS: [Template; 6] = [
    Template {
        name: "Canary with an analysis",
        strategy: "Canary",
        text: include_str!("templates/canary.ron"),
    },
    Template { name: "Rolling update", strategy: "Rolling", text: include_str!("templates/rolling.ron") },
    Template {
        name: "Blue-green with a smoke test",
        strategy: "BlueGreen",
        text: include_str!("templates/blue-green.ron"),
    },
    Template { name: "Flag ramp", strategy: "Flag", text: include_str!("templates/flag.ron") },
    Template { name: "A/B test with guardrails", strategy: "Ab", text: include_str!("templates/ab.ron") },
    Template {
        name: "Shadow, then a canary",
        strategy: "Shadow",
        text: include_str!("templates/shadow.ron"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Plan;
    use crate::library::knobs::example::fields;
    use crate::library::read_ron;

    #[test]
    fn the_usual_plan_shows_every_field_that_a_plan_has() {
        let text = PLANS[0].text;
        let outline = crate::library::Outline::of("plan", text).unwrap();
        let missing: Vec<&str> = fields("Plan")
            .into_iter()
            .map(|knob| knob.name.as_str())
            .filter(|name| outline.written(name).is_none())
            .collect();
        assert_eq!(missing, Vec::<&str>::new());
    }

    #[test]
    fn every_template_is_right_as_it_stands() {
        for template in PLANS {
            let read = read_ron::<Plan>(template.name, template.text);
            let (plan, _) = read.unwrap_or_else(|problems| panic!("{}: {problems:?}", template.name));
            assert_eq!(plan.problems(None), [], "{}", template.name);
            assert_eq!(format!("{:?}", plan.strategy.name()), template.strategy);
            assert!(template.text.contains(PLACE));
        }
    }

    #[test]
    fn the_first_template_holds_every_field_of_a_plan() {
        let (plan, _) = read_ron::<Plan>(PLANS[0].name, PLANS[0].text).unwrap();
        let fields = serde_json::to_value(plan).unwrap();
        for field in fields.as_object().unwrap().keys() {
            assert!(PLANS[0].text.contains(&format!("\n    {field}: ")), "{field}");
        }
    }
}
