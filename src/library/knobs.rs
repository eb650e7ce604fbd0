//! Every knob of the files that people write: what it is, its default, and whose rule it follows.
//!
//! The table comes from the JSON Schemas of the files, and these from the types that declare the knobs, so that a default and
//! its source are written once. Nothing here reads a file.

pub mod example;
mod kind;
mod range;
mod table;
mod value;

use std::sync::LazyLock;

use serde::Serialize;

use crate::engine::nearest;

pub use kind::Kind;

/// A type of which files hold values, with its fields or choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type {
    /// The first kind of file that it stands in: `scenario`, `plan`, `exercise`, `session`, `proof`, `incident` or `progress`.
    pub file: &'static str,
    /// Its name, such as `Rolling`.
    pub name: String,
    /// What it is.
    pub about: String,
    /// Its fields or choices in the order of their declaration; the fields of a choice follow it. None for a quantity.
    pub knobs: Vec<Knob>,
}

/// One field, or one choice, of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Knob {
    /// The first kind of file that its type stands in: `scenario`, `plan`, `exercise`, `session`, `proof`, `incident` or `progress`.
    pub file: &'static str,
    /// Type that declares it, such as `Rolling`; for a field of a choice `Balancer::LeastRequest`.
    pub of: String,
    /// Name in files.
    pub name: String,
    /// Kind of its value; none for a choice.
    #[serde(serialize_with = "or_nothing")]
    pub kind: Option<Kind>,
    /// Kind of what a choice holds; none for one that holds nothing or fields of its own, and for a field.
    #[serde(skip)]
    pub holds: Option<Kind>,
    /// What it is, with its unit, default and source.
    pub about: String,
    /// Its default as files write it; none when it must be given.
    pub default: Option<String>,
    /// The values that are allowed, such as `1 to 64`; none where its type says all.
    pub range: Option<String>,
}

/// In JSON a choice has a kind without a name.
fn or_nothing<S: serde::Serializer>(kind: &Option<Kind>, serializer: S) -> Result<S::Ok, S::Error> {
    match kind {
        Some(kind) => kind.serialize(serializer),
        None => serializer.serialize_str(""),
    }
}

/// The systems whose rules the lab follows, and what marks a value that no system states.
const SOURCES: [&str; 25] = [
    "Kubernetes",
    "Argo Rollouts",
    "Flagger",
    "Kayenta",
    "Envoy",
    "Prometheus",
    "Alertmanager",
    "Unleash",
    "GrowthBook",
    "LaunchDarkly",
    "OpenFeature",
    "resilience4j",
    "Finagle",
    "gRPC",
    "AWS",
    "nginx",
    "Maglev",
    "Google SRE",
    "SRE book",
    "Hystrix",
    "Facebook",
    "PagerDuty",
    "public timelines",
    "modelling choice",
    "assumed",
];

static TYPES: LazyLock<Vec<Type>> = LazyLock::new(table::types);

/// All types that files hold, by kind of file.
pub fn types() -> &'static [Type] {
    &TYPES
}

/// All knobs, by kind of file and in the order of their declaration.
pub fn knobs() -> impl Iterator<Item = &'static Knob> + Clone {
    types().iter().flat_map(|of| &of.knobs)
}

impl Knob {
    /// `Rolling.max_surge`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.of, self.name)
    }

    /// Whether it is one of several values to choose from, and no field.
    pub const fn is_choice(&self) -> bool {
        self.kind.is_none()
    }

    /// The sentences that name the system whose rule it is, or say that it was assumed; none when nothing does.
    pub fn source(&self) -> Option<String> {
        let named: Vec<&str> = sentences(&self.about)
            .into_iter()
            .filter(|sentence| SOURCES.iter().any(|source| sentence.contains(source)))
            .collect();
        (!named.is_empty()).then(|| named.join(" "))
    }
}

