//! Writes a plan as a Rollout of Argo Rollouts, with an AnalysisTemplate for each analysis.

use super::template::{NamedTemplates, document, dry_run, metric, unlike_a_query};
use crate::control::{Analysis, BlueGreen, Canary, Check, Experiment, Plan, Rolling, Sides, Step, Strategy};
use crate::engine::{Amount, Share, Span};
use crate::manifest::export::name::name_of;
use crate::manifest::export::pod::{
    ROUTER, amount, metadata, min_ready, seconds, selector, template, text_match,
};
use crate::manifest::export::write::{Out, list, map, number, text, yaml};
use crate::manifest::export::{autoscaler, budget};
use crate::manifest::quantity::{clean, go_duration};
use crate::sim::{AntiAffinity, KindMatch, MatchRule, PathMatch, Pool};

/// The name of the route that header steps set.
const HEADER: &str = "header";
/// The name of the route that mirror steps set.
const MIRROR: &str = "mirror";

/// The templates written so far, and the list of what cannot be expressed.
struct Writing<'a> {
    name: String,
    named: NamedTemplates,
    templates: Vec<Out>,
    /// What weights are parts of (`maxTrafficWeight`): 100, or more where a weight is no whole percentage.
    whole: u32,
    unsaid: &'a mut Vec<String>,
}

/// Writes a plan as a Rollout.
pub(super) fn export(plan: &Plan, unsaid: &mut Vec<String>) -> Result<String, String> {
    let named = NamedTemplates::of(plan, unsaid);
    let mut writing =
        Writing { name: name_of(plan), templates: named.documents(), named, whole: whole(plan), unsaid };
    let background = plan.analysis.as_ref().and_then(|analysis| {
        let reference = writing.analysis("background", analysis)?;
        let Out::Map(mut entries) = reference else { return None };
        if analysis.from_step > 0 {
            entries.push(("startingStep".to_owned(), Out::Number(f64::from(analysis.from_step))));
        }
        Some(Out::Map(entries))
    });
    let mut of_rolling = None;
    let (strategy, deadline, abort) = match &plan.strategy {
        Strategy::Canary(of) => {
            let strategy = map([("canary", Some(writing.canary(of, background)))]);
            (strategy, of.progress_deadline, of.abort_on_deadline)
        }
        Strategy::BlueGreen(of) => {
            let strategy = map([("blueGreen", Some(writing.blue_green(of)))]);
            (strategy, of.progress_deadline, of.abort_on_deadline)
        }
        Strategy::Rolling(of) => {
            of_rolling = Some(of);
            let strategy = map([("canary", Some(rolling(of, background)))]);
            (strategy, of.progress_deadline, of.abort_on_deadline)
        }
        other => {
            return Err(format!(
                "Argo Rollouts knows canaries, blue-green and rolling updates, not {:?}; write the plan as one of them",
                other.name()
            ));
        }
    };
    let abort = abort.then_some(Out::Flag(true));
    // Without a window Argo Rollouts goes back by the steps, which is a window of no revisions.
    let revisions =
        plan.rollback.window.and_then(|window| window.revisions).filter(|revisions| *revisions > 0);
    let window = revisions.map(|revisions| map([("revisions", number(revisions))]));
    let of_canary = match &plan.strategy {
        Strategy::Canary(of) if !of.min_ready.is_zero() => Some(seconds(of.min_ready)),
        _ => None,
    };
    let rollout = map([
        ("apiVersion", text("argoproj.io/v1alpha1")),
        ("kind", text("Rollout")),
        ("metadata", Some(metadata(plan, writing.name.clone()))),
        (
            "spec",
            Some(map([
                ("minReadySeconds", of_rolling.and_then(min_ready).or(of_canary)),
                ("progressDeadlineSeconds", Some(seconds(deadline))),
                ("progressDeadlineAbort", abort),
                ("rollbackWindow", window),
                ("strategy", Some(strategy)),
                ("selector", Some(selector(&writing.name))),
                ("template", Some(template(plan, &writing.name))),
            ])),
        ),
    ]);
    let mut documents = vec![rollout];
    documents.append(&mut writing.templates);
    let scaler = plan.autoscaler.as_ref();
    documents
        .extend(scaler.map(|of| autoscaler::document(of, "argoproj.io/v1alpha1", "Rollout", &writing.name)));
    documents.extend(budget::document(plan, &writing.name, &writing.name));
    yaml(&documents)
}

