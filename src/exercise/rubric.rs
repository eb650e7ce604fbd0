//! The rubric: which measures count over which cases, and how they turn into points.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::Measure;
use crate::engine::Level;
use crate::sim::Cause;

/// One line of the rubric. Full marks at `full`, none at `zero`, a straight line between; either may be the larger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Short name, unique in the rubric.
    pub id: String,
    /// Points at most.
    pub points: f64,
    /// Which of the lesson's two categories it belongs to.
    pub category: Category,
    /// Numbers of the exercise's objectives that it tests, from 1. Default none.
    #[serde(default)]
    pub objectives: Vec<u32>,
    /// Which of the lesson's eight assessment criteria it belongs to, one of those under its `category`. Default none.
    #[serde(default)]
    pub standard: Option<Standard>,
    /// Whether it has to be met: a hand-in that earns less than half of its points does not pass, whatever the sum. Default
    /// false.
    #[serde(default)]
    pub required: bool,
    /// Id of another criterion without which this one is worth less: its points are multiplied by the share of that
    /// criterion's points that was earned. Default none.
    #[serde(default)]
    pub needs: Option<String>,
    /// Names of the cases it looks at; empty means all.
    #[serde(default)]
    pub on: Vec<String>,
    /// What is measured in each run.
    pub measure: Measure,
    /// How the runs are taken together.
    pub over: Over,
    /// Value that earns all points.
    pub full: Level,
    /// Value that earns none.
    pub zero: Level,
    /// What the learner is told.
    pub say: String,
    /// What the learner is told instead of `say`, by the cause that most failed requests have in the runs that fell short of
    /// `full`. Ordinary errors, which every run has, are not counted. Default none.
    #[serde(default)]
    pub causes: Vec<CauseText>,
}

/// What a learner is told when most failed requests have one cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CauseText {
    /// The cause.
    pub cause: Cause,
    /// What the learner is told.
    pub say: String,
}

/// The categories of the lesson's assessment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, VariantArray, JsonSchema)]
pub enum Category {
    /// Technical Implementation.
    TechnicalImplementation,
    /// Risk Management.
    RiskManagement,
}

impl Category {
    /// Both categories, in the lesson's order.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Its name in results.
    pub const fn key(self) -> &'static str {
        match self {
            Self::TechnicalImplementation => "technical_implementation",
            Self::RiskManagement => "risk_management",
        }
    }

    /// Its name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::TechnicalImplementation => "Technical implementation",
            Self::RiskManagement => "Risk management",
        }
    }
}

/// The assessment criteria of the lesson, four under each [`Category`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, VariantArray, JsonSchema)]
pub enum Standard {
    /// "Successfully implement multiple deployment strategies", under Technical Implementation.
    ImplementStrategies,
    /// "Configure automated validation and rollback", under Technical Implementation.
    AutomateValidation,
    /// "Integrate comprehensive monitoring and alerting", under Technical Implementation.
    IntegrateMonitoring,
    /// "Handle production testing scenarios safely", under Technical Implementation.
    TestInProduction,
    /// "Apply appropriate safety mechanisms", under Risk Management.
    ApplySafety,
    /// "Design effective rollback procedures", under Risk Management.
    DesignRollback,
    /// "Implement proper monitoring and alerting", under Risk Management.
    ImplementMonitoring,
    /// "Balance deployment speed with safety", under Risk Management.
    BalanceSpeed,
}

impl Standard {
    /// All assessment criteria, in the lesson's order.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The category that the lesson lists it under.
    pub const fn category(self) -> Category {
        match self {
            Self::ImplementStrategies
            | Self::AutomateValidation
            | Self::IntegrateMonitoring
            | Self::TestInProduction => Category::TechnicalImplementation,
            Self::ApplySafety | Self::DesignRollback | Self::ImplementMonitoring | Self::BalanceSpeed => {
                Category::RiskManagement
            }
        }
    }

    /// Its name in results.
    pub const fn key(self) -> &'static str {
        match self {
            Self::ImplementStrategies => "implement_strategies",
            Self::AutomateValidation => "automate_validation",
            Self::IntegrateMonitoring => "integrate_monitoring",
            Self::TestInProduction => "test_in_production",
            Self::ApplySafety => "apply_safety",
            Self::DesignRollback => "design_rollback",
            Self::ImplementMonitoring => "implement_monitoring",
            Self::BalanceSpeed => "balance_speed",
        }
    }

    /// Its wording in the lesson.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ImplementStrategies => "Successfully implement multiple deployment strategies",
            Self::AutomateValidation => "Configure automated validation and rollback",
            Self::IntegrateMonitoring => "Integrate comprehensive monitoring and alerting",
            Self::TestInProduction => "Handle production testing scenarios safely",
            Self::ApplySafety => "Apply appropriate safety mechanisms",
            Self::DesignRollback => "Design effective rollback procedures",
            Self::ImplementMonitoring => "Implement proper monitoring and alerting",
            Self::BalanceSpeed => "Balance deployment speed with safety",
        }
    }
}

/// How the runs are taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Over {
    /// Arithmetic mean.
    Mean,
    /// Middle value.
    Median,
    /// The value that nine in ten runs do not exceed.
    P90,
    /// The highest value.
    Max,
    /// The lowest value.
    Min,
    /// Share of the runs in which a yes-or-no measure is 1.
    Share,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_category_has_four_criteria_of_the_lesson_with_names_of_their_own() {
        for category in Category::ALL {
            let of_it = Standard::ALL.iter().filter(|standard| standard.category() == *category);
            assert_eq!(of_it.count(), 4, "{}", category.title());
        }
        let keys = Standard::ALL.iter().map(|standard| standard.key());
        let keys: BTreeSet<&str> = keys.chain(Category::ALL.iter().map(|category| category.key())).collect();
        assert_eq!(keys.len(), Standard::ALL.len() + Category::ALL.len());
        let titles: BTreeSet<&str> = Standard::ALL.iter().map(|standard| standard.title()).collect();
        assert_eq!(titles.len(), Standard::ALL.len());
    }
}
