//! Whose requests a query counts: by the names that the manifest gives the two sides, never by a guess within a name.

use promql_parser::label::{MatchOp, Matcher};
use regex::RegexBuilder;

use crate::manifest::template::AT_RUN_TIME;
use crate::telemetry::Subject;

/// The names that a manifest gives the candidate and the baseline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    /// The candidate's names in labels: its service, its workload.
    pub candidate: Vec<String>,
    /// The baseline's names in labels.
    pub baseline: Vec<String>,
    /// Labels that the pods of one side alone carry, with their values: the candidate's, then the baseline's (Argo Rollouts
    /// `canaryMetadata` and `stableMetadata`).
    pub labels: [Vec<(String, String)>; 2],
    /// Names of routes to one side alone, which are no names of pods: the candidate's, then the baseline's.
    pub routes: [Vec<String>; 2],
    /// The namespace of both, where the manifest says it: some routers put it before a name.
    pub namespace: Option<String>,
}

/// The value that stands for the candidate's pod template hash (Argo Rollouts `podTemplateHashValue: Latest`).
pub const LATEST_HASH: &str = "rolloutlablatesthash";
/// The value that stands for the baseline's.
pub const STABLE_HASH: &str = "rolloutlabstablehash";

/// Whose requests are counted, and how that was found out.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Side {
    pub of: Subject,
    /// Whether the query left open whose they are.
    pub unsaid: bool,
    /// Remarks for the user.
    pub notes: Vec<String>,
}

/// Which sides something fits: the candidate, the baseline.
type Fits = [bool; 2];

const NEITHER: Fits = [false, false];

/// Words that monitoring set-ups use for the two sides.
const WORDS: [&[&str]; 2] = [&["canary", "candidate", "preview"], &["stable", "primary", "baseline"]];

impl Names {
    fn of(&self, side: usize) -> &[String] {
        if side == 0 { &self.candidate } else { &self.baseline }
    }

    /// The names after the switch of a blue-green release: the active service leads to the candidate then, and so does the preview
    /// service (Argo Rollouts, docs/features/bluegreen.md, "Sequence of Events").
    pub(in crate::manifest) fn switched(&self) -> Self {
        let both = |a: &[String], b: &[String]| [a, b].concat();
        let [candidate, baseline] = &self.labels;
        Self {
            candidate: both(&self.candidate, &self.baseline),
            baseline: Vec::new(),
            labels: [[candidate.as_slice(), baseline.as_slice()].concat(), Vec::new()],
            routes: self.routes.clone(),
            namespace: self.namespace.clone(),
        }
    }

    fn is_empty(&self) -> bool {
        self.candidate.is_empty() && self.baseline.is_empty()
    }

    /// Which sides a label's value is about.
    fn fits(&self, matcher: &Matcher) -> Fits {
        let (label, value) = (matcher.name.as_str(), matcher.value.to_lowercase());
        // NGINX's and others' metrics have an empty label `canary` on the main ingress.
        if label.to_lowercase().contains("canary") && value.is_empty() {
            return match matcher.op {
                MatchOp::NotEqual => [true, false],
                MatchOp::Equal => [false, true],
                MatchOp::Re(_) | MatchOp::NotRe(_) => NEITHER,
            };
        }
        let told = [value.contains(LATEST_HASH), value.contains(STABLE_HASH)];
        if told != NEITHER {
            return told;
        }
        let own = |side: usize| {
            self.labels[side].iter().any(|(name, of)| {
                let same = name.rsplit('/').next().unwrap_or(name).replace(['-', '.'], "_");
                label.ends_with(&same) && matches(matcher, of)
            })
        };
        let own = [own(0), own(1)];
        if own != NEITHER {
            return own;
        }
        let whole = [0, 1].map(|side| self.of(side).iter().any(|name| is_about(matcher, &value, name)));
        let found = match whole {
            NEITHER => self.within(&value),
            _ => whole,
        };
        // NGINX counts the canary's requests under the main ingress too, and tells them apart by its label `canary` alone.
        if label.ends_with("ingress") && found == [false, true] { NEITHER } else { found }
    }

