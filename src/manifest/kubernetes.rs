//! Kubernetes itself: Deployments, HorizontalPodAutoscalers, and documents that change nothing here.

mod autoscaler;
mod deployment;
mod export;

use super::cursor::At;
use super::format::{Format, Reader};
use super::parts::{Document, NOBODY_REFERS, Parts, Templates};
use super::slo;
use super::table::Table;

/// Why documents about routing and settings are ignored.
const ROUTES: &str = "the lab routes by itself";

/// The API group of Kubernetes' core.
const CORE: &[&str] = &[""];

/// The format `kubernetes`.
pub const FORMAT: Format = Format {
    name: "kubernetes",
    title: "Kubernetes",
    ending: "yaml",
    writes: "A Deployment",
    reads: "Deployment, HorizontalPodAutoscaler, PodDisruptionBudget; SLOs of Sloth, Pyrra and OpenSLO",
    main: "a Deployment",
    readers: &[
        Reader::of_kind("Deployment", &["apps", "extensions"], read_deployment),
        Reader::of_kind("HorizontalPodAutoscaler", &["autoscaling"], read_autoscaler),
        Reader::of_kind("PrometheusServiceLevel", &["sloth.slok.dev"], slo::sloth),
        Reader::of_kind("ServiceLevelObjective", &["pyrra.dev"], slo::pyrra),
        Reader::of_kind("SLO", &["openslo"], slo::open_slo),
        Reader::of_field("slos", slo::sloth),
        Reader::ignored(
            "PodDisruptionBudget",
            &["policy"],
            "it guards against evictions of pods by their cluster, of which the lab knows none",
        ),
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

fn read_autoscaler(parts: &mut Parts, document: &Document<'_>, spec: &At<'_>, _: &Templates<'_>, _: &Table) {
    let of = spec.get("scaleTargetRef");
    let of = of.map(|at| (at.text("kind").unwrap_or_default(), at.text("name").unwrap_or_default()));
    if of.is_some_and(|(kind, name)| !parts.roles.takes_part(&kind, &name)) {
        document.at.ignore(NOBODY_REFERS);
    } else if parts.takes_autoscaler(&document.at) {
        parts.autoscaler = autoscaler::autoscaler(spec);
    }
}
