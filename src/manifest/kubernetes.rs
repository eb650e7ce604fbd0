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

/// Reads an autoscaler beside a Canary of Flagger, whose primary and canary have one each (`pkg/canary/hpa_reconciler.go`): the fleet
/// here follows the primary's.
fn read_two_autoscalers(
    parts: &mut Parts,
    document: &Document<'_>,
    spec: &At<'_>,
    of: Option<(String, String)>,
    read: ReadAutoscaler,
) {
    let workload = parts.roles.workload.clone().unwrap_or_default();
    let primary = (workload.0.clone(), format!("{}-primary", workload.1));
    let (kind, name) = of.unwrap_or_else(|| workload.clone());
    if (&kind, &name) == (&primary.0, &primary.1) {
        if parts.takes_autoscaler(&document.at) {
            parts.autoscaler = read(spec);
            document.at.not_applied(
                "it sizes the primary alone, and here the fleet; the candidate has as many instances as the primary",
            );
        }
        return;
    }
    if (&kind, &name) != (&workload.0, &workload.1) {
        document.at.ignore(NOBODY_REFERS);
        return;
    }
    let scaler = parts
        .roles
        .scaler
        .as_ref()
        .filter(|scaler| scaler.of == (document.kind.clone(), document.name.clone()));
    let Some((least, most)) = scaler.map(|scaler| scaler.primary) else {
        document.at.refuse(
            "without an `autoscalerRef` that names it, it sizes the canary alone, and the primary keeps its size; here the fleet keeps \
             its size, and the candidate has as many instances",
        );
        return;
    };
    if parts.takes_autoscaler(&document.at) {
        let canarys = read(spec);
        document.at.not_applied(
            "primary and canary have an autoscaler each upstream, by their own load; here the fleet follows the primary's, and the candidate \
             has as many instances",
        );
        parts.autoscaler = canarys.map(|of| {
            let (min, max) = (least.unwrap_or(of.min), most.unwrap_or(of.max));
            Autoscaler { min, max, ..of }
        });
    }
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