/// The knobs that `name` may mean: a full path (`Rolling.max_surge`), a name (`max_surge`), an upstream system's own name
/// for it (`maxSurge`), or a type with all its knobs (`Rolling`). Case and the signs between words do not matter.
pub fn find(name: &str) -> Vec<&'static Knob> {
    let wanted = plain(name);
    let exact = |test: &dyn Fn(&Knob) -> bool| knobs().filter(|knob| test(knob)).collect::<Vec<_>>();
    // A choice with fields of its own is explained with them.
    let of_choice = |knob: &Knob| knob.of.contains("::") && plain(&knob.of) == wanted;
    let by_path = exact(&|knob| plain(&knob.path()) == wanted || of_choice(knob));
    if !by_path.is_empty() {
        return by_path;
    }
    let in_choice =
        |knob: &Knob| knob.of.rsplit_once("::").is_some_and(|(_, choice)| plain(choice) == wanted);
    let by_name = exact(&|knob| plain(&knob.name) == wanted || plain(&knob.of) == wanted || in_choice(knob));
    if !by_name.is_empty() {
        return by_name;
    }
    exact(&|knob| knob.about.split('`').skip(1).step_by(2).any(|code| plain(code) == wanted))
}

/// The type of this name, in whatever case; a quantity such as `Span` is one without knobs.
pub fn find_type(name: &str) -> Option<&'static Type> {
    types().iter().find(|of| plain(&of.name) == plain(name))
}

/// The quantities that a value of this kind holds, such as `Span`: their names and how they are written.
pub fn quantities(kind: &Kind) -> Vec<&'static Type> {
    kind.types().iter().filter_map(|name| find_type(name)).filter(|of| of.knobs.is_empty()).collect()
}

/// The name nearest to one that nothing bears.
pub fn nearest_to(name: &str) -> Option<&'static str> {
    let of_knobs = knobs().flat_map(|knob| [knob.name.as_str(), knob.of.as_str()]);
    nearest(name, of_knobs.chain(types().iter().map(|of| of.name.as_str())))
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A text cut behind each full stop that ends a sentence.
fn sentences(text: &str) -> Vec<&str> {
    let ends = text.match_indices(". ").map(|(at, _)| at + 1).chain([text.len()]);
    let mut from = 0;
    ends.map(|end| {
        let sentence = text[from..end].trim();
        from = end;
        sentence
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_knob_is_found_by_its_path_its_name_and_its_upstream_name() {
        let by_path = find("Rolling.max_surge");
        assert_eq!(by_path.len(), 1);
        assert_eq!(by_path[0].default.as_deref(), Some("25%"));
        assert!(by_path[0].source().is_some_and(|source| source.contains("Kubernetes")));
        assert!(find("maxSurge").contains(&by_path[0]));
        assert!(find("autoPromotionEnabled").iter().any(|knob| knob.path() == "BlueGreen.auto_promote"));
        assert!(find("Probe").len() >= 6);
        let brownout: Vec<&str> = find("Brownout").iter().map(|knob| knob.name.as_str()).collect();
        assert_eq!(brownout.first(), Some(&"Brownout"));
        assert!(brownout.contains(&"latency") && brownout.contains(&"service"), "{brownout:?}");
        assert!(find("wibble").is_empty());
        assert_eq!(nearest_to("max_surg"), Some("max_surge"));
    }

    #[test]
    fn defaults_are_shown_as_files_write_them() {
        let default = |path: &str| find(path)[0].default.as_deref().unwrap_or("none at all");
        assert_eq!(default("Rolling.progress_deadline"), "10m");
        assert_eq!(default("Probe.period"), "10s");
        assert_eq!(default("BlueGreen.auto_promote"), "true");
        assert_eq!(default("Check.consecutive_error_limit"), "4");
        assert_eq!(default("Slo.window"), "30d");
        assert_eq!(default("Rolling.min_ready"), "0s");
        assert_eq!(default("Service.queue"), "1024");
        assert_eq!(find("Service.workers")[0].default, None);
        assert_eq!(default("Plan.rollback"), "()");
        assert_eq!(default("Plan.analysis"), "none");
        assert_eq!(default("Behaviour.select"), "Max");
    }

    #[test]
    fn every_knob_is_described() {
        for knob in knobs() {
            assert!(!knob.about.is_empty(), "{}", knob.path());
        }
    }
}