/// What the weights of a plan are parts of: weights are whole numbers, so that finer ones need a greater whole, which takes a router.
fn whole(plan: &Plan) -> u32 {
    let Strategy::Canary(canary) = &plan.strategy else { return 100 };
    let is_fine = |share: &Share| !share.basis_points().is_multiple_of(100);
    let fine = canary.steps.iter().any(|step| match step {
        Step::Weight(share) | Step::Scale(Amount::Share(share)) => is_fine(share),
        Step::Experiment(of) => is_fine(&of.share),
        _ => false,
    });
    if fine && canary.router { 10_000 } else { 100 }
}

fn anti_affinity(of: AntiAffinity) -> Out {
    let (key, rule) = match of {
        AntiAffinity::Required => ("requiredDuringSchedulingIgnoredDuringExecution", map([])),
        AntiAffinity::Preferred => {
            ("preferredDuringSchedulingIgnoredDuringExecution", map([("weight", number(100))]))
        }
    };
    map([(key, Some(rule))])
}

/// `replicaProgressThreshold`; `None` for a share that is no whole percentage.
fn threshold(of: Amount) -> Option<Out> {
    let (kind, value) = match of {
        Amount::Count(count) => ("Pod", f64::from(count)),
        Amount::Share(share) => ("Percent", clean(share.fraction() * 100.0)),
    };
    (value.fract() == 0.0).then(|| map([("type", text(kind)), ("value", number(value))]))
}

fn rolling(rolling: &Rolling, analysis: Option<Out>) -> Out {
    map([
        ("maxSurge", Some(amount(rolling.max_surge))),
        ("maxUnavailable", Some(amount(rolling.max_unavailable))),
        ("analysis", analysis),
    ])
}

