//! Flags and segments in Unleash's JSON. Unknown fields are ignored, as Unleash's clients do.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// All flags and segments of a project.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct FlagSet {
    /// The flags.
    pub features: Vec<Feature>,
    /// Constraints that strategies share.
    pub segments: Vec<Segment>,
}

/// One flag.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Feature {
    /// Its name, unique.
    pub name: String,
    /// Whether it may be on at all.
    pub enabled: bool,
    /// The first strategy that holds decides for whom it is on. With none, it is on for everybody.
    #[serde(deserialize_with = "list")]
    pub strategies: Vec<Strategy>,
    /// Variants for users with the flag on, unless the strategy has its own.
    #[serde(deserialize_with = "list")]
    pub variants: Vec<Variant>,
    /// Parents that must be as stated.
    #[serde(deserialize_with = "list")]
    pub dependencies: Vec<Dependency>,
}

/// A rule that says for which users a flag is on.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Strategy {
    /// Which rule: `default`, `userWithId`, `flexibleRollout` and so on. A rule not known never holds.
    pub name: String,
    /// What the rule asks for, by name.
    #[serde(deserialize_with = "text_map")]
    pub parameters: BTreeMap<String, String>,
    /// All must hold.
    #[serde(deserialize_with = "list")]
    pub constraints: Vec<Constraint>,
    /// Segments by number; all their constraints must hold.
    #[serde(deserialize_with = "list")]
    pub segments: Vec<u64>,
    /// Variants for the users that this strategy includes.
    #[serde(deserialize_with = "list")]
    pub variants: Vec<Variant>,
}

/// Constraints that strategies share.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Segment {
    /// Its number.
    pub id: u64,
    /// All must hold.
    #[serde(deserialize_with = "list")]
    pub constraints: Vec<Constraint>,
}

/// A condition on one field of the context.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Constraint {
    /// The field.
    pub context_name: String,
    /// How it is compared.
    pub operator: Operator,
    /// With what, for operators that take several.
    #[serde(deserialize_with = "list")]
    pub values: Vec<String>,
    /// With what, for operators that take one.
    #[serde(deserialize_with = "text")]
    pub value: Option<String>,
    /// Holds where it would not, and the reverse.
    pub inverted: bool,
    /// Text is compared without regard to case.
    pub case_insensitive: bool,
}

/// How a constraint compares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Operator {
    In,
    NotIn,
    StrStartsWith,
    StrEndsWith,
    StrContains,
    NumEq,
    NumGt,
    NumGte,
    NumLt,
    NumLte,
    DateAfter,
    DateBefore,
    SemverEq,
    SemverGt,
    SemverGte,
    SemverLt,
    SemverLte,
    Regex,
    InCidr,
    NotInCidr,
    /// One that is not known: it never holds.
    #[default]
    #[serde(other)]
    Unknown,
}

/// One of several things a flag may give.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// Its part of the sum of weights.
    pub weight: u32,
    /// What comes with it.
    pub payload: Option<Payload>,
    /// Who gets it whatever the weights say.
    #[serde(deserialize_with = "list")]
    pub overrides: Vec<Override>,
    /// What its choice sticks to; default the user, then the session, then chance.
    pub stickiness: Option<String>,
}

/// What comes with a variant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Payload {
    /// `string`, `number`, `json` or `csv`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The text.
    pub value: String,
}

/// Who gets a variant whatever the weights say.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Override {
    /// A field of the context.
    pub context_name: String,
    /// Values of it that get the variant.
    #[serde(deserialize_with = "list")]
    pub values: Vec<String>,
}

/// What a flag asks of its parent.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Dependency {
    /// The parent.
    pub feature: String,
    /// Whether the parent must be on. Default yes.
    pub enabled: Option<bool>,
    /// With the parent on, the variants of it that will do; none named means any.
    #[serde(deserialize_with = "list")]
    pub variants: Vec<String>,
}

/// A list, also where the file says `null`.
fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// Text, also written as a number or a truth value; `null` is missing.
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(said(Value::deserialize(from)?))
}

/// Texts by name; what is `null` is missing.
pub(super) fn text_map<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, String>, D::Error> {
    let map: Option<BTreeMap<String, Value>> = Option::deserialize(from)?;
    let pairs = map.unwrap_or_default().into_iter();
    Ok(pairs.filter_map(|(name, value)| Some((name, said(value)?))).collect())
}

fn said(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}
