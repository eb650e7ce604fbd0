//! Writes a plan by Flagger's rules as a Canary, with a MetricTemplate for each check that is not built into Flagger.

use crate::control::{Autoscaler, Check, Flagger, Limit, NoData, Plan, Strategy};
use crate::engine::{Amount, Level, Share};
use crate::manifest::export::name::name_of;
use crate::manifest::export::pod::{APPROVAL, PROMETHEUS, metadata, seconds, selector, template, text_match};
use crate::manifest::export::query::asked;
use crate::manifest::export::write::{Out, list, map, number, text, yaml};
use crate::manifest::export::{autoscaler, budget};
use crate::manifest::quantity::{clean, go_duration};
use crate::scenario::Balancer;
use crate::sim::{MatchRule, Pool};
use crate::telemetry::{Metric, Subject};

/// Writes a plan as a Canary.
pub(super) fn export(plan: &Plan, unsaid: &mut Vec<String>) -> Result<String, String> {
    // Flagger's metrics stand in one list, and nothing is used twice.
    let plan = &*plan.written_out();
    let Strategy::Flagger(of) = &plan.strategy else {
        return Err(format!(
            "Flagger knows one way, the strategy `Flagger`, not {:?}; write the plan as that, or use --to argo",
            plan.strategy.name()
        ));
    };
    let name = name_of(plan);
    let mut templates = Vec::new();
    let analysis = analysis(of, &name, &mut templates, unsaid);
    let reference = |version: &str, kind: &str| {
        map([("apiVersion", text(version)), ("kind", text(kind)), ("name", text(name.clone()))])
    };
    let scalers = Scalers::of(plan, of, unsaid);
    let canary = map([
        ("apiVersion", text("flagger.app/v1beta1")),
        ("kind", text("Canary")),
        ("metadata", Some(metadata(plan, name.clone()))),
        (
            "spec",
            Some(map([
                ("targetRef", Some(reference("apps/v1", "Deployment"))),
                ("autoscalerRef", scalers.reference(&name)),
                ("service", Some(service(plan))),
                ("progressDeadlineSeconds", Some(seconds(of.progress_deadline))),
                ("analysis", Some(analysis)),
            ])),
        ),
    ]);
    let mut documents = vec![canary];
    documents.append(&mut templates);
    documents.push(map([
        ("apiVersion", text("apps/v1")),
        ("kind", text("Deployment")),
        ("metadata", Some(map([("name", text(name.clone()))]))),
        (
            "spec",
            Some(map([
                ("replicas", scalers.replicas.and_then(number)),
                ("selector", Some(selector(&name))),
                ("template", Some(template(plan, &name))),
            ])),
        ),
    ]));
    documents.extend(scalers.documents(&name));
    // Flagger labels the pods of the primary by this name.
    documents.extend(budget::document(plan, &name, &format!("{name}-primary")));
    yaml(&documents)
}

/// The autoscalers of the two Deployments.
struct Scalers<'a> {
    canary: Option<&'a Autoscaler>,
    primary: Option<&'a Autoscaler>,
    /// Whether Flagger makes the primary's of the canary's.
    copied: bool,
    /// The workload's `replicas`, with which the canary begins.
    replicas: Option<u32>,
}

impl<'a> Scalers<'a> {
    fn of(plan: &'a Plan, of: &'a Flagger, unsaid: &mut Vec<String>) -> Self {
        let (canary, primary) = (of.candidate_scaler.as_ref(), plan.autoscaler.as_ref());
        let copied = canary.zip(primary).is_some_and(|(own, other)| {
            matches!(of.candidate_size, Amount::Count(_))
                && *other == Autoscaler { min: other.min, max: other.max, ..own.clone() }
        });
        let begins = match of.candidate_size {
            Amount::Count(count) => Some(count),
            Amount::Share(_) => None,
        };
        if !copied && of.candidate_size != Amount::Share(Share::ALL) {
            unsaid.push(format!(
                "strategy.Flagger.candidate_size: {}; without an `autoscalerRef` the canary begins with as many instances as the primary",
                of.candidate_size
            ));
        }
        let least = canary.map(|own| own.min.max(1));
        Self { canary, primary, copied, replicas: begins.filter(|count| copied && Some(*count) != least) }
    }

    /// The `autoscalerRef`, with the primary's own limits.
    fn reference(&self, name: &str) -> Option<Out> {
        let (own, other) = self.canary.zip(self.primary).filter(|_| self.copied)?;
        let differ = (own.min, own.max) != (other.min, other.max);
        let replicas = map([("minReplicas", number(other.min)), ("maxReplicas", number(other.max))]);
        Some(map([
            ("apiVersion", text("autoscaling/v2")),
            ("kind", text("HorizontalPodAutoscaler")),
            ("name", text(name)),
            ("primaryScalerReplicas", differ.then_some(replicas)),
        ]))
    }

