//! What there is to say about an imported file: which of its fields did not become part of the plan, and why.

use serde::Serialize;

/// How a field was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It means something for a rollout, and the plan does not say it.
    NotSupported,
    /// It became part of the plan, in a way that is worth knowing; or the world has it and the plan does not.
    Noted,
    /// It has no meaning in the simulation.
    Ignored,
}

/// One field that is not simply part of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// Its path, from the kind and name of its document: `Rollout/checkout.spec.strategy.canary.steps[2]`.
    pub path: String,
    /// How it was met.
    pub kind: Kind,
    /// Why, in words.
    pub message: String,
}

/// Why fields without meaning are ignored.
pub const IGNORED: &str = "ignored: has no meaning in the simulation";
/// What is said of a field that nothing read.
pub const NOT_SUPPORTED: &str = "not supported";

/// Keys without meaning in the simulation, wherever they stand.
const KEYS: &[&str] = &[
    "affinity",
    "annotations",
    "args",
    "command",
    "configMap",
    "containerPort",
    "containerPorts",
    "creationTimestamp",
    "description",
    "dnsPolicy",
    "env",
    "envFrom",
    "generation",
    "image",
    "imagePullPolicy",
    "imagePullSecrets",
    "labels",
    "namespace",
    "nodeSelector",
    "ports",
    "priorityClassName",
    "resourceVersion",
    "resources",
    "restartPolicy",
    "revisionHistoryLimit",
    "schedulerName",
    "securityContext",
    "selector",
    "serviceAccount",
    "serviceAccountName",
    "status",
    "tolerations",
    "topologySpreadConstraints",
    "uid",
    "volumeMounts",
    "volumes",
    "volumeDevices",
    "workingDir",
    "hostNetwork",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "tty",
    "stdin",
];

/// Ends of paths without meaning in the simulation, where the last key alone could mean more elsewhere.
const ENDS: &[&str] = &[
    ".template.metadata",
    ".metadata.ownerReferences",
    ".metadata.managedFields",
    ".metadata.finalizers",
    ".metadata.generateName",
    ".canary.canaryMetadata",
    ".canary.stableMetadata",
    ".blueGreen.activeMetadata",
    ".blueGreen.previewMetadata",
    ".spec.ingressRef",
    ".spec.provider",
    ".spec.targetRef",
    ".service.port",
    ".service.name",
    ".service.portName",
    ".service.targetPort",
    ".service.portDiscovery",
    ".service.gateways",
    ".service.hosts",
    ".service.apex",
    ".service.primary",
    ".service.canary",
    ".service.appProtocol",
    ".service.meshName",
    ".service.corsPolicy",
    ".service.headers",
    ".service.rewrite",
    ".service.delegation",
    ".service.gatewayRefs",
    ".service.backends",
    ".service.match",
    ".spec.revertOnDeletion",
    ".spec.suspend",
    ".analysis.alerts",
    ".provider.prometheus.address",
    ".provider.prometheus.headers",
    ".provider.prometheus.authentication",
    ".provider.prometheus.insecure",
    ".spec.provider.address",
    ".spec.provider.secretRef",
    ".httpGet",
    ".tcpSocket",
    ".grpc",
    "Probe.exec",
];

/// Whether the field at `path` has no meaning in the simulation.
pub fn is_ignored(path: &str) -> bool {
    let key = path.rsplit('.').next().unwrap_or(path);
    KEYS.contains(&key.split('[').next().unwrap_or(key)) || ENDS.iter().any(|end| path.ends_with(end))
}
