//! The kind of value that a field of the plan takes, so that the form can offer a widget for it, and a first value of each kind.

use crate::library::knobs::{Knob, knobs};

/// A kind of value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Yes or no.
    Switch,
    /// A whole number.
    Whole,
    /// Any number.
    Number,
    /// A length of time: `90s`, `5m`.
    Span,
    /// A share: `2.5%`.
    Share,
    /// A number of instances, or a share of them.
    Amount,
    /// A threshold in whatever unit is measured.
    Level,
    /// Words.
    Text,
    /// A value that may be left out.
    Maybe(Box<Self>),
    /// Several of a kind.
    List(Box<Self>),
    /// Values of a kind by names.
    Map(Box<Self>),
    /// Some values side by side.
    Tuple(Vec<Self>),
    /// A group of knobs: its type, and the kind of file that declares it.
    Group(&'static str, &'static str),
    /// One of several: its type, and the kind of file that declares it.
    Choice(&'static str, &'static str),
    /// Something that only the text can say.
    Other,
}

impl Kind {
    /// The kind called `name`, by a knob that a file of kind `file` declares.
    pub fn of(name: &str, file: &str) -> Self {
        if let Some(inner) = name.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>')) {
            return Self::Maybe(Box::new(Self::of(inner, file)));
        }
        if let Some(inner) = name.strip_prefix("Vec<").and_then(|rest| rest.strip_suffix('>')) {
            return Self::List(Box::new(Self::of(inner, file)));
        }
        if let Some(inner) = name.strip_prefix("BTreeMap<String, ").and_then(|rest| rest.strip_suffix('>')) {
            return Self::Map(Box::new(Self::of(inner, file)));
        }
        if let Some(inner) = name.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            return Self::Tuple(inner.split(", ").map(|part| Self::of(part, file)).collect());
        }
        match name {
            "bool" => Self::Switch,
            "u8" | "u16" | "u32" | "u64" | "usize" | "i32" | "i64" => Self::Whole,
            "f64" => Self::Number,
            "Span" => Self::Span,
            "Share" => Self::Share,
            "Amount" => Self::Amount,
            "Level" => Self::Level,
            "String" => Self::Text,
            _ => {
                let declared = |knob: &&Knob| knob.of == name;
                let near = knobs().iter().filter(declared).find(|knob| knob.file == file);
                match near.or_else(|| knobs().iter().find(declared)) {
                    Some(knob) if knob.kind.is_empty() => Self::Choice(knob.of, knob.file),
                    Some(knob) => Self::Group(knob.of, knob.file),
                    None => Self::Other,
                }
            }
        }
    }

    /// Whether files write it in quotes.
    pub const fn is_quoted(&self) -> bool {
        matches!(self, Self::Span | Self::Share | Self::Text)
    }

    /// A value to begin with, as RON.
    pub fn first(&self) -> String {
        match self {
            Self::Switch => "false".to_owned(),
            Self::Whole => "1".to_owned(),
            Self::Number => "1.0".to_owned(),
            Self::Span => "\"1m\"".to_owned(),
            Self::Share => "\"10%\"".to_owned(),
            Self::Amount => "\"25%\"".to_owned(),
            Self::Level => "\"1%\"".to_owned(),
            Self::Text => "\"name\"".to_owned(),
            Self::Maybe(inner) => inner.first(),
            Self::List(_) => "[]".to_owned(),
            Self::Map(_) => "{}".to_owned(),
            Self::Tuple(parts) => {
                let parts: Vec<String> = parts.iter().map(Self::first).collect();
                format!("({})", parts.join(", "))
            }
            Self::Group(of, file) => match *of {
                "Check" => CHECK.to_owned(),
                "AlertRule" => ALERT.to_owned(),
                "Query" => QUERY.to_owned(),
                _ => format!("({})", needed(of, file)),
            },
            Self::Choice(of, file) => match *of {
                "Step" => "Pause(\"5m\")".to_owned(),
                "Metric" => "ErrorRatio".to_owned(),
                "Subject" => "Target".to_owned(),
                "Condition" => CONDITION.to_owned(),
                "Limit" => "Below(\"2%\")".to_owned(),
                _ => choices(of, file).first().map_or_else(String::new, |knob| choice(knob)),
            },
            Self::Other => "()".to_owned(),
        }
    }
}

const QUERY: &str = "(metric: ErrorRatio)";

const CHECK: &str = "(name: \"errors\", query: (metric: ErrorRatio), pass: Below(\"2%\"))";

const CONDITION: &str = "Above((metric: ErrorRatio, of: Target), \"5%\")";

const ALERT: &str =
    "(name: \"many errors\", when: Above((metric: ErrorRatio, of: Target), \"5%\"), for: \"30s\")";

