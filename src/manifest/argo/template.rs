//! Writes AnalysisTemplates: one for each check that a plan uses by name, and one for an analysis that has checks of its own.

use crate::control::{Analysis, Check, NamedCheck, Plan};
use crate::engine::Span;
use crate::manifest::export::pod::PROMETHEUS;
use crate::manifest::export::query::{asked, conditions};
use crate::manifest::export::write::{Out, list, map, text};
use crate::manifest::quantity::go_duration;

/// The settings of a metric that may be an argument, in the order in which they are written.
const SETTINGS: [&str; 9] = [
    "interval",
    "initialDelay",
    "count",
    "failureLimit",
    "inconclusiveLimit",
    "consecutiveErrorLimit",
    "consecutiveSuccessLimit",
    "successCondition",
    "failureCondition",
];
/// The setting for the query, which stands deeper.
const QUERY: &str = "query";

/// The document of a template.
pub(super) fn document(name: &str, arguments: Option<Out>, metrics: Out, dry: Option<Out>) -> Out {
    map([
        ("apiVersion", text("argoproj.io/v1alpha1")),
        ("kind", text("AnalysisTemplate")),
        ("metadata", Some(map([("name", text(name))]))),
        ("spec", Some(map([("args", arguments), ("metrics", Some(metrics)), ("dryRun", dry)]))),
    ])
}

/// The entry of a template's `dryRun` for the metric of this name.
pub(super) fn dry_run(name: &str) -> Out {
    map([("metricName", text(format!("^{}$", regex::escape(name))))])
}

/// What is said of a check that cannot be written.
pub(super) fn unlike_a_query(check: &Check) -> String {
    format!("the check \"{}\" compares with the baseline in a way that one query cannot", check.name)
}

/// A check as a metric; `None` when one query cannot express it.
pub(super) fn metric(check: &Check, lasts: Option<Span>) -> Option<Out> {
    Some(Metric::of(check, lasts)?.out(&check.name, &[]))
}

/// The settings of a check in Argo Rollouts' words; one that is not written is none.
#[derive(Clone, Debug, PartialEq)]
struct Metric {
    query: String,
    settings: [Setting; 9],
}

/// A setting, and whether it is what holds where it is left out.
#[derive(Clone, Debug, PartialEq)]
struct Setting {
    value: Option<String>,
    is_default: bool,
}

impl Metric {
    fn of(check: &Check, lasts: Option<Span>) -> Option<Self> {
        let (query, (success, failure)) = (asked(check)?, conditions(check)?);
        // Argo Rollouts has no duration, so the count is the number of measurements that fit into it.
        let fits = |lasts: Span| {
            let interval = check.interval.0.max(1);
            u32::try_from(lasts.0.saturating_sub(check.initial_delay.0) / interval + 1).unwrap_or(u32::MAX)
        };
        let count = check.count.or(lasts.map(fits));
        let set = |value: String, is_default: bool| Setting { value: Some(value), is_default };
        let may = |value: Option<String>| Setting { value, is_default: false };
        let limit = |value: u32, default: u32| set(value.to_string(), value == default);
        let settings = [
            set(go_duration(check.interval), false),
            set(go_duration(check.initial_delay), check.initial_delay.is_zero()),
            may(count.map(|count| count.to_string())),
            set(check.failure_limit.to_string(), check.failure_limit == 0),
            limit(check.inconclusive_limit, 0),
            limit(check.consecutive_error_limit, 4),
            limit(check.consecutive_success_limit, 0),
            set(success, false),
            may(failure),
        ];
        Some(Self { query, settings })
    }

    /// The value of a setting.
    fn value(&self, setting: &str) -> Option<&str> {
        match SETTINGS.iter().position(|name| *name == setting) {
            Some(at) => self.settings[at].value.as_deref(),
            None => Some(&self.query),
        }
    }

