//! A value to begin with for every kind, field and choice: what forms offer first, and what explanations show.

use super::{Kind, Knob, Type, types};

/// A value of `kind` to begin with, as RON.
pub fn first(kind: &Kind) -> String {
    match kind {
        Kind::Switch => "false".to_owned(),
        Kind::Whole(_) => "1".to_owned(),
        Kind::Number => "1.0".to_owned(),
        Kind::Span | Kind::Time => "\"1m\"".to_owned(),
        Kind::Share => "\"10%\"".to_owned(),
        Kind::Rate => "\"1/s\"".to_owned(),
        Kind::Amount => "\"25%\"".to_owned(),
        Kind::Level => "\"1%\"".to_owned(),
        Kind::Text => "\"name\"".to_owned(),
        Kind::Maybe(inner) => first(inner),
        Kind::List(_) => "[]".to_owned(),
        Kind::Map(_) => "{}".to_owned(),
        Kind::Tuple(parts) => format!("({})", parts.iter().map(first).collect::<Vec<_>>().join(", ")),
        Kind::Group(of) => match of.as_str() {
            "Check" => CHECK.to_owned(),
            "NamedCheck" => NAMED_CHECK.to_owned(),
            "Analysis" => format!("(checks: [{CHECK}])"),
            "AlertRule" => ALERT.to_owned(),
            "Query" => QUERY.to_owned(),
            _ => format!("({})", needed(of)),
        },
        Kind::Choice(of) => match of.as_str() {
            "Step" => "Pause(\"5m\")".to_owned(),
            "Metric" => "ErrorRatio".to_owned(),
            "Subject" => "Target".to_owned(),
            "Condition" => CONDITION.to_owned(),
            "Dist" => "Lognormal(p50: \"20ms\", p99: \"200ms\")".to_owned(),
            "Limit" => "Below(\"2%\")".to_owned(),
            _ => choices(of).first().map_or_else(String::new, |knob| choice(knob)),
        },
        Kind::Other => "()".to_owned(),
    }
}

const QUERY: &str = "(metric: ErrorRatio)";

const CHECK: &str = "(name: \"errors\", query: (metric: ErrorRatio), pass: Below(\"2%\"))";

const NAMED_CHECK: &str = "(check: \"errors\")";

const CONDITION: &str = "Above((metric: ErrorRatio, of: Target), \"5%\")";

const ALERT: &str =
    "(name: \"many errors\", when: Above((metric: ErrorRatio, of: Target), \"5%\"), for: \"30s\")";

/// The fields of the group `of`, or of a choice such as `Balancer::LeastRequest`, in the order of their declaration.
pub fn fields(of: &str) -> Vec<&'static Knob> {
    knobs(of).filter(|knob| !knob.is_choice()).collect()
}

/// What may be chosen of `of`.
pub fn choices(of: &str) -> Vec<&'static Knob> {
    knobs(of).filter(|knob| knob.is_choice()).collect()
}

fn knobs(of: &str) -> impl Iterator<Item = &'static Knob> {
    let name = of.split("::").next().unwrap_or_default();
    let declared = types().iter().find(|declared| declared.name == name);
    declared.into_iter().flat_map(|declared| &declared.knobs).filter(move |knob| knob.of == of)
}

/// The fields of a choice that has some of its own.
pub fn fields_of_choice(knob: &Knob) -> Vec<&'static Knob> {
    fields(&format!("{}::{}", knob.of, knob.name))
}

/// A choice with what it needs, as RON.
pub fn choice(knob: &Knob) -> String {
    match (knob.of.as_str(), knob.name.as_str()) {
        ("Step" | "Strategy", "Steps") => return "Steps([Weight(\"10%\"), Pause(\"5m\")])".to_owned(),
        ("Strategy", "Flagger") | ("Step", "Progress") => {
            return format!("{}(step_weight: \"10%\", max_weight: \"50%\", checks: [{CHECK}])", knob.name);
        }
        ("Step", "Analyse") => return format!("Analyse(checks: [{CHECK}])"),
        // As long as most analyses need.
        ("Step", "Pause") => return "Pause(\"5m\")".to_owned(),
        ("Condition", "Above" | "Below") => return CONDITION.replacen("Above", &knob.name, 1),
        _ => {}
    }
    let own = fields_of_choice(knob);
    if !own.is_empty() {
        return format!("{}({})", knob.name, needed(&format!("{}::{}", knob.of, knob.name)));
    }
    match &knob.holds {
        None => knob.name.clone(),
        Some(Kind::Group(of)) => format!("{}({})", knob.name, needed(of)),
        Some(tuple @ Kind::Tuple(_)) => format!("{}{}", knob.name, first(tuple)),
        Some(held) => format!("{}({})", knob.name, first(held)),
    }
}

