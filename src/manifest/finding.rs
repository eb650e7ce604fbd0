//! Findings about an imported file: the fields that did not become part of the plan, and why.

use serde::Serialize;

/// How a field was treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It has a meaning for a rollout, but the plan cannot express it.
    NotSupported,
    /// It became part of the plan with a difference worth knowing, or it belongs to the scenario.
    Noted,
    /// It has no meaning in the simulation.
    Ignored,
}

/// A finding about one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Its path, from the kind and name of its document: `Rollout/checkout.spec.strategy.canary.steps[2]`.
    pub path: String,
    /// How it was treated.
    pub kind: Kind,
    /// The reason.
    pub message: String,
}

/// The reason of ignored fields.
pub const IGNORED: &str = "ignored: has no meaning in the simulation";
/// The reason of fields that were not read.
pub const NOT_SUPPORTED: &str = "not supported";

/// How it is said that upstream refuses a file.
pub const REFUSED_UPSTREAM: &str = "the controller refuses the file, and nothing is released";

/// How it is said that the API server of a cluster refuses a file, before any controller sees it.
pub const REFUSED_BY_API: &str = "the API server refuses the file";

/// How it is said that upstream an analysis cannot be measured at all.
pub const RUN_ERRS: &str = "each run of it is an error upstream, and the rollout is aborted";

/// Whether a finding says that upstream would not take the file.
pub fn says_refused(message: &str) -> bool {
    [REFUSED_UPSTREAM, REFUSED_BY_API, RUN_ERRS].iter().any(|why| message.contains(why))
}

/// Keys without meaning in the simulation, at any place.
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
    "displayName",
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
    "stdinOnce",
    "shareProcessNamespace",
    "hostIPC",
    "hostPID",
    "hostAliases",
    "hostname",
    "subdomain",
    "enableServiceLinks",
    "runtimeClassName",
    "automountServiceAccountToken",
    "preemptionPolicy",
    "priority",
    "overhead",
    "resizePolicy",
    "dnsConfig",
    "analysisRunMetadata",
    "measurementRetention",
    "stableMetadata",
];

/// Ends of paths without meaning in the simulation, for keys that have a meaning at other places.
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
    ".spec.ingressRef.apiVersion",
    ".spec.ingressRef.kind",
    ".spec.routeRef",
    ".spec.routeRef.apiVersion",
    ".spec.routeRef.kind",
    ".spec.upstreamRef",
    ".spec.metricsServer",
    ".provider.prometheus.timeout",
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