impl Writing<'_> {
    /// A weight as a whole number of parts; what is finer still is rounded.
    fn weight(&self, share: Share) -> Out {
        Out::Number((share.fraction() * f64::from(self.whole)).round())
    }

    fn canary(&mut self, canary: &Canary, analysis: Option<Out>) -> Out {
        let mut steps = Vec::new();
        for (index, step) in canary.steps.iter().enumerate() {
            match self.step(index, step) {
                Some(step) => steps.push(step),
                // The reason is in the list already, check by check.
                None if matches!(step, Step::Analyse(_)) => {}
                None => {
                    let shown = format!("{step:?}");
                    let name = shown.split(['(', ' ']).next().unwrap_or_default();
                    self.unsaid.push(format!(
                        "strategy.Canary.steps[{index}]: {name} cannot be said by a step of Argo Rollouts"
                    ));
                }
            }
        }
        // Argo Rollouts refuses a step that sets a route which is not in `managedRoutes` (`ValidateRolloutStrategyCanary`).
        let routes = [
            (HEADER, canary.steps.iter().any(|step| matches!(step, Step::Match(_)))),
            (MIRROR, canary.steps.iter().any(|step| matches!(step, Step::Mirror(_) | Step::Copy(_)))),
        ];
        let named = routes.iter().filter(|(_, used)| *used).map(|(name, _)| map([("name", text(*name))]));
        let router = map([
            ("managedRoutes", list(named.collect())),
            ("maxTrafficWeight", (self.whole != 100).then(|| Out::Number(f64::from(self.whole)))),
            ("plugins", Some(map([(ROUTER, Some(map([])))]))),
        ]);
        let service = |side: &str| canary.router.then(|| Out::Text(format!("{}-{side}", self.name)));
        let standard = canary.scale_down_delay == Span::from_secs(30);
        map([
            ("canaryService", service("canary")),
            ("stableService", service("stable")),
            ("maxSurge", Some(amount(canary.max_surge))),
            ("maxUnavailable", Some(amount(canary.max_unavailable))),
            (
                "minPodsPerReplicaSet",
                (canary.min_instances > 1).then(|| number(canary.min_instances)).flatten(),
            ),
            ("antiAffinity", canary.anti_affinity.map(anti_affinity)),
            ("replicaProgressThreshold", canary.progress_threshold.and_then(threshold)),
            ("dynamicStableScale", canary.dynamic_stable_scale.then_some(Out::Flag(true))),
            ("abortScaleDownDelaySeconds", canary.abort_scale_down_delay.map(seconds)),
            ("scaleDownDelaySeconds", (!standard).then(|| seconds(canary.scale_down_delay))),
            ("trafficRouting", canary.router.then_some(router)),
            ("analysis", analysis),
            ("steps", list(steps)),
        ])
    }

    fn blue_green(&mut self, of: &BlueGreen) -> Out {
        let before = of.before.as_ref().and_then(|analysis| self.analysis("before", analysis));
        let after = of.after.as_ref().and_then(|analysis| self.analysis("after", analysis));
        let preview = match of.preview {
            Some(Amount::Count(count)) => number(count),
            Some(Amount::Share(_)) | None => None,
        };
        // With a delay that is written, blue goes then even while the analysis still runs.
        let delay = (of.cuts_after || of.after.is_none()).then(|| seconds(of.scale_down_delay));
        map([
            ("activeService", text(format!("{}-active", self.name))),
            ("previewService", text(format!("{}-preview", self.name))),
            ("previewReplicaCount", preview),
            ("autoPromotionEnabled", Some(Out::Flag(of.auto_promote))),
            (
                "autoPromotionSeconds",
                (!of.auto_promote_after.is_zero()).then(|| seconds(of.auto_promote_after)),
            ),
            ("scaleDownDelaySeconds", delay),
            ("antiAffinity", of.anti_affinity.map(anti_affinity)),
            ("abortScaleDownDelaySeconds", Some(seconds(of.abort_scale_down_delay))),
            ("prePromotionAnalysis", before),
            ("postPromotionAnalysis", after),
        ])
    }

    fn step(&mut self, index: usize, step: &Step) -> Option<Out> {
        let entry = |key: &str, value: Out| Some(Out::Map(vec![(key.to_owned(), value)]));
        match step {
            Step::Weight(share) => entry("setWeight", self.weight(*share)),
            Step::Pause(span) => entry("pause", map([("duration", text(go_duration(*span)))])),
            Step::Approve => entry("pause", map([])),
            Step::Scale(Amount::Count(count)) => entry("setCanaryScale", map([("replicas", number(*count))])),
            Step::Scale(Amount::Share(share)) => {
                entry("setCanaryScale", map([("weight", Some(self.weight(*share)))]))
            }
            Step::FollowWeight => {
                entry("setCanaryScale", map([("matchTrafficWeight", Some(Out::Flag(true)))]))
            }
            Step::Mirror(share) if *share == Share::ZERO => {
                entry("setMirrorRoute", map([("name", text(MIRROR))]))
            }
            Step::Mirror(share) => {
                let all = KindMatch { method: None, path: PathMatch::Prefix("/".to_owned()) };
                entry("setMirrorRoute", mirror(*share, &[all]))
            }
            Step::Copy(of) => entry("setMirrorRoute", mirror(of.share, &of.kinds)),
            Step::Match(rules) => entry("setHeaderRoute", header_route(rules)?),
            Step::Analyse(analysis) => {
                let reference = self.analysis(&format!("step-{index}"), analysis)?;
                entry("analysis", reference)
            }
            Step::Experiment(of) => entry("experiment", self.experiment(index, of)?),
            Step::Roll(_)
            | Step::Flag(_)
            | Step::Test(_)
            | Step::Wave(_)
            | Step::Progress(_)
            | Step::Promote
            | Step::Retire(_) => None,
        }
    }

    /// An experiment; `None` when its size is a share, or it gets mirrored requests.
    fn experiment(&mut self, index: usize, of: &Experiment) -> Option<Out> {
        let Amount::Count(replicas) = of.size else { return None };
        if of.mirror != Share::ZERO {
            return None;
        }
        let side = |name: &str, version: &str| {
            map([
                ("name", text(name)),
                ("specRef", text(version)),
                ("replicas", number(replicas)),
                ("weight", (of.share != Share::ZERO).then(|| self.weight(of.share))),
            ])
        };
        let templates = match of.sides {
            Sides::Both => vec![side("baseline", "stable"), side("canary", "canary")],
            Sides::Candidate => vec![side("canary", "canary")],
            Sides::Baseline => vec![side("baseline", "stable")],
        };
        let mut judges = Vec::new();
        if let Some(analysis) = &of.analysis {
            let Uses { names, arguments } = self.uses(&format!("step-{index}"), analysis);
            judges.extend(names.into_iter().enumerate().map(|(at, name)| {
                // An experiment gives its arguments to each of its analyses.
                let title = if at == 0 { "compare".to_owned() } else { format!("compare-{}", at + 1) };
                let arguments = list(arguments.clone());
                map([("name", text(title)), ("templateName", text(name)), ("args", arguments)])
            }));
        }
        Some(map([
            ("duration", (of.lasts != Experiment::UNTIL_ENDED).then(|| Out::Text(go_duration(of.lasts)))),
            ("templates", list(templates)),
            ("analyses", list(judges)),
        ]))
    }

    /// Writes what an analysis needs and returns the references to it; `None` when none of its checks can be expressed.
    fn analysis(&mut self, place: &str, analysis: &Analysis) -> Option<Out> {
        let Uses { names, arguments } = self.uses(place, analysis);
        let references = names.into_iter().map(|name| map([("templateName", text(name))])).collect();
        Some(map([("templates", Some(list(references)?)), ("args", list(arguments))]))
    }

    /// The templates of an analysis: those of the checks that it uses by name, then one of its own for the other checks.
    fn uses(&mut self, place: &str, analysis: &Analysis) -> Uses {
        let (mut own, mut uses) = (Vec::new(), Uses::default());
        for used in &analysis.named {
            match self.named.reference(used, analysis) {
                Some((name, arguments)) => {
                    uses.names.push(name);
                    uses.arguments.extend(arguments);
                }
                None => own.extend(self.named.written_out(used)),
            }
        }
        own.extend(analysis.checks.iter().cloned());
        uses.names.extend(self.template(place, &own, analysis.lasts));
        uses
    }

    /// Writes a template for the checks that have no name and returns its name; `None` when none of them can be expressed.
    fn template(&mut self, place: &str, checks: &[Check], lasts: Option<Span>) -> Option<String> {
        let (mut metrics, mut dry) = (Vec::new(), Vec::new());
        for check in checks {
            match metric(check, lasts) {
                Some(metric) => {
                    metrics.push(metric);
                    dry.extend(check.dry_run.then(|| dry_run(&check.name)));
                }
                None => self.unsaid.push(format!("{place}: {}", unlike_a_query(check))),
            }
        }
        let metrics = list(metrics)?;
        let name = format!("{}-{place}", self.name);
        self.templates.push(document(&name, None, metrics, list(dry)));
        Some(name)
    }
}