    /// Which sides a name within `value` is of. Where both sides' names fit, the longer one is meant: `default-shop-next-80` is no `next`.
    fn within(&self, value: &str) -> Fits {
        let of_traefik = value.contains("@kubernetes");
        let longest = |side: usize| {
            let names = self.of(side).iter().chain(&self.routes[side]);
            let fits = |name: &&String| {
                tokens(value).any(|token| token == *name || self.is_with_namespace(token, name, of_traefik))
            };
            names.filter(fits).map(String::len).max().unwrap_or(0)
        };
        let (candidate, baseline) = (longest(0), longest(1));
        [candidate > 0 && candidate >= baseline, baseline > 0 && baseline >= candidate]
    }

    /// Whether `token` is this name with its namespace before it, and perhaps its port behind it: Traefik's `prod-shop-canary-80`. Of Traefik
    /// any namespace will do where the manifest says none.
    fn is_with_namespace(&self, token: &str, name: &str, of_traefik: bool) -> bool {
        let token = token.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('-');
        let Some(before) = token.strip_suffix(name).and_then(|before| before.strip_suffix('-')) else {
            return false;
        };
        self.namespace.as_deref().map_or(of_traefik && !before.is_empty(), |namespace| before == namespace)
    }
}

/// Whether a matcher keeps this value.
fn matches(matcher: &Matcher, value: &str) -> bool {
    match matcher.op {
        MatchOp::Equal => matcher.value == value,
        MatchOp::Re(_) => pattern(&matcher.value).is_some_and(|pattern| pattern.is_match(value)),
        MatchOp::NotEqual | MatchOp::NotRe(_) => false,
    }
}

/// A matcher's regular expression, anchored as Prometheus anchors it.
fn pattern(text: &str) -> Option<regex::Regex> {
    RegexBuilder::new(&format!("^(?:{text})$")).case_insensitive(true).size_limit(1 << 20).build().ok()
}

/// Whether a matcher keeps what is called `name`, its pods or its addresses.
fn is_about(matcher: &Matcher, value: &str, name: &str) -> bool {
    match matcher.op {
        MatchOp::Equal => value == name || value.split('.').next() == Some(name),
        MatchOp::Re(_) => pattern(&matcher.value).is_some_and(|pattern| {
            let forms = ["", ".default", ".default.svc.cluster.local", "-5d8f7c9b6-x7k2p"];
            forms.iter().any(|form| pattern.is_match(&format!("{name}{form}")))
        }),
        MatchOp::NotEqual | MatchOp::NotRe(_) => false,
    }
}

/// The names within a value such as `prod_shop-canary_80` or `outbound|80||shop.default`.
fn tokens(value: &str) -> impl Iterator<Item = &str> {
    value.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).map(|token| token.trim_matches('-'))
}

/// The side that these matchers keep, by `names`.
///
/// # Errors
/// That they exclude each other.
pub(super) fn subject(matchers: &[Matcher], names: &Names) -> Result<Side, String> {
    let label = |name: &str| {
        let same = |matcher: &&Matcher| matcher.name == name && matches!(matcher.op, MatchOp::Equal);
        matchers.iter().find(same).map(|matcher| matcher.value.as_str())
    };
    let plain = |of| Ok(Side { of, unsaid: false, notes: Vec::new() });
    match (label("role"), label("service")) {
        (Some("candidate"), _) => return plain(Subject::Candidate),
        (Some("baseline"), _) => return plain(Subject::Baseline),
        (Some("control"), _) => return plain(Subject::Control),
        (Some("target"), _) => return plain(Subject::Target),
        (Some("service"), Some(name)) => return plain(Subject::Service(name.to_owned())),
        _ => {}
    }
    let mut left = [true, true];
    let mut notes = Vec::new();
    let mut said = false;
    for matcher in matchers {
        if matcher.value.contains(AT_RUN_TIME) {
            notes.push(format!(
                "the value of the label `{}` is known only when the rollout runs; the label is left out",
                matcher.name
            ));
            continue;
        }
        let fits = names.fits(matcher);
        if fits == NEITHER {
            if narrows(matcher) {
                notes.push(format!(
                    "not applied: `{}` narrows it to some requests; here all requests of that side are counted, so that what \
                     goes wrong in those alone is thinned out",
                    shown(matcher)
                ));
            } else if !is_place(matcher) {
                notes.push(format!(
                    "not applied: `{}` may narrow it to some requests; here all requests of that side are counted",
                    shown(matcher)
                ));
            }
            continue;
        }
        said = true;
        left = [left[0] && fits[0], left[1] && fits[1]];
    }
    if !said {
        return Ok(by_word(matchers, names, notes));
    }
    Ok(match left {
        [true, false] => Side { of: Subject::Candidate, unsaid: false, notes },
        [false, true] => Side { of: Subject::Baseline, unsaid: false, notes },
        [true, true] => Side { of: Subject::Target, unsaid: true, notes },
        [false, false] => return Err("its labels exclude each other, so it never has data".to_owned()),
    })
}

