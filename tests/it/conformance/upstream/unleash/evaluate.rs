//! Evaluation of a flag for a context, with OpenFeature's reasons.

use super::variant::{Choice, choose};
use super::{Chosen, Context, Feature, FlagSet, Strategy};

/// What a flag gives (OpenFeature's resolution details).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// Whether the flag is on.
    pub value: bool,
    /// The variant, if one was chosen.
    pub variant: Option<String>,
    /// Why.
    pub reason: Reason,
    /// What went wrong, with [`Reason::Error`].
    pub error: Option<ErrorCode>,
}

/// Why a flag gives what it gives (OpenFeature specification, resolution reasons).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It gives the same to everybody.
    Static,
    /// No strategy took the asker in.
    Default,
    /// Who asks decided.
    TargetingMatch,
    /// The asker's bucket decided.
    Split,
    /// It is switched off.
    Disabled,
    /// It could not be evaluated.
    Error,
}

impl Reason {
    /// OpenFeature's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Static => "STATIC",
            Self::Default => "DEFAULT",
            Self::TargetingMatch => "TARGETING_MATCH",
            Self::Split => "SPLIT",
            Self::Disabled => "DISABLED",
            Self::Error => "ERROR",
        }
    }
}

/// What went wrong (OpenFeature specification, error codes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// There is no such flag.
    FlagNotFound,
    /// The flag depends on itself.
    General,
}

/// How a flag came to be on or off.
enum Outcome<'a> {
    Missing,
    Circle,
    Off(Reason),
    /// On, by this strategy; by none where the flag has no strategies.
    On(&'a Feature, Option<&'a Strategy>),
}

impl FlagSet {
    /// The flag of this name.
    pub fn feature(&self, name: &str) -> Option<&Feature> {
        self.features.iter().find(|feature| feature.name == name)
    }

    /// Whether the flag is on; one that is not there is off.
    pub fn is_enabled(&self, name: &str, context: &Context) -> bool {
        matches!(self.outcome(name, context), Outcome::On(..))
    }

    /// The variant that the asker gets, in Unleash's words.
    pub fn variant_for(&self, name: &str, context: &Context) -> Chosen {
        let Outcome::On(feature, strategy) = self.outcome(name, context) else { return Chosen::none(false) };
        match choice(feature, strategy, context) {
            Some(Choice::Named(variant) | Choice::Weighed(variant)) => Chosen::of(variant),
            None => Chosen::none(true),
        }
    }

    /// What the flag gives and why; `default` is what it gives where it cannot be evaluated.
    pub fn evaluate(&self, name: &str, context: &Context, default: bool) -> Details {
        let error =
            |error| Details { value: default, variant: None, reason: Reason::Error, error: Some(error) };
        match self.outcome(name, context) {
            Outcome::Missing => error(ErrorCode::FlagNotFound),
            Outcome::Circle => error(ErrorCode::General),
            Outcome::Off(reason) => Details { value: false, variant: None, reason, error: None },
            Outcome::On(feature, strategy) => {
                let (variant, reason) = match choice(feature, strategy, context) {
                    None => (None, why(strategy)),
                    Some(Choice::Named(variant)) => (Some(variant), Reason::TargetingMatch),
                    Some(Choice::Weighed(variant)) if is_sole(feature, strategy) => {
                        (Some(variant), why(strategy))
                    }
                    Some(Choice::Weighed(variant)) => (Some(variant), Reason::Split),
                };
                let variant = variant.map(|variant| variant.name.clone());
                Details { value: true, variant, reason, error: None }
            }
        }
    }

    fn outcome(&self, name: &str, context: &Context) -> Outcome<'_> {
        let Some(feature) = self.feature(name) else { return Outcome::Missing };
        if !feature.enabled {
            return Outcome::Off(Reason::Disabled);
        }
        if !feature.dependencies.is_empty() {
            if self.cycle(name).is_some() {
                return Outcome::Circle;
            }
            if !self.parents_hold(feature, context) {
                return Outcome::Off(Reason::Default);
            }
        }
        if feature.strategies.is_empty() {
            return Outcome::On(feature, None);
        }
        let holds = |strategy: &&Strategy| strategy.holds(name, context, self);
        match feature.strategies.iter().find(holds) {
            Some(strategy) => Outcome::On(feature, Some(strategy)),
            None => Outcome::Off(Reason::Default),
        }
    }
}

/// The variant by the strategy's own variants, else by the flag's.
fn choice<'a>(feature: &'a Feature, strategy: Option<&'a Strategy>, context: &Context) -> Option<Choice<'a>> {
    match strategy.filter(|strategy| !strategy.variants.is_empty()) {
        Some(strategy) => {
            choose(&strategy.variants, strategy.group(&feature.name), strategy.stickiness(), context)
        }
        None => choose(&feature.variants, &feature.name, "default", context),
    }
}

/// Whether there is one variant only, so that nothing was split.
fn is_sole(feature: &Feature, strategy: Option<&Strategy>) -> bool {
    let own = strategy.map(|strategy| &strategy.variants).filter(|variants| !variants.is_empty());
    own.unwrap_or(&feature.variants).len() == 1
}

fn why(strategy: Option<&Strategy>) -> Reason {
    match strategy {
        Some(strategy) if strategy.is_partial() => Reason::Split,
        Some(strategy) if strategy.is_targeted() => Reason::TargetingMatch,
        _ => Reason::Static,
    }
}
