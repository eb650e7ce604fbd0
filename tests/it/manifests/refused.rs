//! What the controller of Argo Rollouts refuses, validation by validation (`pkg/apis/rollouts/validation` of Argo Rollouts): each is said, and
//! nothing of the sort is said of its sound neighbour.

use std::path::Path;

use crate::lab::lab;

const HEAD: &str = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: shop}\nspec:\n  replicas: 4\n  selector: {matchLabels: {app: shop}}\n  \
     template:\n    metadata: {labels: {app: shop}}\n    spec: {containers: [{name: shop, image: a}]}\n";
const SERVICES: &str = "stableService: s\ncanaryService: c\n";
const STEPS: &str = "steps: [{setWeight: 20}, {pause: {}}]\n";
const ISTIO: &str = "trafficRouting: {managedRoutes: [{name: h}], istio: {virtualService: {name: v}}}\n";
const NGINX: &str = "trafficRouting: {nginx: {stableIngress: i}}\n";

/// A Rollout with this strategy.
fn rollout(strategy: &str, fields: &str) -> String {
    let fields: String = fields.lines().map(|line| format!("      {line}\n")).collect();
    format!("{HEAD}  strategy:\n    {strategy}:\n{fields}")
}

fn canary(fields: &str) -> String {
    rollout("canary", fields)
}

/// A canary with two services and a router.
fn routed(router: &str, more: &str) -> String {
    canary(&format!("{SERVICES}{router}{more}"))
}

/// A canary whose first step is this one.
fn step(router: &str, step: &str) -> String {
    routed(router, &format!("steps: [{{{step}}}, {{setWeight: 20}}, {{pause: {{}}}}]"))
}

fn blue_green(fields: &str) -> String {
    rollout("blueGreen", fields)
}

fn service(name: &str, selector: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{selector: {selector}, ports: [{{port: 80}}]}}\n"
    )
}

fn ingress(service: &str) -> String {
    format!(
        "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: i}}\nspec: {{rules: [{{host: a, http: {{paths: [{{path: /, pathType: \
         Prefix, backend: {{service: {{name: {service}, port: {{number: 80}}}}}}}}]}}}}]}}\n"
    )
}

/// A VirtualService with routes of these names, each to these hosts.
fn virtual_service(names: &[&str], to: &str) -> String {
    let routes: Vec<String> = names.iter().map(|name| format!("{{name: {name}, route: [{to}]}}")).collect();
    format!(
        "---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: v}}\nspec: {{hosts: [a], http: [{}]}}\n",
        routes.join(", ")
    )
}

const BOTH: &str =
    "{destination: {host: s}, weight: 100}, {destination: {host: c.prod.svc.cluster.local}, weight: 0}";

fn template(count: &str) -> String {
    format!(
        "---\napiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {{name: t}}\nspec:\n  args: [{{name: a}}]\n  metrics:\n  - {{name: m, interval: \
         30s, {count}successCondition: 'result[0] < 0.05', provider: {{prometheus: {{query: 'sum(rate(http_requests_total{{service=\"c\",code=~\"5..\"}}[1m])) \
         / sum(rate(http_requests_total{{service=\"c\"}}[1m]))'}}}}}}\n"
    )
}

/// A canary that is analysed in a step with these arguments.
fn analysed(args: &str) -> String {
    let step =
        format!("steps: [{{setWeight: 20}}, {{analysis: {{templates: [{{templateName: t}}]{args}}}}}]");
    canary(&step) + &template("count: 3, ")
}

fn of_field(path: &str) -> String {
    analysed(&format!(", args: [{{name: a, valueFrom: {{fieldRef: {{fieldPath: \"{path}\"}}}}}}]"))
}

fn header(router: &str, value: &str) -> String {
    step(router, &format!("setHeaderRoute: {{name: h, match: [{{headerName: a{value}}}]}}"))
}

fn with(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{text}");
    text.replacen(from, to, 1)
}

const REFUSED: &str = "the controller refuses the file";