/// The side by a word such as `canary`, where no name decides: the whole value, or a part of it where the manifest names no
/// side.
fn by_word(matchers: &[Matcher], names: &Names, mut notes: Vec<String>) -> Side {
    for (of, words) in [Subject::Candidate, Subject::Baseline].into_iter().zip(WORDS) {
        for matcher in matchers.iter().filter(|matcher| matches!(matcher.op, MatchOp::Equal | MatchOp::Re(_)))
        {
            let value = matcher.value.to_lowercase();
            let parts = |part: &str| part.split('-').any(|part| words.contains(&part));
            if words.contains(&value.as_str()) || names.is_empty() && tokens(&value).any(parts) {
                notes.push(format!(
                    "`{}` is taken for the {}: nothing in the file names it so",
                    shown(matcher),
                    if of == Subject::Candidate { "candidate" } else { "baseline" }
                ));
                return Side { of, unsaid: false, notes };
            }
        }
    }
    Side { of: Subject::Target, unsaid: true, notes }
}

/// Whether a label picks some of the requests.
fn narrows(matcher: &Matcher) -> bool {
    const NARROW: [&str; 9] =
        ["path", "uri", "url", "handler", "method", "endpoint", "operation", "route_name", "grpc_service"];
    let name = matcher.name.to_lowercase();
    NARROW.iter().any(|part| name.contains(part))
}

/// Whether a label says where a service runs, how its traffic was measured, or how requests ended, and not which of its requests are meant; or
/// whether it keeps whatever has it.
fn is_place(matcher: &Matcher) -> bool {
    const PLACES: [&str; 62] = [
        "job",
        "namespace",
        "service",
        "app",
        "cluster",
        "env",
        "instance",
        "pod",
        "container",
        "node",
        "deployment",
        "workload",
        "report",
        "role",
        "quantile",
        "ingress",
        "component",
        "name",
        "version",
        "revision",
        "release",
        "host",
        "server",
        "backend",
        "upstream",
        "destination",
        "source",
        "canary",
        "code",
        "status",
        "class",
        "flags",
        "direction",
        "kubernetes",
        "k8s",
        "helm",
        "team",
        "region",
        "zone",
        "datacenter",
        "stage",
        "system",
        "project",
        "mesh",
        "listener",
        "protocol",
        "type",
        "route",
        "monitor",
        "prometheus",
        "hash",
        "subset",
        "track",
        "proxy",
        "replica",
        "rollout",
        "result",
        "outcome",
        "error",
        "success",
        "failure",
        "exported",
    ];
    let name = matcher.name.to_lowercase();
    let keeps_all = match matcher.op {
        MatchOp::Equal => false,
        MatchOp::NotEqual => matcher.value.is_empty(),
        MatchOp::Re(_) => [".*", ".+"].contains(&matcher.value.as_str()),
        MatchOp::NotRe(_) => ["", "^$"].contains(&matcher.value.as_str()),
    };
    keeps_all || name == "le" || PLACES.iter().any(|part| name.contains(part))
}

/// A matcher as it is written.
pub(super) fn shown(matcher: &Matcher) -> String {
    let op = match matcher.op {
        MatchOp::Equal => "=",
        MatchOp::NotEqual => "!=",
        MatchOp::Re(_) => "=~",
        MatchOp::NotRe(_) => "!~",
    };
    format!("{}{op}\"{}\"", matcher.name, matcher.value)
}