    /// The HorizontalPodAutoscalers.
    fn documents(&self, name: &str) -> Vec<Out> {
        let document = |of, name: &str| autoscaler::document(of, "apps/v1", "Deployment", name);
        let primary =
            self.primary.filter(|_| !self.copied).map(|of| document(of, &format!("{name}-primary")));
        self.canary.map(|of| document(of, name)).into_iter().chain(primary).collect()
    }
}

/// The service with its traffic policy, as far as Istio has one like it; what it cannot say is read back otherwise, and listed so.
fn service(plan: &Plan) -> Out {
    let upstream = plan.upstream.unwrap_or_default();
    let outliers = upstream.outlier_detection.map(|of| {
        map([
            ("consecutive5xxErrors", number(of.consecutive_5xx)),
            ("interval", text(go_duration(of.interval))),
            ("baseEjectionTime", text(go_duration(of.base_ejection_time))),
            ("maxEjectionPercent", Some(percent(of.max_ejection_percent))),
        ])
    });
    let simple = |name: &str| map([("simple", text(name))]);
    let balancer = plan.balancer.and_then(|of| match of {
        Balancer::RoundRobin => Some(simple("ROUND_ROBIN")),
        Balancer::Random => Some(simple("RANDOM")),
        Balancer::LeastRequest { .. } => Some(simple("LEAST_REQUEST")),
        Balancer::RingHash { .. } => {
            let user = map([("httpHeaderName", text("x-user"))]);
            Some(map([("consistentHash", Some(user))]))
        }
        Balancer::PeakEwma { .. } | Balancer::Maglev { .. } => None,
    });
    let has_policy = outliers.is_some() || balancer.is_some();
    let policy = map([("outlierDetection", outliers), ("loadBalancer", balancer)]);
    map([
        ("port", number(80)),
        ("timeout", upstream.timeout.and_then(|timeout| text(go_duration(timeout)))),
        ("trafficPolicy", has_policy.then_some(policy)),
    ])
}

fn analysis(of: &Flagger, name: &str, templates: &mut Vec<Out>, unsaid: &mut Vec<String>) -> Out {
    let mut metrics = Vec::new();
    for (index, check) in of.checks.iter().enumerate() {
        match metric(check, &format!("{name}-{index}"), templates) {
            Some(metric) => metrics.push(metric),
            None => unsaid.push(format!(
                "strategy.Flagger.checks[{index}]: the check \"{}\" cannot be written as a range of one query's answer",
                check.name
            )),
        }
    }
    let rules: Vec<Out> = of.matches.iter().filter_map(matched).collect();
    let hook = |wanted: bool, kind: &str| {
        let url = text(APPROVAL);
        wanted.then(|| map([("name", text(kind)), ("type", text(kind)), ("url", url)]))
    };
    let load = (of.load_test.hertz() > 0.0).then(|| {
        let command = format!(
            "hey -z {} -q {} -c 1 http://{name}-canary/",
            go_duration(of.interval),
            of.load_test.hertz()
        );
        map([
            ("name", text("load-test")),
            ("type", text("rollout")),
            ("url", text(APPROVAL)),
            ("metadata", Some(map([("cmd", text(command))]))),
        ])
    });
    let test = of.pre_rollout.map(|test| {
        let command = format!("hey -n {} http://{name}-canary/", test.requests);
        map([
            ("name", text("pre-rollout")),
            ("type", text("pre-rollout")),
            ("url", text(APPROVAL)),
            ("timeout", text(go_duration(test.over))),
            ("metadata", Some(map([("cmd", text(command))]))),
        ])
    });
    let hooks = [
        hook(of.confirm_rollout, "confirm-rollout"),
        test,
        hook(of.confirm_traffic_increase, "confirm-traffic-increase"),
        hook(of.confirm_promotion, "confirm-promotion"),
        load,
    ];
    let primary = of.sticky.then(|| Out::Text("rollout-lab-primary".to_owned()));
    // Where it matches requests Flagger keeps nobody on a side.
    let affinity = ((of.sticky || of.drifts) && of.matches.is_empty())
        .then(|| map([("cookieName", text("rollout-lab")), ("primaryCookieName", primary)]));
    let by_step = of.step_weights.is_empty();
    map([
        ("interval", text(go_duration(of.interval))),
        ("threshold", number(of.threshold)),
        ("iterations", (of.iterations > 0).then(|| Out::Number(f64::from(of.iterations)))),
        ("stepWeight", by_step.then(|| percent(of.step_weight))),
        ("maxWeight", Some(percent(of.max_weight))),
        (
            "stepWeightPromotion",
            (of.step_weight_promotion > Share::ZERO).then(|| percent(of.step_weight_promotion)),
        ),
        ("stepWeights", list(of.step_weights.iter().map(|weight| percent(*weight)).collect())),
        // Beside a match Flagger mirrors nothing.
        ("mirror", (of.mirror && of.matches.is_empty()).then_some(Out::Flag(true))),
        ("mirrorWeight", (of.mirror_weight != Share::ALL).then(|| percent(of.mirror_weight))),
        ("match", list(rules)),
        ("sessionAffinity", affinity),
        ("primaryReadyThreshold", (of.primary_ready != Share::ALL).then(|| percent(of.primary_ready))),
        ("canaryReadyThreshold", (of.candidate_ready != Share::ALL).then(|| percent(of.candidate_ready))),
        ("webhooks", list(hooks.into_iter().flatten().collect())),
        ("metrics", list(metrics)),
    ])
}