/// The templates that an analysis refers to, and the arguments that it gives them.
#[derive(Default)]
struct Uses {
    names: Vec<String>,
    arguments: Vec<Out>,
}

/// A whole percentage; what is finer is rounded.
fn percent(share: Share) -> Out {
    Out::Number((share.fraction() * 100.0).round())
}

/// A mirror of these kinds of requests. Without a `match` Argo Rollouts mirrors nothing.
fn mirror(share: Share, kinds: &[KindMatch]) -> Out {
    let one = |of: &KindMatch| {
        let (key, path) = match &of.path {
            PathMatch::Exact(path) => ("exact", path),
            PathMatch::Prefix(path) => ("prefix", path),
        };
        map([
            ("method", of.method.as_ref().map(|method| map([("exact", text(method.clone()))]))),
            ("path", Some(map([(key, text(path.clone()))]))),
        ])
    };
    map([
        ("name", text(MIRROR)),
        ("percentage", Some(percent(share))),
        ("match", list(kinds.iter().map(one).collect())),
    ])
}

/// Match rules to the candidate as headers, whose entries are alternatives. `None` for a rule that asks for several things
/// together, which they cannot say.
fn header_route(rules: &[MatchRule]) -> Option<Out> {
    let entries = rules.iter().map(header).collect::<Option<Vec<_>>>()?;
    Some(map([("name", text(HEADER)), ("match", list(entries))]))
}

fn header(rule: &MatchRule) -> Option<Out> {
    if let ([], [], [one], Pool::Candidate) =
        (rule.cohorts.as_slice(), rule.kinds.as_slice(), rule.headers.as_slice(), rule.to)
    {
        return Some(map([
            ("headerName", text(one.name.clone())),
            ("headerValue", Some(text_match(&one.value))),
        ]));
    }
    if !rule.headers.is_empty() {
        return None;
    }
    let (name, values) = match (rule.cohorts.as_slice(), rule.kinds.as_slice()) {
        (cohorts, []) => ("x-cohort", cohorts),
        ([], kinds) => ("x-kind", kinds),
        _ => return None,
    };
    let special = ['.', '*', '+', '?', '[', '(', ')', '{', '\\', '^', '$', '|'];
    let sound = |value: &String| values.len() == 1 || !value.contains(special) && !value.is_empty();
    if values.is_empty() || rule.to != Pool::Candidate || !values.iter().all(sound) {
        return None;
    }
    let kind = if values.len() == 1 { "exact" } else { "regex" };
    Some(map([("headerName", text(name)), ("headerValue", Some(map([(kind, text(values.join("|")))])))]))
}
