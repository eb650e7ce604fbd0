//! Kubernetes itself: Deployments, HorizontalPodAutoscalers, and documents that change nothing here.

mod autoscaler;
mod deployment;
mod export;

use super::cursor::At;
use super::format::{Format, Reader};
use super::parts::{Document, Parts, Templates};
use super::table::Table;

/// Why documents about routing and settings are ignored.
const ROUTES: &str = "the lab routes by itself";

/// The format `kubernetes`.
pub const FORMAT: Format = Format {
    name: "kubernetes",
    title: "Kubernetes",
    ending: "yaml",
    writes: "A Deployment",
    reads: "Deployment, HorizontalPodAutoscaler, PodDisruptionBudget",
    main: "a Deployment",
    readers: &[
        Reader::of_kind("Deployment", read_deployment),
        Reader::of_kind("HorizontalPodAutoscaler", read_autoscaler),
        Reader::ignored(
            "PodDisruptionBudget",
            "it guards against evictions of pods by their cluster, of which the lab knows none",
        ),
        Reader::ignored("Service", ROUTES),
        Reader::ignored("ConfigMap", ROUTES),
        Reader::ignored("Secret", ROUTES),
        Reader::ignored("Namespace", ROUTES),
        Reader::ignored("ServiceAccount", ROUTES),
        Reader::ignored("Ingress", ROUTES),
    ],
    write: export::export,
};

fn read_deployment(parts: &mut Parts, document: &Document<'_>, spec: &At<'_>, _: &Templates<'_>, _: &Table) {
    if parts.takes_deployment(&document.at) {
        let (strategy, pod) = deployment::deployment(spec);
        parts.deployment = Some((document.title(), strategy));
        parts.add(pod);
    }
}

fn read_autoscaler(parts: &mut Parts, document: &Document<'_>, spec: &At<'_>, _: &Templates<'_>, _: &Table) {
    if parts.takes_autoscaler(&document.at) {
        parts.autoscaler = autoscaler::autoscaler(spec);
    }
}