    /// The settings by which two metrics differ; `None` where one of them has a setting that the other leaves out.
    fn differences(&self, other: &Self) -> Option<Vec<&'static str>> {
        let all = SETTINGS.into_iter().chain([QUERY]);
        let differ = all.filter(|name| self.value(name) != other.value(name));
        differ.map(|name| self.value(name).and(other.value(name)).map(|_| name)).collect()
    }

    /// As it is written, with arguments in place of the settings in `arguments`: their names.
    fn out(&self, name: &str, arguments: &[(&'static str, String)]) -> Out {
        let argument = |setting: &str| {
            let named = arguments.iter().find(|(of, _)| *of == setting)?;
            text(format!("{{{{args.{}}}}}", named.1))
        };
        let query = argument(QUERY).or_else(|| text(self.query.clone()));
        let prometheus = map([("address", text(PROMETHEUS)), ("query", query)]);
        let mut entries = vec![("name".to_owned(), Out::Text(name.to_owned()))];
        for (setting, Setting { value, is_default }) in SETTINGS.into_iter().zip(&self.settings) {
            let written = value.as_ref().filter(|_| !is_default).map(|value| match value.parse::<f64>() {
                Ok(number) => Out::Number(number),
                Err(_) => Out::Text(value.clone()),
            });
            entries.extend(argument(setting).or(written).map(|out| (setting.to_owned(), out)));
        }
        entries.push(("provider".to_owned(), map([("prometheus", Some(prometheus))])));
        Out::Map(entries)
    }
}

/// The templates of the checks that a plan uses by name.
pub(super) struct NamedTemplates {
    checks: Vec<Check>,
    templates: Vec<NamedTemplate>,
}

struct NamedTemplate {
    /// Name of the check.
    check: String,
    /// Name of the template.
    name: String,
    metric: Metric,
    is_dry: bool,
    /// The settings that differ between its uses, each with the name of its argument.
    arguments: Vec<(&'static str, String)>,
}

impl NamedTemplates {
    /// The templates for `plan`. What cannot be written goes into `unsaid`.
    pub fn of(plan: &Plan, unsaid: &mut Vec<String>) -> Self {
        let uses = plan.uses();
        let mut found = Self { checks: plan.checks.clone(), templates: Vec::new() };
        for (index, check) in plan.checks.iter().enumerate() {
            let of_this = || uses.iter().filter(|(used, _)| used.check == check.name);
            let first = of_this().next().and_then(|(_, lasts)| *lasts);
            let Some(metric) = Metric::of(check, first) else {
                unsaid.push(format!("checks[{index}]: {}", unlike_a_query(check)));
                continue;
            };
            let mut name = slug(&check.name);
            if found.templates.iter().any(|other| other.name == name) {
                name = format!("{name}-{}", index + 1);
            }
            let mut differ: Vec<&'static str> = Vec::new();
            for (used, lasts) in of_this() {
                let wanted = used.of(&plan.checks).and_then(|wanted| Metric::of(&wanted, *lasts));
                differ.extend(wanted.and_then(|wanted| metric.differences(&wanted)).unwrap_or_default());
            }
            let all = SETTINGS.into_iter().chain([QUERY]).filter(|setting| differ.contains(setting));
            let arguments = all.map(|setting| (setting, format!("{name}-{}", slug(setting)))).collect();
            let (check, is_dry) = (check.name.clone(), check.dry_run);
            found.templates.push(NamedTemplate { check, name, metric, is_dry, arguments });
        }
        found
    }

    /// The templates as documents.
    pub fn documents(&self) -> Vec<Out> {
        let one = |of: &NamedTemplate| {
            let arguments =
                of.arguments.iter().map(|(setting, name)| argument(name, of.metric.value(setting)));
            let metric = of.metric.out(&of.check, &of.arguments);
            let dry = of.is_dry.then(|| dry_run(&of.check)).into_iter().collect();
            Some(document(&of.name, list(arguments.collect()), list(vec![metric])?, list(dry)))
        };
        self.templates.iter().filter_map(one).collect()
    }

    /// The name of the template for a use, and the arguments that the use gives; `None` where it has to be written out.
    pub fn reference(&self, used: &NamedCheck, analysis: &Analysis) -> Option<(String, Vec<Out>)> {
        let of = self.templates.iter().find(|of| of.check == used.check)?;
        let wanted = self.written_out(used)?;
        let metric = Metric::of(&wanted, analysis.lasts)?;
        let differ = of.metric.differences(&metric)?;
        if wanted.name != of.check || wanted.dry_run != of.is_dry {
            return None;
        }
        let given = of.arguments.iter().filter(|(setting, _)| differ.contains(setting));
        let given = given.map(|(setting, name)| argument(name, metric.value(setting))).collect();
        Some((of.name.clone(), given))
    }

    /// The check that a use stands for.
    pub fn written_out(&self, used: &NamedCheck) -> Option<Check> {
        used.of(&self.checks)
    }
}

/// An argument with its value.
fn argument(name: &str, value: Option<&str>) -> Out {
    map([("name", text(name)), ("value", value.and_then(text))])
}

/// A name as Kubernetes takes it: lower case, digits and dashes.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars() {
        match letter {
            'a'..='z' | '0'..='9' => slug.push(letter),
            'A'..='Z' => {
                let is_new_word = slug.ends_with(|before: char| before.is_ascii_lowercase());
                slug.extend(is_new_word.then_some('-'));
                slug.push(letter.to_ascii_lowercase());
            }
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    let slug = slug.trim_matches('-').chars().take(50).collect::<String>();
    if slug.is_empty() { "check".to_owned() } else { slug }
}
