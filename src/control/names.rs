//! Names of steps and responses without their settings, which an exercise may allow, and where a plan has each.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::{Analysis, Plan, Response, Step};

/// The steps' names, without their settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, VariantArray, JsonSchema)]
pub enum StepName {
    /// [`Step::Scale`].
    Scale,
    /// [`Step::FollowWeight`].
    FollowWeight,
    /// [`Step::Weight`].
    Weight,
    /// [`Step::Match`].
    Match,
    /// [`Step::Mirror`] and [`Step::Copy`].
    Mirror,
    /// [`Step::Roll`].
    Roll,
    /// [`Step::Flag`].
    Flag,
    /// [`Step::Pause`].
    Pause,
    /// [`Step::Approve`].
    Approve,
    /// [`Step::Test`].
    Test,
    /// [`Step::Analyse`].
    Analyse,
    /// [`Step::Wave`].
    Wave,
    /// [`Step::Experiment`].
    Experiment,
    /// [`Step::Progress`].
    Progress,
    /// [`Step::Promote`].
    Promote,
    /// [`Step::Retire`].
    Retire,
}

impl StepName {
    /// All names, in the order of [`Step`].
    pub const ALL: &'static [Self] = Self::VARIANTS;
}

/// The responses' names, without their settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, VariantArray, JsonSchema)]
pub enum ResponseName {
    /// [`Response::Abort`].
    Abort,
    /// [`Response::Pause`].
    Pause,
    /// [`Response::KillFlag`].
    KillFlag,
    /// [`Response::Page`].
    Page,
    /// [`Response::Scale`].
    Scale,
    /// [`Response::OpenBreaker`].
    OpenBreaker,
    /// [`Response::Shed`].
    Shed,
}

impl ResponseName {
    /// All names, in the order of [`Response`].
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Whether it changes how many instances there are.
    pub const fn scales(self) -> bool {
        match self {
            Self::Scale => true,
            Self::Abort | Self::Pause | Self::KillFlag | Self::Page | Self::OpenBreaker | Self::Shed => false,
        }
    }
}

impl Step {
    /// The name without the settings.
    pub const fn name(&self) -> StepName {
        match self {
            Self::Scale(_) => StepName::Scale,
            Self::FollowWeight => StepName::FollowWeight,
            Self::Weight(_) => StepName::Weight,
            Self::Match(_) => StepName::Match,
            Self::Mirror(_) | Self::Copy(_) => StepName::Mirror,
            Self::Roll(_) => StepName::Roll,
            Self::Flag(_) => StepName::Flag,
            Self::Pause(_) => StepName::Pause,
            Self::Approve => StepName::Approve,
            Self::Test(_) => StepName::Test,
            Self::Analyse(_) => StepName::Analyse,
            Self::Wave(_) => StepName::Wave,
            Self::Experiment(_) => StepName::Experiment,
            Self::Progress(_) => StepName::Progress,
            Self::Promote => StepName::Promote,
            Self::Retire(_) => StepName::Retire,
        }
    }
}

impl Response {
    /// The name without the settings.
    pub const fn name(&self) -> ResponseName {
        match self {
            Self::Abort => ResponseName::Abort,
            Self::Pause => ResponseName::Pause,
            Self::KillFlag => ResponseName::KillFlag,
            Self::Page => ResponseName::Page,
            Self::Scale(_) => ResponseName::Scale,
            Self::OpenBreaker(_) => ResponseName::OpenBreaker,
            Self::Shed(_) => ResponseName::Shed,
        }
    }
}

impl Plan {
    /// The steps that its author wrote, each with its path in the file; none for a strategy without such a list.
    pub fn written_steps(&self) -> Vec<(String, &Step)> {
        let Some(list) = self.strategy.step_list() else { return Vec::new() };
        list.steps.iter().enumerate().map(|(index, step)| (format!("{}[{index}]", list.path), step)).collect()
    }

    /// All its responses, each with its path in the file: of triggers, of the runbook, and of analyses that fail.
    pub fn responses(&self) -> Vec<(String, &Response)> {
        let triggers = self.triggers.iter().enumerate();
        let triggers = triggers.map(|(index, trigger)| (format!("triggers[{index}].then"), &trigger.then));
        let runbook = self.on_call.iter().flat_map(|on_call| &on_call.runbook).enumerate();
        let runbook = runbook.map(|(index, entry)| (format!("on_call.runbook[{index}].then"), &entry.then));
        let analyses = self.analyses().into_iter();
        let failures = analyses.map(|(path, analysis)| (format!("{path}.on_failure"), &analysis.on_failure));
        triggers.chain(runbook).chain(failures).collect()
    }

    /// All its analyses, each with its path in the file.
    fn analyses(&self) -> Vec<(String, &Analysis)> {
        let beside = self.analysis.iter().map(|analysis| ("analysis".to_owned(), analysis));
        let of_strategy = self.strategy.analyses().into_iter();
        let of_strategy = of_strategy.map(|(field, analysis)| (format!("strategy.{field}"), analysis));
        let of_steps = self.written_steps().into_iter().filter_map(|(path, step)| {
            let path = match step {
                Step::Experiment(_) => format!("{path}.analysis"),
                _ => path,
            };
            Some((path, step.traits().analysis?))
        });
        beside.chain(of_strategy).chain(of_steps).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn plan(text: &str) -> Plan {
        use ron::extensions::Extensions;
        let extensions =
            Extensions::IMPLICIT_SOME | Extensions::UNWRAP_NEWTYPES | Extensions::UNWRAP_VARIANT_NEWTYPES;
        ron::Options::default().with_default_extension(extensions).from_str(text).expect("it is a plan")
    }

    #[test]
    fn every_response_of_a_plan_is_found_where_it_stands() {
        let inside = r#"checks: [], on_failure: Scale("150%")"#;
        let strategies = [
            (
                format!("Canary(steps: [Pause(\"1m\"), Analyse({inside})])"),
                vec!["strategy.steps[1].on_failure"],
            ),
            (
                format!("BlueGreen(before: ({inside}), after: ({inside}))"),
                vec!["strategy.before.on_failure", "strategy.after.on_failure"],
            ),
            ("Recreate".to_owned(), vec![]),
        ];
        for (strategy, expected) in strategies {
            let text = format!(
                "(format: 1, strategy: {strategy}, triggers: [(alert: \"a\", then: Abort)], analysis: ({inside}), \
                 on_call: (runbook: [(alert: \"a\", then: Shed(\"5%\"))]))"
            );
            let plan = plan(&text);
            let mut paths = vec!["triggers[0].then", "on_call.runbook[0].then", "analysis.on_failure"];
            paths.extend(expected);
            let found = plan.responses();
            assert_eq!(found.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), paths);
            assert!(found[2..].iter().all(|(_, response)| response.name() == ResponseName::Scale));
        }
    }

    #[test]
    fn every_name_is_read_as_it_is_written() {
        let steps = StepName::ALL.iter().map(|name| ron::from_str::<StepName>(&format!("{name:?}")).unwrap());
        assert_eq!(steps.collect::<Vec<_>>(), StepName::ALL);
        let names: BTreeSet<String> = ResponseName::ALL.iter().map(|name| format!("{name:?}")).collect();
        assert_eq!(names.len(), ResponseName::ALL.len());
        let scaling: Vec<&ResponseName> = ResponseName::ALL.iter().filter(|name| name.scales()).collect();
        assert_eq!(scaling, [&ResponseName::Scale]);
    }
}
