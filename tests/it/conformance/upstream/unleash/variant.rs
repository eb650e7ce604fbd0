//! Variants: which one a context gets.

use super::hash::{VARIANT_SEED, normalized_value};
use super::{Context, Payload, Variant};

/// What a flag with variants gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The variant's name; `disabled` where there is none.
    pub name: String,
    /// What comes with it.
    pub payload: Option<Payload>,
    /// Whether a variant was chosen.
    pub enabled: bool,
    /// Whether the flag is on.
    pub feature_enabled: bool,
}

impl Chosen {
    /// No variant, for a flag that is on or off.
    pub(super) fn none(feature_enabled: bool) -> Self {
        Self { name: "disabled".to_owned(), payload: None, enabled: false, feature_enabled }
    }

    pub(super) fn of(variant: &Variant) -> Self {
        let payload = variant.payload.clone();
        Self { name: variant.name.clone(), payload, enabled: true, feature_enabled: true }
    }
}

/// How a variant was chosen.
pub(super) enum Choice<'a> {
    /// An override names the asker.
    Named(&'a Variant),
    /// By weight.
    Weighed(&'a Variant),
}

/// Chooses among variants: an override first, else by weight with the hash of the group and what the first variant's
/// choice sticks to, `stickiness` where it does not say. Where that is missing, chance stands in. None where all weights
/// are zero.
pub(super) fn choose<'a>(
    variants: &'a [Variant],
    group: &str,
    stickiness: &str,
    context: &Context,
) -> Option<Choice<'a>> {
    let total: u32 = variants.iter().fold(0, |sum, variant| sum.saturating_add(variant.weight));
    if total == 0 {
        return None;
    }
    if let Some(variant) = variants.iter().find(|variant| is_override(variant, context)) {
        return Some(Choice::Named(variant));
    }
    let stickiness = variants[0].stickiness.as_deref().unwrap_or(stickiness);
    let identifier = context.identifier(stickiness).unwrap_or_else(|| context.chance());
    let target = normalized_value(group, &identifier, total, VARIANT_SEED);
    let mut reached = 0_u32;
    let chosen = variants.iter().find(|variant| {
        reached = reached.saturating_add(variant.weight);
        reached >= target
    });
    chosen.map(Choice::Weighed)
}

fn is_override(variant: &Variant, context: &Context) -> bool {
    variant.overrides.iter().any(|named| {
        let field = context.field(&named.context_name);
        field.is_some_and(|field| named.values.iter().any(|value| value == field))
    })
}