/// The knobs of the group or choice `of`, in the order of their declaration.
pub fn fields(of: &str, file: &str) -> Vec<&'static Knob> {
    knobs().iter().filter(|knob| knob.of == of && knob.file == file && !knob.kind.is_empty()).collect()
}

/// What may be chosen of `of`.
pub fn choices(of: &str, file: &str) -> Vec<&'static Knob> {
    knobs().iter().filter(|knob| knob.of == of && knob.file == file && knob.kind.is_empty()).collect()
}

/// The fields of a choice that has some of its own.
pub fn fields_of_choice(knob: &Knob) -> Vec<&'static Knob> {
    fields(&format!("{}::{}", knob.of, knob.name), knob.file)
}

/// A choice with what it needs, as RON.
pub fn choice(knob: &Knob) -> String {
    match (knob.of, knob.name) {
        ("Step" | "Strategy", "Steps") => return "Steps([Weight(\"10%\"), Pause(\"5m\")])".to_owned(),
        ("Strategy", "Flagger") | ("Step", "Progress") => {
            return format!("{}(step_weight: \"10%\", max_weight: \"50%\", checks: [{CHECK}])", knob.name);
        }
        ("Condition", "Above" | "Below") => return CONDITION.replacen("Above", knob.name, 1),
        _ => {}
    }
    let own = fields_of_choice(knob);
    if !own.is_empty() {
        return format!("{}({})", knob.name, needed(&format!("{}::{}", knob.of, knob.name), knob.file));
    }
    match Kind::of(knob.holds, knob.file) {
        _ if knob.holds.is_empty() => knob.name.to_owned(),
        Kind::Group(of, file) => format!("{}({})", knob.name, needed(of, file)),
        Kind::Tuple(parts) => {
            let parts: Vec<String> = parts.iter().map(Kind::first).collect();
            format!("{}({})", knob.name, parts.join(", "))
        }
        held => format!("{}({})", knob.name, held.first()),
    }
}

/// The fields that must be given, with values to begin with.
fn needed(of: &str, file: &str) -> String {
    let needs = fields(of, file).into_iter().filter(|knob| knob.default.is_none());
    let given: Vec<String> = needs
        .map(|knob| {
            let value = match (knob.name, Kind::of(knob.kind, knob.file)) {
                ("steps", _) => "[Weight(\"10%\"), Pause(\"5m\")]".to_owned(),
                ("for", Kind::Span) => "\"10m\"".to_owned(),
                (_, Kind::List(inner)) => format!("[{}]", inner.first()),
                (_, kind) => kind.first(),
            };
            format!("{}: {value}", knob.name)
        })
        .collect();
    given.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::{Check, Plan, Step, Strategy};
    use crate::library::read_ron;
    use crate::telemetry::AlertRule;

    #[test]
    fn every_field_of_a_plan_has_a_kind_that_a_form_can_offer() {
        let others: Vec<String> = knobs()
            .iter()
            .filter(|knob| knob.of == "Plan")
            .filter(|knob| Kind::of(knob.kind, knob.file) == Kind::Other)
            .map(Knob::path)
            .collect();
        assert_eq!(others, Vec::<String>::new());
    }

    #[test]
    fn every_knob_of_a_plan_has_a_widget_of_its_own() {
        let of_plan = knobs().iter().filter(|knob| knob.file == "plan" && !knob.kind.is_empty());
        let typed: Vec<String> =
            of_plan.filter(|knob| Kind::of(knob.kind, knob.file) == Kind::Other).map(Knob::path).collect();
        assert_eq!(typed, Vec::<String>::new());
        let weights = knobs().iter().find(|knob| (knob.of, knob.name) == ("Kayenta", "weights")).unwrap();
        assert_eq!(Kind::of(weights.kind, weights.file), Kind::Map(Box::new(Kind::Number)));
        assert_eq!(weights.default, Some("{}"));
    }

    #[test]
    fn what_is_begun_with_can_be_read() {
        for knob in choices("Strategy", "plan") {
            let text = choice(knob);
            assert!(read_ron::<Strategy>("f", &text).is_ok(), "{text}");
        }
        for knob in choices("Step", "plan") {
            let text = choice(knob);
            assert!(read_ron::<Step>("f", &text).is_ok(), "{text}");
        }
        for knob in fields("Plan", "plan").into_iter().filter(|knob| knob.default.is_some()) {
            let kind = Kind::of(knob.kind, knob.file);
            let value = match &kind {
                Kind::List(inner) => format!("[{}]", inner.first()),
                _ => kind.first(),
            };
            let text = format!("(format: 1, strategy: Nothing, {}: {value})", knob.name);
            assert!(read_ron::<Plan>("f", &text).is_ok(), "{text}");
        }
        assert!(read_ron::<Check>("f", CHECK).is_ok());
        assert!(read_ron::<AlertRule>("f", ALERT).is_ok());
    }
}