fn percent(share: Share) -> Out {
    Out::Number(clean(share.fraction() * 100.0))
}

/// One match rule to the candidate, with its names as values of headers.
fn matched(rule: &MatchRule) -> Option<Out> {
    let header = |name: &str, values: &[String]| {
        let kind = if values.len() == 1 { "exact" } else { "regex" };
        let value = (!values.is_empty()).then(|| map([(kind, text(values.join("|")))]))?;
        Some((name.to_owned(), value))
    };
    let headers = [header("x-cohort", &rule.cohorts), header("x-kind", &rule.kinds)];
    let own = rule.headers.iter().map(|of| (of.name.clone(), text_match(&of.value)));
    let headers: Vec<(String, Out)> = headers.into_iter().flatten().chain(own).collect();
    (rule.to == Pool::Candidate && !headers.is_empty()).then(|| map([("headers", Some(Out::Map(headers)))]))
}

/// A check as a metric; the template that it refers to is added to `templates`.
fn metric(check: &Check, name: &str, templates: &mut Vec<Out>) -> Option<Out> {
    let (end, bound) = built_in(check).or_else(|| range(check))?;
    let is_built_in = built_in(check).is_some();
    if !is_built_in {
        let query = asked(check)?;
        let query = match (&check.no_data, &check.pass) {
            (NoData::Pass, Limit::Below(_) | Limit::Above(_)) => format!("({query}) or vector({bound})"),
            _ => query,
        };
        let provider = map([("type", text("prometheus")), ("address", text(PROMETHEUS))]);
        templates.push(map([
            ("apiVersion", text("flagger.app/v1beta1")),
            ("kind", text("MetricTemplate")),
            ("metadata", Some(map([("name", text(name))]))),
            ("spec", Some(map([("provider", Some(provider)), ("query", text(query))]))),
        ]));
    }
    Some(map([
        ("name", text(check.name.clone())),
        ("interval", text(go_duration(check.query.over))),
        ("thresholdRange", Some(map([(end, number(bound))]))),
        ("templateRef", (!is_built_in).then(|| map([("name", text(name))]))),
    ]))
}

/// The name and the bound of a check that is built into Flagger: `request-success-rate` in percent, `request-duration` in
/// milliseconds.
fn built_in(check: &Check) -> Option<(&'static str, f64)> {
    if check.query.of != Subject::Candidate || check.no_data == NoData::Pass {
        return None;
    }
    match (check.name.as_str(), &check.query.metric, &check.pass) {
        ("request-success-rate", Metric::ErrorRatio, Limit::Below(Level::Share(most))) => {
            Some(("min", clean(100.0 - most.fraction() * 100.0)))
        }
        ("request-duration", Metric::Latency(quantile), Limit::Below(Level::Span(most)))
            if *quantile == 0.99 =>
        {
            Some(("max", clean(most.as_secs_f64() * 1_000.0)))
        }
        _ => None,
    }
}

/// The bound of the range of good results. The bound itself is good: for counts it is one below or above the limit.
fn range(check: &Check) -> Option<(&'static str, f64)> {
    let is_count =
        matches!(check.query.metric, Metric::Restarts | Metric::QueueDepth | Metric::ReadyInstances);
    let one = if is_count { 1.0 } else { 0.0 };
    match &check.pass {
        Limit::Below(level) => Some(("max", clean(level.value() - one))),
        Limit::Above(level) => Some(("min", clean(level.value() + one))),
        Limit::AtMostBaseline { plus, .. } => Some(("max", clean(plus.value()))),
        Limit::AtLeastBaseline { .. } => Some(("min", 0.0)),
        Limit::NotWorse(_) => None,
    }
}
