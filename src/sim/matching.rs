//! Rules by which requests are picked: by their users' cohorts, their kinds, and their headers.

use regex::{Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::action::Pool;
use crate::scenario::Cohort;

/// Sends some requests to one pool, whatever the weights: all of the lists that are not empty must match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MatchRule {
    /// Names of cohorts.
    #[serde(default)]
    pub cohorts: Vec<String>,
    /// Names of request kinds.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Headers of the request, cookies among them: those of its user's cohort. All of them must match.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<HeaderMatch>,
    /// Where they go.
    pub to: Pool,
}

/// Kinds of requests, by the method and the path in their names, such as `GET /offers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KindMatch {
    /// The method. Default any.
    #[serde(default)]
    pub method: Option<String>,
    /// The path.
    pub path: PathMatch,
}

/// A rule for paths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum PathMatch {
    /// This path alone.
    Exact(String),
    /// All paths that begin so; `/` is all.
    Prefix(String),
}

impl KindMatch {
    /// Whether it holds for every request.
    pub fn is_all(&self) -> bool {
        self.method.is_none()
            && matches!(&self.path, PathMatch::Prefix(prefix) if prefix.is_empty() || prefix == "/")
    }

    /// Whether it holds for the kind of this name. A name without a method or without a path has any.
    pub fn holds(&self, kind: &str) -> bool {
        let upper = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_uppercase());
        let (method, path) = match kind.split_once(' ') {
            Some((method, path)) if upper(method) => (Some(method), path.trim()),
            _ => (None, kind),
        };
        let of_method =
            self.method.as_deref().is_none_or(|wanted| method.is_none_or(|method| method == wanted));
        let of_path = !path.starts_with('/')
            || match &self.path {
                PathMatch::Exact(exact) => path == exact,
                PathMatch::Prefix(prefix) => path.starts_with(prefix.as_str()),
            };
        of_method && of_path
    }
}

/// A header with a value. Header names are compared without regard to case.
///
/// Each user has the headers of their cohort. A header whose name ends in `cohort` is the cohort's name where the cohort has no header
/// of this name, and one whose name ends in `kind` is the name of the request's kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeaderMatch {
    /// Name of the header, such as `x-canary` or `cookie`.
    pub name: String,
    /// Its value.
    pub value: TextMatch,
}

/// A rule for the value of a header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum TextMatch {
    /// This text alone.
    Exact(String),
    /// All texts that begin so.
    Prefix(String),
    /// All texts that this regular expression matches as a whole (Envoy and Istio: RE2, the whole value).
    Regex(String),
}

impl TextMatch {
    /// Whether it holds for `text`. A regular expression that cannot be used holds for nothing.
    pub fn holds(&self, text: &str) -> bool {
        match self {
            Self::Exact(exact) => text == exact,
            Self::Prefix(prefix) => text.starts_with(prefix.as_str()),
            Self::Regex(pattern) => whole(pattern).is_some_and(|pattern| pattern.is_match(text)),
        }
    }

    /// Whether its regular expression, if it is one, can be used.
    pub fn is_usable(&self) -> bool {
        match self {
            Self::Exact(_) | Self::Prefix(_) => true,
            Self::Regex(pattern) => whole(pattern).is_some(),
        }
    }
}

/// A regular expression for a whole text; `None` where it is too long or none.
fn whole(pattern: &str) -> Option<Regex> {
    if pattern.len() > 1_000 {
        return None;
    }
    RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(1 << 20).build().ok()
}

impl HeaderMatch {
    /// Whether users of this cohort have it.
    pub fn holds_for_cohort(&self, cohort: &Cohort) -> bool {
        let same = |(name, _): &&(String, String)| name.eq_ignore_ascii_case(&self.name);
        let own = cohort.headers.iter().find(same).map(|(_, value)| value.as_str());
        own.or(self.ends_in("cohort").then_some(cohort.name.as_str()))
            .is_some_and(|value| self.value.holds(value))
    }

    /// Whether it is about the kind of a request, and not about its user.
    pub fn is_about_kind(&self) -> bool {
        self.ends_in("kind")
    }

    fn ends_in(&self, word: &str) -> bool {
        self.name.rsplit(['-', '_']).next().is_some_and(|last| last.eq_ignore_ascii_case(word))
    }
}