/// Files that the controller, or the API server before it, refuses, each with what is said of it.
fn refused() -> Vec<(String, &'static str)> {
    let plain = canary(STEPS);
    let spec = |fields: &str| with(&plain, "  replicas: 4\n", &format!("  replicas: 4\n{fields}"));
    let ping_pong = |of: &str, router: &str| {
        canary(&format!("pingPong: {{{of}}}\ntrafficRouting: {{{router}}}\n{STEPS}"))
    };
    let both = "pingService: a, pongService: b";
    let alb = "trafficRouting: {managedRoutes: [{name: h}], alb: {ingress: i, servicePort: 80}}\n";
    let to_ingress = |router: &str| routed(&format!("trafficRouting: {{{router}}}\n"), STEPS);
    let weighed = "experiment: {duration: 5m, templates: [{name: a, specRef: canary, weight: 10}]}";
    vec![
        // ValidateRolloutSpec
        (with(&plain, "replicas: 4", "replicas: -1"), "spec.replicas: found -1"),
        (spec("  minReadySeconds: -1\n"), "spec.minReadySeconds: found -1"),
        (spec("  revisionHistoryLimit: -1\n"), "it may not be below 0"),
        (spec("  progressDeadlineSeconds: -1\n"), "spec.progressDeadlineSeconds: found -1"),
        (spec("  progressDeadlineSeconds: 30\n  minReadySeconds: 30\n"), "it has to be longer"),
        (with(&plain, "  selector: {matchLabels: {app: shop}}\n", ""), "`selector` is missing"),
        (
            with(&plain, "selector: {matchLabels: {app: shop}}", "selector: {}"),
            "a `selector` chooses some labels",
        ),
        (with(&plain, "labels: {app: shop}", "labels: {app: x}"), "the labels of the `template` are not"),
        (
            spec("  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: shop}\n"),
            "the `template` has to be left out",
        ),
        // ValidateRolloutStrategy
        (HEAD.to_owned(), "has no spec.strategy"),
        (format!("{plain}    blueGreen: {{activeService: a}}\n"), "allowed is one strategy"),
        // ValidateRolloutStrategyBlueGreen
        (blue_green("previewService: b"), "`activeService` is missing"),
        (blue_green("activeService: b\npreviewService: b"), "have to be two services"),
        (
            blue_green("activeService: a\nscaleDownDelayRevisionLimit: 12"),
            "larger than `revisionHistoryLimit`",
        ),
        (blue_green("activeService: a\nantiAffinity: {}"), "either preferred or required"),
        // ValidateRolloutStrategyCanary
        (canary(&format!("stableService: s\ncanaryService: s\n{STEPS}")), "have to be two services"),
        (canary(&format!("maxSurge: 0\nmaxUnavailable: '0%'\n{STEPS}")), "`maxSurge` and `maxUnavailable`"),
        (ping_pong(both, "nginx: {stableIngress: i}"), "this router cannot do it"),
        (ping_pong("pingService: a", "istio: {virtualService: {name: v}}"), "have to be two services"),
        (
            ping_pong("pingService: a, pongService: a", "istio: {virtualService: {name: v}}"),
            "have to be two services",
        ),
        (ping_pong(both, "alb: {ingress: i, servicePort: 80}"), "needs its `rootService`"),
        (canary(&format!("{NGINX}{STEPS}")), "needs `canaryService` and `stableService`"),
        (canary(&format!("scaleDownDelaySeconds: 30\n{STEPS}")), "it needs `trafficRouting`"),
        (canary(&format!("dynamicStableScale: true\n{STEPS}")), "it needs `trafficRouting`"),
        (
            routed(NGINX, &format!("dynamicStableScale: true\nscaleDownDelaySeconds: 30\n{STEPS}")),
            "it excludes",
        ),
        (
            to_ingress("maxTrafficWeight: 1000, istio: {virtualService: {name: v}}"),
            "only NGINX and plugins have it",
        ),
        (canary("steps: [{setWeight: 20, pause: {}}]"), "found setWeight and pause"),
        (canary("steps: [{}]"), "found nothing; a step has one of"),
        (canary("steps: [{setWeight: 101}]"), "found 101"),
        (canary("steps: [{setWeight: -1}]"), "found -1"),
        (canary("steps: [{setWeight: 10}, {pause: {duration: -1}}]"), "found -1"),
        (canary("steps: [{setWeight: 10}, {pause: {duration: soon}}]"), "found \"soon\""),
        (
            canary("steps: [{setCanaryScale: {weight: 10}}, {setWeight: 20}, {pause: {}}]"),
            "it needs `trafficRouting`",
        ),
        (
            header(
                "trafficRouting: {managedRoutes: [{name: h}], nginx: {stableIngress: i}}\n",
                ", headerValue: {exact: b}",
            ),
            "only Istio, ALB, APISIX",
        ),
        (header(ISTIO, ""), "`headerValue` is missing"),
        (header(ISTIO, ", headerValue: {exact: b, prefix: c}"), "one of `exact`, `prefix` and `regex`"),
        (header(ISTIO, ", headerValue: {exact: ''}"), "one of `exact`, `prefix` and `regex`"),
        (header(alb, ", headerValue: {regex: b}"), "ALB compares by `exact` alone"),
        (header(&with(ISTIO, "name: h", "name: x"), ", headerValue: {exact: b}"), "does not list \"h\""),
        (
            header(&with(ISTIO, "managedRoutes: [{name: h}], ", ""), ", headerValue: {exact: b}"),
            "has to list its name",
        ),
        (
            step(alb, "setMirrorRoute: {name: h, percentage: 10, match: [{path: {prefix: /}}]}"),
            "only Istio and plugins can do it",
        ),
        (
            step(ISTIO, "setMirrorRoute: {name: h, percentage: 10, match: [{path: {prefix: /, exact: /a}}]}"),
            "one of `exact`, `prefix` and `regex`",
        ),
        (
            step(
                ISTIO,
                "setMirrorRoute: {name: h, percentage: 10, match: [{method: {exact: GET, prefix: G}}]}",
            ),
            "one of `exact`, `prefix` and `regex`",
        ),
        (
            canary(&format!("steps: [{{setWeight: 20}}, {{pause: {{}}}}, {{{weighed}}}]")),
            "the weight of an experiment needs a router",
        ),
        (step(NGINX, weighed), "the weight of an experiment needs a router"),
        (of_field("metadata.creationTimestamp"), "of `metadata` an argument can be"),
        (of_field("metadata.labels.region"), "of `metadata` an argument can be"),
        (
            canary(&format!(
                "antiAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{}}, preferredDuringSchedulingIgnoredDuringExecution: {{weight: 1}}}}\n{STEPS}"
            )),
            "either preferred or required",
        ),
        (
            canary(&format!(
                "antiAffinity: {{preferredDuringSchedulingIgnoredDuringExecution: {{weight: 101}}}}\n{STEPS}"
            )),
            "is 1 to 100",
        ),
        // ValidateRolloutReferencedResources
        (
            canary(&format!("{SERVICES}{STEPS}")) + &service("c", "{app: other}"),
            "the Service chooses pods by `app: other`",
        ),
        (
            canary(&format!("{SERVICES}{STEPS}")) + &service("s", "{app: shop, tier: web}"),
            "the Service chooses pods by `tier: web`",
        ),
        (
            blue_green("activeService: a\npreviewService: b") + &service("a", "{app: other}"),
            "the Service chooses pods by `app: other`",
        ),
        (
            ping_pong(both, "istio: {virtualService: {name: v}}") + &service("b", "{app: other}"),
            "the Service chooses pods by `app: other`",
        ),
        (with(&analysed(", args: [{name: a, value: b}]"), "count: 3, ", ""), "it would never end"),
        (
            blue_green(
                "activeService: a\npreviewService: c\npostPromotionAnalysis: {templates: [{templateName: t}], args: [{name: a, value: b}]}",
            ) + &template(""),
            "it would never end",
        ),
        (analysed(""), "this argument has no value"),
        (
            canary(&format!("analysis: {{templates: [{{templateName: t}}]}}\n{STEPS}")) + &template(""),
            "this argument has no value",
        ),
        (routed(NGINX, STEPS) + &ingress("other"), "no rule of this Ingress leads to the Service \"s\""),
        (
            to_ingress("nginx: {stableIngresses: [i]}") + &ingress("other"),
            "no rule of this Ingress leads to the Service \"s\"",
        ),
        (
            to_ingress("alb: {ingress: i, servicePort: 80, rootService: r}") + &ingress("s"),
            "no rule of this Ingress leads to the Service \"r\"",
        ),
        (
            to_ingress("nginx: {stableIngress: i, stableIngresses: [j]}"),
            "either `stableIngress` or `stableIngresses`",
        ),
        (to_ingress("nginx: {}"), "either `stableIngress` or `stableIngresses`"),
        (to_ingress("alb: {ingress: i, ingresses: [j], servicePort: 80}"), "either `ingress` or `ingresses`"),
        (to_ingress("istio: {}"), "either `virtualService` or `virtualServices`"),
        (
            to_ingress("istio: {virtualService: {name: v}, virtualServices: [{name: w}]}"),
            "either `virtualService` or `virtualServices`",
        ),
        (
            routed(ISTIO, STEPS) + &with(&virtual_service(&["p"], BOTH), "http:", "gateways:"),
            "this VirtualService has no routes",
        ),
        (
            routed(ISTIO, STEPS) + &virtual_service(&["p"], "{destination: {host: s}}"),
            "does not lead to \"c\"",
        ),
        (
            to_ingress("istio: {virtualService: {name: v.prod, routes: [q]}}")
                + &virtual_service(&["p"], BOTH),
            "has no route \"q\"",
        ),
        (routed(ISTIO, STEPS) + &virtual_service(&["p", "q"], BOTH), "has 2 routes"),
        (
            to_ingress(
                "istio: {virtualService: {name: v}, destinationRule: {name: d, canarySubsetName: new, stableSubsetName: old}}",
            ) + &virtual_service(
                &["p"],
                "{destination: {host: s, subset: old}}, {destination: {host: s, subset: canary}}",
            ),
            "does not lead to \"new\"",
        ),
    ]
}