/// A knob as a file may have it: a field with its default where that says something, else with a value to begin with; a choice with
/// what it needs.
pub fn example(knob: &Knob) -> String {
    let Some(kind) = &knob.kind else { return choice(knob) };
    let default = knob.default.as_deref().unwrap_or("none");
    let value = match (default, plain(kind)) {
        ("none" | "()" | "[]" | "{}" | "\"\"", _) => match kind {
            Kind::List(inner) => format!("[{}]", first(inner)),
            kind => first(kind),
        },
        (default, _) if default.starts_with('"') => default.to_owned(),
        (default, Kind::Span | Kind::Time | Kind::Share | Kind::Rate) => format!("\"{default}\""),
        (default, Kind::Amount | Kind::Level) if default.parse::<f64>().is_err() => format!("\"{default}\""),
        (default, _) => default.to_owned(),
    };
    format!("{}: {value}", knob.name)
}

/// What may be left out, as what it is when it is given.
fn plain(kind: &Kind) -> &Kind {
    match kind {
        Kind::Maybe(inner) => plain(inner),
        kind => kind,
    }
}

/// A value of a type: of a group the fields that must be given, of a choice the first, of a quantity one of its ways of writing it.
pub fn example_of(of: &Type) -> String {
    let kind = match of.name.as_str() {
        "Span" => Kind::Span,
        "Time" => Kind::Time,
        "Share" => Kind::Share,
        "Rate" => Kind::Rate,
        "Amount" => Kind::Amount,
        "Level" => Kind::Level,
        name if of.knobs.iter().any(|knob| knob.of == of.name && knob.is_choice()) => {
            Kind::Choice(name.to_owned())
        }
        name => Kind::Group(name.to_owned()),
    };
    first(&kind)
}

/// The fields that must be given, with values to begin with.
fn needed(of: &str) -> String {
    let needs = fields(of).into_iter().filter(|knob| knob.default.is_none());
    let given: Vec<String> = needs
        .filter_map(|knob| {
            let value = match (knob.name.as_str(), knob.kind.as_ref()?) {
                ("steps", _) => "[Weight(\"10%\"), Pause(\"5m\")]".to_owned(),
                ("for", Kind::Span) => "\"10m\"".to_owned(),
                (_, Kind::List(inner)) => format!("[{}]", first(inner)),
                (_, kind) => first(kind),
            };
            Some(format!("{}: {value}", knob.name))
        })
        .collect();
    given.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::{Check, Plan, Step, Strategy};
    use crate::library::{Outline, read_ron};
    use crate::telemetry::AlertRule;

    #[test]
    fn every_field_of_every_file_has_a_widget_of_its_own() {
        let all = types().iter().flat_map(|of| &of.knobs);
        let typed: Vec<String> = all
            .filter(|knob| knob.kind == Some(Kind::Other) || knob.holds == Some(Kind::Other))
            .map(Knob::path)
            .collect();
        assert_eq!(typed, Vec::<String>::new());
        let weights = fields("Kayenta").into_iter().find(|knob| knob.name == "weights").unwrap();
        assert_eq!(weights.kind, Some(Kind::Map(Box::new(Kind::Number))));
        assert_eq!(weights.default.as_deref(), Some("{}"));
    }

    #[test]
    fn every_knob_and_every_type_has_an_example_that_is_written_as_files_are() {
        let well_formed = |text: &str| {
            let file = if text.contains(": ") && !text.starts_with(['(', '"']) {
                format!("({text})")
            } else {
                text.to_owned()
            };
            let file = if file.starts_with('(') { file } else { format!("(x: {file})") };
            Outline::of("example", &file).map_err(|problem| format!("{text}: {problem}"))
        };
        for of in types() {
            let text = example_of(of);
            assert!(!text.is_empty(), "{}", of.name);
            well_formed(&text).unwrap();
            for knob in &of.knobs {
                well_formed(&example(knob)).unwrap();
            }
        }
    }

    #[test]
    fn the_example_of_a_plans_field_is_read_in_a_plan() {
        for knob in fields("Plan").into_iter().filter(|knob| !["format", "strategy"].contains(&&*knob.name)) {
            let text = format!("(format: 1, strategy: Nothing, {})", example(knob));
            assert!(read_ron::<Plan>("f", &text).is_ok(), "{text}");
        }
        for knob in fields("Check").into_iter().filter(|knob| knob.default.is_some()) {
            let text =
                format!("(name: \"a\", query: (metric: ErrorRatio), pass: Below(1), {})", example(knob));
            assert!(read_ron::<Check>("f", &text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_begun_with_can_be_read() {
        for knob in choices("Strategy") {
            let text = choice(knob);
            assert!(read_ron::<Strategy>("f", &text).is_ok(), "{text}");
        }
        for knob in choices("Step") {
            let text = choice(knob);
            assert!(read_ron::<Step>("f", &text).is_ok(), "{text}");
        }
        for knob in fields("Plan").into_iter().filter(|knob| knob.default.is_some()) {
            let value = match &knob.kind {
                Some(Kind::List(inner)) => format!("[{}]", first(inner)),
                kind => first(kind.as_ref().unwrap()),
            };
            let text = format!("(format: 1, strategy: Nothing, {}: {value})", knob.name);
            assert!(read_ron::<Plan>("f", &text).is_ok(), "{text}");
        }
        assert!(read_ron::<Check>("f", CHECK).is_ok());
        assert!(read_ron::<AlertRule>("f", ALERT).is_ok());
    }
}
