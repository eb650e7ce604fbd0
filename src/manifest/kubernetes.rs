//! Kubernetes itself: Deployments, HorizontalPodAutoscalers, and documents that change nothing here.

mod autoscaler;
mod budget;
mod deployment;
mod export;
mod keda;
mod mesh;

use super::cursor::At;
use super::format::{Format, Reader};
use super::parts::{Document, NOBODY_REFERS, Parts, Templates};
use super::slo;
use super::table::Table;
use crate::control::Autoscaler;

/// Why documents about routing and settings are ignored.
const ROUTES: &str = "the lab routes by itself";

/// What follows of a document about a mesh.
const MESH: &str = "its timeouts, retries, outlier detection and matches are not applied here; set them in the plan's `upstream`, or in \
     the scenario's `clients` and `calls`";
/// Why documents about scraping are ignored.
const SCRAPES: &str = "what is scraped, and how often, is the scenario's `monitoring`";

/// Why documents beside an SLO of OpenSLO are ignored.
const OPEN_SLO: &str =
    "it says whose the SLO is, where its numbers are from or who is told, which is the scenario's";

/// What follows of OpenSLO's own alerts.
const OPEN_SLO_ALERTS: &str =
    "the burn-rate alerts of the SRE workbook take the place of its SLO's own alerts here";

/// The API group of Kubernetes' core.
const CORE: &[&str] = &[""];

/// The format `kubernetes`.
pub const FORMAT: Format = Format {
    name: "kubernetes",
    title: "Kubernetes",
    ending: "yaml",
    writes: "A Deployment",
    reads: "Deployment, HorizontalPodAutoscaler, ScaledObject, PodDisruptionBudget; SLOs of Sloth, Pyrra and OpenSLO",
    main: "a Deployment",
    readers: &[
        Reader::of_kind("Deployment", &["apps", "extensions"], read_deployment),
        Reader::of_kind("HorizontalPodAutoscaler", &["autoscaling"], read_autoscaler),
        Reader::of_kind("PrometheusServiceLevel", &["sloth.slok.dev"], slo::sloth),
        Reader::of_kind("ServiceLevelObjective", &["pyrra.dev"], slo::pyrra),
        Reader::of_kind("SLO", &["openslo"], slo::open_slo),
        Reader::of_field("slos", slo::sloth),
        Reader::of_kind("PodDisruptionBudget", &["policy"], budget::read),
        Reader::of_kind("ScaledObject", &["keda.sh"], read_scaled_object),
        Reader::of_kind("VirtualService", &["networking.istio.io"], mesh::virtual_service),
        Reader::not_applied("DestinationRule", &["networking.istio.io"], MESH),
        Reader::of_kind("HTTPRoute", &["gateway.networking.k8s.io"], mesh::http_route),
        Reader::not_applied("TrafficSplit", &["split.smi-spec.io"], MESH),
        Reader::not_applied("BackendTrafficPolicy", &["gateway.envoyproxy.io"], MESH),
        Reader::not_applied(
            "PrometheusRule",
            &["monitoring.coreos.com"],
            "its alerts are not read: nobody is paged by them here; write them as the plan's `alerts`",
        ),
        Reader::ignored("ServiceMonitor", &["monitoring.coreos.com"], SCRAPES),
        Reader::ignored("PodMonitor", &["monitoring.coreos.com"], SCRAPES),
        Reader::ignored("Gateway", &["networking.istio.io", "gateway.networking.k8s.io"], ROUTES),
        Reader::ignored("NetworkPolicy", &["networking.k8s.io"], ROUTES),
        Reader::ignored("Service", CORE, ROUTES),
        Reader::ignored("ConfigMap", CORE, ROUTES),
        Reader::ignored("Secret", CORE, ROUTES),
        Reader::ignored("Namespace", CORE, ROUTES),
        Reader::ignored("ServiceAccount", CORE, ROUTES),
        Reader::ignored("Ingress", &["networking.k8s.io", "extensions"], ROUTES),
        Reader::template("SLI", &["openslo"]),
        Reader::ignored("Service", &["openslo"], OPEN_SLO),
        Reader::ignored("DataSource", &["openslo"], OPEN_SLO),
        Reader::ignored("AlertNotificationTarget", &["openslo"], OPEN_SLO),
        Reader::not_applied("AlertPolicy", &["openslo"], OPEN_SLO_ALERTS),
        Reader::not_applied("AlertCondition", &["openslo"], OPEN_SLO_ALERTS),
    ],
    write: export::export,
};