/// Their neighbours, which upstream takes.
fn taken() -> Vec<String> {
    let subsets = "trafficRouting: {istio: {virtualService: {name: v}, destinationRule: {name: d, canarySubsetName: new, stableSubsetName: old}}}\n";
    let hash = "{app: shop, rollouts-pod-template-hash: abc}";
    vec![
        canary(STEPS),
        canary(&format!("{SERVICES}{STEPS}"))
            + &service("c", hash)
            + &service("s", "{app: shop}")
            + &service("other", "{app: other}"),
        routed(NGINX, STEPS) + &ingress("s"),
        routed("trafficRouting: {alb: {ingress: i, servicePort: 80, rootService: r}}\n", STEPS)
            + &ingress("r"),
        routed(ISTIO, STEPS) + &virtual_service(&["h", "p"], BOTH),
        routed(ISTIO, STEPS) + &with(&virtual_service(&["h", "p"], BOTH), "{name: p, ", "{"),
        routed("trafficRouting: {istio: {virtualService: {name: v, routes: [q]}}}\n", STEPS)
            + &virtual_service(&["p", "q"], BOTH),
        routed(subsets, STEPS)
            + &virtual_service(
                &["p"],
                "{destination: {host: s, subset: old}}, {destination: {host: s, subset: new}}",
            ),
        analysed(", args: [{name: a, value: b}]"),
        of_field("metadata.labels['region']"),
        of_field("metadata.namespace"),
        header(ISTIO, ", headerValue: {exact: b}"),
        canary(&format!(
            "analysis: {{templates: [{{templateName: t}}], args: [{{name: a, valueFrom: {{podTemplateHashValue: Latest}}}}]}}\n{STEPS}"
        )) + &template(""),
    ]
}

/// What `import` says of a file.
fn said(folder: &Path, text: &str) -> String {
    std::fs::write(folder.join("f.yaml"), text).unwrap();
    let answer = lab(folder).args(["import", "f.yaml"]).answer();
    answer.stderr.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_the_controller_refuses_is_said_and_its_neighbours_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    let all = refused();
    assert!(all.len() >= 68, "{}", all.len());
    for (text, wanted) in all {
        let said = said(folder.path(), &text);
        if !said.contains(wanted) {
            wrong.push(format!("{wanted}\n{text}\n{said}"));
        }
    }
    for text in taken() {
        let said = said(folder.path(), &text);
        if said.contains(REFUSED) || said.contains("server refuses") {
            wrong.push(format!("taken upstream\n{text}\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n---\n"));
}