fn read_deployment(parts: &mut Parts, document: &Document<'_>, spec: &At<'_>, _: &Templates<'_>, _: &Table) {
    if !parts.roles.is_workload(&document.kind, &document.name) && parts.roles.leader.is_some() {
        document.at.ignore(NOBODY_REFERS);
    } else if parts.takes_deployment(&document.at) {
        let (strategy, pod) = deployment::deployment(spec);
        parts.deployment = Some((document.title(), strategy));
        parts.add(pod);
    }
}

/// Reads an autoscaler beside a Canary of Flagger, whose primary and canary have one each (`pkg/canary/hpa_reconciler.go`).
fn read_two_autoscalers(
    parts: &mut Parts,
    document: &Document<'_>,
    spec: &At<'_>,
    of: Option<(String, String)>,
    read: ReadAutoscaler,
) {
    let workload = parts.roles.workload.clone().unwrap_or_default();
    let primary = (workload.0.clone(), format!("{}-primary", workload.1));
    let of = of.unwrap_or_else(|| workload.clone());
    if of == primary {
        if parts.takes_autoscaler(&document.at) {
            parts.autoscaler = read(spec);
            document.at.note("it sizes the primary; the canary begins with as many instances as the workload's `replicas`, or as the primary has");
        }
        return;
    }
    if of != workload {
        document.at.ignore(NOBODY_REFERS);
        return;
    }
    if !parts.takes_canarys_autoscaler(&document.at) {
        return;
    }
    let canarys = read(spec);
    let named = (document.kind.clone(), document.name.clone());
    let scaler = parts.roles.scaler.as_ref().filter(|scaler| scaler.of == named);
    match (scaler.map(|scaler| scaler.primary), &canarys) {
        (Some((least, most)), Some(own)) => {
            document.at.note(
                "primary and canary have an autoscaler each, by their own load; the canary begins with the workload's `replicas`, or with the \
                 least that this has",
            );
            if parts.takes_autoscaler(&document.at) {
                let (min, max) = (least.unwrap_or(own.min), most.unwrap_or(own.max));
                parts.autoscaler = Some(Autoscaler { min, max, ..own.clone() });
            }
        }
        (Some(_), None) => {}
        // Flagger (`Promote`): without an `autoscalerRef` the primary gets the canary's number of instances.
        (None, _) => document.at.not_applied(
            "without an `autoscalerRef` that names it, it sizes the canary alone, and the primary takes over the canary's size at each \
             promotion upstream; here it keeps its own",
        ),
    }
    parts.canarys_autoscaler = canarys;
}

/// Reads the `spec` of an autoscaler.
type ReadAutoscaler = fn(&At<'_>) -> Option<Autoscaler>;

fn read_autoscaler(parts: &mut Parts, document: &Document<'_>, spec: &At<'_>, _: &Templates<'_>, _: &Table) {
    let of = spec.get("scaleTargetRef");
    let of = of.map(|at| (at.text("kind").unwrap_or_default(), at.text("name").unwrap_or_default()));
    read_scaler(parts, document, spec, of, autoscaler::autoscaler);
}

fn read_scaled_object(
    parts: &mut Parts,
    document: &Document<'_>,
    spec: &At<'_>,
    _: &Templates<'_>,
    _: &Table,
) {
    // KEDA: without a kind it is a Deployment.
    let kind = |at: &At<'_>| at.text("kind").unwrap_or_else(|| "Deployment".to_owned());
    let of = spec.get("scaleTargetRef").map(|at| (kind(&at), at.text("name").unwrap_or_default()));
    read_scaler(parts, document, spec, of, keda::scaled_object);
}

/// Reads an autoscaler of the workload `of`.
fn read_scaler(
    parts: &mut Parts,
    document: &Document<'_>,
    spec: &At<'_>,
    of: Option<(String, String)>,
    read: ReadAutoscaler,
) {
    if parts.roles.leader.as_ref().is_some_and(|(kind, _)| kind == "Canary") {
        return read_two_autoscalers(parts, document, spec, of, read);
    }
    if of.is_some_and(|(kind, name)| !parts.roles.takes_part(&kind, &name)) {
        document.at.ignore(NOBODY_REFERS);
    } else if parts.takes_autoscaler(&document.at) {
        parts.autoscaler = read(spec);
    }
}
